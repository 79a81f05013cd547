/*
 * date.c - the forms of dates
 *
 * Each is a small parser over a cursor that wants all of the text.  Own code on
 * purpose: what libc reads depends on locale and time zone.
 */
#include "calendar.h"
#include "stet/source.h"

#include <string.h>

static const struct stet_when nothing = {
	.hour = STET_MISSING, .minute = STET_MISSING, .second = STET_MISSING,
};

struct cursor {
	const char *p, *end;
};

/* ---- small steps; each returns false, or moves the cursor */

static bool at_end(const struct cursor *c)
{
	return c->p == c->end;
}

static bool at_digit(const struct cursor *c)
{
	return !at_end(c) && *c->p >= '0' && *c->p <= '9';
}

static bool take(struct cursor *c, char wanted)
{
	if (at_end(c) || *c->p != wanted)
		return false;
	c->p++;
	return true;
}

static bool take_one_of(struct cursor *c, const char *wanted)
{
	if (at_end(c) || !*c->p || !strchr(wanted, *c->p))
		return false;
	c->p++;
	return true;
}

/* As many digits as there are, which must be `min` to `max`. */
static bool take_number(struct cursor *c, int min, int max, int *v)
{
	int n = 0;

	for (*v = 0; n < max && at_digit(c); n++)
		*v = *v * 10 + (*c->p++ - '0');
	return n >= min;
}

static bool take_digits(struct cursor *c, int n, int *v)
{
	return take_number(c, n, n, v);
}

static bool skip_blanks(struct cursor *c)
{
	const char *first = c->p;

	while (take_one_of(c, " \t\r\n"))
		;
	return c->p > first;
}

/* One of `n` names of up to three letters, in any case; its index, or -1. */
static int take_name(struct cursor *c, const char names[][4], int n)
{
	char word[4] = "";
	size_t len = 0;

	while (c->p + len < c->end && len < 4) {
		const char lower = (char)(c->p[len] | 0x20);

		if (lower < 'a' || lower > 'z')
			break;
		if (len == 3)
			return -1;
		word[len++] = lower;
	}
	for (int i = 0; i < n; i++) {
		if (strcmp(word, names[i]) == 0) {
			c->p += len;
			return i;
		}
	}
	return -1;
}

/* ---- times and zones */

/* +hh:mm, +hhmm or +hh, the sign already taken. */
static bool take_offset(struct cursor *c, int sign, struct stet_when *w)
{
	int hours, minutes = 0;

	if (!take_digits(c, 2, &hours))
		return false;
	if ((take(c, ':') || at_digit(c)) && !take_digits(c, 2, &minutes))
		return false;
	w->offset = sign * (hours * 60 + minutes);
	return hours <= 23 && minutes <= 59;
}

/* Z or an offset; having none is fine too. */
static bool take_iso_zone(struct cursor *c, struct stet_when *w)
{
	if (take_one_of(c, "Zz"))
		return true;
	if (take(c, '+'))
		return take_offset(c, 1, w);
	if (take(c, '-'))
		return take_offset(c, -1, w);
	return true;
}

static bool take_fraction(struct cursor *c)
{
	if (!take_one_of(c, ".,"))
		return true;
	if (!at_digit(c))
		return false;
	while (at_digit(c))
		c->p++;
	return true;
}

/* hh[:mm[:ss[.f]]], or the same without colons. */
static bool take_time(struct cursor *c, struct stet_when *w, bool colons)
{
	if (!take_digits(c, 2, &w->hour))
		return false;
	if (colons ? !take(c, ':') : !at_digit(c))
		return true;
	if (!take_digits(c, 2, &w->minute))
		return false;
	if (colons ? !take(c, ':') : !at_digit(c))
		return true;
	return take_digits(c, 2, &w->second) && take_fraction(c);
}

/* ---- forms of dates: each wants all of the text */

/* Behind yyyy: mmdd, mmddhhmmss, or mmddThhmm[ss] with a zone. */
static bool take_compact(struct cursor *c, struct stet_when *w)
{
	if (!take_digits(c, 2, &w->month) || !take_digits(c, 2, &w->day))
		return false;
	if (at_end(c))
		return true;
	if (take_one_of(c, "Tt"))
		return take_time(c, w, false) && take_iso_zone(c, w);
	return take_digits(c, 2, &w->hour) && take_digits(c, 2, &w->minute) &&
	       take_digits(c, 2, &w->second);
}

/* Behind yyyy: -mm, -mm-dd, and a time behind that. */
static bool take_extended(struct cursor *c, struct stet_when *w)
{
	if (!take(c, '-') || !take_digits(c, 2, &w->month))
		return false;
	if (at_end(c))
		return true;
	if (!take(c, '-') || !take_digits(c, 2, &w->day) || w->day == 0)
		return false;
	if (at_end(c))
		return true;
	return take_one_of(c, "Tt ") && take_time(c, w, true) && take_iso_zone(c, w);
}

static bool parse_iso(struct cursor c, struct stet_when *w)
{
	if (!take_digits(&c, 4, &w->year))
		return false;
	if (at_end(&c))
		return true;
	if (!(at_digit(&c) ? take_compact(&c, w) && w->day > 0 : take_extended(&c, w)))
		return false;
	return at_end(&c) && w->month > 0;
}

