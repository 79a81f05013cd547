/*
 * test_html.c - pages to text, title, date, language and links
 */
#include "../src/source/charset.h"
#include "../src/source/html.h"
#include "../src/source/html_tokens.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define FFFD "\xef\xbf\xbd"

static void assert_span(struct stet_span s, const char *wanted)
{
	if (s.len != strlen(wanted) || memcmp(s.p, wanted, s.len) != 0)
		fail_msg("'%.*s', not '%s'", (int)s.len, s.p, wanted);
}

/* The page in memory of just its size, so that the sanitizer sees a byte read too many. */
static struct stet_span page_of(const char *html, size_t len)
{
	char *p = malloc(len > 0 ? len : 1);

	memcpy(p, html, len);
	return (struct stet_span){ p, len };
}

static void take(const char *html, size_t len, struct stet_arena *mem, struct stet_html *out)
{
	const struct stet_span page = page_of(html, len);
	struct stet_html alone;
	struct stet_arena other = { 0 };

	/* Nothing of the result may be a piece of the page, which goes away. */
	stet_html_text(page, &other, &alone);
	stet_html_text(page, mem, out);
	assert_int_equal(alone.text.len, out->text.len);
	stet_arena_release(&other);
	free((void *)(uintptr_t)page.p);
}

/* ---- text */

static const struct text_case {
	const char *html, *text;
} texts[] = {
	/* lines */
	{ "", "" },
	{ "a", "a" },
	{ "<p>a<p>b", "a\nb" },
	{ "<p>a</p>\n\n<p>b</p>\n", "a\nb" },
	{ "<div>a<div>b</div>c</div>d", "a\nb\nc\nd" },
	{ "<p>  a \n\t b  </p>", "a b" },
	{ "<p>a<b>b</b> <i> c</i></p>", "ab c" },
	{ "<p>a<br>b<br/>c</br>d", "a\nb\nc\nd" },
	{ "<h1>a</h1>b<hr>c", "a\nb\nc" },
	{ "<p>&nbsp;</p><p>a&nbsp;b</p><p>\xc2\xa0</p>", "a b" },
	{ "<p>\xc2\xa9 a</p>", "\xc2\xa9 a" },
	{ "a<wbr>b<img src=x alt=y>c", "abc" },
	{ "a < b <3 & c &", "a < b <3 & c &" },
	{ "<custom-tag>a</custom-tag><p>b", "a\nb" },
	/* lists and tables */
	{ "<ul><li>a<li>b<ul><li>c</ul><li>d</ul>", "a\nb\nc\nd" },
	{ "<dl><dt>a<dd>b<dt>c</dl>", "a\nb\nc" },
	{ "<table><tr><td>a<td>b<tr><th>c<td>d</table>e", "a\tb\nc\td\ne" },
	{ "<table><tr><td><p>a<p>b</td><td>c<td>d</table>", "a\nb\nc\td" },
	{ "<table><tr><td></td><td>a</td></table>", "a" },
	{ "<table><tr><td>a<table><tr><td>b<td>c</table><td>d</table>", "a\nb\tc\nd" },
	/* white space that counts */
	{ "<pre>a\n  b\r\n\nc</pre>d  e", "a\n  b\n\nc\nd e" },
	{ "<pre>\n<b>a </b> b</pre>", "a  b" },
	/* what is out */
	{ "a<script>b<p></script>c", "ac" },
	{ "a<script>if (b < '</scripty>') </SCRIPT >c", "ac" },
	{ "a<script><!-- w('<script>x</script>') --></script>b", "ab" },
	{ "a<script><!-- b </script>c", "ac" },
	{ "a<style>b</style>c<noscript>d</noscript>e<textarea>f</textarea>", "ace" },
	{ "<head><title>t</title></head>a", "a" },
	{ "a<!-- b > -- > c -->d<!-->e<!--->f<!--x--!>g", "adefg" },
	{ "a<!doctype html>b<?pi?>c</ x>d</>e", "abcde" },
	{ "a<svg><path/><g/><title>x</title></svg>b<svg/>c", "abc" },
	{ "a<select><option>b<option>c</select>d", "ad" },
	{ "a<template><p>b</template>c", "ac" },
	{ "a<div hidden>b<div>c</div></div>d", "a\nd" },
	{ "a<span aria-hidden=true>b</span>c<i aria-hidden=false>d</i>", "acd" },
	{ "a<span style='color: red; DISPLAY : None !important'>b</span>c", "ac" },
	{ "a<span style=\"visibility:hidden\">b</span>c", "ac" },
	{ "a<span style='display:nonesuch'>b</span>c", "abc" },
	{ "<body style='display:none'>a", "a" },
	/* where elements end */
	{ "<p hidden>a<p>b", "b" },
	{ "<p hidden>a<span>b<div>c", "c" },
	{ "<ul><li hidden>a<li>b</ul>", "b" },
	{ "<ul><li hidden>a<ul><li>b</ul>c</ul>d", "d" },
	{ "<table><tr><td hidden>a<td>b<tr hidden><td>c<tr><td>d</table>", "b\nd" },
	{ "<div hidden><table><tr><td></div>a</table>b</div>c", "c" },
	{ "<div><span hidden>a</div>b", "b" },
	{ "<div hidden><p>a</span>b</div>c", "c" },
	{ "<button hidden><p>a</button>b", "b" },
	{ "<p hidden><button><div>a</div></button>b</p>c", "c" },
	{ "a</body>b</html>c", "a\nb\nc" },
	/* references */
	{ "&lt;&eacute;&NotEqualTilde;&nGt;",
	  "<\xc3\xa9\xe2\x89\x82\xcc\xb8\xe2\x89\xab\xe2\x83\x92" },
	{ "&#233;&#xE9;&#Xe9&#8364;x", "\xc3\xa9\xc3\xa9\xc3\xa9\xe2\x82\xacx" },
	{ "&#146;&#x80;&#x81;", "\xe2\x80\x99\xe2\x82\xac\xc2\x81" },
	{ "&#0;&#xD800;&#x110000;&#99999999999;", FFFD FFFD FFFD FFFD },
	{ "&notit; &notin; &AMP &amp;lt; &copy2", "\xc2\xacit; \xe2\x88\x89 & &lt; \xc2\xa9" "2" },
	{ "&bogus; &; &# &#x; &#xg", "&bogus; &; &# &#x; &#xg" },
	{ "a&#32;&#10;b&Tab;c", "a b c" },
	{ "&CounterClockwiseContourIntegral;", "\xe2\x88\xb3" },
	/* the page ends anywhere */
	{ "a<", "a<" },
	{ "a<b", "a" },
	{ "a</", "a" },
	{ "a<p class='b>c", "a" },
	{ "a<!--b", "a" },
	{ "a<!", "a" },
	{ "a<script>b</scrip", "a" },
	{ "a&am", "a&am" },
	{ "\xef\xbb\xbf<p>a", "a" },
};

