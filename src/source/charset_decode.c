/*
 * charset_decode.c - bytes of a charset that is declared, or not, to UTF-8
 */
#include "charset.h"
#include "charset_labels.h"

#include <errno.h>
#include <iconv.h>
#include <string.h>
#include <strings.h>
#include <uchardet/uchardet.h>

#define MAX_GUESS_BYTES ((size_t)256 << 10)
#define MAX_UTF16_BYTES ((size_t)4096)	/* looked at to tell UTF-16 */
#define MANY 8u		/* characters of UTF-8 that no text of another charset has by chance */

struct charset {
	const char *name;	/* as iconv calls it */
	char bom[4];
	size_t bom_len;
	size_t unit;		/* bytes to step over when they cannot be converted */
};

/* UTF-32 first: its little-endian BOM begins with that of UTF-16. */
static const struct charset by_bom[] = {
	{ .name = "UTF-32LE", .bom = "\xff\xfe\0\0", .bom_len = 4, .unit = 4 },
	{ .name = "UTF-32BE", .bom = "\0\0\xfe\xff", .bom_len = 4, .unit = 4 },
	{ .name = "UTF-16LE", .bom = "\xff\xfe", .bom_len = 2, .unit = 2 },
	{ .name = "UTF-16BE", .bom = "\xfe\xff", .bom_len = 2, .unit = 2 },
};

static const struct charset *charset_by_bom(struct stet_span bytes)
{
	for (size_t i = 0; i < sizeof(by_bom) / sizeof(by_bom[0]); i++)
		if (bytes.len >= by_bom[i].bom_len &&
		    memcmp(bytes.p, by_bom[i].bom, by_bom[i].bom_len) == 0)
			return &by_bom[i];
	return NULL;
}

/* Output of a conversion in progress. */
struct conversion {
	iconv_t cd;
	char *in, *out;
	size_t in_left, out_left;
};

/* Put one U+FFFD in for the next `unit` bytes (or what is left). */
static bool replace(struct conversion *c, size_t unit)
{
	const size_t n = c->in_left < unit ? c->in_left : unit;

	if (c->out_left < 3)
		return false;
	memcpy(c->out, STET_REPLACEMENT, 3);
	c->out += 3;
	c->out_left -= 3;
	c->in += n;
	c->in_left -= n;
	return true;
}

static bool run(struct conversion *c, size_t unit, uint32_t *n_replaced)
{
	while (c->in_left > 0 &&
	       iconv(c->cd, &c->in, &c->in_left, &c->out, &c->out_left) == (size_t)-1) {
		if (errno == EINVAL)		/* the text ends inside a character */
			unit = c->in_left;
		else if (errno != EILSEQ)
			return false;
		if (!replace(c, unit))
			return false;
		++*n_replaced;
	}
	return iconv(c->cd, NULL, NULL, &c->out, &c->out_left) != (size_t)-1;
}

/* False where iconv does not know the charset, or gives more than it ever should. */
static bool convert(struct stet_span bytes, const struct charset *from, struct stet_arena *mem,
		    struct stet_span *text, uint32_t *n_replaced)
{
	/* No byte of any charset gives more than the three of a U+FFFD. */
	const size_t size = bytes.len * 3 + STET_TEXT_SLACK;
	struct conversion c = { .in = (char *)bytes.p, .in_left = bytes.len, .out_left = size };
	uint32_t n = 0;
	char *out;
	bool done;

	c.cd = iconv_open("UTF-8", from->name);
	if (c.cd == (iconv_t)-1)
		return false;
	c.out = out = stet_text_alloc(mem, size);
	done = run(&c, from->unit, &n);
	iconv_close(c.cd);
	if (!done)
		return false;
	*n_replaced += n;
	*text = stet_text_finish(out, (size_t)(c.out - out));
	return true;
}

/* ---- which charset */

/* Can this be a unit of text?  Of surrogates only the halves are looked at. */
static bool is_text_unit(unsigned unit)
{
	if (unit < 0x20)
		return unit == '\t' || unit == '\n' || unit == '\r' || unit == '\f';
	return !(unit >= 0x7f && unit < 0xa0) && unit < 0xfffe;
}

/* Are these units text, a quarter of them at least plain ASCII? */
static bool looks_utf16(struct stet_span bytes, unsigned high)
{
	const unsigned char *p = (const unsigned char *)bytes.p;
	const size_t n = (bytes.len < MAX_UTF16_BYTES ? bytes.len : MAX_UTF16_BYTES) / 2;
	size_t n_ascii = 0;

	for (size_t i = 0; i < n; i++, p += 2) {
		const unsigned unit = (unsigned)p[high] << 8 | p[1 - high];

		if (!is_text_unit(unit))
			return false;
		n_ascii += unit < 0x80;
	}
	return n >= MANY && n_ascii * 4 >= n;
}

