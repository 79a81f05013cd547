/*
 * html.c - a page to its text, title, date and language
 *
 *	html_tokens	the page, cut into text and tags
 *	html_entity	character references
 *	html_elements	which elements are open, and so what is hidden
 *	html_lines	the visible text, as lines
 *	html_facts	title, date, language
 */
#include "html.h"
#include "charset.h"
#include "html_elements.h"
#include "html_facts.h"
#include "html_lines.h"

#include <string.h>

#define PRESCAN_BYTES ((size_t)4096)	/* the standard says 1024; pages in the wild need more */

struct page {
	struct stet_html_cursor c;
	struct stet_html_token t;
	struct stet_elements open;
	struct stet_lines lines;
	struct stet_html_facts facts;
	const char *row;	/* the line that the cells of this row share so far */
};

/* ---- what is hidden */

static bool hides(struct stet_span name, struct stet_span value)
{
	static const char important[] = "!important";
	const char *mark = memmem(value.p, value.len, important, sizeof(important) - 1);

	if (mark)
		value.len = (size_t)(mark - value.p);
	value = stet_trim(value);
	name = stet_trim(name);
	return (stet_html_is(name, "display") && stet_html_is(value, "none")) ||
	       (stet_html_is(name, "visibility") && stet_html_is(value, "hidden"));
}

static bool style_hides(struct stet_span style)
{
	const char *p = style.p, *end = p + style.len;

	while (p < end) {
		const char *semicolon = memchr(p, ';', (size_t)(end - p));
		const char *stop = semicolon ? semicolon : end;
		const char *colon = memchr(p, ':', (size_t)(stop - p));

		if (colon && hides((struct stet_span){ p, (size_t)(colon - p) },
				   (struct stet_span){ colon + 1, (size_t)(stop - colon - 1) }))
			return true;
		p = stop < end ? stop + 1 : end;
	}
	return false;
}

/* Pages that hide all of themselves are shown by a script. */
static bool is_hidden(const struct stet_html_token *t)
{
	if (t->tag == STET_TAG_HTML || t->tag == STET_TAG_BODY)
		return false;
	return (stet_tag_traits(t->tag) & STET_TAG_OUT) || (t->has >> STET_ATTR_HIDDEN & 1) ||
	       stet_html_is(stet_html_attr(t, STET_ATTR_ARIA_HIDDEN), "true") ||
	       style_hides(stet_html_attr(t, STET_ATTR_STYLE));
}

/* ---- lines */

/* Cells share a line, unless the one before has several. */
static void begin_cell(struct page *p)
{
	if (p->row == p->lines.line)
		stet_lines_gap(&p->lines, '\t');
	else
		stet_lines_break(&p->lines);
	p->row = p->lines.line;
}

/* Links in a row need no space between them to be told apart by eye. */
static void begin_link(struct page *p)
{
	struct stet_lines *l = &p->lines;

	if (!(p->t.has >> STET_ATTR_HREF & 1))
		return;
	stet_lines_link(l, true);
	if (l->n_links > 0 && l->text + l->links[l->n_links - 1].end == l->p)
		stet_lines_gap(l, ' ');
}

static void shape_line(struct page *p)
{
	const unsigned tag = p->t.tag;
	const bool opens = p->t.kind == STET_HTML_OPEN;

	if (stet_tag_traits(tag) & STET_TAG_BLOCK)
		stet_lines_break(&p->lines);
	switch (tag) {
	case STET_TAG_BR:
		stet_lines_break(&p->lines);
		break;
	case STET_TAG_TR:
		p->row = opens ? p->lines.line : NULL;
		break;
	case STET_TAG_TD:
	case STET_TAG_TH:
		if (opens)
			begin_cell(p);
		break;
	case STET_TAG_A:
		if (opens)
			begin_link(p);
		else
			stet_lines_link(&p->lines, false);
		break;
	}
	p->lines.pre = p->open.last[STET_TAG_PRE] > 0;
}

/* ---- tags */

static void take_raw(struct page *p)
{
	const unsigned tag = p->t.tag;
	const struct stet_span type = stet_trim(stet_html_attr(&p->t, STET_ATTR_TYPE));
	const struct stet_span raw = stet_html_raw(&p->c, tag);

	if (tag == STET_TAG_TITLE && !p->open.hidden)
		stet_html_facts_title(&p->facts, raw);
	if (tag == STET_TAG_SCRIPT && stet_html_is(type, "application/ld+json"))
		stet_html_facts_json(&p->facts, raw, p->lines.mem);
}

/* A line end right behind <pre> is not there. */
static void begin_pre(struct stet_html_cursor *c)
{
	if (c->p < c->end && *c->p == '\r')
		c->p++;
	if (c->p < c->end && *c->p == '\n')
		c->p++;
}

