/*
 * test_align.c - alignment against its definition, taken literally, on small texts
 *
 * Texts are drawn from few words, so that runs compete, tie and overlap.
 */
#include "stet/align.h"
#include "stet/cpu.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
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

static unsigned hashes = 3;	/* as few as that: collisions on purpose */

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
		x->hash[i] = stet_mix64((uint64_t)bytes[i] % hashes);
		x->class[i] = weight == STET_WEIGHT_CLUSTER ? STET_CLUSTER : STET_WORD;
		x->begin[i] = (uint32_t)i;
		x->end[i] = (uint32_t)i + 1;
		x->folded_at[i + 1] = (uint32_t)i + 1;
		x->weight_at[i + 1] = x->weight_at[i] + weight;
	}
	x->par[0] = (struct stet_paragraph){ 0, (uint32_t)n, 0, (uint32_t)n, false };
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

/* Distinct shingles of five words, or of sixteen clusters, as bytes; a text without any is one. */
static size_t naive_shingles(const struct text *x, size_t width, const char *shingles[])
{
	size_t n = 0;

	if (x->t.n < width) {
		shingles[n++] = x->bytes;
		return n;
	}
	for (size_t i = 0; i + width <= x->t.n; i++) {
		size_t k = 0;

		while (k < n && memcmp(shingles[k], x->bytes + i, width) != 0)
			k++;
		if (k == n)
			shingles[n++] = x->bytes + i;
	}
	return n;
}

static void check_jaccard(const struct stet_measures *m)
{
	static const char *c[MAX], *s[MAX];
	const size_t width = one.class[0] == STET_CLUSTER ? 16 : 5;
	const size_t nc = naive_shingles(&one, width, c), ns = naive_shingles(&two, width, s);
	size_t common = 0;

	for (size_t i = 0; i < nc; i++)
		for (size_t k = 0; k < ns; k++)
			if (one.t.n < width || two.t.n < width)
				common += one.t.n == two.t.n &&
					  memcmp(c[i], s[k], one.t.n) == 0;
			else
				common += memcmp(c[i], s[k], width) == 0;
	assert_int_equal(m->shingles_common, common);
	assert_int_equal(m->shingles_all, nc + ns - common);
}

/* What holds for every alignment of two texts, caps or not. */
static void check_laws(const struct stet_alignment *x)
{
	bool s_used[MAX] = { false };
	uint32_t end = 0;

	for (size_t i = 0; i < x->n_blocks; i++) {
		const struct stet_block *b = &x->blocks[i];

		assert_true(b->c_token >= end && b->c_token < b->c_token_end);
		end = b->c_token_end;
		assert_false(memchr(s_used + b->s_token, 1, b->s_token_end - b->s_token));
		memset(s_used + b->s_token, 1, b->s_token_end - b->s_token);
		assert_true(b->aligned <= b->c_token_end - b->c_token);
		assert_true(b->aligned <= b->s_token_end - b->s_token);
	}
	assert_true(end <= x->m.c_tokens);
	assert_true(x->m.aligned <= x->m.c_tokens && x->m.aligned <= x->m.s_tokens);
	assert_true(x->m.longest <= x->m.aligned);
}

