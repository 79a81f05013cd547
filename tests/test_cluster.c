/*
 * test_cluster.c - verdicts, the total order, clusters without chains, passages
 */
#include "stet/cluster.h"
#include "stet/hash.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static uint64_t state = 3;

static uint64_t draw(void)
{
	state += 0x9e3779b97f4a7c15u;
	return stet_mix64(state);
}

/* ---- verdicts */

struct verdict_case {
	const char *name;
	uint32_t c_tokens, s_tokens, aligned;	/* all core */
	uint32_t block;				/* words of the one block */
	bool same_bytes, same_tokens;
	enum stet_verdict want;
};

static const struct verdict_case verdict_cases[] = {
	{ "same bytes", 3, 3, 3, 3, true, true, STET_IDENTICAL },
	{ "same tokens", 3, 3, 3, 3, false, true, STET_SAME },
	{ "near, just", 100, 100, 80, 80, false, false, STET_NEAR },
	{ "not quite near", 10000, 10000, 7999, 7999, false, false, STET_REVISED },
	{ "rounded up to near", 100000, 100000, 79995, 79995, false, false, STET_NEAR },
	{ "abridged", 100, 1000, 90, 90, false, false, STET_ABRIDGED },
	{ "extended", 1000, 100, 90, 90, false, false, STET_EXTENDED },
	{ "revised, just", 100, 100, 50, 50, false, false, STET_REVISED },
	{ "shares", 1000, 1000, 100, 50, false, false, STET_SHARES },
	{ "a block too short", 1000, 1000, 100, 49, false, false, STET_REJECTED },
	{ "too short for near", 19, 19, 18, 18, false, false, STET_REJECTED },
	{ "short but long enough", 20, 20, 18, 18, false, false, STET_NEAR },
	{ "nothing", 100, 100, 0, 0, false, false, STET_REJECTED },
};

static void verdicts(void **unused)
{
	struct stet_verdict_options o;

	(void)unused;
	stet_verdict_options_init(&o);
	for (size_t i = 0; i < sizeof(verdict_cases) / sizeof(*verdict_cases); i++) {
		const struct verdict_case *v = &verdict_cases[i];
		const struct stet_block block = { .weight = STET_WORDS(v->block) };
		const struct stet_measures m = {
			.c_tokens = v->c_tokens, .s_tokens = v->s_tokens, .aligned = v->aligned,
			.c_core = v->c_tokens, .s_core = v->s_tokens,
			.c_core_weight = STET_WORDS(v->c_tokens),
			.s_core_weight = STET_WORDS(v->s_tokens),
			.c_core_aligned = v->aligned, .s_core_aligned = v->aligned,
			.same_bytes = v->same_bytes, .same_tokens = v->same_tokens,
		};

		if (stet_judge(&m, &block, 1, &o) != v->want)
			fail_msg("%s: got %s", v->name,
				 stet_verdict_name(stet_judge(&m, &block, 1, &o)));
	}
}

/* ---- order */

static struct stet_span span(const char *s)
{
	return (struct stet_span){ s, strlen(s) };
}

static void rules_decide_in_turn(void **unused)
{
	const struct stet_span wanted[] = { span("b"), span("a") };
	const struct stet_keep keep = {
		.rules = { STET_KEEP_SOURCE, STET_KEEP_LONGEST }, .n_rules = 2,
		.sources = wanted, .n_sources = 2,
	};
	const struct stet_candidate a = { .source = span("a"), .n_tokens = 9 };
	const struct stet_candidate b = { .source = span("b"), .n_tokens = 5 };
	const struct stet_candidate b2 = { .source = span("b"), .n_tokens = 6 };
	const struct stet_candidate x = { .source = span("x"), .n_tokens = 99 };

	(void)unused;
	assert_true(stet_order(&keep, &b, &a) < 0);
	assert_true(stet_order(&keep, &a, &x) < 0);
	assert_true(stet_order(&keep, &b2, &b) < 0);
	assert_int_equal(stet_order_reason(&keep, &b, &a), STET_KEEP_SOURCE);
	assert_int_equal(stet_order_reason(&keep, &b, &b2), STET_KEEP_LONGEST);
	assert_int_equal(stet_order_reason(&keep, &b, &b), -1);
}

