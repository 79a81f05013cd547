/*
 * test_parse.c - raw records to documents: fields, sources, charsets, limits
 */
#include "../src/source/charset.h"
#include "stet/err.h"
#include "stet/source.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define FFFD "\xef\xbf\xbd"

static struct stet_source_options defaults(void)
{
	struct stet_source_options o;

	stet_source_options_init(&o);
	return o;
}

/* A record with the slack behind it that records have, and not a byte more. */
static struct stet_record record_of(enum stet_record_kind kind, const char *bytes, size_t len)
{
	char *p = malloc(len + STET_TEXT_SLACK);

	memcpy(p, bytes, len);
	memset(p + len, '#', STET_TEXT_SLACK);
	return (struct stet_record){
		.input = 3, .record = 41, .kind = kind, .member = { "news/1.txt", 10 },
		.offset = 1000, .bytes = { p, len },
	};
}

static void assert_span(struct stet_span s, const char *wanted)
{
	if (s.len != strlen(wanted) || memcmp(s.p, wanted, s.len) != 0)
		fail_msg("'%.*s', not '%s'", (int)s.len, s.p, wanted);
}

/* 64 bytes behind a text may be read; the sanitizer watches. */
static void read_slack(struct stet_span text)
{
	volatile char sum = 0;

	for (size_t i = 0; i < STET_TEXT_SLACK; i++)
		sum = (char)(sum + text.p[text.len + i]);
}

/* ---- documents of JSON */

struct document_case {
	const char *json;
	const char *text, *id, *url, *source, *title, *date;	/* NULL = empty */
	bool bad_date;
	uint32_t n_replaced;
};

static const struct document_case documents[] = {
	{ .json = "{\"id\":\"a\",\"url\":\"http://b.org/c\",\"source\":\" d \","
		  "\"date\":\"2019-09-13\",\"title\":\"e\",\"text\":\"f\"}",
	  .id = "a", .url = "http://b.org/c", .source = "d", .date = "2019-09-13", .title = "e",
	  .text = "f" },
	{ .json = "{\"text\":\"\"}", .text = "", .id = "news/1.txt" },
	{ .json = "{\"text\":\"x\",\"id\":17,\"date\":2019}", .text = "x", .id = "17",
	  .date = "2019" },
	{ .json = "{\"text\":\"x\",\"id\":null,\"url\":[],\"title\":{}}", .text = "x",
	  .id = "news/1.txt" },
	{ .json = "\xef\xbb\xbf {\"text\":\"x\"}\r", .text = "x", .id = "news/1.txt" },
	{ .json = "{\"text\":\"\xef\xbb\xbf" "x\"}", .text = "x", .id = "news/1.txt" },
	{ .json = "{\"text\":\"\\ufeffx\\ny\"}", .text = "x\ny", .id = "news/1.txt" },
	{ .json = "{\"text\":\"a\\ud800b\",\"title\":\"\xff\"}", .text = "a" FFFD "b",
	  .title = FFFD, .id = "news/1.txt", .n_replaced = 2 },
	{ .json = "{\"text\":\"\xc3\xa9\\n\xe4\xb8\\u0041\"}", .text = "\xc3\xa9\n" FFFD "A",
	  .id = "news/1.txt", .n_replaced = 1 },
	{ .json = "{\"text\":\"x\",\"skipped\":\"\xff\"}", .text = "x", .id = "news/1.txt" },
	{ .json = "{\"text\":\"x\",\"date\":\"99/99/9999\"}", .text = "x", .id = "news/1.txt",
	  .date = "99/99/9999", .bad_date = true },
	{ .json = "{\"text\":\"x\",\"date\":\" \"}", .text = "x", .id = "news/1.txt", .date = " " },
	{ .json = "{\"text\":1,\"text\":\"last\"}", .text = "last", .id = "news/1.txt" },
};

