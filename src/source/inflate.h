/*
 * inflate.h - deflate by one library or another; gzip.c makes members of it
 *
 * zlib is always there and judges the others.  ISA-L and libdeflate are there when
 * pkg-config found them (HAVE_LIBISAL, HAVE_LIBDEFLATE); what is whole they read
 * alike.  What is not, tests/test_gzip.c holds to this:
 *
 *	broken off	ISA-L holds back up to two bytes that zlib hands out
 *	damaged		likewise; or it goes on where zlib stops, until the CRC does not
 *			match.  The bytes of the one are the beginning of the other's
 *	made by hand	data that zlib refuses may be read by another, if the CRC is right
 */
#ifndef STET_SOURCE_INFLATE_H
#define STET_SOURCE_INFLATE_H

#include "codec.h"

#include <stdint.h>

/* What may stand behind the data and be consumed with them. */
#define STET_MAX_SURPLUS 8

/* Deflate data, in pieces of any size. */
struct stet_inflater {
	size_t state_bytes;		/* cleared before the first begin */
	bool (*begin)(void *state);	/* data, first or further; false = no memory */
	enum stet_step (*step)(void *state, struct stet_pump *p);	/* MORE, END, BAD */
	size_t (*surplus)(const void *state, unsigned char *p);		/* at END; NULL = none */
	void (*end)(void *state);	/* NULL = nothing to do */
	uint32_t (*crc)(uint32_t crc, const unsigned char *p, size_t n);
};

extern const struct stet_inflater stet_inflater_zlib, stet_inflater_libisal;

/* Whole gzip members, from memory to memory. */
struct stet_whole {
	void *(*open)(void);		/* NULL = no memory */
	bool (*decode)(void *state, struct stet_pump *p);	/* false: nothing has moved */
	void (*close)(void *state);	/* NULL is fine */
};

extern const struct stet_whole stet_whole_libdeflate;

/* gzip by zlib alone, for tests. */
extern const struct stet_codec stet_codec_gzip_zlib;

/* The libraries count in 32 bits. */
static inline uint32_t stet_at_most(size_t n)
{
	return n > UINT32_MAX / 2 ? UINT32_MAX / 2 : (uint32_t)n;
}

#endif
