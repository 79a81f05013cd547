/*
 * html_elements.h - which elements of a page are open
 *
 * What the standard's tree builder closes by itself (a paragraph before a block, an item
 * before the next, a cell, a row) is closed here, and end tags reach as far as they do there.
 * No tree is built.  Each tag costs a fixed number of steps, over the whole page: every open
 * element knows the nearest one around it of each kind that anybody asks for.
 */
#ifndef STET_SOURCE_HTML_ELEMENTS_H
#define STET_SOURCE_HTML_ELEMENTS_H

#include "html_tokens.h"

#define STET_HTML_MAX_DEPTH 512u	/* as in browsers; deeper elements are not noted */

/* Places in the stack are counted from 1; 0 = there is none. */
struct stet_element {
	uint16_t tag;
	uint16_t same;		/* the next one out with this tag */
	uint16_t p;		/* the paragraph that a block would close, this one included */
	uint16_t item;		/* likewise <li>, <dt> or <dd>, before the next item */
	uint16_t cell;		/* likewise <td> or <th>, before the next cell */
	uint16_t block;		/* the nearest block: end tags of other elements stop here */
	uint16_t scope;		/* the nearest that no end tag inside it closes */
};

/* All zero = nothing is open. */
struct stet_elements {
	struct stet_element v[STET_HTML_MAX_DEPTH + 1];
	uint16_t n;
	uint16_t last[STET_N_TAGS];	/* the innermost by tag */
	uint16_t hidden;		/* the outermost that is hidden */
};

/* At a start tag: close what it closes, then open it. */
void stet_elements_open(struct stet_elements *e, unsigned tag, bool hidden);

/* At an end tag: close it and what is inside it, or nothing. */
void stet_elements_close(struct stet_elements *e, unsigned tag);

#endif
