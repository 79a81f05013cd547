/*
 * html_entity.c - character references: &eacute; &#233; &#xe9;
 */
#include "charset_labels.h"
#include "html_tokens.h"
#include "stet/utf8.h"

#include <string.h>

#define MAX_NAME 32	/* longer than any */

static const struct entity {
	const char *name, *text;
	bool legacy;		/* also without a semicolon */
} entities[] = {
#define E(name, text) { name, text, false },
#define L(name, text) { name, text, true },
#include "html_entity_table.h"
#undef E
#undef L
};

/* ---- by number */

static uint32_t character(uint32_t number, uint32_t *n_replaced)
{
	/* As pages mean it. */
	if (number >= 0x80 && number < 0xa0 && stet_windows_1252[number - 0x80])
		return stet_windows_1252[number - 0x80];
	if (number == 0 || number > 0x10ffff || (number >= 0xd800 && number < 0xe000)) {
		++*n_replaced;
		return 0xfffd;
	}
	return number;
}

/* The value of a digit, or `base` and more. */
static unsigned digit(char c)
{
	if (c >= '0' && c <= '9')
		return (unsigned)(c - '0');
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? (unsigned)(c - 'a' + 10) : 16;
}

static size_t by_number(const char *p, const char *end, char *out, size_t *n,
			uint32_t *n_replaced)
{
	const char *from = p;
	unsigned base = 10;
	uint32_t number = 0;

	p += 2;		/* &# */
	if (p < end && (*p == 'x' || *p == 'X')) {
		base = 16;
		p++;
	}
	if (p == end || digit(*p) >= base)
		return 0;
	for (; p < end && digit(*p) < base; p++)
		number = number > 0x10ffff ? number : number * base + digit(*p);
	*n = stet_put_utf8(character(number, n_replaced), out);
	return (size_t)(p - from) + (p < end && *p == ';');
}

/* ---- by name */

static bool is_alnum(char c)
{
	return (unsigned char)((c | 0x20) - 'a') < 26 || (unsigned char)(c - '0') < 10;
}

static const struct entity *find(const char *name, size_t len)
{
	size_t low = 0, high = sizeof(entities) / sizeof(entities[0]);

	while (low < high) {
		const size_t mid = (low + high) / 2;
		const int c = strncmp(entities[mid].name, name, len);

		if (c == 0 && entities[mid].name[len] == '\0')
			return &entities[mid];
		if (c < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return NULL;
}

/* The longest beginning of a name that may stand without a semicolon; *len is its length. */
static const struct entity *find_legacy(const char *name, size_t *len)
{
	for (size_t n = *len < 6 ? *len : 6; n >= 2; n--) {
		const struct entity *e = find(name, n);

		*len = n;
		if (e && e->legacy)
			return e;
	}
	return NULL;
}

static size_t by_name(const char *p, const char *end, bool in_attribute, char *out, size_t *n)
{
	const char *name = p + 1;
	const struct entity *e = NULL;
	size_t len = 0;

	while (len < MAX_NAME && name + len < end && is_alnum(name[len]))
		len++;
	if (name + len < end && name[len] == ';' && (e = find(name, len)))
		len++;
	if (!e)
		e = find_legacy(name, &len);
	if (!e)
		return 0;
	if (in_attribute && name[len - 1] != ';' && name + len < end &&
	    (name[len] == '=' || is_alnum(name[len])))
		return 0;
	*n = strlen(e->text);
	memcpy(out, e->text, *n);
	return 1 + len;
}

size_t stet_html_reference(const char *p, const char *end, bool in_attribute, char out[8],
			   size_t *n, uint32_t *n_replaced)
{
	if (end - p >= 2 && p[1] == '#')
		return by_number(p, end, out, n, n_replaced);
	return by_name(p, end, in_attribute, out, n);
}