static void test_documents(void **state)
{
	const struct stet_source_options o = defaults();
	struct stet_arena mem = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(documents) / sizeof(documents[0]); i++) {
		const struct document_case *c = &documents[i];
		struct stet_record r = record_of(STET_RECORD_JSON, c->json, strlen(c->json));
		struct stet_document d;
		struct stet_skip skip;

		assert_int_equal(stet_record_parse(&r, &o, &mem, &d, &skip), 1);
		assert_int_equal(d.input, 3);
		assert_int_equal(d.record, 41);
		assert_span(d.member, "news/1.txt");
		assert_span(d.text, c->text);
		assert_span(d.id, c->id ? c->id : "");
		assert_span(d.url, c->url ? c->url : "");
		assert_span(d.source, c->source ? c->source : "");
		assert_span(d.title, c->title ? c->title : "");
		assert_span(d.date, c->date ? c->date : "");
		assert_int_equal(d.bad_date, c->bad_date);
		assert_int_equal(d.n_replaced, c->n_replaced);
		assert_false(d.converted);
		assert_true((d.date_key == STET_NO_DATE) ==
			    (c->bad_date || !c->date || *c->date == ' '));
		read_slack(d.text);
		free((char *)r.bytes.p);
		stet_arena_reset(&mem);
	}
	stet_arena_release(&mem);
}

/* A text that needs nothing done to it is not copied. */
static void test_borrowing(void **state)
{
	const struct stet_source_options o = defaults();
	const char json[] = "{\"text\":\"nothing to unescape here, not even \xc3\xa9\"}";
	struct stet_record r = record_of(STET_RECORD_JSON, json, strlen(json));
	struct stet_arena mem = { 0 };
	struct stet_document d;
	struct stet_skip skip;

	(void)state;
	assert_int_equal(stet_record_parse(&r, &o, &mem, &d, &skip), 1);
	assert_ptr_equal(d.text.p, r.bytes.p + 9);
	assert_int_equal(stet_arena_bytes(&mem), 0);
	free((char *)r.bytes.p);
}

/* ---- skips */

struct skip_case {
	const char *json, *reason;
	uint64_t offset;		/* behind the record's */
};

static const struct skip_case skips[] = {
	{ .json = "{\"id\":\"x\",\"url\" 1}", .offset = 16,
	  .reason = "JSON broken at byte 16: expected ':'" },
	{ .json = "{\"text\":\"cut", .offset = 12,
	  .reason = "JSON broken at byte 12: it ends early" },
	{ .json = "[\"text\"]", .reason = "JSON broken at byte 0: expected an object" },
	{ .json = "", .reason = "JSON broken at byte 0: it ends early" },
	{ .json = "{}", .reason = "no text field \"text\"" },
	{ .json = "{\"text\":null}", .reason = "no text field \"text\"" },
	{ .json = "{\"text\":17}", .reason = "no text field \"text\"" },
	{ .json = "{\"text\":[\"x\"]}", .reason = "no text field \"text\"" },
	{ .json = "{\"text\":\"more than eight\"}",
	  .reason = "text of 15 bytes is over --max-document (8)" },
};

static void test_skips(void **state)
{
	struct stet_source_options o = defaults();
	struct stet_arena mem = { 0 };

	(void)state;
	o.max_document = 8;
	for (size_t i = 0; i < sizeof(skips) / sizeof(skips[0]); i++) {
		struct stet_record r = record_of(STET_RECORD_JSON, skips[i].json,
						 strlen(skips[i].json));
		struct stet_document d;
		struct stet_skip skip;

		assert_int_equal(stet_record_parse(&r, &o, &mem, &d, &skip), 0);
		assert_span(skip.reason, skips[i].reason);
		assert_span(skip.member, "news/1.txt");
		assert_int_equal(skip.kind, STET_SKIP_DAMAGED);
		assert_int_equal(skip.offset, 1000 + skips[i].offset);
		assert_int_equal(skip.input, 3);
		assert_int_equal(skip.record, 41);
		free((char *)r.bytes.p);
	}
	stet_arena_release(&mem);
}

