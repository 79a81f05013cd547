/*
 * json_unescape.c - what a JSON string says; the string has been checked before
 */
#include "json.h"
#include "stet/utf8.h"

#include <assert.h>
#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

static uint32_t hex4(const char *p)
{
	uint32_t v = 0;

	for (int i = 0; i < 4; i++)
		v = v << 4 | ((uint32_t)(p[i] & 0xf) + (p[i] > '9' ? 9 : 0));
	return v;
}

/* At the u of an escape: its code point, with *p moved behind it (and its partner's). */
static uint32_t take_code_point(const char **p, const char *end, uint32_t *n_replaced)
{
	const uint32_t c = hex4(*p + 1);
	uint32_t low;

	*p += 5;
	if (c < 0xd800 || c > 0xdfff)
		return c;
	if (c < 0xdc00 && end - *p >= 6 && (*p)[0] == '\\' && (*p)[1] == 'u') {
		low = hex4(*p + 2);
		if (low >= 0xdc00 && low <= 0xdfff) {
			*p += 6;
			return 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
		}
	}
	++*n_replaced;
	return 0xfffd;
}

/* What an escape of one letter stands for. */
static inline char one_letter(char c)
{
	static const char meaning[128] = {
		['b'] = '\b', ['f'] = '\f', ['n'] = '\n', ['r'] = '\r', ['t'] = '\t',
		['"'] = '"', ['\\'] = '\\', ['/'] = '/',
	};

	return meaning[c & 0x7f];
}

/* At a backslash: the bytes it stands for into out[4], how many they are, *p behind it. */
static size_t take_escape(const char **p, const char *end, char *out, uint32_t *n_replaced)
{
	const char c = *++*p;

	if (c == 'u')
		return stet_put_utf8(take_code_point(p, end, n_replaced), out);
	++*p;
	*out = one_letter(c);
	return 1;
}

/* Copy up to the next backslash, or to less than 16 bytes before the end; how many. */
static size_t copy_plain(const char *p, const char *end, char *out)
{
	const char *first = p;

#ifdef __SSE2__
	for (; end - p >= 16; p += 16, out += 16) {
		const __m128i v = _mm_loadu_si128((const __m128i *)(const void *)p);
		const unsigned stop =
			(unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(v, _mm_set1_epi8('\\')));

		_mm_storeu_si128((__m128i *)(void *)out, v);
		if (stop)
			return (size_t)(p - first) + (size_t)__builtin_ctz(stop);
	}
#else
	p = memchr(first, '\\', (size_t)(end - first));
	p = p ? p : end;
	memcpy(out, first, (size_t)(p - first));
#endif
	return (size_t)(p - first);
}

size_t stet_json_unescape(struct stet_span raw, char *out, uint32_t *n_replaced)
{
	const char *p = raw.p, *end = raw.p + raw.len;
	char *o = out;

	while (p < end) {
		const size_t n = copy_plain(p, end, o);

		p += n;
		o += n;
		if (p == end)
			break;
		if (*p == '\\' && p[1] != 'u') {
			*o++ = one_letter(p[1]);
			p += 2;
		} else if (*p == '\\') {
			o += take_escape(&p, end, o, n_replaced);
		} else {
			*o++ = *p++;
		}
	}
	assert((size_t)(o - out) <= raw.len);
	return (size_t)(o - out);
}

bool stet_json_equals(struct stet_span raw, struct stet_span text)
{
	const char *p = raw.p, *end = raw.p + raw.len, *t = text.p, *t_end = text.p + text.len;
	uint32_t n_replaced = 0;

	while (p < end) {
		char one[4] = { *p };
		const size_t n = *p == '\\' ? take_escape(&p, end, one, &n_replaced) : (p++, 1);

		if ((size_t)(t_end - t) < n || memcmp(t, one, n) != 0)
			return false;
		t += n;
	}
	return t == t_end;
}