static void open_tag(struct page *p)
{
	struct stet_html_token *t = &p->t;
	const bool foreign = t->tag == STET_TAG_SVG || p->open.last[STET_TAG_SVG] > 0;

	stet_html_facts_note(&p->facts, t);
	if (stet_tag_traits(t->tag) & STET_TAG_RAW) {
		take_raw(p);
		return;
	}
	if (t->closes_itself && foreign)
		return;
	if (t->tag == STET_TAG_PRE)
		begin_pre(&p->c);
	stet_elements_open(&p->open, t->tag, is_hidden(t));
	if (!p->open.hidden)
		shape_line(p);
}

/* A line ends where a hidden block does, too: what it parts is parted. */
static void close_tag(struct page *p)
{
	stet_elements_close(&p->open, p->t.tag);
	if (!p->open.hidden)
		shape_line(p);
}

void stet_html_text(struct stet_span page, struct stet_arena *mem, struct stet_html *out)
{
	struct page p = { .open.n = 0 };

	page = stet_skip_bom(page);
	p.c = (struct stet_html_cursor){ page.p, page.p + page.len };
	stet_lines_begin(&p.lines, page.len, mem);
	for (;;) {
		stet_html_next(&p.c, &p.t);
		if (p.t.kind == STET_HTML_END)
			break;
		if (p.t.kind == STET_HTML_OPEN)
			open_tag(&p);
		else if (p.t.kind == STET_HTML_CLOSE)
			close_tag(&p);
		else if (!p.open.hidden)
			stet_lines_put(&p.lines, p.t.text);
	}
	*out = (struct stet_html){ .text = stet_lines_finish(&p.lines) };
	out->links = p.lines.links;
	out->n_links = p.lines.n_links;
	out->n_replaced = p.lines.n_replaced;
	stet_html_facts_choose(&p.facts, mem, out);
}

/* ---- charset */

static const char *find_lower(const char *p, const char *end, const char *what)
{
	const size_t len = strlen(what);

	for (; (size_t)(end - p) >= len; p++)
		if (stet_html_is((struct stet_span){ p, len }, what))
			return p;
	return NULL;
}

/* The word behind `key` and an equals sign, perhaps in quotes. */
static struct stet_span value_of(struct stet_span text, const char *key)
{
	const char *end = text.p + text.len, *p = find_lower(text.p, end, key), *from;

	if (!p)
		return (struct stet_span){ "", 0 };
	p += strlen(key);
	while (p < end && ((unsigned char)*p <= ' ' || *p == '='))
		p++;
	if (p < end && (*p == '"' || *p == '\''))
		p++;
	for (from = p; p < end && (unsigned char)*p > ' ' && !strchr("\"';?>", *p);)
		p++;
	return (struct stet_span){ from, (size_t)(p - from) };
}

static struct stet_span charset_of_meta(const struct stet_html_token *t)
{
	if (t->has >> STET_ATTR_CHARSET & 1)
		return stet_trim(t->attr[STET_ATTR_CHARSET]);
	if (stet_html_is(stet_trim(stet_html_attr(t, STET_ATTR_HTTP_EQUIV)), "content-type"))
		return value_of(stet_html_attr(t, STET_ATTR_CONTENT), "charset");
	return (struct stet_span){ "", 0 };
}

/* Whoever can read this in ASCII has no UTF-16 before him. */
static struct stet_span not_utf16(struct stet_span label)
{
	static const char utf16[] = "utf-16", utf8[] = "utf-8";
	const size_t n = sizeof(utf16) - 1;

	if (label.len >= n && stet_html_is((struct stet_span){ label.p, n }, utf16))
		return (struct stet_span){ utf8, sizeof(utf8) - 1 };
	return label;
}

struct stet_span stet_html_charset(struct stet_span page)
{
	struct stet_html_cursor c;
	struct stet_html_token t;
	struct stet_span label = { "", 0 };
	const char *end = NULL;

	page = stet_skip_bom(page);
	if (page.len > PRESCAN_BYTES)
		page.len = PRESCAN_BYTES;
	c = (struct stet_html_cursor){ page.p, page.p + page.len };
	if (page.len > 5 && memcmp(page.p, "<?xml", 5) == 0)
		end = memchr(page.p, '>', page.len);
	if (end)
		label = value_of((struct stet_span){ page.p, (size_t)(end - page.p) }, "encoding");
	while (label.len == 0) {
		stet_html_next(&c, &t);
		if (t.kind == STET_HTML_END)
			break;
		if (t.kind != STET_HTML_OPEN)
			continue;
		if (t.tag == STET_TAG_META)
			label = charset_of_meta(&t);
		else if (stet_tag_traits(t.tag) & STET_TAG_RAW)
			stet_html_raw(&c, t.tag);
	}
	return not_utf16(label);
}
