/*
 * sniff.c - what bytes are, by their beginning
 */
#include "sniff.h"
#include "charset.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#define TAR_BLOCK 512u

static bool begins(struct stet_span s, const char *magic, size_t n)
{
	return s.len >= n && memcmp(s.p, magic, n) == 0;
}

static uint32_t get32(const char *p)
{
	const unsigned char *u = (const unsigned char *)p;

	return u[0] | (uint32_t)u[1] << 8 | (uint32_t)u[2] << 16 | (uint32_t)u[3] << 24;
}

/* ---- compression */

/* It has no magic: properties, a dictionary size that encoders use, a length that can be. */
static bool is_lzma(struct stet_span head)
{
	uint32_t dictionary;
	uint64_t length;

	if (head.len < 13 || (unsigned char)head.p[0] >= 9 * 5 * 5)
		return false;
	dictionary = get32(head.p + 1);
	length = get32(head.p + 5) | (uint64_t)get32(head.p + 9) << 32;
	if (dictionary < 4096 || (length != UINT64_MAX && length >> 40))
		return false;
	while (!(dictionary & 1))
		dictionary >>= 1;
	return dictionary == 1 || dictionary == 3 || dictionary == UINT32_MAX;
}

/* zstd and lz4 share the magic of frames to skip: the frame behind it tells. */
static enum stet_packing skippable(struct stet_span head)
{
	while (head.len >= 8 && (get32(head.p) & 0xfffffff0) == 0x184d2a50) {
		const uint64_t n = 8 + (uint64_t)get32(head.p + 4);

		if (n > head.len)
			break;
		head.p += n;
		head.len -= n;
	}
	return begins(head, "\x04\x22\x4d\x18", 4) ? STET_LZ4 : STET_ZSTD;
}

enum stet_packing stet_sniff_packing(struct stet_span head)
{
	static const struct {
		const char *magic;
		size_t n;
		enum stet_packing packing;
	} table[] = {
		{ "\x1f\x8b", 2, STET_GZIP },
		{ "\x28\xb5\x2f\xfd", 4, STET_ZSTD },
		{ "\xfd" "7zXZ\0", 6, STET_XZ },
		{ "\x04\x22\x4d\x18", 4, STET_LZ4 },
		{ "\x02\x21\x4c\x18", 4, STET_LZ4_LEGACY },
		{ "\x1f\x9d", 2, STET_COMPRESS },
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (begins(head, table[i].magic, table[i].n))
			return table[i].packing;
	if (begins(head, "BZh", 3) && head.len >= 10 && head.p[3] >= '1' && head.p[3] <= '9' &&
	    (memcmp(head.p + 4, "\x31\x41\x59\x26\x53\x59", 6) == 0 ||
	     memcmp(head.p + 4, "\x17\x72\x45\x38\x50\x90", 6) == 0))
		return STET_BZIP2;
	if (head.len >= 8 && (get32(head.p) & 0xfffffff0) == 0x184d2a50)
		return skippable(head);
	return is_lzma(head) ? STET_LZMA : STET_PLAIN;
}

/* ---- containers */

static bool all_zero(struct stet_span s)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.p[i] != 0)
			return false;
	return true;
}

/* The number in a header field, or -1. */
static int64_t octal(const char *p, size_t n)
{
	int64_t value = 0;
	size_t i = 0;

	while (i < n && p[i] == ' ')
		i++;
	if (i == n || p[i] < '0' || p[i] > '7')
		return -1;
	for (; i < n && p[i] >= '0' && p[i] <= '7'; i++)
		value = value * 8 + (p[i] - '0');
	return value;
}

/* Seventh Edition tar has no magic, but a checksum; some made it of signed characters. */
static bool has_tar_checksum(const char *block)
{
	const int64_t said = octal(block + 148, 8);
	int64_t sum = 8 * ' ', sum_signed = 8 * ' ';

	if (said <= 0 || block[0] == 0)
		return false;
	for (size_t i = 0; i < TAR_BLOCK; i++) {
		if (i >= 148 && i < 156)
			continue;
		sum += (unsigned char)block[i];
		sum_signed += (signed char)block[i];
	}
	return said == sum || said == sum_signed;
}

/* A tar file without members is zero bytes, two blocks or more. */
static bool is_tar(struct stet_span head, bool whole)
{
	if (head.len < TAR_BLOCK)
		return false;
	if (memcmp(head.p + 257, "ustar", 5) == 0 || has_tar_checksum(head.p))
		return true;
	return whole && head.len >= 2 * TAR_BLOCK && head.len % TAR_BLOCK == 0 && all_zero(head);
}

static bool all_in(struct stet_span head, size_t n, const char *set)
{
	if (head.len < n)
		return false;
	for (size_t i = 0; i < n; i++)
		if (head.p[i] == 0 || !strchr(set, head.p[i]))
			return false;
	return true;
}

#define CPIO_ODC_HEADER 76u
#define CPIO_NEWC_HEADER 110u
#define CPIO_BINARY_HEADER 26u

static bool is_cpio(struct stet_span head)
{
	if (begins(head, "070707", 6))
		return all_in(head, CPIO_ODC_HEADER, "01234567");
	if (begins(head, "070701", 6) || begins(head, "070702", 6))
		return all_in(head, CPIO_NEWC_HEADER, "0123456789abcdefABCDEF");
	return head.len >= CPIO_BINARY_HEADER &&
	       (begins(head, "\xc7\x71", 2) || begins(head, "\x71\xc7", 2)) &&
	       memchr(head.p, 0, CPIO_BINARY_HEADER);
}

