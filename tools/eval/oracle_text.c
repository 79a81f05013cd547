/*
 * oracle_text.c - folding and tokens by src/DESIGN.md, with utf8proc's tables
 *
 * Tokens are numbered by sorting their code points, so no hash can lie.
 */
#include "oracle.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

static const uint32_t weight_of[] = { 20, 12, 5 };

void *oracle_grow(void *p, size_t n, size_t *cap, size_t each)
{
	if (p && n < *cap)
		return p;
	while (!p || *cap <= n) {
		*cap = *cap ? *cap * 2 : 1024;
		p = realloc(p, *cap * each);
		if (!p)
			abort();
	}
	return p;
}

void *oracle_zeroed(size_t n, size_t each)
{
	void *p = calloc(n + 1, each);

	if (!p)
		abort();
	return p;
}

/* ---- characters */

enum kind { LETTER, DIGIT, MARK, HAN_LETTER, CLUSTER_LETTER, APOSTROPHE, SEPARATOR };

struct range {
	int32_t first, last;
};

/* Han, Hiragana, Katakana, Bopomofo; gaps and symbols go by their category. */
static const struct range han_ranges[] = {
	{ 0x3005, 0x3005 }, { 0x3007, 0x3007 }, { 0x3021, 0x3029 }, { 0x3038, 0x303b },
	{ 0x3041, 0x3096 }, { 0x309d, 0x309f }, { 0x30a1, 0x30fa }, { 0x30fc, 0x30ff },
	{ 0x3105, 0x312f }, { 0x31a0, 0x31bf }, { 0x31f0, 0x31ff }, { 0x3400, 0x4dbf },
	{ 0x4e00, 0x9fff }, { 0xf900, 0xfaff }, { 0xff66, 0xff9d }, { 0x16fe3, 0x16fe3 },
	{ 0x1aff0, 0x1affe }, { 0x1b000, 0x1b122 }, { 0x1b132, 0x1b132 }, { 0x1b150, 0x1b152 },
	{ 0x1b155, 0x1b155 }, { 0x1b164, 0x1b167 }, { 0x20000, 0x2fa1d }, { 0x30000, 0x3ffff },
};

/* Thai, Lao, Tibetan, Myanmar, Khmer. */
static const struct range cluster_ranges[] = {
	{ 0x0e00, 0x0eff }, { 0x0f00, 0x0fff }, { 0x1000, 0x109f }, { 0x1780, 0x17ff },
	{ 0xa9e0, 0xa9ff }, { 0xaa60, 0xaa7f },
};

static bool in_ranges(int32_t c, const struct range *r, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (c >= r[i].first && c <= r[i].last)
			return true;
	return false;
}

static bool is_apostrophe(int32_t c)
{
	return c == '\'' || c == 0x2018 || c == 0x2019 || c == 0x201b || c == 0x02bc;
}

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static enum kind kind_of(int32_t c)
{
	const char major = utf8proc_category_string(c)[0];

	if (is_apostrophe(c))
		return APOSTROPHE;
	if (major == 'M')
		return MARK;
	if (major != 'L' && major != 'N')
		return SEPARATOR;
	if (in_ranges(c, han_ranges, COUNT(han_ranges)))
		return HAN_LETTER;
	if (major == 'N')
		return DIGIT;
	return in_ranges(c, cluster_ranges, COUNT(cluster_ranges)) ? CLUSTER_LETTER : LETTER;
}

#define MAX_FOLDED 64

/* The folded code points of `c`; their number. */
static size_t fold(int32_t c, int32_t out[MAX_FOLDED])
{
	const utf8proc_option_t options = UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT |
					  UTF8PROC_CASEFOLD | UTF8PROC_IGNORE;
	int boundary = 0;
	const utf8proc_ssize_t n = utf8proc_decompose_char(c, out, MAX_FOLDED, options, &boundary);

	assert(n >= 0 && n <= MAX_FOLDED);
	return (size_t)n;
}

static bool letter_is_next(const uint8_t *p, const uint8_t *end)
{
	int32_t c, folded[MAX_FOLDED];

	return p < end && utf8proc_iterate(p, end - p, &c) > 0 && fold(c, folded) > 0 &&
	       kind_of(folded[0]) == LETTER;
}

/* ---- tokens */

static void begin_token(struct text *t, uint8_t class, size_t byte)
{
	t->token = oracle_grow(t->token, t->n, &t->cap, sizeof(*t->token));
	t->token[t->n++] = (struct token){ .at = t->n_folded, .byte = byte, .class = class };
}

