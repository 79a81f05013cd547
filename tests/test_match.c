/*
 * test_match.c - keys to pairs: leaders, caps, equals; arrival changes nothing
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

#define N 500

static uint64_t state = 11;

static uint64_t draw(void)
{
	state += 0x9e3779b97f4a7c15u;
	return stet_mix64(state);
}

/* A world of documents by rank; each has a few keys per family. */
struct world {
	uint64_t v[N][STET_N_FAMILIES][16];
	size_t n[N][STET_N_FAMILIES];
};

static struct world world;

static void give(uint32_t rank, enum stet_key_family f, uint64_t key)
{
	world.v[rank][f][world.n[rank][f]++] = stet_mix64(key * STET_N_FAMILIES + f) | 1;
}

static struct stet_budget budget = { .limit = UINT64_C(1) << 30, .tmp = "/tmp" };

/* The keys of the world, `size` documents a batch, in the order `rank` says. */
static struct stet_key_store *store_world(const uint32_t *rank, uint32_t size,
					  struct stet_budget *from)
{
	struct stet_key_store *keys = stet_key_store_open(from, from->limit / 4);
	struct stet_key_batch b = { 0 };
	struct stet_err err = { 0 };

	for (uint32_t d = 0; d < N; ) {
		const uint32_t first = d;

		stet_key_batch_reset(&b);
		for (; d < N && d < first + size; d++) {
			struct stet_keys k = { 0 };

			for (int f = 0; f < STET_N_FAMILIES; f++) {
				k.v[f] = world.v[rank[d]][f];
				k.n[f] = world.n[rank[d]][f];
			}
			stet_key_batch_add(&b, &k);
		}
		stet_key_batch_pack(&b);
		assert_int_equal(stet_key_store_add(keys, first, &b, &err), 0);
	}
	stet_key_batch_release(&b);
	return keys;
}

/* Match the world with its documents added in the order `rank` says. */
static void match(const uint32_t *rank, unsigned threads, struct stet_matches *out)
{
	struct stet_key_store *keys = store_world(rank, 64, &budget);
	struct stet_match_options o;
	struct stet_err err = { 0 };

	stet_match_options_init(&o);
	o.n_threads = threads;
	assert_int_equal(stet_match(keys, rank, N, &o, &budget, out, &err), 0);
	stet_key_store_close(keys);
}

static void in_order(uint32_t *rank)
{
	for (uint32_t i = 0; i < N; i++)
		rank[i] = i;
}

static void shuffle(uint32_t *rank)
{
	for (uint32_t i = N; i-- > 1; ) {
		const uint32_t k = (uint32_t)(draw() % (i + 1)), t = rank[i];

		rank[i] = rank[k];
		rank[k] = t;
	}
}

static bool has_pair(const struct stet_matches *m, uint32_t s, uint32_t c)
{
	for (size_t i = 0; i < m->n_pairs; i++)
		if (m->pairs[i] == stet_pair(s, c))
			return true;
	return false;
}

static void start(uint32_t *rank)
{
	memset(&world, 0, sizeof(world));
	in_order(rank);
	for (uint32_t i = 0; i < N; i++)
		give(i, STET_DOCUMENT_EXACT, 1000 + i);
}

static void families_have_their_rules(void **unused)
{
	struct stet_matches m;
	uint32_t rank[N];

	(void)unused;
	start(rank);
	for (uint32_t i = 0; i < 200; i++)
		give(i, STET_DOCUMENT_BAND, 1);		/* a huge bucket: leaders */
	for (uint32_t i = 200; i < 300; i++)
		give(i, STET_ANCHOR, 2);		/* too many: nothing */
	for (uint32_t i = 300; i < 364; i++) {
		give(i, STET_ANCHOR, 3);		/* just not too many */
		give(i, STET_ANCHOR, 33);
	}
	for (uint32_t i = 370; i < 380; i++)
		give(i, STET_ANCHOR, 34);		/* one vote is not enough */
	for (uint32_t i = 400; i < 470; i++)
		give(i, STET_PARAGRAPH_EXACT, 4);	/* common */
	give(480, STET_ANCHOR, 5);
	give(480, STET_ANCHOR, 5);
	match(rank, 2, &m);
	assert_int_equal(m.n_pairs, (size_t)8 * 200 - 36 + 8 * 64 - 36);
	assert_true(has_pair(&m, 0, 199) && has_pair(&m, 7, 199) && !has_pair(&m, 8, 199));
	assert_true(has_pair(&m, 300, 363) && !has_pair(&m, 200, 201));
	assert_int_equal(m.n_common, 1);
	assert_int_equal(m.common[0].n_ranks, 70);
	assert_int_equal(m.ranks[m.common[0].ranks], 400);
	assert_int_equal(m.capped_keys[STET_ANCHOR], 1);
	assert_int_equal(m.capped_keys[STET_PARAGRAPH_EXACT], 1);
	assert_int_equal(m.capped_leaders, 4);
	assert_true(m.repeats[480] && !m.repeats[479]);
	stet_matches_release(&m);
}

static void equals_go_on_as_one(void **unused)
{
	struct stet_matches m;
	uint32_t rank[N];

	(void)unused;
	start(rank);
	for (uint32_t i = 10; i < 110; i++) {
		world.n[i][STET_DOCUMENT_EXACT] = 0;
		give(i, STET_DOCUMENT_EXACT, 7);
		give(i, STET_ANCHOR, 8);
		give(i, STET_ANCHOR, 88);
	}
	give(5, STET_ANCHOR, 8);
	give(5, STET_ANCHOR, 88);
	match(rank, 1, &m);
	assert_int_equal(m.n_pairs, 99 + 1);
	assert_true(has_pair(&m, 10, 109) && has_pair(&m, 5, 10) && !has_pair(&m, 5, 11));
	assert_int_equal(m.capped_keys[STET_ANCHOR], 0);
	stet_matches_release(&m);
}

