/*
 * html.h - a page to its text, title, date and language
 *
 * The text is all that a reader of the page may see, in its order: a line for each
 * paragraph, heading, item of a list and row of a table (cells are parted by tabs).
 * White space is one space, but in <pre>; <br> ends a line.  Out are scripts, styles,
 * comments, what is there for lack of scripts or plug-ins, drawings, fields of forms,
 * and what is hidden by its own attributes.  Nothing is guessed to be boilerplate.
 *
 * Pages are hostile: time is linear in their bytes, memory is at most five times their
 * bytes (1.2 times, but for links), and nothing recurses.  Elements inside 512 others are not
 * told apart.  Pure.
 */
#ifndef STET_SOURCE_HTML_H
#define STET_SOURCE_HTML_H

#include "stet/mem.h"
#include "stet/source.h"

/* Spans are in `mem`; empty = not known. */
struct stet_html {
	struct stet_span text;		/* UTF-8; 64 readable bytes follow it */
	struct stet_span title;		/* as the page calls itself, else its <title> */
	struct stet_span date;		/* of publication, as it stands */
	struct stet_span language;	/* of the whole page, as it stands: "pt-BR" */
	const struct stet_range *links;	/* bytes of the text that are links, ascending, apart */
	size_t n_links;
	uint32_t n_replaced;		/* references that name no character, now U+FFFD */
};

/* `page` is UTF-8, with or without a BOM. */
void stet_html_text(struct stet_span page, struct stet_arena *mem, struct stet_html *out);

/*
 * What a page in bytes says its charset is, in an XML declaration or <meta>: the label as
 * it stands (borrowed), or empty.  Looks at the first bytes only.
 */
struct stet_span stet_html_charset(struct stet_span page);

#endif
