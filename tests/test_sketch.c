/*
 * test_sketch.c - lanes estimate Jaccard within theory's spread; kernels are equal;
 * winnowing keeps its guarantee
 */
#include "stet/cpu.h"
#include "stet/sketch.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define SCALAR stet_isa_pick("scalar")

#define MAX_TOKENS 4096

static uint64_t state = 1;

static uint64_t draw(void)
{
	state += 0x9e3779b97f4a7c15u;
	return stet_mix64(state);
}

/* ---- lanes */

static const struct stet_lane_range all_lanes = { 0, STET_LANES };

/* By the definition; lanes out of the range stay. */
static void absorb_naively(uint32_t *lanes, const struct stet_perms *p,
			   struct stet_lane_range which, const uint64_t *shingles, size_t n)
{
	for (size_t i = which.first; i < which.last; i++)
		for (size_t k = 0; k < n; k++) {
			const uint32_t x = (uint32_t)(shingles[k] >> 32);
			const uint32_t lane = p->mul[i] * x + p->add[i];

			lanes[i] = lane < lanes[i] ? lane : lanes[i];
		}
}

static void check_lanes(const struct stet_isa *isa, const struct stet_perms *p,
			struct stet_lane_range which, const uint64_t *x, size_t n)
{
	uint32_t want[STET_LANES], got[STET_LANES];

	for (size_t i = 0; i < STET_LANES; i++)
		want[i] = got[i] = UINT32_MAX - (uint32_t)i;
	absorb_naively(want, p, which, x, n);
	stet_lanes_absorb(isa, got, p, which, x, n);
	assert_memory_equal(got, want, sizeof(want));
}

static void kernels_take_lanes_as_defined(void **unused)
{
	struct stet_perms perms;
	uint64_t x[300];

	(void)unused;
	stet_perms_init(&perms);
	for (size_t i = 0; i < 300; i++)
		x[i] = draw();
	for (size_t k = 0; k < STET_N_ISA; k++) {
		if (!stet_isa_all[k].usable())
			continue;
		for (size_t n = 0; n < 300; n += 1 + n / 3)
			check_lanes(&stet_isa_all[k], &perms, all_lanes, x, n);
		for (size_t i = 0; i <= STET_LANES; i += STET_LANE_STEP)
			for (size_t j = i; j <= STET_LANES; j += STET_LANE_STEP)
				check_lanes(&stet_isa_all[k], &perms,
					    (struct stet_lane_range){ i, j }, x, 7);
	}
}

/* Two sets of 100 with `common` elements in both: the share of equal lanes. */
static double estimate(const struct stet_perms *p, size_t common)
{
	uint64_t a[100], b[100];
	uint32_t x[STET_LANES], y[STET_LANES];
	size_t equal = 0;

	for (size_t i = 0; i < 100; i++) {
		a[i] = draw();
		b[i] = i < common ? a[i] : draw();
	}
	memset(x, 0xff, sizeof(x));
	memset(y, 0xff, sizeof(y));
	stet_lanes_absorb(stet_isa_pick(NULL), x, p, all_lanes, a, 100);
	stet_lanes_absorb(stet_isa_pick(NULL), y, p, all_lanes, b, 100);
	for (size_t i = 0; i < STET_LANES; i++)
		equal += x[i] == y[i];
	return (double)equal / STET_LANES;
}

static void lanes_estimate_jaccard(void **unused)
{
	const size_t common[] = { 0, 20, 50, 80, 95, 100 };
	struct stet_perms perms;

	(void)unused;
	stet_perms_init(&perms);
	for (size_t c = 0; c < sizeof(common) / sizeof(*common); c++) {
		const double j = (double)common[c] / (200 - (double)common[c]);
		const double error = sqrt(j * (1 - j) / STET_LANES / 400);
		double sum = 0;

		for (int i = 0; i < 400; i++)
			sum += estimate(&perms, common[c]);
		assert_true(fabs(sum / 400 - j) <= 4 * error + 1e-9);
	}
}

/* ---- tokens made by hand: words of one class, or of several */