static void content_breaks_ties_before_arrival(void **unused)
{
	const struct stet_keep keep = { .rules = { STET_KEEP_EARLIEST }, .n_rules = 1 };
	struct stet_candidate a = { .date_key = 5, .text_hash = { 1, 0 }, .record = 9 };
	struct stet_candidate b = { .date_key = 5, .text_hash = { 2, 0 }, .record = 1 };

	(void)unused;
	assert_true(stet_order(&keep, &a, &b) < 0);
	b.text_hash = a.text_hash;
	assert_true(stet_order(&keep, &b, &a) < 0);
	a.id = span("1");
	b.id = span("2");
	assert_true(stet_order(&keep, &a, &b) < 0);
	b.date_key = 4;
	assert_true(stet_order(&keep, &b, &a) < 0);
}

static struct stet_candidate draw_candidate(uint64_t seed)
{
	const uint64_t x = stet_mix64(seed);

	return (struct stet_candidate){
		.date_key = (int64_t)(x % 5) * INT32_MAX - (int64_t)5 * INT32_MAX / 2,
		.text_hash = { x >> 8, stet_mix64(x % 7) + x % 2 },
		.source = span(x % 3 ? "a" : "b"),
		.record = x >> 40, .input_number = x >> 16 & 3, .n_tokens = (x >> 20 & 3) << 30,
	};
}

/* Where the words of two differ, they say what the order says. */
static void words_are_in_order(void **unused)
{
	const struct stet_span wanted[] = { span("b") };
	const struct stet_keep keeps[] = {
		{ .n_rules = 0 },
		{ .rules = { STET_KEEP_EARLIEST }, .n_rules = 1 },
		{ .rules = { STET_KEEP_LONGEST }, .n_rules = 1 },
		{ .rules = { STET_KEEP_FIRST }, .n_rules = 1 },
		{ .rules = { STET_KEEP_SOURCE }, .n_rules = 1, .sources = wanted, .n_sources = 1 },
		{ .rules = { STET_KEEP_EARLIEST, STET_KEEP_LONGEST }, .n_rules = 2 },
	};

	(void)unused;
	for (size_t i = 0; i < 60000; i++) {
		const struct stet_keep *keep = &keeps[i % 6];
		const struct stet_candidate a = draw_candidate(i), b = draw_candidate(~i);
		uint32_t x[STET_ORDER_WORDS], y[STET_ORDER_WORDS];
		const unsigned n = stet_order_words(keep, &a, x);
		unsigned k = 0;

		assert_int_equal(stet_order_words(keep, &b, y), n);
		while (k < n && x[k] == y[k])
			k++;
		if (k < n)
			assert_true((stet_order(keep, &a, &b) < 0) == (x[k] < y[k]));
	}
}

/* ---- clusters; the truth is a table of verdicts by pair */

#define N 40

static enum stet_verdict truth[N][N];

static void compare(struct stet_proofs *p, uint32_t s, uint32_t c)
{
	const struct stet_proof proof = { .stands = s, .copy = c, .verdict = truth[s][c] };

	if (!stet_proofs_find(p, s, c))
		stet_proofs_add(p, &proof, NULL);
	stet_proofs_sort(p);
}

static void compare_wanted(struct stet_clusters *c, struct stet_proofs *p)
{
	uint64_t wanted[N * N];
	const size_t n = c->n_wanted;

	assert_true(n > 0 && n <= N * N);
	memcpy(wanted, c->wanted, n * sizeof(*wanted));
	for (size_t i = 0; i < n; i++)
		compare(p, (uint32_t)(wanted[i] >> 32), (uint32_t)wanted[i]);
}

/* Rounds until nothing is wanted, as the pipeline goes through them. */
static void run(struct stet_clusters *c, struct stet_proofs *p)
{
	stet_clusters_connect(c, p, false);
	while (stet_clusters_advance(c, p, false))
		compare_wanted(c, p);
	while (stet_clusters_follow(c, p))
		compare_wanted(c, p);
}

static void chains_do_not_merge(void **unused)
{
	struct stet_clusters c;
	struct stet_proofs p = { 0 };

	(void)unused;
	memset(truth, 0, sizeof(truth));
	truth[0][1] = STET_REVISED;
	truth[1][2] = STET_REVISED;	/* but 0 and 2 share nothing */
	compare(&p, 0, 1);
	compare(&p, 1, 2);
	stet_clusters_init(&c, 4);
	run(&c, &p);
	assert_int_equal(c.stands[0], 0);
	assert_int_equal(c.stands[1], 0);
	assert_int_equal(c.stands[2], 2);
	assert_int_equal(c.stands[3], STET_NOBODY);
	stet_clusters_release(&c);
	stet_proofs_release(&p);
}

