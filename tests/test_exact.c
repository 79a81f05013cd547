/*
 * test_exact.c - the prefix filter against all pairs, counted one by one
 */
#include "stet/err.h"
#include "stet/match.h"
#include "stet/store.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define N 120
#define MOST 80

static uint64_t state;

static uint64_t draw(uint64_t below)
{
	state += 0x9e3779b97f4a7c15u;
	return stet_mix64(state) % below;
}

static uint64_t sets[N][MOST];
static size_t sizes[N];
static struct stet_budget budget = { .limit = UINT64_C(1) << 26, .tmp = "/tmp" };

/* ---- corpora */

static void put(size_t d, uint64_t element)
{
	if (sizes[d] < MOST)
		sets[d][sizes[d]++] = stet_mix64(element);
}

/* A part of an earlier set, whole or not, or nothing. */
static void put_part(size_t d)
{
	const size_t from = d > 0 ? draw(d) : 0;
	const uint64_t percent = draw(5) * 25;

	for (size_t i = 0; d > 0 && i < sizes[from]; i++)
		if (draw(100) < percent)
			sets[d][sizes[d]++] = sets[from][i];
}

/* Sets of all sizes; `common` elements that many have, the others drawn from `world`. */
static void make_corpus(uint64_t seed, uint64_t common, uint64_t world)
{
	state = seed;
	for (size_t d = 0; d < N; d++) {
		const uint64_t own = 1 + draw(draw(4) ? 20 : 60);

		sizes[d] = 0;
		put_part(d);
		for (uint64_t i = 0; i < own; i++)
			put(d, common + draw(world));
		for (uint64_t i = 0; i < common; i++)
			if (draw(2))
				put(d, i);
		sizes[d] = stet_exact_set(sets[d], sizes[d]);
	}
}

/* ---- the search */

struct result {
	bool found[N][N];
	size_t n_met;
};

/* The lookups of one set; each pair may be met once, as (smaller, larger). */
static void find(const struct stet_exact *e, uint32_t d, struct stet_exact_probe *p,
		 struct result *r)
{
	stet_exact_find(e, d, sets[d], sizes[d], p);
	for (size_t i = 0; i < p->n; i++) {
		const uint32_t s = p->ranks[i];
		const size_t common = stet_exact_common(sets[s], sizes[s], sets[d], sizes[d]);

		assert_true(sizes[s] < sizes[d] || (sizes[s] == sizes[d] && s < d));
		assert_true(i == 0 || p->ranks[i - 1] < s);
		r->found[s][d] = r->found[d][s] = stet_exact_enough(e, common, sizes[s], sizes[d]);
		r->n_met++;
	}
}

static void search(uint32_t share, uint64_t n_tokens, struct result *r)
{
	struct stet_err err = { 0 };
	struct stet_exact *e = stet_exact_open(share, N, n_tokens, &budget, &err);
	struct stet_exact_probe p;
	struct stet_key_batch prefixes = { 0 };
	uint64_t prefix[MOST];
	uint32_t rank[N];

	memset(r, 0, sizeof(*r));
	assert_non_null(e);
	for (uint32_t d = 0; d < N; d++)
		stet_exact_count(e, d, sets[d], sizes[d]);
	for (uint32_t d = 0; d < N; d++) {
		const size_t n = stet_exact_prefix(e, sets[N - 1 - d], sizes[N - 1 - d], prefix);

		rank[d] = N - 1 - d;
		stet_exact_collect(prefix, n, &prefixes);
	}
	assert_int_equal(stet_exact_add(e, 0, &prefixes, &err), 0);
	assert_int_equal(stet_exact_index(e, rank, &err), 0);
	stet_key_batch_release(&prefixes);
	assert_int_equal(stet_exact_probe_init(&p, e, N, &err), 0);
	for (uint32_t d = 0; d < N; d++)
		find(e, d, &p, r);
	stet_exact_probe_release(&p);
	stet_exact_close(e);
	assert_int_equal(budget.used, 0);
}

/* ---- all pairs, by the definition */

static size_t common_of(size_t a, size_t b)
{
	size_t common = 0;

	for (size_t i = 0; i < sizes[a]; i++)
		for (size_t k = 0; k < sizes[b]; k++)
			common += sets[a][i] == sets[b][k];
	return common;
}

/* The number that should be found; each of them is, and nothing else. */
static size_t compare_all(uint32_t share, const struct result *r)
{
	size_t n = 0;

	for (size_t a = 0; a < N; a++)
		for (size_t b = a + 1; b < N; b++) {
			const size_t common = common_of(a, b), all = sizes[a] + sizes[b] - common;
			const size_t least = sizes[a] < sizes[b] ? sizes[a] : sizes[b];
			const bool contained = common > 0 && common * 10000 >= share * least;

			if (common > 0 && common * 10000 >= share * all)
				assert_true(r->found[a][b]);
			assert_int_equal(r->found[a][b], contained);
			n += contained;
		}
	return n;
}

