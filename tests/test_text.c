/*
 * test_text.c - folding, tokens and paragraphs, against utf8proc, a slow reading of
 * src/DESIGN.md (text_oracle.h), tables of cases, and themselves on other kernels
 */
#include "../src/text/fold.h"
#include "../src/text/text_kernels.h"
#include "stet/cpu.h"
#include "stet/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>
#include <utf8proc.h>

#include "text_oracle.h"

#define UNICODE_TESTS "../shared/data/unicode-edge.tar.zst"

static bool always(void)
{
	return true;
}

static bool have_avx2(void)
{
#ifdef __x86_64__
	return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi2");
#else
	return false;
#endif
}

static bool have_neon(void)
{
#ifdef __AARCH64EL__
	return true;
#else
	return false;
#endif
}

/* Of our own, so that this test needs nothing of cpu.c. */
static const struct stet_isa isas[] = {
	{ STET_SCALAR, "scalar", always },
	{ STET_AVX2, "avx2", have_avx2 },	/* and of avx512 */
	{ STET_NEON, "neon", have_neon },
};

static uint64_t seed = 1;

static uint64_t draw(uint64_t n)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (seed >> 33) % n;
}

/* ---- invariants */

static bool cuts_character(const char *text, size_t len, uint32_t at)
{
	for (uint32_t back = 1; back < 4 && back <= at; back++) {
		uint32_t n;

		if (!(text[at - back] & 0x80))
			return false;
		stet_decode(text + at - back, (uint32_t)(len - (at - back)), &n);
		if (n > back)
			return true;
	}
	return false;
}

static void check_tokens(const char *text, size_t len, const struct stet_tokens *t)
{
	for (size_t i = 0; i < t->n; i++) {
		assert_true(t->begin[i] < t->end[i] && t->end[i] <= len);
		assert_false(cuts_character(text, len, t->begin[i]));
		assert_false(cuts_character(text, len, t->end[i]));
		assert_true(t->folded_at[i] < t->folded_at[i + 1]);
		assert_true(i == 0 || t->begin[i - 1] <= t->begin[i]);
		assert_true(i == 0 || t->end[i - 1] <= t->end[i]);
		assert_int_equal(stet_weight(t, i, i + 1),
				 t->class[i] == STET_WORD ? 20 : t->class[i] == STET_HAN ? 12 : 5);
	}
	assert_int_equal(t->folded_at[0], 0);
	assert_int_equal(t->weight_at[0], 0);
	assert_true(t->cap_folded >= t->folded_at[t->n] + 64);
}

static void check_paragraphs(const char *text, size_t len, const struct stet_tokens *t)
{
	uint32_t token = 0, end = 0;

	for (size_t i = 0; i < t->n_paragraphs; i++) {
		const struct stet_paragraph *p = &t->paragraphs[i];

		assert_true(p->n_tokens > 0 && p->token == token);
		assert_true(p->begin >= end && p->begin <= t->begin[token] && p->end <= len);
		token += p->n_tokens;
		assert_true(p->end >= t->end[token - 1]);
		assert_false(cuts_character(text, len, p->begin));
		assert_false(cuts_character(text, len, p->end));
		end = p->end;
	}
	assert_int_equal(token, t->n);
}

static void assert_same(const struct stet_tokens *a, const struct stet_tokens *b)
{
	assert_int_equal(a->n, b->n);
	assert_int_equal(a->n_paragraphs, b->n_paragraphs);
	assert_memory_equal(a->hash, b->hash, a->n * sizeof(*a->hash));
	assert_memory_equal(a->begin, b->begin, a->n * sizeof(*a->begin));
	assert_memory_equal(a->end, b->end, a->n * sizeof(*a->end));
	assert_memory_equal(a->folded_at, b->folded_at, (a->n + 1) * sizeof(*a->folded_at));
	assert_memory_equal(a->weight_at, b->weight_at, (a->n + 1) * sizeof(*a->weight_at));
	assert_memory_equal(a->class, b->class, a->n);
	assert_memory_equal(a->folded, b->folded, a->folded_at[a->n]);
	assert_memory_equal(a->paragraphs, b->paragraphs,
			    a->n_paragraphs * sizeof(*a->paragraphs));
}

/* Tokens by every kernel, checked; junk that would be letters stands behind the text. */
static void tokenize(const char *text, size_t len, struct stet_tokens *t)
{
	char *copy = malloc(len + 64);

	assert_non_null(copy);
	if (len > 0)
		memcpy(copy, text, len);
	memset(copy + len, len % 2 ? 'x' : 0xa9, 64);
	stet_tokenize((struct stet_span){ copy, len }, &isas[0], t);
	check_tokens(copy, len, t);
	check_paragraphs(copy, len, t);
	for (size_t i = 1; i < sizeof(isas) / sizeof(isas[0]); i++) {
		struct stet_tokens other = { 0 };

		if (!isas[i].usable())
			continue;
		stet_tokenize((struct stet_span){ copy, len }, &isas[i], &other);
		assert_same(t, &other);
		stet_tokens_release(&other);
	}
	free(copy);
}

