/*
 * test_date.c - which dates are read, and how they are ordered
 */
#include "stet/source.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* A key by its parts; minute, hour and second from 0, -1 = missing. */
#define KEY(y, mo, d, h, mi, s) \
	((int64_t)(y) << 40 | (int64_t)(mo) << 32 | (int64_t)(d) << 24 | \
	 (int64_t)((h) + 1) << 16 | (int64_t)((mi) + 1) << 8 | ((s) + 1))

struct date_case {
	const char *date, *format;
	int64_t key;
};

static const struct date_case cases[] = {
	/* ISO 8601 and RFC 3339, parts missing from the right */
	{ .date = "2019", .key = KEY(2019, 0, 0, -1, -1, -1) },
	{ .date = "2019-09", .key = KEY(2019, 9, 0, -1, -1, -1) },
	{ .date = "2019-09-13", .key = KEY(2019, 9, 13, -1, -1, -1) },
	{ .date = "2019-09-13T10", .key = KEY(2019, 9, 13, 10, -1, -1) },
	{ .date = "2019-09-13T10:11", .key = KEY(2019, 9, 13, 10, 11, -1) },
	{ .date = "2019-09-13T10:11:12", .key = KEY(2019, 9, 13, 10, 11, 12) },
	{ .date = "2019-09-13 10:11:12", .key = KEY(2019, 9, 13, 10, 11, 12) },
	{ .date = "2019-09-13t10:11:12z", .key = KEY(2019, 9, 13, 10, 11, 12) },
	{ .date = "2019-09-13T10:11:12.345678Z", .key = KEY(2019, 9, 13, 10, 11, 12) },
	{ .date = "2019-09-13T10:11Z", .key = KEY(2019, 9, 13, 10, 11, -1) },
	{ .date = "  2019-09-13\r\n", .key = KEY(2019, 9, 13, -1, -1, -1) },
	{ .date = "20190913", .key = KEY(2019, 9, 13, -1, -1, -1) },
	{ .date = "20190913101112", .key = KEY(2019, 9, 13, 10, 11, 12) },
	{ .date = "20190913T101112Z", .key = KEY(2019, 9, 13, 10, 11, 12) },
	{ .date = "20190913T1011+0100", .key = KEY(2019, 9, 13, 9, 11, -1) },
	{ .date = "0000", .key = KEY(0, 0, 0, -1, -1, -1) },
	{ .date = "9999-12-31T23:59:59Z", .key = KEY(9999, 12, 31, 23, 59, 59) },
	{ .date = "2016-12-31T23:59:60Z", .key = KEY(2016, 12, 31, 23, 59, 60) },
	{ .date = "2000-02-29", .key = KEY(2000, 2, 29, -1, -1, -1) },

	/* to UTC, over the ends of days, months and years */
	{ .date = "2019-09-13T10:11:12+01:00", .key = KEY(2019, 9, 13, 9, 11, 12) },
	{ .date = "2019-09-13T10:11:12+0100", .key = KEY(2019, 9, 13, 9, 11, 12) },
	{ .date = "2019-09-13T10:11:12-05", .key = KEY(2019, 9, 13, 15, 11, 12) },
	{ .date = "2019-01-01T00:30:00+01:00", .key = KEY(2018, 12, 31, 23, 30, 0) },
	{ .date = "2019-12-31T23:30:00-01:00", .key = KEY(2020, 1, 1, 0, 30, 0) },
	{ .date = "2020-03-01T00:00:00+05:30", .key = KEY(2020, 2, 29, 18, 30, 0) },
	{ .date = "2019-02-28T23:00-02:00", .key = KEY(2019, 3, 1, 1, 0, -1) },
	{ .date = "2019-09-13T02:00+02:00", .key = KEY(2019, 9, 13, 0, 0, -1) },
	{ .date = "2019-09-13T22:00-02:00", .key = KEY(2019, 9, 14, 0, 0, -1) },
	{ .date = "2019-09-13T10+02", .key = KEY(2019, 9, 13, 8, -1, -1) },
	{ .date = "2019-09-13T10+05:30", .key = KEY(2019, 9, 13, 4, 30, -1) },
	{ .date = "0000-01-01T00:00+01:00", .key = STET_NO_DATE },
	{ .date = "9999-12-31T23:59-01:00", .key = STET_NO_DATE },

	/* RFC 2822 */
	{ .date = "Tue, 17 Sep 2019 10:11:12 +0700", .key = KEY(2019, 9, 17, 3, 11, 12) },
	{ .date = "17 Sep 2019 10:11:12 +0700", .key = KEY(2019, 9, 17, 3, 11, 12) },
	{ .date = "17 Sep 2019 10:11 GMT", .key = KEY(2019, 9, 17, 10, 11, -1) },
	{ .date = "TUE,  7 SEP 2019 10:11:12 UT", .key = KEY(2019, 9, 7, 10, 11, 12) },
	{ .date = "17 Sep 2019 20:11:12 EST", .key = KEY(2019, 9, 18, 1, 11, 12) },
	{ .date = "17 Sep 2019 10:11:12 PDT", .key = KEY(2019, 9, 17, 17, 11, 12) },
	{ .date = "17 Sep 2019 10:11:12 Z", .key = KEY(2019, 9, 17, 10, 11, 12) },
	{ .date = "17 Sep 2019 10:11:12 +0700 (WIB)", .key = KEY(2019, 9, 17, 3, 11, 12) },
	{ .date = "17 Sep 19 10:11:12 +0000", .key = KEY(2019, 9, 17, 10, 11, 12) },
	{ .date = "17 Sep 94 10:11:12 +0000", .key = KEY(1994, 9, 17, 10, 11, 12) },
	{ .date = "17 Sep 2019 10:11:12", .key = KEY(2019, 9, 17, 10, 11, 12) },
	{ .date = "Xyz, 17 Sep 2019 10:11:12 +0700", .key = STET_NO_DATE },
	{ .date = "17 Sept 2019 10:11:12 +0700", .key = STET_NO_DATE },
	{ .date = "17 Sep 2019 10:11:12 WIB", .key = STET_NO_DATE },
	{ .date = "17 Sep 2019 10:11:12 J", .key = STET_NO_DATE },
	{ .date = "31 Sep 2019 10:11:12 +0700", .key = STET_NO_DATE },
	{ .date = "17 Sep 2019 10:11:12 +0760", .key = STET_NO_DATE },
	{ .date = "17 Sep 2019", .key = STET_NO_DATE },

	/* slashes, only when asked for */
	{ .date = "17/09/2019", .key = STET_NO_DATE },
	{ .date = "17/09/2019", .format = "DD/MM/YYYY", .key = KEY(2019, 9, 17, -1, -1, -1) },
	{ .date = "1/9/2019", .format = "DD/MM/YYYY", .key = KEY(2019, 9, 1, -1, -1, -1) },
	{ .date = "1/9/2019", .format = "MM/DD/YYYY", .key = KEY(2019, 1, 9, -1, -1, -1) },
	{ .date = "09/17/2019 10:11", .format = "MM/DD/YYYY", .key = KEY(2019, 9, 17, 10, 11, -1) },
	{ .date = "17/09/2019 10:11:12 ", .format = "DD/MM/YYYY",
	  .key = KEY(2019, 9, 17, 10, 11, 12) },
	{ .date = "17/09/2019", .format = "MM/DD/YYYY", .key = STET_NO_DATE },
	{ .date = "99/99/9999", .format = "DD/MM/YYYY", .key = STET_NO_DATE },
	{ .date = "0/9/2019", .format = "DD/MM/YYYY", .key = STET_NO_DATE },
	{ .date = "17/09/19", .format = "DD/MM/YYYY", .key = STET_NO_DATE },
	{ .date = "2019-09-17", .format = "DD/MM/YYYY", .key = KEY(2019, 9, 17, -1, -1, -1) },

	/* seconds and milliseconds, only when asked for */
	{ .date = "1568369472", .key = STET_NO_DATE },
	{ .date = "1568369472", .format = "epoch", .key = KEY(2019, 9, 13, 10, 11, 12) },
	{ .date = "1568369472.5", .format = "epoch", .key = KEY(2019, 9, 13, 10, 11, 12) },
	{ .date = "1568369472999", .format = "epoch-ms", .key = KEY(2019, 9, 13, 10, 11, 12) },
	{ .date = "0", .format = "epoch", .key = KEY(1970, 1, 1, 0, 0, 0) },
	{ .date = "-1", .format = "epoch", .key = KEY(1969, 12, 31, 23, 59, 59) },
	{ .date = "-1", .format = "epoch-ms", .key = KEY(1969, 12, 31, 23, 59, 59) },
	{ .date = "951782400", .format = "epoch", .key = KEY(2000, 2, 29, 0, 0, 0) },
	{ .date = "253402300799", .format = "epoch", .key = KEY(9999, 12, 31, 23, 59, 59) },
	{ .date = "253402300800", .format = "epoch", .key = STET_NO_DATE },
	{ .date = "-62167219200", .format = "epoch", .key = KEY(0, 1, 1, 0, 0, 0) },
	{ .date = "-62167219201", .format = "epoch", .key = STET_NO_DATE },
	{ .date = "99999999999999999999999", .format = "epoch", .key = STET_NO_DATE },
	{ .date = "20190913", .format = "epoch", .key = KEY(1970, 8, 22, 16, 35, 13) },
	{ .date = "1.5e9", .format = "epoch", .key = STET_NO_DATE },

	/* what is no date, or names a day that never was */
	{ .date = "", .key = STET_NO_DATE },
	{ .date = " ", .key = STET_NO_DATE },
	{ .date = "2019-02-30", .key = STET_NO_DATE },
	{ .date = "2019-02-29", .key = STET_NO_DATE },
	{ .date = "1900-02-29", .key = STET_NO_DATE },
	{ .date = "2019-13", .key = STET_NO_DATE },
	{ .date = "2019-00", .key = STET_NO_DATE },
	{ .date = "2019-09-00", .key = STET_NO_DATE },
	{ .date = "20190900", .key = STET_NO_DATE },
	{ .date = "2019-09-13T24:00", .key = STET_NO_DATE },
	{ .date = "2019-09-13T10:60", .key = STET_NO_DATE },
	{ .date = "2019-09-13T10:11:61", .key = STET_NO_DATE },
	{ .date = "2019-09-13T10:11:12.", .key = STET_NO_DATE },
	{ .date = "2019-09-13T10:11:12+24:00", .key = STET_NO_DATE },
	{ .date = "2019-09-13T10:11:12+1", .key = STET_NO_DATE },
	{ .date = "2019-09-13T", .key = STET_NO_DATE },
	{ .date = "2019-09-13Z", .key = STET_NO_DATE },
	{ .date = "2019-9-13", .key = STET_NO_DATE },
	{ .date = "2019/09/13", .key = STET_NO_DATE },
	{ .date = "201909", .key = STET_NO_DATE },
	{ .date = "201909131", .key = STET_NO_DATE },
	{ .date = "201909131011125", .key = STET_NO_DATE },
	{ .date = "20191313", .key = STET_NO_DATE },
	{ .date = "-2019", .key = STET_NO_DATE },
	{ .date = "19", .key = STET_NO_DATE },
	{ .date = "99/99/9999", .key = STET_NO_DATE },
	{ .date = "2004/2005", .key = STET_NO_DATE },
	{ .date = "17 Agustus 2019", .key = STET_NO_DATE },
	{ .date = "yesterday", .key = STET_NO_DATE },
};

