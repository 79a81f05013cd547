/*
 * html_lines.h - the visible text of a page, put together as lines
 */
#ifndef STET_SOURCE_HTML_LINES_H
#define STET_SOURCE_HTML_LINES_H

#include "stet/mem.h"
#include "stet/source.h"

#include <stdbool.h>

struct stet_lines {
	struct stet_arena *mem;
	char *text, *p;			/* [text, p) is written */
	char *line;			/* where the current line begins */
	char gap;			/* what parts the next word from the last; 0 = nothing */
	bool pre;			/* white space counts */
	bool in_link;
	char *link;			/* where the words of the open link begin, or NULL */
	struct stet_range *links;
	size_t n_links, cap_links;
	uint32_t n_replaced;
};

/* Room for the text of `bytes` of a page: "&nGt;" is six bytes, a <p> is a line end. */
void stet_lines_begin(struct stet_lines *l, size_t bytes, struct stet_arena *mem);

/* Text with references. */
void stet_lines_put(struct stet_lines *l, struct stet_span text);

void stet_lines_break(struct stet_lines *l);	/* end the line, if there is anything on it */
void stet_lines_gap(struct stet_lines *l, char gap);
void stet_lines_link(struct stet_lines *l, bool begins);

/* All that was put, without the end of its last line. */
struct stet_span stet_lines_finish(struct stet_lines *l);

/* The words of an attribute, or of a title, on one line. */
struct stet_span stet_lines_of(struct stet_span value, struct stet_arena *mem);

#endif