/* ---- the table */

static void table_is_utf8proc(void **state)
{
	size_t n_different = 0;

	(void)state;
	for (uint32_t cp = 1; cp < 0x110000; cp++) {
		uint8_t utf8[4];
		int32_t theirs[64];
		uint32_t ours[STET_FOLD_MOST];
		utf8proc_ssize_t len, n;
		size_t n_ours;
		bool same;

		if (cp >= 0xd800 && cp < 0xe000)
			continue;
		len = utf8proc_encode_char((int32_t)cp, utf8);
		n = utf8proc_decompose(utf8, len, theirs, 64, UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT |
				       UTF8PROC_CASEFOLD | UTF8PROC_IGNORE);
		n_ours = stet_fold_code_point(cp, ours);
		same = n == (utf8proc_ssize_t)n_ours && memcmp(ours, theirs, n_ours * 4) == 0;
		if (!same && !oracle_ignores((int32_t)cp)) {
			print_message("U+%04X: %zu here, %zd there\n", cp, n_ours, (ssize_t)n);
			n_different++;
		}
	}
	assert_int_equal(n_different, 0);
}

static void classes_are_utf8proc(void **state)
{
	(void)state;
	for (uint32_t cp = 0x80; cp < 0x110000; cp++) {
		uint32_t ours[STET_FOLD_MOST];
		struct oracle_tokens want;
		struct stet_tokens t = { 0 };
		uint8_t utf8[4 + 64] = "";
		size_t len;

		if ((cp >= 0xd800 && cp < 0xe000) || stet_fold_code_point(cp, ours) != 1 ||
		    ours[0] != cp)
			continue;
		len = (size_t)utf8proc_encode_char((int32_t)cp, utf8);
		stet_tokenize((struct stet_span){ (char *)utf8, len }, &isas[0], &t);
		oracle_tokens((char *)utf8, len, &want);
		if (t.n != want.n || (t.n == 1 && t.class[0] != want.v[0].class))
			fail_msg("U+%04X: %zu tokens of class %d, not %zu of class %d", cp, t.n,
				 t.n ? t.class[0] : 0, want.n, want.n ? want.v[0].class : 0);
		oracle_release(&want);
		stet_tokens_release(&t);
	}
}

/* ---- cases */

/* Tokens are written with | between them; {} around han, <> around clusters. */
static char *write_tokens(const struct stet_tokens *t)
{
	char *out = calloc(t->folded_at[t->n] + 3 * t->n + 1, 1), *w = out;

	for (size_t i = 0; i < t->n; i++) {
		const size_t len = t->folded_at[i + 1] - t->folded_at[i];

		*w++ = '|';
		if (t->class[i] != STET_WORD)
			*w++ = "?{<"[t->class[i]];
		memcpy(w, t->folded + t->folded_at[i], len);
		w += len;
		if (t->class[i] != STET_WORD)
			*w++ = "?}>"[t->class[i]];
	}
	return out;
}

