/*
 * json.h - strict JSON (RFC 8259) without a tree
 *
 * Walks a value and checks all of it; remembers only the fields that are wanted,
 * and unescapes only those.  Reads no byte at or behind `end`.  Numbers may be
 * of any size; strings may hold bytes that are not UTF-8 (their reader repairs
 * them) and \u0000.  Containers nest STET_JSON_MAX_DEPTH deep at most.
 *
 * Pure; no allocation.
 */
#ifndef STET_SOURCE_JSON_H
#define STET_SOURCE_JSON_H

#include "stet/mem.h"

#include <stdbool.h>

#define STET_JSON_MAX_DEPTH 1000u

/* Where a text stops being JSON, and what is wrong there. */
struct stet_json_fault {
	const char *at;		/* equal to `end`: more bytes might have helped */
	const char *what;	/* static text; NULL = nested too deep */
};

/*
 * The end of the value that begins at `p` (no white space before it), or NULL
 * and *fault.  A number that reaches `end` may go on behind it.
 */
const char *stet_json_skip_value(const char *p, const char *end, struct stet_json_fault *fault);

/* The first byte from `p` that is no JSON white space, or `end`. */
const char *stet_json_skip_space(const char *p, const char *end);

/* Is `text` one value, with nothing but a BOM and white space around it? */
bool stet_json_valid(struct stet_span text, struct stet_json_fault *fault);

/* ---- fields of an object */

enum stet_json_kind {
	STET_JSON_ABSENT,	/* no such key, or its value is neither of these */
	STET_JSON_STRING,
	STET_JSON_NUMBER,
};

struct stet_json_value {
	enum stet_json_kind kind;
	struct stet_span raw;	/* between the quotes, still escaped; or the number */
	bool escaped;		/* holds a backslash */
	bool ascii;		/* holds no byte above 127 */
};

/*
 * Check the object that `text` is, as above, and fill v[i] with the value at the
 * dotted path paths[i] (NULL = not wanted).  The last of duplicate keys counts.
 */
bool stet_json_find(struct stet_span text, const char *const paths[], struct stet_json_value v[],
		    size_t n, struct stet_json_fault *fault);

/* The most paths that stet_json_find takes. */
#define STET_JSON_MAX_PATHS 8

/*
 * Unescape a checked string into `out`, which holds raw.len bytes; returns the
 * bytes written.  Adds the number of surrogates that had no partner, and became
 * U+FFFD, to *n_replaced.
 */
size_t stet_json_unescape(struct stet_span raw, char *out, uint32_t *n_replaced);

/* Is a checked string `text` when unescaped? */
bool stet_json_equals(struct stet_span raw, struct stet_span text);

#endif
