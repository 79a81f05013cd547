/*
 * stream.h - bytes pulled from a file, out of a decompressor or out of a container
 *
 * Streams stand on one another: file, decompressor, container, decompressor.
 * Damage is a property of a stream that has ended, not a failure; only a file
 * that the system cannot read is one (stet_file.error).
 */
#ifndef STET_SOURCE_STREAM_H
#define STET_SOURCE_STREAM_H

#include "stet/hash.h"
#include "stet/mem.h"

#include <stdbool.h>
#include <sys/stat.h>

struct stet_codec;
struct stet_err;

/* How much of a stream is looked at before it is decided what it is. */
#define STET_PEEK_BYTES ((size_t)64 << 10)

struct stet_stream {
	size_t (*read)(struct stet_stream *s, char *p, size_t cap);	/* 0 = ended */
	struct stet_stream *from;	/* what it is read from, borrowed; may be NULL */
	char *head;			/* peeked at and not read yet */
	size_t head_at, n_head, cap_head;
	uint64_t n_out;			/* bytes handed out */
	bool damaged;
	bool complete;			/* damaged, yet all of its bytes came */
	char why[160];
};

/* At most `cap` bytes, at least one unless the stream has ended. */
size_t stet_stream_read(struct stet_stream *s, char *p, size_t cap);

/* The next STET_PEEK_BYTES, or fewer where the stream ends; before anything was read. */
struct stet_span stet_stream_peek(struct stet_stream *s);

/* Read what is left, for the checks at its end. */
void stet_stream_drain(struct stet_stream *s);

/* Note damage; the first note counts. */
void stet_stream_damage(struct stet_stream *s, const char *fmt, ...)
	__attribute__((format(printf, 2, 3), cold));

/* The damage nearest to the file, or NULL; does it mean that bytes are missing? */
const char *stet_stream_why(const struct stet_stream *s);
bool stet_stream_is_cut(const struct stet_stream *s);

void stet_stream_release(struct stet_stream *s);	/* the head */

/* ---- files */

/* The bytes of an input in order, counted and digested on the way. */
struct stet_file {
	struct stet_stream s;		/* first */
	int fd;
	const char *path;		/* borrowed; "-" = standard input */
	struct stat opened;
	uint64_t n_read;
	struct stet_digest *digest;	/* borrowed; NULL = none wanted */
	size_t max_read;		/* bytes asked for at a time, for tests */
	int error;			/* errno of a failed read, 0 while there is none */
};

int stet_file_open(struct stet_file *f, const char *path, struct stet_err *err);
void stet_file_close(struct stet_file *f);

/* Regular, and not standard input: it can be read again and at any place. */
bool stet_file_is_seekable(const struct stet_file *f);

/* Fails when the file is not what it was when it was opened, or could not be read. */
int stet_file_check(const struct stet_file *f, struct stet_err *err);

/* ---- decompressors */

struct stet_decoder;
/* `n_threads` may work on it; what comes out is the same for any number. */
struct stet_decoder *stet_decoder_open(const struct stet_codec *codec, struct stet_stream *from,
				       unsigned n_threads);
struct stet_stream *stet_decoder_stream(struct stet_decoder *d);
void stet_decoder_close(struct stet_decoder *d);	/* NULL is fine */

#endif
