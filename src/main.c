/*
 * main.c - find the subcommand, run it, report how it ended
 *
 *	archives -> read: documents, keys, texts -> match: candidate pairs
 *	-> prove, token by token -> cluster: who stands -> report: DIR
 *
 *	stet scan ARCHIVE... -o DIR	all of the above
 *	stet kernels			what this CPU can run
 *
 * Exit status: 0 done, 1 failed, 2 wrong usage, 3 done but some input is damaged,
 * 4 more copies than --fail-over allows, 75 try again; a signal that stopped the
 * run ends the process, so that the shell sees which.
 */
#include "cmd/cmd.h"
#include "cmd/suggest.h"
#include "stet/io.h"
#include "stet/log.h"
#include "stet/mem.h"
#include "stet/pipeline.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

static const struct stet_cmd *const commands[] = {
	&stet_cmd_scan,
	&stet_cmd_kernels,
};
#define N_COMMANDS (sizeof(commands) / sizeof(commands[0]))

static void usage(FILE *fp)
{
	fputs("usage: stet COMMAND [options] ...\n\n", fp);
	for (size_t i = 0; i < N_COMMANDS; i++)
		fprintf(fp, "  %-10s %s\n", commands[i]->name, commands[i]->summary);
	fputs("\n`stet COMMAND --help` says more; `stet --version` says which this is.\n", fp);
}

/* NULL, with a message that suggests the nearest, where there is none. */
static const struct stet_cmd *find(const char *name)
{
	struct stet_suggestion near = { 0 };

	for (size_t i = 0; i < N_COMMANDS; i++) {
		if (strcmp(commands[i]->name, name) == 0)
			return commands[i];
		stet_suggest(&near, name, strlen(name), commands[i]->name);
	}
	if (near.name)
		stet_log_error("unknown command '%s': did you mean %s?", name, near.name);
	else
		stet_log_error("unknown command '%s': see stet --help", name);
	return NULL;
}

static int status_of(int code)
{
	switch (code) {
	case STET_EUSAGE:
		return STET_STATUS_USAGE;
	case STET_EAGAIN:
		return STET_STATUS_TRY_AGAIN;
	default:
		return STET_STATUS_FAILED;
	}
}

/* Die of the signal that stopped the run, now that everything is cleaned up. */
static void die_of_signal(void)
{
	const int sig = stet_caught_signal();

	if (sig != 0 && signal(sig, SIG_DFL) != SIG_ERR)
		raise(sig);
}

static int run(const struct stet_cmd *cmd, int argc, char *argv[])
{
	struct stet_err err = { 0 };
	int rc;

	stet_log_init(cmd->name, STET_NORMAL);
	rc = cmd->run(cmd, argc, argv, &err);
	if (rc >= 0 && (fflush(stdout) != 0 || ferror(stdout)))
		rc = stet_fail_errno(&err, "cannot write standard output");
	if (rc >= 0)
		return rc;
	stet_log_error("%s", err.msg);
	if (rc == STET_ESTOPPED)
		die_of_signal();
	return status_of(rc);
}

/* `stet help scan` is `stet scan --help`. */
static int help(int argc, char *argv[])
{
	char option[] = "--help";
	const struct stet_cmd *cmd;

	if (argc < 3) {
		usage(stdout);
		return STET_STATUS_DONE;
	}
	cmd = find(argv[2]);
	return cmd ? run(cmd, 2, (char *[]){ argv[2], option, NULL }) : STET_STATUS_USAGE;
}

int main(int argc, char *argv[])
{
	const struct stet_cmd *cmd;

	stet_keep_freed_memory();
	stet_log_init("", STET_NORMAL);
	if (argc < 2) {
		usage(stderr);
		return STET_STATUS_USAGE;
	}
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 ||
	    strcmp(argv[1], "help") == 0)
		return help(argc, argv);
	if (strcmp(argv[1], "--version") == 0) {
		printf("stet %s (gzip: %s)\n", STET_VERSION, stet_gzip_libraries);
		return STET_STATUS_DONE;
	}
	cmd = find(argv[1]);
	return cmd ? run(cmd, argc - 1, argv + 1) : STET_STATUS_USAGE;
}
