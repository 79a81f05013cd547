/*
 * parse.c - one raw record to a document, or to a reason why not
 */
#include "charset.h"
#include "html.h"
#include "json.h"
#include "mojibake.h"
#include "source_map.h"
#include "stet/source.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum field { TEXT, ID, URL, SOURCE, DATE, TITLE, N_FIELDS };

/* ---- what did not become a document */

/* Fill *skip with damage `at` bytes into the record; always 0, as parse returns it. */
static int damaged(const struct stet_record *r, struct stet_arena *mem, struct stet_skip *skip,
		   uint64_t at, const char *fmt, ...) __attribute__((format(printf, 5, 6)));
static int damaged(const struct stet_record *r, struct stet_arena *mem, struct stet_skip *skip,
		   uint64_t at, const char *fmt, ...)
{
	char text[256];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	*skip = (struct stet_skip){
		.input = r->input, .record = r->record, .member = r->member,
		.offset = r->offset + at, .kind = STET_SKIP_DAMAGED,
		.reason = stet_arena_copy(mem, (struct stet_span){ text, strlen(text) }),
	};
	return 0;
}

static int broken_json(const struct stet_record *r, struct stet_arena *mem,
		       struct stet_skip *skip, const struct stet_json_fault *fault)
{
	const uint64_t at = (uint64_t)(fault->at - r->bytes.p);

	if (!fault->what)
		return damaged(r, mem, skip, at, "JSON nested deeper than %u", STET_JSON_MAX_DEPTH);
	return damaged(r, mem, skip, at, "JSON broken at byte %" PRIu64 ": %s", at, fault->what);
}

/* ---- sources */

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static struct stet_span trim(struct stet_span s)
{
	while (s.len > 0 && is_blank(s.p[s.len - 1]))
		s.len--;
	while (s.len > 0 && is_blank(*s.p)) {
		s.p++;
		s.len--;
	}
	return s;
}

static bool is_upper(char c)
{
	return c >= 'A' && c <= 'Z';
}

static struct stet_span lower_case(struct stet_span s, struct stet_arena *mem)
{
	char *p;
	size_t i = 0;

	while (i < s.len && !is_upper(s.p[i]))
		i++;
	if (i == s.len)
		return s;
	p = stet_arena_alloc(mem, s.len);
	for (i = 0; i < s.len; i++)
		p[i] = (char)(s.p[i] | (is_upper(s.p[i]) ? 0x20 : 0));
	return (struct stet_span){ p, s.len };
}

/* What stands between the // of a url and its path: user@host:port. */
static struct stet_span authority_of(struct stet_span url)
{
	const char *slashes = memmem(url.p, url.len, "//", 2);
	struct stet_span a = { "", 0 };

	if (!slashes || (slashes != url.p && slashes[-1] != ':'))
		return a;
	a.p = slashes + 2;
	while (a.p + a.len < url.p + url.len && !memchr("/?#\\", a.p[a.len], 4))
		a.len++;
	return a;
}

static struct stet_span host_of(struct stet_span url, struct stet_arena *mem)
{
	struct stet_span host = authority_of(url);
	const char *at = memrchr(host.p, '@', host.len), *colon;

	if (at) {
		host.len -= (size_t)(at + 1 - host.p);
		host.p = at + 1;
	}
	/* An IPv6 address has colons of its own, inside brackets. */
	colon = memrchr(host.p, ':', host.len);
	if (colon && !memchr(colon, ']', (size_t)(host.p + host.len - colon)))
		host.len = (size_t)(colon - host.p);

	return lower_case(host, mem);
}

static struct stet_span without_www(struct stet_span host)
{
	if (host.len > 4 && memcmp(host.p, "www.", 4) == 0)
		return (struct stet_span){ host.p + 4, host.len - 4 };
	return host;
}

/*
 * Who published the page that a url of the Wayback Machine is a copy of: .../web/TIME/URL.
 * Else what is given.
 */
static struct stet_span publisher_of(struct stet_span source, struct stet_span url,
				     struct stet_arena *mem)
{
	static const char archive[] = "web.archive.org";
	const char *path, *inner;

	if (source.len != sizeof(archive) - 1 || memcmp(source.p, archive, source.len) != 0)
		return source;
	path = memmem(url.p, url.len, "/web/", 5);
	inner = path ? memchr(path + 5, '/', (size_t)(url.p + url.len - path - 5)) : NULL;
	if (!inner)
		return source;
	url.len -= (size_t)(inner + 1 - url.p);
	url.p = inner + 1;
	url = host_of(url, mem);
	return url.len > 0 ? url : source;
}

static struct stet_span source_of(const struct stet_document *doc,
				  const struct stet_source_map *map, struct stet_arena *mem)
{
	const struct stet_span url = trim(doc->url);
	struct stet_span source = trim(doc->source);

	if (source.len > 0)
		source = publisher_of(source, url, mem);
	else if (url.len > 0)
		source = without_www(publisher_of(host_of(url, mem), url, mem));
	return map ? stet_source_map_find(map, source) : source;
}

/* ---- fields */

