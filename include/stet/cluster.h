/*
 * cluster.h - proven pairs to verdicts, clusters, and passages
 *
 * Documents are called by rank: their place in the total order (stet_order).  In
 * that order the first document of a component that is in no cluster yet stands;
 * every other one is compared with it directly, and is in its cluster when the
 * verdict says so.  No document is in a cluster through a third one.
 *
 * Pure: no I/O, no threads.  What comes out depends on the set of proofs, not on
 * their order.
 */
#ifndef STET_CLUSTER_H
#define STET_CLUSTER_H

#include "stet/align.h"
#include "stet/hash.h"

/* ---- the total order */

enum stet_keep_rule { STET_KEEP_EARLIEST, STET_KEEP_SOURCE, STET_KEEP_LONGEST, STET_KEEP_FIRST };

#define STET_MAX_KEEP_RULES 4

/* `--keep RULE,...`: each rule decides where those before it do not. */
struct stet_keep {
	enum stet_keep_rule rules[STET_MAX_KEEP_RULES];
	size_t n_rules;
	const struct stet_span *sources;	/* of source:A>B>C, best first; borrowed */
	size_t n_sources;
};

/* What the order looks at. */
struct stet_candidate {
	int64_t date_key;
	struct stet_hash128 text_hash;
	struct stet_span source, id, url, input;
	uint64_t record;
	uint32_t input_number, n_tokens;
};

/* Negative when `a` comes before `b`; never 0 for two documents. */
int stet_order(const struct stet_keep *keep, const struct stet_candidate *a,
	       const struct stet_candidate *b);

/*
 * Numbers that tell most documents apart: where those of two first differ, the lower one
 * comes first; where none does, stet_order has to tell.  How many there are, by `keep` alone.
 */
#define STET_ORDER_WORDS 4
unsigned stet_order_words(const struct stet_keep *keep, const struct stet_candidate *c,
			  uint32_t words[STET_ORDER_WORDS]);

/* The first rule that tells `a` from `b`, or -1 where only the tie-breakers do. */
int stet_order_reason(const struct stet_keep *keep, const struct stet_candidate *a,
		      const struct stet_candidate *b);

#define STET_NOBODY UINT32_MAX	/* no document */

/* ---- verdicts */

enum stet_verdict {
	STET_REJECTED,		/* compared, and nothing worth a word was shared */
	STET_IDENTICAL,
	STET_SAME,
	STET_TEMPLATE,
	STET_NEAR,
	STET_ABRIDGED,
	STET_REVISED,
	STET_EXTENDED,
	STET_SHARES,
	STET_N_VERDICTS,
};
const char *stet_verdict_name(enum stet_verdict v);

static inline bool stet_verdict_is_copy(enum stet_verdict v)
{
	return v == STET_IDENTICAL || v == STET_SAME || v == STET_NEAR || v == STET_ABRIDGED ||
	       v == STET_REVISED;
}

/* Do two documents with this verdict belong to one component? */
static inline bool stet_verdict_connects(enum stet_verdict v)
{
	return stet_verdict_is_copy(v) || v == STET_EXTENDED;
}

/* Is a copy with this verdict dropped by `stet clean` with defaults? */
static inline bool stet_verdict_is_dropped(enum stet_verdict v)
{
	return v == STET_IDENTICAL || v == STET_SAME || v == STET_NEAR || v == STET_ABRIDGED;
}

/* A share in ten thousandths, rounded half up: what thresholds are compared with. */
uint32_t stet_share(uint64_t part, uint64_t whole);

struct stet_verdict_options {
	uint32_t near, abridged, revised, extended;	/* ten thousandths */
	uint32_t min_tokens;		/* weight of core; below it: at most `shares` */
	uint32_t min_shared;		/* weight of a block */
};
void stet_verdict_options_init(struct stet_verdict_options *o);

enum stet_verdict stet_judge(const struct stet_measures *m, const struct stet_block *blocks,
			     size_t n_blocks, const struct stet_verdict_options *o);

/* The verdict by blocks alone: `shares`, or none. */
enum stet_verdict stet_judge_blocks(const struct stet_block *blocks, size_t n_blocks,
				    const struct stet_verdict_options *o);

/* ---- proofs */

/* How two texts of one source differ: what a pair alone says about a template. */
enum stet_frame {
	STET_FRAME_NONE,		/* as copies do */
	STET_FRAME_WEAK,		/* in some fact, as siblings may: others have to say so */
	STET_FRAME_STRONG,		/* in several facts, and in little else */
	STET_FRAME_ALONE,		/* in so many, or long after: no third has to say so */
};

