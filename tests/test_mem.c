/*
 * test_mem.c - arenas, growing arrays, the memory budget; errors and hashes
 */
#include "stet/err.h"
#include "stet/hash.h"
#include "stet/mem.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void pieces_do_not_overlap(void **state)
{
	struct stet_arena a = { 0 };
	unsigned char *p[2000];

	(void)state;
	for (int round = 0; round < 3; round++) {
		for (int i = 0; i < 2000; i++) {
			p[i] = stet_arena_alloc(&a, (size_t)i);
			assert_int_equal((uintptr_t)p[i] % 16, 0);
			memset(p[i], i & 255, (size_t)i);
		}
		for (int i = 0; i < 2000; i++)
			for (int k = 0; k < i; k += 97)
				assert_int_equal(p[i][k], i & 255);
		stet_arena_reset(&a);
	}
	stet_arena_release(&a);
	assert_null(a.chunks);
}

static void recycled_arena_settles_on_one_size(void **state)
{
	struct stet_arena a = { 0 };
	size_t settled = 0;

	(void)state;
	for (int round = 0; round < 5; round++) {
		for (int i = 0; i < 50; i++)
			memset(stet_arena_alloc(&a, 100000), 1, 100000);
		stet_arena_reset(&a);
		if (round == 0)
			settled = stet_arena_bytes(&a);
		assert_int_equal(stet_arena_bytes(&a), settled);
	}
	assert_true(settled >= 50 * 100000);
	stet_arena_release(&a);
}

static void huge_piece_gets_its_own_chunk(void **state)
{
	struct stet_arena a = { 0 };

	(void)state;
	memset(stet_arena_alloc(&a, (size_t)3 << 20), 1, (size_t)3 << 20);
	stet_arena_release(&a);
}

static void copies_end_with_nul(void **state)
{
	struct stet_arena a = { 0 };
	const struct stet_span copy = stet_arena_copy(&a, (struct stet_span){ "stetson", 4 });
	const struct stet_span none = stet_arena_copy(&a, (struct stet_span){ NULL, 0 });

	(void)state;
	assert_int_equal(copy.len, 4);
	assert_string_equal(copy.p, "stet");
	assert_int_equal(none.len, 0);
	assert_string_equal(none.p, "");
	stet_arena_release(&a);
}

static void growing_keeps_what_was_there(void **state)
{
	uint32_t *array = NULL;
	size_t cap = 0;

	(void)state;
	for (uint32_t i = 0; i < 100000; i++) {
		array = stet_grow(array, &cap, i + 1, sizeof(*array));
		array[i] = i * 2654435761u;
	}
	for (uint32_t i = 0; i < 100000; i++)
		assert_int_equal(array[i], i * 2654435761u);
	assert_in_range(cap, 100000, 200000);
	free(array);
}

static void budget_refuses_by_name(void **state)
{
	struct stet_budget b = { .limit = (uint64_t)10 << 20 };
	struct stet_err err = { 0 };

	(void)state;
	assert_int_equal(stet_budget_take(&b, (uint64_t)6 << 20, "keys", &err), 0);
	assert_int_equal(stet_budget_take(&b, (uint64_t)6 << 20, "pairs", &err), STET_ELIMIT);
	assert_non_null(strstr(err.msg, "pairs"));
	assert_non_null(strstr(err.msg, "13M"));
	assert_int_equal(b.used, (uint64_t)6 << 20);
	stet_budget_give(&b, (uint64_t)6 << 20);
	assert_int_equal(stet_budget_take(&b, (uint64_t)10 << 20, "pairs", &err), 0);
}

static void errors_grow_outwards(void **state)
{
	struct stet_err err = { 0 };

	(void)state;
	errno = ENOENT;
	assert_int_equal(stet_fail_errno(&err, "cannot open %s", "a.txt"), STET_EIO);
	assert_int_equal(stet_wrap(&err, "part-%02d.tar", 7), STET_EIO);
	assert_string_equal(err.msg, "part-07.tar: cannot open a.txt: No such file or directory");
	errno = ENOSPC;
	assert_int_equal(stet_fail_errno(&err, "x"), STET_EAGAIN);
	errno = EINTR;
	assert_int_equal(stet_fail_errno(&err, "x"), STET_ESTOPPED);
	for (int i = 0; i < 100; i++)		/* cut, never overrun */
		stet_wrap(&err, "a context of some length, number %d", i);
	assert_true(strlen(err.msg) < sizeof(err.msg));
}

/* They are in reports and files: a new xxHash must not change them. */
static void hashes_are_pinned(void **state)
{
	struct stet_digest *d = stet_digest_alloc();
	const struct stet_hash128 whole = stet_hash128("let it stand", 12);
	struct stet_hash128 pieces;

	(void)state;
	stet_digest_update(d, "let it", 6);
	stet_digest_update(d, " stand", 6);
	pieces = stet_digest_value(d);
	assert_int_equal(stet_hash128_compare(&whole, &pieces), 0);
	stet_digest_reset(d);
	pieces = stet_digest_value(d);
	assert_int_not_equal(stet_hash128_compare(&whole, &pieces), 0);
	stet_digest_free(d);
	assert_int_equal(stet_hash64("", 0, 0), 0x2d06800538d394c2);
	assert_int_equal(stet_hash128("", 0).lo, 0x6001c324468d497f);
	assert_int_equal(stet_hash128("", 0).hi, 0x99aa06d3014798d8);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pieces_do_not_overlap),
		cmocka_unit_test(recycled_arena_settles_on_one_size),
		cmocka_unit_test(huge_piece_gets_its_own_chunk),
		cmocka_unit_test(copies_end_with_nul),
		cmocka_unit_test(growing_keeps_what_was_there),
		cmocka_unit_test(budget_refuses_by_name),
		cmocka_unit_test(errors_grow_outwards),
		cmocka_unit_test(hashes_are_pinned),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
