/*
 * test_mojibake.c - texts that were read in a wrong charset, and texts that only look so
 */
#include "../src/source/charset.h"
#include "../src/source/mojibake.h"

#include <iconv.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void assert_span(struct stet_span s, const char *wanted)
{
	if (s.len != strlen(wanted) || memcmp(s.p, wanted, s.len) != 0)
		fail_msg("'%.*s', not '%s'", (int)s.len, s.p, wanted);
}

/* What comes of `text` when its bytes are taken for `charset`. */
static struct stet_span misread(struct stet_span text, const char *charset, struct stet_arena *mem)
{
	iconv_t cd = iconv_open("UTF-8", charset);
	const size_t size = 4 * text.len + 16;
	char *out = stet_text_alloc(mem, size), *to = out, *in = (char *)(uintptr_t)text.p;
	size_t left = size, in_left = text.len;

	assert_true(cd != (iconv_t)-1);
	while (iconv(cd, &in, &in_left, &to, &left) == (size_t)-1) {
		*to++ = (char)0xc2;	/* browsers take what Windows-1252 has not for a control */
		*to++ = *in++;
		left -= 2;
		in_left--;
	}
	iconv_close(cd);
	return stet_text_finish(out, size - left);
}

static const struct mistake {
	const char *text, *charset;
	int times;
} mistakes[] = {
	{ "“Don’t”, she said – it’s €5…", "WINDOWS-1252", 1 },
	{ "“Don’t”, she said – it’s 5…", "ISO-8859-1", 1 },
	{ "“Don’t”, she said – it’s €5…", "MACINTOSH", 1 },
	{ "It’s only one", "WINDOWS-1252", 1 },
	{ "It’s twice", "WINDOWS-1252", 2 },
	{ "It’s thrice", "ISO-8859-1", 3 },
	{ "l'été dernier, déjà très près", "WINDOWS-1252", 1 },
	{ "l'été dernier, déjà très près", "ISO-8859-1", 1 },
	{ "l'été dernier, déjà très près", "MACINTOSH", 1 },
	{ "Kraków leży nad Wisłą, byłoby", "WINDOWS-1252", 1 },
	{ "Сегодня утром", "ISO-8859-1", 1 },
	{ "Σήμερα το πρωί", "ISO-8859-1", 1 },
	{ "เช้าวันนี้", "ISO-8859-1", 1 },
	{ "今天早上，市政府", "ISO-8859-1", 1 },
	{ "£5 © 2019 «été»", "WINDOWS-1252", 1 },
};

static void test_mistakes(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(mistakes) / sizeof(mistakes[0]); i++) {
		const struct mistake *m = &mistakes[i];
		struct stet_span text = { m->text, strlen(m->text) };
		struct stet_arena mem = { 0 };

		assert_false(stet_is_mojibake(text));
		for (int k = 0; k < m->times; k++)
			text = misread(text, m->charset, &mem);
		if (!stet_is_mojibake(text))
			fail_msg("not seen: %.*s", (int)text.len, text.p);
		text = stet_mojibake_repair(text, &mem);
		assert_span(text, m->text);
		for (size_t k = 0; k < STET_TEXT_SLACK; k++)
			assert_int_equal(text.p[text.len + k], 0);
		stet_arena_release(&mem);
	}
}

/* Texts in which accented letters stand before typographic signs. */
static const char *const fine[] = {
	"", "plain", "é", "\xc3", "â€", "â", "„Das macht Spaß“, „Spaß“, „Spaß…“",
	"«Le café»… «le résumé»… «voilà»…", "AMANHÃ” e IRMÃ”", "ESPAÑ” É… CAFÉ… VOILÀ…",
	"EI TÄHÄN… NÄÄ…” SÄÄ”", "√2 und √π, √∞, √π", "¬† ¬a", "Ω≈ç√∫", "“Été” «À» ‚Ähm‘ ‚Öl‘",
	"Việt Nam – “đường phố” – Đà Nẵng", "Â» Â",
};

static void test_fine(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(fine) / sizeof(fine[0]); i++)
		if (stet_is_mojibake((struct stet_span){ fine[i], strlen(fine[i]) }))
			fail_msg("taken for mojibake: %s", fine[i]);
}

/* What is fine beside it stays. */
static void test_mixed(void **state)
{
	static const char text[] = "CAFÉ… itâ€™s Ä“ and Ð•Ð½ here.";
	struct stet_arena mem = { 0 };

	(void)state;
	assert_span(stet_mojibake_repair((struct stet_span){ text, strlen(text) }, &mem),
		    "CAFÉ… it’s Ä“ and Ен here.");
	stet_arena_release(&mem);
}

/* One long run, each byte of which could begin a sequence; and any end of it. */
static void test_hostile(void **state)
{
	static const char *const pieces[] = { "Ã", "Ã©", "â€", "â€™", "‚Ä", "√", "Ð", "Ã\xc2\x83" };
	const size_t times = 300000;

	(void)state;
	for (size_t i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
		const size_t len = strlen(pieces[i]);
		struct stet_arena mem = { 0 };
		char *all = malloc(times * len);

		for (size_t k = 0; k < times; k++)
			memcpy(all + k * len, pieces[i], len);
		for (size_t cut = 0; cut < len; cut++) {
			const struct stet_span text = { all, times * len - cut };
			const struct stet_span mended = stet_mojibake_repair(text, &mem);

			assert_true(mended.len <= text.len);
		}
		stet_arena_release(&mem);
		free(all);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_mistakes),
		cmocka_unit_test(test_fine),
		cmocka_unit_test(test_mixed),
		cmocka_unit_test(test_hostile),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
