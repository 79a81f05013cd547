/*
 * radix.c - runs in order: longer first, then first in C, then in S
 *
 * Texts that repeat themselves give millions of runs, most of them in vain.
 */
#include "runs.h"

#include <stdlib.h>

#define FEW 512			/* runs that are sorted by comparing them */
#define DIGIT_BITS 11
#define DIGITS (1u << DIGIT_BITS)

static int compare(const void *x, const void *y)
{
	return stet_align_before(y, x) - stet_align_before(x, y);
}

/* The fields in which runs are ordered, from the least one on, as numbers that ascend. */
static uint32_t field(const struct run *r, unsigned which)
{
	return which == 0 ? r->s : which == 1 ? r->c : UINT32_MAX - r->weight;
}

/* Distribute by one digit, keeping the order of equal ones; false where all are equal. */
static bool distribute(const struct run *from, struct run *to, size_t n, unsigned which,
		       unsigned shift)
{
	size_t at[DIGITS] = { 0 }, end = 0;

	for (size_t i = 0; i < n; i++)
		at[field(&from[i], which) >> shift & (DIGITS - 1)]++;
	if (at[field(&from[0], which) >> shift & (DIGITS - 1)] == n)
		return false;
	for (size_t d = 0; d < DIGITS; d++) {
		const size_t count = at[d];

		at[d] = end;
		end += count;
	}
	for (size_t i = 0; i < n; i++)
		to[at[field(&from[i], which) >> shift & (DIGITS - 1)]++] = from[i];
	return true;
}

void stet_align_sort(struct runs *r)
{
	const size_t n = r->n;
	bool moved = false;

	if (n < FEW) {
		if (n > 1)
			qsort(r->v, n, sizeof(*r->v), compare);
		return;
	}
	r->v = stet_grow(r->v, &r->cap, 2 * n, sizeof(*r->v));
	for (unsigned which = 0; which < 3; which++)
		for (unsigned shift = 0; shift < 32; shift += DIGIT_BITS)
			moved ^= distribute(moved ? r->v + n : r->v, moved ? r->v : r->v + n, n,
					    which, shift);
	if (moved)
		memcpy(r->v, r->v + n, n * sizeof(*r->v));
}
