/*
 * pipeline.h - the stories: which stage hands what to which
 *
 *	archives -> read: documents, keys, texts -> match: candidate pairs
 *	-> prove: blocks and verdicts -> cluster, round by round -> report
 *
 * A story owns the run: the directory appears whole or not at all.
 */
#ifndef STET_PIPELINE_H
#define STET_PIPELINE_H

#include "stet/align.h"
#include "stet/cluster.h"
#include "stet/match.h"
#include "stet/report.h"
#include "stet/sketch.h"
#include "stet/source.h"

struct stet_isa;

#define STET_VERSION "0.1.0"

struct stet_scan_options {
	struct stet_source_options source;
	struct stet_sketch_options sketch;
	struct stet_match_options match;	/* n_threads, min_common: set from below */
	struct stet_align_options align;
	struct stet_verdict_options verdict;
	struct stet_boilerplate_options boilerplate;
	struct stet_template_options templates;
	struct stet_keep keep;
	const char *keep_text;		/* as given, for the report */
	const char *fields_text;	/* likewise: preset and field options */
	uint32_t exact;			/* ten thousandths of the smaller document; 0 = not */
	uint32_t max_rounds;		/* of comparing with the documents that stand */
	uint32_t max_unique;		/* weight of a run that keeps a copy from removal */
	size_t batch_bytes;		/* of records, read at a time */
	unsigned threads;
	uint64_t memory;		/* bytes */
	const char *tmp;		/* directory for temporary files */
	const char *out;		/* directory of the report */
	bool force, skip_missing;
	const struct stet_isa *isa;
};

/* The defaults; `out` and `tmp` are left NULL, isa is the fastest. */
void stet_scan_options_init(struct stet_scan_options *o);

/* What the command prints and decides its exit status by. */
struct stet_scan_result {
	struct stet_counts counts;
	struct stet_run_facts facts;
	char started[32];		/* what facts.started points to */
};

/* The main job: `paths` (borrowed) in, the directory o->out published. */
int stet_scan(const struct stet_scan_options *o, const char *const paths[], size_t n_paths,
	      struct stet_scan_result *result, struct stet_err *err);

#endif