static const struct {
	const char *text, *tokens;
} cases[] = {
	{ "", "" },
	{ "Hello, World! 3.14", "|hello|world|3|14" },
	{ "snake_case a-b", "|snake|case|a|b" },
	{ "abc123 1a", "|abc123|1a" },
	/* apostrophes */
	{ "don't", "|dont" },
	{ "don\u2019t DON\u2018T don\u201bt don\u02bct don\uff07t", "|dont|dont|dont|dont|dont" },
	{ "l\u2019Iran l'\u00c9tat", "|liran|le\u0301tat" },
	{ "caf\u00e9's cafe\u0301's", "|cafe\u0301s|cafe\u0301s" },
	{ "'quoted' dogs' 'tis", "|quoted|dogs|tis" },
	{ "90's o'1 a''b a'-b", "|90|s|o|1|a|b|a|b" },
	{ "rock'n'roll", "|rocknroll" },
	{ "a'\u00adb a\u00ad'b", "|ab|ab" },
	{ "a'\u0301b", "|a|\u0301b" },
	{ "\u4e2d'a a'\u4e2d", "|{\u4e2d}|a|a|{\u4e2d}" },
	{ "\u0149 a\u0149", "|n|an" },
	/* Latin */
	{ "na\u00efve nai\u0308ve NA\u00cfVE", "|nai\u0308ve|nai\u0308ve|nai\u0308ve" },
	{ "Stra\u00dfe STRASSE \u1e9e", "|strasse|strasse|ss" },
	{ "\u0130stanbul I\u0307 \u0131", "|i\u0307stanbul|i\u0307|\u0131" },
	{ "\ufb01n \u2122 \u00ba \u00b2", "|fin|tm|o|2" },
	{ "e\u0301\u0323 e\u0323\u0301 \u1eb9\u0301",
	  "|e\u0323\u0301|e\u0323\u0301|e\u0323\u0301" },
	{ "\u00bd", "|1|2" },
	{ "1\u00bd", "|11|2" },
	{ "\u00b4a", "|\u0301a" },
	{ "so\u00adft zero\u200bwidth", "|soft|zerowidth" },
	{ "\u201ca\u201d\u2014b\u2026c", "|a|b|c" },
	{ "\uff21\uff22\uff11", "|ab1" },
	/* Greek, Cyrillic */
	{ "\u039f\u0394\u039f\u03a3 \u03bf\u03b4\u03bf\u03c2",
	  "|\u03bf\u03b4\u03bf\u03c3|\u03bf\u03b4\u03bf\u03c3" },
	{ "\u1fb3", "|\u03b1\u03b9" },
	{ "\u0419\u043e\u0434 \u0438\u0306\u043e\u0434",
	  "|\u0438\u0306\u043e\u0434|\u0438\u0306\u043e\u0434" },
	/* Arabic: tatweel is a letter; presentation forms unfold; digits stay */
	{ "\u0643\u0640\u062a", "|\u0643\u0640\u062a" },
	{ "\ufefb \u0644\u0627", "|\u0644\u0627|\u0644\u0627" },
	{ "\u0628\u0651\u064e \u0628\u064e\u0651", "|\u0628\u064e\u0651|\u0628\u064e\u0651" },
	{ "\u0661\u0662\u060c\u0663", "|\u0661\u0662|\u0663" },
	/* Hebrew points, Devanagari with virama and joiners */
	{ "\u05e9\u05c1\u05b8 \u05e9\u05b8\u05c1", "|\u05e9\u05b8\u05c1|\u05e9\u05b8\u05c1" },
	{ "\u0915\u094d\u200d\u0937 \u0915\u094d\u0937", "|\u0915\u094d\u0937|\u0915\u094d\u0937" },
	{ "\u0958 \u0915\u093c", "|\u0915\u093c|\u0915\u093c" },
	/* scripts without spaces */
	{ "\u0e19\u0e49\u0e33", "|<\u0e19\u0e49\u0e4d>|<\u0e32>" },
	{ "\u0e01\u0e38\u0e48\u0e01\u0e48\u0e38", "|<\u0e01\u0e38\u0e48>|<\u0e01\u0e38\u0e48>" },
	{ "\u0e01\u0e34\u0e01\u0e47\u0e48\u0e40", "|<\u0e01\u0e34>|<\u0e01\u0e47\u0e48>|<\u0e40>" },
	{ "\u0e34\u0e01 a\u0e34\u0e01\u0e34", "|\u0e34|<\u0e01>|a\u0e34|<\u0e01\u0e34>" },
	{ "\u0e01\u0e48\u0e34\u0e38", "|<\u0e01\u0e48\u0e34\u0e38>" },
	{ "\u0e01\u0e2f\u0e3f\u0e46\u0e4f\u0e50\u0e4e",
	  "|<\u0e01>|<\u0e2f>|<\u0e46>|\u0e50\u0e4e" },
	{ "a\u0e01b\u0e511", "|a|<\u0e01>|b\u0e511" },
	{ "\u1780\u17d2\u1781", "|<\u1780\u17d2>|<\u1781>" },
	{ "\u0f40\u0f72 \u1000\u103b \u0e81\u0eb4",
	  "|<\u0f40\u0f72>|<\u1000\u103b>|<\u0e81\u0eb4>" },
	{ "\u4e2d\u56fd2023\u5e74", "|{\u4e2d}|{\u56fd}|2023|{\u5e74}" },
	{ "\u3231\u3300", "|{\u682a}|{\u30a2}|{\u30cf\u309a}|{\u30fc}|{\u30c8}" },
	{ "\uff76\uff9e\u30ac\u304c", "|{\u30ab\u3099}|{\u30ab\u3099}|{\u304b\u3099}" },
	{ "\u4eba\u3005\u3007\u30fc\u3105", "|{\u4eba}|{\u3005}|{\u3007}|{\u30fc}|{\u3105}" },
	{ "\U00020000\U00031350", "|{\U00020000}|{\U00031350}" },
	{ "\u4e2d\U000e0100\u6587\ufe00", "|{\u4e2d}|{\u6587}" },
	/* Hangul, composed and not */
	{ "\ud55c\uad6d \u1112\u1161\u11ab\u1100\u116e\u11a8",
	  "|\u1112\u1161\u11ab\u1100\u116e\u11a8|\u1112\u1161\u11ab\u1100\u116e\u11a8" },
	/* emoji separate; a keycap is a digit with a mark */
	{ "a\U0001f468\u200d\U0001f469b \u2764\ufe0f", "|a|b" },
	{ "1\ufe0f\u20e3", "|1\u20e3" },
	/* mojibake is letters; what is not UTF-8 separates */
	{ "\u00c3\u00a9t", "|a\u0303|t" },
	{ "a\xff" "b\xc3(c\xe2\x80" "d\xf0\x9f\x98" "e", "|a|b|c|d|e" },
	{ "a\xc0\xaf" "b\xed\xa0\x80" "c\xf4\x90\x80\x80" "d\xe0\x80\xaf"
	  "e\xf8\x88\x80\x80\x80" "f",
	  "|a|b|c|d|e|f" },
	{ "\x80\xbf" "a\xc3", "|a" },
};