static void test_too_deep(void **state)
{
	const struct stet_source_options o = defaults();
	char json[5000] = "{\"text\":\"x\",\"deep\":";
	struct stet_arena mem = { 0 };
	struct stet_document d;
	struct stet_skip skip;

	(void)state;
	for (int depth = 999; depth <= 1000; depth++) {
		size_t len = strlen("{\"text\":\"x\",\"deep\":");
		struct stet_record r;

		memset(json + len, '[', (size_t)depth);
		memset(json + len + depth, ']', (size_t)depth);
		len += 2 * (size_t)depth;
		json[len++] = '}';
		r = record_of(STET_RECORD_JSON, json, len);
		assert_int_equal(stet_record_parse(&r, &o, &mem, &d, &skip), depth == 999);
		free((char *)r.bytes.p);
	}
	assert_span(skip.reason, "JSON nested deeper than 1000");
	stet_arena_release(&mem);
}

/* ---- sources */

struct host_case {
	const char *url, *host;
};

static const struct host_case hosts[] = {
	{ .url = "https://www.Example.ORG/a/b?c#d", .host = "example.org" },
	{ .url = "http://example.org:8080/", .host = "example.org" },
	{ .url = "http://example.org", .host = "example.org" },
	{ .url = "http://example.org?x=//y", .host = "example.org" },
	{ .url = "HTTP://user:pa@ss@News.example.org:80#x", .host = "news.example.org" },
	{ .url = "//www.example.org/x", .host = "example.org" },
	{ .url = " https://example.org/ ", .host = "example.org" },
	{ .url = "http://[2001:DB8::1]:80/x", .host = "[2001:db8::1]" },
	{ .url = "http://[2001:db8::1]/x", .host = "[2001:db8::1]" },
	{ .url = "http://www./", .host = "www." },
	{ .url = "http://wwwx.org/", .host = "wwwx.org" },
	{ .url = "http:///path", .host = "" },
	{ .url = "http://", .host = "" },
	{ .url = "mailto:a@example.org", .host = "" },
	{ .url = "example.org/x//y", .host = "" },
	{ .url = "x", .host = "" },
	{ .url = "https://web.archive.org/web/2014092502/http://www.A.gov/x", .host = "a.gov" },
	{ .url = "https://web.archive.org/web/20140925/", .host = "web.archive.org" },
	{ .url = "https://web.archive.org/web/", .host = "web.archive.org" },
	{ .url = "https://web.archive.org/about/", .host = "web.archive.org" },
};

static void test_hosts(void **state)
{
	const struct stet_source_options o = defaults();
	struct stet_arena mem = { 0 };
	char json[256];

	(void)state;
	for (size_t i = 0; i < sizeof(hosts) / sizeof(hosts[0]); i++) {
		struct stet_record r;
		struct stet_document d;
		struct stet_skip skip;

		snprintf(json, sizeof(json), "{\"text\":\"x\",\"source\":\" \",\"url\":\"%s\"}",
			 hosts[i].url);
		r = record_of(STET_RECORD_JSON, json, strlen(json));
		assert_int_equal(stet_record_parse(&r, &o, &mem, &d, &skip), 1);
		assert_span(d.source, hosts[i].host);
		assert_span(d.url, hosts[i].url);
		free((char *)r.bytes.p);
	}
	stet_arena_release(&mem);
}

/* ---- source maps */

static struct stet_source_map *open_map(const char *lines, struct stet_err *err)
{
	char path[] = "/tmp/stet-test-XXXXXX";
	const int fd = mkstemp(path);
	struct stet_source_map *m;

	assert_true(fd >= 0);
	assert_int_equal(write(fd, lines, strlen(lines)), strlen(lines));
	close(fd);
	m = stet_source_map_open(path, err);
	if (!m)		/* the message begins with the path, which differs each time */
		assert_memory_equal(err->msg, path, strlen(path));
	unlink(path);
	return m;
}

