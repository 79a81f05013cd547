/*
 * fold.c - one run of text, by code points, to tokens
 *
 * Every code point becomes a few items (itself, or what it folds to), and items
 * drive a small state machine that begins tokens and goes on with them.
 */
#include "fold.h"
#include "stet/utf8.h"

#include <assert.h>
#include <stdbool.h>
#include <string.h>

#include "fold_table.h"

#define MOST_MARKS 32		/* sorted together; more are sorted piece by piece */

static_assert((FOLD_SLICE + 4) * FOLD_MAX_TOKENS <= FOLD_SLICE_TOKENS, "a slice could overflow");
static_assert((FOLD_SLICE + 4) * FOLD_MAX_GROWTH <= FOLD_SLICE_BYTES, "a slice could overflow");
static_assert(FOLD_MAX_WEIGHT <= STET_MAX_WEIGHT_PER_BYTE, "weight_at could overflow");
static_assert(FOLD_MAX_GROWTH <= STET_FOLD_MAX_GROWTH, "folded_at could overflow");

/*
 * What has come so far: the state, with the class of the next item, says whether
 * the item goes on with the newest token and what the next state is.
 */
enum state {
	NOTHING,	/* no token goes on */
	WORD,		/* a word, last a letter or a mark */
	NUMBER,		/* a word, last a digit */
	APOSTROPHE,	/* WORD and an apostrophe; with a letter next, it was inside */
	HAN,
	CLUSTER,
	N_STATES,
};

#define N_FOLD_CLASSES (FOLD_DROPPED + 1)

static const uint8_t next_state[N_STATES][N_FOLD_CLASSES] = {
	/* columns as in enum fold_class: separator, letter, digit, mark, ... */
	[NOTHING]    = { NOTHING, WORD, NUMBER, WORD,    HAN, CLUSTER, NOTHING,    NOTHING },
	[WORD]       = { NOTHING, WORD, NUMBER, WORD,    HAN, CLUSTER, APOSTROPHE, WORD },
	[NUMBER]     = { NOTHING, WORD, NUMBER, WORD,    HAN, CLUSTER, NOTHING,    NUMBER },
	[APOSTROPHE] = { NOTHING, WORD, NUMBER, WORD,    HAN, CLUSTER, NOTHING,    APOSTROPHE },
	[HAN]        = { NOTHING, WORD, NUMBER, HAN,     HAN, CLUSTER, NOTHING,    HAN },
	[CLUSTER]    = { NOTHING, WORD, NUMBER, CLUSTER, HAN, CLUSTER, NOTHING,    CLUSTER },
};

static const uint8_t goes_on[N_STATES][N_FOLD_CLASSES] = {
	[NOTHING]    = { 0 },
	[WORD]       = { [FOLD_LETTER] = 1, [FOLD_DIGIT] = 1, [FOLD_MARK] = 1 },
	[NUMBER]     = { [FOLD_LETTER] = 1, [FOLD_DIGIT] = 1, [FOLD_MARK] = 1 },
	[APOSTROPHE] = { [FOLD_LETTER] = 1 },
	[HAN]        = { [FOLD_MARK] = 1 },
	[CLUSTER]    = { [FOLD_MARK] = 1 },
};

static const uint8_t token_class[N_STATES] = { [HAN] = STET_HAN, [CLUSTER] = STET_CLUSTER };

struct run {
	struct stet_tokens *t;		/* the newest token may still grow */
	char *w;			/* behind the folded bytes */
	uint32_t state;			/* enum state */
	uint32_t n_marks;		/* marks with a combining class that end the token */
	uint8_t rank[MOST_MARKS + 1], len[MOST_MARKS + 1];	/* the last is never read */
};

static uint32_t value_of(uint32_t cp)
{
	if (cp < FOLD_LIMIT)
		return fold_blocks[(uint32_t)fold_index[cp >> FOLD_SHIFT] << FOLD_SHIFT |
				   (cp & ((1u << FOLD_SHIFT) - 1))];
	return cp - 0xe0000 < 0x1000 ? FOLD_DROPPED : FOLD_SEPARATOR;
}

static uint32_t item_class(uint32_t item)
{
	return item >> 21 & 7;
}

static bool continues(uint32_t byte)
{
	return (byte & 0xc0) == 0x80;
}