static void test_text(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct stet_arena mem = { 0 };
		struct stet_html out;

		take(texts[i].html, strlen(texts[i].html), &mem, &out);
		if (out.text.len != strlen(texts[i].text) ||
		    memcmp(out.text.p, texts[i].text, out.text.len) != 0)
			fail_msg("'%s' gives '%.*s', not '%s'", texts[i].html, (int)out.text.len,
				 out.text.p, texts[i].text);
		for (size_t k = 0; k < STET_TEXT_SLACK; k++)
			assert_int_equal(out.text.p[out.text.len + k], 0);
		stet_arena_release(&mem);
	}
}

static void test_nul(void **state)
{
	static const char html[] = "a\0b<p\0>c<i\0 hidden\0=x>d<p hidden>e\0";
	struct stet_arena mem = { 0 };
	struct stet_html out;

	(void)state;
	take(html, sizeof(html), &mem, &out);
	assert_span(out.text, "ab\ncd");	/* it is no part of a name */
	stet_arena_release(&mem);
}

/* ---- title, date, language */

static const struct fact_case {
	const char *html, *title, *date, *language;
} facts[] = {
	{ "<p>a", "", "", "" },
	{ "<html lang=pt-BR><title> a &amp;\n b </title><title>c</title>", "a & b", "", "pt-BR" },
	{ "<svg><title>a</title></svg><title>b</title>", "b", "", "" },
	{ "<title>a</title><meta property='og:title' content='b &quot;c&quot;'>",
	  "b \"c\"", "", "" },
	{ "<meta name=DC.Date content=2001-02-03><meta property='article:published_time' "
	  "content='2004-05-06T07:08:09Z'>", "", "2004-05-06T07:08:09Z", "" },
	{ "<meta property='article:published_time' content='yesterday'><time datetime=2004-05-06>",
	  "", "2004-05-06", "" },
	{ "<meta name=date content='yesterday'>", "", "yesterday", "" },
	{ "<span itemprop='datePublished' content='2010-01-02'>x</span>", "", "2010-01-02", "" },
	{ "<time itemprop=datePublished datetime='2010-01-02'>x</time>", "", "2010-01-02", "" },
	{ "<meta http-equiv=content-language content=th>", "", "", "th" },
	{ "<script type='application/ld+json'>{\"@type\":\"NewsArticle\","
	  "\"headline\":\"a\\u00e9\",\"datePublished\":\"2019-11-19\"}</script>",
	  "a\xc3\xa9", "2019-11-19", "" },
	{ "<script type='application/ld+json'> [{\"a\":1}, {\"datePublished\":\"2019-11-19\"}] "
	  "</script><time datetime=2001-01-01>", "", "2019-11-19", "" },
	{ "<script type='application/ld+json'>{\"@graph\" : [{\"a\":[]},"
	  "{\"datePublished\":\"2019-11-19\"}]}</script>", "", "2019-11-19", "" },
	{ "<script type='application/ld+json'>{\"datePublished\":</script>"
	  "<script type='application/ld+json'>[{},</script>", "", "", "" },
};