/* One compared pair: the copy is the later one in the total order. */
struct stet_proof {
	uint32_t stands, copy;		/* ranks */
	enum stet_verdict verdict;
	enum stet_verdict plain;	/* if nothing were boilerplate; never `shares` */
	enum stet_frame frame;
	bool syndicated, updated;
	struct stet_measures m;
	size_t blocks;			/* where its blocks begin in stet_proofs.blocks */
	uint32_t n_blocks;
};

/* All compared pairs; a rejected one has no blocks. */
struct stet_proofs {
	struct stet_proof *v;
	size_t n, cap;
	struct stet_block *blocks;
	size_t n_blocks, cap_blocks;
};
void stet_proofs_add(struct stet_proofs *p, const struct stet_proof *proof,
		     const struct stet_block *blocks);
void stet_proofs_sort(struct stet_proofs *p);	/* by (stands, copy) */
/* The proof of a pair in sorted proofs, or NULL. */
const struct stet_proof *stet_proofs_find(const struct stet_proofs *p, uint32_t stands,
					  uint32_t copy);
/* In sorted proofs, the first of those with this or a higher `stands`; else their end. */
const struct stet_proof *stet_proofs_from(const struct stet_proofs *p, uint32_t stands);
uint64_t stet_proofs_bytes(const struct stet_proofs *p);	/* of proofs and blocks */
void stet_proofs_release(struct stet_proofs *p);

/* ---- templates: the same frame with other facts, again and again from one source */

struct stet_template_options {
	uint32_t min_even;		/* share of the difference that is in slots, 1/10000 */
	uint32_t min_filled;		/* share of both texts that is in slots, 1/10000 */
	uint32_t min_fillings;		/* different facts of a strong pair */
	uint32_t alone;			/* of one that needs no third document */
	uint32_t alone_shared;		/* of a passage that is shared, likewise */
	uint32_t min_siblings;		/* documents of a template */
};
void stet_template_options_init(struct stet_template_options *o);

/* What the documents' data say of a pair. */
struct stet_relation {
	bool sources, dates;		/* both are known */
	bool same_source;		/* known, and equal */
	bool same_url;			/* likewise */
	bool same_date;			/* likewise */
	int64_t days;			/* from the one date to the other; 0: one is not known */
};

/* Can two documents belong to one template at all?  Of one source, and not of one url. */
bool stet_may_be_siblings(const struct stet_relation *r);

/* The frame of a pair with this verdict, by src/DESIGN.md under "Templates". */
enum stet_frame stet_judge_frame(enum stet_verdict v, const struct stet_measures *m,
				 const struct stet_slots *slots, const struct stet_relation *r,
				 const struct stet_template_options *o);

/*
 * Is the later of two texts another edition: from the same source, not of the same url,
 * more than a week after?  An office announces its contest once a year.
 */
bool stet_is_edition(const struct stet_relation *r);

/*
 * What verdict and frame of a pair become when one is another edition: what differs in facts
 * is a frame, without a third; what was revised is a follow-up, and no copy.
 */
void stet_judge_edition(struct stet_proof *p, enum stet_verdict by_blocks);

/* Who belongs to which template; does not change once gathered. */
struct stet_siblings {
	uint32_t n;			/* documents */
	uint32_t *first;		/* by rank: the template's lowest rank; NOBODY in none */
};

/*
 * Templates: documents joined by strong pairs, where they are enough of them; templates
 * joined by weak ones.
 */
void stet_siblings_gather(struct stet_siblings *s, uint32_t n, const struct stet_proofs *p,
			  const struct stet_template_options *o);
void stet_siblings_release(struct stet_siblings *s);

/*
 * Give the pairs of templates that verdict.  Each is judged by itself, so pairs that are
 * compared later are judged as they would have been before.
 */
void stet_judge_templates(struct stet_proofs *p, const struct stet_siblings *s);

/* ---- clusters */

struct stet_clusters {
	uint32_t n;			/* documents */
	uint32_t *stands;		/* by rank: who stands for it, itself where it stands;
					   NOBODY where it is in no cluster */
	uint32_t *component;		/* by rank: the lowest rank of its component */
	uint64_t *wanted;		/* pairs to compare before the next round */
	size_t n_wanted, cap_wanted;
	unsigned rounds;
	uint64_t capped;		/* documents left when the rounds ran out */
	/* clusters.c's own */
	uint32_t *left;			/* documents of components, together, in order */
	size_t n_left;
	uint32_t *equal;		/* by rank: the first document with the same tokens */
	bool dropped_only;		/* members are what stet_verdict_is_dropped says */
};

/* Is the copy of a proof in the cluster of the document that it was compared with? */
static inline bool stet_is_member(const struct stet_clusters *c, const struct stet_proof *p)
{
	return c->stands[p->copy] == p->stands;
}

void stet_clusters_init(struct stet_clusters *c, uint32_t n);
void stet_clusters_release(struct stet_clusters *c);