static inline uint32_t decode(const char *p, uint32_t left, uint32_t *len)
{
	const unsigned char *u = (const unsigned char *)p;
	const uint32_t a = u[0], b = u[1], c = u[2], d = u[3];
	uint32_t cp;

	*len = 1;
	if (a < 0xc2 || !continues(b))
		return 0xfffd;
	if (a < 0xe0) {
		cp = (a & 0x1f) << 6 | (b & 0x3f);
		*len = 2;
	} else if (a < 0xf0) {
		cp = (a & 0xf) << 12 | (b & 0x3f) << 6 | (c & 0x3f);
		if (!continues(c) || cp < 0x800 || cp >> 11 == 0xd800 >> 11)
			return 0xfffd;
		*len = 3;
	} else {
		cp = (a & 0xf) << 18 | (b & 0x3f) << 12 | (c & 0x3f) << 6 | (d & 0x3f);
		if (!continues(c) || !continues(d) || cp < 0x10000 || cp > 0x10ffff)
			return 0xfffd;
		*len = 4;
	}
	if (*len > left) {
		*len = 1;
		return 0xfffd;
	}
	return cp;
}

uint32_t stet_decode(const char *p, uint32_t left, uint32_t *len)
{
	return decode(p, left, len);
}

/* A mark with a combining class goes before those of a higher class right before it. */
static void add_mark(struct run *r, uint32_t rank, const char *bytes, uint32_t len)
{
	char *at = r->w;
	uint32_t i;

	if (r->n_marks == MOST_MARKS)
		r->n_marks = 0;
	for (i = r->n_marks; i > 0 && r->rank[i - 1] > rank; i--) {
		r->rank[i] = r->rank[i - 1];
		r->len[i] = r->len[i - 1];
		at -= r->len[i];
	}
	memmove(at + len, at, (size_t)(r->w - at));
	memcpy(at, bytes, len);
	r->rank[i] = (uint8_t)rank;
	r->len[i] = (uint8_t)len;
	r->n_marks++;
	r->w += len;
}

/* The next item; four bytes can be read at `bytes`.  It comes from text[begin, end). */
static void take(struct run *r, uint32_t item, const char *bytes, uint32_t len,
		 uint32_t begin, uint32_t end)
{
	const uint32_t class = item_class(item), rank = item >> 24 & 0x3f;
	const bool more = goes_on[r->state][class];
	struct stet_tokens *t = r->t;
	size_t i;

	r->state = next_state[r->state][class];
	if (class < FOLD_LETTER || class > FOLD_CLUSTER)
		return;
	i = t->n - more;
	t->n = i + 1;
	t->begin[i] = more ? t->begin[i] : begin;
	t->end[i] = end;
	t->class[i] = token_class[r->state];
	if (rank > 0) {
		r->n_marks = more ? r->n_marks : 0;
		add_mark(r, rank, bytes, len);
	} else {
		r->n_marks = 0;
		memcpy(r->w, bytes, 4);
		r->w += len;
	}
	t->folded_at[i + 1] = (uint32_t)(r->w - t->folded);
}

static uint32_t hangul_items(uint32_t cp, uint32_t out[3])
{
	const uint32_t s = cp - 0xac00, letter = (uint32_t)FOLD_LETTER << 21;

	out[0] = (0x1100 + s / 588) | letter;
	out[1] = (0x1161 + s % 588 / 28) | letter;
	out[2] = (0x11a7 + s % 28) | letter;
	out[s % 28 ? 2 : 1] |= FOLD_LAST;
	return s % 28 ? 3 : 2;
}

static void take_folded(struct run *r, uint32_t cp, uint32_t value, uint32_t begin, uint32_t end)
{
	const uint32_t *item;
	uint32_t jamo[3];
	char bytes[4] = "";

	if (value == FOLD_HANGUL) {
		hangul_items(cp, jamo);
		item = jamo;
	} else {
		item = &fold_items[value - FOLD_N_PLAIN];
	}
	for (;; item++) {
		take(r, *item, bytes, stet_put_utf8(*item & 0x1fffff, bytes), begin, end);
		if (*item & FOLD_LAST)
			break;
	}
}

/* Room for the next slice. */
static void make_room(struct run *r)
{
	const size_t used = (size_t)(r->w - r->t->folded);

	stet_tokens_reserve(r->t, FOLD_SLICE_TOKENS, FOLD_SLICE_BYTES);
	r->w = r->t->folded + used;
}

