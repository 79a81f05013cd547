/*
 * sniff.h - what bytes are, by their beginning
 *
 * Pure.  `head` is the beginning of a stream; `whole` says that it is all of it.
 */
#ifndef STET_SOURCE_SNIFF_H
#define STET_SOURCE_SNIFF_H

#include "stet/mem.h"
#include "stet/source.h"

#include <stdbool.h>

/* Compressed, by which codec; or PLAIN. */
enum stet_packing {
	STET_PLAIN,
	STET_GZIP,
	STET_ZSTD,
	STET_XZ,
	STET_LZMA,
	STET_BZIP2,
	STET_LZ4,
	STET_LZ4_LEGACY,	/* as it was before it had frames */
	STET_COMPRESS,
};
enum stet_packing stet_sniff_packing(struct stet_span head);

enum stet_container { STET_NO_CONTAINER, STET_TAR, STET_CPIO, STET_ZIP, STET_7Z };
enum stet_container stet_sniff_container(struct stet_span head, bool whole);

/* How a stream is cut into records. */
enum stet_framing {
	STET_FRAME_NONE,	/* not text */
	STET_FRAME_LINES,	/* JSON Lines */
	STET_FRAME_VALUES,	/* JSON values in a row, over many lines each */
	STET_FRAME_ARRAY,	/* elements of one JSON array */
	STET_FRAME_WHOLE,	/* one text */
	STET_FRAME_PAGE,	/* one page of HTML */
};
enum stet_framing stet_sniff_framing(struct stet_span head, enum stet_format format);

/* "starts with 89 50 4e 47", for a message; returns `out`. */
#define STET_START_CHARS 32
const char *stet_sniff_start(struct stet_span head, char out[STET_START_CHARS]);

#endif