static void extended_founds_its_own(void **unused)
{
	struct stet_clusters c;
	struct stet_proofs p = { 0 };

	(void)unused;
	memset(truth, 0, sizeof(truth));
	truth[0][1] = STET_EXTENDED;
	truth[0][2] = STET_EXTENDED;
	truth[1][2] = STET_NEAR;
	compare(&p, 0, 1);
	compare(&p, 0, 2);
	stet_clusters_init(&c, 3);
	run(&c, &p);
	assert_int_equal(c.stands[0], 0);
	assert_int_equal(c.stands[1], 1);
	assert_int_equal(c.stands[2], 1);
	stet_clusters_release(&c);
	stet_proofs_release(&p);
}

/* Whatever pairs were compared first: every member is a copy of the one that stands. */
static void members_are_copies_of_who_stands(void **unused)
{
	(void)unused;
	for (int trial = 0; trial < 200; trial++) {
		struct stet_clusters c;
		struct stet_proofs p = { 0 };

		for (uint32_t s = 0; s < N; s++)
			for (uint32_t k = s + 1; k < N; k++)
				truth[s][k] = draw() % 12 ? STET_REJECTED :
					      (enum stet_verdict)(draw() % STET_N_VERDICTS);
		for (uint32_t s = 0; s < N; s++)
			for (uint32_t k = s + 1; k < N; k++)
				if (draw() % 3 == 0)
					compare(&p, s, k);
		stet_clusters_init(&c, N);
		run(&c, &p);
		for (uint32_t i = 0; i < N; i++) {
			if (c.stands[i] == STET_NOBODY || c.stands[i] == i)
				continue;
			assert_true(c.stands[i] < i && c.stands[c.stands[i]] == c.stands[i]);
			assert_true(stet_verdict_is_copy(truth[c.stands[i]][i]));
		}
		stet_clusters_release(&c);
		stet_proofs_release(&p);
	}
}

/* 0 near 1; 2 and 3 have the tokens of 1, and were compared with it alone. */
static void equals_follow_the_first_of_them(void **unused)
{
	struct stet_clusters c;
	struct stet_proofs p = { 0 };

	(void)unused;
	memset(truth, 0, sizeof(truth));
	truth[0][1] = truth[0][2] = truth[0][3] = STET_NEAR;
	truth[1][2] = truth[1][3] = truth[2][3] = STET_IDENTICAL;
	truth[5][6] = STET_SAME;
	compare(&p, 0, 1);
	compare(&p, 1, 2);
	compare(&p, 1, 3);
	compare(&p, 5, 6);
	stet_clusters_init(&c, 7);
	stet_clusters_connect(&c, &p, false);
	assert_int_equal(stet_clusters_advance(&c, &p, true), 0);	/* whatever caps bite */
	assert_int_equal(stet_clusters_follow(&c, &p), 1);
	assert_int_equal(c.n_wanted, 2);
	compare_wanted(&c, &p);
	assert_int_equal(stet_clusters_follow(&c, &p), 0);
	assert_int_equal(c.stands[1], 0);
	assert_int_equal(c.stands[2], 0);
	assert_int_equal(c.stands[3], 0);
	assert_int_equal(c.stands[5], 5);
	assert_int_equal(c.stands[6], 5);
	stet_clusters_release(&c);
	stet_proofs_release(&p);
}

static void the_last_round_wants_nothing(void **unused)
{
	struct stet_clusters c;
	struct stet_proofs p = { 0 };

	(void)unused;
	memset(truth, 0, sizeof(truth));
	truth[0][1] = truth[1][2] = truth[2][3] = STET_NEAR;
	for (uint32_t i = 0; i < 3; i++)
		compare(&p, i, i + 1);
	stet_clusters_init(&c, 4);
	stet_clusters_connect(&c, &p, false);
	assert_int_equal(stet_clusters_advance(&c, &p, true), 0);
	assert_int_equal(c.capped, 4);
	assert_int_equal(c.stands[1], 0);
	assert_int_equal(c.stands[2], 2);
	assert_int_equal(c.stands[3], 2);
	stet_clusters_release(&c);
	stet_proofs_release(&p);
}