/* The zones of RFC 2822, 4.3; a single letter says nothing and counts as UTC. */
static bool take_mail_zone(struct cursor *c, struct stet_when *w)
{
	static const char names[][4] = {
		"ut", "gmt", "utc", "est", "edt", "cst", "cdt", "mst", "mdt", "pst", "pdt",
	};
	static const int hours[] = { 0, 0, 0, -5, -4, -6, -5, -7, -6, -8, -7 };
	const int i = take_name(c, names, sizeof(hours) / sizeof(hours[0]));
	int hhmm;

	if (i >= 0) {
		w->offset = hours[i] * 60;
		return true;
	}
	if (take_one_of(c, "ABCDEFGHIKLMNOPQRSTUVWXYZabcdefghiklmnopqrstuvwxyz"))
		return true;

	const bool west = take(c, '-');

	if ((!west && !take(c, '+')) || !take_digits(c, 4, &hhmm))
		return false;
	w->offset = (west ? -1 : 1) * (hhmm / 100 * 60 + hhmm % 100);
	return hhmm / 100 <= 23 && hhmm % 100 <= 59;
}

/* Four digits; two and three are read as RFC 2822, 4.3, wants it. */
static bool take_mail_year(struct cursor *c, int *year)
{
	const char *first = c->p;

	if (!take_number(c, 2, 4, year))
		return false;
	if (c->p - first == 2)
		*year += *year < 50 ? 2000 : 1900;
	else if (c->p - first == 3)
		*year += 1900;
	return true;
}

static bool take_mail_date(struct cursor *c, struct stet_when *w)
{
	static const char months[][4] = {
		"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
	};

	if (!take_number(c, 1, 2, &w->day) || w->day == 0 || !skip_blanks(c))
		return false;
	w->month = take_name(c, months, 12) + 1;
	return w->month > 0 && skip_blanks(c) && take_mail_year(c, &w->year);
}

static bool skip_weekday(struct cursor *c)
{
	static const char days[][4] = { "mon", "tue", "wed", "thu", "fri", "sat", "sun" };

	if (at_digit(c))
		return true;
	if (take_name(c, days, 7) < 0 || !take(c, ','))
		return false;
	skip_blanks(c);
	return true;
}

/* "(WIB)", as mail programs put behind the zone. */
static bool skip_comment(struct cursor *c)
{
	if (!take(c, '('))
		return true;
	while (!at_end(c) && *c->p != ')')
		c->p++;
	return take(c, ')');
}

static bool parse_mail(struct cursor c, struct stet_when *w)
{
	if (!skip_weekday(&c) || !take_mail_date(&c, w) || !skip_blanks(&c))
		return false;
	if (!take_time(&c, w, true) || w->minute == STET_MISSING)
		return false;
	if (skip_blanks(&c) && !take_mail_zone(&c, w))
		return false;
	skip_blanks(&c);
	return skip_comment(&c) && at_end(&c);
}

/* Day and month with slashes, in the order that was asked for. */
static bool parse_slashed(struct cursor c, bool month_first, struct stet_when *w)
{
	int *first = month_first ? &w->month : &w->day;
	int *second = month_first ? &w->day : &w->month;

	if (!take_number(&c, 1, 2, first) || !take(&c, '/') ||
	    !take_number(&c, 1, 2, second) || !take(&c, '/') || !take_digits(&c, 4, &w->year))
		return false;
	if (w->month == 0 || w->day == 0)
		return false;
	if (at_end(&c))
		return true;
	if (!take(&c, 'T') && !skip_blanks(&c))
		return false;
	return take_time(&c, w, true) && take_iso_zone(&c, w) && at_end(&c);
}

/* ---- all of them */

/* Digits with a sign and a fraction, perhaps; false where it is no number at all. */
static bool parse_epoch(struct cursor c, int64_t per_second, int64_t *key)
{
	const bool negative = take(&c, '-');
	int64_t v = 0;
	int n = 0;

	for (; at_digit(&c); n++)
		if (n < 18)
			v = v * 10 + (*c.p++ - '0');
		else
			c.p++;
	if (n == 0 || !take_fraction(&c) || !at_end(&c))
		return false;
	v = negative ? -((v + per_second - 1) / per_second) : v / per_second;
	*key = n > 18 ? STET_NO_DATE : stet_epoch_key(v);
	return true;
}

static struct cursor trim(struct stet_span s)
{
	const char *p = s.len > 0 ? s.p : "";
	struct cursor c = { p, p + s.len };

	skip_blanks(&c);
	while (c.p < c.end && strchr(" \t\r\n", c.end[-1]) && c.end[-1])
		c.end--;
	return c;
}

/* What `format` says: true where the text is of that form, possible or not. */
static bool key_by_format(struct cursor c, const char *format, int64_t *key)
{
	const bool month_first = strcmp(format, "MM/DD/YYYY") == 0;
	struct stet_when w = nothing;

	if (strcmp(format, "epoch") == 0)
		return parse_epoch(c, 1, key);
	if (strcmp(format, "epoch-ms") == 0)
		return parse_epoch(c, 1000, key);
	if (!month_first && strcmp(format, "DD/MM/YYYY") != 0)
		return false;
	if (!parse_slashed(c, month_first, &w))
		return false;
	*key = stet_when_key(w);
	return true;
}

int64_t stet_date_key(struct stet_span date, const char *format)
{
	const struct cursor c = trim(date);
	struct stet_when w = nothing;
	int64_t key;

	if (at_end(&c))
		return STET_NO_DATE;
	if (format && key_by_format(c, format, &key))
		return key;
	if (parse_iso(c, &w))
		return stet_when_key(w);
	w = nothing;
	return parse_mail(c, &w) ? stet_when_key(w) : STET_NO_DATE;
}
