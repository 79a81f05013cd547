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

#define STET_ALIGN_POWERS 32
#define STET_ALIGN_SHORT 64

/*
 * What is known of a text, all in an arena, and worked out when it is first asked for: of
 * S for all its copies, of C for all that stand and are compared with it.
 */
struct stet_index {
	struct stet_arena *mem;
	struct stet_side side;
	bool *plain;			/* by token: no boilerplate */
	uint32_t n_core, core_weight;	/* of those tokens */
	uint64_t *prefix;		/* rolling.c; NULL = not yet */
	/* seeds.c: of all tokens but the last few */
	uint64_t *seed;			/* hashes */
	size_t n_seeds;
	uint32_t seed_weight;		/* 0: no seeds yet */
	/* and where those of S are, found by hash */
	uint32_t placed_weight;		/* of the seeds placed; 0: none yet */
	uint64_t *sieve;		/* bit map of their hashes */
	size_t n_sieve_bits;
	uint32_t *head;			/* hash table: 0, or 1 + the first place of a seed */
	size_t n_slots;
	uint32_t *same;			/* by place: 0, or 1 + the next place of the same seed */
	bool *alone;			/* by place: the seed has no other */
	uint32_t *group;		/* by first place: where its places are in `places` */
	uint32_t *places;		/* seed by seed: their number, then they */
	bool is_grouped;
	uint64_t *distinct;		/* shingles, each once, ascending; NULL = not yet */
	uint32_t n_distinct;
};

/* Everything that is recycled from pair to pair. */
struct stet_aligner {
	struct stet_align_options o;
	struct stet_index *index;	/* of the document that stands */
	struct stet_index *copy;	/* of the one that is compared with it */
	struct stet_side s, c;		/* these two */
	struct stet_arena own, own_copy;	/* of the indexes that it makes itself */
	uint64_t power[STET_ALIGN_POWERS];	/* of the base of rolling hashes: to 2^i */
	uint64_t short_power[STET_ALIGN_SHORT];	/* and to i */
	uint32_t *hits;			/* seeds of C that may be in S */
	size_t cap_hits;
	uint32_t *seen;			/* by first place: places in C so far, of a seed of S */
	size_t cap_seen;
	struct runs runs;		/* all maximal ones */
	struct runs heap;		/* what others left of runs, longest on top */
	struct runs tiles;
	uint32_t *c_tile, *s_tile;	/* by token that is taken: its tile, while tiling */
	size_t cap_c_tile, cap_s_tile;
	bool *c_taken, *s_taken;	/* by token */
	size_t cap_c_taken, cap_s_taken;
	struct stet_block *blocks;
	size_t n_blocks, cap_blocks;
	uint64_t *shingles;		/* of one text */
	size_t cap_shingles;
	uint32_t *buckets;		/* jaccard.c: where each ends */
	size_t cap_buckets;
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

/* rolling.c: make the prefixes of a text, unless they are there. */
void stet_align_roll(struct stet_index *x);

/*
 * seeds.c: the hashes of the runs that weigh `weight`, and no token more than they must,
 * from each token of a text on.
 */
void stet_align_find_seeds(struct stet_aligner *a, struct stet_index *x, uint32_t weight);

/* seeds.c: likewise, and where they are. */
void stet_align_place_seeds(struct stet_aligner *a, struct stet_index *x, uint32_t weight);

/* seeds.c: may the seed be there? */
static inline bool stet_align_in_sieve(const struct stet_index *x, uint64_t seed)
{
	return x->sieve[(seed & (x->n_sieve_bits - 1)) / 64] >> seed % 64 & 1;
}

/* seeds.c: the first place of a seed, plus 1; 0: there is none. */
static inline uint32_t stet_align_first_place(const struct stet_index *x, uint64_t seed)
{
	size_t slot;

	if (!stet_align_in_sieve(x, seed))
		return 0;
	slot = seed >> 32 & (x->n_slots - 1);
	while (x->head[slot] != 0 && x->seed[x->head[slot] - 1] != seed)
		slot = (slot + 1) & (x->n_slots - 1);
	return x->head[slot];
}

/* seeds.c: put the places of each seed side by side, so that any of them is at hand. */
void stet_align_group_places(struct stet_index *x);

/* How many places has the seed whose first place is `first`? */
static inline uint32_t stet_align_n_places(const struct stet_index *x, uint32_t first)
{
	return x->places[x->group[first]];
}

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
static inline uint64_t stet_align_range_hash(const uint64_t *prefix, size_t i, size_t end,
					     uint64_t power)
{
	const uint64_t head = stet_align_fold((unsigned __int128)prefix[i] * power);

	return stet_align_reduce(stet_align_reduce(prefix[end]) + STET_ALIGN_PRIME -
				 stet_align_reduce(head));
}

/* rolling.c: BASE^n. */
uint64_t stet_align_power(const struct stet_aligner *a, size_t n);

/*
 * rolling.c: how many tokens from C[i] and S[j] on, and before them, are equal by hash.
 * A few that are not may be among them, and are found when bytes are compared.
 */
size_t stet_align_extend(struct stet_aligner *a, size_t i, size_t j);
size_t stet_align_extend_back(struct stet_aligner *a, size_t i, size_t j);

/*
 * runs.c: all maximal runs of at least min_run into a->runs, unordered, by hash only,
 * perhaps some twice.  With `self` both texts are one, and only runs with s < c are taken.
 */
void stet_align_find_runs(struct stet_aligner *a, bool self);

/* radix.c: put the runs in order; room for as many may be taken behind them. */
void stet_align_sort(struct runs *r);

/* tiles.c: greedy string tiling of a->runs into a->tiles, in order of C. */
void stet_align_tile(struct stet_aligner *a, bool self);

/* blocks.c: chains of a->tiles into a->blocks, matching gap tokens too. */
void stet_align_join(struct stet_aligner *a, bool self);

/* blocks.c: the paragraph that a token is in. */
const struct stet_paragraph *stet_align_paragraph_of(const struct stet_tokens *t, uint32_t token);

/* repeats.c: cut the tiles whose two places overlap into units that stand side by side. */
void stet_align_cut_units(struct stet_aligner *a);

/* repeats.c: drop the blocks that are too short for a repeat. */
void stet_align_keep_repeats(struct stet_aligner *a);

#endif