struct made {
	struct stet_tokens t;
	uint64_t hash[MAX_TOKENS];
	uint8_t class[MAX_TOKENS];
	uint32_t weight_at[MAX_TOKENS + 1];
	struct stet_paragraph par[MAX_TOKENS / 64];
};

static const uint32_t weights[] = { STET_WEIGHT_WORD, STET_WEIGHT_HAN, STET_WEIGHT_CLUSTER };

static void make(struct made *m, size_t n, int n_classes)
{
	m->t = (struct stet_tokens){ .n = n, .hash = m->hash, .class = m->class,
				     .weight_at = m->weight_at, .paragraphs = m->par };
	m->weight_at[0] = 0;
	for (size_t i = 0; i < n; i++) {
		m->hash[i] = draw();
		m->class[i] = (uint8_t)(draw() % (uint64_t)n_classes);
		m->weight_at[i + 1] = m->weight_at[i] + weights[m->class[i]];
	}
	for (size_t i = 0; i < n; i += 64)
		m->par[m->t.n_paragraphs++] = (struct stet_paragraph){
			.token = (uint32_t)i, .n_tokens = (uint32_t)(n - i < 64 ? n - i : 64),
		};
}

static void put_run(struct made *to, size_t at, const struct made *from, size_t first, size_t n)
{
	memcpy(to->hash + at, from->hash + first, n * sizeof(*to->hash));
	memcpy(to->class + at, from->class + first, n);
	for (size_t i = 0; i < to->t.n; i++)
		to->weight_at[i + 1] = to->weight_at[i] + weights[to->class[i]];
}

static bool have_common_anchor(const struct stet_keys *a, const struct stet_keys *b)
{
	for (size_t i = 0; i < a->n[STET_ANCHOR]; i++)
		for (size_t j = 0; j < b->n[STET_ANCHOR]; j++)
			if (a->v[STET_ANCHOR][i] == b->v[STET_ANCHOR][j])
				return true;
	return false;
}

static struct made one, two;

/* Any run that weighs a window and a shingle has an anchor in both texts. */
static void common_runs_have_anchors(void **unused)
{
	struct stet_sketch_options o;
	struct stet_keys a = { 0 }, b = { 0 };
	struct stet_perms perms;

	(void)unused;
	stet_perms_init(&perms);
	stet_sketch_options_init(&o);
	for (int trial = 0; trial < 300; trial++) {
		make(&one, 300, 1);
		make(&two, 200, 1);
		put_run(&two, (size_t)trial % 180, &one, draw() % 280, 15);
		stet_sketch(&one.t, &o, &perms, stet_isa_pick(NULL), &a);
		stet_sketch(&two.t, &o, &perms, stet_isa_pick(NULL), &b);
		assert_true(have_common_anchor(&a, &b));
		assert_true(a.n[STET_ANCHOR] < 300 / 3);	/* density 2 / (8 + 1) */
	}
	stet_keys_release(&a);
	stet_keys_release(&b);
}

static void mixed_classes_keep_anchors_and_bands(void **unused)
{
	struct stet_sketch_options o;
	struct stet_keys a = { 0 }, b = { 0 };
	struct stet_perms perms;

	(void)unused;
	stet_perms_init(&perms);
	stet_sketch_options_init(&o);
	for (int trial = 0; trial < 100; trial++) {
		make(&one, 1000, 3);
		make(&two, 400, 3);
		put_run(&two, (size_t)trial, &one, draw() % 700, 200);
		stet_sketch(&one.t, &o, &perms, stet_isa_pick(NULL), &a);
		stet_sketch(&two.t, &o, &perms, stet_isa_pick(NULL), &b);
		assert_true(have_common_anchor(&a, &b));
		assert_int_equal(a.n[STET_DOCUMENT_BAND], o.document_bands);
	}
	stet_keys_release(&a);
	stet_keys_release(&b);
}

/* By the definition: of each window the last smallest, where it is another than before. */
static size_t winnow_naively(const struct made *m, const struct stet_sketch_options *o,
			     uint64_t *out)
{
	static uint64_t x[MAX_TOKENS];
	const size_t n = stet_shingles(SCALAR, m->hash, m->class, m->t.n, &o->anchors, x);
	size_t n_out = 0, last = SIZE_MAX, end = 0;

	for (size_t i = 0; i < n && (end < n || i == 0); i++) {
		size_t best = i;

		for (end = i; end < n && m->weight_at[end] < m->weight_at[i] + o->window; end++)
			best = x[end] <= x[best] ? end : best;
		if (best != last)
			out[n_out++] = x[best];
		last = best;
	}
	return n_out;
}

