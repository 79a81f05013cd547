/*
 * io.h - files and directories that appear whole or not at all
 *
 * A run works in DIR.partial, beside DIR and locked; publishing renames it.  A
 * run that is killed leaves DIR.partial behind, and the next one sweeps it.
 */
#ifndef STET_IO_H
#define STET_IO_H

#include "stet/err.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Read until `len` bytes or the end; the number read, or -1 with errno.  Interrupted
 * calls are made again, but a wait for input ends with EINTR once a signal was caught.
 */
int64_t stet_read_fully(int fd, void *p, size_t len);
int64_t stet_pread_fully(int fd, void *p, size_t len, uint64_t offset);
int stet_write_fully(int fd, const void *p, size_t len);	/* 0, or -1 with errno */

/* An unnamed file in `dir`, gone when closed; the descriptor, or a negative code. */
int stet_temp_file(const char *dir, struct stet_err *err);

/* Bytes that may still be written in `dir`. */
int stet_free_space(const char *dir, uint64_t *bytes, struct stet_err *err);

/* ---- a directory of output files */

struct stet_outdir {
	char *path;		/* as asked for, without trailing slashes */
	char *partial;		/* path + ".partial" */
	int lock;		/* descriptor of `partial`, locked */
	bool replace;		/* `path` exists and may be replaced */
};

/*
 * Lock and empty DIR.partial.  Fails with STET_EAGAIN when another run holds
 * it; with STET_EIO when `path` exists, unless `force` is set and `path` holds
 * a file called `ours`.
 */
int stet_outdir_open(struct stet_outdir *d, const char *path, bool force, const char *ours,
		     struct stet_err *err);
int stet_outdir_publish(struct stet_outdir *d, struct stet_err *err);	/* sync, rename */
void stet_outdir_close(struct stet_outdir *d);	/* an unpublished directory is removed */

/* ---- a buffered file in it; a failed write is remembered and told at close */

struct stet_out {
	int fd;
	int failed;		/* errno of the first failure, 0 while there is none */
	char *buf;
	size_t n;
	uint64_t written;	/* bytes so far */
	char name[64];
};

/* All zero bytes = closed: close accepts it and does nothing. */
int stet_out_open(struct stet_out *o, const struct stet_outdir *d, const char *name,
		  struct stet_err *err);
void stet_out_write(struct stet_out *o, const void *p, size_t len);
void stet_out_puts(struct stet_out *o, const char *text);
void stet_out_printf(struct stet_out *o, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* Flush, fsync, close.  With err = NULL the file is given up: nothing is flushed or told. */
int stet_out_close(struct stet_out *o, struct stet_err *err);

/* ---- signals */

/* From now on SIGINT and SIGTERM set a flag; a second one ends the process at once. */
void stet_catch_signals(void);
int stet_caught_signal(void);	/* the signal, or 0 */

/* STET_ESTOPPED once a signal has been caught, else 0. */
int stet_check_stopped(struct stet_err *err);

#endif
