/*
 * html_lines.c - the visible text of a page, put together as lines
 */
#include "html_lines.h"
#include "charset.h"
#include "html_tokens.h"

#include <string.h>

/* Bytes that are not copied as they stand. */
enum { PLAIN, BLANK, NUL, REFERENCE, LEAD_C2 };

static const unsigned char class[256] = {
	[0] = NUL, ['\t'] = BLANK, ['\n'] = BLANK, ['\f'] = BLANK, ['\r'] = BLANK,
	[' '] = BLANK, ['&'] = REFERENCE, [0xc2] = LEAD_C2,
};

void stet_lines_begin(struct stet_lines *l, size_t bytes, struct stet_arena *mem)
{
	*l = (struct stet_lines){ .mem = mem };
	l->text = l->p = l->line = stet_text_alloc(mem, bytes + bytes / 5 + 1);
}

static bool is_empty(const struct stet_lines *l)
{
	return l->p == l->line;
}

static void end_line(struct stet_lines *l)
{
	*l->p++ = '\n';
	l->line = l->p;
	l->gap = 0;
}

void stet_lines_break(struct stet_lines *l)
{
	if (!is_empty(l))
		end_line(l);
	l->gap = 0;
}

void stet_lines_gap(struct stet_lines *l, char gap)
{
	if (!is_empty(l) && l->gap != '\t')
		l->gap = gap;
}

static void put_words(struct stet_lines *l, const char *p, size_t len)
{
	if (l->gap)
		*l->p++ = l->gap;
	l->gap = 0;
	if (l->in_link && !l->link)
		l->link = l->p;
	memcpy(l->p, p, len);
	l->p += len;
}

/* White space in <pre>; blank lines are kept, but not before the first of the text. */
static void put_blank(struct stet_lines *l, char c)
{
	if (c == '\r')
		return;		/* of CRLF */
	if (c != '\n')
		put_words(l, &c, 1);
	else if (l->p > l->text)
		end_line(l);
}

static void blank(struct stet_lines *l, char c)
{
	if (l->pre)
		put_blank(l, c);
	else
		stet_lines_gap(l, ' ');
}

static bool is_nbsp(const char *p, size_t len)
{
	return len >= 2 && p[0] == (char)0xc2 && p[1] == (char)0xa0;
}

/* What a reference stands for. */
static void put_decoded(struct stet_lines *l, const char *p, size_t len)
{
	if (class[(unsigned char)*p] == BLANK)
		blank(l, *p);
	else if (is_nbsp(p, len))
		blank(l, ' ');
	else if (*p)
		put_words(l, p, len);
}

/* What stands at `p` and is not plain; returns behind it. */
static const char *put_other(struct stet_lines *l, const char *p, const char *end)
{
	char out[8];
	size_t n, len;

	switch (class[(unsigned char)*p]) {
	case BLANK:
		blank(l, *p++);
		while (!l->pre && p < end && class[(unsigned char)*p] == BLANK)
			p++;
		return p;
	case REFERENCE:
		len = stet_html_reference(p, end, false, out, &n, &l->n_replaced);
		if (len > 0)
			put_decoded(l, out, n);
		else
			put_words(l, p, 1);
		return p + (len > 0 ? len : 1);
	case LEAD_C2:
		if (is_nbsp(p, (size_t)(end - p)))
			blank(l, ' ');
		else
			put_words(l, p, end - p >= 2 ? 2 : 1);
		return p + (end - p >= 2 ? 2 : 1);
	default:
		return p + 1;
	}
}

/* Behind the words at `p` that stand as they are: parted by one space each. */
static const char *find_other(const char *p, const char *end)
{
	for (; p < end; p++)
		if (class[(unsigned char)*p] != PLAIN &&
		    (*p != ' ' || end - p < 2 || class[(unsigned char)p[1]] != PLAIN))
			break;
	return p;
}

void stet_lines_put(struct stet_lines *l, struct stet_span text)
{
	const char *p = text.p, *end = p + text.len;

	while (p < end) {
		const char *from = p;

		if (class[(unsigned char)*p] == PLAIN)
			p = find_other(p, end);
		if (p > from)
			put_words(l, from, (size_t)(p - from));
		if (p < end)
			p = put_other(l, p, end);
	}
}

static void add_link(struct stet_lines *l, const char *end)
{
	const size_t cap = 2 * l->cap_links + 64;
	struct stet_range *v;

	if (l->n_links == l->cap_links) {
		v = stet_arena_alloc(l->mem, cap * sizeof(*v));
		if (l->n_links > 0)
			memcpy(v, l->links, l->n_links * sizeof(*v));
		l->links = v;
		l->cap_links = cap;
	}
	l->links[l->n_links++] = (struct stet_range){
		(uint32_t)(l->link - l->text), (uint32_t)(end - l->text),
	};
}

void stet_lines_link(struct stet_lines *l, bool begins)
{
	const char *end = l->p;

	while (l->link && end > l->link && end[-1] == '\n')
		end--;
	if (l->link && end > l->link)
		add_link(l, end);
	l->in_link = begins;
	l->link = NULL;
}

struct stet_span stet_lines_finish(struct stet_lines *l)
{
	stet_lines_link(l, false);
	while (l->p > l->text && l->p[-1] == '\n')
		l->p--;
	return stet_text_finish(l->text, (size_t)(l->p - l->text));
}

struct stet_span stet_lines_of(struct stet_span value, struct stet_arena *mem)
{
	struct stet_lines l;

	stet_lines_begin(&l, value.len, mem);
	stet_lines_put(&l, value);
	return stet_lines_finish(&l);
}
