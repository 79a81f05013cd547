/*
 * test_json.c - what is JSON, judged by JSONTestSuite and by jansson
 */
#include "../src/source/json.h"

#include <archive.h>
#include <archive_entry.h>
#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define SUITE "fixtures/json-edge/json-edge.tar.zst"
#define N_SUITE_CASES 340	/* 318 of parsing, 22 of transforming */

/* ---- how both see a text */

static const char *const paths[] = { "text", "id", "metadata.body", "a.b.c", "metadata" };
#define N_PATHS (sizeof(paths) / sizeof(paths[0]))

/* A copy without a byte behind it, so that the sanitizer sees every overrun. */
static char *exact_copy(const char *p, size_t len)
{
	char *copy = malloc(len ? len : 1);

	memcpy(copy, p, len);
	return copy;
}

static bool is_valid(const char *p, size_t len)
{
	char *copy = exact_copy(p, len);
	struct stet_json_fault fault = { 0 };
	const bool valid = stet_json_valid((struct stet_span){ copy, len }, &fault);

	if (!valid)
		assert_true(fault.at >= copy && fault.at <= copy + len);
	free(copy);
	return valid;
}

static json_t *load(const char *p, size_t len, json_error_t *error)
{
	return json_loadb(p, len, JSON_DECODE_ANY | JSON_ALLOW_NUL, error);
}

/* Reasons of jansson's that are not ours: see json.h for what we take. */
static bool is_stricter(const json_error_t *error)
{
	switch (json_error_code(error)) {
	case json_error_invalid_utf8:
	case json_error_null_byte_in_key:
	case json_error_numeric_overflow:
		return true;
	default:	/* lone surrogates */
		return strncmp(error->text, "invalid Unicode", 15) == 0;
	}
}

static const json_t *at_path(const json_t *value, const char *path)
{
	char key[32];

	while (value && *path) {
		const size_t len = strcspn(path, ".");

		memcpy(key, path, len);
		key[len] = '\0';
		value = json_object_get(value, key);
		path += len + (path[len] == '.');
	}
	return value;
}

static void compare_value(const struct stet_json_value *v, const json_t *theirs)
{
	uint32_t n_replaced = 0;
	char *out;
	size_t len;

	assert_int_equal(v->kind == STET_JSON_STRING, json_is_string(theirs));
	assert_int_equal(v->kind == STET_JSON_NUMBER, json_is_number(theirs));
	if (v->kind != STET_JSON_STRING)
		return;
	out = malloc(v->raw.len ? v->raw.len : 1);
	len = stet_json_unescape(v->raw, out, &n_replaced);
	assert_int_equal(len, json_string_length(theirs));
	assert_memory_equal(out, json_string_value(theirs), len);
	assert_int_equal(n_replaced, 0);
	if (!v->escaped)
		assert_int_equal(len, v->raw.len);
	free(out);
}

static bool find(struct stet_span text, struct stet_json_value v[N_PATHS],
		 struct stet_json_fault *fault)
{
	return stet_json_find(text, paths, v, N_PATHS, fault);
}

static void compare_fields(const char *p, size_t len, const json_t *theirs)
{
	char *copy = exact_copy(p, len);
	struct stet_json_value v[N_PATHS];
	struct stet_json_fault fault;
	const bool found = find((struct stet_span){ copy, len }, v, &fault);

	assert_int_equal(found, json_is_object(theirs));
	for (size_t i = 0; found && i < N_PATHS; i++)
		compare_value(&v[i], at_path(theirs, paths[i]));
	free(copy);
}

