/*
 * json.c - checks JSON and steps over it; the hot path of every JSON Lines run
 *
 * Nearly all bytes are inside strings, so strings are scanned 16 at a time and
 * everything else byte by byte.  Containers are skipped with one bit of stack
 * per level, so depth costs nothing and is bounded by its limit alone.
 */
#include "json_walk.h"

#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

const char *stet_json_fail(const struct stet_json_walk *w, const char *at, const char *what)
{
	w->fault->at = at;
	w->fault->what = at == w->end && what ? "it ends early" : what;
	return NULL;
}

/* ---- characters */

static bool is_space(char c)
{
	return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

const char *stet_json_skip_space(const char *p, const char *end)
{
	while (p < end && is_space(*p))
		p++;
	return p;
}

static bool is_hex(char c)
{
	return is_digit(c) || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f');
}

/* ---- strings */

static bool is_escape(char c)
{
	switch (c) {
	case '"': case '\\': case '/': case 'b': case 'f': case 'n': case 'r': case 't':
		return true;
	default:
		return false;
	}
}

/* At a backslash: the end of its escape, or NULL. */
static const char *skip_escape(const struct stet_json_walk *w, const char *p)
{
	if (++p == w->end)
		return stet_json_fail(w, p, "");
	if (*p != 'u')
		return is_escape(*p) ? p + 1 : stet_json_fail(w, p, "unknown escape");
	for (int i = 0; i < 4; i++)
		if (++p == w->end || !is_hex(*p))
			return stet_json_fail(w, p, "expected four hexadecimal digits");
	return p + 1;
}

#ifdef __SSE2__
/* Bits of the bytes that end a string, begin an escape, or may not stand in one. */
static unsigned special_bits(__m128i v)
{
	const __m128i quote = _mm_cmpeq_epi8(v, _mm_set1_epi8('"'));
	const __m128i backslash = _mm_cmpeq_epi8(v, _mm_set1_epi8('\\'));
	const __m128i control = _mm_cmpeq_epi8(_mm_min_epu8(v, _mm_set1_epi8(0x1f)), v);

	return (unsigned)_mm_movemask_epi8(_mm_or_si128(_mm_or_si128(quote, backslash), control));
}

/* The first special byte from `p`, or a place less than 16 bytes before `end`. */
static const char *skip_plain(const char *p, const char *end, bool *high)
{
	unsigned tops = 0;

	for (; end - p >= 16; p += 16) {
		const __m128i v = _mm_loadu_si128((const __m128i *)(const void *)p);
		const unsigned special = special_bits(v);
		const unsigned top = (unsigned)_mm_movemask_epi8(v);

		if (special) {
			tops |= top & ((special & -special) - 1);
			p += __builtin_ctz(special);
			break;
		}
		tops |= top;
	}
	*high |= tops != 0;
	return p;
}
#else
static const char *skip_plain(const char *p, const char *end, bool *high)
{
	const uint64_t ones = 0x0101010101010101u, tops = ones * 0x80;
	uint64_t x;

	/* Exact for ASCII; a false alarm only hands the byte to the loop of the caller. */
	for (; end - p >= 8; p += 8) {
		memcpy(&x, p, sizeof(x));
		const uint64_t quote = x ^ ones * '"', backslash = x ^ ones * '\\';
		const uint64_t special = (((quote - ones) & ~quote) |
					  ((backslash - ones) & ~backslash) |
					  ((x - ones * 0x20) & ~x)) & tops;

		if (special)
			break;
		*high |= (x & tops) != 0;
	}
	return p;
}
#endif

const char *stet_json_take_string(const struct stet_json_walk *w, const char *p,
				  struct stet_json_string *s)
{
	s->escaped = s->high = false;
	for (;;) {
		p = skip_plain(p, w->end, &s->high);
		if (p == w->end)
			return stet_json_fail(w, p, "");
		if (*p == '"') {
			s->end = p;
			return p + 1;
		}
		if (*p == '\\') {
			s->escaped = true;
			p = skip_escape(w, p);
			if (!p)
				return NULL;
		} else if ((unsigned char)*p < 0x20) {
			return stet_json_fail(w, p, "control character in a string");
		} else {
			s->high |= (unsigned char)*p >= 0x80;
			p++;
		}
	}
}

/* ---- numbers and literals */

static const char *skip_digits(const struct stet_json_walk *w, const char *p)
{
	const char *first = p;

	while (p < w->end && is_digit(*p))
		p++;
	return p > first ? p : stet_json_fail(w, p, "expected a digit");
}

static const char *skip_number(const struct stet_json_walk *w, const char *p)
{
	p += *p == '-';
	if (p < w->end && *p == '0')
		p++;
	else if (!(p = skip_digits(w, p)))
		return NULL;
	if (p < w->end && *p == '.' && !(p = skip_digits(w, p + 1)))
		return NULL;
	if (p < w->end && (*p == 'e' || *p == 'E')) {
		p++;
		p += p < w->end && (*p == '+' || *p == '-');
		p = skip_digits(w, p);
	}
	return p;
}

static const char *skip_literal(const struct stet_json_walk *w, const char *p, const char *word)
{
	for (; *word; p++, word++)
		if (p == w->end || *p != *word)
			return stet_json_fail(w, p, "expected a value");
	return p;
}

/* At the first byte of a string, number or literal: behind it, or NULL. */
static const char *skip_scalar(const struct stet_json_walk *w, const char *p)
{
	struct stet_json_string s;

	if (p == w->end)
		return stet_json_fail(w, p, "");
	switch (*p) {
	case '"':
		return stet_json_take_string(w, p + 1, &s);
	case 't':
		return skip_literal(w, p, "true");
	case 'f':
		return skip_literal(w, p, "false");
	case 'n':
		return skip_literal(w, p, "null");
	default:
		if (*p == '-' || is_digit(*p))
			return skip_number(w, p);
		return stet_json_fail(w, p, "expected a value");
	}
}

/* ---- containers */

const char *stet_json_take_key(const struct stet_json_walk *w, const char *p,
			       struct stet_span *key, struct stet_json_string *s)
{
	p = stet_json_space(w, p);
	if (p == w->end || *p != '"')
		return stet_json_fail(w, p, "expected a key");
	key->p = p + 1;
	p = stet_json_take_string(w, p + 1, s);
	if (!p)
		return NULL;
	key->len = (size_t)(s->end - key->p);
	p = stet_json_space(w, p);
	if (p == w->end || *p != ':')
		return stet_json_fail(w, p, "expected ':'");
	return stet_json_space(w, p + 1);
}

static const char *skip_key(const struct stet_json_walk *w, const char *p)
{
	struct stet_span key;
	struct stet_json_string s;

	return stet_json_take_key(w, p, &key, &s);
}

/* One bit per level: is it an object? */
struct levels {
	uint64_t bits[STET_JSON_MAX_DEPTH / 64 + 1];
};

static void set_level(struct levels *l, unsigned depth, bool object)
{
	const uint64_t bit = (uint64_t)1 << (depth & 63);

	if (object)
		l->bits[depth >> 6] |= bit;
	else
		l->bits[depth >> 6] &= ~bit;
}

static bool is_object(const struct levels *l, unsigned depth)
{
	return l->bits[depth >> 6] >> (depth & 63) & 1;
}

/*
 * Behind a value at `depth`: close what closes here and step over a comma (and
 * key).  The first byte of the next value, or, with *depth back at `outer`, the
 * end of the outermost; NULL on a fault.
 */
static const char *next_value(const struct stet_json_walk *w, const char *p,
			      const struct levels *l, unsigned *depth, unsigned outer)
{
	while (*depth > outer) {
		const bool object = is_object(l, *depth);

		p = stet_json_space(w, p);
		if (p < w->end && *p == ',')
			return object ? skip_key(w, p + 1) : stet_json_space(w, p + 1);
		if (p == w->end || *p != (object ? '}' : ']'))
			return stet_json_fail(w, p, object ? "expected ',' or '}'" :
							     "expected ',' or ']'");
		p++;
		--*depth;
	}
	return p;
}

static bool at_container(const struct stet_json_walk *w, const char *p)
{
	return p < w->end && (*p == '{' || *p == '[');
}

/* The container at `p`, itself inside `outer` others: behind it, or NULL. */
static const char *skip_container(const struct stet_json_walk *w, const char *p, unsigned outer)
{
	struct levels l = { 0 };
	unsigned depth = outer;

	do {
		if (at_container(w, p)) {
			const bool object = *p == '{';

			if (depth == STET_JSON_MAX_DEPTH)
				return stet_json_fail(w, p, NULL);
			set_level(&l, ++depth, object);
			p = stet_json_space(w, p + 1);
			if (p == w->end || *p != (object ? '}' : ']')) {
				p = object ? skip_key(w, p) : p;
				continue;
			}
		} else {
			p = skip_scalar(w, p);
		}
		if (p)
			p = next_value(w, p, &l, &depth, outer);
	} while (p && depth > outer);
	return p;
}

const char *stet_json_step_over(const struct stet_json_walk *w, const char *p, unsigned outer)
{
	return at_container(w, p) ? skip_container(w, p, outer) : skip_scalar(w, p);
}

const char *stet_json_skip_value(const char *p, const char *end, struct stet_json_fault *fault)
{
	const struct stet_json_walk w = { .end = end, .fault = fault };

	return stet_json_step_over(&w, p, 0);
}

bool stet_json_check_end(const struct stet_json_walk *w, const char *p)
{
	if (!p)
		return false;
	p = stet_json_space(w, p);
	if (p == w->end)
		return true;
	stet_json_fail(w, p, "something stands behind the value");
	return false;
}

bool stet_json_valid(struct stet_span text, struct stet_json_fault *fault)
{
	const struct stet_json_walk w = { .end = text.p + text.len, .fault = fault };
	const char *p = stet_json_space(&w, stet_json_skip_bom(text.p, w.end));

	return stet_json_check_end(&w, stet_json_step_over(&w, p, 0));
}