static void test_source_map(void **state)
{
	struct stet_source_options o = defaults();
	struct stet_err err = { 0 };
	struct stet_source_map *m =
		open_map("b.org\tGroup B\r\n\na.org\tA\nb.org\tGroup B\nc\tC", &err);
	const struct {
		const char *json, *source;
	} cases[] = {
		{ .json = "{\"text\":\"x\",\"source\":\"b.org\"}", .source = "Group B" },
		{ .json = "{\"text\":\"x\",\"url\":\"http://www.a.org/\"}", .source = "A" },
		{ .json = "{\"text\":\"x\",\"source\":\"c\"}", .source = "C" },
		{ .json = "{\"text\":\"x\",\"source\":\"a.or\"}", .source = "a.or" },
		{ .json = "{\"text\":\"x\"}", .source = "" },
	};
	struct stet_arena mem = { 0 };

	(void)state;
	assert_non_null(m);
	o.source_map = m;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct stet_record r = record_of(STET_RECORD_JSON, cases[i].json,
						 strlen(cases[i].json));
		struct stet_document d;
		struct stet_skip skip;

		assert_int_equal(stet_record_parse(&r, &o, &mem, &d, &skip), 1);
		assert_span(d.source, cases[i].source);
		free((char *)r.bytes.p);
	}
	stet_arena_release(&mem);
	stet_source_map_close(m);
	stet_source_map_close(NULL);
}

static void test_bad_source_maps(void **state)
{
	const struct {
		const char *lines, *message;
	} cases[] = {
		{ .lines = "a\tb\nc d\n",
		  .message = ": line 2: expected a source, a tab, a group" },
		{ .lines = "a\tb\tc\n", .message = ": line 1: expected a source, a tab, a group" },
		{ .lines = "\tb\n", .message = ": line 1: expected a source, a tab, a group" },
		{ .lines = "a\t\n", .message = ": line 1: expected a source, a tab, a group" },
		{ .lines = "a\tb\nc\td\na\te\n",
		  .message = ": line 3: 'a' has another group in line 1" },
	};
	struct stet_err err = { 0 };
	struct stet_source_map *empty;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_null(open_map(cases[i].lines, &err));
		assert_int_equal(err.code, STET_EFORMAT);
		assert_non_null(strstr(err.msg, cases[i].message));
	}
	assert_null(stet_source_map_open("/nowhere/map", &err));
	assert_int_equal(err.code, STET_EIO);
	assert_string_equal(err.msg, "cannot open /nowhere/map: No such file or directory");
	empty = open_map("", &err);
	assert_non_null(empty);
	stet_source_map_close(empty);
}

/* ---- options */

struct preset_case {
	const char *name, *json;
	const char *id, *source, *date;		/* NULL = empty; the text is always "t" */
};