/* The same answer as jansson's, or one of the differences that are wanted. */
static bool compare(const char *name, const char *p, size_t len)
{
	json_error_t error;
	json_t *theirs = load(p, len, &error);
	const bool valid = is_valid(p, len);
	/* A NUL byte ends the text for jansson, which then misses what follows. */
	const bool is_cut = theirs && memchr(p, '\0', len);

	if (valid != (theirs != NULL) && !(valid && is_stricter(&error)) && !is_cut)
		fail_msg("%s: %s, but jansson says %s: %.*s", name, valid ? "taken" : "refused",
			 theirs ? "fine" : error.text, (int)(len < 300 ? len : 300), p);
	if (theirs && valid)
		compare_fields(p, len, theirs);
	json_decref(theirs);
	return valid;
}

/* ---- the suite */

/* Of the open cases, those we refuse: UTF-16, which is no UTF-8 and no JSON to us. */
static const char *const refused[] = {
	"i_string_UTF-16LE_with_BOM.json", "i_string_utf16BE_no_BOM.json",
	"i_string_utf16LE_no_BOM.json",
};

static bool is_wanted(const char *name)
{
	if (name[0] == 'n' && name[1] == '_')
		return false;
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
		if (strcmp(name, refused[i]) == 0)
			return false;
	return true;
}

static struct archive *open_suite(void)
{
	struct archive *a = archive_read_new();

	archive_read_support_filter_zstd(a);
	archive_read_support_format_tar(a);
	if (archive_read_open_filename(a, SUITE, 1 << 16) != ARCHIVE_OK)
		fail_msg("%s: %s", SUITE, archive_error_string(a));
	return a;
}

static void test_suite(void **state)
{
	struct archive *a = open_suite();
	struct archive_entry *e;
	size_t n = 0;

	(void)state;
	while (archive_read_next_header(a, &e) == ARCHIVE_OK) {
		const char *name = strrchr(archive_entry_pathname(e), '/') + 1;
		const size_t len = (size_t)archive_entry_size(e);
		char *p = malloc(len ? len : 1);

		assert_int_equal(archive_read_data(a, p, len), len);
		if (strstr(name, ".json")) {
			n++;
			/* The BOM is our choice; jansson knows none. */
			if (len >= 3 && memcmp(p, "\xef\xbb\xbf", 3) == 0)
				assert_int_equal(is_valid(p, len), is_wanted(name));
			else if (compare(name, p, len) != is_wanted(name))
				fail_msg("%s: %s", name, is_wanted(name) ? "refused" : "taken");
		}
		free(p);
	}
	archive_read_free(a);
	assert_int_equal(n, N_SUITE_CASES);
}

/* ---- the same, with everything broken at random */

static const char *const seeds[] = {
	"{\"text\":\"plain\",\"id\":17}",
	"{\"id\": \"a-1\", \"text\": \"one\\ntwo \\\"three\\\" \\u00e9\\ud83d\\ude00 end\", "
	"\"x\": [1, -2.5e+3]}",
	" { \"metadata\" : { \"body\" : \"nested text\" , \"n\":null } , \"text\" : true } \r\n",
	"{\"a\":{\"b\":{\"c\":\"deep\",\"d\":[{\"c\":1},{}]},\"b2\":{}},\"text\":\"\\/\\b\\f\\t\"}",
	"{\"text\":\"first\",\"text\":\"second\","
	"\"metadata\":{\"body\":1},\"metadata\":{\"body\":\"2\"}}",
	"{\"te\\u0078t\":\"an escaped key\",\"\\u0069d\":\"x\",\"metadata\":\"no object\"}",
	"{\"text\":\"a string that is longer than two vectors of sixteen bytes, "
	"\\\\ and then some\"}",
	"{\"text\":\"\xe2\x82\xac \xd0\xb6 \xf0\x9f\x98\x80 \xe4\xb8\xad\",\"id\":\"\\u0000\"}",
	"{\"x\":[[[[]]],{\"text\":\"not this one\"},[{\"a\":[]}]],"
	"\"text\":\"this one\",\"id\":1e5}",
	"{\"a\":{\"b\":1},\"a\":{\"b\":{\"c\":false}},"
	"\"a\":{\"b\":{\"c\":\"last\"}},\"\":{\"\":{}}}",
	"[0, 10, -1, 1.25, 1E5, true, false, null, \"x\", {\"text\": \"in an array\"}]",
};
#define N_SEEDS (sizeof(seeds) / sizeof(seeds[0]))
#define N_MUTANTS 40000