/* Components of the proofs so far, by their verdicts or plain ones; forgets all clusters. */
void stet_clusters_connect(struct stet_clusters *c, const struct stet_proofs *p, bool plain);

/*
 * The `revised` members of each cluster once more among themselves (`again`, set
 * up by stet_clusters_init): in the total order the first stays, and a later one
 * that would be dropped beside it is grouped with it.  Else all equal copies of an
 * updated story would stay.  Forgets what `again` held.
 */
void stet_clusters_regroup(struct stet_clusters *again, const struct stet_clusters *c,
			   const struct stet_proofs *p);

/*
 * Put documents into clusters as far as the (sorted) proofs tell.  1 = the pairs in
 * c->wanted have to be compared first, 0 = done.  With `last` nothing more is wanted:
 * what was not compared is not a copy, and is counted in c->capped.  Documents with
 * the same tokens as an earlier one take no part until stet_clusters_follow.
 */
int stet_clusters_advance(struct stet_clusters *c, const struct stet_proofs *p, bool last);

/*
 * When advance is done: documents go where the first one with their tokens went.
 * 1 = the pairs in c->wanted have to be compared first, 0 = done.
 */
int stet_clusters_follow(struct stet_clusters *c, const struct stet_proofs *p);

/* ---- boilerplate */

/* A paragraph where it recurs; one for each component it is in, since copies count once. */
struct stet_recurrence {
	uint64_t key;			/* of the paragraph */
	uint64_t next;			/* of the paragraph behind it, 0 at the end */
	uint64_t source;		/* hash of the document's source, 0 = not known */
	uint32_t component;
	uint32_t weight;		/* of the paragraph */
};

struct stet_boilerplate_options {
	uint32_t min_components;	/* it has to be in */
	uint32_t max_weight;		/* of a run of paragraphs that is a frame in any source */
	uint32_t most;			/* share, in ten thousandths, of one source, or of ends
					   of texts, that makes a longer run a frame */
};
void stet_boilerplate_options_init(struct stet_boilerplate_options *o);

/*
 * Which of the paragraphs of `v` (reordered) are boilerplate, by src/DESIGN.md
 * under "Boilerplate".  Their keys go to `keys`, ascending; room for `n` is needed.
 * Returns their number.
 */
size_t stet_judge_boilerplate(struct stet_recurrence *v, size_t n,
			      const struct stet_boilerplate_options *o, uint64_t *keys);

/* ---- passages: what stands in more than one place */

enum stet_passage_kind {
	STET_PASSAGE_REPEAT,		/* within a document */
	STET_PASSAGE_SHARED,		/* in documents that are no copies of one another */
	STET_PASSAGE_BOILERPLATE,	/* a paragraph of documents with nothing else in common */
	STET_PASSAGE_TEMPLATE,		/* the frame of documents that say other things in it */
	STET_N_PASSAGE_KINDS,
};
const char *stet_passage_kind_name(enum stet_passage_kind k);

struct stet_place {
	uint32_t rank;
	uint32_t begin, end;		/* bytes */
};

/* A block aligned between two places; `first` is the one that others are gathered under. */
struct stet_link {
	struct stet_place first, other;
	uint32_t tokens;		/* of the first place */
};

struct stet_passage {
	enum stet_passage_kind kind;
	uint64_t id;			/* of kind and content */
	uint32_t tokens;
	uint32_t n_documents;
	size_t places;			/* where they begin in stet_passages.places */
	uint32_t n_places;
};

struct stet_passages {
	struct stet_passage *v;
	size_t n, cap;
	struct stet_place *places;	/* of each passage: by rank, then begin; no two overlap */
	size_t n_places, cap_places;
};

/* Add one passage; `places` need not be sorted or distinct, and are reordered. */
void stet_passages_add(struct stet_passages *p, enum stet_passage_kind kind, uint64_t id,
		       uint32_t tokens, struct stet_place *places, size_t n);

/*
 * Gather links (reordered) into passages: a passage is one span of its first holder,
 * and a link belongs to it when each span covers .9 of the other.  Ids are 0 until
 * the caller, who has the texts, sets them.
 */
void stet_passages_gather(struct stet_passages *p, enum stet_passage_kind kind,
			  struct stet_link *links, size_t n);

/*
 * Add a passage for each template: in each of its documents, from the first to the last
 * place that it has in common with a sibling.  Ids are 0, as above.
 */
void stet_passages_add_templates(struct stet_passages *p, const struct stet_proofs *proofs,
				 const struct stet_siblings *s);

/* Make one of all passages with equal kind and id. */
void stet_passages_merge(struct stet_passages *p);
void stet_passages_release(struct stet_passages *p);

#endif
