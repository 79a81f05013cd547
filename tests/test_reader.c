/*
 * test_reader.c - the same articles out of every kind of archive, whole or damaged
 */
#include "../src/source/reader.h"
#include "stet/err.h"
#include "stet/hash.h"
#include "stet/source.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define N_ARTICLES 12

/* What came out of a list of inputs. */
struct result {
	struct stet_inputs in;
	struct stet_arena mem;
	struct stet_record *v;
	size_t n, cap;
	struct stet_skip *skips;
	size_t n_skips, cap_skips;
	uint64_t read_bytes;
	struct stet_err err;
	int rc;
};

struct knobs {
	size_t batch_bytes, read_size;
	uint64_t max_record;
	enum stet_format format;
};

static const struct knobs plain = { 1 << 16, SIZE_MAX, 1 << 20, STET_AUTO };

static char dir[] = "/tmp/stet-test-reader-XXXXXX";
static char path_buffer[512];

static const char *in_dir(const char *name)
{
	snprintf(path_buffer, sizeof(path_buffer), "%s/%s", dir, name);
	return path_buffer;
}

/* ---- reading all of it */

static struct stet_span copy(struct result *r, struct stet_span s)
{
	return stet_arena_copy(&r->mem, s);
}

static void take_batch(struct result *r, const struct stet_records *b)
{
	for (size_t i = 0; i < b->n; i++) {
		volatile char sum = 0;

		for (size_t k = 0; k < 64; k++)		/* must be readable */
			sum ^= b->v[i].bytes.p[b->v[i].bytes.len + k];
		(void)sum;
		r->v = stet_grow(r->v, &r->cap, r->n + 1, sizeof(*r->v));
		r->v[r->n] = b->v[i];
		r->v[r->n].bytes = copy(r, b->v[i].bytes);
		r->v[r->n++].member = copy(r, b->v[i].member);
	}
	for (size_t i = 0; i < b->n_skips; i++) {
		r->skips = stet_grow(r->skips, &r->cap_skips, r->n_skips + 1, sizeof(*r->skips));
		r->skips[r->n_skips] = b->skips[i];
		r->skips[r->n_skips].member = copy(r, b->skips[i].member);
		r->skips[r->n_skips++].reason = copy(r, b->skips[i].reason);
	}
	r->read_bytes += b->read_bytes;
}

static void read_collected(struct result *r, const struct knobs *k)
{
	const struct stet_source_options o = { .format = k->format, .max_record = k->max_record };
	struct stet_reader *reader = stet_reader_open(&r->in, &o, UINT64_MAX, 1);
	struct stet_records batch = { 0 };

	stet_reader_limit_reads(reader, k->read_size);
	while ((r->rc = stet_reader_next(reader, &batch, k->batch_bytes, &r->err)) == 1) {
		assert_true(batch.n + batch.n_skips > 0);
		take_batch(r, &batch);
	}
	stet_reader_close(reader);
	stet_records_release(&batch);
}

static struct result read_paths(const char *const paths[], size_t n, const struct knobs *k)
{
	const struct stet_source_options o = { .format = k->format, .max_record = k->max_record };
	struct result r = { 0 };

	assert_int_equal(stet_inputs_collect(&r.in, paths, n, &o, true, &r.err), 0);
	read_collected(&r, k);
	return r;
}

static struct result read_one(const char *path, const struct knobs *k)
{
	return read_paths(&path, 1, k);
}

static void release(struct result *r)
{
	stet_inputs_release(&r->in);
	stet_arena_release(&r->mem);
	free(r->v);
	free(r->skips);
}

/* ---- files */

static char *load(const char *path, size_t *n)
{
	const int fd = open(path, O_RDONLY);
	struct stat st;
	char *p;

	if (fd < 0 || fstat(fd, &st) < 0)
		fail_msg("cannot open %s", path);
	p = stet_calloc((size_t)st.st_size + 1, 1);
	*n = (size_t)st.st_size;
	assert_int_equal(read(fd, p, *n), *n);
	close(fd);
	return p;
}

static void save(const char *path, const void *p, size_t n)
{
	const int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, p, n), n);
	close(fd);
}

static void save_text(const char *path, const char *text)
{
	save(path, text, strlen(text));
}

static bool is_there(const char *path)
{
	if (access(path, R_OK) == 0)
		return true;
	print_message("%s is not there: skipped\n", path);
	return false;
}

/* ---- the articles */

static struct stet_span article[N_ARTICLES];

static void find_articles(char *text)
{
	for (size_t i = 0; i < N_ARTICLES; i++) {
		char *nl = strchr(text, '\n');

		article[i] = (struct stet_span){ text, (size_t)(nl - text) };
		text = nl + 1;
	}
}

