/*
 * repeats.c - what is special about a text aligned with itself
 *
 * A place that overlaps its earlier place says that the text goes round: tokens p apart
 * are equal, again and again.  What a reader sees is one passage with many places, so
 * such a tile is cut into units of some times p that stand side by side.
 */
#include "runs.h"

#include <stdlib.h>

/* Is a paragraph that is long enough, with all its tokens taken, within the tokens first to end? */
static bool holds_paragraph(const struct stet_aligner *a, const struct stet_tokens *t,
			    uint32_t first, uint32_t end)
{
	const struct stet_paragraph *p = stet_align_paragraph_of(t, first);
	const struct stet_paragraph *last = t->paragraphs + t->n_paragraphs;

	if (p->token < first)
		p++;
	for (; p < last && p->token + p->n_tokens <= end; p++)
		if (stet_weight(t, p->token, p->token + p->n_tokens) >= a->o.min_repeat_paragraph &&
		    !memchr(a->c_taken + p->token, 0, p->n_tokens))
			return true;
	return false;
}

/*
 * Tokens of a unit of the tile: the fewest periods that are a repeat.  Where no such
 * unit stands there twice, as many as make what follows no longer than the unit.
 */
static uint32_t unit_of(const struct stet_aligner *a, const struct stet_tokens *t,
			const struct run *tile)
{
	const uint32_t period = tile->c - tile->s, end = tile->c + tile->n;
	const uint32_t all = end - tile->s;
	uint32_t unit = period;

	for (; unit <= all / 2; unit += period) {
		const uint32_t second = tile->s + unit;

		if (stet_weight(t, second, second + unit) >= a->o.min_repeat ||
		    holds_paragraph(a, t, second, second + unit))
			return unit;
	}
	return unit;
}

static void add_unit(struct runs *to, const struct run *tile, uint32_t at, uint32_t n,
		     const struct stet_aligner *a, const struct stet_tokens *t)
{
	const uint32_t weight = stet_weight(t, at, at + n);

	if (weight < a->o.min_run)
		return;
	to->v = stet_grow(to->v, &to->cap, to->n + 1, sizeof(*to->v));
	to->v[to->n++] = (struct run){ at, tile->s, n, weight };
}

void stet_align_cut_units(struct stet_aligner *a)
{
	const struct stet_tokens *t = a->c.tokens;
	const struct runs tiles = a->tiles;

	/* The runs are done with: they and the tiles change places. */
	a->runs.n = 0;
	for (size_t i = 0; i < tiles.n; i++) {
		const struct run *tile = &tiles.v[i];
		const uint32_t end = tile->c + tile->n;
		const uint32_t unit = tile->n <= tile->c - tile->s ? tile->c - tile->s
								   : unit_of(a, t, tile);

		for (uint32_t at = tile->s + unit; at < end; at += unit)
			add_unit(&a->runs, tile, at, at + unit < end ? unit : end - at, a, t);
	}
	a->tiles = a->runs;
	a->runs = tiles;
	a->runs.n = 0;
}

void stet_align_keep_repeats(struct stet_aligner *a)
{
	const struct stet_tokens *t = a->c.tokens;
	size_t kept = 0;

	for (size_t i = 0; i < a->n_blocks; i++) {
		const struct stet_block *b = &a->blocks[i];

		if (b->weight >= a->o.min_repeat ||
		    holds_paragraph(a, t, b->c_token, b->c_token_end))
			a->blocks[kept++] = *b;
	}
	a->n_blocks = kept;
}
