/*
 * log.h - what people see while a command runs: standard error only
 *
 * Warnings and one progress line (on a terminal).  Control characters are
 * replaced, since names come from archives.  Pure modules never log.
 * Any thread may call; lines do not mix.
 */
#ifndef STET_LOG_H
#define STET_LOG_H

#include "stet/err.h"

enum stet_log_level {
	STET_QUIET,		/* errors */
	STET_NORMAL,		/* and warnings, progress, the closing line */
	STET_VERBOSE,		/* and details */
};

/* `command` is borrowed and stands in front of each line: "stet scan: ...". */
void stet_log_init(const char *command, enum stet_log_level level);

void stet_log_error(const char *fmt, ...) STET_PRINTF(1, 2);
void stet_log_warn(const char *fmt, ...) STET_PRINTF(1, 2);
void stet_log_info(const char *fmt, ...) STET_PRINTF(1, 2);	/* the closing line */
void stet_log_detail(const char *fmt, ...) STET_PRINTF(1, 2);

/* Replace the progress line; at most six a second reach a terminal, none a pipe. */
void stet_log_progress(const char *fmt, ...) STET_PRINTF(1, 2);

#endif