static const uint32_t shares[] = { 0, 1, 1000, 3333, 5000, 6667, 8000, 9999, 10000 };
#define N_SHARES (sizeof(shares) / sizeof(shares[0]))

static void test_against_all_pairs(void **unused)
{
	static struct result r;
	size_t pairs[N_SHARES] = { 0 };

	(void)unused;
	for (uint64_t seed = 1; seed <= 12; seed++) {
		/* from sets that share nearly nothing to sets that share nearly everything */
		make_corpus(seed, seed % 4 * 5, seed % 3 ? 1 << (4 * (seed % 3)) : 40);
		for (size_t i = 0; i < N_SHARES; i++) {
			search(shares[i], 4096, &r);
			pairs[i] += compare_all(shares[i], &r);
		}
	}
	/* the corpora have something to say at each share */
	for (size_t i = 1; i < N_SHARES; i++) {
		assert_true(pairs[i] > 0);
		assert_true(pairs[i] <= pairs[i - 1]);
	}
}

/* Counters that are shared by many elements, or full, cost work and no pair. */
static void test_crowded_counters(void **unused)
{
	static struct result few, many;

	(void)unused;
	make_corpus(5, 0, UINT64_C(1) << 40);
	search(5000, 1 << 20, &many);
	compare_all(5000, &many);
	for (size_t d = 0; d < N; d++)		/* all of them in one counter, more than it holds */
		for (size_t i = 0; i < sizes[d]; i++)
			sets[d][i] = sets[d][i] >> 32 << 32;
	search(5000, 1, &few);
	compare_all(5000, &few);
	assert_true(few.n_met > many.n_met);
}

/* A counter stops where it is full: here it would come round to 0, "nobody has it". */
static void test_full_counters(void **unused)
{
	static struct result r;

	(void)unused;
	for (size_t d = 0; d < N; d++) {	/* 120 * 64 = 30 * 256 in one counter */
		sizes[d] = 64;
		for (size_t i = 0; i < 64; i++)
			sets[d][i] = i << 32;
	}
	search(10000, 1, &r);
	assert_int_equal(compare_all(10000, &r), N * (N - 1) / 2);
}

static size_t prefix_of_first(uint32_t share)
{
	struct stet_err err = { 0 };
	struct stet_exact *e = stet_exact_open(share, N, 1 << 20, &budget, &err);
	uint64_t prefix[MOST];
	size_t n;

	for (uint32_t d = 0; d < N; d++)
		stet_exact_count(e, d, sets[d], sizes[d]);
	n = stet_exact_prefix(e, sets[0], sizes[0], prefix);
	stet_exact_close(e);
	return n;
}

/* As long as the theorem says and no longer; elements that nobody else has take no place in it. */
static void test_prefix_is_short(void **unused)
{
	(void)unused;
	for (size_t d = 0; d < N; d++) {
		sizes[d] = 20;
		for (size_t i = 0; i < 20; i++)		/* the first 8 of set 0 are its own */
			sets[d][i] = stet_mix64(d == 0 && i < 8 ? 100 + i : i);
		sizes[d] = stet_exact_set(sets[d], sizes[d]);
	}
	assert_int_equal(prefix_of_first(10000), 0);	/* 1 of 20 */
	assert_int_equal(prefix_of_first(7000), 0);	/* 7 */
	assert_int_equal(prefix_of_first(6500), 0);	/* 8 */
	assert_int_equal(prefix_of_first(6499), 0);	/* 8: 13 needed, as before */
	assert_int_equal(prefix_of_first(6000), 1);	/* 9 */
	assert_int_equal(prefix_of_first(5000), 3);
	assert_int_equal(prefix_of_first(0), 12);
}

static void test_sets(void **unused)
{
	uint64_t v[] = { 7, 3, 7, 0, 3, UINT64_MAX };
	const uint64_t other[] = { 1, 3, UINT64_MAX };

	(void)unused;
	assert_int_equal(stet_exact_set(v, 6), 4);
	assert_int_equal(v[0], 0);
	assert_true(v[3] == UINT64_MAX);
	assert_int_equal(stet_exact_common(v, 4, other, 3), 2);
	assert_int_equal(stet_exact_common(v, 0, other, 3), 0);
}

static void test_budget(void **unused)
{
	struct stet_budget small = { .limit = 4096 };
	struct stet_err err = { 0 };

	(void)unused;
	assert_null(stet_exact_open(5000, 1000000, 1, &small, &err));
	assert_int_equal(err.code, STET_ELIMIT);
	assert_non_null(strstr(err.msg, "the exact search"));
	assert_int_equal(small.used, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_against_all_pairs),
		cmocka_unit_test(test_crowded_counters),
		cmocka_unit_test(test_full_counters),
		cmocka_unit_test(test_prefix_is_short),
		cmocka_unit_test(test_sets),
		cmocka_unit_test(test_budget),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
