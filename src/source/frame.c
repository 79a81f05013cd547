/*
 * frame.c - a stream of bytes cut into records
 */
#include "frame.h"

#include <stdlib.h>
#include <string.h>

/* Read at a time: fits the second-level cache beside the copy that is made of it. */
#define READ_BYTES ((size_t)128 << 10)

static const char too_large[] = "record is larger than --max-record";

void stet_framer_begin(struct stet_framer *f, struct stet_stream *from, enum stet_framing framing,
		       uint64_t max_record)
{
	const struct stet_framer fresh = {
		.from = from,
		.framing = framing,
		.max_record = max_record,
		.max_read = f->max_read ? f->max_read : SIZE_MAX,
		.buf = f->buf,
		.cap = f->cap,
	};

	*f = fresh;
}

void stet_framer_release(struct stet_framer *f)
{
	free(f->buf);
	*f = (struct stet_framer){ 0 };
}

static void drop_to(struct stet_framer *f, size_t at)
{
	f->at = f->seen = at;
}

/* Room for READ_BYTES behind `end`. */
static void make_room(struct stet_framer *f)
{
	if (f->at == f->end || f->cap - f->end < READ_BYTES) {
		if (f->at > 0 && f->end > f->at)
			memmove(f->buf, f->buf + f->at, f->end - f->at);
		f->base += f->at;
		f->end -= f->at;
		f->seen -= f->at;
		f->at = 0;
	}
	if (f->cap - f->end < READ_BYTES)
		f->buf = stet_grow(f->buf, &f->cap, f->end + 2 * READ_BYTES, 1);
}

/* More bytes behind `end`; false when the stream has ended. */
static bool fill(struct stet_framer *f)
{
	size_t room, n;

	if (f->ended)
		return false;
	make_room(f);
	room = f->cap - f->end;
	n = stet_stream_read(f->from, f->buf + f->end, room < f->max_read ? room : f->max_read);
	f->end += n;
	f->ended = n == 0;
	return n > 0;
}

static bool give(struct stet_frame *out, struct stet_framer *f, size_t len)
{
	*out = (struct stet_frame){ .bytes = { f->buf + f->at, len }, .offset = f->base + f->at };
	return true;
}

static bool give_damage(struct stet_frame *out, uint64_t offset, const char *why)
{
	*out = (struct stet_frame){ .offset = offset, .damage = why };
	return true;
}

/* Nothing more can be told apart in this stream. */
static bool give_up(struct stet_frame *out, struct stet_framer *f, uint64_t offset, const char *why)
{
	f->over = true;
	return give_damage(out, offset, why);
}

/* The stream broke off: what is left belongs to its damage, which the reader tells. */
static bool is_cut(const struct stet_framer *f)
{
	return f->ended && stet_stream_is_cut(f->from);
}

/* ---- lines */

static bool is_blank(const char *p, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (p[i] != ' ' && p[i] != '\t' && p[i] != '\r')
			return false;
	return true;
}

/*
 * Find the end of the line at `at`: true, *len is its length without line end and
 * *next where the next one begins.  A line that is too large is let go piece by
 * piece, and `dropping` set.
 */
static bool find_line(struct stet_framer *f, size_t *len, size_t *next)
{
	const char *nl = NULL;

	for (;;) {
		if (f->end > f->seen)
			nl = memchr(f->buf + f->seen, '\n', f->end - f->seen);
		f->seen = nl ? (size_t)(nl - f->buf) : f->end;
		if (f->seen - f->at > f->max_record + 1) {	/* a CR may be the one more */
			f->dropping = true;
			f->at = f->seen;
		}
		if (nl || !fill(f))
			break;
	}
	*len = f->seen - f->at;
	*next = nl ? f->seen + 1 : f->end;
	return nl || *len > 0 || f->dropping;
}

