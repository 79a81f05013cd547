/*
 * mojibake.h - UTF-8 that was taken for Windows-1252 or Mac Roman, and encoded once more
 *
 * "don't" with a typographic apostrophe has become "donâ€™t", or "don‚Äôt".  Which sequences
 * count, and how many make a text mojibake, stands in src/DESIGN.md.  Pure.
 */
#ifndef STET_SOURCE_MOJIBAKE_H
#define STET_SOURCE_MOJIBAKE_H

#include "stet/mem.h"

#include <stdbool.h>

/* `text` is UTF-8. */
bool stet_is_mojibake(struct stet_span text);

/* A text that is, as it was meant, also where that was done to it several times. */
struct stet_span stet_mojibake_repair(struct stet_span text, struct stet_arena *mem);

#endif