/* What stands for the code point at `p`, its length, and its first byte in lower case. */
static inline uint32_t value_at(const char *p, uint32_t left, uint32_t *len, char *first)
{
	*first = *p;
	if (*p & 0x80)
		return value_of(decode(p, left, len));
	*len = 1;
	*first = (char)(*p >= 'A' && *p <= 'Z' ? *p | 0x20 : *p);
	return value_of((unsigned char)*first);
}

/*
 * Letters behind the one of *len bytes at *at, which move to the last of them; returns where
 * the folded bytes end.  A word of them is a word whatever it looked like before.
 */
static inline char *take_letters(const char *text, uint32_t *at, uint32_t *len, uint32_t stop,
				 uint32_t end, char *w)
{
	for (uint32_t next = *at + *len, n; next < stop; next += n) {
		char first;
		const uint32_t value = value_at(text + next, end - next, &n, &first);

		if (value >= FOLD_N_PLAIN || fold_plain[value] >> 21 != FOLD_LETTER)
			break;
		memcpy(w, text + next, 4);
		*w = first;
		w += n;
		*at = next;
		*len = n;
	}
	return w;
}

/* Whether an ideograph of the block that nearly all are from is at `p`: U+4E00 to U+9FFF. */
static inline bool is_common_han(const char *p)
{
	const unsigned char *u = (const unsigned char *)p;
	const uint32_t cp = (uint32_t)u[0] << 12 | (u[1] & 0x3fu) << 6 | (u[2] & 0x3fu);

	return cp - 0xe4e00 < 0x5200 && continues(u[1]) && continues(u[2]);
}

/*
 * What nearly every code point of a Thai text is: a letter, which begins a token and stands
 * for itself, or a vowel sign, a mark without a combining class.
 */
enum thai { THAI_OTHER, THAI_LETTER, THAI_SIGN };

static inline enum thai thai_at(const char *p)
{
	/* Bit i of the first is for U+0E00 + i, of the second for U+0E40 + i. */
	static const uint64_t letters[2] = { 0x0005fffffffffffe, 0x7f };
	static const uint64_t signs[2] = { 0x00f2000000000000, 0x7080 };
	const unsigned char *u = (const unsigned char *)p;

	if (u[0] != 0xe0 || (u[1] & 0xfe) != 0xb8 || !continues(u[2]))
		return THAI_OTHER;
	if (letters[u[1] & 1] >> (u[2] & 0x3f) & 1)
		return THAI_LETTER;
	return signs[u[1] & 1] >> (u[2] & 0x3f) & 1 ? THAI_SIGN : THAI_OTHER;
}

/* Where tokens go; what is inlined keeps all of it in registers. */
struct ends {
	uint32_t *const begin, *const end, *const folded_at;
	uint8_t *const class;
	char *const folded;
	char *w;
	size_t n;
};

/* Ideographs from `at` on, a token each; returns where there is none. */
static inline uint32_t take_han(struct ends *e, const char *text, uint32_t at, uint32_t stop)
{
	for (; at + 3 <= stop && is_common_han(text + at); at += 3, e->n++) {
		e->begin[e->n] = at;
		e->end[e->n] = at + 3;
		e->class[e->n] = STET_HAN;
		memcpy(e->w, text + at, 4);
		e->w += 3;
		e->folded_at[e->n + 1] = (uint32_t)(e->w - e->folded);
	}
	return at;
}

/* Letters and signs; `after` tells whether a sign may come first. */
static inline uint32_t take_thai(struct ends *e, const char *text, uint32_t at, uint32_t stop,
				 bool after)
{
	for (enum thai kind; at + 3 <= stop && (kind = thai_at(text + at)); at += 3) {
		if (kind == THAI_SIGN && !after)
			break;
		e->n += kind == THAI_LETTER;
		e->begin[e->n - 1] = kind == THAI_LETTER ? at : e->begin[e->n - 1];
		e->end[e->n - 1] = at + 3;
		e->class[e->n - 1] = STET_CLUSTER;
		memcpy(e->w, text + at, 4);
		e->w += 3;
		e->folded_at[e->n] = (uint32_t)(e->w - e->folded);
		after = true;
	}
	return at;
}

