/*
 * opt_value.c - numbers, sizes, shares and choices, and what is said about wrong ones
 */
#include "opt_value.h"
#include "stet/err.h"
#include "stet/text.h"

#include <string.h>
#include <strings.h>

#define SHARE_DECIMALS	4
#define SHARE_WHOLE	10000u

/* Each is 1024 times the one before. */
static const char *const units[] = { "", "K", "M", "G", "T" };
#define N_UNITS (sizeof(units) / sizeof(units[0]))

static uint64_t power_of_ten(unsigned n)
{
	return n == 0 ? 1 : 10 * power_of_ten(n - 1);
}

/* Up to 18 digits in all fit 64 bits. */
bool stet_parse_decimal(const char *text, size_t len, unsigned decimals, uint64_t *value)
{
	const char *point = memchr(text, '.', len);
	const size_t whole = point ? (size_t)(point - text) : len;
	const size_t behind = point ? len - whole - 1 : 0;
	uint64_t v = 0;

	if (whole + behind == 0 || behind > decimals || whole + decimals > 18)
		return false;
	for (size_t i = 0; i < len; i++) {
		if (i == whole)
			continue;
		if (text[i] < '0' || text[i] > '9')
			return false;
		v = v * 10 + (uint64_t)(text[i] - '0');
	}
	*value = v * power_of_ten(decimals - (unsigned)behind);
	return true;
}

static bool parse_size(const char *text, uint64_t *value)
{
	const size_t digits = strspn(text, "0123456789");
	uint64_t v;

	if (!stet_parse_decimal(text, digits, 0, &v))
		return false;
	for (unsigned i = 0; i < N_UNITS; i++)
		if (strcasecmp(text + digits, units[i]) == 0 && v <= UINT64_MAX >> 10 * i) {
			*value = v << 10 * i;
			return true;
		}
	return false;
}

static void show_size(uint64_t v, char *buf, size_t size)
{
	size_t unit = 0;

	while (v >= 1024 && v % 1024 == 0 && unit + 1 < N_UNITS) {
		v /= 1024;
		unit++;
	}
	snprintf(buf, size, "%llu%s", (unsigned long long)v, units[unit]);
}

static int wrong_size(const struct stet_opt *o, const char *value, struct stet_err *err)
{
	char least[32], most[32];

	show_size(o->min, least, sizeof(least));
	show_size(o->max, most, sizeof(most));
	return stet_fail(err, STET_EUSAGE, "--%s wants a size from %s to %s, not '%s'", o->name,
			 least, most, value);
}

static int store_size(const struct stet_opt *o, const char *value, uint64_t *to,
		      struct stet_err *err)
{
	uint64_t v;

	if (!parse_size(value, &v) || v < o->min || v > o->max)
		return wrong_size(o, value, err);
	*to = v;
	return 0;
}

static int store_number(const struct stet_opt *o, const char *value, uint32_t scale, uint32_t *to,
			struct stet_err *err)
{
	uint64_t v;

	if (!stet_parse_decimal(value, strlen(value), 0, &v) || v < o->min || v > o->max)
		return stet_fail(err, STET_EUSAGE,
				 "--%s wants a number from %llu to %llu, not '%s'", o->name,
				 (unsigned long long)o->min, (unsigned long long)o->max, value);
	*to = (uint32_t)v * scale;
	return 0;
}

static int store_share(const struct stet_opt *o, const char *value, uint32_t *to,
		       struct stet_err *err)
{
	uint64_t v;

	if (!stet_parse_decimal(value, strlen(value), SHARE_DECIMALS, &v) || v > SHARE_WHOLE)
		return stet_fail(err, STET_EUSAGE,
				 "--%s wants a share from 0 to 1 with at most %d decimals, "
				 "not '%s'", o->name, SHARE_DECIMALS, value);
	*to = (uint32_t)v;
	return 0;
}

static int store_text(const struct stet_opt *o, const char *value, const char **to,
		      struct stet_arena *mem, struct stet_err *err)
{
	const struct stet_span text = { value, strlen(value) };

	if (text.len < o->min)
		return stet_fail(err, STET_EUSAGE, "--%s wants a value, not ''", o->name);
	*to = text.len > 0 ? stet_arena_copy(mem, text).p : NULL;
	return 0;
}

static int wrong_choice(const struct stet_opt *o, const char *value, struct stet_err *err)
{
	char names[256] = "";
	size_t n = 0;

	for (size_t i = 0; o->choice(i) && n < sizeof(names); i++)
		n += (size_t)snprintf(names + n, sizeof(names) - n, "%s%s", i > 0 ? ", " : "",
				      o->choice(i));
	return stet_fail(err, STET_EUSAGE, "--%s wants one of %s, not '%s'", o->name, names, value);
}

/* The name itself is kept, not what was typed. */
static int store_choice(const struct stet_opt *o, const char *value, const char **to,
			struct stet_err *err)
{
	for (size_t i = 0; o->choice(i); i++)
		if (strcmp(o->choice(i), value) == 0) {
			*to = o->choice(i);
			return 0;
		}
	return wrong_choice(o, value, err);
}

int stet_opt_store(const struct stet_opt *o, const char *value, void *settings,
		   struct stet_arena *mem, struct stet_err *err)
{
	void *to = (char *)settings + o->at;

	switch (o->kind) {
	case STET_OPT_HEADING:
		break;
	case STET_OPT_FLAG:
		*(bool *)to = true;
		break;
	case STET_OPT_TEXT:
		return store_text(o, value, to, mem, err);
	case STET_OPT_CHOICE:
		return store_choice(o, value, to, err);
	case STET_OPT_NUMBER:
		return store_number(o, value, 1, to, err);
	case STET_OPT_WORDS:
		return store_number(o, value, STET_WORDS(1), to, err);
	case STET_OPT_SHARE:
		return store_share(o, value, to, err);
	case STET_OPT_SIZE:
		return store_size(o, value, to, err);
	}
	return 0;
}

/* 8000 as 0.8: without the zeros at the end, but with one digit behind the point. */
static void show_share(uint32_t v, char *buf, size_t size)
{
	int n = snprintf(buf, size, "%u.%0*u", v / SHARE_WHOLE, SHARE_DECIMALS, v % SHARE_WHOLE);

	while (n >= 2 && buf[n - 1] == '0' && buf[n - 2] != '.')
		buf[--n] = '\0';
}

bool stet_opt_show(const struct stet_opt *o, const void *settings, char *buf, size_t size)
{
	const void *from = (const char *)settings + o->at;
	const char *text;

	switch (o->kind) {
	case STET_OPT_HEADING:
	case STET_OPT_FLAG:
		return false;
	case STET_OPT_TEXT:
	case STET_OPT_CHOICE:
		text = *(const char *const *)from;
		snprintf(buf, size, "%s", text ? text : "");
		return text != NULL;
	case STET_OPT_NUMBER:
		snprintf(buf, size, "%u", *(const uint32_t *)from);
		break;
	case STET_OPT_WORDS:
		snprintf(buf, size, "%u", *(const uint32_t *)from / STET_WORDS(1));
		break;
	case STET_OPT_SHARE:
		show_share(*(const uint32_t *)from, buf, size);
		break;
	case STET_OPT_SIZE:
		show_size(*(const uint64_t *)from, buf, size);
		break;
	}
	return true;
}