static bool is_article(struct stet_span s, size_t i)
{
	return s.len == article[i].len && memcmp(s.p, article[i].p, s.len) == 0;
}

/* All articles, numbered from 0, and nothing else. */
static void expect_articles(const struct result *r)
{
	assert_int_equal(r->rc, 0);
	assert_int_equal(r->n, N_ARTICLES);
	assert_int_equal(r->n_skips, 0);
	for (size_t i = 0; i < r->n; i++) {
		assert_true(is_article(r->v[i].bytes, i));
		assert_int_equal(r->v[i].record, i);
		assert_int_equal(r->v[i].kind, STET_RECORD_JSON);
	}
}

/* The digest is that of the file, the count its size. */
static void expect_digest(const struct result *r, const char *path)
{
	size_t n;
	char *p = load(path, &n);
	const struct stet_hash128 want = stet_hash128(p, n);

	assert_int_equal(stet_hash128_compare(&r->in.v[0].digest, &want), 0);
	assert_int_equal(r->in.v[0].bytes, n);
	assert_int_equal(r->read_bytes, n);
	free(p);
}

static const char *const packed[] = {
	"all.jsonl", "all.jsonl.gz", "all.jsonl.zst", "all.jsonl.xz", "all.jsonl.bz2",
	"all.jsonl.lz4", "all.jsonl.lzma", "joined.jsonl.gz", "joined.jsonl.zst",
	"joined.jsonl.xz", "joined.jsonl.bz2", "joined.jsonl.lz4", "array.json", "crlf.jsonl",
};
#define N_PACKED (sizeof(packed) / sizeof(packed[0]))

static const char *const containers[] = {
	"v7.tar", "ustar.tar", "gnu.tar", "ustar.tar.gz", "ustar.tar.zst", "newc.cpio",
	"odc.cpio", "bin.cpio", "stored.zip", "deflated.zip", "tree.7z",
};
#define N_CONTAINERS (sizeof(containers) / sizeof(containers[0]))

static void test_packings(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_PACKED; i++) {
		const char *path = in_dir(packed[i]);
		struct result r;

		if (!is_there(path))
			continue;
		r = read_one(path, &plain);
		expect_articles(&r);
		expect_digest(&r, path);
		release(&r);
	}
}

static void test_pretty_printed(void **state)
{
	struct result r = read_one(in_dir("pretty.json"), &plain);

	(void)state;
	assert_int_equal(r.n, N_ARTICLES);
	for (size_t i = 0; i < r.n; i++) {	/* "{\n " + inside + "\n}" */
		assert_int_equal(r.v[i].bytes.len, article[i].len + 3);
		assert_memory_equal(r.v[i].bytes.p + 3, article[i].p + 1, article[i].len - 2);
	}
	release(&r);
}

static void expect_tree(const struct result *r)
{
	assert_int_equal(r->rc, 0);
	assert_int_equal(r->n, N_ARTICLES + 1);
	for (size_t i = 0; i < N_ARTICLES; i++) {
		assert_true(is_article(r->v[i].bytes, i));
		assert_string_equal(r->v[i].member.p, i < 5 ? "a.jsonl" : "b/b.jsonl.gz");
		assert_int_equal(r->v[i].record, i);
	}
	assert_int_equal(r->v[5].offset, 0);
	assert_int_equal(r->v[6].offset, article[5].len + 1);
	assert_int_equal(r->v[N_ARTICLES].kind, STET_RECORD_TEXT);
	assert_string_equal(r->v[N_ARTICLES].bytes.p, "A text of its own.\nIt has two lines.\n");
	assert_int_equal(r->n_skips, 2);
	assert_string_equal(r->skips[0].reason.p, "not text");
	assert_string_equal(r->skips[0].member.p, "d.bin");
	assert_int_equal(r->skips[0].record, N_ARTICLES + 1);
	assert_string_equal(r->skips[1].reason.p, "nested archive");
	assert_int_equal(r->skips[1].kind, STET_SKIP_PASSED);
}

static void test_containers(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_CONTAINERS; i++) {
		const char *path = in_dir(containers[i]);
		struct result r;

		if (!is_there(path))
			continue;
		r = read_one(path, &plain);
		expect_tree(&r);
		expect_digest(&r, path);
		release(&r);
	}
}

/* Records do not depend on how they are cut into reads and batches. */
static void test_small_reads_and_batches(void **state)
{
	static const struct knobs small[] = {
		{ 1, SIZE_MAX, 1 << 20, STET_AUTO },
		{ 1 << 20, 1, 1 << 20, STET_AUTO },
		{ 1, 7, 1 << 20, STET_AUTO },
	};

	(void)state;
	for (size_t k = 0; k < sizeof(small) / sizeof(small[0]); k++) {
		for (size_t i = 0; i < N_PACKED; i++) {
			struct result r;

			if (!is_there(in_dir(packed[i])))
				continue;
			r = read_one(in_dir(packed[i]), &small[k]);
			expect_articles(&r);
			release(&r);
		}
		for (size_t i = 0; i < N_CONTAINERS; i++) {
			struct result r;

			if (!is_there(in_dir(containers[i])))
				continue;
			r = read_one(in_dir(containers[i]), &small[k]);
			expect_tree(&r);
			release(&r);
		}
	}
}

