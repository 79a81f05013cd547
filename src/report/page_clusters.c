/*
 * page_clusters.c - the largest clusters, and pairs that share a passage or a frame
 */
#include "page.h"

#include <inttypes.h>

#define MOST_COPIES 12			/* that are listed of a cluster */

static void put_coverage(struct stet_out *o, uint32_t part, uint32_t whole)
{
	stet_out_printf(o, "<td class=share><progress max=%u value=%u></progress> ",
			whole > 0 ? whole : 1, part);
	stet_page_percent(o, part, whole);
	stet_out_puts(o, "</td>");
}

static void put_copy(struct stet_out *o, const struct stet_findings *f, const struct stet_proof *q)
{
	const struct stet_row row = stet_row_of(f, q->copy);

	stet_out_printf(o, "<tr><td><span class=\"v %s\">%s</span></td><td>",
			stet_verdict_name(q->verdict), stet_verdict_name(q->verdict));
	stet_page_document(o, f, &row);
	if (q->syndicated)
		stet_out_puts(o, " <span class=tag>syndicated</span>");
	if (q->updated)
		stet_out_puts(o, " <span class=tag>updated</span>");
	if (f->removed[q->copy])
		stet_out_puts(o, " <span class=tag>may go</span>");
	stet_out_puts(o, "</td>");
	put_coverage(o, q->m.aligned, q->m.c_tokens);
	put_coverage(o, q->m.aligned, q->m.s_tokens);
	stet_out_puts(o, "</tr>\n");
}

static void put_copies(struct stet_out *o, const struct stet_findings *f, uint32_t rank,
		       uint64_t n_copies)
{
	uint64_t n = 0;

	stet_out_puts(o, "<table class=copies><thead><tr><th scope=col>verdict</th><th scope=col>"
			 "copy</th><th scope=col>of the copy</th><th scope=col>of what stands</th>"
			 "</tr></thead><tbody>\n");
	for (const struct stet_proof *q = stet_first_copy(f, rank); q && n < MOST_COPIES;
	     q = stet_next_copy(f, q), n++)
		put_copy(o, f, q);
	stet_out_puts(o, "</tbody></table>\n");
	if (n_copies > n) {
		stet_out_puts(o, "<p class=more>");
		stet_page_number(o, n_copies - n);
		stet_out_puts(o, " more in clusters.jsonl</p>\n");
	}
}

static bool is_of_cluster(const struct stet_findings *f, const struct stet_exhibit *e)
{
	return f->clusters->stands[e->copy] == e->stands;
}

static void put_cluster(struct stet_out *o, const struct stet_findings *f,
			const struct stet_exhibit *e)
{
	const struct stet_row row = stet_row_of(f, e->stands);
	const uint64_t n = stet_count_copies(f, e->stands);

	stet_out_printf(o, "<details id=c%016" PRIx64 "><summary><span class=size>",
			stet_cluster_id(&row));
	stet_page_number(o, n + 1);
	stet_out_puts(o, "</span> ");
	stet_page_document(o, f, &row);
	stet_out_puts(o, "</summary>\n");
	put_copies(o, f, e->stands, n);
	stet_page_side_by_side(o, f, e);
	stet_out_puts(o, "</details>\n");
}

void stet_page_clusters(struct stet_out *o, const struct stet_report *r)
{
	const struct stet_findings *f = r->f;
	size_t n = 0;

	stet_out_puts(o, "<section id=clusters><h2>Clusters</h2>\n"
			 "<p>The first line of each names the document that stands; below it "
			 "its copies, "
			 "and the one that tells most beside it. The largest come first.</p>\n");
	for (size_t i = 0; i < f->n_exhibits; i++)
		if (is_of_cluster(f, &f->exhibits[i])) {
			put_cluster(o, f, &f->exhibits[i]);
			n++;
		}
	if (n == 0)
		stet_out_puts(o, "<p>No document is a copy of another.</p>\n");
	stet_out_puts(o, "<p class=more>All of them are in clusters.jsonl.</p></section>\n");
}

static void put_pair(struct stet_out *o, const struct stet_findings *f,
		     const struct stet_exhibit *e)
{
	const struct stet_row s = stet_row_of(f, e->stands), c = stet_row_of(f, e->copy);
	const struct stet_proof *p = stet_proofs_find(f->proofs, e->stands, e->copy);
	const char *verdict = stet_verdict_name(p->verdict);

	stet_out_printf(o, "<details><summary><span class=\"v %s\">%s</span> ", verdict, verdict);
	stet_page_document(o, f, &c);
	stet_out_puts(o, " <span class=with>and</span> ");
	stet_page_document(o, f, &s);
	stet_out_puts(o, "</summary>\n");
	stet_page_side_by_side(o, f, e);
	stet_out_puts(o, "</details>\n");
}

void stet_page_pairs(struct stet_out *o, const struct stet_report *r)
{
	const struct stet_findings *f = r->f;
	size_t n = 0;

	for (size_t i = 0; i < f->n_exhibits; i++) {
		if (is_of_cluster(f, &f->exhibits[i]))
			continue;
		if (n++ == 0)
			stet_out_puts(o, "<section id=pairs><h2>Passages and frames</h2>\n"
					 "<p>Documents that are no copies, and yet have a "
					 "passage in "
					 "common, or the frame of a form that was filled in "
					 "again.</p>\n");
		put_pair(o, f, &f->exhibits[i]);
	}
	if (n > 0)
		stet_out_puts(o, "<p class=more>All of them are in pairs.tsv.</p></section>\n");
}
