/*
 * html_facts.h - what a page says of itself: title, date, language
 */
#ifndef STET_SOURCE_HTML_FACTS_H
#define STET_SOURCE_HTML_FACTS_H

#include "html.h"
#include "html_tokens.h"

/* Where a date or title may stand, the most reliable place first. */
enum stet_html_fact {
	STET_DATE_JSON_LD,
	STET_DATE_META,		/* article:published_time */
	STET_DATE_ITEMPROP,
	STET_DATE_DC,
	STET_DATE_NAMED,	/* <meta name="date"> and the like */
	STET_DATE_TIME,		/* the first <time> */
	STET_N_DATES,
	STET_TITLE_META = STET_N_DATES,
	STET_TITLE_JSON_LD,
	STET_TITLE_ELEMENT,
	STET_LANGUAGE_HTML,
	STET_LANGUAGE_META,
	STET_N_FACTS,
};

/* The first of each; borrowed from the page or in the arena.  All zero = nothing is known. */
struct stet_html_facts {
	struct stet_span v[STET_N_FACTS];
};

/* At each start tag. */
void stet_html_facts_note(struct stet_html_facts *f, const struct stet_html_token *t);

/* The text of a <title>. */
void stet_html_facts_title(struct stet_html_facts *f, struct stet_span raw);

/* The text of a script that is JSON-LD. */
void stet_html_facts_json(struct stet_html_facts *f, struct stet_span json,
			  struct stet_arena *mem);

/* The best of them, decoded, to title, date and language of *out. */
void stet_html_facts_choose(const struct stet_html_facts *f, struct stet_arena *mem,
			    struct stet_html *out);

#endif