static void check_pair(struct stet_aligner *a, size_t unit)
{
	static struct naive v;
	struct stet_alignment found;
	struct stet_measures measures;
	size_t n_blocks, total = 0;

	memset(&v, 0, sizeof(v));
	memset(v.c_free, true, sizeof(v.c_free));
	memset(v.s_free, true, sizeof(v.s_free));
	while (naive_longest(&v, &one, &two, 5 * unit))
		;
	n_blocks = naive_blocks(&v, &one, &two, 20 * unit);
	stet_aligner_hold(a, &two.side);
	stet_aligner_bring(a, &one.side);
	stet_align(a, &found);
	measures = found.m;
	stet_align_jaccard(a, &measures);
	if (hashes > 3)
		check_jaccard(&measures);
	check_laws(&found);
	assert_int_equal(found.capped, 0);
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

		hashes = trial % 3 ? 256 : 3;
		draw_text(&one, 1 + draw() % 120, words, STET_WEIGHT_WORD);
		if (trial % 2)
			draw_text(&two, 1 + draw() % 120, words, STET_WEIGHT_WORD);
		else
			shuffle_text(&two, &one, 1 + draw() % 120, STET_WEIGHT_WORD);
		check_pair(a, 1);
	}
	for (int trial = 0; trial < 20; trial++) {	/* more than a thousand runs, most alike */
		draw_text(&one, 300, 2, STET_WEIGHT_WORD);
		draw_text(&two, 300, 2, STET_WEIGHT_WORD);
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
	stet_aligner_bring(a, &one.side);
	stet_align(a, &found);
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

		x->par[0] = (struct stet_paragraph){ 0, 8, 0, 8, false };
		x->par[1] = (struct stet_paragraph){ 8, 16, 8, 8, false };
		x->t.n_paragraphs = 2;
		x->side.boilerplate = second;
	}
	stet_aligner_hold(a, &two.side);
	stet_aligner_bring(a, &one.side);
	stet_align(a, &found);
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
	one.par[0] = (struct stet_paragraph){ 0, 42, 0, 42, false };
	one.par[1] = (struct stet_paragraph){ 42, 67, 42, 25, false };
	one.t.n_paragraphs = 2;
	stet_align_self(a, &one.side, &found);
	assert_int_equal(found.n_blocks, 1);
	assert_int_equal(found.blocks[0].c_begin, 42);
	assert_int_equal(found.blocks[0].c_end, 67);
	stet_aligner_free(a);
}

/* ---- repeats, by their definition */

struct naive_self {
	struct { size_t c, s, n; } tiles[MAX];
	size_t n_tiles;
	bool taken[MAX];
	struct stet_block blocks[MAX];
	size_t n_blocks;
};

/* The longest run whose later place is free; the first later place, then the first earlier. */
static bool naive_repeat(const struct text *x, const bool *taken, size_t *c, size_t *s, size_t *n)
{
	*n = 0;
	for (size_t i = 1; i < x->t.n; i++)
		for (size_t j = 0; j < i; j++) {
			size_t len = 0;

			while (i + len < x->t.n && !taken[i + len] &&
			       x->bytes[i + len] == x->bytes[j + len])
				len++;
			if (len > *n) {
				*n = len;
				*c = i;
				*s = j;
			}
		}
	return *n >= 5;
}

static bool naive_whole_paragraph(const struct text *x, const bool *taken, size_t from, size_t end)
{
	for (size_t p = 0; p < x->t.n_paragraphs; p++) {
		const size_t first = x->par[p].token, n = x->par[p].n_tokens;

		if (n >= 20 && first >= from && first + n <= end && !memchr(taken + first, 0, n))
			return true;
	}
	return false;
}

static void naive_cut(struct naive_self *v, const struct text *x)
{
	struct naive_self to = { .n_tiles = 0 };

	for (size_t i = 0; i < v->n_tiles; i++) {
		const size_t s = v->tiles[i].s, c = v->tiles[i].c, end = c + v->tiles[i].n;
		size_t unit = c - s;

		if (end - c > unit)
			while (2 * unit <= end - s && unit < 50 &&
			       !naive_whole_paragraph(x, v->taken, s + unit, s + 2 * unit))
				unit += c - s;
		for (size_t at = s + unit; at < end; at += unit) {
			const size_t n = end - at < unit ? end - at : unit;

			if (n < 5)
				continue;
			to.tiles[to.n_tiles].c = at;
			to.tiles[to.n_tiles].s = s;
			to.tiles[to.n_tiles++].n = n;
		}
	}
	memcpy(v->tiles, to.tiles, sizeof(to.tiles));
	v->n_tiles = to.n_tiles;
}

static int by_c(const void *x, const void *y)
{
	const size_t *a = x, *b = y;

	return (*a > *b) - (*a < *b);
}

