/*
 * paragraphs.c - lines to units, and long units cut by their content
 *
 * The rules stand in src/DESIGN.md under "Lines and paragraphs".
 */
#include "paragraphs.h"
#include "stet/hash.h"

#include <assert.h>
#include <stdbool.h>
#include <string.h>

#define LONG STET_WORDS(100)	/* a heavier unit is cut */
#define MARGIN STET_WORDS(25)	/* not cut this near to its ends */
#define REACH STET_WORDS(50)	/* how far around a cut no place has a lower rank */
#define N_NEAR 256		/* places within REACH of one, at least */

static_assert(REACH / STET_WEIGHT_CLUSTER < N_NEAR, "a ring of places could overflow");

/* A line that is not blank, or a whole unit. */
struct stet_line {
	uint32_t begin, end;
	uint32_t length;	/* code points; set for inner lines only */
	bool after_blank;	/* a blank line stands right before it */
};

struct lines {
	struct stet_span text;
	struct stet_tokens *t;
	size_t n;
	uint32_t begin;		/* of the current line */
	bool after_blank;
};

/* ---- lines */

static bool begins_with(const char *p, size_t left, const char *bytes, size_t n)
{
	return left >= n && memcmp(p, bytes, n) == 0;
}

/* Length of the blank character at `p`, or 0. */
static size_t blank_len(const char *p, size_t left)
{
	if (*p == ' ' || *p == '\t')
		return 1;
	if (begins_with(p, left, "\xc2\xa0", 2))
		return 2;
	return begins_with(p, left, "\xe3\x80\x80", 3) ? 3 : 0;
}

static bool is_blank(const char *p, size_t left)
{
	while (left > 0) {
		const size_t len = blank_len(p, left);

		if (len == 0)
			return false;
		p += len;
		left -= len;
	}
	return true;
}

static void end_line(struct lines *l, uint32_t end)
{
	struct stet_tokens *t = l->t;

	if (is_blank(l->text.p + l->begin, end - l->begin)) {
		l->after_blank = true;
		return;
	}
	t->lines = stet_grow(t->lines, &t->cap_lines, l->n + 1, sizeof(*t->lines));
	t->lines[l->n++] = (struct stet_line){ l->begin, end, 0, l->after_blank };
	l->after_blank = false;
}

/* Length of the line end at `at`, or 0. */
static uint32_t line_end_len(struct stet_span text, size_t at)
{
	const char *p = text.p + at;
	const size_t left = text.len - at;

	if (*p == '\n')
		return 1;
	if (*p == '\r')
		return begins_with(p, left, "\r\n", 2) ? 2 : 1;
	if (begins_with(p, left, "\xe2\x80\xa8", 3) || begins_with(p, left, "\xe2\x80\xa9", 3))
		return 3;
	return 0;
}

static void take_line_ends(struct lines *l, size_t at, uint64_t mask)
{
	for (; mask; mask &= mask - 1) {
		const size_t end = at + (size_t)__builtin_ctzll(mask);
		uint32_t len;

		if (end < l->begin || end >= l->text.len)	/* LF of CRLF; behind the text */
			continue;
		len = line_end_len(l->text, end);
		if (len == 0)
			continue;
		end_line(l, (uint32_t)end);
		l->begin = (uint32_t)end + len;
	}
}

/* All lines that are not blank, into t->lines; returns their number. */
static size_t find_lines(struct stet_span text, const struct stet_text_kernels *k,
			 struct stet_tokens *t)
{
	struct lines l = { .text = text, .t = t };
	uint64_t mask[TEXT_CHUNK_BLOCKS];

	for (size_t at = 0; at < text.len;) {
		size_t n = (text.len - at + TEXT_BLOCK - 1) / TEXT_BLOCK;

		n = n < TEXT_CHUNK_BLOCKS ? n : TEXT_CHUNK_BLOCKS;
		k->line_ends(text.p + at, n, mask);
		for (size_t i = 0; i < n; i++, at += TEXT_BLOCK)
			take_line_ends(&l, at, mask[i]);
	}
	if (l.begin < text.len)
		end_line(&l, (uint32_t)text.len);
	return l.n;
}

/* ---- hard-wrapped text */

/* Bytes that begin a character; a stray continuation byte counts as none. */
static uint32_t code_points(const char *p, size_t len)
{
	uint32_t n = 0;

	for (size_t i = 0; i < len; i++)
		n += ((unsigned char)p[i] & 0xc0) != 0x80;
	return n;
}

static bool is_inner(const struct stet_line *v, size_t n, size_t i)
{
	return i + 1 < n && !v[i + 1].after_blank;
}

