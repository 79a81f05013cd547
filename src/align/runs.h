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

/* Does x come before y?  Longer first, then first in C, then in S. */
static inline bool stet_align_before(const struct run *x, const struct run *y)
{
	if (x->weight != y->weight)
		return x->weight > y->weight;
	if (x->c != y->c)
		return x->c < y->c;
	return x->s < y->s;
}

struct runs {
	struct run *v;
	size_t n, cap;
};

/* Hash table of 64-bit values, 0 = free. */
struct value_set {
	uint64_t *v;
	size_t size, cap;
	struct stet_arena *mem;		/* where it is allocated, once; NULL = it grows */
};

/* Rolling hashes of a text: see rolling.c. */
struct prefixes {
	uint64_t *v;
	size_t cap;
	const struct stet_tokens *of;	/* what they are of; NULL = nothing yet */
	struct stet_arena *mem;		/* likewise */
};

#define STET_ALIGN_POWERS 32
#define STET_ALIGN_SHORT 64

/* What is known of S, all in an arena, and filled in when it is first asked for. */
struct stet_index {
	struct stet_arena *mem;
	struct stet_side side;
	bool *plain;			/* by token: no boilerplate */
	struct prefixes prefix;
	uint64_t *sieve;		/* bit map of the grams of S: see sieve.c */
	size_t n_sieve_bits;
	uint32_t seed_weight;		/* 0: no seeds yet, nor a sieve */
	uint8_t *tags;			/* hash table of seeds: 0, or 8 bits of the hash */
	struct seed *seeds;		/* by slot: see runs.c */
	size_t n_slots;
	uint32_t *slots;		/* by place in S: slot of its seed; then, is it alone? */
	uint32_t *seed_places;		/* seed by seed: their number, and the places in S */
	struct value_set shingles;	/* size 0 = not yet filled */
	uint32_t n_shingles;		/* distinct */
};

/* Everything that is recycled from pair to pair. */
struct stet_aligner {
	struct stet_align_options o;
	struct stet_index *index;	/* of the document that stands */
	struct stet_side s;		/* that document */
	struct stet_arena own;		/* of the index of stet_aligner_hold() */
	uint64_t power[STET_ALIGN_POWERS];	/* of the base of rolling hashes: to 2^i */
	uint64_t short_power[STET_ALIGN_SHORT];	/* and to i */
	struct prefixes c_prefix;
	uint32_t *seen;			/* by slot: places in C so far, of those with many in S */
	size_t cap_seen;
	struct runs runs;		/* all maximal ones */
	struct runs heap;		/* what others left of runs, longest on top */
	struct runs tiles;
	uint32_t *c_tile, *s_tile;	/* by token that is taken: its tile, while tiling */
	size_t cap_c_tile, cap_s_tile;
	struct place *places;		/* of tiles in S, in order of S */
	uint32_t *order;		/* by tile: its number in places */
	size_t cap_places, cap_order;
	bool *c_taken, *s_taken;	/* by token */
	bool *c_plain;			/* by token: no boilerplate */
	const bool *s_plain;
	size_t cap_c_taken, cap_s_taken, cap_c_plain;
	struct stet_block *blocks;
	size_t n_blocks, cap_blocks;
	uint64_t *shingles;		/* of one text */
	size_t cap_shingles;
	struct value_set c_shingles;
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

/* rolling.c: set the powers, once. */
void stet_align_set_powers(struct stet_aligner *a);

/* rolling.c: make *p the prefixes of `t`, unless it is. */
void stet_align_roll(struct prefixes *p, const struct stet_tokens *t);

/* For hashes that need not stand up to built texts, modulo 2^64. */
#define STET_ALIGN_ODD 0x9e3779b97f4a7c15u

/* sieve.c: learn the grams of S. */
void stet_align_fill_sieve(struct stet_aligner *a);

/*
 * sieve.c: of the seeds of C from i to the token returned, may one be in S?  In a text
 * compared with itself all are.
 */
size_t stet_align_sift(const struct stet_aligner *a, const struct stet_tokens *c, size_t i,
		       bool *may);

#define STET_ALIGN_PRIME (((uint64_t)1 << 61) - 1)

/* Modulo the prime: to below 2^62 if x < 2^123, and fully if x < 2^63. */
static inline uint64_t stet_align_fold(unsigned __int128 x)
{
	return (uint64_t)(x & STET_ALIGN_PRIME) + (uint64_t)(x >> 61);
}

static inline uint64_t stet_align_reduce(uint64_t x)
{
	x = (x & STET_ALIGN_PRIME) + (x >> 61);
	return x >= STET_ALIGN_PRIME ? x - STET_ALIGN_PRIME : x;
}

/* The hash of tokens i to end, `power` being BASE^(end - i). */
static inline uint64_t stet_align_range_hash(const struct prefixes *p, size_t i, size_t end,
					     uint64_t power)
{
	const uint64_t head = stet_align_fold((unsigned __int128)p->v[i] * power);

	return stet_align_reduce(stet_align_reduce(p->v[end]) + STET_ALIGN_PRIME -
				 stet_align_reduce(head));
}

/* rolling.c: BASE^n. */
uint64_t stet_align_power(const struct stet_aligner *a, size_t n);

/*
 * rolling.c: how many tokens from C[i] and S[j] on, and before them, are equal by hash.
 * A few that are not may be among them, and are found when bytes are compared.
 */
size_t stet_align_extend(struct stet_aligner *a, const struct stet_tokens *c, struct prefixes *p,
			 size_t i, size_t j);
size_t stet_align_extend_back(struct stet_aligner *a, const struct stet_tokens *c,
			      struct prefixes *p, size_t i, size_t j);

/*
 * runs.c: all maximal runs of at least min_run into a->runs, unordered, by hash only,
 * perhaps some twice.  With `self` both texts are one, and only runs with s < c are taken.
 */
void stet_align_find_runs(struct stet_aligner *a, const struct stet_tokens *c, bool self);

/* radix.c: put the runs in order; room for as many may be taken behind them. */
void stet_align_sort(struct runs *r);

/* tiles.c: greedy string tiling of a->runs into a->tiles, in order of C. */
void stet_align_tile(struct stet_aligner *a, const struct stet_tokens *c, bool self);

/* blocks.c: chains of a->tiles into a->blocks, matching gap tokens too. */
void stet_align_join(struct stet_aligner *a, const struct stet_tokens *c, bool self);

/* blocks.c: the paragraph that a token is in. */
const struct stet_paragraph *stet_align_paragraph_of(const struct stet_tokens *t, uint32_t token);

/* repeats.c: cut the tiles whose two places overlap into units that stand side by side. */
void stet_align_cut_units(struct stet_aligner *a, const struct stet_tokens *t);

/* repeats.c: drop the blocks that are too short for a repeat. */
void stet_align_keep_repeats(struct stet_aligner *a, const struct stet_tokens *t);

#endif
