/*
 * match.h - keys to candidate pairs
 *
 * Documents are called by their *rank* here: their place in the one total order
 * that chooses everything (leaders, roots, the copy that stands).  Which pairs
 * come out depends on keys and ranks, never on arrival.
 *
 * A bucket is the set of documents with one key.  In a bucket of any size each
 * document is paired with at most `max_leaders` others, the lowest ranks of the
 * bucket.  Documents with all tokens equal are paired with the first of them
 * alone, and only that one takes part in other buckets.  Anchors and paragraph keys
 * found in more than `max_documents` documents propose nothing.  Whole paragraphs found
 * in `min_common` or more are handed out as *common*, since they may be boilerplate.
 *
 * A pair needs two votes: an anchor, eight words in a row, is one; any other key
 * is two.  Most pairs with one anchor in common share a phrase and nothing else.
 */
#ifndef STET_MATCH_H
#define STET_MATCH_H

#include "stet/mem.h"
#include "stet/sketch.h"

#include <stdbool.h>

struct stet_err;
struct stet_exact;
struct stet_key_batch;
struct stet_key_store;

struct stet_match_options {
	uint32_t max_leaders;
	uint32_t max_documents;		/* of an anchor or paragraph key that proposes */
	uint32_t min_common;		/* documents of a paragraph that may be boilerplate */
	unsigned n_threads;
};
void stet_match_options_init(struct stet_match_options *o);

/* The earlier and the later document of a pair, by rank, in one number that sorts. */
static inline uint64_t stet_pair(uint32_t stands, uint32_t copy)
{
	return (uint64_t)stands << 32 | copy;
}
static inline uint32_t stet_pair_stands(uint64_t pair)
{
	return (uint32_t)(pair >> 32);
}
static inline uint32_t stet_pair_copy(uint64_t pair)
{
	return (uint32_t)pair;
}

/* Sort `pairs` and drop those that come again; the number left. */
size_t stet_pairs_unique(uint64_t *pairs, size_t n);

/* Sort `pairs` and keep of each at most `most`; the number left. */
size_t stet_pairs_thin(uint64_t *pairs, size_t n, size_t most);

/* Sort `pairs` and keep, once each, those that come `votes` times or more; the number left. */
size_t stet_pairs_with_votes(uint64_t *pairs, size_t n, size_t votes);

/* A paragraph found in several documents. */
struct stet_common {
	uint64_t key;			/* stet_paragraph_key() */
	bool capped;			/* found in more than max_documents: proposes nothing */
	uint32_t n_ranks;
	size_t ranks;			/* where its documents begin in stet_matches.ranks */
};

struct stet_matches {
	uint64_t *pairs;		/* unique, ascending */
	size_t n_pairs, cap_pairs;
	struct stet_common *common;	/* in order of key */
	size_t n_common, cap_common;
	uint32_t *ranks;		/* of common paragraphs' documents, ascending in each */
	size_t n_ranks, cap_ranks;
	bool *repeats;			/* by rank: a key stands in the document twice */
	uint64_t capped_keys[STET_N_FAMILIES];	/* keys over max_documents */
	struct stet_budget *budget;	/* borrowed */
	uint64_t taken;			/* bytes of it */
	uint64_t capped_leaders;	/* buckets where not all pairs were proposed */
	uint64_t spilled;		/* bytes of the file of votes */
};

/*
 * Match the keys of `n` documents; `rank` (borrowed) gives the rank of each
 * ordinal.  Memory for pairs and common paragraphs is taken from `budget` and
 * given back at release; votes that do not fit go to a file in its directory.
 */
int stet_match(const struct stet_key_store *keys, const uint32_t *rank, uint32_t n,
	       const struct stet_match_options *o, struct stet_budget *budget,
	       struct stet_matches *out, struct stet_err *err);
void stet_matches_release(struct stet_matches *m);

/*
 * exact.c: every pair of sets that have `share` (ten thousandths, 0 as 1) of the smaller one
 * in common, by theorem, and no other.  A set is of well-mixed 64-bit hashes, distinct and
 * ascending.  Three passes over the sets of all `n` documents: count, add the prefix, find.
 * What changes the search is called by one thread at a time; const ones by any.  Memory is
 * taken from `budget` until close or release.
 */
struct stet_exact *stet_exact_open(uint32_t share, uint32_t n, uint64_t n_tokens,
				   struct stet_budget *budget, struct stet_err *err);
void stet_exact_close(struct stet_exact *e);	/* NULL is fine */

/* Make `n` hashes a set, in place; its size. */
size_t stet_exact_set(uint64_t *v, size_t n);

void stet_exact_count(struct stet_exact *e, uint32_t rank, const uint64_t *set, size_t n);
/* What of a set is to be added: into `out`, which may be the set; the number. */
size_t stet_exact_prefix(const struct stet_exact *e, const uint64_t *set, size_t n, uint64_t *out);
/* The prefixes of documents in a row, empty ones too; then add them, `first` being an ordinal. */
void stet_exact_collect(uint64_t *prefix, size_t n, struct stet_key_batch *to);
int stet_exact_add(struct stet_exact *e, uint32_t first, struct stet_key_batch *prefixes,
		   struct stet_err *err);
/* After the last add; `rank` gives the rank of each ordinal. */
int stet_exact_index(struct stet_exact *e, const uint32_t *rank, struct stet_err *err);

/* Recycled from find to find; one per thread. */
struct stet_exact_probe {
	uint32_t *ranks;		/* found: smaller sets, or equal and lower; ascending */
	size_t n, cap;
	uint32_t *met_by;		/* by rank: who met it last, plus 1 */
	struct stet_budget *budget;
	uint64_t bytes;
};
int stet_exact_probe_init(struct stet_exact_probe *p, const struct stet_exact *e, uint32_t n,
			  struct stet_err *err);
void stet_exact_probe_release(struct stet_exact_probe *p);

/* Candidates of a set, each set once with a probe; then whether a pair really has enough. */
void stet_exact_find(const struct stet_exact *e, uint32_t rank, const uint64_t *set, size_t n,
		     struct stet_exact_probe *p);
size_t stet_exact_common(const uint64_t *a, size_t n_a, const uint64_t *b, size_t n_b);
bool stet_exact_enough(const struct stet_exact *e, size_t common, size_t n_a, size_t n_b);

#endif