static bool is_hard_wrapped(const char *text, struct stet_line *v, size_t n)
{
	size_t n_inner = 0, n_full = 0, n_gaps = 0;
	uint32_t longest = 0;

	for (size_t i = 1; i < n; i++)
		n_gaps += v[i].after_blank;
	if (n_gaps == 0 || n - 1 - n_gaps < 8)
		return false;
	for (size_t i = 0; i < n && longest <= 120; i++) {
		if (!is_inner(v, n, i))
			continue;
		v[i].length = code_points(text + v[i].begin, v[i].end - v[i].begin);
		longest = v[i].length > longest ? v[i].length : longest;
		n_inner++;
	}
	if (longest < 40 || longest > 120)
		return false;
	for (size_t i = 0; i < n; i++)
		n_full += is_inner(v, n, i) && v[i].length * 10 >= longest * 7;
	return n_full * 4 >= n_inner * 3;
}

/* Lines that no blank line parts become one; returns how many are left. */
static size_t join_lines(struct stet_line *v, size_t n)
{
	size_t n_units = 1;

	for (size_t i = 1; i < n; i++) {
		if (v[i].after_blank)
			v[n_units++] = v[i];
		else
			v[n_units - 1].end = v[i].end;
	}
	return n_units;
}

/* ---- cutting long units */

static bool is_white(const char *p, size_t left)
{
	return left > 0 && ((*p >= '\t' && *p <= '\r') || blank_len(p, left) > 0);
}

/* Whether a sentence can end at `p`. */
static bool is_stop(const char *p, size_t left)
{
	static const char three[][4] = {
		"\u3002", "\uff01", "\uff1f", "\uff0e", "\uff1b", "\uff61", "\u0964", "\u2026",
	};

	if (*p == '.' || *p == '!' || *p == '?')
		return is_white(p + 1, left - 1);
	if (begins_with(p, left, "\u06d4", 2) || begins_with(p, left, "\u061f", 2))
		return true;
	for (size_t i = 0; i < sizeof(three) / sizeof(three[0]); i++)
		if (begins_with(p, left, three[i], 3))
			return true;
	return false;
}

/* Whether a sentence ends between token i and the one before it, which share no bytes. */
static bool ends_sentence(const char *text, const struct stet_tokens *t, size_t i)
{
	const bool spaces = t->class[i - 1] == STET_CLUSTER && t->class[i] == STET_CLUSTER;
	const char *p = text + t->end[i - 1], *end = text + t->begin[i];

	if (end - p <= 1)	/* nearly always; the shortest stop has a space behind it */
		return spaces && end > p && *p == ' ';
	for (; p < end; p++)
		if ((spaces && *p == ' ') || (*p != ' ' && is_stop(p, (size_t)(end - p))))
			return true;
	return false;
}

static uint64_t rotl(uint64_t x, int by)
{
	return x << by | x >> (64 - by);
}

/* The rank of the place before token i: lower is better. */
static uint64_t rank(const struct stet_tokens *t, size_t i, bool ends_sentence)
{
	const uint64_t *h = t->hash + i;
	const uint64_t sum = h[-2] + rotl(h[-1], 16) + rotl(h[0], 32) + rotl(h[1], 48);

	return stet_mix64(sum) >> 1 | (uint64_t)!ends_sentence << 63;
}

/*
 * Places that may still turn out to be cuts, by position: ranks do not fall from
 * front to back, and all are within REACH of the place that came last.
 */
struct places {
	struct {
		uint64_t rank;
		uint32_t token;
	} ring[N_NEAR];
	size_t first, last;	/* [first, last), taken modulo N_NEAR */
	bool lowest;		/* nothing within REACH before the first is as low */
};

static void add_paragraph(struct stet_tokens *t, uint32_t begin, uint32_t end, size_t token,
			  size_t token_end)
{
	t->paragraphs = stet_grow(t->paragraphs, &t->cap_paragraphs, t->n_paragraphs + 1,
				  sizeof(*t->paragraphs));
	t->paragraphs[t->n_paragraphs++] = (struct stet_paragraph){
		begin, end, (uint32_t)token, (uint32_t)(token_end - token), false,
	};
}

void stet_tokens_add_paragraph(struct stet_tokens *t, uint32_t begin, uint32_t end, uint32_t n)
{
	size_t token = 0;

	if (t->n_paragraphs > 0) {
		const struct stet_paragraph *last = &t->paragraphs[t->n_paragraphs - 1];

		token = last->token + last->n_tokens;
	}
	add_paragraph(t, begin, end, token, token + n);
}

/* Take the first place out; returns whether it is a cut. */
static bool leave(struct places *p)
{
	const bool cut = p->lowest;

	p->first++;
	p->lowest = false;
	return cut;
}

