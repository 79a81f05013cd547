/*
 * page_put.c - text and numbers as HTML
 */
#include "page.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define REPLACEMENT "\xef\xbf\xbd"
#define TITLE_BYTES 200

/*
 * What stands for a byte that may not stand as it is, or NULL; `picture` has room for it.  No
 * text of an archive goes into an attribute, so quotes may.
 */
static const char *instead_of(unsigned char c, char picture[4])
{
	switch (c) {
	case '<': return "&lt;";
	case '>': return "&gt;";
	case '&': return "&amp;";
	case '\r': return "";
	case '\n':
	case '\t':
		return NULL;
	case 0x7f: return "\xe2\x90\xa1";
	}
	if (c >= 0x20)
		return NULL;
	memcpy(picture, "\xe2\x90\x80", 4);	/* U+2400 and on */
	picture[2] = (char)(0x80 | c);
	return picture;
}

/* The longest beginning of at most `most` bytes that ends with a character. */
static size_t cut_at(struct stet_span text, size_t most)
{
	size_t n = text.len < most ? text.len : most;

	while (n > 0 && n < text.len && ((unsigned char)text.p[n] & 0xc0) == 0x80)
		n--;
	return n;
}

static void put_escaped(struct stet_out *o, struct stet_span text)
{
	size_t from = 0, i = 0;

	while (i < text.len) {
		char picture[4];
		const size_t len = stet_utf8_len(text.p + i, text.len - i);
		const char *instead =
			len == 0 ? REPLACEMENT : instead_of((unsigned char)text.p[i], picture);

		if (!instead) {
			i += len;
			continue;
		}
		stet_out_write(o, text.p + from, i - from);
		stet_out_puts(o, instead);
		from = ++i;
	}
	stet_out_write(o, text.p + from, i - from);
}

void stet_page_text(struct stet_out *o, struct stet_span text, size_t most)
{
	const size_t n = cut_at(text, most);

	put_escaped(o, (struct stet_span){ text.p, n });
	if (n == text.len)
		return;
	stet_out_puts(o, "<span class=more> … ");
	stet_page_number(o, text.len - n);
	stet_out_puts(o, " more bytes</span>");
}

void stet_page_number(struct stet_out *o, uint64_t n)
{
	char digits[32];
	const int len = snprintf(digits, sizeof(digits), "%" PRIu64, n);

	for (int i = 0; i < len; i++) {
		if (i > 0 && (len - i) % 3 == 0)
			stet_out_puts(o, ",");
		stet_out_write(o, digits + i, 1);
	}
}

/* In tenths of a percent, rounded half up. */
void stet_page_percent(struct stet_out *o, uint64_t part, uint64_t whole)
{
	const uint64_t tenths =
		whole == 0 ? 0 : (uint64_t)(((unsigned __int128)part * 2000 + whole) / 2 / whole);

	stet_out_printf(o, "%" PRIu64 ".%" PRIu64 "&#8239;%%", tenths / 10, tenths % 10);
}

void stet_page_bytes(struct stet_out *o, uint64_t n)
{
	static const char *const units[] = { "kB", "MB", "GB", "TB" };
	uint64_t tenths = (n + 50) / 100;
	size_t i = 0;

	if (n < 1000) {
		stet_out_printf(o, "%" PRIu64 "&#8239;bytes", n);
		return;
	}
	for (; tenths >= 10000 && i + 1 < sizeof(units) / sizeof(*units); i++)
		tenths = (tenths + 500) / 1000;
	stet_out_printf(o, "%" PRIu64 ".%" PRIu64 "&#8239;%s", tenths / 10, tenths % 10, units[i]);
}

static void put_title(struct stet_out *o, struct stet_span text)
{
	stet_page_text(o, text, TITLE_BYTES);
}

static void put_detail(struct stet_out *o, const char *class, struct stet_span text)
{
	if (text.len == 0)
		return;
	stet_out_printf(o, " <bdi class=%s>", class);
	put_title(o, text);
	stet_out_puts(o, "</bdi>");
}

void stet_page_document(struct stet_out *o, const struct stet_findings *f,
			const struct stet_row *row)
{
	stet_out_puts(o, "<bdi class=name>");
	if (row->title.len > 0)
		put_title(o, row->title);
	else
		stet_put_id(o, f, row, put_title);
	stet_out_puts(o, "</bdi>");
	put_detail(o, "source", row->source);
	put_detail(o, "date", row->date);
	stet_out_puts(o, " <bdi class=address>");
	put_title(o, stet_span_of(f->inputs->v[row->input].path));
	stet_put_number(o, "#", row->record);
	stet_out_puts(o, "</bdi>");
}