/* Standard input from `path`. */
static struct result read_stdin(const char *path)
{
	const int saved = dup(STDIN_FILENO), fd = open(path, O_RDONLY);
	struct result r;

	assert_true(fd >= 0);
	dup2(fd, STDIN_FILENO);
	close(fd);
	r = read_one("-", &plain);
	dup2(saved, STDIN_FILENO);
	close(saved);
	return r;
}

static void test_stdin(void **state)
{
	struct result r = read_stdin(in_dir("joined.jsonl.gz"));

	(void)state;
	expect_articles(&r);
	expect_digest(&r, in_dir("joined.jsonl.gz"));
	assert_string_equal(r.in.v[0].path, "-");
	release(&r);
	if (is_there(in_dir("deflated.zip"))) {
		r = read_stdin(in_dir("deflated.zip"));
		expect_tree(&r);
		release(&r);
	}
	if (is_there(in_dir("tree.7z"))) {
		r = read_stdin(in_dir("tree.7z"));
		assert_int_equal(r.n, 0);
		assert_string_equal(r.skips[0].reason.p, "7z needs a file");
		expect_digest(&r, in_dir("tree.7z"));
		release(&r);
	}
	r = read_stdin(in_dir("tree/d.bin"));
	assert_int_equal(r.rc, STET_EFORMAT);
	assert_string_equal(r.err.msg, "-: unknown format (starts with 01 02 00 03)");
	release(&r);
}

static void test_fifo(void **state)
{
	char command[1200];
	struct result r;

	(void)state;
	snprintf(command, sizeof(command), "mkfifo %s/fifo && { cat %s/all.jsonl.gz >%s/fifo & }",
		 dir, dir, dir);
	assert_int_equal(system(command), 0);
	r = read_one(in_dir("fifo"), &plain);
	expect_articles(&r);
	expect_digest(&r, in_dir("all.jsonl.gz"));
	release(&r);
	unlink(in_dir("fifo"));
}

/* ---- damage */

/* Records are articles in order, none out of thin air. */
static void expect_prefix(const struct result *r)
{
	assert_int_equal(r->rc, 0);
	assert_true(r->n <= N_ARTICLES);
	for (size_t i = 0; i < r->n; i++)
		assert_true(is_article(r->v[i].bytes, i));
}

static size_t n_damaged(const struct result *r)
{
	size_t n = 0;

	for (size_t i = 0; i < r->n_skips; i++)
		n += r->skips[i].kind == STET_SKIP_DAMAGED;
	return n;
}

/* What came before the break comes, the break is told once, with the next number. */
static void truncate_everywhere(const char *name, size_t middle)
{
	size_t n;
	char *p = load(in_dir(name), &n);

	for (size_t len = 20; len < n; len += len < 60 || len + 60 > n ? 1 : 211) {
		struct result r;

		save(in_dir("cut"), p, len);
		r = read_one(in_dir("cut"), &plain);
		expect_prefix(&r);
		if (len == middle) {
			assert_int_equal(n_damaged(&r), 0);
		} else {
			assert_int_equal(n_damaged(&r), 1);
			assert_int_equal(r.skips[0].record, r.n);
			assert_non_null(strstr(r.skips[0].reason.p, "stream ends early"));
			expect_digest(&r, in_dir("cut"));
		}
		release(&r);
	}
	free(p);
}