/*
 * Take code points that stand for themselves, up to `stop`; returns where one does not, or
 * is a mark that has to go before another.  Nearly all time of texts that are not ASCII goes
 * by here, so all is in local variables: a byte that is written might be part of a struct.
 */
static uint32_t take_plain(struct run *r, const char *text, uint32_t at, uint32_t stop,
			   uint32_t end)
{
	struct stet_tokens *t = r->t;
	struct ends e = { t->begin, t->end, t->folded_at, t->class, t->folded, r->w, t->n };
	uint32_t state = r->state, n_marks = r->n_marks, len;

	for (; at < stop; at += len) {
		uint32_t value, class, rank, next;
		char first;
		bool more;

		next = take_han(&e, text, at, stop);
		state = next > at ? HAN : state;
		n_marks = next > at ? 0 : n_marks;
		at = take_thai(&e, text, next, stop, state == CLUSTER);
		state = at > next ? CLUSTER : state;
		n_marks = at > next ? 0 : n_marks;
		if (at >= stop)
			break;
		value = value_at(text + at, end - at, &len, &first);
		if (value >= FOLD_N_PLAIN)
			break;
		class = item_class(fold_plain[value]);
		if (class < FOLD_LETTER || class > FOLD_CLUSTER) {
			state = next_state[state][class];
			continue;
		}
		more = goes_on[state][class];
		n_marks = more ? n_marks : 0;
		rank = fold_plain[value] >> 24 & 0x3f;
		if (rank > 0 && n_marks > 0 &&
		    (n_marks == MOST_MARKS || rank < r->rank[n_marks - 1]))
			break;
		state = next_state[state][class];
		e.n += !more;
		e.begin[e.n - 1] = more ? e.begin[e.n - 1] : at;
		memcpy(e.w, text + at, 4);
		*e.w = first;
		e.w += len;
		r->rank[n_marks] = (uint8_t)rank;
		r->len[n_marks] = (uint8_t)len;
		n_marks = rank > 0 ? n_marks + 1 : 0;
		if (class == FOLD_LETTER)
			e.w = take_letters(text, &at, &len, stop, end, e.w);
		e.end[e.n - 1] = at + len;
		e.class[e.n - 1] = token_class[state];
		e.folded_at[e.n] = (uint32_t)(e.w - e.folded);
	}
	t->n = e.n;
	r->w = e.w;
	r->state = state;
	r->n_marks = n_marks;
	return at;
}

/* Take the code point at `at`, whatever it is; returns its length. */
static uint32_t take_any(struct run *r, const char *text, uint32_t at, uint32_t end)
{
	uint32_t len = 1;
	char bytes[4] = "";
	const uint32_t value = value_at(text + at, end - at, &len, &bytes[0]);

	memcpy(bytes + 1, text + at + 1, len - 1);
	if (value < FOLD_N_PLAIN)
		take(r, fold_plain[value], bytes, len, at, at + len);
	else
		take_folded(r, decode(text + at, end - at, &len), value, at, at + len);
	return len;
}

void stet_fold_run(struct stet_tokens *t, const char *text, uint32_t begin, uint32_t end)
{
	struct run r = { .t = t, .w = t->folded + t->folded_at[t->n] };
	uint32_t slice = begin + FOLD_SLICE, at = begin;

	while (at < end) {
		at = take_plain(&r, text, at, slice < end ? slice : end, end);
		if (at >= slice) {
			make_room(&r);
			slice = at + FOLD_SLICE;
		} else if (at < end) {
			at += take_any(&r, text, at, end);
		}
	}
}

size_t stet_fold_code_point(uint32_t cp, uint32_t out[STET_FOLD_MOST])
{
	const uint32_t value = value_of(cp);
	uint32_t jamo[3];
	const uint32_t *item = jamo;
	size_t n = 0;

	if (value < FOLD_N_PLAIN) {
		out[0] = cp;
		return item_class(fold_plain[value]) != FOLD_DROPPED;
	}
	if (value == FOLD_HANGUL)
		hangul_items(cp, jamo);
	else
		item = &fold_items[value - FOLD_N_PLAIN];
	do {
		assert(n < STET_FOLD_MOST);
		out[n++] = *item & 0x1fffff;
	} while (!(*item++ & FOLD_LAST));
	return n;
}