static uint64_t next_random(uint64_t *x)
{
	*x ^= *x << 13;
	*x ^= *x >> 7;
	*x ^= *x << 17;
	return *x >> 16;
}

/* Change, drop, insert or double a few bytes of `p`, which has room for 512. */
static size_t mutate(char *p, size_t len, uint64_t *x)
{
	static const char bytes[] = "{}[]\",:\\\\u0019d8e.+-tfn \n\t\x01\x7f\x80\xe2\xff\"\"\"";

	for (size_t n = next_random(x) % 3 + 1; n > 0 && len > 1; n--) {
		const size_t at = next_random(x) % len;
		const size_t run = next_random(x) % (len - at) % 12 + 1;

		switch (next_random(x) % 4) {
		case 0:
			p[at] = bytes[next_random(x) % (sizeof(bytes) - 1)];
			break;
		case 1:
			memmove(p + at, p + at + run, len - at - run);
			len -= run;
			break;
		case 2:
			memmove(p + at + 1, p + at, len - at);
			p[at] = bytes[next_random(x) % (sizeof(bytes) - 1)];
			len++;
			break;
		default:
			memmove(p + at + run, p + at, len - at);
			len += run;
		}
	}
	return len;
}

static void test_mutants(void **state)
{
	uint64_t x = 20190913;
	size_t n_valid = 0;
	char text[512], name[32];

	(void)state;
	for (size_t i = 0; i < N_MUTANTS; i++) {
		const char *seed = seeds[i % N_SEEDS];
		size_t len = strlen(seed);

		memcpy(text, seed, len);
		if (i >= N_SEEDS)
			len = mutate(text, len, &x);
		snprintf(name, sizeof(name), "mutant %zu", i);
		n_valid += compare(name, text, len);
	}
	assert_true(n_valid > N_MUTANTS / 20 && n_valid < N_MUTANTS);
}

/* ---- faults, by place and reason */

struct fault_case {
	const char *text;
	size_t at;
	const char *what;
};

static const struct fault_case faults[] = {
	{ .text = "", .at = 0, .what = "it ends early" },
	{ .text = "{", .at = 1, .what = "it ends early" },
	{ .text = "{\"a\"", .at = 4, .what = "it ends early" },
	{ .text = "{\"a\":\"bc", .at = 8, .what = "it ends early" },
	{ .text = "{\"a\":\"bc\\", .at = 9, .what = "it ends early" },
	{ .text = "{\"a\":\"bc\\u00", .at = 12, .what = "it ends early" },
	{ .text = "{\"a\":tru", .at = 8, .what = "it ends early" },
	{ .text = "{\"a\":-", .at = 6, .what = "it ends early" },
	{ .text = "{\"a\" 1}", .at = 5, .what = "expected ':'" },
	{ .text = "{\"a\":}", .at = 5, .what = "expected a value" },
	{ .text = "{\"a\":1]", .at = 6, .what = "expected ',' or '}'" },
	{ .text = "{\"a\":[1}", .at = 7, .what = "expected ',' or ']'" },
	{ .text = "{\"a\":[{\"b\":1]}", .at = 12, .what = "expected ',' or '}'" },
	{ .text = "{\"a\":1,}", .at = 7, .what = "expected a key" },
	{ .text = "{a:1}", .at = 1, .what = "expected a key" },
	{ .text = "{\"a\":\"\\x\"}", .at = 7, .what = "unknown escape" },
	{ .text = "{\"a\":\"\\u12g4\"}", .at = 10, .what = "expected four hexadecimal digits" },
	{ .text = "{\"a\":\"\\u12`4\"}", .at = 10, .what = "expected four hexadecimal digits" },
	{ .text = "{\"a\":\"b\nc\"}", .at = 7, .what = "control character in a string" },
	{ .text = "{\"a\":01}", .at = 6, .what = "expected ',' or '}'" },
	{ .text = "{\"a\":1.}", .at = 7, .what = "expected a digit" },
	{ .text = "{} {}", .at = 3, .what = "something stands behind the value" },
	{ .text = "[1]", .at = 0, .what = "expected an object" },
	{ .text = " \"text\"", .at = 1, .what = "expected an object" },
	{ .text = "\xef\xbb\xbf", .at = 3, .what = "it ends early" },
};

