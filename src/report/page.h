/*
 * page.h - the parts of report.html (private to report)
 *
 * One page that needs nothing but itself: no script, nothing fetched, every byte of an
 * archive escaped.  What is shown is chosen by size and by the total order, so the page is a
 * function of the findings as all other files are.
 */
#ifndef STET_PAGE_H
#define STET_PAGE_H

#include "parts.h"
#include "put.h"

extern const char stet_page_style[];	/* page_style.c */

/* ---- page_put.c */

/*
 * Text of an archive: markup escaped, control characters shown as their pictures, what is no
 * UTF-8 as U+FFFD.  At most `most` bytes, cut at a character; what is left out is told.
 */
void stet_page_text(struct stet_out *o, struct stet_span text, size_t most);

/* A number with a comma between thousands; part of whole as 12.3 %. */
void stet_page_number(struct stet_out *o, uint64_t n);
void stet_page_percent(struct stet_out *o, uint64_t part, uint64_t whole);
void stet_page_bytes(struct stet_out *o, uint64_t n);	/* 1.2 MB */

/* A document: title or what it is called, source, date, address. */
void stet_page_document(struct stet_out *o, const struct stet_findings *f,
			const struct stet_row *row);

/* ---- page_charts.c: pictures */

void stet_page_charts(struct stet_out *o, const struct stet_report *r);

/* ---- page_clusters.c: clusters and pairs, page_pair.c: two texts side by side */

void stet_page_clusters(struct stet_out *o, const struct stet_report *r);
void stet_page_pairs(struct stet_out *o, const struct stet_report *r);
void stet_page_side_by_side(struct stet_out *o, const struct stet_findings *f,
			    const struct stet_exhibit *e);

/* ---- page_blocks.c: repeats, passages, boilerplate, templates */

int stet_page_blocks(struct stet_out *o, const struct stet_report *r, struct stet_err *err);

#endif
