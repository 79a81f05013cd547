/*
 * cmd_scan.c - `stet scan`: archives in, a report of all that is there twice
 */
#include "cmd.h"
#include "explain.h"
#include "scan_args.h"
#include "stet/err.h"
#include "stet/io.h"
#include "stet/log.h"

typedef unsigned long long number;	/* for %llu, which takes uint64_t nowhere */

static double megabytes(uint64_t bytes)
{
	return (double)bytes * 1e-6;
}

static const char *plural(uint64_t n)
{
	return n == 1 ? "" : "s";
}

/* What was not as it should be, a line each. */
static void tell_losses(const struct stet_scan_args *a, const struct stet_counts *c)
{
	const char *dir = a->o.out;

	if (c->missing_inputs > 0)
		stet_log_warn("%llu archive%s missing, unreadable or of unknown format; see %s/"
			      STET_REPORT_SUMMARY, (number)c->missing_inputs,
			      plural(c->missing_inputs), dir);
	if (c->damaged > 0)
		stet_log_warn("%llu record%s damaged or over a limit; see %s/skipped.tsv",
			      (number)c->damaged, plural(c->damaged), dir);
	if (stet_fail_over_bites(&a->over, c->removed, c->documents))
		stet_log_warn("%llu of %llu documents in remove.tsv are more than --fail-over %s",
			      (number)c->removed, (number)c->documents, a->fail_over);
}

static void tell_result(const struct stet_scan_result *r, const char *dir)
{
	const struct stet_counts *c = &r->counts;
	const double wall = r->facts.wall_seconds > 1e-3 ? r->facts.wall_seconds : 1e-3;
	const double rate = megabytes(c->text_bytes) / wall;
	const uint64_t skipped = c->damaged + c->passed + c->empty;

	stet_log_info("%llu document%s, %llu paragraph%s, %.1f MB in %.1f s (%.*f MB/s), "
		      "CPU/wall %.1f, peak %.0f MB; %llu cluster%s, %llu cop%s, %llu block%s, "
		      "%llu skipped; report in %s",
		      (number)c->documents, plural(c->documents),
		      (number)c->paragraphs, plural(c->paragraphs),
		      megabytes(c->text_bytes), wall, rate < 10 ? 1 : 0, rate,
		      r->facts.cpu_seconds / wall, megabytes(r->facts.peak_memory),
		      (number)c->clusters, plural(c->clusters),
		      (number)c->copies, c->copies == 1 ? "y" : "ies",
		      (number)c->blocks, plural(c->blocks), (number)skipped, dir);
}

static void tell_timings(const struct stet_run_facts *f)
{
	for (size_t i = 0; i < f->n_steps; i++)
		stet_log_info("%-12s %8.3f s, %8.3f s of CPU", f->steps[i].name,
			      f->steps[i].wall_seconds, f->steps[i].cpu_seconds);
}

static int status_of(const struct stet_scan_args *a, const struct stet_counts *c)
{
	if (stet_fail_over_bites(&a->over, c->removed, c->documents))
		return STET_STATUS_OVER;
	return c->damaged + c->missing_inputs > 0 ? STET_STATUS_DAMAGED : STET_STATUS_DONE;
}

static int run(struct stet_scan_args *a, const struct stet_cmd *self, struct stet_err *err)
{
	struct stet_scan_result result = { 0 };

	if (stet_scan_args_complete(a, err) < 0)
		return err->code;
	stet_log_init(self->name, a->quiet ? STET_QUIET : a->verbose ? STET_VERBOSE : STET_NORMAL);
	stet_catch_signals();
	if (stet_scan(&a->o, a->paths, a->n_paths, &result, err) < 0)
		return err->code;
	tell_losses(a, &result.counts);
	if (a->timings)
		tell_timings(&result.facts);
	tell_result(&result, a->o.out);
	return status_of(a, &result.counts);
}

static void help(const struct stet_scan_args *a, const struct stet_cmd *self)
{
	printf("usage: stet %s [options] %s\n\n%s\n\n", self->name, self->operands, self->summary);
	puts("ARCHIVE: JSON Lines, JSON, text, tar, zip, 7z, cpio; gz, zst, xz, bz2, lz4; a\n"
	     "directory of these; - for standard input.  Defaults are in brackets.");
	stet_scan_args_help(a, stdout);
	puts("\nExit status: 0 done, 1 failed, 2 wrong usage, 3 done but some input is damaged,\n"
	     "4 more than --fail-over allows, 75 try again (no space, DIR in use).");
}

static int scan(const struct stet_cmd *self, int argc, char *argv[], struct stet_err *err)
{
	struct stet_scan_args a;
	int rc;

	stet_scan_args_init(&a);
	rc = stet_scan_args_parse(&a, argc, argv, err);
	if (rc == 0 && a.help)
		help(&a, self);
	else if (rc == 0 && a.version)
		printf("stet %s (gzip: %s)\n", STET_VERSION, stet_gzip_libraries);
	else if (rc == 0 && a.explain)
		stet_explain(&a.o, a.documents, stdout);
	else if (rc == 0)
		rc = run(&a, self, err);
	stet_scan_args_release(&a);
	return rc;
}

const struct stet_cmd stet_cmd_scan = {
	.name = "scan",
	.operands = "ARCHIVE... -o DIR",
	.summary = "find the texts that stand in archives more than once, and prove each",
	.run = scan,
};
