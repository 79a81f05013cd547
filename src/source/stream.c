/*
 * stream.c - what all streams have in common, and files
 */
#include "stream.h"
#include "stet/err.h"
#include "stet/io.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static size_t take_head(struct stet_stream *s, char *p, size_t cap)
{
	const size_t left = s->n_head - s->head_at;
	const size_t n = left < cap ? left : cap;

	memcpy(p, s->head + s->head_at, n);
	s->head_at += n;
	return n;
}

size_t stet_stream_read(struct stet_stream *s, char *p, size_t cap)
{
	const size_t n = s->head_at < s->n_head ? take_head(s, p, cap) : s->read(s, p, cap);

	s->n_out += n;
	return n;
}

struct stet_span stet_stream_peek(struct stet_stream *s)
{
	size_t n = 1;

	assert(s->n_out == 0);
	if (!s->head)
		s->head = stet_grow(s->head, &s->cap_head, STET_PEEK_BYTES, 1);
	while (s->n_head < STET_PEEK_BYTES && n > 0) {
		n = s->read(s, s->head + s->n_head, STET_PEEK_BYTES - s->n_head);
		s->n_head += n;
	}
	return (struct stet_span){ s->head, s->n_head };
}

void stet_stream_drain(struct stet_stream *s)
{
	size_t cap = 0;
	char *p = stet_grow(NULL, &cap, STET_PEEK_BYTES, 1);

	while (stet_stream_read(s, p, cap) > 0)
		;
	free(p);
}

void stet_stream_damage(struct stet_stream *s, const char *fmt, ...)
{
	va_list ap;

	if (s->damaged)
		return;
	s->damaged = true;
	va_start(ap, fmt);
	vsnprintf(s->why, sizeof(s->why), fmt, ap);
	va_end(ap);
}

const char *stet_stream_why(const struct stet_stream *s)
{
	const char *why = NULL;

	for (; s; s = s->from)
		if (s->damaged)
			why = s->why;
	return why;
}

bool stet_stream_is_cut(const struct stet_stream *s)
{
	for (; s; s = s->from)
		if (s->damaged && !s->complete)
			return true;
	return false;
}

void stet_stream_release(struct stet_stream *s)
{
	free(s->head);
	*s = (struct stet_stream){ 0 };
}

static size_t read_file(struct stet_stream *s, char *p, size_t cap)
{
	struct stet_file *f = (struct stet_file *)s;
	int64_t n;

	if (f->error)
		return 0;
	n = stet_read_fully(f->fd, p, cap < f->max_read ? cap : f->max_read);
	if (n < 0) {
		f->error = errno;
		stet_stream_damage(s, "cannot be read");
		return 0;
	}
	if (f->digest)
		stet_digest_update(f->digest, p, (size_t)n);
	f->n_read += (uint64_t)n;
	return (size_t)n;
}

int stet_file_open(struct stet_file *f, const char *path, struct stet_err *err)
{
	const bool is_stdin = strcmp(path, "-") == 0;
	const int fd = is_stdin ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);

	if (fd < 0)
		return stet_fail_errno(err, "%s: cannot open", path);
	*f = (struct stet_file){ .s.read = read_file, .fd = fd, .path = path };
	f->max_read = SIZE_MAX;
	if (fstat(fd, &f->opened) < 0) {
		stet_fail_errno(err, "%s: cannot stat", path);
		close(fd);
		return err->code;
	}
	posix_fadvise(fd, 0, 0, POSIX_FADV_SEQUENTIAL);	/* a hint: may fail, as on pipes */
	return 0;
}

void stet_file_close(struct stet_file *f)
{
	close(f->fd);
	stet_stream_release(&f->s);
}

bool stet_file_is_seekable(const struct stet_file *f)
{
	return S_ISREG(f->opened.st_mode) && strcmp(f->path, "-") != 0;
}

static bool has_changed(const struct stat *a, const struct stat *b)
{
	return a->st_dev != b->st_dev || a->st_ino != b->st_ino || a->st_size != b->st_size ||
	       a->st_mtim.tv_sec != b->st_mtim.tv_sec || a->st_mtim.tv_nsec != b->st_mtim.tv_nsec;
}

int stet_file_check(const struct stet_file *f, struct stet_err *err)
{
	struct stat now;

	if (f->error) {
		if (stet_check_stopped(err) < 0)
			return err->code;
		errno = f->error;
		return stet_fail_errno(err, "%s: cannot read", f->path);
	}
	if (!stet_file_is_seekable(f))
		return 0;
	/* By path: a file put in its place is a change too. */
	if (stat(f->path, &now) < 0 || has_changed(&f->opened, &now))
		return stet_fail(err, STET_EIO, "%s changed while it was read", f->path);
	return 0;
}