static void cases_fold_as_written(void **state)
{
	struct stet_tokens t = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *got;

		tokenize(cases[i].text, strlen(cases[i].text), &t);
		got = write_tokens(&t);
		if (strcmp(got, cases[i].tokens) != 0)
			fail_msg("case %zu: \"%s\" gives %s, not %s", i, cases[i].text, got,
				 cases[i].tokens);
		free(got);
	}
	stet_tokens_release(&t);
}

/* The same at every distance from the border of a block and of a chunk. */
static void cases_hold_at_borders(void **state)
{
	static char text[4096 + 512];
	struct stet_tokens t = { 0 };

	(void)state;
	for (size_t i = 1; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const size_t len = strlen(cases[i].text);

		for (size_t at = 4096 - len - 2; at < 4098; at++) {
			char *got;

			memset(text, ' ', sizeof(text));
			memcpy(text + at, cases[i].text, len);
			tokenize(text, sizeof(text), &t);
			got = write_tokens(&t);
			assert_string_equal(got, cases[i].tokens);
			free(got);
			assert_true(t.begin[0] >= at && t.end[t.n - 1] <= at + len);
		}
	}
	stet_tokens_release(&t);
}

static const struct {
	const char *text;
	uint32_t token, begin, end;
} ranges[] = {
	{ "ab cd", 1, 3, 5 },
	{ "\u00ada\u00ad b", 0, 2, 3 },
	{ "a\u00adb", 0, 0, 4 },
	{ "don't' x", 0, 0, 5 },
	{ "x\u00bdy", 0, 0, 3 },
	{ "x\u00bdy", 1, 1, 4 },
	{ "\u0e01\u0e38\u200d\u0e01", 0, 0, 6 },
	{ "a\u0301\u200d\u0301.", 0, 0, 8 },
	{ "\xff" "a\xff", 0, 1, 2 },
};

static void ranges_are_exact(void **state)
{
	struct stet_tokens t = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++) {
		tokenize(ranges[i].text, strlen(ranges[i].text), &t);
		assert_true(ranges[i].token < t.n);
		assert_int_equal(t.begin[ranges[i].token], ranges[i].begin);
		assert_int_equal(t.end[ranges[i].token], ranges[i].end);
	}
	stet_tokens_release(&t);
}

/* ---- against the oracle, on text made of everything that matters */

static size_t random_text(char *out, size_t len, int kind)
{
	static const uint32_t alphabet[] = {
		'a', 'Z', '7', '\'', ' ', '.', '\n', '\r', 0xad, 0x2019, 0x2bc, 0x149, 0xe9, 0xbd,
		0x301, 0x323, 0x345, 0x315, 0x334, 0x34f, 0x200d, 0x600, 0x5d0, 0x5b8, 0x915, 0x94d,
		0xe01, 0xe31, 0xe33, 0xe38, 0xe40, 0xe47, 0xe48, 0xe50, 0x1780, 0x17d2, 0x2028,
		0x2029, 0x3000, 0x3002, 0x3099, 0x30ab, 0xff9e, 0x4e2d, 0x3300, 0xac01, 0x1112,
		0xfdfa, 0x1d160, 0x1f600, 0x20000, 0xe0100, 0xf0000, 0x10ffff, 0xa0, 0x130,
		0x3231,
	};
	size_t n = 0;

	while (n < len) {
		uint8_t utf8[4];
		uint32_t cp = alphabet[draw(sizeof(alphabet) / sizeof(alphabet[0]))];
		size_t n_utf8;

		if (kind == 0)
			cp = (uint32_t)draw(128);
		if (kind == 1 || (kind == 3 && draw(8) == 0)) {
			out[n++] = (char)draw(256);
			continue;
		}
		if (kind == 4)
			cp = "aaaabcd  '.XYZ09"[draw(16)];
		if (kind == 5 && draw(64) > 0)		/* long runs of marks */
			cp = alphabet[14 + draw(5)];
		n_utf8 = (size_t)utf8proc_encode_char((int32_t)cp, utf8);
		memcpy(out + n, utf8, n_utf8 < len - n ? n_utf8 : len - n);
		n += n_utf8;
	}
	return len;
}

static void assert_oracle(const char *text, size_t len, const struct stet_tokens *t)
{
	struct oracle_tokens want;

	oracle_tokens(text, len, &want);
	assert_int_equal(t->n, want.n);
	for (size_t i = 0; i < want.n; i++) {
		assert_int_equal(t->begin[i], want.v[i].begin);
		assert_int_equal(t->end[i], want.v[i].end);
		assert_int_equal(t->class[i], want.v[i].class);
		assert_int_equal(t->folded_at[i + 1] - t->folded_at[i], want.v[i].len);
		assert_memory_equal(t->folded + t->folded_at[i], want.folded + want.v[i].at,
				    want.v[i].len);
	}
	oracle_paragraphs(text, len, t, &want);
	assert_int_equal(t->n_paragraphs, want.n_paragraphs);
	assert_memory_equal(t->paragraphs, want.paragraphs,
			    t->n_paragraphs * sizeof(*t->paragraphs));
	oracle_release(&want);
}

