/*
 * unpack.h - one layer of compression taken off, whichever it is
 */
#ifndef STET_SOURCE_UNPACK_H
#define STET_SOURCE_UNPACK_H

#include "stream.h"

struct stet_archive;

/* All zero bytes = nothing to release. */
struct stet_unpacked {
	struct stet_decoder *decoder;
	struct stet_archive *archive;
};

/* What `from` (borrowed, not read yet) holds when decompressed; `from` itself where it is plain. */
struct stet_stream *stet_unpack(struct stet_unpacked *u, struct stet_stream *from,
				unsigned n_threads);
void stet_unpacked_release(struct stet_unpacked *u);

#endif
