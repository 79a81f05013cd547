/*
 * err.h - one error, carried by the caller
 *
 * A function that can fail takes `struct stet_err *err` last and returns 0, or a
 * negative stet_code after filling *err.  Each caller on the way up may wrap the
 * message with what it was doing, so the user reads one whole sentence:
 *
 *	part-07.tar.gz: member news/12.html: gzip stream ends early
 *
 * Nothing is printed below src/cmd.  Thread-safe: no shared state.
 */
#ifndef STET_ERR_H
#define STET_ERR_H

enum stet_code {
	STET_EIO = -1,		/* the system said no; the message holds strerror() */
	STET_EFORMAT = -2,	/* the bytes are not what they claim to be */
	STET_ELIMIT = -3,	/* well formed, but beyond a stated limit */
	STET_EUSAGE = -4,	/* the command line is wrong */
	STET_EAGAIN = -5,	/* may work later: no space left, a lock is held */
	STET_ESTOPPED = -6,	/* asked to stop by a signal */
};

struct stet_err {
	int code;		/* 0 while nothing has failed */
	char msg[512];		/* no newline, no program name */
};

#define STET_PRINTF(f, a)	__attribute__((format(printf, f, a), cold))

/* Set *err and return `code`, so that a failing line reads `return stet_fail(...)`. */
int stet_fail(struct stet_err *err, enum stet_code code, const char *fmt, ...) STET_PRINTF(3, 4);

/*
 * The same with ": strerror(errno)" appended.  The code is STET_EAGAIN where
 * errno says that the disk or a quota is full, STET_ESTOPPED where a signal ended
 * a wait (EINTR), else STET_EIO.
 */
int stet_fail_errno(struct stet_err *err, const char *fmt, ...) STET_PRINTF(2, 3);

/* Put "context: " in front of the message; return err->code unchanged. */
int stet_wrap(struct stet_err *err, const char *fmt, ...) STET_PRINTF(2, 3);

#endif
