/*
 * test_align.c - alignment against its definition, taken literally, on small texts
 *
 * Texts are drawn from few words, so that runs compete, tie and overlap.
 */
#include "stet/align.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define MAX 400

static uint64_t state = 7;

static uint64_t draw(void)
{
	state += 0x9e3779b97f4a7c15u;
	return stet_mix64(state);
}

/* A text of one-byte words; byte i of `bytes` is word i. */
struct text {
	struct stet_tokens t;
	struct stet_side side;
	char bytes[MAX + 64];
	uint64_t hash[MAX];
	uint32_t begin[MAX], end[MAX], folded_at[MAX + 1], weight_at[MAX + 1];
	uint8_t class[MAX];
	struct stet_paragraph par[MAX];
};

static void settle(struct text *x, const char *bytes, size_t n, uint32_t weight)
{
	memset(x, 0, sizeof(*x));
	memcpy(x->bytes, bytes, n);
	x->t = (struct stet_tokens){
		.n = n, .hash = x->hash, .begin = x->begin, .end = x->end,
		.folded_at = x->folded_at, .weight_at = x->weight_at, .class = x->class,
		.folded = x->bytes, .paragraphs = x->par, .n_paragraphs = 1,
	};
	for (size_t i = 0; i < n; i++) {
		x->hash[i] = stet_mix64((uint64_t)bytes[i] % 3);	/* collisions on purpose */
		x->begin[i] = (uint32_t)i;
		x->end[i] = (uint32_t)i + 1;
		x->folded_at[i + 1] = (uint32_t)i + 1;
		x->weight_at[i + 1] = x->weight_at[i] + weight;
	}
	x->par[0] = (struct stet_paragraph){ 0, (uint32_t)n, 0, (uint32_t)n };
	x->side = (struct stet_side){ { x->bytes, n }, &x->t, NULL };
}

/* ---- the definition */

struct naive {
	bool c_free[MAX], s_free[MAX];
	struct { size_t c, s, n; } tiles[MAX];
	size_t n_tiles;
	size_t aligned;
};

/* The longest free run; the first in C, then in S. */
static bool naive_longest(struct naive *v, const struct text *c, const struct text *s, size_t min)
{
	size_t best = 0, bc = 0, bs = 0;

	for (size_t i = 0; i < c->t.n; i++)
		for (size_t j = 0; j < s->t.n; j++) {
			size_t n = 0;

			while (i + n < c->t.n && j + n < s->t.n && v->c_free[i + n] &&
			       v->s_free[j + n] && c->bytes[i + n] == s->bytes[j + n])
				n++;
			if (n > best) {
				best = n;
				bc = i;
				bs = j;
			}
		}
	if (best < min)
		return false;
	memset(v->c_free + bc, false, best);
	memset(v->s_free + bs, false, best);
	v->tiles[v->n_tiles].c = bc;
	v->tiles[v->n_tiles].s = bs;
	v->tiles[v->n_tiles++].n = best;
	v->aligned += best;
	return true;
}

static size_t naive_lcs(const char *a, size_t na, const char *b, size_t nb)
{
	static size_t l[MAX + 1][MAX + 1];

	for (size_t i = 0; i <= na; i++)
		for (size_t j = 0; j <= nb; j++)
			l[i][j] = i == 0 || j == 0 ? 0 :
				  a[i - 1] == b[j - 1] ? l[i - 1][j - 1] + 1 :
				  l[i - 1][j] > l[i][j - 1] ? l[i - 1][j] : l[i][j - 1];
	return l[na][nb];
}

/* Is there no tile in S between the end of tile x and the begin of tile y? */
static bool naive_near(const struct naive *v, size_t x, size_t y, size_t gap)
{
	const size_t c = v->tiles[x].c + v->tiles[x].n, s = v->tiles[x].s + v->tiles[x].n;

	if (v->tiles[y].s < s || v->tiles[y].c < c)
		return false;
	for (size_t k = 0; k < v->n_tiles; k++) {
		if (k == x || k == y)
			continue;
		if (v->tiles[k].s >= s && v->tiles[k].s < v->tiles[y].s)
			return false;
		if (v->tiles[k].c >= c && v->tiles[k].c < v->tiles[y].c)
			return false;
	}
	return v->tiles[y].c - c <= gap && v->tiles[y].s - s <= gap;
}