static void random_text_is_as_designed(void **state)
{
	struct stet_tokens t = { 0 };
	char text[300 + 4];

	(void)state;
	for (int kind = 0; kind < 6; kind++)
		for (size_t len = 0; len <= 300; len++)
			for (int round = 0; round < 4; round++) {
				random_text(text, len, kind);
				tokenize(text, len, &t);
				assert_oracle(text, len, &t);
			}
	stet_tokens_release(&t);
}

static void long_random_text_is_as_designed(void **state)
{
	struct stet_tokens t = { 0 };
	static char text[40000 + 4];

	(void)state;
	for (int kind = 0; kind < 6; kind++)
		for (int round = 0; round < 6; round++) {
			const size_t len = 20000 + draw(20000);

			random_text(text, len, kind);
			for (size_t i = 0; i < len && round % 2; i++)	/* one long line */
				if (text[i] == '\n' || text[i] == '\r' || text[i] == (char)0xa8 ||
				    text[i] == (char)0xa9)
					text[i] = ' ';
			tokenize(text, len, &t);
			assert_oracle(text, len, &t);
		}
	stet_tokens_release(&t);
}

/* The block that has a loop of its own: each ideograph is a token, and what is not is none. */
static void ideographs_are_tokens(void **state)
{
	static char text[3 * 0x5400];
	struct stet_tokens t = { 0 };
	size_t len = 0;

	(void)state;
	for (int32_t cp = 0x4d00; cp < 0xa100; cp++)
		len += (size_t)utf8proc_encode_char(cp, (uint8_t *)text + len);
	tokenize(text, len, &t);
	assert_oracle(text, len, &t);
	stet_tokens_release(&t);
}

/* ---- kernels */

static void kernels_are_equal(void **state)
{
	static char text[64 * 70];
	struct stet_text_masks *a = calloc(1, sizeof(*a)), *b = calloc(1, sizeof(*b));
	uint64_t ends_a[8], ends_b[8];

	(void)state;
	for (int round = 0; round < 200; round++) {
		const size_t at = draw(64), n = draw(9);

		random_text(text, sizeof(text) - 8, round % 5);
		for (size_t i = 0; i < sizeof(isas) / sizeof(isas[0]); i++) {
			const struct stet_text_kernels *k = stet_text_kernels_of(&isas[i]);

			if (!isas[i].usable())
				continue;
			stet_text_kernels_of(&isas[0])->classify(text + at, n, a);
			k->classify(text + at, n, b);
			assert_memory_equal(a->run, b->run, n * 8);
			assert_memory_equal(a->odd, b->odd, n * 8);
			assert_memory_equal(a->e2, b->e2, n * 8);
			assert_memory_equal(a->lower, b->lower, n * 64);
			stet_text_kernels_of(&isas[0])->line_ends(text + at, n < 8 ? n : 8, ends_a);
			k->line_ends(text + at, n < 8 ? n : 8, ends_b);
			assert_memory_equal(ends_a, ends_b, (n < 8 ? n : 8) * 8);
		}
	}
	for (int byte = 0; byte < 256; byte++) {	/* one byte alone, what it is */
		const bool plain = (byte < 128) && (byte >= '0' && byte <= '9' ? true :
				   ((byte | 32) >= 'a' && (byte | 32) <= 'z'));

		memset(text, byte, 64);
		stet_text_kernels_of(&isas[0])->classify(text, 1, a);
		stet_text_kernels_of(&isas[0])->line_ends(text, 1, ends_a);
		assert_true(a->odd[0] == (byte >= 128 || byte == '\'' ? ~(uint64_t)0 : 0));
		assert_true((a->run[0] & ~a->odd[0]) == (plain ? ~(uint64_t)0 : 0));
		assert_true(ends_a[0] ==
			    (byte == '\n' || byte == '\r' || byte == 0xe2 ? ~(uint64_t)0 : 0));
	}
	free(a);
	free(b);
}

/* Every bit of the folded bytes moves about half of the bits of the hash. */
static void hashes_are_mixed(void **state)
{
	struct stet_tokens t = { 0 };
	uint32_t moved[64] = { 0 }, n = 0;

	(void)state;
	for (int round = 0; round < 3000; round++) {
		char text[64 + 2 * 24];
		const size_t len = 1 + draw(20), at = draw(len);

		memset(text, ' ', sizeof(text));
		for (size_t i = 0; i < len; i++)
			text[i] = text[i + 24] = (char)('a' + draw(26));
		text[24 + at] = text[at] == 'z' ? 'y' : (char)(text[at] + 1);
		stet_tokenize((struct stet_span){ text, 48 }, &isas[0], &t);
		assert_int_equal(t.n, 2);
		for (int bit = 0; bit < 64; bit++)
			moved[bit] += (t.hash[0] ^ t.hash[1]) >> bit & 1;
		n++;
	}
	for (int bit = 0; bit < 64; bit++)
		assert_in_range(moved[bit], n * 45 / 100, n * 55 / 100);
	stet_tokens_release(&t);
}