static void test_truncated(void **state)
{
	static const char *const names[] = {
		"all.jsonl.gz", "all.jsonl.zst", "all.jsonl.xz", "all.jsonl.bz2", "all.jsonl.lz4",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (is_there(in_dir(names[i])))
			truncate_everywhere(names[i], 0);
}

/* A stream of 34 KB cut near its end still gives what stands in its beginning. */
static void test_truncated_late_gives_most(void **state)
{
	size_t n;
	char *p = load(in_dir("all.jsonl.gz"), &n);
	struct result r;

	(void)state;
	save(in_dir("cut"), p, n - 100);
	r = read_one(in_dir("cut"), &plain);
	assert_int_equal(r.n, N_ARTICLES - 1);
	release(&r);
	free(p);
}

/* Whatever is flipped: the articles are right, or the damage is told. */
static void flip_everywhere(const char *name, size_t step)
{
	size_t n;
	char *p = load(in_dir(name), &n);

	for (size_t at = 20; at < n; at += at < 100 || at + 100 > n ? 1 : step) {
		struct result r;
		bool fine = true;

		p[at] ^= (char)(1 << at % 8);
		save(in_dir("flipped"), p, n);
		p[at] ^= (char)(1 << at % 8);
		r = read_one(in_dir("flipped"), &plain);
		assert_int_equal(r.rc, 0);
		for (size_t i = 0; i < r.n && fine; i++)
			fine = i < N_ARTICLES && is_article(r.v[i].bytes, i);
		if (n_damaged(&r) == 0 && !(fine && r.n == N_ARTICLES))
			fail_msg("%s: byte %zu flipped, %zu records", name, at, r.n);
		assert_true(r.n_skips < 3);
		release(&r);
	}
	free(p);
}

static void test_flipped(void **state)
{
	static const char *const names[] = {
		"joined.jsonl.gz", "all.jsonl.gz", "all.jsonl.zst", "all.jsonl.xz", "all.jsonl.bz2",
		"all.jsonl.lz4",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (is_there(in_dir(names[i])))
			flip_everywhere(names[i], 97);
}

/* Containers under the same treatment: no crash, no failure, no endless loop. */
static void test_containers_damaged(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_CONTAINERS; i++) {
		size_t n;
		char *p;

		if (!is_there(in_dir(containers[i])))
			continue;
		p = load(in_dir(containers[i]), &n);
		for (size_t at = 1; at < n; at += n / 150) {
			struct result r;

			save(in_dir("cut"), p, at);
			r = read_one(in_dir("cut"), &plain);
			assert_int_equal(r.rc, 0);
			release(&r);
			p[at] ^= 0x10;
			save(in_dir("flipped"), p, n);
			p[at] ^= 0x10;
			r = read_one(in_dir("flipped"), &plain);
			assert_int_equal(r.rc, 0);
			release(&r);
		}
		free(p);
	}
}

/* Articles of the first member come though the tar breaks off in the second. */
static void test_truncated_tar(void **state)
{
	size_t n;
	char *p = load(in_dir("ustar.tar"), &n);
	struct result r;

	(void)state;
	save(in_dir("cut"), p, 14000);
	r = read_one(in_dir("cut"), &plain);
	assert_true(r.n >= 5);
	expect_prefix(&r);
	assert_int_equal(n_damaged(&r), 1);
	assert_string_equal(r.skips[r.n_skips - 1].reason.p, "Truncated tar archive");
	assert_string_equal(r.skips[r.n_skips - 1].member.p, "b/b.jsonl.gz");
	release(&r);
	free(p);
}

/* Change byte `at` of a .gz: `want` articles come all the same, and the reason after them. */
static void gzip_with_bad_trailer(const char *name, size_t at, const char *reason, size_t want)
{
	size_t n;
	char *p = load(in_dir(name), &n);
	struct result r;

	p[at] ^= 1;
	save(in_dir("bad.gz"), p, n);
	r = read_one(in_dir("bad.gz"), &plain);
	assert_int_equal(r.n, want);
	expect_prefix(&r);
	assert_int_equal(n_damaged(&r), 1);
	assert_string_equal(r.skips[0].reason.p, reason);
	assert_int_equal(r.skips[0].record, want);
	release(&r);
	free(p);
}

static size_t size_of(const char *name)
{
	struct stat st;

	assert_int_equal(stat(in_dir(name), &st), 0);
	return (size_t)st.st_size;
}

/* The data came, also those of the members behind the one whose CRC is wrong. */
static void test_gzip_checks(void **state)
{
	const size_t n = size_of("all.jsonl.gz"), joined = size_of("joined.jsonl.gz");
	size_t first;
	char command[1200];

	(void)state;
	gzip_with_bad_trailer("all.jsonl.gz", n - 8, "gzip CRC does not match", N_ARTICLES);
	gzip_with_bad_trailer("all.jsonl.gz", n - 1, "gzip length does not match", N_ARTICLES);
	snprintf(command, sizeof(command), "gzip -n -c %s/half1.jsonl >%s/half1.gz", dir, dir);
	assert_int_equal(system(command), 0);
	first = size_of("half1.gz");
	assert_true(first < joined);
	gzip_with_bad_trailer("joined.jsonl.gz", first - 8, "gzip CRC does not match", N_ARTICLES);
	gzip_with_bad_trailer("joined.jsonl.gz", first,
			      "data behind the end of the gzip stream", 5);
}

/* Zeros behind a member are padding, anything else is told after all data. */
static void test_gzip_tail(void **state)
{
	size_t n;
	char *p = load(in_dir("all.jsonl.gz"), &n);
	char *padded = stet_calloc(n + 1000, 1);
	struct result r;

	(void)state;
	memcpy(padded, p, n);
	save(in_dir("tail.gz"), padded, n + 1000);
	r = read_one(in_dir("tail.gz"), &plain);
	expect_articles(&r);
	release(&r);
	padded[n + 500] = 'x';
	save(in_dir("tail.gz"), padded, n + 1000);
	r = read_one(in_dir("tail.gz"), &plain);
	assert_int_equal(r.n, N_ARTICLES);
	assert_string_equal(r.skips[0].reason.p, "data behind the end of the gzip stream");
	expect_digest(&r, in_dir("tail.gz"));
	release(&r);
	free(padded);
	free(p);
}

/* ---- framing */

/* Records joined by `|`, skips in square brackets behind them. */
static void expect_cut(const char *text, const struct knobs *k, const char *want)
{
	char got[2048];
	struct result r;
	size_t n = 0;

	save_text(in_dir("text"), text);
	r = read_one(in_dir("text"), k);
	assert_int_equal(r.rc, 0);
	got[0] = '\0';
	for (size_t i = 0; i < r.n; i++)
		n += (size_t)snprintf(got + n, sizeof(got) - n, "%s%s", i ? "|" : "",
				      r.v[i].bytes.p);
	for (size_t i = 0; i < r.n_skips; i++)
		n += (size_t)snprintf(got + n, sizeof(got) - n, "[%d: %s]",
				      (int)r.skips[i].record, r.skips[i].reason.p);
	assert_string_equal(got, want);
	release(&r);
}

#define LARGE "record is larger than --max-record"
#define NO_VALUE "no JSON value where one should begin; the rest is not read"
#define NO_OBJECT "no JSON object where one should begin; the rest is not read"

static void test_framing(void **state)
{
	static const struct {
		const char *text, *want;
	} table[] = {
		{ "", "" },
		{ "{}", "{}" },
		{ "\n\n{}\n \t\r\n{}\n", "{}|{}" },
		{ "{\"a\":1}\r\n{\"b\":2}\r\n", "{\"a\":1}|{\"b\":2}" },
		{ "{\"a\":1}\nbroken\n{\"b\":2}", "{\"a\":1}|broken|{\"b\":2}" },
		{ "{ \"a\":1\n}\n{\"b\":\n2}", "{ \"a\":1\n}|{\"b\":\n2}" },
		{ "{\n \"a\":\"}\\\"{\"\n}{\n}", "{\n \"a\":\"}\\\"{\"\n}|{\n}" },
		{ "{\n}\n]\n{}", "{\n}[1: " NO_OBJECT "]" },
		{ "{\n\"a\": [\n", "[0: JSON value does not end]" },
		{ "[]", "" },
		{ "[{}]\n", "{}" },
		{ "\xef\xbb\xbf [ {\"a\":[1,{}]} , {} ] \n", "{\"a\":[1,{}]}|{}" },
		{ "[{\"a\":\"]\\\\\"},7,\"x,y\",true]", "{\"a\":\"]\\\\\"}|7|\"x,y\"|true" },
		{ "[{}] {}", "{}[1: data behind the JSON array]" },
		{ "[{}", "{}[1: JSON array does not end]" },
		{ "[{} {}]", "{}[1: " NO_VALUE "]" },
		{ "[{},{\"a\":1", "{}[1: JSON value does not end]" },
		{ "[{},?]", "{}[1: " NO_VALUE "]" },
		{ "Hello, {world}\n", "Hello, {world}\n" },
		{ "[1] A note.\n", "[1] A note.\n" },
		{ "{x}\n", "{x}\n" },
	};
	const struct knobs one_byte = { 1, 1, 1 << 20, STET_AUTO };

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		expect_cut(table[i].text, &plain, table[i].want);
		expect_cut(table[i].text, &one_byte, table[i].want);
	}
}