static void test_facts(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(facts) / sizeof(facts[0]); i++) {
		struct stet_arena mem = { 0 };
		struct stet_html out;

		take(facts[i].html, strlen(facts[i].html), &mem, &out);
		assert_span(out.title, facts[i].title);
		assert_span(out.date, facts[i].date);
		assert_span(out.language, facts[i].language);
		stet_arena_release(&mem);
	}
}

/* ---- links */

static const struct link_case {
	const char *html, *links;	/* each in brackets */
} links[] = {
	{ "a<a href=x>b</a>c", "[b]" },
	{ "<a href=x> b c </a>d", "[b c]" },
	{ "<a name=x>b</a>", "" },
	{ "<a href=x>b</a><a href=y>c</a>", "[b][c]" },
	{ "<li><a href=x>b<li><a href=y>c</a>d", "[b][c]" },
	{ "<a href=x><div>a</div><div>b</div></a>", "[a\nb]" },
	{ "<a href=x><img></a><a href=y>\n</a>", "" },
	{ "<a href=x><b>a</b></a></p>b", "[a]" },
	{ "<pre><a href=x>a\n\n</a></pre>", "[a]" },
	{ "<a href=x hidden>a</a>b", "" },
};

static void test_links(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(links) / sizeof(links[0]); i++) {
		struct stet_arena mem = { 0 };
		struct stet_html out;
		char all[64] = "";

		take(links[i].html, strlen(links[i].html), &mem, &out);
		for (size_t k = 0; k < out.n_links; k++) {
			const struct stet_range *r = &out.links[k];

			assert_true(r->begin < r->end && r->end <= out.text.len);
			snprintf(all + strlen(all), sizeof(all) - strlen(all), "[%.*s]",
				 (int)(r->end - r->begin), out.text.p + r->begin);
		}
		if (strcmp(all, links[i].links) != 0)
			fail_msg("'%s': links %s", links[i].html, all);
		stet_arena_release(&mem);
	}
}

/* Links in a row are words apart, though no white space stands between them. */
static void test_links_are_parted(void **state)
{
	static const char html[] = "<a href=x>b</a><a href=y>c</a>d<a href=z>e</a>";
	struct stet_arena mem = { 0 };
	struct stet_html out;

	(void)state;
	take(html, strlen(html), &mem, &out);
	assert_span(out.text, "b cde");
	stet_arena_release(&mem);
}

/* ---- the label of a page */

static const struct label_case {
	const char *html, *label;
} labels[] = {
	{ "<p>charset=x", "" },
	{ "<meta charset=\" Big5 \">", "Big5" },
	{ "<!-- <meta charset=a> --><script><meta charset=b></script><meta charset=c>", "c" },
	{ "<META HTTP-EQUIV=\"Content-Type\" CONTENT=\"text/html; Charset = 'tis-620';x\">",
	  "tis-620" },
	{ "<meta name=x content='charset=a'>", "" },
	{ "<?xml version=\"1.0\" encoding='euc-kr'?><html>", "euc-kr" },
	{ "<meta charset=utf-16le>", "utf-8" },
	{ "<meta charset=", "" },
};

static void test_labels(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(labels) / sizeof(labels[0]); i++) {
		const struct stet_span page = page_of(labels[i].html, strlen(labels[i].html));

		assert_span(stet_html_charset(page), labels[i].label);
		free((void *)(uintptr_t)page.p);
	}
}

/* ---- names */