const char *stet_utf16_name(struct stet_span bytes)
{
	const size_t n = bytes.len < MAX_UTF16_BYTES ? bytes.len : MAX_UTF16_BYTES;

	if (!memchr(bytes.p, 0, n))	/* the high half of ASCII */
		return NULL;
	if (looks_utf16(bytes, 1))
		return "UTF-16LE";
	return looks_utf16(bytes, 0) ? "UTF-16BE" : NULL;
}

/* What the bytes look like; `name` is "" where nothing comes to mind. */
static void guess(struct stet_span bytes, char name[64])
{
	const size_t ascii = stet_ascii_prefix(bytes);
	size_t n = bytes.len - ascii;
	uchardet_t ud = uchardet_new();
	const char *found = "", *known;

	if (n > MAX_GUESS_BYTES)
		n = MAX_GUESS_BYTES;
	if (uchardet_handle_data(ud, bytes.p + ascii, n) == 0) {
		uchardet_data_end(ud);
		found = uchardet_get_charset(ud);
	}
	known = stet_charset_name((struct stet_span){ found, strlen(found) });
	name[0] = '\0';
	strncat(name, known ? known : found, 63);
	uchardet_delete(ud);
}

/*
 * One broken byte must not turn a text of UTF-8 into a mess of another charset,
 * so detection is asked only where broken parts are no rare exception.
 */
static bool looks_like_utf8(struct stet_span bytes)
{
	const struct stet_utf8_census c = stet_utf8_count(bytes);

	return c.n_good >= 4 * c.n_broken;
}

static bool is_utf8(const char *name)
{
	return strcasecmp(name, "UTF-8") == 0 || strcasecmp(name, "ASCII") == 0;
}

static bool is_utf16(const char *name)
{
	return strncmp(name, "UTF-16", 6) == 0;
}

/* Charsets some of whose texts are UTF-8 by chance, if they are short. */
static bool is_multi_byte(const char *name)
{
	static const char *const names[] = {
		"GB18030", "BIG5-HKSCS", "EUC-JP-MS", "CP932", "UHC",
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(name, names[i]) == 0)
			return true;
	return false;
}

/* Is the text, which is UTF-8, what its label says all the same? */
static bool is_declared(struct stet_span bytes, const char *declared)
{
	if (is_utf16(declared))
		return stet_utf16_name(bytes);
	if (strcmp(declared, "ISO-2022-JP") == 0)
		return memchr(bytes.p, 0x1b, bytes.len);
	return is_multi_byte(declared) && stet_utf8_count(bytes).n_good < MANY;
}

/* ---- all of it */

static bool convert_by_name(struct stet_span bytes, const char *name, struct stet_arena *mem,
			    struct stet_span *text, uint32_t *n_replaced)
{
	const struct charset from = { .name = name, .unit = is_utf16(name) ? 2 : 1 };

	if (!convert(bytes, &from, mem, text, n_replaced))
		return false;
	*text = stet_skip_bom(*text);
	return true;
}

/* Of bytes that are not UTF-8, or not meant so: true where they are converted. */
static bool decode_other(struct stet_span bytes, const char *declared, struct stet_arena *mem,
			 struct stet_span *text, uint32_t *n_replaced)
{
	const char *utf16 = stet_utf16_name(bytes);
	char name[64] = "";

	if (utf16)
		return convert_by_name(bytes, utf16, mem, text, n_replaced);
	if (declared && !is_utf8(declared) && !is_utf16(declared))
		return convert_by_name(bytes, declared, mem, text, n_replaced);
	if (looks_like_utf8(bytes))
		return false;
	guess(bytes, name);
	return name[0] && !is_utf8(name) &&
	       convert_by_name(bytes, name, mem, text, n_replaced);
}

struct stet_span stet_charset_decode_declared(struct stet_span bytes, struct stet_span label,
					      struct stet_arena *mem, uint32_t *n_replaced,
					      bool *converted)
{
	const struct charset *from = charset_by_bom(bytes);
	const char *declared = stet_charset_name(label);
	struct stet_span text = stet_skip_bom(bytes), body;

	if (bytes.len == 0)
		return stet_text_finish(stet_text_alloc(mem, 0), 0);
	if (from) {
		body = (struct stet_span){ bytes.p + from->bom_len, bytes.len - from->bom_len };
		if (convert(body, from, mem, &text, n_replaced)) {
			*converted = true;
			return stet_skip_bom(text);
		}
	}
	if (text.p != bytes.p)		/* a BOM of UTF-8 is a promise */
		return stet_utf8_repair(text, mem, n_replaced);
	if (stet_utf8_prefix(text) == text.len && !stet_utf16_name(text) &&
	    !(declared && is_declared(text, declared)))
		return text;
	*converted = decode_other(bytes, declared, mem, &text, n_replaced);
	return *converted ? text : stet_utf8_repair(bytes, mem, n_replaced);
}

struct stet_span stet_charset_decode(struct stet_span bytes, struct stet_arena *mem,
				     uint32_t *n_replaced, bool *converted)
{
	return stet_charset_decode_declared(bytes, (struct stet_span){ "", 0 }, mem, n_replaced,
					    converted);
}