static void enter(struct places *p, uint64_t r, size_t token)
{
	while (p->last > p->first && p->ring[(p->last - 1) % N_NEAR].rank > r)
		p->last--;
	if (p->last == p->first)
		p->lowest = true;
	p->ring[p->last % N_NEAR].rank = r;
	p->ring[p->last++ % N_NEAR].token = (uint32_t)token;
}

/* A unit that is being cut. */
struct unit {
	const char *text;
	struct stet_tokens *t;
	struct places places;
	uint32_t begin;		/* of what follows the last cut */
	size_t first;		/* its first token */
};

/* Cut before `token`: what stands before it since the last cut is a paragraph. */
static void cut(struct unit *u, size_t token)
{
	add_paragraph(u->t, u->begin, u->t->end[token - 1], u->first, token);
	u->begin = u->t->begin[token];
	u->first = token;
}

/* The place before token i comes; those that it does not reach any more leave. */
static void come(struct unit *u, size_t i, bool ends_sentence)
{
	struct places *p = &u->places;

	while (p->first < p->last) {
		const size_t token = p->ring[p->first % N_NEAR].token;

		if (stet_weight(u->t, token, i) <= REACH)
			break;
		if (leave(p))
			cut(u, token);
	}
	enter(p, rank(u->t, i, ends_sentence), i);
}

static bool share_bytes(const struct stet_tokens *t, size_t i)
{
	return t->begin[i] < t->end[i - 1];
}

/* The first place from i on, before `end`, where a sentence ends; else `end`. */
static size_t next_sentence(const struct unit *u, size_t i, size_t end)
{
	const struct stet_tokens *t = u->t;

	for (; i < end; i++) {
		const uint32_t gap = t->begin[i] - t->end[i - 1];

		if ((gap > 1 || (gap == 1 && t->class[i] == STET_CLUSTER)) &&
		    !share_bytes(t, i) && ends_sentence(u->text, t, i))
			break;
	}
	return i;
}

/*
 * Of the places [i, end), where no sentence ends, those that one reaches are no cuts and
 * concern none: the others are out of their reach or behind that sentence.  So they come only
 * where some are out of the reach of the sentences before i and at `end`, if there are any.
 */
static void come_between(struct unit *u, size_t i, size_t end, bool before, bool after)
{
	const struct stet_tokens *t = u->t;

	if (i == end || (before && after && stet_weight(t, i - 1, end) <= 2 * REACH) ||
	    (before && stet_weight(t, i - 1, end - 1) <= REACH) ||
	    (after && stet_weight(t, i, end) <= REACH))
		return;
	for (; i < end; i++)
		if (!share_bytes(t, i))
			come(u, i, false);
}

static void cut_unit(const char *text, struct stet_tokens *t, const struct stet_line *unit,
		     size_t first, size_t last)
{
	struct unit u;		/* the ring is not cleared: 4 KB, and units are many */
	size_t i = first + 1, end = last;

	u.text = text;
	u.t = t;
	u.begin = unit->begin;
	u.first = first;
	u.places.first = u.places.last = 0;
	u.places.lowest = false;
	while (stet_weight(t, first, i) < MARGIN)
		i++;
	while (end > i && stet_weight(t, end - 1, last) < MARGIN)
		end--;
	for (bool before = false; i < end; before = true) {
		const size_t sentence = next_sentence(&u, i, end);

		come_between(&u, i, sentence, before, sentence < end);
		if (sentence < end)
			come(&u, sentence, true);
		i = sentence + 1;
	}
	if (u.places.first < u.places.last && u.places.lowest)
		cut(&u, u.places.ring[u.places.first % N_NEAR].token);
	add_paragraph(t, u.begin, unit->end, u.first, last);
}

/* The first token from `i` on that does not begin before byte `end`; t->n where there is none. */
static size_t tokens_before(const struct stet_tokens *t, size_t i, uint32_t end)
{
	while (i + 16 < t->n && t->begin[i + 16] < end)
		i += 16;
	while (i < t->n && t->begin[i] < end)
		i++;
	return i;
}

void stet_paragraphs(struct stet_span text, const struct stet_text_kernels *k,
		     struct stet_tokens *t)
{
	size_t n_units = find_lines(text, k, t), token = 0;

	t->n_paragraphs = 0;
	if (is_hard_wrapped(text.p, t->lines, n_units))
		n_units = join_lines(t->lines, n_units);
	for (size_t u = 0; u < n_units; u++) {
		const struct stet_line *unit = &t->lines[u];
		const size_t first = token;

		token = tokens_before(t, token, unit->end);
		if (token == first)
			continue;
		if (stet_weight(t, first, token) > LONG)
			cut_unit(text.p, t, unit, first, token);
		else
			add_paragraph(t, unit->begin, unit->end, first, token);
	}
	assert(token == t->n);
}
