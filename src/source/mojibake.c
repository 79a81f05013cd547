/*
 * mojibake.c - UTF-8 that was taken for Windows-1252 or Mac Roman, and encoded once more
 */
#include "mojibake.h"
#include "charset.h"
#include "charset_labels.h"

#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#define ENOUGH 2	/* weight of sequences that makes a text mojibake */
#define MAX_TIMES 3	/* a text was encoded too often */

/* What Mac Roman has at 80 to BF. */
static const uint16_t mac_roman[64] = {
	0x00c4, 0x00c5, 0x00c7, 0x00c9, 0x00d1, 0x00d6, 0x00dc, 0x00e1, 0x00e0, 0x00e2, 0x00e4,
	0x00e3, 0x00e5, 0x00e7, 0x00e9, 0x00e8, 0x00ea, 0x00eb, 0x00ed, 0x00ec, 0x00ee, 0x00ef,
	0x00f1, 0x00f3, 0x00f2, 0x00f4, 0x00f6, 0x00f5, 0x00fa, 0x00f9, 0x00fb, 0x00fc, 0x2020,
	0x00b0, 0x00a2, 0x00a3, 0x00a7, 0x2022, 0x00b6, 0x00df, 0x00ae, 0x00a9, 0x2122, 0x00b4,
	0x00a8, 0x2260, 0x00c6, 0x00d8, 0x221e, 0x00b1, 0x2264, 0x2265, 0x00a5, 0x00b5, 0x2202,
	0x2211, 0x220f, 0x03c0, 0x222b, 0x00aa, 0x00ba, 0x03a9, 0x00e6, 0x00f8,
};

/* Of Mac Roman, only these begin what is looked for. */
static const struct {
	const char *text;
	unsigned char lead;
} mac_leads[] = {
	{ "\u00ac", 0xc2 }, { "\u221a", 0xc3 }, { "\u201a", 0xe2 },
};

/* A character that stands as several. */
struct sequence {
	unsigned char bytes[4];		/* of the character, as it was meant */
	size_t n;			/* of them */
	size_t len;			/* bytes of the text that it takes now */
	bool mac;
};

/* The character at `p` (of UTF-8 with at least a byte); *len is its length. */
static uint32_t character(const unsigned char *p, const unsigned char *end, size_t *len)
{
	*len = *p < 0x80 ? 1 : *p < 0xe0 ? 2 : *p < 0xf0 ? 3 : 4;
	if (*len == 1 || (size_t)(end - p) < *len)
		return *p < 0x80 ? *p : 0;
	if (*len == 2)
		return (uint32_t)(p[0] & 0x1f) << 6 | (p[1] & 0x3f);
	if (*len == 4)
		return 0;		/* no charset of a byte has it */
	return (uint32_t)(p[0] & 0x0f) << 12 | (uint32_t)(p[1] & 0x3f) << 6 | (p[2] & 0x3f);
}

/* The byte from 80 to BF that a character was, or 0. */
static unsigned char trail_of(uint32_t c, bool mac)
{
	if (!mac && c >= 0x80 && c < 0xc0)
		return (unsigned char)c;	/* that of Latin-1, too */
	for (unsigned i = 0; c >= 0x80 && i < (mac ? 64 : 32); i++)
		if (c == (mac ? mac_roman[i] : stet_windows_1252[i]))
			return (unsigned char)(0x80 + i);
	return 0;
}

/* The first byte from `p` on that can begin what was a first byte, or `end`. */
static const unsigned char *find_candidate(const unsigned char *p, const unsigned char *end)
{
#ifdef __SSE2__
	for (; end - p >= 16; p += 16) {
		const __m128i v = _mm_loadu_si128((const __m128i *)(const void *)p);
		const __m128i c2_c3 = _mm_cmpeq_epi8(_mm_and_si128(v, _mm_set1_epi8((char)0xfe)),
						     _mm_set1_epi8((char)0xc2));
		const __m128i e2 = _mm_cmpeq_epi8(v, _mm_set1_epi8((char)0xe2));
		const unsigned hits = (unsigned)_mm_movemask_epi8(_mm_or_si128(c2_c3, e2));

		if (hits)
			return p + __builtin_ctz(hits);
	}
#endif
	while (p < end && *p != 0xc2 && *p != 0xc3 && *p != 0xe2)
		p++;
	return p;
}

