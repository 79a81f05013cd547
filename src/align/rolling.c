/*
 * rolling.c - hashes of any range of tokens, in constant time
 *
 * With prefix[i + 1] = prefix[i] * BASE + hash[i] modulo the prime 2^61 - 1, the hash
 * of tokens i to j is prefix[j] - prefix[i] * BASE^(j - i).  So how far two places
 * are equal is found in a number of steps that grows with the logarithm of it.  (Modulo
 * 2^64 would be cheaper, but there the Thue-Morse words of 1,024 tokens all collide.)
 */
#include "runs.h"

#define BASE 0x5a3779b97f4a7c1u		/* below 2^59: a prefix stays below 2^62 */
/*
 * Tokens that are compared one by one first.  Few pairs have more in common at a place, and
 * to roll over two texts takes longer.
 */
#define PLAIN 256

static uint64_t multiply(uint64_t x, uint64_t y)
{
	return stet_align_reduce(stet_align_fold((unsigned __int128)x * y));
}

void stet_align_set_powers(struct stet_aligner *a)
{
	a->power[0] = BASE;
	for (size_t i = 1; i < STET_ALIGN_POWERS; i++)
		a->power[i] = multiply(a->power[i - 1], a->power[i - 1]);
	a->short_power[0] = 1;
	for (size_t i = 1; i < STET_ALIGN_SHORT; i++)
		a->short_power[i] = multiply(a->short_power[i - 1], BASE);
}

uint64_t stet_align_power(const struct stet_aligner *a, size_t n)
{
	uint64_t power = 1;

	if (n < STET_ALIGN_SHORT)
		return a->short_power[n];
	for (size_t i = 0; n >> i > 0; i++)
		if (n >> i & 1)
			power = multiply(power, a->power[i]);
	return power;
}

void stet_align_roll(struct stet_index *x)
{
	const struct stet_tokens *t = x->side.tokens;

	if (x->prefix)
		return;
	x->prefix = stet_arena_alloc(x->mem, (t->n + 1) * sizeof(*x->prefix));
	x->prefix[0] = 0;
	for (size_t i = 0; i < t->n; i++)
		x->prefix[i + 1] =
			stet_align_fold((unsigned __int128)x->prefix[i] * BASE + t->hash[i]);
}

/* Are 2^k tokens from C[i] and S[j] on equal? */
static bool same(const struct stet_aligner *a, size_t i, size_t j, unsigned k)
{
	const size_t n = (size_t)1 << k;

	return stet_align_range_hash(a->copy->prefix, i, i + n, a->power[k]) ==
	       stet_align_range_hash(a->index->prefix, j, j + n, a->power[k]);
}

/* Most pairs have nothing in common that is longer than PLAIN. */
static void roll_both(struct stet_aligner *a)
{
	stet_align_roll(a->index);
	stet_align_roll(a->copy);
}

/* Ever longer steps while all is equal, then ever shorter ones. */
size_t stet_align_extend(struct stet_aligner *a, size_t i, size_t j)
{
	const struct stet_tokens *c = a->c.tokens, *s = a->s.tokens;
	const size_t max = c->n - i < s->n - j ? c->n - i : s->n - j;
	unsigned k = 4;
	size_t n = 0;

	for (; n < PLAIN && n < max; n++)
		if (c->hash[i + n] != s->hash[j + n])
			return n;
	roll_both(a);
	for (; n + ((size_t)1 << k) <= max && same(a, i + n, j + n, k); k++)
		n += (size_t)1 << k;
	while (k-- > 0)
		if (n + ((size_t)1 << k) <= max && same(a, i + n, j + n, k))
			n += (size_t)1 << k;
	return n;
}

size_t stet_align_extend_back(struct stet_aligner *a, size_t i, size_t j)
{
	const struct stet_tokens *c = a->c.tokens, *s = a->s.tokens;
	const size_t max = i < j ? i : j;
	unsigned k = 4;
	size_t n = 0, step;

	for (; n < PLAIN && n < max; n++)
		if (c->hash[i - n - 1] != s->hash[j - n - 1])
			return n;
	roll_both(a);
	for (; (step = n + ((size_t)1 << k)) <= max && same(a, i - step, j - step, k); k++)
		n = step;
	while (k-- > 0) {
		step = n + ((size_t)1 << k);
		if (step <= max && same(a, i - step, j - step, k))
			n = step;
	}
	return n;
}