/* Documents with keys of all families, some of them in a few, some in most. */
static void make_random_world(uint32_t *rank)
{
	start(rank);
	for (uint32_t i = 0; i < N; i++)
		for (int k = 0; k < 12; k++)
			give(i, STET_DOCUMENT_BAND + (uint32_t)(draw() % 4),
			     draw() % 3 ? draw() % 200 : draw() % 3);
}

static void check_equal(const struct stet_matches *want, const struct stet_matches *got)
{
	assert_int_equal(got->n_pairs, want->n_pairs);
	assert_memory_equal(got->pairs, want->pairs, want->n_pairs * sizeof(*want->pairs));
	assert_int_equal(got->n_common, want->n_common);
	for (size_t i = 0; i < want->n_common; i++) {
		assert_true(got->common[i].key == want->common[i].key);
		assert_true(got->common[i].capped == want->common[i].capped);
		assert_int_equal(got->common[i].n_ranks, want->common[i].n_ranks);
		assert_memory_equal(got->ranks + got->common[i].ranks,
				    want->ranks + want->common[i].ranks,
				    want->common[i].n_ranks * sizeof(uint32_t));
	}
	assert_memory_equal(got->repeats, want->repeats, N * sizeof(bool));
	assert_memory_equal(got->capped_keys, want->capped_keys, sizeof(want->capped_keys));
	assert_true(got->capped_leaders == want->capped_leaders);
}

static void arrival_and_threads_change_nothing(void **unused)
{
	struct stet_matches want, got;
	uint32_t rank[N];

	(void)unused;
	make_random_world(rank);
	match(rank, 1, &want);
	assert_true(want.n_pairs > 1000 && want.n_common > 0);
	for (unsigned threads = 1; threads <= 8; threads *= 2) {
		shuffle(rank);
		match(rank, threads, &got);
		check_equal(&want, &got);
		stet_matches_release(&got);
	}
	stet_matches_release(&want);
	assert_int_equal(budget.used, 0);
}

/* A partition that is cut into slices, votes that are merged from runs, keys in many spills. */
static void memory_changes_nothing(void **unused)
{
	struct stet_budget small = { .limit = 480 << 10, .tmp = "/tmp" };
	struct stet_matches want, got;
	struct stet_match_options o;
	struct stet_err err = { 0 };
	uint32_t rank[N];

	(void)unused;
	make_random_world(rank);
	for (uint32_t i = 0; i < N; i++)
		give(i, STET_ANCHOR, 7);
	match(rank, 1, &want);
	assert_int_equal(want.spilled, 0);
	for (unsigned threads = 1; threads <= 4; threads *= 2) {
		struct stet_key_store *keys;

		shuffle(rank);
		keys = store_world(rank, 7, &small);
		assert_true(stet_key_store_spilled(keys) > 0);
		stet_match_options_init(&o);
		o.n_threads = threads;
		assert_int_equal(stet_match(keys, rank, N, &o, &small, &got, &err), 0);
		stet_key_store_close(keys);
		assert_true(got.spilled > 0);
		check_equal(&want, &got);
		stet_matches_release(&got);
		assert_int_equal(small.used, 0);
	}
	stet_matches_release(&want);
}

static void too_small_a_budget_is_told(void **unused)
{
	struct stet_budget small = { .limit = 100, .tmp = "/tmp" };
	struct stet_key_store *keys = stet_key_store_open(&small, 25);
	struct stet_key_batch b = { 0 };
	struct stet_err err = { 0 };
	uint64_t key = 1;
	struct stet_keys k = { .v = { &key }, .n = { 1 } };

	(void)unused;
	stet_key_batch_add(&b, &k);
	stet_key_batch_pack(&b);
	assert_int_equal(stet_key_store_add(keys, 0, &b, &err), STET_ELIMIT);
	assert_non_null(strstr(err.msg, "--memory"));
	stet_key_batch_release(&b);
	stet_key_store_close(keys);
	assert_int_equal(small.used, 0);
}

static int compare(const void *a, const void *b)
{
	const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

static void unique_is_sort_and_drop(void **unused)
{
	(void)unused;
	for (size_t n = 0; n < 3000; n += 1 + n / 2) {
		uint64_t *a = stet_calloc(n, sizeof(*a)), *b = stet_calloc(n, sizeof(*b));
		size_t kept = 0;

		for (size_t i = 0; i < n; i++)
			a[i] = b[i] = draw() % (n + 1) << (n % 3 * 20) | draw() % 3;
		qsort(b, n, sizeof(*b), compare);
		for (size_t i = 0; i < n; i++)
			if (i == 0 || b[i] != b[kept - 1])
				b[kept++] = b[i];
		assert_int_equal(stet_pairs_unique(a, n), kept);
		assert_memory_equal(a, b, kept * sizeof(*a));
		free(a);
		free(b);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(families_have_their_rules),
		cmocka_unit_test(equals_go_on_as_one),
		cmocka_unit_test(arrival_and_threads_change_nothing),
		cmocka_unit_test(memory_changes_nothing),
		cmocka_unit_test(too_small_a_budget_is_told),
		cmocka_unit_test(unique_is_sort_and_drop),
	};

	return cmocka_run_group_tests_name("match", tests, NULL, NULL);
}