/* Match the gap before tile i: the longest common subsequence; returns its length. */
static uint32_t naive_gap(struct naive_self *v, const struct text *x, size_t i)
{
	size_t c = v->tiles[i - 1].c + v->tiles[i - 1].n, s = v->tiles[i - 1].s + v->tiles[i - 1].n;
	const size_t c_end = v->tiles[i].c, s_end = v->tiles[i].s;
	uint32_t matched = 0;

	while (c < c_end && s < s_end)
		if (x->bytes[c] == x->bytes[s]) {
			v->taken[c++] = true;
			s++;
			matched++;
		} else if (naive_lcs(x->bytes + c + 1, c_end - c - 1, x->bytes + s, s_end - s) >=
			   naive_lcs(x->bytes + c, c_end - c, x->bytes + s + 1, s_end - s - 1)) {
			c++;
		} else {
			s++;
		}
	return matched;
}

static void naive_chain(struct naive_self *v, const struct text *x)
{
	struct stet_block *b = NULL;

	for (size_t i = 0; i < v->n_tiles; i++) {
		const size_t c = v->tiles[i].c, s = v->tiles[i].s, n = v->tiles[i].n;

		if (b && s >= b->s_token_end && s + n <= b->c_token &&
		    c - b->c_token_end <= 20 && s - b->s_token_end <= 20) {
			b->aligned += naive_gap(v, x, i);
		} else {
			b = &v->blocks[v->n_blocks++];
			*b = (struct stet_block){ .c_token = (uint32_t)c, .s_token = (uint32_t)s };
		}
		b->aligned += (uint32_t)n;
		b->c_token_end = (uint32_t)(c + n);
		b->s_token_end = (uint32_t)(s + n);
	}
}

static void naive_repeats(struct naive_self *v, const struct text *x)
{
	size_t c, s, n, kept = 0;

	memset(v, 0, sizeof(*v));
	while (naive_repeat(x, v->taken, &c, &s, &n)) {
		v->tiles[v->n_tiles].c = c;
		v->tiles[v->n_tiles].s = s;
		v->tiles[v->n_tiles++].n = n;
		memset(v->taken + c, true, n);
	}
	naive_cut(v, x);
	if (v->n_tiles > 0)
		qsort(v->tiles, v->n_tiles, sizeof(v->tiles[0]), by_c);
	naive_chain(v, x);
	for (size_t i = 0; i < v->n_blocks; i++) {
		const struct stet_block *b = &v->blocks[i];

		if (b->aligned >= 50 ||
		    naive_whole_paragraph(x, v->taken, b->c_token, b->c_token_end))
			v->blocks[kept++] = *b;
	}
	v->n_blocks = kept;
}

/* A text of pieces that come back, some of them at once, with noise between; and paragraphs. */
static void draw_circles(struct text *x)
{
	char bytes[MAX];
	size_t n = 0, max = 150 + draw() % 150, first = 0;

	while (n < max) {
		const size_t times = draw() % 3 ? 1 : 1 + draw() % 9;
		const size_t len = 1 + draw() % (draw() % 2 ? 70 : 12);
		const size_t at = draw() % (n + 1);

		for (size_t k = 0; k < len * times && n < max; k++) {
			const bool noise = draw() % 40 == 0;

			bytes[n] = k >= len && !noise ? bytes[n - len] :
				   at + k < n && !noise ? bytes[at + k] :
				   (char)('0' + draw() % 70);
			n++;
		}
	}
	settle(x, bytes, n, STET_WEIGHT_WORD);
	for (x->t.n_paragraphs = 0; first < n; x->t.n_paragraphs++) {
		const size_t left = n - first, len = 1 + draw() % 40;
		const size_t m = len < left ? len : left;

		x->par[x->t.n_paragraphs] = (struct stet_paragraph){
			(uint32_t)first, (uint32_t)(first + m), (uint32_t)first, (uint32_t)m,
			false,
		};
		first += m;
	}
}

