/*
 * pairs.c - a growing set of pairs
 */
#include "stet/match.h"

#include <stdlib.h>
#include <string.h>

#define DIGITS 256

/* One pass of a radix sort by byte `b`; false, and nothing done, where all have the same there. */
static bool sort_by_byte(const uint64_t *from, uint64_t *to, size_t n, unsigned b)
{
	size_t at[DIGITS] = { 0 };
	size_t sum = 0;

	for (size_t i = 0; i < n; i++)
		at[from[i] >> (8 * b) & 0xff]++;
	if (at[from[0] >> (8 * b) & 0xff] == n)
		return false;
	for (size_t d = 0; d < DIGITS; d++) {
		const size_t count = at[d];

		at[d] = sum;
		sum += count;
	}
	for (size_t i = 0; i < n; i++)
		to[at[from[i] >> (8 * b) & 0xff]++] = from[i];
	return true;
}

static int compare(const void *a, const void *b)
{
	const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

static void sort(uint64_t *pairs, size_t n)
{
	uint64_t *from = pairs, *to;

	if (n < DIGITS) {
		qsort(pairs, n, sizeof(*pairs), compare);
		return;
	}
	to = stet_calloc(n, sizeof(*to));
	for (unsigned b = 0; b < 8; b++)
		if (sort_by_byte(from, to, n, b)) {
			uint64_t *swap = from;

			from = to;
			to = swap;
		}
	if (from != pairs)
		memcpy(pairs, from, n * sizeof(*pairs));
	free(from == pairs ? to : from);
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
	sort(pairs, n);
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
