/*
 * codec.h - one compression each; decode.c drives them
 *
 * A compressed stream is a row of members (gzip members, zstd and lz4 frames, xz
 * and bzip2 streams), each decoded by itself and read as one text.
 */
#ifndef STET_SOURCE_CODEC_H
#define STET_SOURCE_CODEC_H

#include <stdbool.h>
#include <stddef.h>

enum stet_step {
	STET_STEP_MORE,		/* wants more input or more room */
	STET_STEP_END,		/* the member has ended */
	STET_STEP_DOUBT,	/* it has ended, and its checksum says that it is not right */
	STET_STEP_BAD,		/* cannot go on */
};

/* What a step may consume and fill; it moves the pointers and counts down. */
struct stet_pump {
	const unsigned char *in;
	size_t n_in;
	unsigned char *out;
	size_t n_out;
	const char *why;	/* set with DOUBT and BAD; follows the codec's name */
};

static inline void stet_pump_moved(struct stet_pump *p, size_t in, size_t out)
{
	p->in += in;
	p->n_in -= in;
	p->out += out;
	p->n_out -= out;
}

struct stet_codec {
	const char *name;
	size_t state_bytes;	/* cleared before the first begin */
	bool (*begin)(void *state);	/* a member, first or further; false = no memory */
	enum stet_step (*step)(void *state, struct stet_pump *p);
	void (*end)(void *state);
	bool (*begins)(unsigned char c);	/* may a further member? NULL = there is none */
	const char *magic;	/* what nearly every member begins with; NULL = look for none */
};

extern const struct stet_codec stet_codec_gzip, stet_codec_zstd, stet_codec_xz, stet_codec_lzma,
	stet_codec_bzip2, stet_codec_lz4;

#endif