static const struct preset_case preset_cases[] = {
	{ .name = "stet", .json = "{\"text\":\"t\",\"id\":\"1\",\"source\":\"s\","
				  "\"date\":\"2019\"}",
	  .id = "1", .source = "s", .date = "2019" },
	{ .name = "dolma", .json = "{\"id\":\"1\",\"text\":\"t\",\"source\":\"common-crawl\","
				   "\"created\":\"2019-01-02T03:04:05.000Z\","
				   "\"metadata\":{\"url\":\"http://e.org/\"}}",
	  .id = "1", .source = "common-crawl", .date = "2019-01-02T03:04:05.000Z" },
	{ .name = "c4", .json = "{\"text\":\"t\",\"timestamp\":\"2019-04-25T12:57:54Z\","
				"\"url\":\"https://www.e.org/x\"}",
	  .source = "e.org", .date = "2019-04-25T12:57:54Z" },
	{ .name = "oscar", .json = "{\"content\":\"t\",\"warc_headers\":{"
				   "\"warc-record-id\":\"<u>\","
				   "\"warc-target-uri\":\"http://e.org/\",\"warc-date\":"
				   "\"2022-01-01T00:00:00Z\"},\"metadata\":{}}",
	  .id = "<u>", .source = "e.org", .date = "2022-01-01T00:00:00Z" },
	{ .name = "dclm", .json = "{\"metadata\":{\"WARC-Record-ID\":\"<u>\",\"WARC-Date\":"
				  "\"2013-05-18T05:48:54Z\"},\"text\":\"t\","
				  "\"url\":\"http://e.org\"}",
	  .id = "<u>", .source = "e.org", .date = "2013-05-18T05:48:54Z" },
	{ .name = "redpajama-v2", .json = "{\"url\":\"http://x.e.org/\",\"date_download\":"
					  "\"2022-11-26T12:34:56Z\",\"digest\":\"sha1:A\","
					  "\"source_domain\":\"e.org\",\"raw_content\":\"t\"}",
	  .id = "sha1:A", .source = "e.org", .date = "2022-11-26T12:34:56Z" },
	{ .name = "fineweb", .json = "{\"text\":\"t\",\"id\":\"<u>\",\"dump\":\"CC\",\"url\":"
				     "\"http://e.org/\",\"date\":\"2013-05-18T05:48:54Z\"}",
	  .id = "<u>", .source = "e.org", .date = "2013-05-18T05:48:54Z" },
	{ .name = "passim", .json = "{\"id\":\"1\",\"series\":\"s\",\"date\":\"1861-04-12\","
				    "\"text\":\"t\"}",
	  .id = "1", .source = "s", .date = "1861-04-12" },
};

static void test_presets(void **state)
{
	struct stet_source_options o = defaults();
	struct stet_arena mem = { 0 };
	size_t n = 0;

	(void)state;
	for (; n < sizeof(preset_cases) / sizeof(preset_cases[0]); n++) {
		const struct preset_case *c = &preset_cases[n];
		const struct stet_preset *preset = stet_preset_find(c->name);
		struct stet_record r = record_of(STET_RECORD_JSON, c->json, strlen(c->json));
		struct stet_document d;
		struct stet_skip skip;

		assert_non_null(preset);
		o.fields = preset->fields;
		r.member.len = 0;
		assert_int_equal(stet_record_parse(&r, &o, &mem, &d, &skip), 1);
		assert_span(d.text, "t");
		assert_span(d.id, c->id ? c->id : "");
		assert_span(d.source, c->source);
		assert_span(d.date, c->date);
		assert_false(d.bad_date);
		free((char *)r.bytes.p);
	}
	stet_arena_release(&mem);
	assert_null(stet_presets[n].name);	/* every preset has its case */
	assert_null(stet_preset_find("nonesuch"));
}

/* Fill the arena with other things, so that what is not cleared is seen. */
static void make_dirty(struct stet_arena *mem)
{
	memset(stet_arena_alloc(mem, 4096), 0xff, 4096);
	stet_arena_reset(mem);
}

static void test_title(void **state)
{
	struct stet_source_options o = defaults();
	const char *const json[] = {
		"{\"text\":\"x\\ty\",\"title\":\"a\"}", "{\"text\":\"x\\ty\"}",
	};
	const char *const texts[] = { "a\n\nx\ty", "x\ty" };
	struct stet_arena mem = { 0 };

	(void)state;
	o.with_title = true;
	for (size_t i = 0; i < 2; i++) {
		struct stet_record r = record_of(STET_RECORD_JSON, json[i], strlen(json[i]));
		struct stet_document d;
		struct stet_skip skip;

		make_dirty(&mem);
		assert_int_equal(stet_record_parse(&r, &o, &mem, &d, &skip), 1);
		assert_span(d.text, texts[i]);
		for (size_t at = 0; at < STET_TEXT_SLACK; at++)
			assert_int_equal(d.text.p[d.text.len + at], 0);
		free((char *)r.bytes.p);
	}
	stet_arena_release(&mem);
}

