/*
 * page_blocks.c - passages that stand in more than one place, by kind
 */
#include "page.h"

#include <stdlib.h>

#define MOST_OF_KIND 25
#define MOST_PLACES 5
#define EXCERPT_BYTES 400

static const struct {
	const char *title, *meaning;
} kinds[STET_N_PASSAGE_KINDS] = {
	[STET_PASSAGE_REPEAT] = { "Repeats", "The same passage more than once in one document." },
	[STET_PASSAGE_SHARED] = { "Shared passages",
				  "In documents that are no copies of one another." },
	[STET_PASSAGE_BOILERPLATE] = { "Boilerplate",
				       "Paragraphs of documents that have nothing else in common: "
				       "bylines, menus, contact lines. They count for no "
				       "verdict." },
	[STET_PASSAGE_TEMPLATE] = { "Templates", "One form, again and again with other facts." },
};

/* What tells most comes first: much text in many places. */
static uint64_t extent(const struct stet_passage *p)
{
	return (uint64_t)p->tokens * (p->n_places - 1);
}

static int by_extent(const void *a, const void *b)
{
	const struct stet_passage *x = *(const struct stet_passage *const *)a;
	const struct stet_passage *y = *(const struct stet_passage *const *)b;

	if (extent(x) != extent(y))
		return extent(x) < extent(y) ? 1 : -1;
	return (x->id > y->id) - (x->id < y->id);
}

static int put_excerpt(struct stet_out *o, const struct stet_findings *f,
		       const struct stet_place *at, struct stet_text_cache *cache,
		       struct stet_err *err)
{
	struct stet_span text;

	if (stet_place_text(f, f->ordinal[at->rank], at->begin, at->end, cache, &text, err) < 0)
		return err->code;
	stet_out_puts(o, "<blockquote dir=auto>");
	stet_page_text(o, text, EXCERPT_BYTES);
	stet_out_puts(o, "</blockquote>\n");
	return 0;
}

static void put_places(struct stet_out *o, const struct stet_findings *f,
		       const struct stet_passage *p)
{
	stet_out_puts(o, "<ul>\n");
	for (uint32_t i = 0; i < p->n_places && i < MOST_PLACES; i++) {
		const struct stet_place *at = &f->passages->places[p->places + i];
		const struct stet_row row = stet_row_of(f, at->rank);

		stet_out_puts(o, "<li>");
		stet_page_document(o, f, &row);
		stet_out_puts(o, " bytes ");
		stet_page_number(o, at->begin);
		stet_out_puts(o, " to ");
		stet_page_number(o, at->end);
		stet_out_puts(o, "</li>\n");
	}
	if (p->n_places > MOST_PLACES) {
		stet_out_puts(o, "<li class=more>");
		stet_page_number(o, p->n_places - MOST_PLACES);
		stet_out_puts(o, " more in places.tsv</li>\n");
	}
	stet_out_puts(o, "</ul>\n");
}

static int put_passage(struct stet_out *o, const struct stet_findings *f,
		       const struct stet_passage *p, struct stet_text_cache *cache,
		       struct stet_err *err)
{
	stet_out_puts(o, "<article><h4><span class=size>");
	stet_page_number(o, p->n_places);
	stet_out_puts(o, "</span> places, ");
	stet_page_number(o, p->tokens);
	stet_out_puts(o, " tokens, in ");
	stet_page_number(o, p->n_documents);
	stet_out_puts(o, p->n_documents == 1 ? " document</h4>\n" : " documents</h4>\n");
	if (put_excerpt(o, f, &f->passages->places[p->places], cache, err) < 0)
		return err->code;
	put_places(o, f, p);
	stet_out_puts(o, "</article>\n");
	return 0;
}

/* The passages of one kind, those that tell most first; `v` has room for all. */
static int put_kind(struct stet_out *o, const struct stet_findings *f, enum stet_passage_kind kind,
		    const struct stet_passage **v, struct stet_text_cache *cache,
		    struct stet_err *err)
{
	size_t n = 0;

	for (size_t i = 0; i < f->passages->n; i++)
		if (f->passages->v[i].kind == kind)
			v[n++] = &f->passages->v[i];
	if (n == 0)
		return 0;
	qsort(v, n, sizeof(struct stet_passage *), by_extent);
	stet_out_printf(o, "<details><summary><h3>%s</h3> <span class=size>", kinds[kind].title);
	stet_page_number(o, n);
	stet_out_printf(o, "</span> %s</summary>\n", kinds[kind].meaning);
	for (size_t i = 0; i < n && i < MOST_OF_KIND; i++)
		if (put_passage(o, f, v[i], cache, err) < 0)
			return err->code;
	if (n > MOST_OF_KIND) {
		stet_out_puts(o, "<p class=more>");
		stet_page_number(o, n - MOST_OF_KIND);
		stet_out_puts(o, " more in blocks.jsonl</p>\n");
	}
	stet_out_puts(o, "</details>\n");
	return 0;
}

int stet_page_blocks(struct stet_out *o, const struct stet_report *r, struct stet_err *err)
{
	const struct stet_findings *f = r->f;
	const struct stet_passage **v = stet_calloc(f->passages->n, sizeof(struct stet_passage *));
	struct stet_text_cache cache = { 0 };
	int rc = 0;

	stet_out_puts(o, "<section id=blocks><h2>Passages</h2>\n");
	for (int kind = 0; kind < STET_N_PASSAGE_KINDS && rc == 0; kind++)
		rc = put_kind(o, f, (enum stet_passage_kind)kind, v, &cache, err);
	stet_out_puts(o, "</section>\n");
	stet_text_cache_release(&cache);
	free(v);
	return rc;
}
