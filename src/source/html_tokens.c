/*
 * html_tokens.c - a page cut into text, tags and raw text
 */
#include "html_tokens.h"
#include "stet/hash.h"

#include <string.h>

/* ---- bytes */

enum { NAME_END = 1, SPACE = 2, UNQUOTED_END = 4, ATTR_END = 8 };

static const unsigned char traits[256] = {
	['\t'] = NAME_END | SPACE | UNQUOTED_END | ATTR_END,
	['\n'] = NAME_END | SPACE | UNQUOTED_END | ATTR_END,
	['\f'] = NAME_END | SPACE | UNQUOTED_END | ATTR_END,
	['\r'] = NAME_END | SPACE | UNQUOTED_END | ATTR_END,
	[' '] = NAME_END | SPACE | UNQUOTED_END | ATTR_END,
	['/'] = NAME_END | ATTR_END,
	['>'] = NAME_END | UNQUOTED_END | ATTR_END,
	['='] = ATTR_END,
};

/* The first byte from `p` on that has a trait (or, with `without`, has it not), or `end`. */
static const char *find(const char *p, const char *end, unsigned of, bool without)
{
	while (p < end && !(traits[(unsigned char)*p] & of) != without)
		p++;
	return p;
}

static const char *find_byte(const char *p, const char *end, char c)
{
	const char *at = memchr(p, c, (size_t)(end - p));

	return at ? at : end;
}

static bool is_letter(char c)
{
	return (unsigned char)((c | 0x20) - 'a') < 26;
}

static char lower(char c)
{
	return (unsigned char)(c - 'A') < 26 ? (char)(c | 0x20) : c;
}

bool stet_html_is(struct stet_span a, const char *b)
{
	size_t i = 0;

	while (i < a.len && b[i] && lower(a.p[i]) == b[i])
		i++;
	return i == a.len && !b[i];
}

/* ---- names */

#define MAX_NAME 16	/* longer than that of any element known */

struct name {
	char text[MAX_NAME];	/* lower case, zeros behind */
};

static const struct element {
	struct name name;
	unsigned traits;
} elements[] = {
#define TAG(id, name, traits) { { name }, traits },
#include "html_tag_table.h"
#undef TAG
};

/* Where the elements that begin with a letter begin; they are in order. */
static const unsigned char by_letter[27] = {
	STET_TAG_A, STET_TAG_BASE, STET_TAG_CANVAS, STET_TAG_DATALIST, STET_TAG_EMBED,
	STET_TAG_FIELDSET, STET_TAG_H1, STET_TAG_H1, STET_TAG_IFRAME, STET_TAG_LEGEND,
	STET_TAG_LEGEND, STET_TAG_LEGEND, STET_TAG_MAIN, STET_TAG_NAV, STET_TAG_OBJECT,
	STET_TAG_P, STET_TAG_RP, STET_TAG_RP, STET_TAG_SCRIPT, STET_TAG_TABLE, STET_TAG_UL,
	STET_TAG_VIDEO, STET_TAG_WBR, STET_TAG_XMP, STET_TAG_OTHER, STET_TAG_OTHER,
	STET_TAG_OTHER,
};

static uint64_t load64(const char *p)
{
	uint64_t x;

	memcpy(&x, p, sizeof(x));
	return x;
}

static unsigned tag_of(struct stet_span name)
{
	struct name n = { { 0 } };
	unsigned i;

	for (i = 0; i < name.len && i < MAX_NAME; i++)
		n.text[i] = lower(name.p[i]);
	if (name.len < MAX_NAME)
		for (i = by_letter[n.text[0] - 'a']; i < by_letter[n.text[0] - 'a' + 1]; i++)
			if (load64(elements[i].name.text) == load64(n.text) &&
			    load64(elements[i].name.text + 8) == load64(n.text + 8))
				return i;
	return STET_TAG_OTHER +
	       (unsigned)(stet_mix64(load64(n.text) ^ load64(n.text + 8)) % 64);
}

