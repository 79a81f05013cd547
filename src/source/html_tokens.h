/*
 * html_tokens.h - a page cut into text, tags and the raw text between some tags
 *
 * As the tokenizer of the HTML standard cuts it.  Borrows everything from the page; allocates
 * nothing; looks at no byte more than a fixed number of times.  For html*.c alone.
 */
#ifndef STET_SOURCE_HTML_TOKENS_H
#define STET_SOURCE_HTML_TOKENS_H

#include "stet/mem.h"

#include <stdbool.h>

/* Elements with a meaning here; any other is a number from STET_TAG_OTHER on, by its name. */
enum stet_tag {
#define TAG(id, name, traits) STET_TAG_##id,
#include "html_tag_table.h"
#undef TAG
	STET_TAG_OTHER,
};
#define STET_N_TAGS (STET_TAG_OTHER + 64)

enum stet_tag_traits {
	STET_TAG_BLOCK = 1,	/* begins and ends a line */
	STET_TAG_VOID = 2,	/* has no content and no end tag */
	STET_TAG_RAW = 4,	/* its content is raw text */
	STET_TAG_OUT = 8,	/* its content is not for readers */
	STET_TAG_SCOPE = 16,	/* end tags inside it do not reach out of it */
};
unsigned stet_tag_traits(unsigned tag);

/* In order of the lengths of their names. */
enum stet_html_attribute {
	STET_ATTR_HREF,
	STET_ATTR_NAME,
	STET_ATTR_LANG,
	STET_ATTR_TYPE,
	STET_ATTR_STYLE,
	STET_ATTR_HIDDEN,
	STET_ATTR_CONTENT,
	STET_ATTR_CHARSET,
	STET_ATTR_PROPERTY,
	STET_ATTR_ITEMPROP,
	STET_ATTR_DATETIME,
	STET_ATTR_HTTP_EQUIV,
	STET_ATTR_ARIA_HIDDEN,
	STET_N_ATTRS,
};

enum stet_html_kind { STET_HTML_END, STET_HTML_TEXT, STET_HTML_OPEN, STET_HTML_CLOSE };

struct stet_html_token {
	enum stet_html_kind kind;
	struct stet_span text;		/* of TEXT: references are not decoded */
	unsigned tag;			/* of OPEN and CLOSE */
	bool closes_itself;		/* <svg/> */
	unsigned has;			/* which of `attr` are there, as bits */
	struct stet_span attr[STET_N_ATTRS];	/* the first of each name, not decoded */
};

struct stet_html_cursor {
	const char *p, *end;
};

void stet_html_next(struct stet_html_cursor *c, struct stet_html_token *t);

/* Behind the start tag of a raw element: its content; the cursor moves behind its end tag. */
struct stet_span stet_html_raw(struct stet_html_cursor *c, unsigned tag);

/* Is `a` the lower-case text `b`, but for ASCII case? */
bool stet_html_is(struct stet_span a, const char *b);

/* The attribute, or an empty span. */
struct stet_span stet_html_attr(const struct stet_html_token *t, enum stet_html_attribute a);

/*
 * Decode the character reference at `p` (an ampersand): the bytes read, 0 where it is none.
 * *n bytes go to `out`, which holds 8.  `in_attribute` is stricter without a semicolon.
 */
size_t stet_html_reference(const char *p, const char *end, bool in_attribute, char out[8],
			   size_t *n, uint32_t *n_replaced);

#endif