/* 0 stands; 1, 2, 4, 5 are revised copies of it: 2 and 5 are near 1, 5 near 4 too. */
static void revised_members_group_again(void **unused)
{
	struct stet_clusters c, again;
	struct stet_proofs p = { 0 };

	(void)unused;
	memset(truth, 0, sizeof(truth));
	truth[0][1] = truth[0][2] = truth[0][4] = truth[0][5] = STET_REVISED;
	truth[0][3] = STET_NEAR;
	truth[1][2] = truth[1][5] = truth[4][5] = STET_NEAR;
	truth[1][3] = STET_NEAR;	/* 3 is no revised member: not asked */
	truth[1][4] = STET_REVISED;	/* alike, but not alike enough to go */
	for (uint32_t i = 1; i < 6; i++)
		compare(&p, 0, i);
	stet_clusters_init(&c, 7);
	run(&c, &p);
	stet_clusters_init(&again, 7);
	stet_clusters_regroup(&again, &c, &p);
	while (stet_clusters_advance(&again, &p, false)) {
		assert_true(again.n_wanted > 0);
		for (size_t i = 0; i < again.n_wanted; i++)
			compare(&p, (uint32_t)(again.wanted[i] >> 32), (uint32_t)again.wanted[i]);
	}
	assert_null(stet_proofs_find(&p, 1, 3));
	assert_int_equal(again.stands[0], STET_NOBODY);
	assert_int_equal(again.stands[1], 1);
	assert_int_equal(again.stands[2], 1);
	assert_int_equal(again.stands[3], STET_NOBODY);
	assert_int_equal(again.stands[4], 4);
	assert_int_equal(again.stands[5], 1);
	stet_clusters_release(&again);
	stet_clusters_release(&c);
	stet_proofs_release(&p);
}

/* ---- boilerplate */

#define LAST UINT64_MAX		/* nothing is behind it */

/*
 * Paragraph `key` in components 0 .. n, each of another source unless `house`; behind it
 * stands `next`, or (0) ever another.
 */
static size_t recur(struct stet_recurrence *v, uint64_t key, uint64_t next, uint32_t n,
		    uint32_t words, bool house)
{
	for (uint32_t i = 0; i < n; i++)
		v[i] = (struct stet_recurrence){
			.key = key,
			.next = next == LAST ? 0 : next ? next : 1000 + draw() % 100000,
			.source = house ? 7 : 1 + i, .component = i, .weight = STET_WORDS(words),
		};
	return n;
}

static void boilerplate_is_told_by_runs_and_houses(void **unused)
{
	struct stet_boilerplate_options o;
	struct stet_recurrence v[200];
	uint64_t keys[200];
	size_t n = 0;

	(void)unused;
	stet_boilerplate_options_init(&o);
	n += recur(v + n, 10, 0, 5, 3, false);		/* short, anywhere */
	n += recur(v + n, 20, 0, 4, 3, false);		/* in too few */
	n += recur(v + n, 30, 31, 10, 30, false);	/* a run of 60 that travels */
	n += recur(v + n, 31, 0, 10, 30, false);
	n += recur(v + n, 40, 41, 10, 30, true);	/* the same of one house */
	n += recur(v + n, 41, 0, 10, 30, true);
	n += recur(v + n, 50, 0, 10, 60, false);	/* long and alone, of many houses */
	n += recur(v + n, 60, 0, 20, 3, false);		/* copies: one component */
	for (size_t i = n - 20; i < n; i++)
		v[i].component = 3;
	n += recur(v + n, 70, 71, 10, 30, false);	/* 71 follows 70, but not only 70 */
	n += recur(v + n, 71, 0, 20, 30, false);
	n += recur(v + n, 80, 81, 10, 30, false);	/* a long footer of many houses */
	n += recur(v + n, 81, LAST, 10, 30, false);
	n += recur(v + n, 90, 0, 3, 60, false);		/* a passage that sometimes ends a text */
	n += recur(v + n, 90, LAST, 7, 60, false);
	for (size_t i = n - 7; i < n; i++)
		v[i].component += 3;
	for (size_t i = n; i-- > 1; ) {
		const size_t k = draw() % (i + 1);
		const struct stet_recurrence t = v[i];

		v[i] = v[k];
		v[k] = t;
	}
	n = stet_judge_boilerplate(v, n, &o, keys);
	assert_int_equal(n, 7);
	assert_true(keys[0] == 10 && keys[1] == 40 && keys[2] == 41);
	assert_true(keys[3] == 70 && keys[4] == 71);
	assert_true(keys[5] == 80 && keys[6] == 81);
	assert_int_equal(stet_judge_boilerplate(v, 0, &o, keys), 0);
}

