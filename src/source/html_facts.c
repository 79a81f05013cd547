/*
 * html_facts.c - what a page says of itself: title, date, language
 */
#include "html_facts.h"
#include "charset.h"
#include "html_lines.h"
#include "json.h"

#include <string.h>

#define MAX_ELEMENTS 1000	/* of an array of JSON-LD that are looked at */

static void note(struct stet_html_facts *f, enum stet_html_fact fact, struct stet_span value)
{
	if (f->v[fact].len == 0)
		f->v[fact] = value;
}

/* ---- tags */

static const struct {
	const char *name;
	enum stet_html_fact fact;
} metas[] = {
	{ "article:published_time", STET_DATE_META },
	{ "og:article:published_time", STET_DATE_META },
	{ "og:published_time", STET_DATE_META },
	{ "datepublished", STET_DATE_ITEMPROP },
	{ "dc.date.issued", STET_DATE_DC },
	{ "dc.date.created", STET_DATE_DC },
	{ "dc.date", STET_DATE_DC },
	{ "dcterms.issued", STET_DATE_DC },
	{ "dcterms.created", STET_DATE_DC },
	{ "dcterms.date", STET_DATE_DC },
	{ "parsely-pub-date", STET_DATE_NAMED },
	{ "sailthru.date", STET_DATE_NAMED },
	{ "article.published", STET_DATE_NAMED },
	{ "citation_publication_date", STET_DATE_NAMED },
	{ "pubdate", STET_DATE_NAMED },
	{ "publishdate", STET_DATE_NAMED },
	{ "publish-date", STET_DATE_NAMED },
	{ "publish_date", STET_DATE_NAMED },
	{ "date", STET_DATE_NAMED },
	{ "og:title", STET_TITLE_META },
	{ "twitter:title", STET_TITLE_META },
	{ "dc.title", STET_TITLE_META },
	{ "dcterms.title", STET_TITLE_META },
};

static void note_meta(struct stet_html_facts *f, const struct stet_html_token *t)
{
	const struct stet_span content = stet_html_attr(t, STET_ATTR_CONTENT);
	struct stet_span name = stet_html_attr(t, STET_ATTR_PROPERTY);

	if (name.len == 0)
		name = stet_html_attr(t, STET_ATTR_NAME);
	if (name.len == 0)
		name = stet_html_attr(t, STET_ATTR_ITEMPROP);
	for (size_t i = 0; i < sizeof(metas) / sizeof(metas[0]); i++)
		if (stet_html_is(name, metas[i].name))
			note(f, metas[i].fact, content);
	if (stet_html_is(stet_html_attr(t, STET_ATTR_HTTP_EQUIV), "content-language"))
		note(f, STET_LANGUAGE_META, content);
}

void stet_html_facts_note(struct stet_html_facts *f, const struct stet_html_token *t)
{
	struct stet_span when = stet_html_attr(t, STET_ATTR_DATETIME);

	if (t->tag == STET_TAG_META)
		note_meta(f, t);
	if (t->tag == STET_TAG_HTML)
		note(f, STET_LANGUAGE_HTML, stet_html_attr(t, STET_ATTR_LANG));
	if (t->tag == STET_TAG_TIME)
		note(f, STET_DATE_TIME, when);
	if (stet_html_is(stet_html_attr(t, STET_ATTR_ITEMPROP), "datepublished")) {
		if (when.len == 0)
			when = stet_html_attr(t, STET_ATTR_CONTENT);
		note(f, STET_DATE_ITEMPROP, when);
	}
}

void stet_html_facts_title(struct stet_html_facts *f, struct stet_span raw)
{
	note(f, STET_TITLE_ELEMENT, raw);
}

/* ---- JSON-LD */

static struct stet_span string_of(const struct stet_json_value *v, struct stet_arena *mem)
{
	uint32_t n_replaced = 0;
	char *p;

	if (v->kind != STET_JSON_STRING)
		return (struct stet_span){ "", 0 };
	p = stet_text_alloc(mem, v->raw.len);
	return stet_text_finish(p, stet_json_unescape(v->raw, p, &n_replaced));
}

static void note_object(struct stet_html_facts *f, struct stet_span json, struct stet_arena *mem)
{
	static const char *const paths[] = { "datePublished", "headline" };
	struct stet_json_value v[2];
	struct stet_json_fault fault;

	if (!stet_json_find(json, paths, v, 2, &fault))
		return;
	note(f, STET_DATE_JSON_LD, string_of(&v[0], mem));
	note(f, STET_TITLE_JSON_LD, string_of(&v[1], mem));
}

/* The elements of the array at `p`, each by itself: one that is broken is the last. */
static void note_elements(struct stet_html_facts *f, const char *p, const char *end,
			  struct stet_arena *mem)
{
	struct stet_json_fault fault;

	for (int i = 0; i < MAX_ELEMENTS && p < end && (*p == '[' || *p == ','); i++) {
		const char *from = stet_json_skip_space(p + 1, end);

		p = from < end ? stet_json_skip_value(from, end, &fault) : NULL;
		if (!p)
			return;
		note_object(f, (struct stet_span){ from, (size_t)(p - from) }, mem);
		p = stet_json_skip_space(p, end);
	}
}

/* Of an object with "@graph", the elements of that. */
static void note_graph(struct stet_html_facts *f, struct stet_span json, struct stet_arena *mem)
{
	static const char key[] = "\"@graph\"";
	const char *end = json.p + json.len;
	const char *p = memmem(json.p, json.len, key, sizeof(key) - 1);

	if (!p)
		return;
	p = stet_json_skip_space(p + sizeof(key) - 1, end);
	if (p < end && *p == ':')
		note_elements(f, stet_json_skip_space(p + 1, end), end, mem);
}

void stet_html_facts_json(struct stet_html_facts *f, struct stet_span json, struct stet_arena *mem)
{
	const char *end = json.p + json.len, *p = stet_json_skip_space(json.p, end);

	if (p == end || f->v[STET_DATE_JSON_LD].len > 0)
		return;
	if (*p == '[') {
		note_elements(f, p, end, mem);
	} else {
		note_object(f, json, mem);
		note_graph(f, json, mem);
	}
}

/* ---- the best */

/* The first of the facts in [from, to) that is known; of dates the first that is one. */
static struct stet_span best(const struct stet_html_facts *f, int from, int to, bool dates,
			     struct stet_arena *mem)
{
	struct stet_span first = { "", 0 };

	for (int i = from; i < to; i++) {
		struct stet_span value;

		if (f->v[i].len == 0)
			continue;
		value = stet_lines_of(f->v[i], mem);
		if (value.len > 0 && (!dates || stet_date_key(value, NULL) != STET_NO_DATE))
			return value;
		if (first.len == 0)
			first = value;
	}
	return first;
}

void stet_html_facts_choose(const struct stet_html_facts *f, struct stet_arena *mem,
			    struct stet_html *out)
{
	out->date = best(f, 0, STET_N_DATES, true, mem);
	out->title = best(f, STET_TITLE_META, STET_LANGUAGE_HTML, false, mem);
	out->language = best(f, STET_LANGUAGE_HTML, STET_N_FACTS, false, mem);
}