/* ---- charsets */

struct charset_case {
	const char *bytes;
	size_t len;		/* 0 = up to the NUL */
	const char *text;
	bool converted;
	uint32_t n_replaced;
};

static const struct charset_case charsets[] = {
	{ .bytes = "", .text = "" },
	{ .bytes = "plain", .text = "plain" },
	{ .bytes = "\xef\xbb\xbf" "plain", .text = "plain" },
	{ .bytes = "\xef\xbb\xbf", .text = "" },
	{ .bytes = "caf\xc3\xa9", .text = "caf\xc3\xa9" },
	{ .bytes = "\xff\xfeh\0\xe9\0\x3d\xd8\x00\xde", .len = 10, .converted = true,
	  .text = "h\xc3\xa9\xf0\x9f\x98\x80" },
	{ .bytes = "\xfe\xff\0h\0\xe9", .len = 6, .converted = true, .text = "h\xc3\xa9" },
	{ .bytes = "\xff\xfe\0\0h\0\0\0", .len = 8, .converted = true, .text = "h" },
	{ .bytes = "\xff\xfe", .converted = true, .text = "" },
	{ .bytes = "\xff\xfe\xff\xfeh\0", .len = 6, .converted = true, .text = "h" },
	{ .bytes = "\xff\xfeh\0i", .len = 5, .converted = true, .text = "h" FFFD, .n_replaced = 1 },
	{ .bytes = "\xff\xfe\x3d\xd8h\0", .len = 6, .converted = true, .text = FFFD "h",
	  .n_replaced = 1 },

	/* a BOM, or text that is nearly all UTF-8, is repaired and not guessed at */
	{ .bytes = "\xef\xbb\xbf\xe9t\xe9", .text = FFFD "t" FFFD, .n_replaced = 2 },
	{ .bytes = "\xc3\xa9\xc3\xa8\xc3\xa0\xc3\xaa\xff.", .n_replaced = 1,
	  .text = "\xc3\xa9\xc3\xa8\xc3\xa0\xc3\xaa" FFFD "." },
	{ .bytes = "caf\xe9 D\xc3\xa9j\xc3\xa0 l'\xc3\xa9t\xc3\xa9 derni\xc3\xa8re",
	  .n_replaced = 1,
	  .text = "caf" FFFD " D\xc3\xa9j\xc3\xa0 l'\xc3\xa9t\xc3\xa9 derni\xc3\xa8re" },

	/* Windows-1251, Russian */
	{ .bytes = "\xc2\xf1\xe5 \xf1\xf7\xe0\xf1\xf2\xeb\xe8\xe2\xfb\xe5 \xf1\xe5\xec\xfc\xe8 "
		   "\xef\xee\xf5\xee\xe6\xe8 \xe4\xf0\xf3\xe3 \xed\xe0 \xe4\xf0\xf3\xe3\xe0",
	  .text = "Все счастливые семьи похожи друг на друга", .converted = true },
	/* Shift_JIS */
	{ .bytes = "\x93\xfa\x96\x7b\x8c\xea\x82\xcc"
		   "\x83\x65\x83\x4c\x83\x58\x83\x67\x82\xc5\x82\xb7",
	  .text = "日本語のテキストです", .converted = true },
};

static void test_charsets(void **state)
{
	const struct stet_source_options o = defaults();
	struct stet_arena mem = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(charsets) / sizeof(charsets[0]); i++) {
		const struct charset_case *c = &charsets[i];
		struct stet_record r = record_of(STET_RECORD_TEXT, c->bytes,
						 c->len ? c->len : strlen(c->bytes));
		struct stet_document d;
		struct stet_skip skip;

		assert_int_equal(stet_record_parse(&r, &o, &mem, &d, &skip), 1);
		assert_span(d.text, c->text);
		assert_span(d.id, "news/1.txt");
		assert_span(d.source, "");
		assert_int_equal(d.converted, c->converted);
		assert_int_equal(d.n_replaced, c->n_replaced);
		assert_true(d.date_key == STET_NO_DATE && !d.bad_date);
		read_slack(d.text);
		free((char *)r.bytes.p);
	}
	stet_arena_release(&mem);
}

