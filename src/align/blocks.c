/*
 * blocks.c - tiles to blocks: chains across small gaps, with what the gaps have in common
 */
#include "runs.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* ---- which tiles are neighbours */

/*
 * Does the tile y, which follows x in C, follow it in S, too, and near on both sides?  Gaps
 * that were matched lie between tiles that are neighbours, so what is taken between x and y
 * is a tile.  Within one text the earlier place has to end before the later one, which begins
 * with `first`, begins.
 */
static bool joins(const struct stet_aligner *a, const struct run *first, const struct run *x,
		  bool self)
{
	const struct run *y = x + 1;
	const uint32_t c_end = x->c + x->n, s_end = x->s + x->n;

	if (y->s < s_end || stet_weight(a->c.tokens, c_end, y->c) > a->o.max_gap ||
	    stet_weight(a->s.tokens, s_end, y->s) > a->o.max_gap)
		return false;
	return self ? y->s + y->n <= first->c : !memchr(a->s_taken + s_end, 1, y->s - s_end);
}

/* ---- what a gap has in common */

/*
 * lcs[x][y] = the longest common subsequence of C[c + x ..) and S[s + y ..) within
 * the gap; then one such subsequence is walked, each token matched as early as can be.
 */
static uint32_t match_gap(struct stet_aligner *a, const struct run *x, const struct run *y)
{
	const struct stet_tokens *ct = a->c.tokens, *st = a->s.tokens;
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

static void weigh(const struct stet_aligner *a, struct stet_block *b)
{
	const struct stet_tokens *c = a->c.tokens;

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

void stet_align_join(struct stet_aligner *a, bool self)
{

	a->n_blocks = 0;
	for (size_t i = 0; i < a->tiles.n; i++) {
		const struct run *first = &a->tiles.v[i], *last = first;
		struct stet_block b = { .aligned = first->n };

		while (i + 1 < a->tiles.n && joins(a, first, last, self)) {
			b.aligned += match_gap(a, last, last + 1);
			last = &a->tiles.v[++i];
			b.aligned += last->n;
		}
		b.c_token = first->c;
		b.c_token_end = last->c + last->n;
		b.s_token = first->s;
		b.s_token_end = last->s + last->n;
		weigh(a, &b);
		set_bytes(&b, a->c.tokens, a->s.tokens);
		add_block(a, &b);
	}
}