static void test_faults(void **state)
{
	struct stet_json_value v[N_PATHS];

	(void)state;
	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
		const struct fault_case *c = &faults[i];
		const size_t len = strlen(c->text);
		char *copy = exact_copy(c->text, len);
		struct stet_json_fault fault;
		size_t at;

		assert_false(find((struct stet_span){ copy, len }, v, &fault));
		at = (size_t)(fault.at - copy);
		if (at != c->at || strcmp(fault.what, c->what) != 0)
			fail_msg("%s: byte %zu: %s", c->text, at, fault.what);
		free(copy);
	}
}

/* A value that is cut off asks for more bytes, wherever it was cut. */
static void test_truncation(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_SEEDS; i++) {
		const size_t begin = seeds[i][0] == ' ';
		const size_t all = strlen(seeds[i]);
		struct stet_json_fault fault;
		const char *end = stet_json_skip_value(seeds[i] + begin, seeds[i] + all, &fault);
		const size_t len = (size_t)(end - seeds[i]);

		assert_non_null(end);
		assert_true(end[-1] == '}' || end[-1] == ']');
		for (size_t cut = begin; cut < len; cut++) {
			char *copy = exact_copy(seeds[i] + begin, cut - begin);
			const char *stop = copy + (cut - begin);

			assert_null(stet_json_skip_value(copy, stop, &fault));
			assert_ptr_equal(fault.at, stop);
			free(copy);
		}
	}
}

/* `n` containers in each other, then closed: objects on a path, arrays, or both by turns. */
static size_t nest(char *p, unsigned n, const char *kinds)
{
	size_t len = 0;

	for (unsigned i = 0; i < n; i++)
		len += (size_t)sprintf(p + len, "%s",
				       kinds[i % strlen(kinds)] == '{' ? "{\"a\":" : "[");
	p[len++] = '1';
	for (unsigned i = n; i-- > 0; )
		p[len++] = kinds[i % strlen(kinds)] == '{' ? '}' : ']';
	return len;
}

static void test_depth(void **state)
{
	static const char *const kinds[] = { "{", "[", "{[", "[{{" };
	char all[2 * STET_JSON_MAX_DEPTH + 4] = "a";
	const char *const deep[] = { "a.a.a.a", "a", all };
	char *p = malloc(16 * STET_JSON_MAX_DEPTH);
	struct stet_json_value v[3];
	struct stet_json_fault fault;

	(void)state;
	for (size_t i = 0; i <= STET_JSON_MAX_DEPTH; i++)
		memcpy(all + 1 + 2 * i, ".a", 3);
	for (size_t k = 0; k < sizeof(kinds) / sizeof(kinds[0]); k++) {
		struct stet_span text = { p, nest(p, STET_JSON_MAX_DEPTH, kinds[k]) };

		assert_true(stet_json_valid(text, &fault));
		if (kinds[k][0] == '{')
			assert_true(stet_json_find(text, deep, v, 3, &fault));
		text.len = nest(p, STET_JSON_MAX_DEPTH + 1, kinds[k]);
		assert_false(stet_json_valid(text, &fault));
		assert_null(fault.what);
		assert_false(stet_json_find(text, deep, v, 3, &fault));
		assert_null(fault.what);
	}
	free(p);
}

/* ---- fields: what jansson cannot say */

struct field_case {
	const char *text, *path, *raw;	/* raw NULL = absent */
};

