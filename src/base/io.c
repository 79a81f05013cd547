/*
 * io.c - whole reads and writes, temporary files, buffered output files
 */
#include "stet/io.h"
#include "signals.h"
#include "stet/mem.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define OUT_BUFFER ((size_t)256 << 10)

/* The most that one system call is asked for; Linux takes no more than 2 GiB. */
#ifndef STET_IO_MOST
#define STET_IO_MOST ((size_t)1 << 30)
#endif

static size_t portion(size_t len)
{
	return len < STET_IO_MOST ? len : STET_IO_MOST;
}

/*
 * Wait until `fd` can be read or written: 0, or -1 with EINTR when a signal asks to
 * stop, which a read of a silent pipe would not notice.  Files are always ready.
 */
static int wait_ready(int fd, short events)
{
	struct pollfd p[2] = { { .fd = fd, .events = events },
			       { .fd = stet_signal_fd(), .events = POLLIN } };

	while (poll(p, 2, -1) < 0)
		if (errno != EINTR)
			return -1;
	if (p[0].revents || !p[1].revents)
		return 0;
	errno = EINTR;
	return -1;
}

/* After a failed call: whether it is worth another try. */
static bool try_again(int fd, short events)
{
	if (errno == EINTR)
		return true;
	return (errno == EAGAIN || errno == EWOULDBLOCK) && wait_ready(fd, events) == 0;
}

int64_t stet_read_fully(int fd, void *p, size_t len)
{
	size_t n = 0;

	while (n < len) {
		ssize_t got;

		if (wait_ready(fd, POLLIN) < 0)
			return -1;
		got = read(fd, (char *)p + n, portion(len - n));
		if (got == 0)
			break;
		if (got > 0)
			n += (size_t)got;
		else if (!try_again(fd, POLLIN))
			return -1;
	}
	return (int64_t)n;
}

int64_t stet_pread_fully(int fd, void *p, size_t len, uint64_t offset)
{
	size_t n = 0;

	if (offset > INT64_MAX || len > INT64_MAX - offset) {
		errno = EINVAL;
		return -1;
	}
	while (n < len) {
		const ssize_t got = pread(fd, (char *)p + n, portion(len - n), (off_t)(offset + n));

		if (got == 0)
			break;
		if (got > 0)
			n += (size_t)got;
		else if (errno != EINTR)
			return -1;
	}
	return (int64_t)n;
}

int stet_write_fully(int fd, const void *p, size_t len)
{
	size_t n = 0;

	while (n < len) {
		const ssize_t put = write(fd, (const char *)p + n, portion(len - n));

		if (put >= 0)
			n += (size_t)put;
		else if (!try_again(fd, POLLOUT))
			return -1;
	}
	return 0;
}

/* For file systems without O_TMPFILE. */
static int named_then_unlinked(const char *dir)
{
	char path[PATH_MAX];
	int fd;

	if (snprintf(path, sizeof(path), "%s/stet.XXXXXX", dir) >= (int)sizeof(path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	fd = mkostemp(path, O_CLOEXEC);
	if (fd >= 0)
		unlink(path);
	return fd;
}

int stet_temp_file(const char *dir, struct stet_err *err)
{
	int fd = open(dir, O_TMPFILE | O_RDWR | O_EXCL | O_CLOEXEC, 0600);

	if (fd < 0 && (errno == EOPNOTSUPP || errno == EISDIR || errno == EINVAL))
		fd = named_then_unlinked(dir);
	if (fd < 0)
		return stet_fail_errno(err, "cannot create a temporary file in %s", dir);
	return fd;
}

int stet_free_space(const char *dir, uint64_t *bytes, struct stet_err *err)
{
	struct statvfs fs;

	if (statvfs(dir, &fs) < 0)
		return stet_fail_errno(err, "cannot use %s for temporary files", dir);
	*bytes = (uint64_t)fs.f_bavail * fs.f_frsize;
	return 0;
}

int stet_out_open(struct stet_out *o, const struct stet_outdir *d, const char *name,
		  struct stet_err *err)
{
	int fd;

	assert(strlen(name) < sizeof(o->name) && !strchr(name, '/'));
	fd = openat(d->lock, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	if (fd < 0)
		return stet_fail_errno(err, "cannot create %s/%s", d->partial, name);
	*o = (struct stet_out){ .fd = fd, .buf = stet_calloc(1, OUT_BUFFER) };
	strcpy(o->name, name);
	return 0;
}

static void put(struct stet_out *o, const void *p, size_t len)
{
	if (o->failed == 0 && stet_write_fully(o->fd, p, len) < 0)
		o->failed = errno;
}

static void flush(struct stet_out *o)
{
	put(o, o->buf, o->n);
	o->n = 0;
}

void stet_out_write(struct stet_out *o, const void *p, size_t len)
{
	o->written += len;
	if (len > OUT_BUFFER - o->n)
		flush(o);
	if (len >= OUT_BUFFER) {
		put(o, p, len);
	} else if (len > 0) {
		memcpy(o->buf + o->n, p, len);
		o->n += len;
	}
}

void stet_out_puts(struct stet_out *o, const char *text)
{
	stet_out_write(o, text, strlen(text));
}

/* What does not fit the free part of the buffer is formatted again, into memory of its own. */
void stet_out_printf(struct stet_out *o, const char *fmt, ...)
{
	const size_t room = OUT_BUFFER - o->n;
	va_list ap, again;
	int len;

	va_start(ap, fmt);
	va_copy(again, ap);
	len = vsnprintf(o->buf + o->n, room, fmt, ap);
	assert(len >= 0);
	if ((size_t)len < room) {
		o->n += (size_t)len;
		o->written += (size_t)len;
	} else {
		char *text = stet_calloc(1, (size_t)len + 1);

		vsnprintf(text, (size_t)len + 1, fmt, again);
		stet_out_write(o, text, (size_t)len);
		free(text);
	}
	va_end(again);
	va_end(ap);
}

int stet_out_close(struct stet_out *o, struct stet_err *err)
{
	int failed;

	if (!o->buf)
		return 0;
	if (err) {
		flush(o);
		if (o->failed == 0 && fsync(o->fd) != 0)
			o->failed = errno;
	}
	if (close(o->fd) != 0 && o->failed == 0)
		o->failed = errno;
	free(o->buf);
	o->buf = NULL;
	failed = errno = o->failed;
	return failed && err ? stet_fail_errno(err, "cannot write %s", o->name) : 0;
}
