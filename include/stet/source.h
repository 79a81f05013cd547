/*
 * source.h - archives in, documents out
 *
 * Two halves.  A *reader* goes through the inputs in order, undoes compression
 * and containers, and cuts what it finds into raw records: a line of JSON, an
 * element of an array, a member that is text, or a page of HTML.  It is serial and
 * does as little as it can.  *Parsing* turns one raw record into a document; it touches nothing
 * shared, so any number of threads may parse at once.
 *
 * The address of a document is (input, record): the input's place in the list
 * and the number of the record in it, from 0, counted through all members.  It
 * does not depend on what is damaged elsewhere in another input.
 *
 * Input is hostile.  A bad record is a value (struct stet_skip), never a
 * failure; a truncated archive gives all that came before the break.  Only the
 * system saying no, or an input that changes while it is read, is a failure.
 */
#ifndef STET_SOURCE_H
#define STET_SOURCE_H

#include "stet/hash.h"
#include "stet/mem.h"

#include <stdbool.h>

struct stet_err;

/* ---- options */

/* Where a record keeps what: dotted paths of JSON keys, NULL = not there. */
struct stet_fields {
	const char *text, *id, *url, *source, *date, *title;
};

/* Fields as well-known corpora name them; `name` NULL ends the list. */
struct stet_preset {
	const char *name;
	struct stet_fields fields;
};
extern const struct stet_preset stet_presets[];
const struct stet_preset *stet_preset_find(const char *name);	/* NULL if there is none */

enum stet_format { STET_AUTO, STET_JSONL, STET_JSON, STET_TEXT, STET_HTML };

struct stet_source_options {
	struct stet_fields fields;
	enum stet_format format;	/* AUTO: by content, per member */
	const char *date_format;	/* NULL, "DD/MM/YYYY", "MM/DD/YYYY", "epoch", "epoch-ms" */
	const struct stet_source_map *source_map;	/* NULL = sources stay as they are */
	bool with_title;		/* the title becomes the first paragraph */
	bool repair_mojibake;		/* texts are compared as they were meant */
	uint64_t max_record;		/* bytes of a raw record */
	uint64_t max_document;		/* bytes of a document's text */
};

/* The defaults: preset "stet", AUTO, 256 MiB, 64 MiB. */
void stet_source_options_init(struct stet_source_options *o);

/* A file of lines "source TAB group": every source named becomes its group. */
struct stet_source_map *stet_source_map_open(const char *path, struct stet_err *err);
void stet_source_map_close(struct stet_source_map *m);

/* ---- inputs */

enum stet_input_state {
	STET_INPUT_FINE,
	STET_INPUT_MISSING,	/* named, but not there, unreadable or unknown: see `why` */
	STET_INPUT_DAMAGED,	/* something in it was skipped as damage: the caller's to say */
};

struct stet_input {
	const char *path;	/* as given, or below a given directory; "-" = standard input */
	bool below_directory;	/* found, not named: an unknown format is passed over */
	enum stet_input_state state;
	const char *why;	/* of MISSING */
	uint64_t bytes;		/* compressed size when opened; of standard input, when read */
	struct stet_hash128 digest;	/* of the compressed bytes; valid once read */
	uint64_t text_bytes;	/* decompressed bytes read */
};

struct stet_inputs {
	struct stet_arena mem;	/* owns the strings */
	struct stet_input *v;
	size_t n;
	size_t n_taken;		/* readers' own: those that one of them has taken, atomic */
};

/*
 * The inputs behind `paths` (borrowed): files as given, directories in byte
 * order of paths without following links below them, "-" for standard input; a
 * file that comes twice is taken once and told by a warning.  Opens every named
 * file and looks at its first bytes: one that is missing, unreadable or of
 * unknown format is STET_INPUT_MISSING with a reason.  Fails (after naming the
 * first) when there is one and `skip_missing` is not set.
 */
int stet_inputs_collect(struct stet_inputs *in, const char *const paths[], size_t n,
			const struct stet_source_options *o, bool skip_missing,
			struct stet_err *err);
void stet_inputs_release(struct stet_inputs *in);

/* The paths in file `list` ("-" = standard input), one a line or, with `nul`, NUL-separated. */
int stet_files_from(const char *list, bool nul, struct stet_arena *mem, const char ***paths,
		    size_t *n, struct stet_err *err);

/* ---- reading */

