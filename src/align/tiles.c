/*
 * tiles.c - greedy string tiling
 *
 * A heap holds the runs, longest on top.  A run that others have eaten into is cut
 * into the pieces still free, which go back into the heap: every free run is a
 * piece of a maximal run, so what is on top and free is the longest there is.
 */
#include "runs.h"

#include <stdlib.h>
#include <string.h>

/* Does x come before y?  Longer first, then first in C, then in S. */
static bool before(const struct run *x, const struct run *y)
{
	if (x->weight != y->weight)
		return x->weight > y->weight;
	if (x->c != y->c)
		return x->c < y->c;
	return x->s < y->s;
}

static void swap(struct run *x, struct run *y)
{
	const struct run t = *x;

	*x = *y;
	*y = t;
}

static void sift_down(struct runs *h, size_t i)
{
	for (;;) {
		size_t top = i;

		for (size_t child = 2 * i + 1; child <= 2 * i + 2 && child < h->n; child++)
			if (before(&h->v[child], &h->v[top]))
				top = child;
		if (top == i)
			return;
		swap(&h->v[i], &h->v[top]);
		i = top;
	}
}

static void push(struct runs *h, struct run r)
{
	size_t i = h->n++;

	h->v = stet_grow(h->v, &h->cap, h->n, sizeof(*h->v));
	h->v[i] = r;
	while (i > 0 && before(&h->v[i], &h->v[(i - 1) / 2])) {
		swap(&h->v[i], &h->v[(i - 1) / 2]);
		i = (i - 1) / 2;
	}
}

static struct run pop(struct runs *h)
{
	const struct run top = h->v[0];

	h->v[0] = h->v[--h->n];
	sift_down(h, 0);
	return top;
}

/*
 * The end of the piece of `r` that begins at its token `from` and is free.  Within
 * one text only the later place has to be free, and a piece is no longer than the
 * way between the two places, or it would overlap itself.
 */
static uint32_t free_end(const struct stet_aligner *a, const struct run *r, uint32_t from,
			 bool self)
{
	uint32_t end = from;

	while (end < r->n && !a->c_taken[r->c + end] && (self || !a->s_taken[r->s + end]) &&
	       !(self && end - from >= r->c - r->s))
		end++;
	return end;
}

static void push_pieces(struct stet_aligner *a, const struct stet_tokens *c, const struct run *r,
			bool self)
{
	uint32_t from = 0;

	while (from < r->n) {
		const uint32_t end = free_end(a, r, from, self);
		const uint32_t weight = stet_weight(c, r->c + from, r->c + end);

		if (weight >= a->o.min_run)
			push(&a->heap,
			     (struct run){ r->c + from, r->s + from, end - from, weight });
		from = end > from ? end : from + 1;
	}
}

static int by_c(const void *x, const void *y)
{
	const struct run *a = x, *b = y;

	return (a->c > b->c) - (a->c < b->c);
}

void stet_align_tile(struct stet_aligner *a, const struct stet_tokens *c, bool self)
{
	a->tiles.n = 0;
	for (size_t i = a->heap.n / 2; i-- > 0; )
		sift_down(&a->heap, i);
	while (a->heap.n > 0) {
		const struct run r = pop(&a->heap);

		if (free_end(a, &r, 0, self) < r.n) {
			push_pieces(a, c, &r, self);
			continue;
		}
		memset(a->c_taken + r.c, true, r.n);
		if (!self)
			memset(a->s_taken + r.s, true, r.n);
		a->tiles.v = stet_grow(a->tiles.v, &a->tiles.cap, a->tiles.n + 1,
				       sizeof(*a->tiles.v));
		a->tiles.v[a->tiles.n++] = r;
	}
	if (a->tiles.n > 1)
		qsort(a->tiles.v, a->tiles.n, sizeof(*a->tiles.v), by_c);
}
