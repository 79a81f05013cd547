/*
 * calendar.c - points in time to keys that order them
 *
 * Own arithmetic on purpose: libc's depends on locale and time zone.
 */
#include "calendar.h"
#include "stet/source.h"

#define MINUTES_PER_DAY 1440
#define FIRST_SECOND (-62167219200)	/* of year 0 */
#define LAST_SECOND 253402300799	/* of year 9999 */

static bool is_leap(int year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int days_in_month(int year, int month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

	return days[month - 1] + (month == 2 && is_leap(year));
}

static bool is_possible(const struct stet_when *w)
{
	if (w->month == 0 && w->day == 0)
		return w->hour == STET_MISSING;
	if (w->month < 1 || w->month > 12)
		return false;
	if (w->day < 0 || w->day > days_in_month(w->year, w->month))
		return false;
	return w->hour <= 23 && w->minute <= 59 && w->second <= 60;
}

static void step_day_back(struct stet_when *w)
{
	if (--w->day > 0)
		return;
	if (--w->month == 0) {
		w->month = 12;
		w->year--;
	}
	w->day = days_in_month(w->year, w->month);
}

static void step_day_forth(struct stet_when *w)
{
	if (++w->day <= days_in_month(w->year, w->month))
		return;
	w->day = 1;
	if (++w->month == 13) {
		w->month = 1;
		w->year++;
	}
}

static void to_utc(struct stet_when *w)
{
	int minutes;

	if (w->offset == 0)
		return;
	minutes = w->hour * 60 + (w->minute > 0 ? w->minute : 0) - w->offset;
	if (minutes < 0) {
		minutes += MINUTES_PER_DAY;
		step_day_back(w);
	} else if (minutes >= MINUTES_PER_DAY) {
		minutes -= MINUTES_PER_DAY;
		step_day_forth(w);
	}
	w->hour = minutes / 60;
	if (w->minute != STET_MISSING || minutes % 60)
		w->minute = minutes % 60;
}

static int64_t pack(const struct stet_when *w)
{
	return (int64_t)w->year << 40 | (int64_t)w->month << 32 | (int64_t)w->day << 24 |
	       (int64_t)(w->hour + 1) << 16 | (int64_t)(w->minute + 1) << 8 | (w->second + 1);
}

int64_t stet_when_key(struct stet_when w)
{
	if (!is_possible(&w))
		return STET_NO_DATE;
	to_utc(&w);
	return w.year < 0 || w.year > 9999 ? STET_NO_DATE : pack(&w);
}

int64_t stet_date_day(int64_t key)
{
	const int64_t year = key >> 40;
	const int month = (int)(key >> 32 & 0xff), day = (int)(key >> 24 & 0xff);
	int64_t days = year * 365 + (year + 3) / 4 - (year + 99) / 100 + (year + 399) / 400;

	for (int m = 1; m < month; m++)
		days += days_in_month((int)year, m);
	return days + (day > 0 ? day - 1 : 0);
}

int64_t stet_epoch_key(int64_t seconds)
{
	struct stet_when w = { .month = 1 };
	int64_t days;
	int in_day;

	if (seconds < FIRST_SECOND || seconds > LAST_SECOND)
		return STET_NO_DATE;
	days = (seconds - FIRST_SECOND) / 86400;
	in_day = (int)((seconds - FIRST_SECOND) % 86400);
	w.hour = in_day / 3600;
	w.minute = in_day / 60 % 60;
	w.second = in_day % 60;

	w.year = (int)(days / 146097) * 400;
	days %= 146097;
	for (; days >= 365 + is_leap(w.year); w.year++)
		days -= 365 + is_leap(w.year);
	for (; days >= days_in_month(w.year, w.month); w.month++)
		days -= days_in_month(w.year, w.month);
	w.day = (int)days + 1;
	return pack(&w);
}
