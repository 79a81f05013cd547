/*
 * report.c - all files of a report, one after the other
 */
#include "stet/report.h"
#include "parts.h"
#include "stet/err.h"

#include <stdlib.h>

/* summary.json comes last: the others count what it tells. */
static const struct {
	const char *name;
	stet_write_part *write;
} files[] = {
	{ "clusters.jsonl", stet_write_clusters },
	{ "pairs.tsv", stet_write_pairs },
	{ "exact.tsv", stet_write_exact },
	{ "blocks.jsonl", stet_write_blocks },
	{ "places.tsv", stet_write_places },
	{ "remove.tsv", stet_write_removed },
	{ "skipped.tsv", stet_write_skipped },
	{ "documents.stet", stet_write_documents },
	{ STET_REPORT_SUMMARY, stet_write_summary },
};

static int write_file(const struct stet_report *r, const struct stet_outdir *dir, const char *name,
		      stet_write_part *write, struct stet_err *err)
{
	struct stet_out o = { 0 };

	if (write == stet_write_exact && !r->f->exact)
		return 0;
	if (stet_check_stopped(err) < 0 || stet_out_open(&o, dir, name, err) < 0)
		return err->code;
	if (write(r, &o, err) < 0) {
		stet_out_close(&o, NULL);
		return stet_wrap(err, "%s", name);
	}
	return stet_out_close(&o, err);
}

int stet_report_write(const struct stet_findings *f, const struct stet_outdir *dir,
		      struct stet_err *err)
{
	struct stet_report r = { .f = f };
	int rc = 0;

	stet_links_collect(&r);
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]) && rc == 0; i++)
		rc = write_file(&r, dir, files[i].name, files[i].write, err);
	free(r.links);
	return rc;
}