static void test_forced_framing(void **state)
{
	const struct knobs lines = { 1 << 20, SIZE_MAX, 1 << 20, STET_JSONL };
	const struct knobs text = { 1 << 20, SIZE_MAX, 1 << 20, STET_TEXT };
	const struct knobs json = { 1 << 20, SIZE_MAX, 1 << 20, STET_JSON };

	(void)state;
	expect_cut("a\n\nb", &lines, "a|b");
	expect_cut("{}\n{}\n", &text, "{}\n{}\n");
	expect_cut("{} {}\n", &json, "{}|{}");
	expect_cut("[1,2]\n", &json, "1|2");
	expect_cut("hello\n", &json, "[0: " NO_OBJECT "]");
}

static void test_max_record(void **state)
{
	static const size_t reads[] = { SIZE_MAX, 1, 3 };

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		const struct knobs k = { 1 << 20, reads[i], 8, STET_AUTO };
		const struct knobs lines = { 1 << 20, reads[i], 8, STET_JSONL };

		expect_cut("12345678\n123456789\n12345678\r\n1234567890\r\n1\n", &lines,
			   "12345678|12345678|1[1: " LARGE "][3: " LARGE "]");
		expect_cut("{}\n123456789012345678901234567890", &k, "{}[1: " LARGE "]");
		expect_cut("[{\"a\":12},{\"a\":123},{}]", &k, "{\"a\":12}|{}[1: " LARGE "]");
		expect_cut("12345678", &k, "12345678");
		expect_cut("123456789", &k, "[0: " LARGE "]");
	}
}