static bool next_line(struct stet_framer *f, struct stet_frame *out)
{
	uint64_t start = f->base + f->at;
	size_t len, next;

	while (find_line(f, &len, &next)) {
		const bool terminated = next > f->seen;

		if (!terminated && is_cut(f))
			return false;
		if (!f->dropping && len > 0 && f->buf[f->at + len - 1] == '\r')
			len--;
		if (f->dropping || len > f->max_record) {
			f->dropping = false;
			drop_to(f, next);
			return give_damage(out, start, too_large);
		}
		if (!is_blank(f->buf + f->at, len)) {
			give(out, f, len);
			drop_to(f, next);
			return true;
		}
		drop_to(f, next);
		start = f->base + f->at;
	}
	return false;
}

/* ---- one text */

static bool next_text(struct stet_framer *f, struct stet_frame *out)
{
	while (f->end - f->at <= f->max_record && fill(f))
		;
	f->over = true;
	if (f->end - f->at > f->max_record)
		return give_damage(out, 0, too_large);
	return f->end > f->at && !is_cut(f) && give(out, f, f->end - f->at);
}

/* ---- JSON values */

/* Bytes outside strings that a value is made of, or that end it. */
enum { OTHER, SCALAR, QUOTE, OPEN, CLOSE, COMMA, SPACE };

static const unsigned char class[256] = {
	['a'] = SCALAR, ['b'] = SCALAR, ['c'] = SCALAR, ['d'] = SCALAR, ['e'] = SCALAR,
	['f'] = SCALAR, ['l'] = SCALAR, ['n'] = SCALAR, ['r'] = SCALAR, ['s'] = SCALAR,
	['t'] = SCALAR, ['u'] = SCALAR, ['E'] = SCALAR, ['+'] = SCALAR, ['-'] = SCALAR,
	['.'] = SCALAR, ['0'] = SCALAR, ['1'] = SCALAR, ['2'] = SCALAR, ['3'] = SCALAR,
	['4'] = SCALAR, ['5'] = SCALAR, ['6'] = SCALAR, ['7'] = SCALAR, ['8'] = SCALAR,
	['9'] = SCALAR, ['"'] = QUOTE, ['{'] = OPEN, ['['] = OPEN, ['}'] = CLOSE,
	[']'] = CLOSE, [','] = COMMA, [' '] = SPACE, ['\t'] = SPACE, ['\n'] = SPACE,
	['\r'] = SPACE,
};

/* In a string from `p`: behind its end, or NULL.  Each byte is looked at twice, but by memchr. */
static const char *scan_string(struct stet_framer *f, const char *p, const char *end)
{
	if (f->escaped && p < end) {
		f->escaped = false;
		p++;
	}
	while (p < end) {
		const char *quote = memchr(p, '"', (size_t)(end - p));
		const char *stop = quote ? quote : end;
		const char *slash;

		while (p < stop && (slash = memchr(p, '\\', (size_t)(stop - p)))) {
			f->escaped = slash + 1 == end;
			if (f->escaped)
				return NULL;
			p = slash + 2;
		}
		if (!quote)
			return NULL;
		if (p <= quote) {
			f->in_string = false;
			return quote + 1;
		}
	}
	return NULL;
}

/* Go on in the value: behind its end, or NULL when that is further on. */
static const char *scan_value(struct stet_framer *f, const char *p, const char *end)
{
	while (p < end) {
		if (f->in_string) {
			p = scan_string(f, p, end);
			if (!p || f->depth == 0)
				return p;
			continue;
		}
		switch (class[(unsigned char)*p]) {
		case QUOTE:
			f->in_string = true;
			break;
		case OPEN:
			f->depth++;
			break;
		case CLOSE:
			if (f->depth == 0)
				return p;	/* it ends a scalar */
			if (--f->depth == 0)
				return p + 1;
			break;
		case SCALAR:
			break;
		default:
			if (f->depth == 0)
				return p;
			break;
		}
		p++;
	}
	return NULL;
}

