/*
 * runs.h - the parts of an aligner; private to align
 */
#ifndef STET_RUNS_H
#define STET_RUNS_H

#include "stet/align.h"

/* Tokens C[c .. c+n) equal S[s .. s+n). */
struct run {
	uint32_t c, s, n;
	uint32_t weight;
};

struct runs {
	struct run *v;
	size_t n, cap;
};

/* A text as numbers: equal tokens of the pair, and only they, have equal ids. */
struct ids {
	uint32_t *v;
	size_t n, cap;
};

/* Everything that is recycled from pair to pair. */
struct stet_aligner {
	struct stet_align_options o;
	struct ids c, s;
	uint32_t *table;		/* hash table, then heads of chains */
	size_t cap_table;
	uint32_t *next;			/* chains of places in S */
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
	uint64_t *seen;			/* hash table of the shingles of both */
	uint8_t *seen_in;		/* by slot: 0 = free */
	size_t cap_shingles, cap_seen, cap_seen_in;
	uint16_t *lcs;
	size_t cap_lcs;
	uint64_t capped;
};

/* intern.c: fill a->s.v and a->c.v; with c == s both get the same ids. */
void stet_align_intern(struct stet_aligner *a, const struct stet_tokens *c, const struct stet_tokens *s);

/*
 * runs.c: all maximal runs of at least min_run into a->heap, unordered.  With `self`
 * both texts are one, and only runs with s < c are taken.
 */
void stet_align_find_runs(struct stet_aligner *a, const struct stet_tokens *c, const struct stet_tokens *s,
	       bool self);

/* tiles.c: greedy string tiling of a->heap into a->tiles, in order of C. */
void stet_align_tile(struct stet_aligner *a, const struct stet_tokens *c, bool self);

/* blocks.c: chains of a->tiles into a->blocks, matching gap tokens too. */
void stet_align_join(struct stet_aligner *a, const struct stet_side *c, const struct stet_side *s,
		bool self);

/* The paragraph that token `t` is in. */
const struct stet_paragraph *stet_align_paragraph_of(const struct stet_tokens *tokens, uint32_t t);

#endif
