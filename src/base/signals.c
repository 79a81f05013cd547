/*
 * signals.c - a polite stop at the first signal, an abrupt one at the second
 *
 * The handler sets `caught` and makes a pipe readable that is never emptied, so
 * whatever thread waits for input wakes up, whichever thread got the signal.
 */
#include "signals.h"
#include "stet/io.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

static atomic_int caught;
static int wake[2] = { -1, -1 };	/* set before the handler is installed, then constant */

static void on_signal(int sig)
{
	const int saved = errno;

	if (caught) {
		signal(sig, SIG_DFL);
		raise(sig);		/* comes when this handler returns */
	} else {
		caught = sig;
		if (write(wake[1], "", 1) < 0)
			caught = sig;	/* a full pipe is readable as well */
	}
	errno = saved;
}

/* One that is ignored (nohup, a background job) stays ignored. */
static void catch_one(int sig)
{
	struct sigaction action = { .sa_handler = on_signal }, before;

	if (sigaction(sig, NULL, &before) == 0 && before.sa_handler == SIG_IGN)
		return;
	sigemptyset(&action.sa_mask);
	sigaction(sig, &action, NULL);
}

void stet_catch_signals(void)
{
	if (wake[0] < 0 && pipe2(wake, O_CLOEXEC | O_NONBLOCK) != 0)
		return;			/* signals then end the process as they always did */
	catch_one(SIGINT);
	catch_one(SIGTERM);
}

int stet_caught_signal(void)
{
	return caught;
}

int stet_signal_fd(void)
{
	return wake[0];
}

int stet_check_stopped(struct stet_err *err)
{
	const int sig = caught;

	return sig ? stet_fail(err, STET_ESTOPPED, "stopped by SIG%s", sigabbrev_np(sig)) : 0;
}