/* The values are part of the report's bytes (src/DESIGN.md, "Hash of a token"). */
static void hashes_never_change(void **state)
{
	static const char text[128] = "a sixteen7bytes9x the \u4e2d averyveryverylongword";
	static const uint64_t want[] = {
		0x291314459f5169d3u, 0x0d99446f2020e1c9u, 0x004c82bdc0eebc5au,
		0xd46d9d1f6605d2c3u, 0xcd980bb9ba364d44u,
	};
	struct stet_tokens t = { 0 };

	(void)state;
	stet_tokenize((struct stet_span){ text, strlen(text) }, &isas[0], &t);
	assert_int_equal(t.n, sizeof(want) / sizeof(want[0]));
	for (size_t i = 0; i < t.n; i++)
		if (t.hash[i] != want[i])
			fail_msg("token %zu: 0x%016llx", i, (unsigned long long)t.hash[i]);
	stet_tokens_release(&t);
}

/* ---- paragraphs */

static const struct {
	const char *text;
	uint32_t n, begin[6], end[6];
} line_cases[] = {
	{ "", 0, { 0 }, { 0 } },
	{ "\n\n--\n", 0, { 0 }, { 0 } },
	{ "one", 1, { 0 }, { 3 } },
	{ "one\ntwo", 2, { 0, 4 }, { 3, 7 } },
	{ "one\r\ntwo\rthree\n", 3, { 0, 5, 9 }, { 3, 8, 14 } },
	{ "one\u2028two\u2029three\u2030", 3, { 0, 6, 12 }, { 3, 9, 20 } },
	{ " one. \n \t\u00a0\u3000\n\"two\"", 2, { 0, 15 }, { 6, 20 } },
	{ "one\n...\ntwo", 2, { 0, 8 }, { 3, 11 } },
	{ "\r\r\n\n\rone\v\ftwo", 1, { 5 }, { 13 } },
};

static void lines_are_paragraphs(void **state)
{
	struct stet_tokens t = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(line_cases) / sizeof(line_cases[0]); i++) {
		tokenize(line_cases[i].text, strlen(line_cases[i].text), &t);
		assert_int_equal(t.n_paragraphs, line_cases[i].n);
		for (size_t k = 0; k < t.n_paragraphs; k++) {
			assert_int_equal(t.paragraphs[k].begin, line_cases[i].begin[k]);
			assert_int_equal(t.paragraphs[k].end, line_cases[i].end[k]);
		}
	}
	stet_tokens_release(&t);
}

/* `n` paragraphs of `lines` lines as wide as given, blank lines between; the rest shorter. */
static size_t wrapped(char *out, int n, int lines, int width, int shorter, const char *blank)
{
	char *w = out;

	for (int p = 0; p < n; p++) {
		for (int l = 0; l < lines; l++) {
			const int len = l % 4 == 1 ? shorter : width;

			for (int i = 0; i < len; i++)
				*w++ = i % 6 == 5 ? ' ' : (char)('a' + draw(26));
			*w++ = '\n';
		}
		w += sprintf(w, "%s\n", blank);
	}
	return (size_t)(w - out);
}

static void wrapped_lines_are_joined(void **state)
{
	static const struct {
		int n, lines, width, shorter;
		const char *blank;
		size_t paragraphs;
	} v[] = {
		{ 3, 5, 72, 72, "", 3 },
		{ 5, 3, 72, 51, " \t", 5 },		/* .7 of 72 is 50.4 */
		{ 5, 3, 72, 50, " \t", 15 },
		{ 5, 3, 70, 49, "", 5 },
		{ 3, 5, 72, 10, "\u00a0", 3 },		/* a quarter is short */
		{ 5, 3, 80, 30, "", 15 },		/* half is short */
		{ 3, 5, 39, 39, "", 15 },		/* too narrow, too wide */
		{ 3, 5, 121, 121, "", 15 },
		{ 3, 5, 120, 120, "", 3 },
		{ 3, 5, 40, 40, "", 3 },
		{ 7, 2, 72, 72, "", 14 },		/* seven inner lines */
		{ 8, 2, 72, 72, "", 8 },
		{ 1, 12, 72, 72, "", 12 },		/* no blank line between */
		{ 2, 6, 72, 72, "-", 12 },		/* not blank, no tokens */
	};
	struct stet_tokens t = { 0 };
	static char text[64 << 10];

	(void)state;
	for (size_t i = 0; i < sizeof(v) / sizeof(v[0]); i++) {
		const size_t len = wrapped(text, v[i].n, v[i].lines, v[i].width, v[i].shorter,
					   v[i].blank);

		tokenize(text, len, &t);
		if (t.n_paragraphs != v[i].paragraphs)
			fail_msg("case %zu: %zu paragraphs, not %zu", i, t.n_paragraphs,
				 v[i].paragraphs);
		assert_oracle(text, len, &t);
	}
	stet_tokens_release(&t);
}

