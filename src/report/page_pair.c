/*
 * page_pair.c - two texts side by side
 *
 * A row for each block, with the texts of both; a row before it for what stands between it
 * and the block before, on either side.  Tokens of a block that the other text does not
 * have are marked.
 */
#include "page.h"

#include <stdlib.h>

#define BLOCK_BYTES 1200
#define GAP_BYTES 600

/* Of the file: what one pair may take, and when there is no room for any more. */
#define PAIR_BYTES ((uint64_t)32 << 10)
#define FULL_BYTES ((uint64_t)4 << 20)

/* Of one side: the text, and what of it is marked. */
struct side {
	struct stet_span text;
	const struct stet_range *marks;
	uint32_t n_marks;
};

static struct stet_span slice(const struct side *d, uint32_t begin, uint32_t end)
{
	return (struct stet_span){ d->text.p + begin, end > begin ? end - begin : 0 };
}

/* The first mark that ends behind `at`. */
static uint32_t mark_behind(const struct side *d, uint32_t at)
{
	uint32_t low = 0, high = d->n_marks;

	while (low < high) {
		const uint32_t mid = low + (high - low) / 2;

		if (d->marks[mid].end <= at)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

/* Text with its marks, up to BLOCK_BYTES of it. */
static void put_marked(struct stet_out *o, const struct side *d, uint32_t begin, uint32_t end)
{
	const uint32_t stop = end - begin > BLOCK_BYTES ? begin + BLOCK_BYTES : end;
	uint32_t at = begin;

	for (uint32_t i = mark_behind(d, begin); i < d->n_marks && d->marks[i].begin < stop; i++) {
		const struct stet_range *m = &d->marks[i];
		const uint32_t from = m->begin > at ? m->begin : at;
		const uint32_t to = m->end < end ? m->end : end;

		stet_page_text(o, slice(d, at, from), SIZE_MAX);
		stet_out_puts(o, "<mark>");
		stet_page_text(o, slice(d, from, to), BLOCK_BYTES);
		stet_out_puts(o, "</mark>");
		at = to;
	}
	stet_page_text(o, slice(d, at, end), stop > at ? stop - at : 0);
}

static bool is_blank(struct stet_span s)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.p[i] != ' ' && s.p[i] != '\n' && s.p[i] != '\r' && s.p[i] != '\t')
			return false;
	return true;
}

static void put_cell(struct stet_out *o, struct stet_span text)
{
	stet_out_puts(o, "<td dir=auto>");
	stet_page_text(o, text, GAP_BYTES);
	stet_out_puts(o, "</td>");
}

/* What only one of them has. */
static void put_gap(struct stet_out *o, struct stet_span s, struct stet_span c)
{
	if (is_blank(s) && is_blank(c))
		return;
	stet_out_puts(o, "<tr class=apart>");
	put_cell(o, s);
	put_cell(o, c);
	stet_out_puts(o, "</tr>\n");
}

static void put_block(struct stet_out *o, const struct side *s, const struct side *c,
		      const struct stet_block *b)
{
	stet_out_puts(o, "<tr class=alike><td dir=auto>");
	put_marked(o, s, b->s_begin, b->s_end);
	stet_out_puts(o, "</td><td dir=auto>");
	put_marked(o, c, b->c_begin, b->c_end);
	stet_out_puts(o, "</td></tr>\n");
}

/* ---- what stands before each block in S, where blocks may be in another order */

static int by_s(const void *a, const void *b)
{
	const struct stet_block *x = *(const struct stet_block *const *)a;
	const struct stet_block *y = *(const struct stet_block *const *)b;

	return (x->s_begin > y->s_begin) - (x->s_begin < y->s_begin);
}

/* By block: where the one before it in S ends; returns where the last one does. */
static uint32_t find_befores(const struct stet_exhibit *e, uint32_t *before)
{
	const struct stet_block **order = stet_calloc(e->n_blocks, sizeof(struct stet_block *));
	uint32_t end = 0;

	for (uint32_t i = 0; i < e->n_blocks; i++)
		order[i] = &e->blocks[i];
	qsort(order, e->n_blocks, sizeof(struct stet_block *), by_s);
	for (uint32_t i = 0; i < e->n_blocks; i++) {
		before[order[i] - e->blocks] = end;
		end = order[i]->s_end > end ? order[i]->s_end : end;
	}
	free(order);
	return end;
}

static void put_head(struct stet_out *o, const struct stet_findings *f,
		     const struct stet_exhibit *e)
{
	const struct stet_row s = stet_row_of(f, e->stands), c = stet_row_of(f, e->copy);

	stet_out_puts(o, "<table class=pair><thead><tr><th scope=col>");
	stet_page_document(o, f, &s);
	stet_out_puts(o, "</th><th scope=col>");
	stet_page_document(o, f, &c);
	stet_out_puts(o, "</th></tr></thead><tbody>\n");
}

static void put_rest(struct stet_out *o, uint32_t n)
{
	stet_out_puts(o, "<tr><td colspan=2 class=more>");
	stet_page_number(o, n);
	stet_out_puts(o, " more blocks</td></tr>\n");
}

void stet_page_side_by_side(struct stet_out *o, const struct stet_findings *f,
			    const struct stet_exhibit *e)
{
	const struct side s = { e->s_text, e->s_other, e->n_s_other };
	const struct side c = { e->c_text, e->c_other, e->n_c_other };
	const uint64_t room = o->written + PAIR_BYTES;
	uint32_t *before = stet_calloc(e->n_blocks, sizeof(*before));
	const uint32_t s_end = find_befores(e, before);
	uint32_t c_end = 0, i = 0;

	if (o->written > FULL_BYTES) {
		stet_out_puts(o, "<p class=more>There is no room for the texts.</p>\n");
		free(before);
		return;
	}
	put_head(o, f, e);
	for (; i < e->n_blocks && o->written < room; i++) {
		const struct stet_block *b = &e->blocks[i];

		put_gap(o, slice(&s, before[i], b->s_begin), slice(&c, c_end, b->c_begin));
		put_block(o, &s, &c, b);
		c_end = b->c_end > c_end ? b->c_end : c_end;
	}
	if (i < e->n_blocks)
		put_rest(o, e->n_blocks - i);
	else
		put_gap(o, slice(&s, s_end, (uint32_t)s.text.len),
			slice(&c, c_end, (uint32_t)c.text.len));
	stet_out_puts(o, "</tbody></table>\n");
	free(before);
}