/* A text in which tokens, and so shingles, come again at small distances. */
static void make_again(struct made *m, size_t n, int kind, uint64_t n_words)
{
	make(m, n, 1);
	for (size_t i = 0; i < n; i++) {
		m->hash[i] = i >= 40 && draw() % 8 > 0 ? m->hash[i - n_words] : stet_mix64(draw());
		m->class[i] = (uint8_t)kind;
		m->weight_at[i + 1] = m->weight_at[i] + weights[kind];
	}
}

/* The same in runs of one class or another, some of one token and some of many windows. */
static void make_runs(struct made *m, size_t n)
{
	size_t left = 0;

	make_again(m, n, STET_WORD, 1 + n % 5);
	for (size_t i = 0; i < n; i++, left--) {
		if (left == 0)
			left = 1 + draw() % (draw() % 3 ? 100 : 3);
		m->class[i] = i == 0 || left > 1 ? m->class[i ? i - 1 : 0]
						 : (uint8_t)(draw() % STET_N_CLASSES);
		m->weight_at[i + 1] = m->weight_at[i] + weights[m->class[i]];
	}
}

/* More rows for more documents, never more lanes than there are, and no less recall at .8. */
static void plans_fit_the_lanes(void **unused)
{
	static const struct { uint64_t documents; uint32_t rows, window; } cases[] = {
		{ 1, 5, STET_WORDS(8) }, { 10000000, 5, STET_WORDS(8) },
		{ 10000001, 6, STET_WORDS(16) }, { 1000000000, 6, STET_WORDS(16) },
		{ UINT64_MAX, 7, STET_WORDS(16) },
	};
	struct stet_sketch_options o, fresh;

	(void)unused;
	stet_sketch_options_init(&fresh);
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		stet_sketch_options_init(&o);
		stet_sketch_plan(&o, cases[i].documents);
		assert_int_equal(o.document_rows, cases[i].rows);
		assert_int_equal(o.paragraph_rows, cases[i].rows);
		assert_int_equal(o.window, cases[i].window);
		assert_true(o.document_rows * o.document_bands <= STET_LANES);
		assert_true(o.paragraph_rows * o.paragraph_bands <= STET_LANES);
		assert_true(1 - pow(1 - pow(.8, o.document_rows), o.document_bands) > .97);
	}
	stet_sketch_plan(&o, 1000000);
	assert_int_equal(o.document_rows, fresh.document_rows);
	assert_int_equal(o.document_bands, fresh.document_bands);
	assert_int_equal(o.paragraph_rows, fresh.paragraph_rows);
	assert_int_equal(o.window, fresh.window);
}

static void winnowing_is_as_defined(void **unused)
{
	static uint64_t want[MAX_TOKENS];
	struct stet_sketch_options o;
	struct stet_keys got = { 0 };
	struct stet_perms perms;

	(void)unused;
	stet_perms_init(&perms);
	stet_sketch_options_init(&o);
	for (size_t n = 40; n < 700; n += 7)
		for (int kind = 0; kind < STET_N_CLASSES + 4; kind++) {
			size_t n_want;

			if (kind < STET_N_CLASSES)
				make_again(&one, n, kind, 1 + n % 5);
			else
				make_runs(&one, n);
			n_want = winnow_naively(&one, &o, want);
			for (size_t k = 0; k < STET_N_ISA; k++) {
				const struct stet_isa *isa = &stet_isa_all[k];

				if (!isa->usable())
					continue;
				stet_sketch(&one.t, &o, &perms, isa, &got);
				if (stet_weight(&one.t, 0, n) < o.min_document)
					continue;
				assert_int_equal(got.n[STET_ANCHOR], n_want);
				assert_memory_equal(got.v[STET_ANCHOR], want,
						    n_want * sizeof(*want));
			}
		}
	stet_keys_release(&got);
}