/* What is not cut into records is read all the same, for what the stream says at its end. */
static void test_damage_behind_an_early_end(void **state)
{
	static const size_t reads[] = { SIZE_MAX, 100 };
	const size_t n_text = (size_t)1 << 20;
	char *text = stet_calloc(n_text, 1), *p, command[1200];
	size_t n;

	(void)state;
	memset(text, 'x', n_text);
	memcpy(text, "[{}, ?", 6);
	save(in_dir("early"), text, n_text);
	snprintf(command, sizeof(command), "gzip -n -c %s/early >%s/early.gz", dir, dir);
	assert_int_equal(system(command), 0);
	p = load(in_dir("early.gz"), &n);
	p[n - 8] ^= 1;
	save(in_dir("early.gz"), p, n);
	for (size_t i = 0; i < 2; i++) {
		const struct knobs k = { 1, reads[i], 1 << 20, STET_AUTO };
		struct result r = read_one(in_dir("early.gz"), &k);

		assert_int_equal(r.n, 1);
		assert_int_equal(r.n_skips, 2);
		assert_string_equal(r.skips[0].reason.p, NO_VALUE);
		assert_string_equal(r.skips[1].reason.p, "gzip CRC does not match");
		assert_int_equal(r.skips[1].offset, n_text);
		release(&r);
	}
	free(text);
	free(p);
}

/* A line of many buffers' length is let go, not held. */
static void test_very_long_line(void **state)
{
	const size_t n = (size_t)3 << 20;
	const struct knobs k = { 1 << 20, SIZE_MAX, 1000, STET_JSONL };
	char *p = stet_calloc(n, 1);
	struct result r;

	(void)state;
	memset(p, 'x', n);
	memcpy(p, "{}\n", 3);
	memcpy(p + n - 4, "\n{}\n", 4);
	save(in_dir("long"), p, n);
	r = read_one(in_dir("long"), &k);
	assert_int_equal(r.n, 2);
	assert_int_equal(r.v[1].record, 2);
	assert_int_equal(r.v[1].offset, n - 3);
	assert_int_equal(r.n_skips, 1);
	assert_int_equal(r.skips[0].offset, 3);
	release(&r);
	free(p);
}

static void test_names_and_locks(void **state)
{
	static const char *const names[] = { "names.tar", "names.zip", "names.7z" };
	struct result r;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		if (!is_there(in_dir(names[i])))
			continue;
		r = read_one(in_dir(names[i]), &plain);
		assert_int_equal(r.n, 1);
		assert_string_equal(r.v[0].member.p, "caf\xc3\xa9.txt");
		release(&r);
	}
	for (size_t i = 0; i < 2; i++) {	/* the second hides its names too */
		const char *const locked[] = { "locked.zip", "locked.7z" };

		if (!is_there(in_dir(locked[i])))
			continue;
		r = read_one(in_dir(locked[i]), &plain);
		assert_int_equal(r.n, 0);
		assert_string_equal(r.skips[0].reason.p, "encrypted");
		assert_int_equal(r.skips[0].kind, STET_SKIP_PASSED);
		release(&r);
	}
	r = read_one(in_dir("empty.tar"), &plain);
	assert_int_equal(r.n + r.n_skips, 0);
	assert_int_equal(r.in.v[0].state, STET_INPUT_FINE);
	release(&r);
	r = read_one(in_dir("joined.tar"), &plain);
	assert_int_equal(r.n, 2 * (N_ARTICLES + 1));
	release(&r);
}

/* ---- inputs */

static void test_directory(void **state)
{
	const char *paths[] = { NULL, NULL };
	struct result r;

	(void)state;
	assert_int_equal(mkdir(in_dir("d"), 0700), 0);
	assert_int_equal(mkdir(in_dir("d/sub"), 0700), 0);
	save_text(in_dir("d/sub/z"), "in sub");
	save_text(in_dir("d/sub.a"), "before it");	/* '.' sorts before '/' */
	save_text(in_dir("d/.hidden"), "not seen");
	save(in_dir("d/binary"), "\0\1\2", 3);
	assert_int_equal(symlink("sub.a", in_dir("d/link")), 0);
	paths[0] = strdup(in_dir("d"));
	paths[1] = strdup(in_dir("d/sub/z"));		/* again: taken once */
	r = read_paths(paths, 2, &plain);
	assert_int_equal(r.in.n, 3);
	assert_int_equal(r.n, 2);
	assert_string_equal(r.v[0].bytes.p, "before it");
	assert_int_equal(r.v[0].input, 1);
	assert_string_equal(r.v[1].bytes.p, "in sub");
	assert_string_equal(r.skips[0].reason.p, "not text");
	release(&r);
	free((char *)paths[0]);
	free((char *)paths[1]);
}

