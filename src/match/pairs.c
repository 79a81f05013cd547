/*
 * pairs.c - a growing set of pairs
 */
#include "stet/match.h"

#define DIGIT_BITS 8u
#define DIGITS (1u << DIGIT_BITS)
#define FEW 32		/* are sorted by insertion */

static void insert(uint64_t *v, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		const uint64_t x = v[i];
		size_t k = i;

		for (; k > 0 && v[k - 1] > x; k--)
			v[k] = v[k - 1];
		v[k] = x;
	}
}

static unsigned digit(uint64_t x, unsigned shift)
{
	return x >> shift & (DIGITS - 1);
}

/* Put each where its digit belongs, in place; at[d] begins where digit d does, and ends there. */
static void permute(uint64_t *v, unsigned shift, size_t *at, const size_t *end)
{
	for (unsigned d = 0; d < DIGITS; d++)
		while (at[d] < end[d]) {
			uint64_t x = v[at[d]];

			while (digit(x, shift) != d) {
				const size_t to = at[digit(x, shift)]++;
				const uint64_t out = v[to];

				v[to] = x;
				x = out;
			}
			v[at[d]++] = x;
		}
}

/* In place, by the digit at `shift` and those below (McIlroy and others, 1993). */
static void sort(uint64_t *v, size_t n, unsigned shift)
{
	size_t at[DIGITS] = { 0 }, end[DIGITS], sum = 0;

	if (n < FEW) {
		insert(v, n);
		return;
	}
	for (size_t i = 0; i < n; i++)
		at[digit(v[i], shift)]++;
	for (unsigned d = 0; d < DIGITS; d++) {
		const size_t count = at[d];

		at[d] = sum;
		sum += count;
		end[d] = sum;
	}
	if (end[digit(v[0], shift)] - at[digit(v[0], shift)] < n)
		permute(v, shift, at, end);
	for (unsigned d = 0; shift > 0 && d < DIGITS; d++) {
		const size_t begin = d > 0 ? end[d - 1] : 0;

		if (end[d] - begin > 1)
			sort(v + begin, end[d] - begin, shift - DIGIT_BITS);
	}
}

size_t stet_pairs_unique(uint64_t *pairs, size_t n)
{
	return stet_pairs_thin(pairs, n, 1);
}

size_t stet_pairs_thin(uint64_t *pairs, size_t n, size_t most)
{
	size_t kept = 0, copies = 0;

	if (n == 0)
		return 0;
	sort(pairs, n, 64 - DIGIT_BITS);
	for (size_t i = 0; i < n; i++) {
		copies = kept > 0 && pairs[i] == pairs[kept - 1] ? copies + 1 : 1;
		if (copies <= most)
			pairs[kept++] = pairs[i];
	}
	return kept;
}

size_t stet_pairs_with_votes(uint64_t *pairs, size_t n, size_t votes)
{
	size_t kept = 0;

	n = stet_pairs_thin(pairs, n, votes);
	for (size_t i = 0; i + votes <= n; i++)
		if (pairs[i] == pairs[i + votes - 1])
			pairs[kept++] = pairs[i];
	return kept;
}