#define N_CASES (sizeof(cases) / sizeof(cases[0]))

/* The key of a copy without a byte behind it, so that the sanitizer sees every overrun. */
static int64_t key_of(const char *date, size_t len, const char *format)
{
	char *copy = malloc(len ? len : 1);
	int64_t key;

	memcpy(copy, date, len);
	key = stet_date_key((struct stet_span){ copy, len }, format);
	free(copy);
	return key;
}

static void test_keys(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_CASES; i++) {
		const struct date_case *c = &cases[i];
		const int64_t key = key_of(c->date, strlen(c->date), c->format);

		if (key != c->key)
			fail_msg("'%s' (%s): %llx, not %llx", c->date,
				 c->format ? c->format : "no format",
				 (unsigned long long)key, (unsigned long long)c->key);
	}
}

static void test_order(void **state)
{
	static const char *const dates[] = {	/* each before the next */
		"1899-12-31", "2019", "2019-09", "2019-09-13", "2019-09-13T00",
		"2019-09-13T00:00", "2019-09-13T00:00:00", "2019-09-13T00:00:01",
		"2019-09-13T02:00:00+01:00", "Fri, 13 Sep 2019 01:00:01 +0000",
		"2019-09-13T23:00-05:00", "2019-10", "2020", "not a date",
	};

	(void)state;
	for (size_t i = 1; i < sizeof(dates) / sizeof(dates[0]); i++)
		assert_true(key_of(dates[i - 1], strlen(dates[i - 1]), NULL) <
			    key_of(dates[i], strlen(dates[i]), NULL));
}

