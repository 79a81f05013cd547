/*
 * report.h - what was found, as files
 *
 * All files but run.json are a function of input, parameters and version: equal
 * for any number of threads, kernel or memory.  Ratios are printed from integers
 * with four decimals, without locale.  Ids come from content.
 *
 * report.html, for people: one file of at most 5 MB that fetches nothing and has no
 * script; figures, pictures, the largest clusters with texts side by side, passages.
 *
 * clusters.jsonl, a line per cluster in order of the standing document's address:
 *
 *	{"cluster":"16 hex","size":3,
 *	 "stands":{"id","source","date","title","input","record","bytes"},
 *	 "reason":"earliest 2019-09-12","syndicated":true,"part_of":["16 hex"],
 *	 "copies":[{"id","source","date","input","record","verdict","coverage","covers",
 *		"jaccard","core","core_covers","longest","syndicated","updated",
 *		"again":{"id","input","record","verdict","coverage"},
 *		"blocks":[{"at":[b,e],"in":[b,e],"tokens":n}]}]}
 *
 *	Copies in total order; "at" are bytes of the copy, "in" of the standing document;
 *	blocks for the first 100 copies.  source, date, title: "" where not known.
 *	"updated", "again" and "part_of" only where they say something; "again" is
 *	an earlier revised copy that this one is a copy of.  "reason" is the rule
 *	that preferred the standing document to its first copy: earliest DATE,
 *	source S, longest N tokens, first; tie (by content) or only.
 *
 * blocks.jsonl, a line per block, by address of its first place:
 *
 *	{"block":"16 hex","kind":"repeat|shared|boilerplate|template","tokens":290,
 *	 "documents":2,"places":[{"id","input","record","span":[b,e]}],"text":"…"}
 *
 *	The first 100 places; the first 160 characters of the text.
 *
 * Tables have a header line; tab, CR, LF and backslash are written \t \r \n \\;
 * rows are sorted by address.
 *
 *	pairs.tsv	id1 id2 verdict coverage1 coverage2 jaccard longest core1 core2
 *			blocks input1 record1 input2 record2
 *			1 is the copy, 2 the document it was compared with; blocks are
 *			a-b:c-d,… half-open bytes in 1 and 2
 *	exact.tsv	id1 id2 jaccard contain1in2 contain2in1 tokens1 tokens2 shingles1
 *			shingles2 common input1 record1 input2 record2
 *			with --exact only: every pair it guarantees, proven or not
 *	places.tsv	block kind input record id start end
 *	remove.tsv	id cluster kept verdict coverage jaccard input record kept_input
 *			kept_record
 *	skipped.tsv	input record member offset reason
 *
 * summary.json, one object: version parameters inputs documents paragraphs tokens
 * text_bytes read_bytes candidates accepted rejected pairs clusters copies verdicts
 * blocks skipped caps; run.json: what depends on the run.
 * documents.stet: src/store/FORMAT.md.
 */
#ifndef STET_REPORT_H
#define STET_REPORT_H

#include "stet/cluster.h"
#include "stet/io.h"
#include "stet/source.h"
#include "stet/store.h"

#define STET_REPORT_SUMMARY "summary.json"	/* tells a directory of ours */

/* A parameter or a cap, for summary.json; `text` NULL = the number. */
struct stet_named {
	const char *name;
	const char *text;
	uint64_t number;
};

/* Distinct shingles of a pair; by rank. */
struct stet_overlap {
	uint32_t stands, copy;
	uint32_t stands_shingles, copy_shingles, common;
};

/*
 * A pair that the page shows side by side: both texts, what they have in common in order of
 * the copy, and the tokens within blocks that are not matched, ascending.
 */
struct stet_exhibit {
	uint32_t stands, copy;		/* ranks */
	struct stet_span s_text, c_text;
	const struct stet_block *blocks;
	uint32_t n_blocks;
	const struct stet_range *s_other, *c_other;
	uint32_t n_s_other, n_c_other;
};

/* Numbers of the run that are a function of input and parameters. */
struct stet_counts {
	uint64_t documents, paragraphs, tokens, text_bytes, read_bytes;
	uint64_t candidates;		/* distinct pairs that keys proposed */
	uint64_t accepted, rejected;	/* of those, with and without a verdict */
	uint64_t damaged, passed, empty;	/* skipped records */
	uint64_t replaced;		/* U+FFFD put in */
	uint64_t converted;		/* documents that were not UTF-8 */
	uint64_t mojibake;		/* documents of UTF-8 that was read as another charset */
	uint64_t bad_dates;
	uint64_t missing_inputs;
	/* counted by the report */
	uint64_t clusters, copies, blocks, removed, pairs;
};

/* Everything the report is written from; all borrowed. */
struct stet_findings {
	const struct stet_inputs *inputs;
	const struct stet_documents *documents;
	const struct stet_texts *texts;
	const uint32_t *rank;		/* by ordinal */
	const uint32_t *ordinal;	/* by rank */
	const struct stet_keep *keep;
	bool exact;			/* exact.tsv is wanted */
	const struct stet_overlap *overlaps;
	size_t n_overlaps;
	const struct stet_proofs *proofs;	/* sorted */
	const struct stet_clusters *clusters;
	const struct stet_clusters *again;	/* of revised members */
	const struct stet_passages *passages;
	const bool *removed;		/* by rank: a row of remove.tsv */
	const struct stet_exhibit *exhibits;	/* clusters by size, then other pairs */
	size_t n_exhibits;
	const struct stet_skip *skips;	/* in order of address */
	size_t n_skips;
	const struct stet_named *parameters, *caps;
	size_t n_parameters, n_caps;
	const char *version;
	struct stet_counts *counts;	/* what the report counts is filled in */
};

/* A step of the run, and what it took. */
struct stet_step {
	const char *name;		/* constant */
	double wall_seconds, cpu_seconds;
};

#define STET_MAX_STEPS 16

/* What stands in run.json. */
struct stet_run_facts {
	const char *started;		/* RFC 3339, UTC */
	double wall_seconds, cpu_seconds;
	uint64_t peak_memory, memory, spilled;
	unsigned threads;
	const char *kernels;
	struct stet_step steps[STET_MAX_STEPS];	/* in order of time */
	size_t n_steps;
};

/* All files into the directory; nothing is published yet. */
int stet_report_write(const struct stet_findings *f, const struct stet_outdir *dir,
		      unsigned n_threads, struct stet_err *err);
int stet_report_write_run(const struct stet_run_facts *r, const struct stet_outdir *dir,
			  struct stet_err *err);

#endif
