/*
 * passages_out.c - blocks.jsonl and places.tsv: what stands in more than one place
 */
#include "parts.h"
#include "put.h"

#include <assert.h>
#include <stdlib.h>

#define MAX_PLACES 100			/* of a line; the table holds them all */
#define EXCERPT_CHARACTERS 160

/* A place in the order of the report; `of` is the passage. */
struct spot {
	uint32_t ordinal, begin, end;
	const struct stet_passage *of;
};

static int compare_numbers(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

static int compare_spots(const void *a, const void *b)
{
	const struct spot *x = a, *y = b;
	int c = compare_numbers(x->ordinal, y->ordinal);

	if (c == 0)
		c = compare_numbers(x->begin, y->begin);
	return c != 0 ? c : compare_numbers(x->end, y->end);
}

/* With the passage: by id in the table, by kind first among lines. */
static int compare_rows(const void *a, const void *b)
{
	const struct spot *x = a, *y = b;
	int c = compare_spots(x, y);

	if (c == 0)
		c = compare_numbers(x->of->id, y->of->id);
	return c != 0 ? c : compare_numbers(x->of->kind, y->of->kind);
}

static int compare_lines(const void *a, const void *b)
{
	const struct spot *x = a, *y = b;
	int c = compare_spots(x, y);

	if (c == 0)
		c = compare_numbers(x->of->kind, y->of->kind);
	return c != 0 ? c : compare_numbers(x->of->id, y->of->id);
}

/* The places of one passage, not sorted. */
static void fill_spots(const struct stet_findings *f, const struct stet_passage *p,
		       struct spot *to)
{
	for (uint32_t i = 0; i < p->n_places; i++) {
		const struct stet_place *at = &f->passages->places[p->places + i];

		to[i] = (struct spot){ f->ordinal[at->rank], at->begin, at->end, p };
	}
}

/* ---- blocks.jsonl */

/* The first place of every passage, in the order of the lines. */
static struct spot *order_lines(const struct stet_findings *f)
{
	const struct stet_passages *all = f->passages;
	struct spot *first = stet_calloc(all->n, sizeof(*first));
	struct spot *places = NULL;
	size_t cap = 0;

	for (size_t i = 0; i < all->n; i++) {
		const struct stet_passage *p = &all->v[i];

		assert(p->n_places > 0);
		places = stet_grow(places, &cap, p->n_places, sizeof(*places));
		fill_spots(f, p, places);
		first[i] = places[0];
		for (uint32_t k = 1; k < p->n_places; k++)
			if (compare_spots(&places[k], &first[i]) < 0)
				first[i] = places[k];
	}
	free(places);
	if (all->n > 1)
		qsort(first, all->n, sizeof(*first), compare_lines);
	return first;
}

static void put_places(struct stet_out *o, const struct stet_findings *f,
		       const struct spot *places, size_t n)
{
	stet_out_puts(o, ",\"places\":[");
	for (size_t i = 0; i < n && i < MAX_PLACES; i++) {
		const struct stet_row row = stet_documents_get(f->documents, places[i].ordinal);

		stet_out_puts(o, i > 0 ? ",{\"id\":" : "{\"id\":");
		stet_put_id_json(o, f, &row);
		stet_out_puts(o, ",");
		stet_put_address_json(o, f, &row);
		stet_put_number(o, ",\"span\":[", places[i].begin);
		stet_put_number(o, ",", places[i].end);
		stet_out_puts(o, "]}");
	}
	stet_out_puts(o, "]");
}

/* As many bytes of valid UTF-8 as its first characters have. */
static size_t excerpt_len(struct stet_span text)
{
	size_t n = 0, i = 0;

	for (; i < text.len; i++)
		if (((unsigned char)text.p[i] & 0xc0) != 0x80 && n++ == EXCERPT_CHARACTERS)
			break;
	return i;
}

int stet_place_text(const struct stet_findings *f, uint32_t ordinal, uint32_t begin, uint32_t end,
		    struct stet_text_cache *cache, struct stet_span *text, struct stet_err *err)
{
	const struct stet_row row = stet_documents_get(f->documents, ordinal);

	if (stet_texts_get(f->texts, row.text_place, row.text_len, cache, text, err) < 0)
		return err->code;
	assert(begin <= end && end <= text->len);
	*text = (struct stet_span){ text->p + begin, end - begin };
	return 0;
}

static int put_excerpt(struct stet_out *o, const struct stet_findings *f, const struct spot *at,
		       struct stet_text_cache *cache, struct stet_err *err)
{
	struct stet_span text;

	if (stet_place_text(f, at->ordinal, at->begin, at->end, cache, &text, err) < 0)
		return err->code;
	text.len = excerpt_len(text);
	stet_out_puts(o, ",\"text\":");
	stet_put_json(o, text);
	return 0;
}

/* `places` are those of the passage, sorted. */
static int put_block(struct stet_out *o, const struct stet_findings *f, const struct spot *places,
		     struct stet_text_cache *cache, struct stet_err *err)
{
	const struct stet_passage *p = places[0].of;

	stet_put_hex(o, "{\"block\":\"", p->id);
	stet_out_puts(o, "\",\"kind\":\"");
	stet_out_puts(o, stet_passage_kind_name(p->kind));
	stet_put_number(o, "\",\"tokens\":", p->tokens);
	stet_put_number(o, ",\"documents\":", p->n_documents);
	put_places(o, f, places, p->n_places);
	if (put_excerpt(o, f, places, cache, err) < 0)
		return err->code;
	stet_out_puts(o, "}\n");
	return 0;
}

int stet_write_blocks(const struct stet_report *r, struct stet_out *o, struct stet_err *err)
{
	const struct stet_findings *f = r->f;
	struct spot *lines = order_lines(f), *places = NULL;
	struct stet_text_cache cache = { 0 };
	size_t cap = 0;
	int rc = 0;

	for (size_t i = 0; i < f->passages->n && rc == 0; i++) {
		const struct stet_passage *p = lines[i].of;

		places = stet_grow(places, &cap, p->n_places, sizeof(*places));
		fill_spots(f, p, places);
		qsort(places, p->n_places, sizeof(*places), compare_spots);
		rc = put_block(o, f, places, &cache, err);
	}
	f->counts->blocks = f->passages->n;
	stet_text_cache_release(&cache);
	free(places);
	free(lines);
	return rc;
}

/* ---- places.tsv */

static struct spot *all_spots(const struct stet_findings *f, size_t *n)
{
	struct spot *spots = stet_calloc(f->passages->n_places, sizeof(*spots));

	*n = 0;
	for (size_t i = 0; i < f->passages->n; i++) {
		assert(f->passages->v[i].n_places <= f->passages->n_places - *n);
		fill_spots(f, &f->passages->v[i], spots + *n);
		*n += f->passages->v[i].n_places;
	}
	if (*n > 1)
		qsort(spots, *n, sizeof(*spots), compare_rows);
	return spots;
}

int stet_write_places(const struct stet_report *r, struct stet_out *o, struct stet_err *err)
{
	size_t n;
	struct spot *spots = all_spots(r->f, &n);

	(void)err;
	stet_out_puts(o, "block\tkind\tinput\trecord\tid\tstart\tend\n");
	for (size_t i = 0; i < n; i++) {
		const struct spot *s = &spots[i];
		const struct stet_row row = stet_documents_get(r->f->documents, s->ordinal);

		stet_put_hex(o, "", s->of->id);
		stet_out_puts(o, "\t");
		stet_out_puts(o, stet_passage_kind_name(s->of->kind));
		stet_out_puts(o, "\t");
		stet_put_address_fields(o, r->f, &row);
		stet_out_puts(o, "\t");
		stet_put_id_field(o, r->f, &row);
		stet_put_number(o, "\t", s->begin);
		stet_put_number(o, "\t", s->end);
		stet_out_puts(o, "\n");
	}
	free(spots);
	return 0;
}
