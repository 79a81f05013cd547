/*
 * fuzz_store.c - what is put in comes out: texts and keys from memory and file, documents
 *
 * The input is a text that pieces are cut from, and says which.
 */
#include "fuzz.h"
#include "stet/err.h"
#include "stet/hash.h"
#include "stet/io.h"
#include "stet/store.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#define MAX_ITEMS 200
#define POOL_BYTES ((size_t)200 << 10)	/* texts larger than a block are among them */

static char pool[POOL_BYTES];

struct item {
	struct stet_span text;
	uint64_t place;
};

/* Where files are, gone when they are closed: in memory, if they may be. */
static const char *files(void)
{
	return access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
}

static size_t take_size(struct fuzz_input *in, size_t most)
{
	const uint8_t how = fuzz_take(in);
	const size_t n = (size_t)fuzz_take(in) << 8 | fuzz_take(in);

	return (how & 0xc0 ? n & 0xff : n * (how & 3)) % (most + 1);
}

static struct stet_span take_piece(struct fuzz_input *in)
{
	const size_t from = take_size(in, POOL_BYTES);

	return (struct stet_span){ pool + from, take_size(in, POOL_BYTES - from) };
}

static size_t take_items(struct fuzz_input *in, struct item *v)
{
	size_t n = 0;

	for (size_t i = 0; i < POOL_BYTES; i++)
		pool[i] = in->n ? (char)in->p[i * i % in->n] : 'a';
	while (in->n > 0 && n < MAX_ITEMS)
		v[n++].text = take_piece(in);
	return n;
}

static void check_texts(struct item *v, size_t n, uint64_t share)
{
	struct stet_budget budget = { .limit = UINT64_C(1) << 30, .tmp = files() };
	struct stet_texts *t = stet_texts_open(&budget, share, files());
	struct stet_text_cache cache = { 0 };
	struct stet_err err = { 0 };
	struct stet_span got;

	for (size_t i = 0; i < n; i++)
		LAW(stet_texts_add(t, v[i].text, &v[i].place, &err) == 0);
	LAW(stet_texts_finish(t, &err) == 0);
	for (size_t k = 0; k < 2 * n; k++) {
		const struct item *x = &v[k < n ? k : 2 * n - 1 - k];

		LAW(stet_texts_get(t, x->place, (uint32_t)x->text.len, &cache, &got, &err) == 0);
		LAW(got.len == x->text.len && memcmp(got.p, x->text.p, got.len) == 0);
		LAW(memcmp(got.p + got.len, (const char[64]){ 0 }, 64) == 0);
	}
	stet_text_cache_release(&cache);
	stet_texts_close(t);
	LAW(budget.used == 0);
}

/* ---- documents.stet, read by FORMAT.md */

static uint64_t number(struct fuzz_input *f, int bytes)
{
	uint64_t v = 0;

	for (int i = 0; i < bytes; i++)
		v |= (uint64_t)fuzz_take(f) << 8 * i;
	return v;
}

static void expect_string(struct fuzz_input *f, struct stet_span want)
{
	const uint64_t n = number(f, 4);

	LAW(n == want.len && n <= f->n && (n == 0 || memcmp(f->p, want.p, n) == 0));
	f->p += n;
	f->n -= n;
}

static struct stet_row row_of(const struct item *v, size_t n, size_t i)
{
	static const struct stet_outline outline = {
		.key = 1, .begin = 2, .end = 3, .n_tokens = 4, .weight = 5,
	};
	const struct stet_span a = v[i].text, b = v[(i + 1) % n].text;

	return (struct stet_row){
		.input = (uint32_t)i, .record = i * i, .member = a, .id = b, .url = a,
		.source = b, .date = a, .title = b, .date_key = -(int64_t)i,
		.text_hash = { i, ~i }, .text_place = v[i].place, .text_len = (uint32_t)a.len,
		.n_tokens = (uint32_t)b.len, .paragraphs = &outline, .n_paragraphs = i % 2,
	};
}

static uint64_t cluster_of(const void *ctx, uint32_t document)
{
	(void)ctx;
	return document % 3 ? stet_mix64(document) : STET_NO_CLUSTER;
}

static void check_file(struct fuzz_input f, const struct item *v, size_t n)
{
	const struct stet_hash128 sum = stet_hash128(f.p, f.n - 16);

	LAW(f.n >= 40 && memcmp(f.p, "stetdocs", 8) == 0);
	f.p += 8;
	f.n -= 8;
	LAW(number(&f, 4) == 1 && number(&f, 4) == 0 && number(&f, 8) == n);
	for (size_t i = 0; i < n; i++) {
		const struct stet_row want = row_of(v, n, i);

		LAW(number(&f, 4) == want.input && number(&f, 8) == want.record);
		LAW(number(&f, 8) == cluster_of(NULL, (uint32_t)i));
		LAW(number(&f, 8) == want.text_len);
		LAW(number(&f, 8) == want.text_hash.hi && number(&f, 8) == want.text_hash.lo);
		expect_string(&f, want.member);
		expect_string(&f, want.id);
	}
	LAW(f.n == 16 && number(&f, 8) == sum.hi && number(&f, 8) == sum.lo);
}