static const struct field_case fields[] = {
	{ .text = "{\"id\":17}", .path = "id", .raw = "17" },
	{ .text = "{\"id\":-1.50e+3}", .path = "id", .raw = "-1.50e+3" },
	{ .text = "{\"id\":123456789012345678901234567890}", .path = "id",
	  .raw = "123456789012345678901234567890" },
	{ .text = "{\"id\":1e999}", .path = "id", .raw = "1e999" },
	{ .text = "{\"id\":\"a\\nb\"}", .path = "id", .raw = "a\\nb" },
	{ .text = "{\"id\":\"\"}", .path = "id", .raw = "" },
	{ .text = "{\"id\":null}", .path = "id" },
	{ .text = "{\"id\":[\"x\"]}", .path = "id" },
	{ .text = "{\"id\":\"x\",\"id\":null}", .path = "id" },
	{ .text = "{\"a\":{\"id\":\"x\"}}", .path = "id" },
	{ .text = "{\"a\":{\"id\":\"x\"}}", .path = "a.id", .raw = "x" },
	{ .text = "{\"a.id\":\"x\"}", .path = "a.id" },
	{ .text = "{\"a\":{\"id\":\"x\"},\"a\":{}}", .path = "a.id" },
	{ .text = "{\"a\":{\"id\":\"x\"},\"a\":1}", .path = "a.id" },
	{ .text = "{\"a\":[{\"id\":\"x\"}]}", .path = "a.id" },
	{ .text = "{\"\":\"x\"}", .path = "", .raw = "x" },
	{ .text = "{\"i\":\"x\",\"idx\":\"y\"}", .path = "id" },
	{ .text = "{\"\\u0069\\u0064\":\"x\"}", .path = "id", .raw = "x" },
	{ .text = "{\"\\ud83d\\ude00\":\"x\"}", .path = "\xf0\x9f\x98\x80", .raw = "x" },
	{ .text = "{\"\\u0069\\u0064x\":\"x\"}", .path = "id" },
	{ .text = "\xef\xbb\xbf{\"id\":\"x\"}\r\n", .path = "id", .raw = "x" },
};

static void test_fields(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		const struct field_case *c = &fields[i];
		struct stet_span text = { c->text, strlen(c->text) };
		struct stet_json_value v[2];
		struct stet_json_fault fault;
		/* The same path twice gives the same twice; NULL gives nothing. */
		const char *const twice[] = { c->path, c->path };

		assert_true(stet_json_find(text, twice, v, 2, &fault));
		for (size_t k = 0; k < 2; k++) {
			if ((v[k].kind == STET_JSON_ABSENT) != (c->raw == NULL))
				fail_msg("%s: kind %d", c->text, v[k].kind);
			if (c->raw) {
				assert_int_equal(v[k].raw.len, strlen(c->raw));
				assert_memory_equal(v[k].raw.p, c->raw, strlen(c->raw));
			}
		}
		assert_true(stet_json_find(text, (const char *[]){ NULL }, v, 1, &fault));
		assert_int_equal(v[0].kind, STET_JSON_ABSENT);
	}
}

/* ---- strings */

struct string_case {
	const char *raw, *text;
	size_t len;		/* of `text`, 0 = up to its NUL */
	uint32_t n_replaced;
};

