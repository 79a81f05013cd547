/*
 * tiles.c - greedy string tiling
 *
 * Runs are taken in order, longest first.  No tile is shorter than the run at hand, so
 * one that reaches into it never lies inside it, but covers one of its ends: what
 * is left is one piece, found by looking at the ends alone.  It waits in a heap until
 * the runs are no longer than it is.  An end can be cut once on either side, so a run
 * comes back four times at most, and all of it takes O(runs * log runs + tokens).
 *
 * Every free run is a piece of a maximal run, so what comes first and is free is the
 * longest there is.  Within one text only the later place has to be free.
 */
#include "runs.h"

#include <stdlib.h>
#include <string.h>

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
			if (stet_align_before(&h->v[child], &h->v[top]))
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
	while (i > 0 && stet_align_before(&h->v[i], &h->v[(i - 1) / 2])) {
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

/* ---- what is free of a run */

struct piece {
	uint32_t from, end;	/* tokens of the run */
};

static void cut_c(const struct stet_aligner *a, const struct run *r, struct piece *p)
{
	if (a->c_taken[r->c]) {
		const struct run *t = &a->tiles.v[a->c_tile[r->c]];

		p->from = t->c + t->n - r->c;
	}
	if (a->c_taken[r->c + r->n - 1]) {
		const struct run *t = &a->tiles.v[a->c_tile[r->c + r->n - 1]];

		p->end = t->c > r->c ? t->c - r->c : 0;
	}
}

static void cut_s(const struct stet_aligner *a, const struct run *r, struct piece *p)
{
	if (a->s_taken[r->s]) {
		const struct run *t = &a->tiles.v[a->s_tile[r->s]];
		const uint32_t from = t->s + t->n - r->s;

		p->from = from > p->from ? from : p->from;
	}
	if (a->s_taken[r->s + r->n - 1]) {
		const struct run *t = &a->tiles.v[a->s_tile[r->s + r->n - 1]];
		const uint32_t end = t->s > r->s ? t->s - r->s : 0;

		p->end = end < p->end ? end : p->end;
	}
}

static void push_piece(struct stet_aligner *a, const struct run *r, uint32_t from, uint32_t end)
{
	const struct stet_tokens *c = a->c.tokens;
	const uint32_t weight = from < end ? stet_weight(c, r->c + from, r->c + end) : 0;

	if (weight >= a->o.min_run)
		push(&a->heap, (struct run){ r->c + from, r->s + from, end - from, weight });
}

/* Are all tokens of a run the same bytes, and as long? */
static bool same_bytes(const struct stet_tokens *c, const struct stet_tokens *s,
		       const struct run *r)
{
	const uint32_t *x = c->folded_at + r->c, *y = s->folded_at + r->s;
	const uint32_t ahead = y[0] - x[0];

	for (uint32_t k = 1; k <= r->n; k++)
		if (y[k] - x[k] != ahead)
			return false;
	return memcmp(c->folded + x[0], s->folded + y[0], x[r->n] - x[0]) == 0;
}

/* Runs were found by hash.  Tokens that collide end one piece and begin another. */
static bool confirm(struct stet_aligner *a, const struct run *r)
{
	const struct stet_tokens *c = a->c.tokens, *s = a->s.tokens;
	uint32_t from = 0;

	if (same_bytes(c, s, r))
		return true;
	for (uint32_t k = 0; k < r->n; k++)
		if (!stet_align_equal(c, r->c + k, s, r->s + k)) {
			push_piece(a, r, from, k);
			from = k + 1;
		}
	if (from > 0)
		push_piece(a, r, from, r->n);
	return from == 0;
}

/* ---- tiles */

static void take(bool *taken, uint32_t *tile_at, uint32_t at, uint32_t n, uint32_t tile)
{
	memset(taken + at, true, n);
	for (uint32_t i = at; i < at + n; i++)
		tile_at[i] = tile;
}

static void add_tile(struct stet_aligner *a, const struct run *r, bool self)
{
	const uint32_t tile = (uint32_t)a->tiles.n++;

	a->tiles.v = stet_grow(a->tiles.v, &a->tiles.cap, a->tiles.n, sizeof(*a->tiles.v));
	a->tiles.v[tile] = *r;
	take(a->c_taken, a->c_tile, r->c, r->n, tile);
	if (!self)
		take(a->s_taken, a->s_tile, r->s, r->n, tile);
}

static int by_c(const void *x, const void *y)
{
	const struct run *a = x, *b = y;

	return (a->c > b->c) - (a->c < b->c);
}

/* Is the run `i` next, rather than the top of the heap? */
static bool is_next(const struct stet_aligner *a, size_t i)
{
	return i < a->runs.n &&
	       (a->heap.n == 0 || stet_align_before(&a->runs.v[i], &a->heap.v[0]));
}

void stet_align_tile(struct stet_aligner *a, bool self)
{
	a->tiles.n = 0;
	a->c_tile = stet_grow(a->c_tile, &a->cap_c_tile, a->c.tokens->n, sizeof(*a->c_tile));
	a->s_tile = stet_grow(a->s_tile, &a->cap_s_tile, a->s.tokens->n, sizeof(*a->s_tile));
	a->heap.n = 0;
	stet_align_sort(&a->runs);
	for (size_t i = 0; i < a->runs.n || a->heap.n > 0; ) {
		const struct run r = is_next(a, i) ? a->runs.v[i++] : pop(&a->heap);
		struct piece p = { 0, r.n };

		cut_c(a, &r, &p);
		if (!self)
			cut_s(a, &r, &p);
		if (p.from > 0 || p.end < r.n)
			push_piece(a, &r, p.from, p.end);
		else if (confirm(a, &r))
			add_tile(a, &r, self);
	}
	if (a->tiles.n > 1)
		qsort(a->tiles.v, a->tiles.n, sizeof(*a->tiles.v), by_c);
}
