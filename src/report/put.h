/*
 * put.h - strings and numbers as the report spells them (private to report)
 */
#ifndef STET_PUT_H
#define STET_PUT_H

#include "stet/io.h"
#include "stet/mem.h"

static inline struct stet_span stet_span_of(const char *text)
{
	return (struct stet_span){ text, __builtin_strlen(text) };
}

/* Bytes of the UTF-8 sequence at `text`, of which `n` are left; 0 where there is none. */
size_t stet_utf8_len(const char *text, size_t n);

/* A JSON string; every byte that is no UTF-8 becomes U+FFFD. */
void stet_put_json(struct stet_out *o, struct stet_span text);
void stet_put_json_part(struct stet_out *o, struct stet_span text);	/* without the quotes */

/* A field of a table: tab, CR, LF and backslash escaped, all other bytes as they are. */
void stet_put_field(struct stet_out *o, struct stet_span text);

/* `before`, then a number in decimal, or as 16 hex digits.  A table has millions of them. */
void stet_put_number(struct stet_out *o, const char *before, uint64_t n);
void stet_put_hex(struct stet_out *o, const char *before, uint64_t n);

/* part/whole with four decimals, rounded half up; 0.0000 of nothing. */
void stet_put_ratio(struct stet_out *o, uint64_t part, uint64_t whole);

#endif