unsigned stet_tag_traits(unsigned tag)
{
	return tag < STET_TAG_OTHER ? elements[tag].traits : 0;
}

#define MAX_ATTRIBUTE 11	/* length of the longest name */

static const char *const attributes[STET_N_ATTRS] = {
	"href", "name", "lang", "type", "style", "hidden", "content", "charset", "property",
	"itemprop", "datetime", "http-equiv", "aria-hidden",
};

/* Where names of a length begin among them, and so where those that are shorter end. */
static const unsigned char by_length[MAX_ATTRIBUTE + 2] = {
	[5] = STET_ATTR_STYLE, [6] = STET_ATTR_HIDDEN, [7] = STET_ATTR_CONTENT,
	[8] = STET_ATTR_PROPERTY, [9] = STET_ATTR_HTTP_EQUIV, [10] = STET_ATTR_HTTP_EQUIV,
	[11] = STET_ATTR_ARIA_HIDDEN, [12] = STET_N_ATTRS,
};

static void add_attribute(struct stet_html_token *t, struct stet_span name,
			  struct stet_span value)
{
	if (name.len > MAX_ATTRIBUTE)
		return;
	for (unsigned i = by_length[name.len]; i < by_length[name.len + 1]; i++) {
		if (t->has >> i & 1 || !stet_html_is(name, attributes[i]))
			continue;
		t->attr[i] = value;
		t->has |= 1u << i;
	}
}

struct stet_span stet_html_attr(const struct stet_html_token *t, enum stet_html_attribute a)
{
	return t->has >> a & 1 ? t->attr[a] : (struct stet_span){ "", 0 };
}

/* ---- tags */

/* The value of an attribute from behind its `=`; returns behind it. */
static const char *take_value(const char *p, const char *end, struct stet_span *value)
{
	const char *from = find(p, end, SPACE, true), *to;

	if (from < end && (*from == '"' || *from == '\'')) {
		to = find_byte(from + 1, end, *from);
		*value = (struct stet_span){ from + 1, (size_t)(to - from - 1) };
		return to < end ? to + 1 : end;
	}
	to = find(from, end, UNQUOTED_END, false);
	*value = (struct stet_span){ from, (size_t)(to - from) };
	return to;
}

/* The attributes from `p` on; returns behind the tag, or NULL where it does not end. */
static const char *take_attributes(const char *p, const char *end, struct stet_html_token *t)
{
	for (;;) {
		struct stet_span name, value = { "", 0 };

		p = find(p, end, SPACE, true);
		if (p == end)
			return NULL;
		if (*p == '>')
			return p + 1;
		t->closes_itself = *p == '/' && end - p > 1 && p[1] == '>';
		if (*p == '/') {
			p++;
			continue;
		}
		name.p = p;
		p = find(p + 1, end, ATTR_END, false);
		name.len = (size_t)(p - name.p);
		p = find(p, end, SPACE, true);
		if (p < end && *p == '=')
			p = take_value(p + 1, end, &value);
		add_attribute(t, name, value);
	}
}

/* The tag whose name begins at `p`; false where the page ends inside it. */
static bool take_tag(struct stet_html_cursor *c, const char *p, enum stet_html_kind kind,
		     struct stet_html_token *t)
{
	const char *name = p;

	p = find(p, c->end, NAME_END, false);
	t->kind = kind;
	t->tag = tag_of((struct stet_span){ name, (size_t)(p - name) });
	t->has = 0;
	t->closes_itself = false;
	p = take_attributes(p, c->end, t);
	c->p = p ? p : c->end;
	return p;
}

/* ---- comments and the like */