/* What the character at `p` was as the first byte of another, or 0; *len is its length. */
static unsigned char lead_of(const unsigned char *p, const unsigned char *end, size_t *len,
			     bool *mac)
{
	*mac = false;
	*len = 2;
	if (end - p >= 2 && p[0] == 0xc3)	/* U+00C2 to U+00F4 */
		return p[1] >= 0x82 && p[1] <= 0xb4 ? p[1] + 0x40 : 0;
	*mac = true;
	for (size_t i = 0; i < sizeof(mac_leads) / sizeof(mac_leads[0]); i++) {
		*len = strlen(mac_leads[i].text);
		if ((size_t)(end - p) >= *len && memcmp(p, mac_leads[i].text, *len) == 0)
			return mac_leads[i].lead;
	}
	return 0;
}

static bool take_sequence(const unsigned char *p, const unsigned char *end, struct sequence *s)
{
	size_t len, wanted;
	struct stet_span meant;

	s->bytes[0] = lead_of(p, end, &len, &s->mac);
	if (s->bytes[0] == 0)
		return false;
	wanted = s->bytes[0] < 0xe0 ? 2 : s->bytes[0] < 0xf0 ? 3 : 4;
	s->len = len;
	for (s->n = 1; s->n < wanted && p + s->len < end; s->n++) {
		s->bytes[s->n] = trail_of(character(p + s->len, end, &len), s->mac);
		if (s->bytes[s->n] == 0)
			return false;
		s->len += len;
	}
	meant = (struct stet_span){ (const char *)s->bytes, s->n };
	return s->n == wanted && stet_utf8_prefix(meant) == wanted;
}

static bool is_lower(unsigned char c)
{
	return c >= 'a' && c <= 'z';
}

/*
 * What the sequence at `p` says by itself, 0 = nothing.  Capitals with an accent, in front of
 * quotes or dots, look like some.
 */
static unsigned weight(const struct stet_span *text, const unsigned char *p,
		       const struct sequence *s)
{
	const unsigned char *begin = (const unsigned char *)text->p, *end = begin + text->len;
	const bool in_word = (p > begin && is_lower(p[-1])) ||
			     (p + s->len < end && is_lower(p[s->len]));

	if (s->bytes[0] == 0xe2)
		return 2;
	if (s->bytes[0] == 0xc2 || s->bytes[0] == 0xc3)
		return in_word || (!s->mac && s->bytes[1] >= 0xa0);
	return (s->bytes[0] == 0xc4 || s->bytes[0] == 0xc5) && in_word;
}

/* The sequences from `p` on without anything between them; returns their end. */
static const unsigned char *skip_run(const unsigned char *p, const unsigned char *end, size_t *n)
{
	struct sequence s;

	for (*n = 0; p < end && take_sequence(p, end, &s); p += s.len)
		++*n;
	return p;
}

static unsigned char *put(unsigned char *to, const void *from, size_t n)
{
	memmove(to, from, n);
	return to + n;
}

/*
 * Weigh the sequences that count, and write the text as it was meant to `to` if that is there;
 * returns behind what it wrote.  One that says nothing by itself counts in a run of several.
 */
static unsigned char *walk(struct stet_span text, unsigned char *to, unsigned *total)
{
	const unsigned char *p = (const unsigned char *)text.p, *end = p + text.len;
	const unsigned char *copied = p, *run_end = p;
	struct sequence s;
	size_t n_run = 0;

	*total = 0;
	while ((p = find_candidate(p, end)) < end) {
		unsigned w;

		if (!take_sequence(p, end, &s)) {
			p++;
			continue;
		}
		if (p >= run_end)
			run_end = skip_run(p, end, &n_run);
		w = weight(&text, p, &s);
		w += w == 0 && n_run > 1;
		*total += *total < ENOUGH ? w : 0;
		if (to && w > 0) {
			to = put(put(to, copied, (size_t)(p - copied)), s.bytes, s.n);
			copied = p + s.len;
		}
		p += s.len;
		if (!to && *total >= ENOUGH)
			return NULL;
	}
	return to ? put(to, copied, (size_t)(end - copied)) : NULL;
}

bool stet_is_mojibake(struct stet_span text)
{
	unsigned total;

	walk(text, NULL, &total);
	return total >= ENOUGH;
}

struct stet_span stet_mojibake_repair(struct stet_span text, struct stet_arena *mem)
{
	char *p = stet_text_alloc(mem, text.len);
	unsigned total;

	for (int i = 0; i < MAX_TIMES && stet_is_mojibake(text); i++) {
		const unsigned char *end = walk(text, (unsigned char *)p, &total);

		text = (struct stet_span){ p, (size_t)(end - (const unsigned char *)p) };
	}
	if (text.p != p)
		return text;
	return stet_text_finish(p, text.len);
}
