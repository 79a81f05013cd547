/*
 * parts.h - the single files of a report, and what they share (private to report)
 *
 * A writer fills one open file.  It fails only where a text cannot be had; what
 * the file itself cannot take is told when it is closed.
 */
#ifndef STET_PARTS_H
#define STET_PARTS_H

#include "stet/report.h"

struct stet_report {
	const struct stet_findings *f;
	/*
	 * Which standing documents contain one another: both directions of every
	 * such pair, rank << 32 | other rank, ascending.
	 */
	uint64_t *links;
	size_t n_links, cap_links;
};

/* ---- links.c: clusters that are part of one another, and which documents make a cluster */

void stet_links_collect(struct stet_report *r);
/* The first link of `rank`; those after it up to *end are its others. */
const uint64_t *stet_links_of(const struct stet_report *r, uint32_t rank, const uint64_t **end);

/* The proofs of the copies of a standing document, in total order; NULL = no more. */
const struct stet_proof *stet_first_copy(const struct stet_findings *f, uint32_t rank);
const struct stet_proof *stet_next_copy(const struct stet_findings *f, const struct stet_proof *q);

uint64_t stet_count_copies(const struct stet_findings *f, uint32_t rank);

/* Does the document stand for a copy, or is it part of another cluster? */
bool stet_is_cluster(const struct stet_report *r, uint32_t rank);

/* ---- ids.c */

struct stet_row stet_row_of(const struct stet_findings *f, uint32_t rank);
uint64_t stet_cluster_id(const struct stet_row *standing);

/* What a document is called, by `put`: its id, else the member path, else input#record. */
typedef void stet_put_text(struct stet_out *o, struct stet_span text);
void stet_put_id(struct stet_out *o, const struct stet_findings *f, const struct stet_row *row,
		 stet_put_text *put);
void stet_put_id_json(struct stet_out *o, const struct stet_findings *f,
		      const struct stet_row *row);
void stet_put_id_field(struct stet_out *o, const struct stet_findings *f,
		       const struct stet_row *row);
/* "input":"…","record":12, and input TAB record. */
void stet_put_address_json(struct stet_out *o, const struct stet_findings *f,
			   const struct stet_row *row);
void stet_put_address_fields(struct stet_out *o, const struct stet_findings *f,
			     const struct stet_row *row);

/* ---- passages_out.c: the text of a place, valid until the next use of the cache */

int stet_place_text(const struct stet_findings *f, uint32_t ordinal, uint32_t begin, uint32_t end,
		    struct stet_text_cache *cache, struct stet_span *text, struct stet_err *err);

/* ---- a writer for each file */

typedef int stet_write_part(const struct stet_report *r, struct stet_out *o, struct stet_err *err);

stet_write_part stet_write_clusters, stet_write_pairs, stet_write_blocks, stet_write_places,
	stet_write_exact, stet_write_removed, stet_write_skipped, stet_write_documents,
	stet_write_summary, stet_write_page;

#endif