static void repeats_agree_with_the_definition(void **unused)
{
	static struct naive_self v;
	struct stet_align_options o;
	struct stet_aligner *a;
	size_t seen = 0;

	(void)unused;
	stet_align_options_init(&o);
	a = stet_aligner_alloc(&o);
	for (int trial = 0; trial < 1500; trial++) {
		struct stet_alignment found;

		hashes = trial % 3 ? 256 : 3;
		draw_circles(&one);
		naive_repeats(&v, &one);
		stet_align_self(a, &one.side, &found);
		assert_int_equal(found.n_blocks, v.n_blocks);
		assert_int_equal(found.capped, 0);
		for (size_t i = 0; i < v.n_blocks; i++) {
			const struct stet_block *x = &found.blocks[i], *y = &v.blocks[i];

			assert_int_equal(x->c_token, y->c_token);
			assert_int_equal(x->c_token_end, y->c_token_end);
			assert_int_equal(x->s_token, y->s_token);
			assert_int_equal(x->s_token_end, y->s_token_end);
			assert_int_equal(x->aligned, y->aligned);
			assert_true(x->s_token_end <= x->c_token);
		}
		seen += v.n_blocks;
	}
	assert_true(seen > 500);
	stet_aligner_free(a);
}

/* ---- real texts */

struct real {
	struct stet_tokens t;
	struct stet_side side;
	char *bytes;
	size_t n, cap;
};

static void add(struct real *x, const char *s)
{
	const size_t n = strlen(s);

	x->bytes = stet_grow(x->bytes, &x->cap, x->n + n + 64, 1);
	memcpy(x->bytes + x->n, s, n);
	x->n += n;
	memset(x->bytes + x->n, 0, 64);
}

/* `n` words that are nowhere else but where the same `seed` is used, as one line. */
static void add_line(struct real *x, unsigned seed, unsigned n)
{
	char word[32];

	for (unsigned i = 0; i < n; i++) {
		snprintf(word, sizeof(word), "w%ux%u%s", seed, i, i + 1 < n ? " " : "\n");
		add(x, word);
	}
}

static void settle_real(struct real *x)
{
	const struct stet_span text = { x->bytes, x->n };

	stet_tokenize(text, stet_isa_pick(NULL), &x->t);
	x->side = (struct stet_side){ text, &x->t, NULL };
}

static void release_real(struct real *x)
{
	stet_tokens_release(&x->t);
	free(x->bytes);
}

/* Align a text with itself: no block overlaps another, or its own earlier place. */
static struct stet_alignment align_self(struct stet_aligner *a, struct real *x)
{
	struct stet_alignment found;
	uint32_t end = 0;

	settle_real(x);
	stet_align_self(a, &x->side, &found);
	for (size_t i = 0; i < found.n_blocks; i++) {
		const struct stet_block *b = &found.blocks[i];

		assert_true(b->s_begin < b->s_end && b->s_end <= b->c_begin);
		assert_true(b->c_begin >= end && b->c_begin < b->c_end && b->c_end <= x->n);
		end = b->c_end;
	}
	return found;
}

static void is_block(const struct stet_block *b, size_t s, size_t s_end, size_t c, size_t c_end)
{
	assert_int_equal(b->s_begin, s);
	assert_int_equal(b->s_end, s_end);
	assert_int_equal(b->c_begin, c);
	assert_int_equal(b->c_end, c_end);
}

/* Headline, three lines "A", a lead, nine paragraphs, the same nine, and a byline. */
static void an_article_pasted_twice_is_one_block(void **unused)
{
	struct stet_align_options o;
	struct stet_alignment found;
	struct stet_aligner *a;
	struct real x = { .n = 0 };
	size_t from, half;

	(void)unused;
	stet_align_options_init(&o);
	a = stet_aligner_alloc(&o);
	add_line(&x, 1, 9);
	add(&x, "A\nA\nA\n");
	add_line(&x, 2, 30);
	from = x.n;
	for (int twice = 0; twice < 2; twice++) {
		half = x.n;
		for (unsigned i = 0; i < 9; i++)
			add_line(&x, 10 + i, 4 + 6 * i);
	}
	add(&x, "(maf)\n");
	found = align_self(a, &x);
	assert_int_equal(found.n_blocks, 1);
	is_block(&found.blocks[0], from, half - 1, half, x.n - 7);
	release_real(&x);
	stet_aligner_free(a);
}