/* ---- passages */

static void places_of_one_span_gather(void **unused)
{
	struct stet_link links[] = {
		{ { 4, 100, 200 }, { 9, 10, 110 }, 20 },
		{ { 4, 105, 200 }, { 7, 0, 95 }, 19 },
		{ { 4, 150, 300 }, { 8, 0, 150 }, 30 },	/* half of it: another passage */
		{ { 5, 100, 200 }, { 9, 300, 400 }, 20 },	/* another holder */
		{ { 4, 102, 201 }, { 9, 10, 110 }, 20 },	/* a place known already */
	};
	struct stet_passages p = { 0 };

	(void)unused;
	stet_passages_gather(&p, STET_PASSAGE_SHARED, links, 5);
	assert_int_equal(p.n, 3);
	assert_int_equal(p.v[0].n_places, 3);
	assert_int_equal(p.v[0].n_documents, 3);
	assert_int_equal(p.places[p.v[0].places + 1].rank, 7);
	assert_int_equal(p.v[1].n_places, 2);
	assert_int_equal(p.places[p.v[2].places].rank, 5);
	for (size_t i = 0; i < 3; i++)
		p.v[i].id = 77;		/* the same words */
	stet_passages_merge(&p);
	assert_int_equal(p.n, 1);
	assert_int_equal(p.v[0].n_places, 6);	/* two of document 4 overlap: the first of them */
	assert_int_equal(p.v[0].n_documents, 5);
	stet_passages_release(&p);
}

/* 50,000 spans of one document that lie in one another: every link is in one passage. */
static void spans_that_interleave_gather(void **unused)
{
	const size_t n = 50000;
	struct stet_link *links = stet_calloc(n, sizeof(*links));
	struct stet_passages p = { 0 };
	size_t others = 0;

	(void)unused;
	for (size_t i = 0; i < n; i++) {
		const uint32_t begin = (uint32_t)(draw() % 30000);
		const uint32_t end = begin + 300 + (uint32_t)(draw() % 30000);
		const uint32_t rank = (uint32_t)i + 4;

		links[i] = (struct stet_link){ { 3, begin, end }, { rank, 0, 300 }, 60 };
	}
	stet_passages_gather(&p, STET_PASSAGE_SHARED, links, n);
	assert_true(p.n > 10 && p.n < 5000);
	for (size_t i = 0; i < p.n; i++) {
		assert_int_equal(p.places[p.v[i].places].rank, 3);
		others += p.v[i].n_places - 1;
	}
	assert_int_equal(others, n);
	stet_passages_release(&p);
	free(links);
}

/* A place that overlaps the first of the passage is not one more place of it. */
static void places_of_a_repeat_do_not_overlap(void **unused)
{
	struct stet_link links[] = {
		{ { 4, 0, 100 }, { 4, 300, 400 }, 20 },
		{ { 4, 1, 93 }, { 4, 94, 186 }, 18 },
		{ { 4, 1, 100 }, { 4, 500, 599 }, 20 },
	};
	struct stet_passages p = { 0 };

	(void)unused;
	stet_passages_gather(&p, STET_PASSAGE_REPEAT, links, 3);
	for (size_t i = 0; i < p.n; i++)
		for (uint32_t k = 1; k < p.v[i].n_places; k++)
			assert_true(p.places[p.v[i].places + k].begin >=
				    p.places[p.v[i].places + k - 1].end);
	assert_int_equal(p.n, 2);
	assert_int_equal(p.v[0].n_places + p.v[1].n_places, 5);
	stet_passages_release(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(verdicts),
		cmocka_unit_test(rules_decide_in_turn),
		cmocka_unit_test(content_breaks_ties_before_arrival),
		cmocka_unit_test(words_are_in_order),
		cmocka_unit_test(chains_do_not_merge),
		cmocka_unit_test(extended_founds_its_own),
		cmocka_unit_test(members_are_copies_of_who_stands),
		cmocka_unit_test(equals_follow_the_first_of_them),
		cmocka_unit_test(the_last_round_wants_nothing),
		cmocka_unit_test(revised_members_group_again),
		cmocka_unit_test(boilerplate_is_told_by_runs_and_houses),
		cmocka_unit_test(places_of_one_span_gather),
		cmocka_unit_test(spans_that_interleave_gather),
		cmocka_unit_test(places_of_a_repeat_do_not_overlap),
	};

	return cmocka_run_group_tests_name("cluster", tests, NULL, NULL);
}
