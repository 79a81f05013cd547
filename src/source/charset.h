/*
 * charset.h - text of any charset to UTF-8
 *
 * Touches nothing shared.  Spans that come back belong to the arena, or are the
 * ones given; at least 64 readable bytes follow those from the arena.
 */
#ifndef STET_SOURCE_CHARSET_H
#define STET_SOURCE_CHARSET_H

#include "stet/mem.h"

#include <stdbool.h>

/* How many bytes may be read behind a text. */
#define STET_TEXT_SLACK 64

#define STET_REPLACEMENT "\xef\xbf\xbd"	/* U+FFFD */

/* Room for `len` bytes of text. */
char *stet_text_alloc(struct stet_arena *mem, size_t len);
/* Of those, `len` were used: clear the slack behind them. */
struct stet_span stet_text_finish(char *p, size_t len);

/* How many bytes from the start are ASCII; are UTF-8. */
size_t stet_ascii_prefix(struct stet_span text);
size_t stet_utf8_prefix(struct stet_span text);

/* What a text is made of, beyond ASCII. */
struct stet_utf8_census {
	size_t n_good, n_broken;	/* characters; maximal parts of one */
	size_t broken_bytes;
};
struct stet_utf8_census stet_utf8_count(struct stet_span text);

/*
 * `text` itself where it is UTF-8, else a copy with U+FFFD for each maximal part
 * of a character (Unicode 15, 3.9, "U+FFFD Substitution"), counted.
 */
struct stet_span stet_utf8_repair(struct stet_span text, struct stet_arena *mem,
				  uint32_t *n_replaced);

struct stet_span stet_skip_bom(struct stet_span text);	/* of UTF-8 */

/* Without spaces, and what is below, at both ends. */
struct stet_span stet_trim(struct stet_span s);

/*
 * Bytes as UTF-8 without BOM, by the first of these that tells their charset: a BOM; that
 * they are UTF-8 beyond chance, whatever they are said to be; that they surely are UTF-16; the
 * label (of HTTP, or of the page; empty = none), unless it is one of those two; detection.
 * *converted is set where they were not UTF-8; what cannot be converted becomes U+FFFD,
 * counted.
 */
struct stet_span stet_charset_decode_declared(struct stet_span bytes, struct stet_span label,
					      struct stet_arena *mem, uint32_t *n_replaced,
					      bool *converted);

/* Likewise, without a label. */
struct stet_span stet_charset_decode(struct stet_span bytes, struct stet_arena *mem,
				     uint32_t *n_replaced, bool *converted);

/* "UTF-16LE" or "UTF-16BE" where bytes without a BOM are surely that; else NULL. */
const char *stet_utf16_name(struct stet_span bytes);

#endif