/* ---- UTF-8 */

struct utf8_case {
	const char *bytes, *repaired;
	uint32_t n_replaced;
};

/* After Unicode 15, 3.9, tables 3-8 to 3-11, and the ends of each range. */
static const struct utf8_case utf8[] = {
	{ .bytes = "\xc2\x80\xdf\xbf\xe0\xa0\x80\xed\x9f\xbf\xee\x80\x80\xef\xbf\xbf",
	  .repaired = "\xc2\x80\xdf\xbf\xe0\xa0\x80\xed\x9f\xbf\xee\x80\x80\xef\xbf\xbf" },
	{ .bytes = "\xf0\x90\x80\x80\xf4\x8f\xbf\xbf",
	  .repaired = "\xf0\x90\x80\x80\xf4\x8f\xbf\xbf" },
	{ .bytes = "\xc0\xaf\xe0\x80\xbf\xf0\x81\x82" "A",
	  .repaired = FFFD FFFD FFFD FFFD FFFD FFFD FFFD FFFD "A", .n_replaced = 8 },
	{ .bytes = "\xed\xa0\x80\xed\xbf\xbf\xed\xaf" "A",
	  .repaired = FFFD FFFD FFFD FFFD FFFD FFFD FFFD FFFD "A", .n_replaced = 8 },
	{ .bytes = "\xf4\x91\x92\x93\xff" "A\x80\xbf" "B",
	  .repaired = FFFD FFFD FFFD FFFD FFFD "A" FFFD FFFD "B", .n_replaced = 7 },
	{ .bytes = "\xe1\x80\xe2\xf0\x91\x92\xf1\xbf" "A",
	  .repaired = FFFD FFFD FFFD FFFD "A", .n_replaced = 4 },
	{ .bytes = "\xe4\xb8", .repaired = FFFD, .n_replaced = 1 },
	{ .bytes = "\xc1\xbf....", .repaired = FFFD FFFD "....", .n_replaced = 2 },
	{ .bytes = "\xe0\x9f\xbf....", .repaired = FFFD FFFD FFFD "....", .n_replaced = 3 },
	{ .bytes = "\xed\xa0\x80....", .repaired = FFFD FFFD FFFD "....", .n_replaced = 3 },
};

/* With 0 to 20 bytes of ASCII before, so that vectors and their tails all have a turn. */
static void test_utf8(void **state)
{
	struct stet_arena mem = { 0 };
	static const char before[] = "abcdefghijklmnopqrst";
	char bytes[64], wanted[96];

	(void)state;
	for (size_t i = 0; i < sizeof(utf8) / sizeof(utf8[0]) * 21; i++) {
		const struct utf8_case *c = &utf8[i / 21];
		uint32_t n_replaced = 0;
		struct stet_span text;

		snprintf(bytes, sizeof(bytes), "%.*s%s", (int)(i % 21), before, c->bytes);
		snprintf(wanted, sizeof(wanted), "%.*s%s", (int)(i % 21), before, c->repaired);
		text = (struct stet_span){ bytes, strlen(bytes) };
		text = stet_utf8_repair(text, &mem, &n_replaced);
		assert_span(text, wanted);
		assert_int_equal(n_replaced, c->n_replaced);
		assert_int_equal(text.p == bytes, c->n_replaced == 0);
	}
	stet_arena_release(&mem);
}

