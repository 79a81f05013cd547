/*
 * archive.h - members of a container, by libarchive
 *
 * Formats and filters are named one by one: "all" of them would include some
 * that start programs.  No name in an archive is ever opened.  Encoded names come
 * out as the bytes of the archive, or as UTF-8 where the format says what they are.
 */
#ifndef STET_SOURCE_ARCHIVE_H
#define STET_SOURCE_ARCHIVE_H

#include "sniff.h"
#include "stream.h"

struct stet_archive;

/* Over a stream, in one pass. */
struct stet_archive *stet_archive_open(enum stet_container c, struct stet_stream *from);

/* Over a file that is at no particular place, seeking; does not count as reading it. */
struct stet_archive *stet_archive_open_file(enum stet_container c, struct stet_file *file);

/* A packing that no codec here knows, as a container of one member without a name. */
struct stet_archive *stet_archive_open_packed(enum stet_packing p, struct stet_stream *from);

void stet_archive_close(struct stet_archive *a);	/* NULL is fine */

/* The next member that is a file: 1; 0 = the end, or damage past which nothing can be found. */
int stet_archive_next(struct stet_archive *a);

/* Of the current member: its path (may be empty), its bytes, and why it cannot be read, or NULL. */
struct stet_span stet_archive_path(const struct stet_archive *a);
struct stet_stream *stet_archive_data(struct stet_archive *a);
const char *stet_archive_locked(const struct stet_archive *a);

/* After the end: why it came, NULL = as it should; where in the stream. */
const char *stet_archive_why(const struct stet_archive *a);
uint64_t stet_archive_offset(const struct stet_archive *a);
bool stet_archive_is_locked(const struct stet_archive *a);	/* something in it is encrypted */

/* Nothing can be read behind the current member: it ended in damage. */
bool stet_archive_is_over(const struct stet_archive *a);

#endif