enum stet_record_kind { STET_RECORD_JSON, STET_RECORD_TEXT, STET_RECORD_HTML };

/* One raw record; spans belong to the arena of the batch. */
struct stet_record {
	uint32_t input;
	uint64_t record;
	enum stet_record_kind kind;
	struct stet_span member;	/* path in the container, empty where there is none */
	uint64_t offset;		/* of the record in the decompressed input or member */
	struct stet_span bytes;		/* at least 64 readable bytes follow it */
};

/* A record that did not become a document, and why. */
enum stet_skip_kind {
	STET_SKIP_PASSED,	/* not for us: not text, a revisit */
	STET_SKIP_EMPTY,	/* a document without a token */
	STET_SKIP_DAMAGED,	/* broken, or over a limit: exit status 3 */
};

struct stet_skip {
	uint32_t input;
	uint64_t record;
	struct stet_span member;
	uint64_t offset;
	enum stet_skip_kind kind;
	struct stet_span reason;	/* one line, for people */
};

struct stet_records {
	struct stet_arena mem;		/* owns all that the batch points to */
	struct stet_record *v;
	size_t n, cap;
	struct stet_skip *skips;
	size_t n_skips, cap_skips;
	uint64_t bytes;			/* of all records */
	uint64_t read_bytes;		/* compressed bytes read for it */
	uint32_t stretch;		/* the first input of those it belongs to */
};

void stet_records_release(struct stet_records *r);

/*
 * A reader, for one thread at a time.  `in` is filled in as inputs are read.
 *
 * Any number of readers share the inputs: each takes a stretch of them, in a row and of
 * `stretch_bytes` or more together, when it is done with the one before.  A batch has records
 * of one stretch only.  So records are in order of address when batches are by `stretch`,
 * and those of a stretch in the order in which they were read.  UINT64_MAX: all is one stretch.
 *
 * `n_threads` unpack an input of several members (gzip, zstd, xz, bzip2, lz4).
 */
struct stet_reader *stet_reader_open(struct stet_inputs *in, const struct stet_source_options *o,
				     uint64_t stretch_bytes, unsigned n_threads);
void stet_reader_close(struct stet_reader *r);

/*
 * Refill `batch` with records of about `batch_bytes` together, at least one
 * record or skip.  1 = filled, 0 = no input is left, negative = failed (an
 * input changed while it was read, standard input failed).
 */
int stet_reader_next(struct stet_reader *r, struct stet_records *batch, size_t batch_bytes,
		     struct stet_err *err);

/*
 * What reads gzip in this build: "isa-l, libdeflate", "zlib".  How much of a damaged
 * or truncated member is read depends on it, nothing else does.
 */
extern const char stet_gzip_libraries[];

/* ---- parsing */

#define STET_NO_DATE INT64_MAX

/* Spans belong to the arena given, or to the record; empty = not known. */
struct stet_document {
	uint32_t input;
	uint64_t record;
	struct stet_span member;
	struct stet_span id;		/* of the data; else the member path, else empty */
	struct stet_span url, source, title;
	struct stet_span date;		/* as it stood */
	int64_t date_key;		/* in order of UTC, missing parts lowest; STET_NO_DATE */
	struct stet_span text;		/* UTF-8, no BOM; 64 readable bytes follow it */
	const struct stet_range *links;	/* bytes of it that are links, ascending, apart */
	size_t n_links;
	uint32_t n_replaced;		/* U+FFFD put in for bytes or surrogates that were none */
	bool converted;			/* the text was not UTF-8 */
	bool mojibake;			/* it is UTF-8 that was read as another charset */
	bool bad_date;			/* there is a date and it does not parse */
};

/*
 * 1 = *doc is filled, 0 = *skip is.  `mem` receives what had to be unescaped or
 * converted.  Any thread; touches nothing shared.
 */
int stet_record_parse(const struct stet_record *r, const struct stet_source_options *o,
		      struct stet_arena *mem, struct stet_document *doc, struct stet_skip *skip);

/*
 * The order key of a date: ISO 8601 / RFC 3339 with parts missing, 14 digits,
 * RFC 2822, or what `format` says (see stet_source_options).  STET_NO_DATE when
 * it is none of these: nothing is guessed.
 */
int64_t stet_date_key(struct stet_span date, const char *format);

/* Of a key that is a date: the days since January 1 of year 0; what is missing is the first. */
int64_t stet_date_day(int64_t key);

#endif
