/*
 * run.h - what the passes of a scan hand on to one another; private to pipeline
 *
 *	read     inputs -> documents, texts, keys, skips
 *	match    keys -> candidate pairs, common paragraphs
 *	prove    pairs, texts -> proofs
 *	visit    documents, texts -> passages, and which copies may go
 *
 * Each field is written by one pass, named beside it, and only read later.
 */
#ifndef STET_RUN_H
#define STET_RUN_H

#include "steps.h"
#include "stet/pipeline.h"

/* Pairs that the page shows, with what it shows of them. */
struct stet_exhibits {
	struct stet_arena mem;		/* owns what they point to */
	struct stet_exhibit *v;
	size_t n;
};

struct stet_run {
	const struct stet_scan_options *o;
	struct stet_budget budget;
	struct stet_perms perms;
	struct stet_inputs inputs;		/* scan; read fills in sizes and digests */
	struct stet_documents *documents;	/* read */
	struct stet_stretch *stretches;		/* read: numbers that keys go by, in order of
						   ordinals; none = they are these */
	size_t n_stretches;
	struct stet_texts *texts;		/* read */
	struct stet_key_store *keys;		/* read; closed after match */
	struct stet_skip *skips;		/* read */
	size_t n_skips, cap_skips;
	struct stet_arena strings;		/* of skips and parameters */
	uint32_t n;				/* documents */
	uint32_t *rank, *ordinal;		/* rank: by ordinal; ordinal: by rank */
	struct stet_matches matches;		/* match */
	struct stet_overlap *overlaps;		/* match, with --exact; in no order */
	size_t n_overlaps, cap_overlaps;
	uint64_t *boilerplate;			/* keys of paragraphs, ascending */
	size_t n_boilerplate;
	bool *has_boilerplate;			/* by rank: some paragraph of it is */
	bool *misjudged;			/* by rank: the suspicion was wrong */
	struct stet_proofs proofs;		/* prove */
	struct stet_siblings siblings;		/* scan, from the proofs of all candidates */
	struct stet_clusters clusters;
	struct stet_clusters again;		/* of revised members */
	struct stet_passages passages;		/* visit */
	bool *removed;				/* by rank; visit */
	struct stet_exhibits exhibits;
	uint64_t spilled;			/* bytes of keys and pairs in files; match */
	uint64_t capped_places;			/* prove, visit */
	struct stet_counts counts;
	struct stet_steps steps;
};

/* space.c: STET_EAGAIN where temporary files will surely not fit; unknown inputs count nothing. */
int stet_run_check_space(const struct stet_run *r, struct stet_err *err);

/* read.c: all inputs. */
int stet_run_read(struct stet_run *r, struct stet_err *err);

/*
 * read.c: rank by the number that a document has in the key store; to be freed.  Only where
 * there are stretches.
 */
uint32_t *stet_run_number_ranks(const struct stet_run *r);

/* rank.c: the total order of the documents read. */
void stet_run_rank(struct stet_run *r);

/* overlaps.c: find r->overlaps, and put them among the candidates. */
int stet_run_match_exact(struct stet_run *r, struct stet_err *err);

/* prove.c: compare each pair (see stet_pair) and add its proof; leaves them sorted. */
int stet_run_prove(struct stet_run *r, const uint64_t *pairs, size_t n, struct stet_err *err);

/* recurrences.c: what is taken for boilerplate in the first comparison. */
void stet_run_suspect_boilerplate(struct stet_run *r);

/* recurrences.c: which common paragraphs are, by the components of the proofs. */
int stet_run_decide_boilerplate(struct stet_run *r, struct stet_err *err);

/*
 * recurrences.c: add to `pairs` (grown, of capacity *cap) those of the first holder of each
 * paragraph that is over the frequency cap, and no boilerplate, with all other holders;
 * leave out what is proven.  The number of pairs, sorted and unique.
 */
size_t stet_run_add_travelling(const struct stet_run *r, uint64_t **pairs, size_t n, size_t *cap);

/* recurrences.c: is a paragraph boilerplate? */
bool stet_run_is_boilerplate(const struct stet_run *r, const struct stet_outline *p);

/* recurrences.c: is any paragraph of a document links? */
bool stet_run_has_links(const struct stet_row *row);

/*
 * recurrences.c: is it boilerplate or links, by paragraph of a document; `flags` is recycled,
 * NULL comes back where none is.
 */
const bool *stet_run_mark_boilerplate(const struct stet_run *r, uint32_t rank,
				      const struct stet_row *row, bool **flags, size_t *cap);

/* visit.c: repeats and removals; then all passages. */
int stet_run_visit(struct stet_run *r, struct stet_err *err);

/* exhibits.c: choose them, and load them. */
int stet_run_pick_exhibits(struct stet_run *r, struct stet_err *err);
void stet_exhibits_release(struct stet_exhibits *e);

/* One side of a pair as prove and visit hold it: fetched, tokenized, marked. */
struct stet_loaded {
	uint32_t rank;			/* of the document held; NOBODY = none */
	struct stet_row row;
	struct stet_text_cache cache;
	struct stet_tokens tokens;
	bool *flags;
	size_t cap_flags;
	struct stet_side side;
};
void stet_loaded_init(struct stet_loaded *l);
int stet_loaded_get(struct stet_loaded *l, const struct stet_run *r, uint32_t rank,
		    struct stet_err *err);
void stet_loaded_release(struct stet_loaded *l);

/* Scratch to align with, by the kernels of this run. */
struct stet_aligner *stet_run_aligner(const struct stet_run *r);

/* The side of a document at hand, copied to `mem` with all it points to. */
struct stet_side stet_loaded_keep(const struct stet_loaded *l, struct stet_arena *mem);

/* The row of a document by rank. */
struct stet_row stet_run_row(const struct stet_run *r, uint32_t rank);

#endif