static size_t naive_blocks(struct naive *v, const struct text *c, const struct text *s, size_t gap)
{
	size_t joins = 0;

	for (size_t x = 0; x < v->n_tiles; x++)
		for (size_t y = 0; y < v->n_tiles; y++)
			if (x != y && naive_near(v, x, y, gap)) {
				const size_t ec = v->tiles[x].c + v->tiles[x].n;
				const size_t es = v->tiles[x].s + v->tiles[x].n;

				v->aligned += naive_lcs(c->bytes + ec, v->tiles[y].c - ec,
							s->bytes + es, v->tiles[y].s - es);
				joins++;
			}
	return v->n_tiles - joins;
}

static struct text one, two;

static void check_pair(struct stet_aligner *a, size_t unit)
{
	static struct naive v;
	struct stet_alignment found;
	size_t n_blocks, total = 0;

	memset(&v, 0, sizeof(v));
	memset(v.c_free, true, sizeof(v.c_free));
	memset(v.s_free, true, sizeof(v.s_free));
	while (naive_longest(&v, &one, &two, 5 * unit))
		;
	n_blocks = naive_blocks(&v, &one, &two, 20 * unit);
	stet_aligner_hold(a, &two.side);
	stet_align(a, &one.side, &found);
	if (found.m.same_tokens)
		return;
	assert_int_equal(found.m.aligned, v.aligned);
	assert_int_equal(found.n_blocks, n_blocks);
	assert_int_equal(found.m.longest, v.n_tiles > 0 ? v.tiles[0].n : 0);
	for (size_t i = 0; i < found.n_blocks; i++)
		total += found.blocks[i].aligned;
	assert_int_equal(total, found.m.aligned);
	assert_int_equal(found.m.c_core_aligned, found.m.aligned);
	assert_int_equal(found.m.s_core_aligned, found.m.aligned);
}

static void draw_text(struct text *x, size_t n, unsigned words, uint32_t weight)
{
	char bytes[MAX];

	for (size_t i = 0; i < n; i++)
		bytes[i] = (char)('a' + draw() % words);
	settle(x, bytes, n, weight);
}

/* A text made of pieces of another, with noise between. */
static void shuffle_text(struct text *x, const struct text *from, size_t n, uint32_t weight)
{
	char bytes[MAX];

	for (size_t i = 0; i < n; ) {
		const size_t at = draw() % from->t.n, len = 1 + draw() % 30;

		for (size_t k = 0; k < len && at + k < from->t.n && i < n; k++)
			bytes[i++] = draw() % 12 ? from->bytes[at + k] : (char)('a' + draw() % 26);
	}
	settle(x, bytes, n, weight);
}

static void agrees_with_the_definition(void **unused)
{
	struct stet_align_options o;
	struct stet_aligner *a;

	(void)unused;
	stet_align_options_init(&o);
	a = stet_aligner_alloc(&o);
	for (int trial = 0; trial < 600; trial++) {
		const unsigned words = 2 + (unsigned)(draw() % 20);

		draw_text(&one, 1 + draw() % 120, words, STET_WEIGHT_WORD);
		if (trial % 2)
			draw_text(&two, 1 + draw() % 120, words, STET_WEIGHT_WORD);
		else
			shuffle_text(&two, &one, 1 + draw() % 120, STET_WEIGHT_WORD);
		check_pair(a, 1);
	}
	for (int trial = 0; trial < 100; trial++) {	/* clusters: four to the word */
		draw_text(&one, 1 + draw() % 250, 4, STET_WEIGHT_CLUSTER);
		shuffle_text(&two, &one, 1 + draw() % 250, STET_WEIGHT_CLUSTER);
		check_pair(a, 4);
	}
	stet_aligner_free(a);
}

static void equal_hashes_are_not_enough(void **unused)
{
	struct stet_align_options o;
	struct stet_alignment found;
	struct stet_aligner *a;

	(void)unused;
	stet_align_options_init(&o);
	a = stet_aligner_alloc(&o);
	settle(&one, "adgjmpsvy", 9, STET_WEIGHT_WORD);		/* all the same hash */
	settle(&two, "yvspmjgda", 9, STET_WEIGHT_WORD);
	stet_aligner_hold(a, &two.side);
	stet_align(a, &one.side, &found);
	assert_false(found.m.same_tokens);
	assert_int_equal(found.m.aligned, 0);
	stet_aligner_free(a);
}