/* Every sequence of two bytes and every code point, by definition. */
static bool is_code_point(uint32_t c, size_t len)
{
	return (len == 1 && c < 0x80) || (len == 2 && c >= 0x80 && c < 0x800) ||
	       (len == 3 && c >= 0x800 && c < 0x10000 && (c < 0xd800 || c > 0xdfff)) ||
	       (len == 4 && c >= 0x10000 && c < 0x110000);
}

static void test_every_character(void **state)
{
	static const unsigned char leads[] = { 0, 0, 0xc0, 0xe0, 0xf0 };

	(void)state;
	for (size_t len = 2; len <= 4; len++) {
		const uint32_t n = (uint32_t)1 << (len == 4 ? 21 : len == 3 ? 16 : 11);

		for (uint32_t c = 0; c < n; c++) {
			const size_t at = c % 37;	/* so that all places in a vector come */
			char bytes[48];

			memset(bytes, '.', sizeof(bytes));
			for (size_t i = len; i-- > 1; )
				bytes[at + i] = (char)(0x80 | (c >> 6 * (len - 1 - i) & 0x3f));
			bytes[at] = (char)(leads[len] | c >> 6 * (len - 1));
			if (stet_utf8_prefix((struct stet_span){ bytes, sizeof(bytes) }) !=
			    (is_code_point(c, len) ? sizeof(bytes) : at))
				fail_msg("%x in %zu bytes", c, len);
		}
	}
}

/* The length of the character at `p`, by definition; 0 where none is whole. */
static size_t character(const unsigned char *p, size_t left)
{
	const size_t len = *p < 0x80 ? 1 : *p < 0xe0 ? 2 : *p < 0xf0 ? 3 : 4;
	uint32_t c = len == 1 ? *p : *p & (0x7fu >> len);

	if (len > left || (*p >= 0x80 && *p < 0xc0) || *p >= 0xf8)
		return 0;
	for (size_t i = 1; i < len; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (p[i] & 0x3f);
	}
	return is_code_point(c, len) ? len : 0;
}

/* Pieces of characters one after the other, most of them whole. */
static void test_prefixes(void **state)
{
	static const char *const pieces[] = {
		"\xc3\xa9", "\xd8\xb4", "\xe0\xb8\x81", "\xe4\xb8\x80", "\xed\x9f\xbf", "a", " ",
		"\xee\x80\x80", "\xf0\x9f\x98\x80", "\xe0\x9f\xbf", "\xed\xa0\x80", "\xc1\xbf",
		"\xe4\xb8", "\xbf", "\xff", "\xe0\xa0\x80", "\xc3", "\xe0", "\xed",
	};
	uint32_t seed = 1;

	(void)state;
	for (int round = 0; round < 100000; round++) {
		const uint32_t n_pieces = round % 4 ? 8 : sizeof(pieces) / sizeof(pieces[0]);
		unsigned char bytes[128];
		size_t len = 0, want = 0, n;

		while (len < 100) {
			const char *piece = pieces[(seed = seed * 1664525 + 1013904223) % n_pieces];

			if (seed >> 27 == 0)	/* seldom */
				piece = pieces[seed >> 8 & 15];
			memcpy(bytes + len, piece, strlen(piece));
			len += strlen(piece);
		}
		len -= seed >> 28;
		while (want < len && (n = character(bytes + want, len - want)) > 0)
			want += n;
		assert_int_equal(stet_utf8_prefix((struct stet_span){ (char *)bytes, len }), want);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_documents),
		cmocka_unit_test(test_borrowing),
		cmocka_unit_test(test_skips),
		cmocka_unit_test(test_too_deep),
		cmocka_unit_test(test_hosts),
		cmocka_unit_test(test_source_map),
		cmocka_unit_test(test_bad_source_maps),
		cmocka_unit_test(test_presets),
		cmocka_unit_test(test_title),
		cmocka_unit_test(test_charsets),
		cmocka_unit_test(test_utf8),
		cmocka_unit_test(test_every_character),
		cmocka_unit_test(test_prefixes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
