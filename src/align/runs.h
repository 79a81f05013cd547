/*
 * runs.h - the parts of an aligner; private to align
 */
#ifndef STET_RUNS_H
#define STET_RUNS_H

#include "stet/align.h"

#include <string.h>

/* Tokens C[c .. c+n) equal S[s .. s+n). */
struct run {
	uint32_t c, s, n;
	uint32_t weight;
};

struct runs {
	struct run *v;
	size_t n, cap;
};

/* Hash table of 64-bit values, 0 = free. */
struct value_set {
	uint64_t *v;
	size_t size, cap;
};

/* Everything that is recycled from pair to pair. */
struct stet_aligner {
	struct stet_align_options o;
	struct stet_side s;		/* the document that stands */
	uint64_t *prefix;		/* of one text: see runs.c */
	size_t cap_prefix;
	uint32_t *heads;		/* hash table of chains of places in S */
	size_t n_heads, cap_heads;
	uint32_t *next;			/* by place in S: the next in its chain */
	size_t cap_next;
	struct runs heap;		/* runs still to be tiled, longest on top */
	struct runs tiles;
	struct place *places;		/* of tiles in S, in order of S */
	uint32_t *order;		/* by tile: its number in places */
	size_t cap_places, cap_order;
	bool *c_taken, *s_taken;	/* by token */
	bool *c_plain, *s_plain;	/* by token: no boilerplate */
	size_t cap_c_taken, cap_s_taken, cap_c_plain, cap_s_plain;
	struct stet_block *blocks;
	size_t n_blocks, cap_blocks;
	uint64_t *shingles;		/* of one text */
	size_t cap_shingles;
	struct value_set c_shingles, s_shingles;	/* s: size 0 = not yet filled */
	uint32_t n_s_shingles;		/* distinct */
	uint16_t *lcs;
	size_t cap_lcs;
	uint64_t capped;
};

static inline size_t stet_align_len(const struct stet_tokens *t, size_t i)
{
	return t->folded_at[i + 1] - t->folded_at[i];
}

/* This is where equality is decided: the hash rules out, the bytes confirm. */
static inline bool stet_align_equal(const struct stet_tokens *a, size_t i,
				    const struct stet_tokens *b, size_t j)
{
	return a->hash[i] == b->hash[j] && stet_align_len(a, i) == stet_align_len(b, j) &&
	       memcmp(a->folded + a->folded_at[i], b->folded + b->folded_at[j],
		      stet_align_len(a, i)) == 0;
}

/* runs.c: chain the seeds of a->s. */
void stet_align_chain_seeds(struct stet_aligner *a);

/*
 * runs.c: all maximal runs of at least min_run into a->heap, unordered.  With `self`
 * both texts are one, and only runs with s < c are taken.
 */
void stet_align_find_runs(struct stet_aligner *a, const struct stet_tokens *c, bool self);

/* tiles.c: greedy string tiling of a->heap into a->tiles, in order of C. */
void stet_align_tile(struct stet_aligner *a, const struct stet_tokens *c, bool self);

/* blocks.c: chains of a->tiles into a->blocks, matching gap tokens too. */
void stet_align_join(struct stet_aligner *a, const struct stet_tokens *c, bool self);

/* blocks.c: the paragraph that a token is in. */
const struct stet_paragraph *stet_align_paragraph_of(const struct stet_tokens *t, uint32_t token);

/* jaccard.c: forget the shingles of S. */
void stet_align_forget_shingles(struct stet_aligner *a);

#endif
