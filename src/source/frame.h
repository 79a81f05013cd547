/*
 * frame.h - a stream of bytes cut into records
 *
 * Lines are found by memchr alone and JSON values by their brackets and quotes;
 * whether they are JSON is for the parser to say.  Memory is bounded by the
 * largest record allowed: what is larger is read past, not held.
 */
#ifndef STET_SOURCE_FRAME_H
#define STET_SOURCE_FRAME_H

#include "sniff.h"
#include "stream.h"

/* A record, or (damage != NULL) what should have been one. */
struct stet_frame {
	struct stet_span bytes;		/* borrowed until the next call */
	uint64_t offset;		/* in the stream */
	const char *damage;		/* static text */
};

/* All zero bytes = ready to begin; the buffer is recycled from stream to stream. */
struct stet_framer {
	struct stet_stream *from;
	enum stet_framing framing;
	uint64_t max_record;
	size_t max_read;		/* bytes asked for at a time */
	char *buf;
	size_t cap;
	size_t at, end;			/* buf[at..end) is read and not cut */
	size_t seen;			/* up to here the next record was looked for */
	uint64_t base;			/* offset of buf[0] in the stream */
	bool ended;			/* the stream has ended */
	bool over;			/* nothing more will come */
	bool dropping;			/* in a record that is too large */
	/* of JSON values */
	uint64_t depth;			/* brackets open */
	bool in_string, escaped;
	bool begun;			/* behind the array's bracket */
	bool wants_comma;		/* behind an element */
};

void stet_framer_begin(struct stet_framer *f, struct stet_stream *from, enum stet_framing framing,
		       uint64_t max_record);
bool stet_framer_next(struct stet_framer *f, struct stet_frame *out);	/* false = the end */
void stet_framer_release(struct stet_framer *f);

#endif