enum stet_container stet_sniff_container(struct stet_span head, bool whole)
{
	if (begins(head, "PK\3\4", 4) || begins(head, "PK\5\6", 4) ||
	    begins(head, "PK\7\10PK", 6) || begins(head, "PK00PK", 6))
		return STET_ZIP;
	if (begins(head, "7z\xbc\xaf\x27\x1c", 6))
		return STET_7Z;
	if (is_cpio(head))
		return STET_CPIO;
	return is_tar(head, whole) ? STET_TAR : STET_NO_CONTAINER;
}

/* ---- framing */

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static struct stet_span skip_space(struct stet_span s)
{
	while (s.len > 0 && is_space(*s.p)) {
		s.p++;
		s.len--;
	}
	return s;
}

static struct stet_span skip_bom(struct stet_span s)
{
	if (begins(s, "\xef\xbb\xbf", 3))
		s = (struct stet_span){ s.p + 3, s.len - 3 };
	return s;
}

/* Does `s` begin with `open`, and then, perhaps after space, with one of `next`? */
static bool opens(struct stet_span s, char open, const char *next)
{
	if (s.len == 0 || *s.p != open)
		return false;
	s = skip_space((struct stet_span){ s.p + 1, s.len - 1 });
	return s.len > 0 && *s.p != 0 && strchr(next, *s.p);
}

/* Of a stream that begins with an object: is it one object a line? */
static bool is_lines(struct stet_span s)
{
	const char *nl = memchr(s.p, '\n', s.len);
	const char *last = nl;

	if (!nl)
		return true;
	while (last > s.p && is_space(*last))
		last--;
	if (last > s.p && *last == '}')
		return true;
	s = skip_space((struct stet_span){ nl, (size_t)(s.p + s.len - nl) });
	return s.len > 0 && *s.p == '{';
}

static bool is_control(unsigned char c)
{
	return c < 0x20 && !(c >= '\b' && c <= '\r') && c != 0x1a && c != 0x1b;
}

/* No zero byte, and hardly a control character that texts do not have (1 in 20 is too many). */
static bool is_text(struct stet_span s)
{
	size_t n = 0;

	if (begins(s, "\xff\xfe", 2) || begins(s, "\xfe\xff", 2) || stet_utf16_name(s))
		return true;	/* UTF-16 */
	if (s.len > 0 && memchr(s.p, 0, s.len))
		return false;
	for (size_t i = 0; i < s.len; i++)
		n += is_control((unsigned char)s.p[i]);
	return n <= s.len / 20;
}

#define MAX_HTML_HEAD ((size_t)1024)	/* of UTF-16 */

/* Of UTF-16, its ASCII; else the bytes as they are. */
static struct stet_span without_zeros(struct stet_span s, char to[MAX_HTML_HEAD])
{
	size_t n = 0;

	if (begins(s, "\xff\xfe", 2) || begins(s, "\xfe\xff", 2))
		s = (struct stet_span){ s.p + 2, s.len - 2 };
	else if (!stet_utf16_name(s))
		return s;
	for (size_t i = 0; i < s.len && n < MAX_HTML_HEAD; i++)
		if (s.p[i])
			to[n++] = s.p[i];
	return (struct stet_span){ to, n };
}

/* White space, comments, and what XML begins with. */
static struct stet_span skip_prolog(struct stet_span s)
{
	const char *end;

	for (;;) {
		s = skip_space(s);
		if (begins(s, "<!--", 4))
			end = memmem(s.p, s.len, "-->", 3);
		else if (begins(s, "<?xml", 5))
			end = memchr(s.p, '>', s.len);
		else
			return s;
		if (!end)
			return (struct stet_span){ s.p, 0 };
		end += *end == '-' ? 3 : 1;
		s = (struct stet_span){ end, (size_t)(s.p + s.len - end) };
	}
}

/* Only what no text begins with: a page that begins with <p> is told by --format. */
static bool is_html(struct stet_span head)
{
	static const char *const starts[] = {
		"<!doctype html", "<html", "<head", "<body", "<title",
	};
	char ascii[MAX_HTML_HEAD];
	const struct stet_span s = skip_prolog(without_zeros(skip_bom(head), ascii));

	for (size_t i = 0; i < sizeof(starts) / sizeof(starts[0]); i++) {
		const size_t n = strlen(starts[i]);

		if (s.len > n && strncasecmp(s.p, starts[i], n) == 0 &&
		    (is_space(s.p[n]) || s.p[n] == '>' || s.p[n] == '/'))
			return true;
	}
	return false;
}

enum stet_framing stet_sniff_framing(struct stet_span head, enum stet_format format)
{
	const struct stet_span s = skip_space(skip_bom(head));

	switch (format) {
	case STET_JSONL:
		return STET_FRAME_LINES;
	case STET_JSON:
		return s.len > 0 && *s.p == '[' ? STET_FRAME_ARRAY : STET_FRAME_VALUES;
	case STET_TEXT:
		return STET_FRAME_WHOLE;
	case STET_HTML:
		return STET_FRAME_PAGE;
	case STET_AUTO:
		break;
	}
	if (opens(s, '{', "\"}"))
		return is_lines(s) ? STET_FRAME_LINES : STET_FRAME_VALUES;
	if (opens(s, '[', "{]"))
		return STET_FRAME_ARRAY;
	if (!is_text(head))
		return STET_FRAME_NONE;
	return is_html(head) ? STET_FRAME_PAGE : STET_FRAME_WHOLE;
}

const char *stet_sniff_start(struct stet_span head, char out[STET_START_CHARS])
{
	size_t n = (size_t)snprintf(out, STET_START_CHARS, "starts with");

	for (size_t i = 0; i < head.len && i < 4; i++)
		n += (size_t)snprintf(out + n, STET_START_CHARS - n, " %02x",
				      (unsigned char)head.p[i]);
	return out;
}
