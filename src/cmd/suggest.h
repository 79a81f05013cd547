/*
 * suggest.h - the name that was perhaps meant
 *
 * Pure.
 */
#ifndef STET_SUGGEST_H
#define STET_SUGGEST_H

#include <stddef.h>

/* Keeps the nearest of the names offered.  Start with .name = NULL. */
struct stet_suggestion {
	const char *name;	/* NULL while none is near enough */
	size_t distance;
};

/* Offer `name` (borrowed) for `given`, of which the first `len` bytes count. */
void stet_suggest(struct stet_suggestion *s, const char *given, size_t len, const char *name);

#endif
