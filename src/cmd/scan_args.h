/*
 * scan_args.h - the command line of `stet scan`, and what it means
 */
#ifndef STET_SCAN_ARGS_H
#define STET_SCAN_ARGS_H

#include "opt.h"
#include "stet/pipeline.h"

/* Above how many rows of remove.tsv the run ends with status 4. */
struct stet_fail_over {
	bool given, is_share;
	uint64_t limit;		/* rows, or ten thousandths of the documents */
};

/* Texts are as typed, NULL = not given. */
struct stet_scan_args {
	struct stet_scan_options o;
	struct stet_fields fields;	/* those of the default preset until given */
	const char *preset, *format, *date_format, *kernels, *source_map, *files_from, *fail_over;
	bool nul, quiet, verbose, timings, help, version, explain;
	uint32_t documents;		/* about so many are expected */

	struct stet_fail_over over;
	struct stet_operands operands;
	const char **paths;		/* operands, then those of --files-from */
	size_t n_paths;
	struct stet_source_map *map;
};

/* The defaults of this machine. */
void stet_scan_args_init(struct stet_scan_args *a);
void stet_scan_args_release(struct stet_scan_args *a);

/* Parse the command line into the fields above; then complete `o`, `over` and `paths`. */
int stet_scan_args_parse(struct stet_scan_args *a, int argc, char *argv[], struct stet_err *err);
int stet_scan_args_complete(struct stet_scan_args *a, struct stet_err *err);
void stet_scan_args_help(const struct stet_scan_args *a, FILE *fp);

/* `earliest`, `longest`, `first`, `source:A>B>C`, with commas between; lists go to `mem`. */
int stet_keep_parse(const char *text, struct stet_keep *keep, struct stet_arena *mem,
		    struct stet_err *err);

/* N or N%, the latter with at most two decimals. */
int stet_fail_over_parse(const char *text, struct stet_fail_over *over, struct stet_err *err);
bool stet_fail_over_bites(const struct stet_fail_over *over, uint64_t removed, uint64_t documents);

#endif