static void test_days_of_what_is_missing(void **state)
{
	(void)state;
	assert_true(stet_date_day(key_of("2024", 4, NULL)) ==
		    stet_date_day(key_of("2024-01-01", 10, NULL)));
	assert_true(stet_date_day(key_of("2024-03", 7, NULL)) ==
		    stet_date_day(key_of("2024-03-01T23:59:59Z", 20, NULL)));
}

/* Any cut or changed byte is answered, whatever the answer is. */
static void test_hostile(void **state)
{
	static const char *const formats[] = {
		NULL, "DD/MM/YYYY", "MM/DD/YYYY", "epoch", "epoch-ms",
	};
	char text[64];

	(void)state;
	for (size_t i = 0; i < N_CASES; i++) {
		const size_t len = strlen(cases[i].date);

		for (size_t at = 0; at < len; at++) {
			for (size_t f = 0; f < sizeof(formats) / sizeof(formats[0]); f++) {
				memcpy(text, cases[i].date, len);
				key_of(text, at, formats[f]);
				text[at] = (char)(at * 37 + f * 101 + i);
				key_of(text, len, formats[f]);
			}
		}
	}
}

/* The whole calendar, day by day, against counting. */
static void test_every_day(void **state)
{
	char date[32], epoch[32];
	int64_t before = -1;

	(void)state;
	for (int64_t day = -719528; day <= 2932896; day += 13) {
		int64_t key;
		int y, m, d;

		snprintf(epoch, sizeof(epoch), "%lld", (long long)day * 86400);
		key = key_of(epoch, strlen(epoch), "epoch");
		assert_true(key != STET_NO_DATE && key > before);
		assert_true(stet_date_day(key) == day + 719528);
		before = key;
		y = (int)(key >> 40);
		m = (int)(key >> 32 & 0xff);
		d = (int)(key >> 24 & 0xff);
		snprintf(date, sizeof(date), "%04d-%02d-%02dT00:00:00Z", y, m, d);
		assert_true(key_of(date, strlen(date), NULL) == key);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_keys),
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_hostile),
		cmocka_unit_test(test_every_day),
		cmocka_unit_test(test_days_of_what_is_missing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
