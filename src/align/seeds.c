/*
 * seeds.c - the short runs of a text by hash, and where they are
 *
 * The *seed* at a token is the shortest run from there that weighs as much as a tile has
 * to.  All seeds of S go into a hash table of their first places, and the places of the
 * same seed into a list; and into a bit map, which alone answers for nearly all seeds of
 * a text that shares nothing with S.
 */
#include "runs.h"

#define SIEVE_BITS_PER_TOKEN 16

static uint64_t rotate(uint64_t x, size_t by)
{
	return x << (by & 63) | x >> (-by & 63);
}

/*
 * Exclusive or of the tokens' hashes, each turned by its place: what all tokens before the
 * end give, less what all before the begin give.  Tokens 64 apart that are equal are lost,
 * so this is for short seeds.
 */
static size_t hash_short(const struct stet_tokens *t, uint32_t weight, uint64_t *seed)
{
	const uint32_t last = t->weight_at[t->n];
	uint64_t before = 0, all = 0;
	size_t end = 0, i = 0;

	for (; i < t->n && last - t->weight_at[i] >= weight; i++) {
		for (; t->weight_at[end] - t->weight_at[i] < weight; end++)
			all ^= rotate(t->hash[end], -end);
		seed[i] = rotate(all ^ before, i);
		before ^= rotate(t->hash[i], -i);
	}
	return i;
}

/* Of any length, by rolling hashes. */
static size_t hash_long(struct stet_aligner *a, struct stet_index *x, uint32_t weight)
{
	const struct stet_tokens *t = x->side.tokens;
	const uint32_t last = t->weight_at[t->n];
	size_t end = 0, i = 0, len = SIZE_MAX;
	uint64_t power = 0;

	stet_align_roll(x);
	for (; i < t->n && last - t->weight_at[i] >= weight; i++) {
		while (t->weight_at[end] - t->weight_at[i] < weight)
			end++;
		if (end - i != len) {
			len = end - i;
			power = stet_align_power(a, len);
		}
		x->seed[i] = stet_mix64(stet_align_range_hash(x->prefix, i, end, power));
	}
	return i;
}

void stet_align_find_seeds(struct stet_aligner *a, struct stet_index *x, uint32_t weight)
{
	const struct stet_tokens *t = x->side.tokens;

	if (x->seed_weight == weight)
		return;
	if (!x->seed)
		x->seed = stet_arena_alloc(x->mem, t->n * sizeof(*x->seed));
	x->n_seeds = weight == a->o.min_run ? hash_short(t, weight, x->seed)
					    : hash_long(a, x, weight);
	x->seed_weight = weight;
}

static void clear(struct stet_index *x)
{
	const size_t n = x->side.tokens->n;

	if (!x->head) {
		x->n_slots = 16;
		while (x->n_slots < n + n / 2)
			x->n_slots *= 2;
		x->n_sieve_bits = SIEVE_BITS_PER_TOKEN / 2 * x->n_slots;
		x->head = stet_arena_alloc(x->mem, x->n_slots * sizeof(*x->head));
		x->sieve = stet_arena_alloc(x->mem, x->n_sieve_bits / 8);
		x->same = stet_arena_alloc(x->mem, n * sizeof(*x->same));
		x->alone = stet_arena_alloc(x->mem, n);
	}
	memset(x->head, 0, x->n_slots * sizeof(*x->head));
	memset(x->sieve, 0, x->n_sieve_bits / 8);
	memset(x->alone, false, n);
	x->is_grouped = false;
}

void stet_align_place_seeds(struct stet_aligner *a, struct stet_index *x, uint32_t weight)
{
	stet_align_find_seeds(a, x, weight);
	if (x->placed_weight == weight)
		return;
	clear(x);
	for (size_t i = x->n_seeds; i-- > 0; ) {	/* so that places ascend */
		const uint64_t seed = x->seed[i];
		size_t slot = seed >> 32 & (x->n_slots - 1);

		while (x->head[slot] != 0 && x->seed[x->head[slot] - 1] != seed)
			slot = (slot + 1) & (x->n_slots - 1);
		x->same[i] = x->head[slot];
		x->alone[i] = x->head[slot] == 0;
		if (x->head[slot] != 0)
			x->alone[x->head[slot] - 1] = false;
		x->head[slot] = (uint32_t)i + 1;
		x->sieve[(seed & (x->n_sieve_bits - 1)) / 64] |= (uint64_t)1 << seed % 64;
	}
	x->placed_weight = weight;
}

void stet_align_group_places(struct stet_index *x)
{
	const size_t n = x->side.tokens->n;
	uint32_t end = 0;

	if (x->is_grouped)
		return;
	if (!x->places) {
		x->places = stet_arena_alloc(x->mem, 2 * n * sizeof(*x->places));
		x->group = stet_arena_alloc(x->mem, n * sizeof(*x->group));
	}
	for (size_t slot = 0; slot < x->n_slots; slot++) {
		const uint32_t first = x->head[slot];
		const uint32_t begin = end++;

		if (first == 0) {
			end = begin;
			continue;
		}
		x->group[first - 1] = begin;
		for (uint32_t place = first; place != 0; place = x->same[place - 1])
			x->places[end++] = place - 1;
		x->places[begin] = end - begin - 1;
	}
	x->is_grouped = true;
}
