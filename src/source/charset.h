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

/* Room for `len` bytes of text. */
char *stet_text_alloc(struct stet_arena *mem, size_t len);
/* Of those, `len` were used: clear the slack behind them. */
struct stet_span stet_text_finish(char *p, size_t len);

/* How many bytes from the start are UTF-8. */
size_t stet_utf8_prefix(struct stet_span text);

/*
 * `text` itself where it is UTF-8, else a copy with U+FFFD for each maximal part
 * of a character (Unicode 15, 3.9, "U+FFFD Substitution"), counted.
 */
struct stet_span stet_utf8_repair(struct stet_span text, struct stet_arena *mem,
				  uint32_t *n_replaced);

struct stet_span stet_skip_bom(struct stet_span text);	/* of UTF-8 */

/*
 * Bytes of unknown charset as UTF-8 without BOM.  What is not UTF-8 is converted
 * from what its BOM says or its bytes look like, and *converted is set; what
 * cannot be converted becomes U+FFFD, counted.
 */
struct stet_span stet_charset_decode(struct stet_span bytes, struct stet_arena *mem,
				     uint32_t *n_replaced, bool *converted);

#endif
