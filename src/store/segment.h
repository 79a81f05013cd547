/*
 * segment.h - how keys are packed; private to store
 *
 * A segment holds the keys of up to 65,536 documents in a row, in one *run* for each family
 * and partition.  In a run a posting is the rest of its key, which the partition's byte
 * is not part of, and the document's number in the segment, little-endian:
 *
 *	exact families	partition = bits 56 to 63	7 bytes of rest, 2 of document
 *	others		partition = bits 40 to 47	5 bytes of rest, 2 of document
 *
 * 48 bits do for others, since what they propose is compared: among 10^9 keys some 2,000
 * pairs meet by accident.  They are the lower 48 because an anchor is the least of its
 * window, which makes its highest bits low.
 */
#ifndef STET_SEGMENT_H
#define STET_SEGMENT_H

#include "stet/store.h"

#include <endian.h>
#include <string.h>

#define STET_SEGMENT_DOCUMENTS 65536u
#define STET_RUNS (STET_N_FAMILIES * STET_PARTITIONS)
#define STET_SHORT_REST (((uint64_t)1 << 40) - 1)
#define STET_WHOLE_REST (((uint64_t)1 << 56) - 1)
#define STET_RUN_SLACK 8u	/* readable bytes behind the last run */

struct stet_key_segment {
	uint32_t at[STET_RUNS + 1];	/* where each run begins; the end of the last */
	unsigned char *bytes;
	size_t cap;
};

static inline bool stet_is_whole(unsigned f)
{
	return f == STET_DOCUMENT_EXACT || f == STET_PARAGRAPH_EXACT;
}

static inline unsigned stet_rest_bytes(unsigned f)
{
	return stet_is_whole(f) ? 7 : 5;
}

static inline size_t stet_packed_bytes(unsigned f)
{
	return stet_rest_bytes(f) + 2;
}

static inline unsigned stet_run_of(unsigned f, uint64_t key)
{
	return f * STET_PARTITIONS + (key >> (8 * stet_rest_bytes(f)) & 0xff);
}

static inline uint64_t stet_unpack_rest(const unsigned char *p, unsigned rest_bytes)
{
	uint64_t w;

	memcpy(&w, p, sizeof(w));
	return le64toh(w) & (((uint64_t)1 << 8 * rest_bytes) - 1);
}

static inline uint32_t stet_unpack_document(const unsigned char *p, unsigned rest_bytes)
{
	uint16_t d;

	memcpy(&d, p + rest_bytes, sizeof(d));
	return le16toh(d);
}

#endif