/* Behind the comment whose text begins at `p`. */
static const char *skip_comment(const char *p, const char *end)
{
	const char *from = p;

	if (p < end && *p == '>')
		return p + 1;
	if (end - p >= 2 && p[0] == '-' && p[1] == '>')
		return p + 2;
	for (; (p = find_byte(p, end, '>')) < end; p++)
		if ((p - from >= 2 && p[-1] == '-' && p[-2] == '-') ||
		    (p - from >= 3 && p[-1] == '!' && p[-2] == '-' && p[-3] == '-'))
			return p + 1;
	return end;
}

/* Behind the <! or <? or </ that begins at `p` and is no tag. */
static const char *skip_markup(const char *p, const char *end)
{
	if (end - p >= 4 && memcmp(p, "<!--", 4) == 0)
		return skip_comment(p + 4, end);
	p = find_byte(p + 1, end, '>');
	return p < end ? p + 1 : end;
}

/* ---- raw text */

/* Does `name` stand at `p` as that of a tag? */
static bool is_name(const char *p, const char *end, const char *name)
{
	const size_t len = strlen(name);

	return (size_t)(end - p) > len && traits[(unsigned char)p[len]] & NAME_END &&
	       stet_html_is((struct stet_span){ p, len }, name);
}

/* In a script: <!-- and in it <script, up to whose end tag the next one is text. */
struct escape {
	bool on, nested;
};

/* Go from the `<` at `p` on to the next one, which is at `to`. */
static void follow(struct escape *e, const char *p, const char *to)
{
	if (to - p >= 4 && memcmp(p, "<!--", 4) == 0)
		e->on = true;
	else if (e->on && is_name(p + 1, to, "script"))
		e->nested = true;
	if (e->on && memmem(p + 1, (size_t)(to - p - 1), "-->", 3))
		*e = (struct escape){ false, false };
}

/* The end tag of `name`, from `p` on, or `end`. */
static const char *find_end_tag(const char *p, const char *end, const char *name, bool script)
{
	struct escape e = { false, false };

	for (p = find_byte(p, end, '<'); p < end;) {
		const char *next = find_byte(p + 1, end, '<');

		if (end - p > 2 && p[1] == '/' && is_name(p + 2, end, name)) {
			if (!e.nested)
				return p;
			e.nested = false;
		} else if (script) {
			follow(&e, p, next);
		}
		p = next;
	}
	return end;
}

struct stet_span stet_html_raw(struct stet_html_cursor *c, unsigned tag)
{
	const char *end = find_end_tag(c->p, c->end, elements[tag].name.text,
				       tag == STET_TAG_SCRIPT);
	const struct stet_span raw = { c->p, (size_t)(end - c->p) };
	struct stet_html_token t;

	c->p = end;
	if (end < c->end)
		take_tag(c, end + 2, STET_HTML_CLOSE, &t);
	return raw;
}

/* ---- the page */

/* Does something begin at `p` that is not text? */
static bool is_markup(const char *p, const char *end)
{
	return *p == '<' && end - p >= 2 &&
	       (is_letter(p[1]) || p[1] == '!' || p[1] == '/' || p[1] == '?');
}

static void take_text(struct stet_html_cursor *c, struct stet_html_token *t)
{
	const char *p = c->p;

	while (p < c->end && !is_markup(p, c->end))
		p = find_byte(p + 1, c->end, '<');
	t->kind = STET_HTML_TEXT;
	t->text = (struct stet_span){ c->p, (size_t)(p - c->p) };
	c->p = p;
}

void stet_html_next(struct stet_html_cursor *c, struct stet_html_token *t)
{
	while (c->p < c->end) {
		const char *p = c->p;

		if (!is_markup(p, c->end)) {
			take_text(c, t);
			return;
		}
		if (is_letter(p[1])) {
			if (take_tag(c, p + 1, STET_HTML_OPEN, t))
				return;
		} else if (p[1] == '/' && c->end - p > 2 && is_letter(p[2])) {
			if (take_tag(c, p + 2, STET_HTML_CLOSE, t))
				return;
		} else {
			c->p = skip_markup(p, c->end);
		}
	}
	t->kind = STET_HTML_END;
}
