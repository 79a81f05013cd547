/*
 * log.c - lines on standard error
 *
 * A process has one standard error, so this is one of the two places with state
 * of the process (the other is signals.c).  The lock guards it and the terminal:
 * when `shown` is set, the cursor stands at the end of a progress line.
 */
#include "stet/log.h"
#include "stet/cpu.h"
#include "stet/io.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define PROGRESS_SECONDS (1.0 / 6)
#define CLEAR_LINE "\r\033[K"

static struct {
	pthread_mutex_t lock;
	char name[32];			/* "stet scan" */
	enum stet_log_level level;
	bool terminal;
	bool shown;
	double last_progress;
} state = { .lock = PTHREAD_MUTEX_INITIALIZER, .name = "stet", .level = STET_NORMAL };

/* Room for the longest error message with a command in front. */
struct line {
	char text[1024];
	size_t n;
};

/* What steers a terminal: C0, DEL, and C1 as UTF-8. */
static void replace_controls(char *s)
{
	for (; *s; s++) {
		const unsigned char c = (unsigned char)s[0], next = (unsigned char)s[1];

		if (c < 0x20 || c == 0x7f || (c == 0xc2 && next >= 0x80 && next < 0xa0)) {
			*s = '?';
			if (c == 0xc2)
				s[1] = '?';
		}
	}
}

static void append(struct line *l, const char *fmt, va_list ap)
{
	const size_t room = sizeof(l->text) - 1 - l->n;	/* the last byte is for a newline */

	vsnprintf(l->text + l->n, room, fmt, ap);
	replace_controls(l->text + l->n);
	l->n += strlen(l->text + l->n);
}

static void append_name(struct line *l, const char *kind)
{
	const size_t room = sizeof(l->text) - l->n;

	l->n += (size_t)snprintf(l->text + l->n, room, "%s: %s", state.name, kind);
}

/* Standard error that cannot be written leaves nobody to tell. */
static void put(const char *text, size_t n)
{
	(void)stet_write_fully(STDERR_FILENO, text, n);
}

static void put_line(const char *kind, const char *fmt, va_list ap)
{
	struct line l = { .n = 0 };

	pthread_mutex_lock(&state.lock);
	if (state.shown) {
		memcpy(l.text, CLEAR_LINE, sizeof(CLEAR_LINE));
		l.n = strlen(CLEAR_LINE);
	}
	state.shown = false;
	append_name(&l, kind);
	append(&l, fmt, ap);
	l.text[l.n++] = '\n';
	put(l.text, l.n);
	pthread_mutex_unlock(&state.lock);
}

void stet_log_init(const char *command, enum stet_log_level level)
{
	const char *term = getenv("TERM");

	pthread_mutex_lock(&state.lock);
	snprintf(state.name, sizeof(state.name), "stet%s%s", *command ? " " : "", command);
	state.level = level;
	state.terminal = isatty(STDERR_FILENO) && term && strcmp(term, "dumb") != 0;
	pthread_mutex_unlock(&state.lock);
}

void stet_log_error(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	put_line("", fmt, ap);
	va_end(ap);
}

void stet_log_warn(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	if (state.level >= STET_NORMAL)
		put_line("warning: ", fmt, ap);
	va_end(ap);
}

void stet_log_info(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	if (state.level >= STET_NORMAL)
		put_line("", fmt, ap);
	va_end(ap);
}

void stet_log_detail(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	if (state.level >= STET_VERBOSE)
		put_line("", fmt, ap);
	va_end(ap);
}

/* Columns for text: one is kept free, since a full line wraps and then cannot be replaced. */
static size_t columns(void)
{
	struct winsize w;

	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &w) != 0 || w.ws_col < 2)
		return 79;
	return (size_t)w.ws_col - 1;
}

static void show_progress(const char *fmt, va_list ap)
{
	struct line l = { .n = strlen(CLEAR_LINE) };
	size_t most;

	memcpy(l.text, CLEAR_LINE, sizeof(CLEAR_LINE));
	append_name(&l, "");
	append(&l, fmt, ap);
	most = columns() + strlen(CLEAR_LINE);
	if (l.n > most) {
		l.n = most;
		while (((unsigned char)l.text[l.n] & 0xc0) == 0x80)	/* not inside a character */
			l.n--;
	}
	put(l.text, l.n);
	state.shown = true;
}

void stet_log_progress(const char *fmt, ...)
{
	const double now = stet_clock_seconds();
	va_list ap;

	va_start(ap, fmt);
	pthread_mutex_lock(&state.lock);
	if (state.terminal && state.level >= STET_NORMAL &&
	    now - state.last_progress >= PROGRESS_SECONDS) {
		state.last_progress = now;
		show_progress(fmt, ap);
	}
	pthread_mutex_unlock(&state.lock);
	va_end(ap);
}
