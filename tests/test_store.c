/*
 * test_store.c - what is put in comes out: texts and keys from memory and file, documents.stet
 */
#include "stet/err.h"
#include "stet/io.h"
#include "stet/store.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define N 3000

static uint64_t state = 5;

static uint64_t draw(void)
{
	state += 0x9e3779b97f4a7c15u;
	return stet_mix64(state);
}

static char pool[1 << 16];

/* The i-th text: a stretch of the pool, now and then larger than a block. */
static struct stet_span text_of(size_t i, char *big, size_t big_len)
{
	if (i % 1000 == 999)
		return (struct stet_span){ big, big_len };
	return (struct stet_span){ pool + i * 7 % 4096, stet_mix64(i) % 2000 };
}

static void check_texts(uint64_t share, bool spilled)
{
	struct stet_budget budget = { .limit = UINT64_C(1) << 30 };
	struct stet_texts *t = stet_texts_open(&budget, share, "/tmp");
	struct stet_text_cache cache = { 0 };
	struct stet_err err = { 0 };
	const size_t big_len = (size_t)3 << 20;
	char *big = stet_calloc(big_len, 1);
	uint64_t *place = stet_calloc(N, sizeof(*place));

	for (size_t i = 0; i < big_len; i++)
		big[i] = (char)('a' + i % 23);
	for (size_t i = 0; i < N; i++)
		assert_int_equal(stet_texts_add(t, text_of(i, big, big_len), &place[i], &err), 0);
	assert_int_equal(stet_texts_finish(t, &err), 0);
	assert_int_equal(stet_texts_spilled(t) > 0, spilled);
	for (size_t k = 0; k < 2 * N; k++) {
		const size_t i = k < N ? k : draw() % N;	/* in order, then at random */
		const struct stet_span want = text_of(i, big, big_len);
		struct stet_span got;

		assert_int_equal(stet_texts_get(t, place[i], (uint32_t)want.len, &cache, &got,
						&err), 0);
		assert_memory_equal(got.p, want.p, want.len);
		for (int z = 0; z < 64; z++)
			assert_int_equal(got.p[want.len + (size_t)z], 0);
	}
	stet_text_cache_release(&cache);
	stet_texts_close(t);
	assert_int_equal(budget.used, 0);
	free(big);
	free(place);
}

static void texts_come_back(void **unused)
{
	(void)unused;
	for (size_t i = 0; i < sizeof(pool); i++)
		pool[i] = (char)('a' + draw() % 26);
	check_texts(UINT64_C(1) << 30, false);	/* all in memory */
	check_texts(UINT64_C(2) << 20, true);	/* some in the file */
	check_texts(0, true);			/* all in the file */
}

/* ---- keys */

#define N_DOCUMENTS 300u
#define MOST_KEYS 12u

/* Keys of the i-th document: some of few, some of its own, one of them twice. */
static void make_keys(uint32_t i, uint64_t v[STET_N_FAMILIES][MOST_KEYS], struct stet_keys *k)
{
	*k = (struct stet_keys){ 0 };
	for (unsigned f = 0; f < STET_N_FAMILIES; f++) {
		k->v[f] = v[f];
		for (unsigned n = (i + f) % MOST_KEYS; n > 0; n--) {
			const uint64_t seed = n % 3 == 0 ? i % 7 : i;

			v[f][k->n[f]++] = stet_mix64(seed * MOST_KEYS + (n > 1 ? n : 2));
		}
	}
}

static struct stet_key_store *fill_keys(struct stet_budget *b, uint64_t share, uint32_t batch)
{
	struct stet_key_store *s = stet_key_store_open(b, share);
	struct stet_key_batch packed = { 0 };
	uint64_t v[STET_N_FAMILIES][MOST_KEYS];
	struct stet_err err = { 0 };
	struct stet_keys k;

	for (uint32_t d = 0; d < N_DOCUMENTS; ) {
		const uint32_t first = d;

		stet_key_batch_reset(&packed);
		for (; d < N_DOCUMENTS && d < first + batch; d++) {
			make_keys(d, v, &k);
			stet_key_batch_add(&packed, &k);
		}
		stet_key_batch_pack(&packed);
		assert_int_equal(stet_key_store_add(s, first, &packed, &err), 0);
	}
	stet_key_batch_release(&packed);
	return s;
}