static size_t words(char *out, size_t n, int sentence)
{
	char *w = out;

	for (size_t i = 0; i < n; i++)
		w += sprintf(w, "w%llu%s ", (unsigned long long)draw(400),
			     sentence && draw((uint64_t)sentence) == 0 ? "." : "");
	return (size_t)(w - out);
}

/* Ties, margins, and every kind of sentence end, in units just long enough to be cut. */
static void small_units_are_cut_as_designed(void **state)
{
	static const char *const ends[] = {
		". ", "! ", "?\u00a0", ".\u3000", "\u3002", "\uff01", "\uff1f", "\uff0e", "\uff1b",
		"\uff61", "\u0964", "\u06d4 ", "\u061f", "\u2026", ".", "!x", ";", "\u3001", " ",
	};
	static char text[1 << 14];
	struct stet_tokens t = { 0 };

	(void)state;
	for (int round = 0; round < 3000; round++) {
		const size_t n = 95 + draw(100), n_words = 1 + draw(4);
		char *w = text;

		for (size_t i = 0; i < n; i++) {
			const bool end = round % 2 && draw(20) == 0;

			w += sprintf(w, "%c%s", (int)('a' + draw(n_words)),
				     end ? ends[draw(sizeof(ends) / sizeof(ends[0]))] : " ");
		}
		stet_tokenize((struct stet_span){ text, (size_t)(w - text) }, &isas[0], &t);
		assert_oracle(text, (size_t)(w - text), &t);
	}
	stet_tokens_release(&t);
}

static void insertion_moves_near_cuts_only(void **state)
{
	static char text[1 << 16], edited[1 << 16];
	struct stet_tokens a = { 0 }, b = { 0 };

	(void)state;
	for (int round = 0; round < 40; round++) {
		const size_t len = words(text, 3000, round % 2 ? 12 : 0);
		size_t at = len / 2, same_front = 0, same_back = 0;

		while (text[at] != ' ')
			at++;
		memcpy(edited, text, at);
		memcpy(edited + at, " inserted", 9);
		memcpy(edited + at + 9, text + at, len - at);
		tokenize(text, len, &a);
		tokenize(edited, len + 9, &b);
		assert_true(a.n_paragraphs > 12);
		while (same_front < a.n_paragraphs &&
		       a.paragraphs[same_front].end == b.paragraphs[same_front].end)
			same_front++;
		while (same_back < a.n_paragraphs &&
		       a.paragraphs[a.n_paragraphs - 1 - same_back].begin + 9 ==
			       b.paragraphs[b.n_paragraphs - 1 - same_back].begin)
			same_back++;
		assert_true(same_front + same_back + 3 >= a.n_paragraphs);
	}
	stet_tokens_release(&a);
	stet_tokens_release(&b);
}

static void sentences_are_cut_behind(void **state)
{
	static char text[1 << 16];
	struct stet_tokens t = { 0 };
	const size_t len = words(text, 4000, 8);

	(void)state;
	tokenize(text, len, &t);
	for (size_t i = 1; i < t.n_paragraphs; i++)
		assert_memory_equal(text + t.paragraphs[i - 1].end, ". ", 2);
	assert_true(t.n_paragraphs > 20);
	stet_tokens_release(&t);
}

/* ---- hostile */

/* Paragraphs are links where half of their tokens or more begin in one. */
static void links_mark_paragraphs(void **state)
{
	static const char text[] = "a b c d\ne f\n\ng\nh i j\nk";
	static const struct stet_range links[] = {
		{ 0, 1 }, { 2, 3 }, { 8, 8 }, { 11, 14 }, { 15, 18 }, { 20, 21 }, { 99, 100 },
	};
	static const bool wanted[] = { true, false, true, true, false };
	struct stet_tokens t = { 0 };

	(void)state;
	tokenize(text, strlen(text), &t);
	assert_int_equal(t.n_paragraphs, 5);
	stet_mark_links(&t, links, 0);
	for (size_t i = 0; i < 5; i++)
		assert_false(t.paragraphs[i].is_links);
	stet_mark_links(&t, links, sizeof(links) / sizeof(links[0]));
	for (size_t i = 0; i < 5; i++)
		assert_int_equal(t.paragraphs[i].is_links, wanted[i]);
	stet_tokens_release(&t);
}

static double seconds_of(const char *unit, size_t len)
{
	char *text = calloc(len + 64, 1);
	struct stet_tokens t = { 0 };
	struct timespec a, b;

	for (size_t i = 0, n = strlen(unit); i < len; i++)
		text[i] = unit[i % n];
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &a);
	stet_tokenize((struct stet_span){ text, len }, &isas[0], &t);
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &b);
	check_paragraphs(text, len, &t);
	stet_tokens_release(&t);
	free(text);
	return (double)(b.tv_sec - a.tv_sec) + (double)(b.tv_nsec - a.tv_nsec) * 1e-9;
}

