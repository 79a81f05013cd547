/*
 * slots.c - where two texts with one frame say different things
 *
 * A slot is a gap between matched tokens of a block that holds something on both
 * sides, of about the same length.  A form that was filled in again differs in its
 * slots; a text that was revised has what is loose: added, dropped, rewritten.
 */
#include "runs.h"

#include <stdlib.h>

/* Longer "numbers" are serial numbers and keys of web addresses: they say nothing. */
#define MAX_NUMBER 12

/* Differing tokens of both texts: C[c .. c_end) stands where S[s .. s_end) does. */
struct gap {
	uint32_t c, c_end, s, s_end;
};

/* ---- what stands in a slot */

/* The code point at p, of well-formed UTF-8 up to U+FFFF; 0 for others. */
static uint32_t code_point(const char *p, size_t len)
{
	const unsigned char *b = (const unsigned char *)p;

	if (len > 0 && b[0] < 0x80)
		return b[0];
	if (len > 1 && b[0] >= 0xc2 && b[0] < 0xe0)
		return (b[0] & 0x1fu) << 6 | (b[1] & 0x3fu);
	if (len > 2 && b[0] >= 0xe0 && b[0] < 0xf0)
		return (b[0] & 0x0fu) << 12 | (b[1] & 0x3fu) << 6 | (b[2] & 0x3fu);
	return 0;
}

/* The first of the ten digits of the scripts that news is written in. */
static bool is_digit(uint32_t u)
{
	static const uint16_t zero[] = {
		0x30, 0x660, 0x6f0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6,
		0xd66, 0xe50, 0xed0, 0x1040, 0x17e0,
	};

	for (size_t i = 0; i < sizeof(zero) / sizeof(*zero); i++)
		if (u >= zero[i] && u < zero[i] + 10u)
			return true;
	return false;
}

static bool is_number(const struct stet_tokens *t, uint32_t i)
{
	const char *p = t->folded + t->folded_at[i];
	const size_t len = stet_align_len(t, i);

	if (t->class[i] != STET_WORD || len > MAX_NUMBER)
		return false;
	for (size_t k = 0; k < len; k++)
		if (((unsigned char)p[k] & 0xc0) != 0x80 && is_digit(code_point(p + k, len - k)))
			return true;
	return false;
}

/* Capital letters of Latin, Greek and Cyrillic, as far as they are in one row. */
static bool is_capital(const struct stet_side *d, uint32_t i)
{
	const uint32_t at = d->tokens->begin[i];
	const uint32_t u = code_point(d->text.p + at, d->text.len - at);

	return (u >= 'A' && u <= 'Z') || (u >= 0xc0 && u <= 0xde && u != 0xd7) ||
	       (u >= 0x386 && u <= 0x3ab) || (u >= 0x400 && u <= 0x42f);
}

struct content {
	uint64_t hash;
	uint32_t weight;		/* without boilerplate */
	bool number, name;
};

static struct content look(const struct stet_side *d, const bool *plain, uint32_t i, uint32_t end)
{
	struct content x = { 0 };

	for (; i < end; i++) {
		if (!plain[i])
			continue;
		x.hash = stet_mix64(x.hash + d->tokens->hash[i]);
		x.weight += stet_weight(d->tokens, i, i + 1);
		x.number |= is_number(d->tokens, i);
		x.name |= is_capital(d, i);
	}
	return x;
}

/* About as long: a form is filled in with as many words, give or take a few. */
static bool is_even(uint32_t x, uint32_t y)
{
	const uint32_t less = x < y ? x : y, more = x < y ? y : x;

	return less > 0 && more <= 3 * less + STET_WORDS(2);
}

/*
 * Is it the same but for word borders, or the one with something in front or behind?
 * Then it was respelled (`km16`, `km 16`), not filled in.  The folded bytes of tokens in
 * a row are a row too.
 */
static bool is_respelled(const struct stet_tokens *c, const struct stet_tokens *s,
			 const struct gap *g, bool number)
{
	const char *x = c->folded + c->folded_at[g->c], *y = s->folded + s->folded_at[g->s];
	const size_t nx = c->folded_at[g->c_end] - c->folded_at[g->c];
	const size_t ny = s->folded_at[g->s_end] - s->folded_at[g->s];
	const size_t less = nx < ny ? nx : ny;

	if (number && nx != ny)		/* `1` and `12` */
		return false;
	return memcmp(x, y, less) == 0 || memcmp(x + nx - less, y + ny - less, less) == 0;
}

/* ---- gaps */

/* What is no filling of a form: two texts differ here, but not in facts. */
#define NO_FILLING 0

/*
 * What a slot was filled with on both sides, as one number: equal for equal
 * fillings; bit 0 is set where it is a number or a name.
 */