/* Twice whole, then a part; and a header on each of five pages. */
static void parts_and_headers_repeat(void **unused)
{
	struct stet_align_options o;
	struct stet_alignment found;
	struct stet_aligner *a;
	struct real x = { .n = 0 }, y = { .n = 0 };
	size_t at[5];

	(void)unused;
	stet_align_options_init(&o);
	a = stet_aligner_alloc(&o);
	for (unsigned i = 0; i < 3; i++) {
		at[i] = x.n;
		for (unsigned k = 0; k < (i < 2 ? 4u : 2u); k++)
			add_line(&x, 10 + k, 30);
		add_line(&x, 100 + i, 40);
	}
	found = align_self(a, &x);
	assert_int_equal(found.n_blocks, 2);
	assert_int_equal(found.blocks[0].s_begin, at[0]);
	assert_int_equal(found.blocks[0].c_begin, at[1]);
	assert_int_equal(found.blocks[0].aligned, 120);
	assert_int_equal(found.blocks[1].s_begin, at[0]);
	assert_int_equal(found.blocks[1].c_begin, at[2]);
	assert_int_equal(found.blocks[1].aligned, 60);
	for (unsigned i = 0; i < 5; i++) {
		at[i] = y.n;
		add_line(&y, 7, 25);
		add_line(&y, 100 + i, 60);
	}
	found = align_self(a, &y);
	assert_int_equal(found.n_blocks, 4);
	for (size_t i = 0; i < 4; i++)
		is_block(&found.blocks[i], 0, at[1] - (at[1] - found.blocks[0].s_end),
			 at[i + 1], at[i + 1] + found.blocks[0].s_end);
	release_real(&x);
	release_real(&y);
	stet_aligner_free(a);
}

/* 10,000 times the same line: each a place of one passage, or five of them where one is short. */
static void equal_lines_are_places_of_one_passage(void **unused)
{
	struct stet_align_options o;
	struct stet_alignment found;
	struct stet_aligner *a;

	(void)unused;
	stet_align_options_init(&o);
	a = stet_aligner_alloc(&o);
	for (unsigned words = 10; words <= 30; words += 20) {
		const unsigned lines = words < 20 ? 5 : 1;	/* of a unit */
		struct real x = { .n = 0 };
		size_t unit;

		add_line(&x, 1, 12);
		unit = x.n;
		for (int i = 0; i < 10000; i++)
			add_line(&x, 2, words);
		found = align_self(a, &x);
		assert_int_equal(found.n_blocks, 10000 / lines - 1);
		unit = (x.n - unit) / 10000 * lines;
		for (size_t i = 0; i < found.n_blocks; i++) {
			assert_int_equal(found.blocks[i].s_begin, found.blocks[0].s_begin);
			assert_int_equal(found.blocks[i].s_end - found.blocks[i].s_begin, unit - 1);
			assert_int_equal(found.blocks[i].c_begin,
					 found.blocks[0].s_begin + (i + 1) * unit);
		}
		release_real(&x);
	}
	stet_aligner_free(a);
}

/* ---- caps */

static void a_text_is_its_own_duplicate(void **unused)
{
	struct stet_align_options o;
	struct stet_alignment found;
	struct stet_aligner *a;
	struct real x = { .n = 0 };

	(void)unused;
	stet_align_options_init(&o);
	a = stet_aligner_alloc(&o);
	for (unsigned i = 0; i < 20000; i++)
		add_line(&x, i % 7, 1 + i % 5);
	settle_real(&x);
	stet_aligner_hold(a, &x.side);
	stet_aligner_bring(a, &x.side);
	stet_align(a, &found);
	assert_true(found.m.same_bytes && found.m.same_tokens);
	assert_int_equal(found.m.aligned, x.t.n);
	assert_int_equal(found.n_blocks, 1);
	assert_int_equal(found.capped, 0);
	is_block(&found.blocks[0], 0, x.n - 1, 0, x.n - 1);
	stet_align_jaccard(a, &found.m);
	assert_int_equal(found.m.shingles_common, found.m.shingles_all);
	release_real(&x);
	stet_aligner_free(a);
}

