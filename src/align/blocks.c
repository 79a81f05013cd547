/*
 * blocks.c - tiles to blocks: chains across small gaps, with what the gaps have in common
 */
#include "runs.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* ---- which tiles are neighbours */

struct place {
	uint32_t s, tile;
};

static int by_s(const void *x, const void *y)
{
	const struct place *a = x, *b = y;

	return (a->s > b->s) - (a->s < b->s);
}

/* a->order[i] = the place of tile i among all tiles in order of S. */
static void order_in_s(struct stet_aligner *a)
{
	const size_t n = a->tiles.n;

	a->places = stet_grow(a->places, &a->cap_places, n, sizeof(*a->places));
	a->order = stet_grow(a->order, &a->cap_order, n, sizeof(*a->order));
	for (size_t i = 0; i < n; i++)
		a->places[i] = (struct place){ a->tiles.v[i].s, (uint32_t)i };
	if (n > 1)
		qsort(a->places, n, sizeof(*a->places), by_s);
	for (size_t i = 0; i < n; i++)
		a->order[a->places[i].tile] = (uint32_t)i;
}

/*
 * Tiles i and i + 1 are neighbours in C; are they in S too, in the same order, and near?
 * Within one text the earlier place has to end before the later one, which begins with
 * `first`, begins.
 */
static bool joins(const struct stet_aligner *a, const struct stet_tokens *c,
		  const struct stet_tokens *s, const struct run *first, size_t i, bool self)
{
	const struct run *x = &a->tiles.v[i], *y = x + 1;

	if (self ? y->s < x->s + x->n || y->s + y->n > first->c
		 : a->order[i + 1] != a->order[i] + 1)
		return false;
	return stet_weight(c, x->c + x->n, y->c) <= a->o.max_gap &&
	       stet_weight(s, x->s + x->n, y->s) <= a->o.max_gap;
}

/* ---- what a gap has in common */

/*
 * lcs[x][y] = the longest common subsequence of C[c + x ..) and S[s + y ..) within
 * the gap; then one such subsequence is walked, each token matched as early as can be.
 */
static uint32_t match_gap(struct stet_aligner *a, const struct stet_tokens *ct,
			  const struct run *x, const struct run *y)
{
	const struct stet_tokens *st = a->s.tokens;
	const uint32_t c = x->c + x->n, s = x->s + x->n;
	const uint32_t nc = y->c - c, ns = y->s - s, row = ns + 1;
	uint32_t matched = 0;
	uint16_t *l;

	if (nc == 0 || ns == 0)
		return 0;
	l = a->lcs = stet_grow(a->lcs, &a->cap_lcs, (size_t)(nc + 1) * row, sizeof(*a->lcs));
	memset(l, 0, (size_t)(nc + 1) * row * sizeof(*l));
	for (uint32_t i = nc; i-- > 0; )
		for (uint32_t j = ns; j-- > 0; ) {
			const uint16_t skip_c = l[(i + 1) * row + j], skip_s = l[i * row + j + 1];

			l[i * row + j] = stet_align_equal(ct, c + i, st, s + j) ?
				l[(i + 1) * row + j + 1] + 1 : skip_c > skip_s ? skip_c : skip_s;
		}
	for (uint32_t i = 0, j = 0; i < nc && j < ns; ) {
		if (stet_align_equal(ct, c + i, st, s + j)) {
			a->c_taken[c + i++] = true;
			a->s_taken[s + j++] = true;
			matched++;
		} else if (l[(i + 1) * row + j] >= l[i * row + j + 1]) {
			i++;
		} else {
			j++;
		}
	}
	return matched;
}

/* ---- blocks */

const struct stet_paragraph *stet_align_paragraph_of(const struct stet_tokens *t, uint32_t token)
{
	size_t low = 0, high = t->n_paragraphs;

	assert(high > 0);
	while (high - low > 1) {
		const size_t mid = low + (high - low) / 2;

		if (t->paragraphs[mid].token <= token)
			low = mid;
		else
			high = mid;
	}
	return &t->paragraphs[low];
}

/* A range of tokens as bytes; where it reaches the end of a paragraph it takes that whole. */
static void range(const struct stet_tokens *t, uint32_t first, uint32_t end, uint32_t *from,
		  uint32_t *to)
{
	const struct stet_paragraph *p = stet_align_paragraph_of(t, first);
	const struct stet_paragraph *q = stet_align_paragraph_of(t, end - 1);

	*from = first == p->token ? p->begin : t->begin[first];
	*to = end == q->token + q->n_tokens ? q->end : t->end[end - 1];
}

static void set_bytes(struct stet_block *b, const struct stet_tokens *c,
		      const struct stet_tokens *s)
{
	range(c, b->c_token, b->c_token_end, &b->c_begin, &b->c_end);
	range(s, b->s_token, b->s_token_end, &b->s_begin, &b->s_end);
}

static void weigh(const struct stet_aligner *a, const struct stet_tokens *c, struct stet_block *b)
{
	b->weight = 0;
	for (uint32_t i = b->c_token; i < b->c_token_end; i++)
		if (a->c_taken[i] && a->copy->plain[i])
			b->weight += stet_weight(c, i, i + 1);
}

static void add_block(struct stet_aligner *a, const struct stet_block *b)
{
	a->blocks = stet_grow(a->blocks, &a->cap_blocks, a->n_blocks + 1, sizeof(*b));
	a->blocks[a->n_blocks++] = *b;
}

void stet_align_join(struct stet_aligner *a, const struct stet_tokens *ct, bool self)
{
	const struct stet_tokens *st = a->s.tokens;

	a->n_blocks = 0;
	order_in_s(a);
	for (size_t i = 0; i < a->tiles.n; i++) {
		const struct run *first = &a->tiles.v[i], *last = first;
		struct stet_block b = { .aligned = first->n };

		while (i + 1 < a->tiles.n && joins(a, ct, st, first, i, self)) {
			b.aligned += match_gap(a, ct, last, last + 1);
			last = &a->tiles.v[++i];
			b.aligned += last->n;
		}
		b.c_token = first->c;
		b.c_token_end = last->c + last->n;
		b.s_token = first->s;
		b.s_token_end = last->s + last->n;
		weigh(a, ct, &b);
		set_bytes(&b, ct, st);
		add_block(a, &b);
	}
}