static void check_written(const struct stet_documents *d, const struct item *v, size_t n)
{
	const struct stet_inputs none = { 0 };
	struct stet_outdir dir = { .partial = (char[]){ "fuzz" } };
	struct stet_out out = { 0 };
	struct stet_err err = { 0 };
	struct fuzz_input f;
	char name[40];
	void *map;
	int fd;

	dir.lock = open(files(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	snprintf(name, sizeof(name), "stet-fuzz-%d", (int)getpid());
	LAW(dir.lock >= 0 && stet_out_open(&out, &dir, name, &err) == 0);
	fd = openat(dir.lock, name, O_RDONLY | O_CLOEXEC);
	unlinkat(dir.lock, name, 0);
	stet_documents_write(d, &none, cluster_of, NULL, &out);
	f.n = out.written;
	LAW(stet_out_close(&out, &err) == 0);
	map = mmap(NULL, f.n, PROT_READ, MAP_PRIVATE, fd, 0);
	LAW(map != MAP_FAILED);
	f.p = map;
	check_file(f, v, n);
	munmap(map, out.written);
	close(fd);
	close(dir.lock);
}

static void check_documents(const struct item *v, size_t n)
{
	struct stet_err err = { 0 };
	struct stet_documents *d = stet_documents_open(files(), &err);

	LAW(d);
	for (size_t i = 0; i < n; i++) {
		const struct stet_row row = row_of(v, n, i);

		LAW(stet_documents_add(d, &row, &err) == 0);
	}
	LAW(stet_documents_finish(d, &err) == 0 && stet_documents_count(d) == n);
	for (size_t i = 0; i < n; i++) {
		const struct stet_row want = row_of(v, n, i);
		const struct stet_row got = stet_documents_get(d, (uint32_t)i);

		LAW(got.text_place == want.text_place && got.date_key == want.date_key);
		LAW(got.n_paragraphs == want.n_paragraphs && got.n_tokens == want.n_tokens);
		LAW(got.url.len == want.url.len && got.title.len == want.title.len);
		LAW(memcmp(got.url.p, want.url.p, got.url.len) == 0);
		LAW(memcmp(got.title.p, want.title.p, got.title.len) == 0);
		LAW(want.n_paragraphs == 0 ||
		    memcmp(got.paragraphs, want.paragraphs, sizeof(*got.paragraphs)) == 0);
	}
	check_written(d, v, n);
	stet_documents_close(d);
}

/* ---- keys */

/* Of one document: one for each two bytes of its text, so that some meet. */
static void make_keys(const struct item *x, struct stet_keys *k)
{
	for (unsigned f = 0; f < STET_N_FAMILIES; f++) {
		k->n[f] = 0;
		for (size_t i = f; i + 1 < x->text.len && k->n[f] < 50; i += 2) {
			k->v[f] = stet_grow(k->v[f], &k->cap[f], k->n[f] + 1, sizeof(*k->v[f]));
			k->v[f][k->n[f]++] = stet_hash64(x->text.p + i, 2, f);
		}
	}
}

static uint64_t as_kept(unsigned f, uint64_t key)
{
	const bool whole = f == STET_DOCUMENT_EXACT || f == STET_PARAGRAPH_EXACT;

	return whole ? key : key & (((uint64_t)1 << 48) - 1);
}

/* Of each family how many there are and the sum of them, mixed with their documents. */
struct sums {
	uint64_t n[STET_N_FAMILIES], sum[STET_N_FAMILIES];
};

static void add_posting(struct sums *s, unsigned f, uint64_t key, uint32_t document)
{
	s->n[f]++;
	s->sum[f] += stet_mix64(key ^ stet_mix64(document));
}

static void load_all(const struct stet_key_store *s, struct sums *got)
{
	struct stet_postings p = { 0 };
	struct stet_err err = { 0 };

	for (unsigned f = 0; f < STET_N_FAMILIES; f++)
		for (unsigned part = 0; part < STET_PARTITIONS; part++) {
			const struct stet_key_part of = {
				.family = (enum stet_key_family)f, .partition = part,
			};

			if (stet_key_store_partition_count(s, of.family, part) == 0)
				continue;
			LAW(stet_key_store_load(s, &of, &p, &err) == 0);
			LAW(p.n == stet_key_store_partition_count(s, of.family, part));
			for (size_t i = 0; i < p.n; i++)
				add_posting(got, f, stet_posting_key(&p.v[i]), p.v[i].document);
		}
	stet_postings_release(&p);
}

static void check_keys(const struct item *v, size_t n, uint64_t share)
{
	struct stet_budget budget = { .limit = UINT64_C(1) << 30, .tmp = files() };
	struct stet_key_store *s = stet_key_store_open(&budget, share);
	struct stet_key_batch b = { 0 };
	struct stet_keys k = { 0 };
	struct stet_err err = { 0 };
	struct sums want = { 0 }, got = { 0 };

	for (uint32_t first = 0, i = 0; i < n; i++) {
		make_keys(&v[i], &k);
		stet_key_batch_add(&b, &k);
		for (unsigned f = 0; f < STET_N_FAMILIES; f++)
			for (size_t x = 0; x < k.n[f]; x++)
				add_posting(&want, f, as_kept(f, k.v[f][x]), i);
		if (v[i].text.len % 3 && i + 1 < n)
			continue;
		stet_key_batch_pack(&b);
		LAW(stet_key_store_add(s, first, &b, &err) == 0);
		stet_key_batch_reset(&b);
		first = i + 1;
	}
	load_all(s, &got);
	LAW(memcmp(&want, &got, sizeof(want)) == 0);
	stet_keys_release(&k);
	stet_key_batch_release(&b);
	stet_key_store_close(s);
	LAW(budget.used == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct item items[MAX_ITEMS];
	struct fuzz_input in = { data, size };
	const uint64_t share = (uint64_t)fuzz_take(&in) << 12;
	const size_t n = take_items(&in, items);

	check_texts(items, n, share);
	check_documents(items, n);
	check_keys(items, n, share);
	return 0;
}