static void test_missing(void **state)
{
	const struct stet_source_options o = { .max_record = 100 };
	char *none = strdup(in_dir("none")), *bin = strdup(in_dir("tree/d.bin"));
	const char *const paths[] = { none, bin };
	struct stet_inputs in;
	struct stet_err err;
	char want[1200];

	(void)state;
	assert_true(stet_inputs_collect(&in, paths, 2, &o, false, &err) < 0);
	snprintf(want, sizeof(want), "%s: No such file or directory %s", none,
		 "(and 1 more; --skip-missing goes on without them)");
	assert_string_equal(err.msg, want);
	assert_string_equal(in.v[1].why, "unknown format (starts with 01 02 00 03)");
	stet_inputs_release(&in);
	assert_int_equal(stet_inputs_collect(&in, paths, 2, &o, true, &err), 0);
	assert_int_equal(in.v[0].state, STET_INPUT_MISSING);
	stet_inputs_release(&in);
	free(none);
	free(bin);
}

static void test_files_from(void **state)
{
	struct stet_arena mem = { 0 };
	struct stet_err err;
	const char **paths;
	size_t n;

	(void)state;
	save_text(in_dir("list"), "a b\n\nc");
	assert_int_equal(stet_files_from(in_dir("list"), false, &mem, &paths, &n, &err), 0);
	assert_int_equal(n, 2);
	assert_string_equal(paths[0], "a b");
	assert_string_equal(paths[1], "c");
	save(in_dir("list"), "a\nb\0c\0", 6);
	assert_int_equal(stet_files_from(in_dir("list"), true, &mem, &paths, &n, &err), 0);
	assert_int_equal(n, 2);
	assert_string_equal(paths[0], "a\nb");
	assert_int_equal(stet_files_from(in_dir("list"), false, &mem, &paths, &n, &err),
			 STET_EFORMAT);
	save_text(in_dir("list"), "");
	assert_int_equal(stet_files_from(in_dir("list"), false, &mem, &paths, &n, &err), 0);
	assert_int_equal(n, 0);
	assert_true(stet_files_from(in_dir("nolist"), false, &mem, &paths, &n, &err) < 0);
	stet_arena_release(&mem);
}

static void test_changed(void **state)
{
	const struct stet_source_options o = { .max_record = 1 << 20 };
	const char *path = in_dir("changing");
	struct stet_records batch = { 0 };
	struct stet_reader *reader;
	struct stet_inputs in;
	struct stet_err err;
	int rc;

	(void)state;
	save_text(path, "{}\n{}\n");
	assert_int_equal(stet_inputs_collect(&in, &path, 1, &o, false, &err), 0);
	reader = stet_reader_open(&in, &o, UINT64_MAX, 1);
	assert_int_equal(stet_reader_next(reader, &batch, 1, &err), 1);
	save_text(path, "{}\n{}\n{}\n");
	while ((rc = stet_reader_next(reader, &batch, 1, &err)) == 1)
		;
	assert_int_equal(rc, STET_EIO);
	assert_non_null(strstr(err.msg, "changing changed while it was read"));
	stet_reader_close(reader);
	stet_records_release(&batch);
	stet_inputs_release(&in);
}

/* More inputs than descriptors: each is closed before the next is opened. */
static void test_many_inputs(void **state)
{
	const struct stet_source_options o = { .max_record = 100 };
	struct result r = { 0 };
	char *names[2000];

	(void)state;
	for (size_t i = 0; i < 2000; i++) {
		char name[32];

		snprintf(name, sizeof(name), "many-%04zu", i);
		names[i] = strdup(in_dir(name));
		save_text(names[i], "{\"a\":1}\n");
	}
	assert_int_equal(stet_inputs_collect(&r.in, (const char *const *)names, 2000, &o, false,
					     &r.err), 0);
	read_collected(&r, &plain);
	assert_int_equal(r.n, 2000);
	assert_int_equal(r.v[1999].input, 1999);
	assert_int_equal(r.v[1999].record, 0);
	release(&r);
	for (size_t i = 0; i < 2000; i++)
		free(names[i]);
}