static uint64_t as_kept(unsigned f, uint64_t key)
{
	const bool whole = f == STET_DOCUMENT_EXACT || f == STET_PARAGRAPH_EXACT;

	return whole ? key : key & (((uint64_t)1 << 48) - 1);
}

/* All postings of a family as they were added, each in its partition and slice, and no other. */
static void check_family(const struct stet_key_store *s, unsigned f, unsigned bits)
{
	const unsigned key_bits = as_kept(f, UINT64_MAX) == UINT64_MAX ? 64 : 48;
	struct stet_key_part part = { .family = f, .bits = bits };
	struct stet_postings p = { 0 };
	uint64_t v[STET_N_FAMILIES][MOST_KEYS];
	struct stet_err err = { 0 };
	struct stet_keys k;
	uint64_t n = 0, all = 0;

	for (; part.partition < STET_PARTITIONS; part.partition++) {
		all += stet_key_store_partition_count(s, f, part.partition);
		for (part.slice = 0; part.slice < 1u << bits; part.slice++) {
			const uint64_t top = (uint64_t)part.partition << bits | part.slice;
			size_t at = 0;

			assert_int_equal(stet_key_store_load(s, &part, &p, &err), 0);
			for (uint32_t d = 0; p.n > 0 && d < N_DOCUMENTS; d++) {
				make_keys(d, v, &k);
				for (size_t i = 0; i < k.n[f]; i++) {
					const uint64_t key = as_kept(f, v[f][i]);

					if (key >> (key_bits - 8 - bits) != top)
						continue;
					assert_true(at < p.n && p.v[at].document == d &&
						    stet_posting_key(&p.v[at]) == key);
					at++;
				}
			}
			assert_int_equal(at, p.n);
			n += p.n;
		}
	}
	assert_true(n == all && n == stet_key_store_count(s, f));
	stet_postings_release(&p);
}

static bool is_shared(const struct stet_postings *all, size_t i)
{
	for (size_t k = 0; k < all->n; k++)
		if (k != i && stet_posting_key(&all->v[k]) == stet_posting_key(&all->v[i]))
			return true;
	return false;
}

/* Of those that are wanted shared only, none is missing, the order is kept, and few are alone. */
static void check_shared(const struct stet_key_store *s, unsigned f)
{
	struct stet_key_part part = { .family = f };
	struct stet_postings all = { 0 }, shared = { 0 };
	struct stet_err err = { 0 };
	size_t n_all = 0, n_shared = 0, n_loaded = 0;

	for (; part.partition < STET_PARTITIONS; part.partition++) {
		size_t at = 0;

		part.shared = false;
		assert_int_equal(stet_key_store_load(s, &part, &all, &err), 0);
		part.shared = true;
		assert_int_equal(stet_key_store_load(s, &part, &shared, &err), 0);
		for (size_t i = 0; i < all.n; i++) {
			const bool there = at < shared.n && memcmp(&all.v[i], &shared.v[at],
								   sizeof(all.v[i])) == 0;

			assert_true(there || !is_shared(&all, i));
			n_shared += is_shared(&all, i);
			at += there;
		}
		assert_int_equal(at, shared.n);
		n_all += all.n;
		n_loaded += shared.n;
	}
	assert_true(n_loaded - n_shared < (n_all - n_shared) / 3);
	stet_postings_release(&all);
	stet_postings_release(&shared);
}

static void keys_come_back_in_order(void **unused)
{
	const uint64_t shares[] = { UINT64_C(1) << 30, 100 << 10, 0 };

	(void)unused;
	for (size_t i = 0; i < sizeof(shares) / sizeof(*shares); i++) {
		struct stet_budget budget = { .limit = UINT64_C(1) << 30, .tmp = "/tmp" };
		struct stet_key_store *s = fill_keys(&budget, shares[i], 11);

		assert_int_equal(stet_key_store_spilled(s) > 0, i > 0);
		for (unsigned f = 0; f < STET_N_FAMILIES; f++) {
			check_family(s, f, 0);
			check_family(s, f, 3);
			check_shared(s, f);
		}
		stet_key_store_close(s);
		assert_int_equal(budget.used, 0);
	}
}