/* What a value says, as UTF-8; empty where there is none. */
static struct stet_span text_of(const struct stet_json_value *v, struct stet_arena *mem,
				uint32_t *n_replaced)
{
	struct stet_span text = v->raw;
	char *p;

	if (v->kind == STET_JSON_ABSENT)
		return (struct stet_span){ "", 0 };
	if (v->escaped) {
		p = stet_text_alloc(mem, v->raw.len);
		text = stet_text_finish(p, stet_json_unescape(v->raw, p, n_replaced));
	}
	return v->ascii ? text : stet_utf8_repair(text, mem, n_replaced);
}

/* The title as the first paragraph; links move with the text. */
static void join_title(struct stet_document *doc, struct stet_arena *mem)
{
	const struct stet_span title = doc->title, text = doc->text;
	const size_t at = title.len + 2;
	struct stet_range *links = stet_arena_alloc(mem, doc->n_links * sizeof(*links));
	char *p = stet_text_alloc(mem, at + text.len);

	memcpy(p, title.p, title.len);
	memcpy(p + title.len, "\n\n", 2);
	memcpy(p + at, text.p, text.len);
	doc->text = stet_text_finish(p, at + text.len);
	for (size_t i = 0; i < doc->n_links; i++)
		links[i] = (struct stet_range){ (uint32_t)(doc->links[i].begin + at),
						(uint32_t)(doc->links[i].end + at) };
	doc->links = links;
}

static int parse_json(const struct stet_record *r, const struct stet_source_options *o,
		      struct stet_arena *mem, struct stet_document *doc, struct stet_skip *skip)
{
	const char *const paths[N_FIELDS] = {
		[TEXT] = o->fields.text, [ID] = o->fields.id, [URL] = o->fields.url,
		[SOURCE] = o->fields.source, [DATE] = o->fields.date, [TITLE] = o->fields.title,
	};
	struct stet_json_value v[N_FIELDS];
	struct stet_json_fault fault;

	if (!stet_json_find(r->bytes, paths, v, N_FIELDS, &fault))
		return broken_json(r, mem, skip, &fault);
	if (v[TEXT].kind != STET_JSON_STRING)
		return damaged(r, mem, skip, 0, "no text field \"%s\"",
			       paths[TEXT] ? paths[TEXT] : "");

	doc->text = stet_skip_bom(text_of(&v[TEXT], mem, &doc->n_replaced));
	doc->id = text_of(&v[ID], mem, &doc->n_replaced);
	doc->url = text_of(&v[URL], mem, &doc->n_replaced);
	doc->source = text_of(&v[SOURCE], mem, &doc->n_replaced);
	doc->date = text_of(&v[DATE], mem, &doc->n_replaced);
	doc->title = text_of(&v[TITLE], mem, &doc->n_replaced);
	return 1;
}

static void parse_html(const struct stet_record *r, const struct stet_source_options *o,
		       struct stet_arena *mem, struct stet_document *doc)
{
	struct stet_span page = stet_charset_decode_declared(
		r->bytes, stet_html_charset(r->bytes), mem, &doc->n_replaced, &doc->converted);
	struct stet_html html;

	stet_html_text(page, mem, &html);
	doc->mojibake = stet_is_mojibake(html.text);
	if (doc->mojibake && o->repair_mojibake) {	/* so that links are where they are */
		page = stet_mojibake_repair(page, mem);
		stet_html_text(page, mem, &html);
	}
	doc->text = html.text;
	doc->title = html.title;
	doc->date = html.date;
	doc->links = html.links;
	doc->n_links = html.n_links;
	doc->n_replaced += html.n_replaced;
}

static void judge_mojibake(struct stet_document *doc, const struct stet_source_options *o,
			   struct stet_arena *mem)
{
	doc->mojibake = stet_is_mojibake(doc->text);
	if (doc->mojibake && o->repair_mojibake)
		doc->text = stet_mojibake_repair(doc->text, mem);
}

static void set_date(struct stet_document *doc, const char *format)
{
	if (trim(doc->date).len == 0)
		return;
	doc->date_key = stet_date_key(doc->date, format);
	doc->bad_date = doc->date_key == STET_NO_DATE;
}

int stet_record_parse(const struct stet_record *r, const struct stet_source_options *o,
		      struct stet_arena *mem, struct stet_document *doc, struct stet_skip *skip)
{
	const struct stet_span none = { "", 0 };

	*doc = (struct stet_document){
		.input = r->input, .record = r->record, .member = r->member,
		.id = none, .url = none, .source = none, .title = none, .date = none,
		.text = none, .date_key = STET_NO_DATE,
	};
	if (r->kind == STET_RECORD_TEXT)
		doc->text = stet_charset_decode(r->bytes, mem, &doc->n_replaced, &doc->converted);
	else if (r->kind == STET_RECORD_HTML)
		parse_html(r, o, mem, doc);
	else if (!parse_json(r, o, mem, doc, skip))
		return 0;
	if (o->with_title && doc->title.len > 0)
		join_title(doc, mem);
	if (r->kind != STET_RECORD_HTML)
		judge_mojibake(doc, o, mem);
	if (doc->text.len > o->max_document)
		return damaged(r, mem, skip, 0,
			       "text of %zu bytes is over --max-document (%" PRIu64 ")",
			       doc->text.len, o->max_document);

	if (doc->id.len == 0 && r->member.len > 0)
		doc->id = r->member;
	doc->source = source_of(doc, o->source_map, mem);
	set_date(doc, o->date_format);
	return 1;
}
