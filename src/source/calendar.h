/*
 * calendar.h - points in time to keys that order them
 *
 * A key packs year, month, day, hour + 1, minute + 1 and second + 1 in UTC from
 * high to low (years from bit 40, then 8 bits each); what is missing is 0, and so
 * comes first.  Keys cover the years 0 to 9999.  Pure.
 */
#ifndef STET_SOURCE_CALENDAR_H
#define STET_SOURCE_CALENDAR_H

#include <stdint.h>

#define STET_MISSING (-1)

struct stet_when {
	int year, month, day;		/* month and day from 1; 0 = missing */
	int hour, minute, second;	/* or STET_MISSING; 60 is a leap second */
	int offset;			/* minutes east of UTC, 0 without an hour */
};

/* STET_NO_DATE where there is no such day or time. */
int64_t stet_when_key(struct stet_when w);
int64_t stet_epoch_key(int64_t seconds);	/* since 1970 */

#endif