/* More documents in a batch than a segment can number. */
static void a_batch_may_be_large(void **unused)
{
	struct stet_budget budget = { .limit = UINT64_C(1) << 30, .tmp = "/tmp" };
	struct stet_key_store *s = stet_key_store_open(&budget, budget.limit);
	struct stet_key_part part = { .family = STET_ANCHOR, .partition = 0x12 };
	const uint32_t n = 150000;
	uint64_t key = UINT64_C(0x5678123456789abc);
	struct stet_keys k = { .v[STET_ANCHOR] = &key, .n[STET_ANCHOR] = 1 };
	struct stet_key_batch b = { 0 };
	struct stet_postings p = { 0 };
	struct stet_err err = { 0 };

	(void)unused;
	for (uint32_t d = 0; d < n; d++)
		stet_key_batch_add(&b, &k);
	stet_key_batch_pack(&b);
	assert_int_equal(stet_key_store_add(s, 5, &b, &err), 0);
	assert_int_equal(stet_key_store_load(s, &part, &p, &err), 0);
	assert_int_equal(p.n, n);
	for (uint32_t d = 0; d < n; d++)
		assert_int_equal(p.v[d].document, d + 5);
	stet_postings_release(&p);
	stet_key_batch_release(&b);
	stet_key_store_close(s);
}

/* ---- documents */

static struct stet_span span(const char *s)
{
	return (struct stet_span){ s, strlen(s) };
}

static const struct stet_outline outlines[8] = {
	{ 1, 2, 3, 4, 0, 5 }, { UINT64_MAX, 7, 8, 9, 1, 10 }, { 11, 12, 13, 14, 0, 15 },
	{ .key = 16 }, { .end = 17 }, { .begin = 18 }, { .weight = 19 }, { .n_tokens = 20 },
};

static struct stet_row row_of(uint32_t i, char *id)
{
	sprintf(id, "id-%u", i);
	return (struct stet_row){
		.input = i % 3, .record = i, .member = span(i % 2 ? "a/b.txt" : ""),
		.id = span(id), .url = span("http://x"), .source = span("x"),
		.date = span("2019"), .title = span(""), .date_key = (int64_t)i - 5,
		.text_hash = { i, ~(uint64_t)i }, .text_place = (uint64_t)i << 33,
		.text_len = i, .n_tokens = i + 1,
		.paragraphs = outlines + i % 5, .n_paragraphs = i % 4,
	};
}

static struct stet_documents *fill(uint32_t n)
{
	struct stet_err err = { 0 };
	struct stet_documents *d = stet_documents_open("/tmp", &err);
	char id[32];

	assert_non_null(d);
	for (uint32_t i = 0; i < n; i++) {
		const struct stet_row row = row_of(i, id);

		assert_int_equal(stet_documents_add(d, &row, &err), 0);
	}
	assert_int_equal(stet_documents_finish(d, &err), 0);
	return d;
}

static void rows_come_back(void **unused)
{
	struct stet_documents *d = fill(20000);
	char id[32];

	(void)unused;
	assert_int_equal(stet_documents_count(d), 20000);
	for (uint32_t i = 0; i < 20000; i += 7) {
		const struct stet_row want = row_of(i, id);
		const struct stet_row got = stet_documents_get(d, i);

		assert_int_equal(got.id.len, want.id.len);
		assert_memory_equal(got.id.p, want.id.p, want.id.len);
		assert_int_equal(got.member.len, want.member.len);
		assert_memory_equal(got.date.p, "2019", 4);
		assert_true(got.date_key == want.date_key && got.record == i);
		assert_true(got.text_place == want.text_place && got.text_len == i);
		assert_true(got.text_hash.hi == want.text_hash.hi);
		assert_int_equal(got.n_paragraphs, want.n_paragraphs);
		assert_memory_equal(got.paragraphs, want.paragraphs,
				    got.n_paragraphs * sizeof(*got.paragraphs));
	}
	stet_documents_close(d);
}

/* Nor is there anything to point to: UBSan sees it. */
static void documents_without_keys_are_fine(void **unused)
{
	struct stet_budget budget = { .limit = UINT64_C(1) << 30 };
	struct stet_key_store *s = stet_key_store_open(&budget, UINT64_C(1) << 20);
	struct stet_key_batch b = { 0 };
	const struct stet_keys none = { 0 };
	struct stet_err err = { 0 };

	(void)unused;
	stet_key_batch_add(&b, &none);
	stet_key_batch_pack(&b);
	assert_int_equal(stet_key_store_add(s, 0, &b, &err), 0);
	for (unsigned f = 0; f < STET_N_FAMILIES; f++)
		assert_int_equal(stet_key_store_count(s, f), 0);
	stet_key_batch_release(&b);
	stet_key_store_close(s);
}