static void sketches_are_equal(void **unused)
{
	struct stet_sketch_options o;
	struct stet_keys a = { 0 }, b = { 0 };
	struct stet_perms perms;

	(void)unused;
	stet_perms_init(&perms);
	stet_sketch_options_init(&o);
	for (size_t n = 1; n < 1500; n += 1 + n / 9) {
		make(&one, n, 1 + (int)(n % 3));
		stet_sketch(&one.t, &o, &perms, stet_isa_pick("scalar"), &a);
		for (size_t k = 0; k < STET_N_ISA; k++) {
			if (!stet_isa_all[k].usable())
				continue;
			stet_sketch(&one.t, &o, &perms, &stet_isa_all[k], &b);
			for (int f = 0; f < STET_N_FAMILIES; f++) {
				assert_int_equal(a.n[f], b.n[f]);
				assert_true(a.n[f] == 0 ||
					    memcmp(a.v[f], b.v[f], a.n[f] * sizeof(*a.v[f])) == 0);
			}
		}
	}
	stet_keys_release(&a);
	stet_keys_release(&b);
}

/* ---- shingles */

/* By the definition: a polynomial of w tokens, mixed. */
static uint64_t shingle_naively(const uint64_t *hash, uint32_t w)
{
	uint64_t sum = 0;

	for (uint32_t i = 0; i < w; i++)
		sum = sum * 0x9e3779b97f4a7c15u + hash[i];
	return stet_mix64(sum + w);
}

static void shingles_are_as_defined(void **unused)
{
	static uint64_t x[MAX_TOKENS];

	(void)unused;
	for (uint8_t width = 1; width < 40; width++) {
		const struct stet_widths w = { { width, (uint8_t)(width + 3),
						 (uint8_t)(2 * width) } };

		for (int n_classes = 1; n_classes <= 3; n_classes++) {
			const size_t n = 300 + draw() % 600;
			size_t n_out, kept = 0;

			make(&one, n, n_classes);
			n_out = stet_shingles(SCALAR, one.hash, one.class, n, &w, x);
			for (size_t i = 0; i < n; i++) {
				const uint32_t own = w.by_class[one.class[i]];

				if (i + own <= n)
					assert_true(x[kept++] ==
						    shingle_naively(one.hash + i, own));
			}
			assert_int_equal(n_out, kept);
		}
	}
}

static void shingles_know_only_their_tokens(void **unused)
{
	const struct stet_widths w = { { 3, 6, 10 } };
	static uint64_t x[MAX_TOKENS], y[MAX_TOKENS];
	size_t n;

	(void)unused;
	make(&one, 50, 1);
	make(&two, 90, 1);
	put_run(&two, 17, &one, 0, 50);
	n = stet_shingles(SCALAR, one.hash, one.class, 50, &w, x);
	assert_int_equal(n, 48);
	assert_int_equal(stet_shingles(SCALAR, two.hash, two.class, 90, &w, y), 88);
	assert_memory_equal(x, y + 17, n * sizeof(*x));
}

/* With classes mixed, a shingle is as wide as the class of its first token says. */
static void widths_go_by_class(void **unused)
{
	const struct stet_widths w = { { 2, 3, 4 } };
	const struct stet_widths all_two = { { 2, 2, 2 } };
	uint64_t x[8], y[8];

	(void)unused;
	make(&one, 6, 1);
	one.class[3] = STET_HAN;
	assert_int_equal(stet_shingles(SCALAR, one.hash, one.class, 6, &w, x), 5);
	assert_int_equal(stet_shingles(SCALAR, one.hash, one.class, 6, &all_two, y), 5);
	assert_true(x[0] == y[0] && x[2] == y[2] && x[4] == y[4]);
	assert_true(x[3] != y[3]);
}

static void short_texts_are_one_shingle(void **unused)
{
	const struct stet_widths w = { { 5, 12, 16 } };
	uint64_t x[4], y[4];

	(void)unused;
	make(&one, 4, 1);
	assert_int_equal(stet_shingles(SCALAR, one.hash, one.class, 4, &w, x), 1);
	assert_int_equal(stet_shingles(SCALAR, one.hash, one.class, 3, &w, y), 1);
	assert_true(x[0] != y[0]);
	assert_int_equal(stet_shingles(SCALAR, one.hash, one.class, 0, &w, x), 0);
}