/* Two readers share the inputs: no record is lost, and stretches put them in order. */
static void test_shared_inputs(void **state)
{
	enum { N = 300 };
	const struct stet_source_options o = { .max_record = 100 };
	struct stet_records batch = { 0 };
	struct stet_reader *reader[2];
	uint32_t next_input[N] = { 0 }, n_stretches = 0, n = 0;
	struct stet_inputs in;
	struct stet_err err;
	char *names[N];
	bool over[2] = { false, false };

	(void)state;
	for (size_t i = 0; i < N; i++) {
		char name[32];

		snprintf(name, sizeof(name), "shared-%03zu", i);
		names[i] = strdup(in_dir(name));
		save_text(names[i], "{\"a\":1}\n");
	}
	assert_int_equal(stet_inputs_collect(&in, (const char *const *)names, N, &o, false, &err),
			 0);
	for (int i = 0; i < 2; i++)
		reader[i] = stet_reader_open(&in, &o, 5 * strlen("{\"a\":1}\n"), 1);
	for (int i = 0; !over[0] || !over[1]; i = over[1 - i] ? i : 1 - i) {
		const int rc = stet_reader_next(reader[i], &batch, 16, &err);

		assert_in_range(rc, 0, 1);
		over[i] = rc == 0;
		for (size_t k = 0; rc == 1 && k < batch.n; k++, n++) {
			uint32_t *next = &next_input[batch.stretch];

			n_stretches += *next == 0;
			assert_int_equal(batch.v[k].input, batch.stretch + *next);
			assert_int_equal(batch.v[k].record, 0);
			*next += 1;
		}
	}
	assert_int_equal(n, N);
	assert_int_equal(n_stretches, N / 5);
	for (int i = 0; i < 2; i++)
		stet_reader_close(reader[i]);
	stet_records_release(&batch);
	stet_inputs_release(&in);
	for (size_t i = 0; i < N; i++)
		free(names[i]);
}

/* ---- what others have collected */

static void test_gzip_edge(void **state)
{
	static const struct {
		const char *name;
		size_t n, n_damaged;
	} table[] = {
		{ "iipc+webarchive-commons/hi-2.gz", 1, 0 },
		{ "iipc+webarchive-commons/empty.gz", 0, 0 },
		{ "iipc+webarchive-commons/double-single-inflate-error.gz", 0, 1 },
		{ "netarchivesuite+jwat/three-files.gz", 1, 0 },
		{ "netarchivesuite+jwat/invalid-truncated.gz", 0, 1 },
		{ "netarchivesuite+jwat/invalid-entries.gz", 0, 1 },
	};
	char command[1200];

	(void)state;
	if (!is_there("../shared/data/gzip-edge.tar.zst"))
		skip();
	snprintf(command, sizeof(command),
		 "zstd -qdc ../shared/data/gzip-edge.tar.zst | tar -C %s -xf -", dir);
	assert_int_equal(system(command), 0);
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		char name[200];
		struct result r;

		snprintf(name, sizeof(name), "gzip-edge/%s", table[i].name);
		r = read_one(in_dir(name), &plain);
		assert_int_equal(r.n, table[i].n);
		assert_int_equal(n_damaged(&r), table[i].n_damaged);
		release(&r);
	}
}

static char *all_text;

static int set_up(void **state)
{
	char command[600];
	size_t n;

	(void)state;
	if (!mkdtemp(dir))
		return -1;
	snprintf(command, sizeof(command), "fixtures/make-archives %s", dir);
	if (system(command) != 0)
		return -1;
	all_text = load(in_dir("all.jsonl"), &n);
	find_articles(all_text);
	return 0;
}

static int tear_down(void **state)
{
	char command[600];

	(void)state;
	free(all_text);
	snprintf(command, sizeof(command), "rm -rf %s", dir);
	return system(command);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_packings),
		cmocka_unit_test(test_pretty_printed),
		cmocka_unit_test(test_containers),
		cmocka_unit_test(test_small_reads_and_batches),
		cmocka_unit_test(test_stdin),
		cmocka_unit_test(test_fifo),
		cmocka_unit_test(test_truncated),
		cmocka_unit_test(test_truncated_late_gives_most),
		cmocka_unit_test(test_flipped),
		cmocka_unit_test(test_containers_damaged),
		cmocka_unit_test(test_truncated_tar),
		cmocka_unit_test(test_gzip_checks),
		cmocka_unit_test(test_gzip_tail),
		cmocka_unit_test(test_framing),
		cmocka_unit_test(test_forced_framing),
		cmocka_unit_test(test_max_record),
		cmocka_unit_test(test_damage_behind_an_early_end),
		cmocka_unit_test(test_very_long_line),
		cmocka_unit_test(test_names_and_locks),
		cmocka_unit_test(test_directory),
		cmocka_unit_test(test_missing),
		cmocka_unit_test(test_files_from),
		cmocka_unit_test(test_changed),
		cmocka_unit_test(test_many_inputs),
		cmocka_unit_test(test_shared_inputs),
		cmocka_unit_test(test_gzip_edge),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
