/*
 * sieve.c - where in C a run can begin at all
 *
 * Nearly all pairs that are proposed share a phrase and nothing else.  A *gram* is a few
 * tokens in a row, so short that every seed holds one that begins at most STRIDE behind it:
 * where the gram at one place is not in S, nothing begins at the places before it.  All
 * grams of S go into a bit map; of those of C one in three is looked up.
 */
#include "runs.h"

#define BITS_PER_TOKEN 16

/* So far apart are the places in C that are looked at, in weight: two fifths of a seed. */
static uint32_t stride(const struct stet_aligner *a)
{
	return a->o.min_run / 5 * 2;
}

/* The least weight of a gram: the last token may make it that of a word more, less one. */
static uint32_t gram_weight(const struct stet_aligner *a)
{
	return a->o.min_run - stride(a) - (STET_WEIGHT_WORD - 1);
}

/* The bit of the gram at token i; false: the text ends before it. */
static bool gram(const struct stet_aligner *a, const struct stet_tokens *t, size_t i, uint64_t *bit)
{
	const uint32_t end = t->weight_at[i] + gram_weight(a);
	uint64_t sum = 0;

	if (t->weight_at[t->n] < end)
		return false;
	for (; t->weight_at[i] < end; i++)
		sum = sum * STET_ALIGN_ODD + t->hash[i];
	*bit = (sum ^ sum >> 32) & (a->index->n_sieve_bits - 1);
	return true;
}

void stet_align_fill_sieve(struct stet_aligner *a)
{
	struct stet_index *x = a->index;
	const struct stet_tokens *t = x->side.tokens;
	uint64_t bit;

	x->n_sieve_bits = 64;
	while (x->n_sieve_bits < BITS_PER_TOKEN * t->n)
		x->n_sieve_bits *= 2;
	x->sieve = stet_arena_alloc(x->mem, x->n_sieve_bits / 8);
	memset(x->sieve, 0, x->n_sieve_bits / 8);
	for (size_t i = 0; i < t->n && gram(a, t, i, &bit); i++)
		x->sieve[bit / 64] |= (uint64_t)1 << bit % 64;
}

size_t stet_align_sift(const struct stet_aligner *a, const struct stet_tokens *c, size_t i,
		       bool *may)
{
	const uint32_t reach = c->weight_at[i] + stride(a);
	uint64_t bit = 0;

	while (i + 1 < c->n && c->weight_at[i + 1] <= reach)
		i++;
	*may = gram(a, c, i, &bit) && a->index->sieve[bit / 64] >> bit % 64 & 1;
	return i;
}