static void paragraphs_propose_by_weight(void **unused)
{
	struct stet_sketch_options o;

	(void)unused;
	stet_sketch_options_init(&o);
	make(&one, 64 + 19, 1);
	assert_true(STET_PROPOSES(stet_paragraph_key(&one.t, &one.par[0], &o)));
	assert_false(STET_PROPOSES(stet_paragraph_key(&one.t, &one.par[1], &o)));
}

static void assert_family(const struct stet_keys *a, const struct stet_keys *b,
			  enum stet_key_family f)
{
	assert_int_equal(a->n[f], b->n[f]);
	assert_memory_equal(a->v[f], b->v[f], a->n[f] * sizeof(*a->v[f]));
}

/* Without paragraphs 1 and 3 of five. */
static void make_gapped(struct made *to, const struct made *from)
{
	static const size_t kept[] = { 0, 2, 4 };

	make(to, sizeof(kept) / sizeof(kept[0]) * 64, 1);
	for (size_t i = 0; i < sizeof(kept) / sizeof(kept[0]); i++)
		put_run(to, i * 64, from, kept[i] * 64, 64);
}

static void links_have_no_keys(void **unused)
{
	struct stet_keys marked = { 0 }, without = { 0 }, plain = { 0 };
	const struct stet_isa *isa = stet_isa_pick(NULL);
	struct stet_sketch_options o;
	struct stet_perms perms;

	(void)unused;
	stet_sketch_options_init(&o);
	stet_perms_init(&perms);
	make(&one, 5 * 64, 3);
	make_gapped(&two, &one);
	stet_sketch(&one.t, &o, &perms, isa, &plain);
	one.par[1].is_links = one.par[3].is_links = true;
	stet_sketch(&one.t, &o, &perms, isa, &marked);
	stet_sketch(&two.t, &o, &perms, isa, &without);

	assert_family(&marked, &without, STET_DOCUMENT_BAND);
	assert_family(&marked, &without, STET_PARAGRAPH_BAND);
	assert_family(&marked, &without, STET_ANCHOR);
	assert_family(&marked, &plain, STET_DOCUMENT_EXACT);
	assert_int_equal(marked.n[STET_PARAGRAPH_EXACT], 5);
	for (size_t i = 0; i < 5; i++) {
		const uint64_t key = marked.v[STET_PARAGRAPH_EXACT][i];

		assert_int_equal(key | 1, plain.v[STET_PARAGRAPH_EXACT][i] | 1);
		assert_int_equal(STET_PROPOSES(key), i % 2 == 0);
	}

	one.par[0].is_links = one.par[2].is_links = one.par[4].is_links = true;
	stet_sketch(&one.t, &o, &perms, isa, &marked);
	assert_int_equal(marked.n[STET_DOCUMENT_BAND], 0);
	assert_int_equal(marked.n[STET_PARAGRAPH_BAND], 0);
	assert_int_equal(marked.n[STET_ANCHOR], 0);
	stet_keys_release(&marked);
	stet_keys_release(&without);
	stet_keys_release(&plain);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kernels_take_lanes_as_defined),
		cmocka_unit_test(lanes_estimate_jaccard),
		cmocka_unit_test(common_runs_have_anchors),
		cmocka_unit_test(mixed_classes_keep_anchors_and_bands),
		cmocka_unit_test(plans_fit_the_lanes),
		cmocka_unit_test(winnowing_is_as_defined),
		cmocka_unit_test(sketches_are_equal),
		cmocka_unit_test(shingles_are_as_defined),
		cmocka_unit_test(shingles_know_only_their_tokens),
		cmocka_unit_test(widths_go_by_class),
		cmocka_unit_test(short_texts_are_one_shingle),
		cmocka_unit_test(paragraphs_propose_by_weight),
		cmocka_unit_test(links_have_no_keys),
	};

	return cmocka_run_group_tests_name("sketch", tests, NULL, NULL);
}
