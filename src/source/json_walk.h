/*
 * json_walk.h - the steps that checking and finding share; for json*.c alone
 *
 * Each step is given the place it starts at and returns the place behind what it
 * took, or NULL after filling the fault.  `what` NULL of a fault = too deep.
 */
#ifndef STET_SOURCE_JSON_WALK_H
#define STET_SOURCE_JSON_WALK_H

#include "json.h"

#include <string.h>

struct stet_json_walk {
	const char *end;
	struct stet_json_fault *fault;
};

struct stet_json_string {
	const char *end;	/* the closing quote */
	bool escaped;
	bool high;		/* a byte above 127 */
};

/* Always NULL.  At the end of the text the reason is that, whatever `what` says. */
const char *stet_json_fail(const struct stet_json_walk *w, const char *at, const char *what);

/* From behind the opening quote. */
const char *stet_json_take_string(const struct stet_json_walk *w, const char *p,
				  struct stet_json_string *s);

/* A key and its colon, with the white space before, between and behind. */
const char *stet_json_take_key(const struct stet_json_walk *w, const char *p,
			       struct stet_span *key, struct stet_json_string *s);

/* The value at `p`, itself inside `outer` containers. */
const char *stet_json_step_over(const struct stet_json_walk *w, const char *p, unsigned outer);

/* Is there nothing but white space behind the value that ends at `p`?  NULL: false. */
bool stet_json_check_end(const struct stet_json_walk *w, const char *p);

static inline const char *stet_json_space(const struct stet_json_walk *w, const char *p)
{
	if (p < w->end && (unsigned char)*p > ' ')
		return p;
	return stet_json_skip_space(p, w->end);
}

static inline const char *stet_json_skip_bom(const char *p, const char *end)
{
	return end - p >= 3 && memcmp(p, "\xef\xbb\xbf", 3) == 0 ? p + 3 : p;
}

#endif
