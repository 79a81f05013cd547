/*
 * page.c - report.html: the run for people, in one file
 */
#include "page.h"

#include <string.h>

/* ---- the head: what was scanned, and what it comes to */

static void put_figure(struct stet_out *o, const char *name, uint64_t n)
{
	stet_out_puts(o, "<div><dt>");
	stet_out_puts(o, name);
	stet_out_puts(o, "</dt><dd>");
	stet_page_number(o, n);
	stet_out_puts(o, "</dd></div>\n");
}

/* Of the documents that may go. */
static uint64_t bytes_to_save(const struct stet_findings *f, uint64_t *n)
{
	const uint32_t n_documents = stet_documents_count(f->documents);
	uint64_t bytes = 0;

	*n = 0;
	for (uint32_t i = 0; i < n_documents; i++)
		if (f->removed[f->rank[i]]) {
			bytes += stet_documents_get(f->documents, i).text_len;
			*n += 1;
		}
	return bytes;
}

/* As clusters.jsonl has them: with those that are only part of one another. */
static uint64_t count_clusters(const struct stet_report *r)
{
	const uint32_t n_documents = stet_documents_count(r->f->documents);
	uint64_t n = 0;

	for (uint32_t rank = 0; rank < n_documents; rank++)
		n += stet_is_cluster(r, rank);
	return n;
}

static uint64_t count_copies(const struct stet_findings *f)
{
	uint64_t n = 0;

	for (size_t i = 0; i < f->proofs->n; i++)
		n += stet_is_member(f->clusters, &f->proofs->v[i]);
	return n;
}

static void put_figures(struct stet_out *o, const struct stet_report *r)
{
	const struct stet_findings *f = r->f;
	const struct stet_counts *c = f->counts;
	uint64_t n_removed;
	const uint64_t bytes = bytes_to_save(f, &n_removed);

	stet_out_puts(o, "<dl class=figures>\n");
	put_figure(o, "documents", c->documents);
	put_figure(o, "clusters", count_clusters(r));
	put_figure(o, "copies", count_copies(f));
	put_figure(o, "may go", n_removed);
	stet_out_puts(o, "<div><dt>of the text</dt><dd>");
	stet_page_percent(o, bytes, c->text_bytes);
	stet_out_puts(o, "</dd></div>\n<div><dt>to save</dt><dd>");
	stet_page_bytes(o, bytes);
	stet_out_puts(o, "</dd></div>\n</dl>\n<p>");
	stet_page_number(o, c->candidates);
	stet_out_puts(o, " pairs were compared token by token; ");
	stet_page_percent(o, c->accepted, c->candidates);
	stet_out_puts(o, " of them have something in common that is worth a word.</p>\n");
}

static void put_inputs(struct stet_out *o, const struct stet_findings *f)
{
	static const char *const states[] = {
		[STET_INPUT_FINE] = "", [STET_INPUT_MISSING] = "missing",
		[STET_INPUT_DAMAGED] = "damaged",
	};
	const size_t most = 50;

	stet_out_puts(o, "<details><summary>Inputs</summary><table><thead><tr>"
			 "<th scope=col>file</th>"
			 "<th scope=col>size</th><th scope=col>text</th><th scope=col></th></tr>"
			 "</thead><tbody>\n");
	for (size_t i = 0; i < f->inputs->n && i < most; i++) {
		const struct stet_input *in = &f->inputs->v[i];

		stet_out_puts(o, "<tr><td><bdi>");
		stet_page_text(o, stet_span_of(in->path), 300);
		stet_out_puts(o, "</bdi></td><td>");
		stet_page_bytes(o, in->bytes);
		stet_out_puts(o, "</td><td>");
		stet_page_bytes(o, in->text_bytes);
		stet_out_printf(o, "</td><td>%s</td></tr>\n", states[in->state]);
	}
	stet_out_puts(o, "</tbody></table>\n");
	if (f->inputs->n > most)
		stet_out_puts(o, "<p class=more>The others are in summary.json.</p>\n");
	stet_out_puts(o, "</details>\n");
}

static void put_parameters(struct stet_out *o, const struct stet_findings *f)
{
	stet_out_puts(o, "<details><summary>Parameters</summary><table><tbody>\n");
	for (size_t i = 0; i < f->n_parameters; i++) {
		const struct stet_named *p = &f->parameters[i];

		stet_out_printf(o, "<tr><th scope=row>%s</th><td>", p->name);
		if (p->text)
			stet_page_text(o, stet_span_of(p->text), 300);
		else
			stet_page_number(o, p->number);
		stet_out_puts(o, "</td></tr>\n");
	}
	stet_out_puts(o, "</tbody></table></details>\n");
}

static void put_skips(struct stet_out *o, const struct stet_findings *f)
{
	const struct stet_counts *c = f->counts;
	const size_t most = 50;

	if (f->n_skips == 0)
		return;
	stet_out_puts(o, "<details><summary>Skipped: ");
	stet_page_number(o, c->damaged);
	stet_out_puts(o, " damaged, ");
	stet_page_number(o, c->passed);
	stet_out_puts(o, " passed over, ");
	stet_page_number(o, c->empty);
	stet_out_puts(o, " without text</summary><table><thead><tr><th scope=col>record</th>"
			 "<th scope=col>why</th></tr></thead><tbody>\n");
	for (size_t i = 0; i < f->n_skips && i < most; i++) {
		const struct stet_skip *s = &f->skips[i];

		stet_out_puts(o, "<tr><td><bdi>");
		stet_page_text(o, stet_span_of(f->inputs->v[s->input].path), 300);
		stet_put_number(o, "#", s->record);
		stet_out_puts(o, " ");
		stet_page_text(o, s->member, 300);
		stet_out_puts(o, "</bdi></td><td>");
		stet_page_text(o, s->reason, 300);
		stet_out_puts(o, "</td></tr>\n");
	}
	stet_out_puts(o, "</tbody></table>\n");
	if (f->n_skips > most)
		stet_out_puts(o, "<p class=more>All of them are in skipped.tsv.</p>\n");
	stet_out_puts(o, "</details>\n");
}

static void put_head(struct stet_out *o, const struct stet_report *r)
{
	const struct stet_findings *f = r->f;


	stet_out_puts(o, "<header><h1>What stands more than once</h1>\n");
	put_figures(o, r);
	put_inputs(o, f);
	put_parameters(o, f);
	put_skips(o, f);
	stet_out_puts(o, "</header>\n");
}

int stet_write_page(const struct stet_report *r, struct stet_out *o, struct stet_err *err)
{
	stet_out_puts(o, "<!DOCTYPE html>\n<html lang=en><head><meta charset=utf-8>\n"
			 "<meta http-equiv=Content-Security-Policy content=\"default-src 'none'; "
			 "style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'\">\n"
			 "<meta name=viewport content=\"width=device-width, initial-scale=1\">\n"
			 "<title>stet: what stands more than once</title>\n<style>\n");
	stet_out_puts(o, stet_page_style);
	stet_out_puts(o, "</style></head><body><main>\n");
	put_head(o, r);
	stet_page_charts(o, r);
	stet_page_clusters(o, r);
	stet_page_pairs(o, r);
	if (stet_page_blocks(o, r, err) < 0)
		return err->code;
	stet_out_puts(o, "<footer>Written by stet ");
	stet_page_text(o, stet_span_of(r->f->version), 100);
	stet_out_puts(o, ". Beside this page are clusters.jsonl, pairs.tsv, blocks.jsonl, "
			 "places.tsv, "
			 "remove.tsv and skipped.tsv, with everything.</footer>\n"
			 "</main></body></html>\n");
	return 0;
}
