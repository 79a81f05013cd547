/*
 * jaccard.c - the Jaccard similarity of the shingles of a pair
 *
 * The distinct shingles of a text are sorted once, and kept from pair to pair; what two have
 * in common is counted in one walk along both, which waits for no memory and has no branch
 * to guess.
 */
#include "runs.h"

#include <stdlib.h>

/* Steps per value beyond which it was no chance: so many shingles alike were sought. */
#define MOST_STEPS 8

static int compare(const void *x, const void *y)
{
	const uint64_t a = *(const uint64_t *)x, b = *(const uint64_t *)y;

	return (a > b) - (a < b);
}

/* Put the values in order of their highest bits, as good as random: nearly in order. */
static void distribute(struct stet_aligner *a, const uint64_t *v, size_t n, uint64_t *out)
{
	const unsigned bits = 64 - (unsigned)__builtin_clzll(n), shift = 64 - bits;
	const size_t n_buckets = (size_t)1 << bits;
	uint32_t *at, begin = 0;

	a->buckets = at = stet_grow(a->buckets, &a->cap_buckets, n_buckets, sizeof(*at));
	memset(at, 0, n_buckets * sizeof(*at));
	for (size_t i = 0; i < n; i++)
		at[v[i] >> shift]++;
	for (size_t b = 0; b < n_buckets; b++) {
		const uint32_t count = at[b];

		at[b] = begin;
		begin += count;
	}
	for (size_t i = 0; i < n; i++)
		out[at[v[i] >> shift]++] = v[i];
}

/* By insertion, since nothing is far from its place; false where it is. */
static bool settle(uint64_t *v, size_t n)
{
	size_t steps = 0;

	for (size_t i = 1; i < n; i++) {
		const uint64_t x = v[i];
		size_t j = i;

		for (; j > 0 && v[j - 1] > x; j--)
			v[j] = v[j - 1];
		v[j] = x;
		steps += i - j;
		if (steps > MOST_STEPS * n)
			return false;
	}
	return true;
}

static uint32_t drop_equal(uint64_t *v, size_t n)
{
	size_t kept = 0;

	for (size_t i = 0; i + 1 < n; i++) {
		v[kept] = v[i];
		kept += v[i] != v[i + 1];
	}
	v[kept++] = v[n - 1];
	return (uint32_t)kept;
}

/* The distinct shingles of a text. */
static void find_distinct(struct stet_aligner *a, struct stet_index *x)
{
	const struct stet_tokens *t = x->side.tokens;
	size_t n;

	if (x->distinct)
		return;
	a->shingles = stet_grow(a->shingles, &a->cap_shingles, t->n, sizeof(*a->shingles));
	n = stet_shingles(a->o.isa, t->hash, t->class, t->n, &a->o.jaccard, a->shingles);
	x->distinct = stet_arena_alloc(x->mem, n * sizeof(*x->distinct));
	distribute(a, a->shingles, n, x->distinct);
	if (!settle(x->distinct, n))
		qsort(x->distinct, n, sizeof(*x->distinct), compare);
	x->n_distinct = drop_equal(x->distinct, n);
}

static uint32_t count_common(const struct stet_index *x, const struct stet_index *y)
{
	const uint64_t *a = x->distinct, *a_end = a + x->n_distinct;
	const uint64_t *b = y->distinct, *b_end = b + y->n_distinct;
	uint32_t common = 0;

	while (a < a_end && b < b_end) {
		const uint64_t p = *a, q = *b;

		common += p == q;
		a += p <= q;
		b += q <= p;
	}
	return common;
}

void stet_align_jaccard(struct stet_aligner *a, struct stet_measures *m)
{
	struct stet_index *x = a->index, *y = a->copy;

	find_distinct(a, x);
	find_distinct(a, y);
	m->shingles_common = count_common(x, y);
	m->shingles_all = x->n_distinct + y->n_distinct - m->shingles_common;
}