/* The lists that are searched by their order are in order: each name finds itself. */
static void test_names(void **state)
{
	static const char *const names[] = {
#define TAG(id, name, traits) name,
#include "../src/source/html_tag_table.h"
#undef TAG
	};
	static const char *const entities[][2] = {
#define E(name, text) { name, text },
#define L(name, text) { name, text },
#include "../src/source/html_entity_table.h"
#undef E
#undef L
	};
	char html[64], out[8];
	struct stet_html_token t;
	uint32_t n_replaced = 0;
	size_t n;

	(void)state;
	for (unsigned i = 0; i < STET_TAG_OTHER; i++) {
		struct stet_html_cursor c = { html, html + snprintf(html, 64, "<%s>", names[i]) };

		stet_html_next(&c, &t);
		assert_int_equal(t.tag, i);
	}
	for (size_t i = 0; i < sizeof(entities) / sizeof(entities[0]); i++) {
		const int len = snprintf(html, 64, "&%s;", entities[i][0]);

		assert_int_equal(stet_html_reference(html, html + len, true, out, &n, &n_replaced),
				 len);
		assert_int_equal(n, strlen(entities[i][1]));
		assert_memory_equal(out, entities[i][1], n);
	}
}

/* ---- hostile pages: `n` times a piece, between two others */

static const struct hostile_case {
	const char *before, *piece, *after, *begins;	/* what the text begins with */
	size_t n;
} hostile[] = {
	{ "", "<div>", "a", "a", 100000 },
	{ "", "<b><p>", "a", "a", 100000 },
	{ "", "<table><tr><td>", "a", "a", 100000 },
	{ "", "</p></div></table></x>", "a", "a", 100000 },
	{ "<p><table><td>", "<b><div>", "a", "a", 100000 },
	{ "a<div ", "x='y' ", ">b", "a\nb", 1000000 },
	{ "a<div x='", "<p>", "", "a", 1000000 },
	{ "a", "<", "", "a<<<", 1000000 },
	{ "a", "<!--", "", "a", 1000000 },
	{ "a<script>", "<!--<script", "", "a", 1000000 },
	{ "a<script>", "</script", "", "a", 1000000 },
	{ "a", "<a href=x>", "b", "ab", 1000000 },
	{ "a", "<a href=x>b</a>", "c", "a", 300000 },
	{ "", "<a href>b", "", "b b", 300000 },
	{ "", "&nGt;", "", "\xe2\x89\xab\xe2\x83\x92", 1000000 },
	{ "a", "&", "", "a&&&", 1000000 },
	{ "", "<p>a", "", "a\na\na", 300000 },
	{ "<ul>", "<li><ul><li>a</ul>", "", "a\na", 100000 },
	{ "<script type='application/ld+json'>", "[", "</script>a", "a", 1000000 },
	{ "<script type='application/ld+json'>[", "{},", "</script>a", "a", 1000000 },
	{ "a<p style='", "display:", "'>b", "a\nb", 1000000 },
};

static void test_hostile(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(hostile) / sizeof(hostile[0]); i++) {
		const struct hostile_case *c = &hostile[i];
		const size_t len = strlen(c->piece), n_before = strlen(c->before);
		const size_t all = n_before + c->n * len + strlen(c->after);
		struct stet_arena mem = { 0 };
		struct stet_html out;
		char *html = malloc(all);

		memcpy(html, c->before, n_before);
		for (size_t k = 0; k < c->n; k++)
			memcpy(html + n_before + k * len, c->piece, len);
		memcpy(html + n_before + c->n * len, c->after, strlen(c->after));
		stet_html_text((struct stet_span){ html, all }, &mem, &out);
		assert_true(out.text.len >= strlen(c->begins));
		assert_memory_equal(out.text.p, c->begins, strlen(c->begins));
		assert_true(stet_arena_bytes(&mem) <= all * 5 + (1 << 20));
		stet_arena_release(&mem);
		free(html);
	}
}

/* Any beginning of a page that has some of everything can be its end. */
static void test_truncated(void **state)
{
	static const char html[] =
		"<!DOCTYPE html><html lang='en'><title>t&eacute;</title><!-- c -->"
		"<script>s</script><p style='display:none'>a</p><ul><li>b"
		"<a href=\"x\">c&notin;</a></ul>"
		"<table><tr><td>d<td>&#x20ac;</table><pre>\n e</pre>"
		"<script type='application/ld+json'>"
		"{\"datePublished\":\"2019\"}</script>&nGt;";
	struct stet_arena mem = { 0 };
	struct stet_html out;

	(void)state;
	for (size_t len = 0; len < sizeof(html); len++) {
		stet_arena_reset(&mem);
		take(html, len, &mem, &out);
		assert_int_equal(stet_utf8_prefix(out.text), out.text.len);
	}
	assert_span(out.text, "bc\xe2\x88\x89\nd\t\xe2\x82\xac\n e\n\xe2\x89\xab\xe2\x83\x92");
	stet_arena_release(&mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_nul),
		cmocka_unit_test(test_facts),
		cmocka_unit_test(test_links),
		cmocka_unit_test(test_links_are_parted),
		cmocka_unit_test(test_labels),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_hostile),
		cmocka_unit_test(test_truncated),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