static void no_documents_are_fine(void **unused)
{
	struct stet_documents *d = fill(0);

	(void)unused;
	assert_int_equal(stet_documents_count(d), 0);
	stet_documents_close(d);
}

static void a_missing_directory_is_told(void **unused)
{
	struct stet_err err = { 0 };

	(void)unused;
	assert_null(stet_documents_open("/nowhere/at/all", &err));
	assert_non_null(strstr(err.msg, "/nowhere/at/all"));
}

/* ---- documents.stet, byte by byte from src/store/FORMAT.md */

static uint64_t cluster_of(const void *ctx, uint32_t document)
{
	(void)ctx;
	return document == 1 ? 0x0123456789abcdefu : STET_NO_CLUSTER;
}

static uint64_t number(const unsigned char *p, int bytes)
{
	uint64_t v = 0;

	for (int i = bytes; i-- > 0; )
		v = v << 8 | p[i];
	return v;
}

static size_t write_file(unsigned char *bytes, size_t cap)
{
	char dir[] = "/tmp/stet-test-XXXXXX", path[64];
	struct stet_input input = { .path = "in.gz", .bytes = 99, .digest = { 1, 2 } };
	const struct stet_inputs inputs = { .v = &input, .n = 1 };
	struct stet_documents *d = fill(2);
	struct stet_err err = { 0 };
	struct stet_outdir out;
	struct stet_out file = { 0 };
	size_t n;
	FILE *fp;

	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/out", dir);
	assert_int_equal(stet_outdir_open(&out, path, false, "x", &err), 0);
	assert_int_equal(stet_out_open(&file, &out, "documents.stet", &err), 0);
	stet_documents_write(d, &inputs, cluster_of, NULL, &file);
	assert_int_equal(stet_out_close(&file, &err), 0);
	snprintf(path, sizeof(path), "%s/out.partial/documents.stet", dir);
	fp = fopen(path, "rb");
	assert_non_null(fp);
	n = fread(bytes, 1, cap, fp);
	fclose(fp);
	stet_outdir_close(&out);
	stet_documents_close(d);
	rmdir(dir);
	return n;
}

static void the_file_is_as_the_format_says(void **unused)
{
	unsigned char b[1024];
	const size_t n = write_file(b, sizeof(b));
	const unsigned char *doc = b + 24 + 4 + 5 + 8 + 16;
	struct stet_hash128 sum;

	(void)unused;
	assert_memory_equal(b, "stetdocs", 8);
	assert_int_equal(number(b + 8, 4), 1);
	assert_int_equal(number(b + 12, 4), 1);
	assert_int_equal(number(b + 16, 8), 2);
	assert_int_equal(number(b + 24, 4), 5);
	assert_memory_equal(b + 28, "in.gz", 5);
	assert_int_equal(number(b + 33, 8), 99);
	assert_int_equal(number(b + 41, 8), 2);		/* high half first */
	assert_int_equal(number(b + 49, 8), 1);
	assert_true(number(doc + 12, 8) == STET_NO_CLUSTER);
	doc += 4 + 8 + 8 + 8 + 16 + 4 + 4 + 4;		/* no member, "id-0" */
	assert_int_equal(number(doc, 4), 1);
	assert_int_equal(number(doc + 4, 8), 1);
	assert_true(number(doc + 12, 8) == 0x0123456789abcdefu);
	assert_int_equal(number(doc + 44, 4), 7);
	assert_memory_equal(doc + 48, "a/b.txt", 7);
	assert_int_equal(n, (size_t)(doc - b) + 48 + 7 + 4 + 4 + 16);
	sum = stet_hash128(b, n - 16);
	assert_true(number(b + n - 16, 8) == sum.hi && number(b + n - 8, 8) == sum.lo);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts_come_back),
		cmocka_unit_test(keys_come_back_in_order),
		cmocka_unit_test(a_batch_may_be_large),
		cmocka_unit_test(documents_without_keys_are_fine),
		cmocka_unit_test(rows_come_back),
		cmocka_unit_test(no_documents_are_fine),
		cmocka_unit_test(a_missing_directory_is_told),
		cmocka_unit_test(the_file_is_as_the_format_says),
	};

	return cmocka_run_group_tests_name("store", tests, NULL, NULL);
}
