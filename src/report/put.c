/*
 * put.c - strings and ratios as the report spells them
 *
 * Both string writers copy the longest run that needs no escape at once.
 */
#include "put.h"
#include "stet/cluster.h"

#include <string.h>

#define REPLACEMENT "\xef\xbf\xbd"	/* U+FFFD */

size_t stet_utf8_len(const char *text, size_t n)
{
	const unsigned char *p = (const unsigned char *)text;
	size_t len;

	if (p[0] < 0x80)
		return 1;
	if (p[0] < 0xc2 || p[0] > 0xf4)
		return 0;
	len = p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;
	if (n < len)
		return 0;
	for (size_t i = 1; i < len; i++)
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	if ((p[0] == 0xe0 && p[1] < 0xa0) || (p[0] == 0xed && p[1] > 0x9f) ||
	    (p[0] == 0xf0 && p[1] < 0x90) || (p[0] == 0xf4 && p[1] > 0x8f))
		return 0;	/* too long a form, a surrogate, above U+10FFFF */
	return len;
}

/* The escape of a byte that may not stand in a JSON string as it is, or NULL. */
static const char *json_escape(unsigned char c)
{
	static const char *const controls[] = {
		"\\u0000", "\\u0001", "\\u0002", "\\u0003", "\\u0004", "\\u0005", "\\u0006",
		"\\u0007", "\\b", "\\t", "\\n", "\\u000b", "\\f", "\\r", "\\u000e", "\\u000f",
		"\\u0010", "\\u0011", "\\u0012", "\\u0013", "\\u0014", "\\u0015", "\\u0016",
		"\\u0017", "\\u0018", "\\u0019", "\\u001a", "\\u001b", "\\u001c", "\\u001d",
		"\\u001e", "\\u001f",
	};

	if (c < 0x20)
		return controls[c];
	return c == '"' ? "\\\"" : c == '\\' ? "\\\\" : NULL;
}

void stet_put_json_part(struct stet_out *o, struct stet_span text)
{
	const unsigned char *p = (const unsigned char *)text.p;
	size_t from = 0, i = 0;

	while (i < text.len) {
		const size_t len = stet_utf8_len(text.p + i, text.len - i);
		const char *instead = len == 0 ? REPLACEMENT : json_escape(p[i]);

		if (!instead) {
			i += len;
			continue;
		}
		stet_out_write(o, p + from, i - from);
		stet_out_puts(o, instead);
		from = ++i;
	}
	if (from < i)
		stet_out_write(o, p + from, i - from);
}

void stet_put_json(struct stet_out *o, struct stet_span text)
{
	stet_out_puts(o, "\"");
	stet_put_json_part(o, text);
	stet_out_puts(o, "\"");
}

static const char *field_escape(char c)
{
	switch (c) {
	case '\t':
		return "\\t";
	case '\r':
		return "\\r";
	case '\n':
		return "\\n";
	case '\\':
		return "\\\\";
	default:
		return NULL;
	}
}

void stet_put_field(struct stet_out *o, struct stet_span text)
{
	size_t from = 0, i = 0;

	for (; i < text.len; i++) {
		const char *instead = field_escape(text.p[i]);

		if (!instead)
			continue;
		stet_out_write(o, text.p + from, i - from);
		stet_out_puts(o, instead);
		from = i + 1;
	}
	if (from < i)
		stet_out_write(o, text.p + from, i - from);
}

#define MAX_DIGITS 20

/* The digits of a number end at `end`; where they begin. */
static char *put_digits(char *end, uint64_t n, unsigned base)
{
	do
		*--end = "0123456789abcdef"[n % base];
	while (n /= base);
	return end;
}

void stet_put_number(struct stet_out *o, const char *before, uint64_t n)
{
	char digits[MAX_DIGITS], *const end = digits + MAX_DIGITS;
	const char *begin = put_digits(end, n, 10);

	stet_out_puts(o, before);
	stet_out_write(o, begin, (size_t)(end - begin));
}

void stet_put_hex(struct stet_out *o, const char *before, uint64_t n)
{
	char digits[16];

	memset(digits, '0', sizeof(digits));
	put_digits(digits + 16, n, 16);
	stet_out_puts(o, before);
	stet_out_write(o, digits, sizeof(digits));
}

void stet_put_ratio(struct stet_out *o, uint64_t part, uint64_t whole)
{
	const uint32_t share = stet_share(part, whole);
	char decimals[] = ".0000";

	stet_put_number(o, "", share / 10000);
	put_digits(decimals + 5, share % 10000, 10);
	stet_out_write(o, decimals, 5);
}
