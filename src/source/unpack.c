/*
 * unpack.c - one layer of compression taken off, whichever it is
 */
#include "unpack.h"
#include "archive.h"
#include "codec.h"
#include "sniff.h"

static const struct stet_codec *codec_of(enum stet_packing p)
{
	switch (p) {
	case STET_GZIP:
		return &stet_codec_gzip;
	case STET_ZSTD:
		return &stet_codec_zstd;
	case STET_XZ:
		return &stet_codec_xz;
	case STET_LZMA:
		return &stet_codec_lzma;
	case STET_BZIP2:
		return &stet_codec_bzip2;
	case STET_LZ4:
		return &stet_codec_lz4;
	case STET_PLAIN:
	case STET_LZ4_LEGACY:
	case STET_COMPRESS:
		break;
	}
	return NULL;
}

/* The one member that libarchive makes of a packed stream. */
static struct stet_stream *only_member(struct stet_archive *a)
{
	struct stet_stream *s = stet_archive_data(a);
	const char *why;

	if (stet_archive_next(a) == 0 && (why = stet_archive_why(a)))
		stet_stream_damage(s, "%s", why);
	return s;
}

struct stet_stream *stet_unpack(struct stet_unpacked *u, struct stet_stream *from,
				unsigned n_threads)
{
	const enum stet_packing p = stet_sniff_packing(stet_stream_peek(from));
	const struct stet_codec *codec = codec_of(p);

	if (codec) {
		u->decoder = stet_decoder_open(codec, from, n_threads);
		return stet_decoder_stream(u->decoder);
	}
	if (p == STET_PLAIN)
		return from;
	u->archive = stet_archive_open_packed(p, from);
	return only_member(u->archive);
}

void stet_unpacked_release(struct stet_unpacked *u)
{
	stet_decoder_close(u->decoder);
	stet_archive_close(u->archive);
	*u = (struct stet_unpacked){ 0 };
}