/* Texts in which everything is everywhere: the caps bite and are counted, the result is whole. */
static void caps_are_counted_and_keep_the_longest(void **unused)
{
	struct stet_align_options o;
	struct stet_alignment found;
	struct stet_aligner *a;
	struct real c = { .n = 0 }, s = { .n = 0 };
	char line[64];

	(void)unused;
	stet_align_options_init(&o);
	a = stet_aligner_alloc(&o);
	add(&s, "other ");
	for (int i = 0; i < 20000; i++) {
		add(&c, "word ");
		add(&s, "word ");
	}
	settle_real(&c);
	settle_real(&s);
	stet_aligner_hold(a, &s.side);
	stet_aligner_bring(a, &c.side);
	stet_align(a, &found);
	assert_true(found.capped > 0);
	assert_int_equal(found.m.aligned, 20000);
	assert_int_equal(found.m.longest, 20000);
	assert_int_equal(found.n_blocks, 1);
	c.n = s.n = 0;		/* lines that differ in a number, never the same one */
	for (int i = 0; i < 6000; i++) {
		snprintf(line, sizeof(line), "entry %d of the list that goes on\n", 2 * i);
		add(&c, line);
		snprintf(line, sizeof(line), "entry %d of the list that goes on\n", 2 * i + 1);
		add(&s, line);
	}
	add_line(&c, 5, 30);	/* and in the end what is rare */
	add_line(&s, 5, 30);
	settle_real(&c);
	settle_real(&s);
	stet_aligner_hold(a, &s.side);
	stet_aligner_bring(a, &c.side);
	stet_align(a, &found);
	assert_true(found.capped > 0);
	assert_int_equal(found.m.longest, 37 - 1);	/* with "of the list that goes on" */
	assert_int_equal(found.m.aligned, 5999 * 7 + 36);
	assert_int_equal(found.n_blocks, 1);
	release_real(&c);
	release_real(&s);
	stet_aligner_free(a);
}

/* A run among many places that are not followed is found where it becomes rare, and whole. */
static void a_run_outside_the_window_is_followed_back(void **unused)
{
	struct stet_align_options o;
	struct stet_alignment found;
	struct stet_aligner *a;
	struct real c = { .n = 0 }, s = { .n = 0 };

	(void)unused;
	stet_align_options_init(&o);
	o.max_places = 0;
	o.free_places = 100;
	a = stet_aligner_alloc(&o);
	for (unsigned i = 0; i < 50; i++) {
		add_line(&s, 1, 41);
		add_line(&s, 100 + i, 9);
	}
	add_line(&c, 7, 8);
	add_line(&c, 1, 41);
	add_line(&c, 100 + 40, 9);
	settle_real(&c);
	settle_real(&s);
	stet_aligner_hold(a, &s.side);
	stet_aligner_bring(a, &c.side);
	stet_align(a, &found);
	assert_true(found.capped > 0);
	assert_int_equal(found.m.longest, 50);
	release_real(&c);
	release_real(&s);
	stet_aligner_free(a);
}

/* All places are followed as long as there are no more than may be. */
static void caps_bite_when_they_have_to(void **unused)
{
	struct stet_align_options o;
	struct stet_alignment found;
	struct real c = { .n = 0 }, s = { .n = 0 };
	const uint32_t places = 8 * 8 * 6 + 200 * 4;	/* of all seeds */

	(void)unused;
	stet_align_options_init(&o);
	o.max_places = 0;
	for (unsigned i = 0; i < 8; i++) {
		add_line(&c, 1, 10);
		add_line(&c, 1000 + i, 1);
		add_line(&s, 1, 10);
		add_line(&s, 2000 + i, 1);
	}
	for (unsigned i = 0; i < 200; i++) {
		add_line(&c, 100 + i, 8);
		add_line(&s, 100 + i, 8);
		add_line(&s, 3000 + i, 1);
	}
	settle_real(&c);
	settle_real(&s);
	for (int less = 0; less < 2; less++) {
		struct stet_aligner *a;

		o.free_places = places - (uint32_t)less;
		a = stet_aligner_alloc(&o);
		stet_aligner_hold(a, &s.side);
		stet_aligner_bring(a, &c.side);
		stet_align(a, &found);
		assert_int_equal(found.capped, less ? 8 * 6 : 0);
		stet_aligner_free(a);
	}
	release_real(&c);
	release_real(&s);
}