static void boilerplate_is_out_of_core(void **unused)
{
	const bool second[] = { false, true };
	struct stet_align_options o;
	struct stet_alignment found;
	struct stet_aligner *a;

	(void)unused;
	stet_align_options_init(&o);
	a = stet_aligner_alloc(&o);
	settle(&one, "abcdefgh01234567", 16, STET_WEIGHT_WORD);
	settle(&two, "zyxwvuts01234567", 16, STET_WEIGHT_WORD);
	for (int i = 0; i < 2; i++) {
		struct text *x = i ? &two : &one;

		x->par[0] = (struct stet_paragraph){ 0, 8, 0, 8 };
		x->par[1] = (struct stet_paragraph){ 8, 16, 8, 8 };
		x->t.n_paragraphs = 2;
		x->side.boilerplate = second;
	}
	stet_aligner_hold(a, &two.side);
	stet_align(a, &one.side, &found);
	assert_int_equal(found.m.aligned, 8);
	assert_int_equal(found.m.c_core, 8);
	assert_int_equal(found.m.c_core_aligned, 0);
	assert_int_equal(found.m.s_core_aligned, 0);
	assert_int_equal(found.n_blocks, 1);
	assert_int_equal(found.blocks[0].weight, 0);
	assert_int_equal(found.m.c_unique, 8 * STET_WEIGHT_WORD);
	stet_aligner_free(a);
}

/* ---- repeats */

static void draw_repeats(char *bytes, size_t *n, size_t unit, const size_t *at, size_t n_at)
{
	char piece[MAX];

	*n = 0;
	for (size_t i = 0; i < unit; i++)
		piece[i] = (char)(draw() % 120);
	for (size_t k = 0; k < n_at; k++) {
		for (size_t i = 0; i < at[k]; i++)
			bytes[(*n)++] = (char)(draw() % 120);
		memcpy(bytes + *n, piece, unit);
		*n += unit;
	}
}

static void repeats_are_found(void **unused)
{
	const size_t at[] = { 11, 0, 23 };	/* noise before each place: two touch */
	struct stet_align_options o;
	struct stet_alignment found;
	struct stet_aligner *a;
	char bytes[MAX];
	size_t n;

	(void)unused;
	stet_align_options_init(&o);
	a = stet_aligner_alloc(&o);
	draw_repeats(bytes, &n, 60, at, 3);
	settle(&one, bytes, n, STET_WEIGHT_WORD);
	stet_align_self(a, &one.side, &found);
	assert_int_equal(found.n_blocks, 2);
	assert_int_equal(found.blocks[0].s_token, 11);
	assert_int_equal(found.blocks[0].c_token, 71);
	assert_int_equal(found.blocks[0].c_token_end, 131);
	assert_int_equal(found.blocks[1].s_token, 11);
	assert_int_equal(found.blocks[1].s_token_end, 71);
	assert_int_equal(found.blocks[1].c_token, 154);
	draw_repeats(bytes, &n, 49, at, 2);	/* too short, and no paragraph */
	settle(&one, bytes, n, STET_WEIGHT_WORD);
	stet_align_self(a, &one.side, &found);
	assert_int_equal(found.n_blocks, 0);
	stet_aligner_free(a);
}

static void a_whole_paragraph_of_twenty_repeats(void **unused)
{
	const size_t at[] = { 10, 7 };
	struct stet_align_options o;
	struct stet_alignment found;
	struct stet_aligner *a;
	char bytes[MAX];
	size_t n;

	(void)unused;
	stet_align_options_init(&o);
	a = stet_aligner_alloc(&o);
	draw_repeats(bytes, &n, 25, at, 2);
	settle(&one, bytes, n, STET_WEIGHT_WORD);
	one.par[0] = (struct stet_paragraph){ 0, 42, 0, 42 };
	one.par[1] = (struct stet_paragraph){ 42, 67, 42, 25 };
	one.t.n_paragraphs = 2;
	stet_align_self(a, &one.side, &found);
	assert_int_equal(found.n_blocks, 1);
	assert_int_equal(found.blocks[0].c_begin, 42);
	assert_int_equal(found.blocks[0].c_end, 67);
	stet_aligner_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(agrees_with_the_definition),
		cmocka_unit_test(equal_hashes_are_not_enough),
		cmocka_unit_test(boilerplate_is_out_of_core),
		cmocka_unit_test(repeats_are_found),
		cmocka_unit_test(a_whole_paragraph_of_twenty_repeats),
	};

	return cmocka_run_group_tests_name("align", tests, NULL, NULL);
}
