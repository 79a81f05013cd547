/*
 * charset.c - UTF-8 checked and repaired
 */
#include "charset.h"

#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

char *stet_text_alloc(struct stet_arena *mem, size_t len)
{
	return stet_arena_alloc(mem, len + STET_TEXT_SLACK);
}

struct stet_span stet_text_finish(char *p, size_t len)
{
	memset(p + len, 0, STET_TEXT_SLACK);
	return (struct stet_span){ p, len };
}

/* ---- UTF-8 */

/* The first byte above 127, or `end`. */
static const unsigned char *skip_ascii(const unsigned char *p, const unsigned char *end)
{
#ifdef __SSE2__
	for (; end - p >= 16; p += 16) {
		const __m128i v = _mm_loadu_si128((const __m128i *)(const void *)p);
		const unsigned tops = (unsigned)_mm_movemask_epi8(v);

		if (tops)
			return p + __builtin_ctz(tops);
	}
#else
	uint64_t x;

	for (; end - p >= 8; p += 8) {
		memcpy(&x, p, sizeof(x));
		if (x & 0x8080808080808080u)
			break;
	}
#endif
	while (p < end && *p < 0x80)
		p++;
	return p;
}

#ifdef __SSE2__
/* What begins in one block and goes on in the next, as bits of that one. */
struct utf8_carry {
	unsigned more, after_e0, after_ed;
};

static unsigned equal_bits(__m128i v, int mask, int byte)
{
	return (unsigned)_mm_movemask_epi8(
		_mm_cmpeq_epi8(_mm_and_si128(v, _mm_set1_epi8((char)mask)),
			       _mm_set1_epi8((char)byte)));
}

/* Whether 16 bytes with some above 127 are characters of at most three bytes. */
static bool check_block(__m128i v, unsigned tops, struct utf8_carry *c)
{
	const unsigned more = equal_bits(v, 0xc0, 0x80), three = equal_bits(v, 0xf0, 0xe0);
	const unsigned two = equal_bits(v, 0xe0, 0xc0) & ~equal_bits(v, 0xfe, 0xc0);
	const unsigned want = c->more | (two | three) << 1 | three << 2;
	const unsigned after_e0 = c->after_e0 | equal_bits(v, 0xff, 0xe0) << 1;
	const unsigned after_ed = c->after_ed | equal_bits(v, 0xff, 0xed) << 1;
	const unsigned from_a0 = (unsigned)_mm_movemask_epi8(_mm_slli_epi16(v, 2));

	if ((want & 0xffff) != more || tops != (more | two | three) ||
	    (after_e0 & ~from_a0 & 0xffff) || (after_ed & from_a0 & 0xffff))
		return false;
	*c = (struct utf8_carry){ want >> 16, after_e0 >> 16, after_ed >> 16 };
	return true;
}

/*
 * Whole characters of at most three bytes from `p`, 16 bytes at a time: stops where a block
 * has something else, and less than 16 bytes before `end`.
 */
static const unsigned char *skip_common(const unsigned char *p, const unsigned char *end)
{
	struct utf8_carry c = { 0 };

	for (; end - p >= 16; p += 16) {
		const __m128i v = _mm_loadu_si128((const __m128i *)(const void *)p);
		const unsigned tops = (unsigned)_mm_movemask_epi8(v);

		if ((tops | c.more) && !check_block(v, tops, &c))
			break;
	}
	if (c.more)	/* back to where the character begins that is not whole yet */
		do
			p--;
		while ((*p & 0xc0) == 0x80);
	return p;
}
#else
static const unsigned char *skip_common(const unsigned char *p, const unsigned char *end)
{
	(void)end;
	return p;
}
#endif

/* The length of a character by its first byte, 0 if none begins so; range of the second byte. */
static size_t length_by_lead(unsigned char lead, unsigned char *low, unsigned char *high)
{
	*low = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
	*high = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
	if (lead < 0x80)
		return 1;
	if (lead < 0xc2 || lead > 0xf4)
		return 0;
	return lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
}

/* At a byte: the length of the character, or, with *broken set, of the part of one. */
static size_t take_character(const unsigned char *p, const unsigned char *end, bool *broken)
{
	unsigned char low, high;
	const size_t len = length_by_lead(*p, &low, &high);
	size_t n = 1;

	while (n < len && p + n < end && p[n] >= low && p[n] <= high) {
		n++;
		low = 0x80;
		high = 0xbf;
	}
	*broken = n != len;
	return n;
}

/* The first byte that is not part of a whole character, or `end`. */
static const unsigned char *skip_utf8(const unsigned char *p, const unsigned char *end)
{
	bool broken = false;

	for (;;) {
		p = skip_ascii(skip_common(p, end), end);
		if (p == end)
			return p;

		const size_t n = take_character(p, end, &broken);

		if (broken)
			return p;
		p += n;
	}
}

size_t stet_utf8_prefix(struct stet_span text)
{
	const unsigned char *p = (const unsigned char *)text.p;

	return (size_t)(skip_utf8(p, p + text.len) - p);
}

static struct stet_span repair(struct stet_span text, size_t size, struct stet_arena *mem)
{
	const unsigned char *p = (const unsigned char *)text.p, *end = p + text.len;
	char *out = stet_text_alloc(mem, size), *o = out;
	bool broken;

	while (p < end) {
		const unsigned char *stop = skip_utf8(p, end);

		memcpy(o, p, (size_t)(stop - p));
		o += stop - p;
		p = stop;
		if (p < end) {
			p += take_character(p, end, &broken);
			memcpy(o, STET_REPLACEMENT, 3);
			o += 3;
		}
	}
	return stet_text_finish(out, size);
}

size_t stet_ascii_prefix(struct stet_span text)
{
	const unsigned char *p = (const unsigned char *)text.p;

	return (size_t)(skip_ascii(p, p + text.len) - p);
}

struct stet_utf8_census stet_utf8_count(struct stet_span text)
{
	const unsigned char *p = (const unsigned char *)text.p, *end = p + text.len;
	struct stet_utf8_census c = { 0 };
	bool broken;

	while ((p = skip_ascii(p, end)) < end) {
		const size_t n = take_character(p, end, &broken);

		p += n;
		c.n_good += !broken;
		c.n_broken += broken;
		c.broken_bytes += broken ? n : 0;
	}
	return c;
}

struct stet_span stet_utf8_repair(struct stet_span text, struct stet_arena *mem,
				  uint32_t *n_replaced)
{
	struct stet_utf8_census c;

	if (stet_utf8_prefix(text) == text.len)
		return text;
	c = stet_utf8_count(text);
	*n_replaced += (uint32_t)c.n_broken;
	return repair(text, text.len - c.broken_bytes + 3 * c.n_broken, mem);
}

struct stet_span stet_trim(struct stet_span s)
{
	while (s.len > 0 && (unsigned char)s.p[s.len - 1] <= ' ')
		s.len--;
	while (s.len > 0 && (unsigned char)*s.p <= ' ') {
		s.p++;
		s.len--;
	}
	return s;
}

struct stet_span stet_skip_bom(struct stet_span text)
{
	if (text.len >= 3 && memcmp(text.p, "\xef\xbb\xbf", 3) == 0)
		return (struct stet_span){ text.p + 3, text.len - 3 };
	return text;
}
