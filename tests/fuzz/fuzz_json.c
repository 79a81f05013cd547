/*
 * fuzz_json.c - the JSON walker, held to itself and to jansson
 */
#include "../../src/source/charset.h"
#include "../../src/source/json.h"
#include "fuzz.h"

#include <jansson.h>

static const char *const paths[] = { "text", "id", "a.b", "a.b.c", "metadata.body", "" };
#define N_PATHS (sizeof(paths) / sizeof(paths[0]))

/* What it finds lies inside the text, and unescapes to no more than it is. */
static void check_value(struct stet_span text, const struct stet_json_value *v)
{
	uint32_t n_replaced = 0;
	char *out;
	size_t n;

	if (v->kind == STET_JSON_ABSENT)
		return;
	LAW(v->raw.p >= text.p && v->raw.p + v->raw.len <= text.p + text.len);
	LAW(v->kind == STET_JSON_STRING || v->raw.len > 0);
	if (v->kind != STET_JSON_STRING)
		return;
	LAW(v->escaped == (v->raw.len > 0 && memchr(v->raw.p, '\\', v->raw.len)));
	out = stet_calloc(v->raw.len + 1, 1);
	n = stet_json_unescape(v->raw, out, &n_replaced);
	LAW(n <= v->raw.len);
	LAW(v->escaped || n == v->raw.len);
	LAW(stet_json_equals(v->raw, (struct stet_span){ out, n }));
	if (v->ascii)
		LAW(stet_utf8_prefix((struct stet_span){ out, n }) == n);
	free(out);
}

/* Did jansson say no to something that we take on purpose? */
static bool is_choice(const json_error_t *e, struct stet_span text)
{
	const enum json_error_code code = json_error_code(e);

	return code == json_error_numeric_overflow || code == json_error_invalid_utf8 ||
	       memchr(text.p, '\\', text.len) || stet_utf8_prefix(text) < text.len ||
	       (text.len >= 3 && memcmp(text.p, "\xef\xbb\xbf", 3) == 0);
}

/* A string by jansson, which is UTF-8, is what we unescape to. */
static void compare_string(const json_t *want, const struct stet_json_value *v)
{
	uint32_t n_replaced = 0;
	char *out;
	size_t n;

	LAW(v->kind == STET_JSON_STRING);
	out = stet_calloc(v->raw.len + 1, 1);
	n = stet_json_unescape(v->raw, out, &n_replaced);
	LAW(n_replaced == 0 && n == json_string_length(want));
	LAW(memcmp(out, json_string_value(want), n) == 0);
	free(out);
}

/* `found` = what is at `paths`, where the text is an object. */
static void compare(struct stet_span text, bool valid, const struct stet_json_value *found)
{
	json_error_t e;
	json_t *tree;

	if (memchr(text.p, 0, text.len))	/* jansson takes it for the end */
		return;
	tree = json_loadb(text.p, text.len, JSON_DECODE_ANY | JSON_ALLOW_NUL, &e);
	LAW(tree ? valid : !valid || is_choice(&e, text));
	LAW(!json_is_object(tree) || found);
	for (size_t i = 0; i < 2 && json_is_object(tree); i++) {
		const json_t *want = json_object_get(tree, paths[i]);

		if (json_is_string(want))
			compare_string(want, &found[i]);
		else
			LAW(found[i].kind == (json_is_number(want) ? STET_JSON_NUMBER :
								    STET_JSON_ABSENT));
	}
	json_decref(tree);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* No slack: it must read nothing at or behind the end. */
	char *copy = stet_calloc(size ? size : 1, 1);
	const struct stet_span text = { memcpy(copy, data, size), size };
	struct stet_json_fault fault = { 0 }, of_find = { 0 };
	struct stet_json_value v[N_PATHS];
	const bool valid = stet_json_valid(text, &fault);
	const bool is_found = stet_json_find(text, paths, v, N_PATHS, &of_find);

	LAW(valid || (fault.at >= text.p && fault.at <= text.p + text.len));
	compare(text, valid || !fault.what, is_found ? v : NULL);
	if (is_found) {
		LAW(valid);
		for (size_t i = 0; i < N_PATHS; i++)
			check_value(text, &v[i]);
	} else {
		LAW(of_find.at >= text.p && of_find.at <= text.p + text.len);
	}
	free(copy);
	return 0;
}
