/*
 * fuzz_parse.c - a raw record to a document: JSON or text, any charset, dates
 */
#include "../../src/source/charset.h"
#include "fuzz.h"
#include "stet/hash.h"
#include "stet/source.h"

#define MAX_DOCUMENT 5000

static void check_utf8(struct stet_span s)
{
	LAW(stet_utf8_prefix(s) == s.len);
}

static void check_document(const struct stet_document *d)
{
	volatile char sum = 0;

	LAW(d->text.len <= MAX_DOCUMENT);
	check_utf8(d->text);
	check_utf8(d->id);
	check_utf8(d->url);
	check_utf8(d->source);
	check_utf8(d->title);
	LAW(!d->bad_date || d->date_key == STET_NO_DATE);
	LAW(!d->bad_date || d->date.len > 0);
	for (size_t i = 0; i < 64; i++)
		sum ^= d->text.p[d->text.len + i];
	(void)sum;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const dates[] = {
		NULL, "DD/MM/YYYY", "MM/DD/YYYY", "epoch", "epoch-ms",
	};
	struct fuzz_input in = { data, size };
	const uint8_t how = fuzz_take(&in);
	const struct stet_span bytes = fuzz_rest(&in);
	const struct stet_record r = {
		.kind = how & 1 ? STET_RECORD_TEXT : STET_RECORD_JSON, .bytes = bytes,
	};
	struct stet_source_options o;
	struct stet_arena mem = { 0 };
	struct stet_document doc = { 0 };
	struct stet_skip skip = { 0 };

	stet_source_options_init(&o);
	o.max_document = MAX_DOCUMENT;
	o.with_title = how & 2;
	o.date_format = dates[(how >> 2) % 5];
	if (stet_record_parse(&r, &o, &mem, &doc, &skip))
		check_document(&doc);
	else
		LAW(skip.reason.len > 0 && !memchr(skip.reason.p, '\n', skip.reason.len));
	stet_arena_release(&mem);
	fuzz_free(bytes);
	return 0;
}