/* A part of a text in which every phrase is frequent: only long runs are rare. */
static void an_excerpt_of_what_repeats_is_one_block(void **unused)
{
	struct stet_align_options o;
	struct stet_alignment found;
	struct stet_aligner *a;
	struct real c = { .n = 0 }, s = { .n = 0 };

	(void)unused;
	stet_align_options_init(&o);
	o.max_places = 0;
	o.free_places = 1000;
	a = stet_aligner_alloc(&o);
	for (unsigned i = 0; i < 2000; i++) {
		const unsigned line = (unsigned)(draw() % 10);

		add_line(&s, line, 12);
		if (i >= 1200 && i < 1600)
			add_line(&c, line, 12);
	}
	add_line(&c, 77, 1);
	settle_real(&c);
	settle_real(&s);
	stet_aligner_hold(a, &s.side);
	for (int again = 0; again < 2; again++) {	/* and the seeds are in order afterwards */
		stet_aligner_bring(a, &c.side);
		stet_align(a, &found);
		assert_true(found.capped > 0);
		assert_int_equal(found.m.longest, 400 * 12);
		assert_int_equal(found.n_blocks, 1);
	}
	settle(&one, "abcdefgh", 8, STET_WEIGHT_WORD);
	stet_aligner_bring(a, &one.side);
	stet_align(a, &found);
	assert_int_equal(found.m.aligned, 0);
	release_real(&c);
	release_real(&s);
	stet_aligner_free(a);
}

/* With every cap as low as can be, on texts that compete: laws, and never more than there is. */
static void laws_hold_under_any_cap(void **unused)
{
	struct stet_align_options o;
	struct stet_alignment found;
	uint64_t capped = 0;

	(void)unused;
	stet_align_options_init(&o);
	o.max_places = 0;
	for (int trial = 0; trial < 300; trial++) {
		struct stet_aligner *a;
		uint32_t most;

		hashes = 256;
		draw_text(&one, 1 + draw() % 300, 2 + (unsigned)(draw() % 3), STET_WEIGHT_WORD);
		shuffle_text(&two, &one, 1 + draw() % 300, STET_WEIGHT_WORD);
		o.free_places = 1 << 20;
		a = stet_aligner_alloc(&o);
		stet_aligner_hold(a, &two.side);
		stet_aligner_bring(a, &one.side);
		stet_align(a, &found);
		most = found.m.longest;
		assert_int_equal(found.capped, 0);
		stet_aligner_free(a);
		o.free_places = draw() % 300;
		a = stet_aligner_alloc(&o);
		stet_aligner_hold(a, &two.side);
		stet_aligner_bring(a, &one.side);
		stet_align(a, &found);
		check_laws(&found);
		assert_true(found.m.longest <= most);
		if (!found.m.same_tokens && found.capped == 0)
			assert_int_equal(found.m.longest, most);
		capped += found.capped;
		stet_align_self(a, &one.side, &found);
		for (size_t i = 0; i < found.n_blocks; i++)
			assert_true(found.blocks[i].s_token_end <= found.blocks[i].c_token);
		stet_aligner_free(a);
	}
	assert_true(capped > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(agrees_with_the_definition),
		cmocka_unit_test(equal_hashes_are_not_enough),
		cmocka_unit_test(boilerplate_is_out_of_core),
		cmocka_unit_test(repeats_are_found),
		cmocka_unit_test(a_whole_paragraph_of_twenty_repeats),
		cmocka_unit_test(repeats_agree_with_the_definition),
		cmocka_unit_test(an_article_pasted_twice_is_one_block),
		cmocka_unit_test(parts_and_headers_repeat),
		cmocka_unit_test(equal_lines_are_places_of_one_passage),
		cmocka_unit_test(a_text_is_its_own_duplicate),
		cmocka_unit_test(caps_are_counted_and_keep_the_longest),
		cmocka_unit_test(a_run_outside_the_window_is_followed_back),
		cmocka_unit_test(caps_bite_when_they_have_to),
		cmocka_unit_test(an_excerpt_of_what_repeats_is_one_block),
		cmocka_unit_test(laws_hold_under_any_cap),
	};

	return cmocka_run_group_tests_name("align", tests, NULL, NULL);
}