/* The byte that `at` comes to past white space, or -1 at the end. */
static int next_byte(struct stet_framer *f)
{
	for (;;) {
		while (f->at < f->end && class[(unsigned char)f->buf[f->at]] == SPACE)
			f->at++;
		f->seen = f->at;
		if (f->at < f->end)
			return (unsigned char)f->buf[f->at];
		if (!fill(f))
			return -1;
	}
}

static void skip_bom(struct stet_framer *f)
{
	while (f->end - f->at < 3 && fill(f))
		;
	if (f->base + f->at == 0 && f->end >= 3 && memcmp(f->buf, "\xef\xbb\xbf", 3) == 0)
		drop_to(f, 3);
}

/* The value that begins at `at`. */
static bool cut_value(struct stet_framer *f, struct stet_frame *out)
{
	const uint64_t start = f->base + f->at;
	bool dropped = false;
	const char *stop;

	f->depth = 0;
	f->in_string = f->escaped = false;
	while (!(stop = scan_value(f, f->buf + f->seen, f->buf + f->end))) {
		f->seen = f->end;
		if (f->end - f->at > f->max_record) {
			dropped = true;
			f->at = f->end;
		}
		if (fill(f))
			continue;
		if (is_cut(f))
			return false;
		if (f->depth > 0 || f->in_string)
			return give_up(out, f, start, "JSON value does not end");
		stop = f->buf + f->end;
		break;
	}
	f->seen = (size_t)(stop - f->buf);
	if (dropped || f->seen - f->at > f->max_record)
		give_damage(out, start, too_large);
	else
		give(out, f, f->seen - f->at);
	drop_to(f, f->seen);
	return true;
}

static bool next_value(struct stet_framer *f, struct stet_frame *out)
{
	int c;

	if (!f->begun) {
		f->begun = true;
		skip_bom(f);
	}
	c = next_byte(f);
	if (c < 0)
		return false;
	if (c != '{' && c != '[')
		return give_up(out, f, f->base + f->at,
			       "no JSON object where one should begin; the rest is not read");
	return cut_value(f, out);
}

/* Behind the last element: nothing but white space may follow. */
static bool end_array(struct stet_framer *f, struct stet_frame *out)
{
	f->over = true;
	drop_to(f, f->at + 1);
	return next_byte(f) >= 0 &&
	       give_up(out, f, f->base + f->at, "data behind the JSON array");
}

/* The byte where the next element begins, `]`, or -1; past the bracket or a comma. */
static int next_element(struct stet_framer *f)
{
	int c;

	if (!f->begun)
		skip_bom(f);
	c = next_byte(f);
	if (c < 0 || (f->begun && (c == ']' || !f->wants_comma)))
		return c;
	if (c != (f->begun ? ',' : '['))
		return ',';	/* can begin no element */
	f->begun = true;
	f->wants_comma = false;
	drop_to(f, f->at + 1);
	return next_byte(f);
}

static bool next_of_array(struct stet_framer *f, struct stet_frame *out)
{
	const int c = next_element(f);

	if (c < 0 && is_cut(f))
		return false;
	if (c < 0)
		return give_up(out, f, f->base + f->at, "JSON array does not end");
	if (c == ']')
		return end_array(f, out);
	switch (class[c]) {
	case OPEN:
	case QUOTE:
	case SCALAR:
		f->wants_comma = true;
		return cut_value(f, out);
	default:
		return give_up(out, f, f->base + f->at,
			       "no JSON value where one should begin; the rest is not read");
	}
}

bool stet_framer_next(struct stet_framer *f, struct stet_frame *out)
{
	if (f->over)
		return false;
	switch (f->framing) {
	case STET_FRAME_LINES:
		return next_line(f, out);
	case STET_FRAME_VALUES:
		return next_value(f, out);
	case STET_FRAME_ARRAY:
		return next_of_array(f, out);
	case STET_FRAME_WHOLE:
	case STET_FRAME_PAGE:
		return next_text(f, out);
	case STET_FRAME_NONE:
		break;
	}
	return false;
}