static uint64_t filling(const struct stet_aligner *a, const struct stet_side *c,
			const struct gap *g, const struct content *x, const struct content *y)
{
	const bool number = x->number && y->number;
	const bool fact = number || (x->name && y->name);

	if (is_respelled(c->tokens, a->s.tokens, g, number))
		return NO_FILLING;
	return ((stet_mix64(x->hash) + y->hash) & ~(uint64_t)1) | fact;
}

static void add_gap(struct stet_aligner *a, const struct stet_side *c, const struct gap *g,
		    bool inner, struct stet_slots *out)
{
	const struct content x = look(c, a->copy->plain, g->c, g->c_end);
	const struct content y = look(&a->s, a->index->plain, g->s, g->s_end);

	if (!is_even(x.weight, y.weight))
		return;
	out->c_even += x.weight;
	out->s_even += y.weight;
	if (!inner)
		return;
	a->shingles = stet_grow(a->shingles, &a->cap_shingles, out->n + 1, sizeof(*a->shingles));
	a->shingles[out->n++] = filling(a, c, g, &x, &y);
}

/* The gaps inside a block: outside matched tokens, which go together one by one. */
static void walk(struct stet_aligner *a, const struct stet_side *c, const struct stet_block *b,
		 struct stet_slots *out)
{
	uint32_t i = b->c_token, j = b->s_token;

	while (i < b->c_token_end && j < b->s_token_end) {
		struct gap g = { .c = i, .s = j };

		while (i < b->c_token_end && !a->c_taken[i])
			i++;
		while (j < b->s_token_end && !a->s_taken[j])
			j++;
		g.c_end = i;
		g.s_end = j;
		if (g.c < i || g.s < j)
			add_gap(a, c, &g, true, out);
		else
			i++, j++;
	}
}

/* Weight of the tokens that are neither matched nor boilerplate. */
static uint32_t plain_weight(const struct stet_side *d, const bool *plain, const bool *taken)
{
	uint32_t sum = 0;

	for (uint32_t i = 0; i < d->tokens->n; i++)
		if (plain[i] && !taken[i])
			sum += stet_weight(d->tokens, i, i + 1);
	return sum;
}

static bool is_near(const struct stet_aligner *a, const struct stet_tokens *c,
		    const struct gap *g)
{
	return stet_weight(c, g->c, g->c_end) <= a->o.max_gap &&
	       stet_weight(a->s.tokens, g->s, g->s_end) <= a->o.max_gap;
}

/*
 * What stands before the first and behind the last block, where those are the same in
 * both.  It may be as long, but is no filling: every page has its own date and address.
 */
static void add_edges(struct stet_aligner *a, const struct stet_side *c, struct stet_slots *out)
{
	const struct stet_block *first = &a->blocks[0], *last = first + a->n_blocks - 1;
	const struct gap head = { 0, first->c_token, 0, first->s_token };
	const struct gap tail = { last->c_token_end, (uint32_t)c->tokens->n,
				  last->s_token_end, (uint32_t)a->s.tokens->n };
	bool at_head = is_near(a, c->tokens, &head), at_tail = is_near(a, c->tokens, &tail);

	for (size_t i = 0; i < a->n_blocks; i++) {
		at_head &= a->blocks[i].s_token >= first->s_token;
		at_tail &= a->blocks[i].s_token_end <= last->s_token_end;
	}
	if (at_head)
		add_gap(a, c, &head, false, out);
	if (at_tail)
		add_gap(a, c, &tail, false, out);
}

/* ---- the count */

static int compare(const void *x, const void *y)
{
	const uint64_t *a = x, *b = y;

	return (*a > *b) - (*a < *b);
}

/* A filling is a fact when it is a number, a name, or comes again. */
static void count(uint64_t *v, struct stet_slots *out)
{
	size_t run;

	if (out->n > 1)
		qsort(v, out->n, sizeof(*v), compare);
	for (size_t i = 0; i < out->n; i += run) {
		for (run = 1; i + run < out->n && v[i + run] == v[i]; run++)
			;
		if (v[i] != NO_FILLING && (run > 1 || (v[i] & 1))) {
			out->facts += (uint32_t)run;
			out->fillings++;
		}
	}
}

void stet_align_slots(struct stet_aligner *a, struct stet_slots *out)
{
	const struct stet_side *c = &a->c;

	*out = (struct stet_slots){ 0 };
	if (a->n_blocks == 0)
		return;
	for (size_t i = 0; i < a->n_blocks; i++)
		walk(a, c, &a->blocks[i], out);
	add_edges(a, c, out);
	count(a->shingles, out);
	out->c_loose = plain_weight(c, a->copy->plain, a->c_taken) - out->c_even;
	out->s_loose = plain_weight(&a->s, a->index->plain, a->s_taken) - out->s_even;
}