static void add_folded(struct text *t, int32_t c)
{
	t->folded = oracle_grow(t->folded, t->n_folded, &t->cap_folded, sizeof(*t->folded));
	t->folded[t->n_folded++] = c;
	t->token[t->n - 1].n++;
}

/*
 * One folded code point of the character at `byte`; *last is the kind of the one before,
 * SEPARATOR where a token ended.
 */
static void take_folded(struct text *t, int32_t c, size_t byte, enum kind *last, bool letter_next)
{
	const bool in_word = *last != SEPARATOR && t->token[t->n - 1].class == WORD;
	const enum kind kind = kind_of(c);

	if (kind == APOSTROPHE) {
		if (!(in_word && (*last == LETTER || *last == MARK) && letter_next))
			*last = SEPARATOR;
		return;
	}
	if (kind == HAN_LETTER || kind == CLUSTER_LETTER)
		begin_token(t, kind == HAN_LETTER ? HAN : CLUSTER, byte);
	else if (kind == MARK ? *last == SEPARATOR : kind != SEPARATOR && !in_word)
		begin_token(t, WORD, byte);
	if (kind != SEPARATOR)
		add_folded(t, c);
	*last = kind;
}

static int class_of_mark(int32_t c)
{
	return utf8proc_get_property(c)->combining_class;
}

/* Insertion sort of each run of marks by class, 32 at a time. */
static void order_marks(int32_t *c, size_t n)
{
	size_t begin = 0;

	for (size_t i = 0; i < n; i++) {
		if (class_of_mark(c[i]) == 0 || i - begin == 32)
			begin = i + (class_of_mark(c[i]) == 0);
		for (size_t k = i;
		     k > begin && class_of_mark(c[k - 1]) > class_of_mark(c[k]); k--) {
			const int32_t swapped = c[k];

			c[k] = c[k - 1];
			c[k - 1] = swapped;
		}
	}
}

void oracle_tokenize(const uint8_t *p, size_t len, struct text *t)
{
	const uint8_t *const text = p, *const end = p + len;
	enum kind last = SEPARATOR;

	while (p < end) {
		int32_t c, folded[MAX_FOLDED];
		const utf8proc_ssize_t step = utf8proc_iterate(p, end - p, &c);

		if (step <= 0) {
			last = SEPARATOR;
			p++;
			continue;
		}
		const size_t byte = (size_t)(p - text), n = fold(c, folded);

		p += step;
		for (size_t i = 0; i < n; i++)
			take_folded(t, folded[i], byte, &last, letter_is_next(p, end));
	}
	t->weight_at = oracle_zeroed(t->n, sizeof(*t->weight_at));
	t->taken = oracle_zeroed(t->n, sizeof(*t->taken));
	t->plain = oracle_zeroed(t->n, sizeof(*t->plain));
	memset(t->plain, true, t->n);
	for (size_t i = 0; i < t->n; i++) {
		order_marks(t->folded + t->token[i].at, t->token[i].n);
		t->weight_at[i + 1] = t->weight_at[i] + weight_of[t->token[i].class];
	}
}

void oracle_release(struct text *t)
{
	free(t->folded);
	free(t->token);
	free(t->weight_at);
	free(t->taken);
	free(t->plain);
}

struct named {
	const int32_t *folded;
	struct token *token;
};

static int by_folded(const void *a, const void *b)
{
	const struct named *x = a, *y = b;

	if (x->token->n != y->token->n)
		return x->token->n < y->token->n ? -1 : 1;
	return memcmp(x->folded, y->folded, x->token->n * sizeof(*x->folded));
}

void oracle_number_tokens(struct text *c, struct text *s)
{
	struct named *all = oracle_zeroed(c->n + s->n, sizeof(*all));
	size_t n = 0, n_ids = 0;

	for (struct text *t = c; t; t = t == c ? s : NULL)
		for (size_t i = 0; i < t->n; i++)
			all[n++] = (struct named){ t->folded + t->token[i].at, &t->token[i] };
	qsort(all, n, sizeof(*all), by_folded);
	for (size_t i = 0; i < n; i++) {
		n_ids += i == 0 || by_folded(&all[i - 1], &all[i]) != 0;
		all[i].token->id = (uint32_t)(n_ids - 1);
	}
	free(all);
}
