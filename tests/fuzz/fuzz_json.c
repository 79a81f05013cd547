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

static void compare(struct stet_span text, bool valid, const struct stet_json_fault *fault)
{
	json_error_t e;
	json_t *tree;

	if (memchr(text.p, 0, text.len))	/* jansson takes it for the end */
		return;
	tree = json_loadb(text.p, text.len, JSON_DECODE_ANY | JSON_ALLOW_NUL, &e);
	if (tree)
		LAW(valid || !fault->what);
	else
		LAW(!valid || is_choice(&e, text));
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

	LAW(valid || (fault.at >= text.p && fault.at <= text.p + text.len));
	compare(text, valid, &fault);
	if (stet_json_find(text, paths, v, N_PATHS, &of_find)) {
		LAW(valid);
		for (size_t i = 0; i < N_PATHS; i++)
			check_value(text, &v[i]);
	} else {
		LAW(of_find.at >= text.p && of_find.at <= text.p + text.len);
	}
	free(copy);
	return 0;
}
