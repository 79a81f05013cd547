/*
 * cmd.h - what main.c needs to know about a subcommand
 */
#ifndef STET_CMD_H
#define STET_CMD_H

struct stet_err;

/* How a command can end, beside a failure. */
enum stet_status {
	STET_STATUS_DONE = 0,
	STET_STATUS_FAILED = 1,
	STET_STATUS_USAGE = 2,
	STET_STATUS_DAMAGED = 3,	/* done; some input damaged, over a limit, missing */
	STET_STATUS_OVER = 4,		/* done; more copies than --fail-over allows */
	STET_STATUS_TRY_AGAIN = 75,	/* EX_TEMPFAIL of sysexits.h */
};

struct stet_cmd {
	const char *name;
	const char *operands;	/* for the usage line */
	const char *summary;	/* one line, lower case, no full stop */
	/* An enum stet_status, or the negative code in *err. */
	int (*run)(const struct stet_cmd *self, int argc, char *argv[], struct stet_err *err);
};

extern const struct stet_cmd stet_cmd_kernels, stet_cmd_scan;

#endif