static void hostile_text_takes_linear_time(void **state)
{
	static const char *const units[] = {
		"word ", "word", "'", "a'", "\n", "\r", "\u2028", "\u0301", "\u0323\u0301",
		"\u0301\u0323",
		"\u00ad", "a\u00ad", "\u4e2d", "\u3316", "\ufdfa", "\u0e01", "\u0e01\u0e38",
		".", "\xe2",
		"\xff", "\xf0\x9f", "\u00bd", "a. ", "\u3002", "aaaaaaaaaaaaaaaaa ", "\xc2\xa0\n",
		"\u3000",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		const double s = seconds_of(units[i], 1 << 20);

		/* About .01 in fact, 2 with ThreadSanitizer on a busy machine; quadratic: hours. */
		if (s > 60)
			fail_msg("%s: 1 MiB in %.1f s", units[i], s);
	}
}

/* ---- Unicode's own test files */

static FILE *unicode_file(const char *name)
{
	char command[256];

	if (access(UNICODE_TESTS, R_OK) != 0)
		return NULL;
	snprintf(command, sizeof(command), "zstd -qdc %s | tar -xOf - --wildcards '*/%s'",
		 UNICODE_TESTS, name);
	return popen(command, "r");
}

static size_t field(const char *hex, char *out)
{
	size_t n = 0;

	for (char *next; *hex && *hex != ';'; hex = next) {
		const long cp = strtol(hex, &next, 16);

		if (next == hex)
			break;
		n += (size_t)utf8proc_encode_char((int32_t)cp, (uint8_t *)out + n);
	}
	return n;
}

/* U+0345 folds to a letter, which is where canonical order stops: known, and left alone. */
static bool has_iota_subscript(const char *text, size_t len)
{
	return memmem(text, len, "\u0345", 2) != NULL;
}

static void equivalents_fold_alike(void **state)
{
	FILE *fp = unicode_file("NormalizationTest.txt");
	struct stet_tokens t[5] = { { 0 } };
	size_t n_lines = 0, n_iota = 0;
	char line[4096];

	(void)state;
	if (!fp) {
		print_message("%s is not here: skipped\n", UNICODE_TESTS);
		skip();
	}
	while (fgets(line, sizeof(line), fp)) {
		char text[5][512], *at = line;
		size_t len[5];
		bool alike = true;

		if (*line == '#' || *line == '@')
			continue;
		for (int i = 0; i < 5; i++, at = strchr(at, ';') + 1) {
			len[i] = field(at, text[i]);
			tokenize(text[i], len[i], &t[i]);
			alike = alike && t[i].n == t[0].n && t[i].folded_at[t[i].n] ==
				t[0].folded_at[t[0].n] &&
				memcmp(t[i].folded, t[0].folded, t[0].folded_at[t[0].n]) == 0;
		}
		n_lines++;
		if (!alike && has_iota_subscript(text[2], len[2]))
			n_iota++;
		else if (!alike)
			fail_msg("%s", line);
	}
	pclose(fp);
	for (int i = 0; i < 5; i++)
		stet_tokens_release(&t[i]);
	assert_true(n_lines > 18000 && n_iota < 20);
}

static void broken_utf8_separates(void **state)
{
	FILE *fp = unicode_file("UTF-8-test.txt");
	static char text[65536];
	struct stet_tokens t = { 0 };
	size_t len;

	(void)state;
	if (!fp) {
		print_message("%s is not here: skipped\n", UNICODE_TESTS);
		skip();
	}
	len = fread(text, 1, sizeof(text), fp);
	pclose(fp);
	assert_true(len > 20000);
	tokenize(text, len, &t);
	assert_oracle(text, len, &t);
	for (size_t i = 0; i < t.n; i++)
		assert_true(utf8proc_decompose((const uint8_t *)t.folded + t.folded_at[i],
					       t.folded_at[i + 1] - t.folded_at[i],
					       NULL, 0, 0) >= 0);
	stet_tokens_release(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(table_is_utf8proc),
		cmocka_unit_test(classes_are_utf8proc),
		cmocka_unit_test(cases_fold_as_written),
		cmocka_unit_test(cases_hold_at_borders),
		cmocka_unit_test(ranges_are_exact),
		cmocka_unit_test(random_text_is_as_designed),
		cmocka_unit_test(long_random_text_is_as_designed),
		cmocka_unit_test(ideographs_are_tokens),
		cmocka_unit_test(kernels_are_equal),
		cmocka_unit_test(hashes_are_mixed),
		cmocka_unit_test(hashes_never_change),
		cmocka_unit_test(lines_are_paragraphs),
		cmocka_unit_test(wrapped_lines_are_joined),
		cmocka_unit_test(small_units_are_cut_as_designed),
		cmocka_unit_test(insertion_moves_near_cuts_only),
		cmocka_unit_test(sentences_are_cut_behind),
		cmocka_unit_test(links_mark_paragraphs),
		cmocka_unit_test(hostile_text_takes_linear_time),
		cmocka_unit_test(equivalents_fold_alike),
		cmocka_unit_test(broken_utf8_separates),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