static const struct string_case strings[] = {
	{ .raw = "", .text = "" },
	{ .raw = "\\\"\\\\\\/\\b\\f\\n\\r\\t", .text = "\"\\/\b\f\n\r\t" },
	{ .raw = "\\u0041\\u00e9\\u20AC\\uFFFF", .text = "A\xc3\xa9\xe2\x82\xac\xef\xbf\xbf" },
	{ .raw = "\\u07ff\\u0800\\u007f\\u0080", .text = "\xdf\xbf\xe0\xa0\x80\x7f\xc2\x80" },
	{ .raw = "a\\u0000b", .text = "a\0b", .len = 3 },
	{ .raw = "\\ud83d\\ude00", .text = "\xf0\x9f\x98\x80" },
	{ .raw = "\\uD800\\uDC00\\uDBFF\\uDFFF", .text = "\xf0\x90\x80\x80\xf4\x8f\xbf\xbf" },
	{ .raw = "\\ud83d", .text = "\xef\xbf\xbd", .n_replaced = 1 },
	{ .raw = "\\ude00", .text = "\xef\xbf\xbd", .n_replaced = 1 },
	{ .raw = "\\ud83dx\\ude00", .text = "\xef\xbf\xbdx\xef\xbf\xbd", .n_replaced = 2 },
	{ .raw = "\\ude00\\ude00", .text = "\xef\xbf\xbd\xef\xbf\xbd", .n_replaced = 2 },
	{ .raw = "\\ud83d\\n", .text = "\xef\xbf\xbd\n", .n_replaced = 1 },
	{ .raw = "\\ud83d\\u0041", .text = "\xef\xbf\xbd" "A", .n_replaced = 1 },
	{ .raw = "\\ud83d\\ud83d\\ude00", .text = "\xef\xbf\xbd\xf0\x9f\x98\x80", .n_replaced = 1 },
	{ .raw = "sixteen bytes or more before\\nand sixteen or more bytes behind it",
	  .text = "sixteen bytes or more before\nand sixteen or more bytes behind it" },
	{ .raw = "\\nexactly 16 bytes", .text = "\nexactly 16 bytes" },
	{ .raw = "exactly 16 bytes\\n", .text = "exactly 16 bytes\n" },
};

static void test_strings(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(strings) / sizeof(strings[0]); i++) {
		const struct string_case *c = &strings[i];
		const size_t len = c->len ? c->len : strlen(c->text), raw_len = strlen(c->raw);
		char *raw = exact_copy(c->raw, raw_len);
		char *out = malloc(raw_len ? raw_len : 1);
		const struct stet_span span = { raw, raw_len };
		uint32_t n_replaced = 0;

		assert_int_equal(stet_json_unescape(span, out, &n_replaced), len);
		assert_memory_equal(out, c->text, len);
		assert_int_equal(n_replaced, c->n_replaced);
		assert_true(stet_json_equals(span, (struct stet_span){ c->text, len }));
		if (len > 0)
			assert_false(stet_json_equals(span,
						      (struct stet_span){ c->text, len - 1 }));
		free(raw);
		free(out);
	}
}

/* A special byte is seen at every place of a vector, and `ascii` is right. */
static void test_places(void **state)
{
	static const char *const path[] = { "id" };
	char text[128];
	struct stet_json_value v[1];
	struct stet_json_fault fault;

	(void)state;
	for (size_t len = 0; len < 80; len++) {
		for (size_t at = 0; at < len; at++) {
			const struct stet_span all = { text, len + 22 };

			memcpy(text, "{\"id\":\"", 7);
			memset(text + 7, 'x', len);
			memcpy(text + 7 + len, "\",\"x\":\"\xc3\xa9....\"}", 15);
			assert_true(stet_json_find(all, path, v, 1, &fault));
			assert_true(v[0].ascii && !v[0].escaped && v[0].raw.len == len);

			text[7 + at] = '\xc3';
			assert_true(stet_json_find(all, path, v, 1, &fault));
			assert_true(!v[0].ascii && v[0].raw.len == len);

			text[7 + at] = '\x1f';
			assert_false(stet_json_valid(all, &fault));
			assert_ptr_equal(fault.at, text + 7 + at);

			text[7 + at] = '\\';
			assert_false(stet_json_valid(all, &fault));
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_suite),
		cmocka_unit_test(test_mutants),
		cmocka_unit_test(test_faults),
		cmocka_unit_test(test_truncation),
		cmocka_unit_test(test_depth),
		cmocka_unit_test(test_fields),
		cmocka_unit_test(test_strings),
		cmocka_unit_test(test_places),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
