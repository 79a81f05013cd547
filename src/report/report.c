/*
 * report.c - all files of a report
 *
 * Each is a batch of the conveyor: they need nothing of one another, and of the counts each
 * fills in its own.  Only the summary, which tells those, is written behind them.
 */
#include "stet/report.h"
#include "parts.h"
#include "stet/conveyor.h"
#include "stet/err.h"

#include <stdlib.h>

#define MAX_THREADS 8

struct file {
	const char *name;
	stet_write_part *write;
};

/* The largest first. */
static const struct file files[] = {
	{ "report.html", stet_write_page },
	{ "blocks.jsonl", stet_write_blocks },
	{ "places.tsv", stet_write_places },
	{ "pairs.tsv", stet_write_pairs },
	{ "documents.stet", stet_write_documents },
	{ "clusters.jsonl", stet_write_clusters },
	{ "exact.tsv", stet_write_exact },
	{ "remove.tsv", stet_write_removed },
	{ "skipped.tsv", stet_write_skipped },
};

static const struct file summary = { STET_REPORT_SUMMARY, stet_write_summary };

struct pass {
	const struct stet_report *r;	/* constant, but for its counts */
	const struct stet_outdir *dir;
	size_t next;			/* read only */
};

static int write_file(const struct pass *p, const struct file *f, struct stet_err *err)
{
	struct stet_out o = { 0 };

	if (f->write == stet_write_exact && !p->r->f->exact)
		return 0;
	if (stet_check_stopped(err) < 0 || stet_out_open(&o, p->dir, f->name, err) < 0)
		return err->code;
	if (f->write(p->r, &o, err) < 0) {
		stet_out_close(&o, NULL);
		return stet_wrap(err, "%s", f->name);
	}
	return stet_out_close(&o, err);
}

static int next_file(void *ctx, size_t lane, void *batch, struct stet_err *err)
{
	struct pass *p = ctx;
	const struct file **f = batch;

	(void)lane;
	(void)err;
	if (p->next == sizeof(files) / sizeof(*files))
		return 0;
	*f = &files[p->next++];
	return 1;
}

static int write_next(void *ctx, void *batch, struct stet_err *err)
{
	const struct file *const *f = batch;

	return write_file(ctx, *f, err);
}

static int nothing_left(void *ctx, void *batch, struct stet_err *err)
{
	(void)ctx;
	(void)batch;
	(void)err;
	return 0;
}

int stet_report_write(const struct stet_findings *f, const struct stet_outdir *dir,
		      unsigned n_threads, struct stet_err *err)
{
	struct stet_report r = { .f = f };
	struct pass p = { &r, dir, 0 };
	const struct stet_stages st = { &p, 1, next_file, write_next, nothing_left };
	const struct file *at_hand[2 * MAX_THREADS];
	void *batches[2 * MAX_THREADS];
	int rc;

	if (n_threads > MAX_THREADS)
		n_threads = MAX_THREADS;
	for (size_t i = 0; i < 2 * (size_t)n_threads; i++)
		batches[i] = &at_hand[i];
	stet_links_collect(&r);
	rc = stet_conveyor_run(&st, batches, 2 * (size_t)n_threads, n_threads, err);
	if (rc == 0)
		rc = write_file(&p, &summary, err);
	free(r.links);
	return rc;
}
