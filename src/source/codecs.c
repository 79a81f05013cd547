/*
 * codecs.c - zstd, xz, lzma, bzip2 and lz4, each by its own library
 *
 * Not by libarchive: its filters hand out blocks of 64 KiB, and what is in the
 * block when the input breaks off is lost.  These hand out every byte they have.
 */
#include "codec.h"

#include <bzlib.h>
#include <limits.h>
#include <lz4frame.h>
#include <lzma.h>
#include <zstd.h>
#include <zstd_errors.h>

/* An archive that wants more memory than this to be read is refused; `xz -9` wants 65 MiB. */
#define MAX_LZMA_MEMORY ((uint64_t)256 << 20)

/* ---- zstd */

/*
 * A call that fails says nothing of what came out before, and a frame that is whole in the
 * input and fits the output is decoded in one.  So no call gets more than a block: what is
 * read of a damaged frame then does not depend on how the input was cut.
 */
#define ZSTD_LEAST_HEADER 5u

struct zstd {
	ZSTD_DCtx *ctx;
	size_t next;			/* input up to the end of a block, at most */
};

static bool zstd_begin(void *state)
{
	struct zstd *z = state;

	if (!z->ctx)
		z->ctx = ZSTD_createDCtx();
	z->next = ZSTD_LEAST_HEADER;
	return z->ctx;
}

static void zstd_end(void *state)
{
	ZSTD_freeDCtx(((struct zstd *)state)->ctx);
}

static const char *zstd_why(size_t rc)
{
	switch (ZSTD_getErrorCode(rc)) {
	case ZSTD_error_checksum_wrong:
		return "checksum does not match";
	case ZSTD_error_frameParameter_windowTooLarge:
		return "window is over 128 MiB";
	case ZSTD_error_dictionary_wrong:
		return "data want a dictionary";
	case ZSTD_error_memory_allocation:
		return "data want more memory than there is";
	default:
		return "data are damaged";
	}
}

static enum stet_step zstd_step(void *state, struct stet_pump *p)
{
	struct zstd *z = state;
	ZSTD_inBuffer in = { p->in, p->n_in < z->next ? p->n_in : z->next, 0 };
	ZSTD_outBuffer out = { p->out, p->n_out, 0 };
	const size_t rc = ZSTD_decompressStream(z->ctx, &out, &in);

	stet_pump_moved(p, in.pos, out.pos);
	z->next = rc;
	if (!ZSTD_isError(rc))
		return rc == 0 ? STET_STEP_END : STET_STEP_MORE;
	p->why = zstd_why(rc);
	return STET_STEP_BAD;
}

static bool zstd_begins(unsigned char c)
{
	return c == 0x28 || (c >= 0x50 && c <= 0x5f);
}

const struct stet_codec stet_codec_zstd = {
	.name = "zstd",
	.state_bytes = sizeof(struct zstd),
	.begin = zstd_begin,
	.step = zstd_step,
	.end = zstd_end,
	.begins = zstd_begins,
	.magic = "\x28\xb5\x2f\xfd",
};

/* ---- xz and lzma */

static bool xz_begin(void *state)
{
	return lzma_stream_decoder(state, MAX_LZMA_MEMORY, 0) == LZMA_OK;
}

static bool lzma_begin(void *state)
{
	return lzma_alone_decoder(state, MAX_LZMA_MEMORY) == LZMA_OK;
}

static enum stet_step lzma_step(void *state, struct stet_pump *p)
{
	lzma_stream *z = state;
	lzma_ret rc;

	z->next_in = p->in;
	z->avail_in = p->n_in;
	z->next_out = p->out;
	z->avail_out = p->n_out;
	rc = lzma_code(z, LZMA_RUN);
	stet_pump_moved(p, p->n_in - z->avail_in, p->n_out - z->avail_out);
	switch (rc) {
	case LZMA_STREAM_END:
		return STET_STEP_END;
	case LZMA_OK:
	case LZMA_BUF_ERROR:
		return STET_STEP_MORE;
	case LZMA_MEMLIMIT_ERROR:
		p->why = "data want over 256 MiB of memory";
		return STET_STEP_BAD;
	case LZMA_OPTIONS_ERROR:
		p->why = "data use an unknown option";
		return STET_STEP_BAD;
	default:
		p->why = "data are damaged";
		return STET_STEP_BAD;
	}
}

static void lzma_end_state(void *state)
{
	lzma_end(state);
}

static bool xz_begins(unsigned char c)
{
	return c == 0xfd;
}

const struct stet_codec stet_codec_xz = {
	.name = "xz",
	.state_bytes = sizeof(lzma_stream),
	.begin = xz_begin,
	.step = lzma_step,
	.end = lzma_end_state,
	.begins = xz_begins,
	.magic = "\xfd" "7zXZ",
};

const struct stet_codec stet_codec_lzma = {
	.name = "lzma",
	.state_bytes = sizeof(lzma_stream),
	.begin = lzma_begin,
	.step = lzma_step,
	.end = lzma_end_state,
};

/* ---- bzip2 */

struct bzip2 {
	bz_stream z;
	bool ready;
};

static void bzip2_end(void *state)
{
	struct bzip2 *b = state;

	if (b->ready)
		BZ2_bzDecompressEnd(&b->z);
	b->ready = false;
}

static bool bzip2_begin(void *state)
{
	struct bzip2 *b = state;

	bzip2_end(b);
	b->z = (bz_stream){ 0 };
	b->ready = BZ2_bzDecompressInit(&b->z, 0, 0) == BZ_OK;
	return b->ready;
}

static enum stet_step bzip2_step(void *state, struct stet_pump *p)
{
	struct bzip2 *b = state;
	const unsigned n_in = p->n_in > UINT_MAX / 2 ? UINT_MAX / 2 : (unsigned)p->n_in;
	const unsigned n_out = p->n_out > UINT_MAX / 2 ? UINT_MAX / 2 : (unsigned)p->n_out;
	int rc;

	b->z.next_in = (char *)p->in;
	b->z.avail_in = n_in;
	b->z.next_out = (char *)p->out;
	b->z.avail_out = n_out;
	rc = BZ2_bzDecompress(&b->z);
	stet_pump_moved(p, n_in - b->z.avail_in, n_out - b->z.avail_out);
	if (rc == BZ_STREAM_END)
		return STET_STEP_END;
	if (rc == BZ_OK)
		return STET_STEP_MORE;
	p->why = rc == BZ_MEM_ERROR ? "data want more memory than there is" : "data are damaged";
	return STET_STEP_BAD;
}

static bool bzip2_begins(unsigned char c)
{
	return c == 'B';
}

const struct stet_codec stet_codec_bzip2 = {
	.name = "bzip2",
	.state_bytes = sizeof(struct bzip2),
	.begin = bzip2_begin,
	.step = bzip2_step,
	.end = bzip2_end,
	.begins = bzip2_begins,
	.magic = "BZh",
};

/* ---- lz4 */

struct lz4 {
	LZ4F_dctx *ctx;
};

static bool lz4_begin(void *state)
{
	struct lz4 *l = state;

	return l->ctx || !LZ4F_isError(LZ4F_createDecompressionContext(&l->ctx, LZ4F_VERSION));
}

static void lz4_end(void *state)
{
	LZ4F_freeDecompressionContext(((struct lz4 *)state)->ctx);
}

static enum stet_step lz4_step(void *state, struct stet_pump *p)
{
	struct lz4 *l = state;
	size_t n_in = p->n_in, n_out = p->n_out;
	const size_t rc = LZ4F_decompress(l->ctx, p->out, &n_out, p->in, &n_in, NULL);

	if (LZ4F_isError(rc)) {
		p->why = "data are damaged";
		return STET_STEP_BAD;
	}
	stet_pump_moved(p, n_in, n_out);
	return rc == 0 ? STET_STEP_END : STET_STEP_MORE;
}

static bool lz4_begins(unsigned char c)
{
	return c == 0x04 || (c >= 0x50 && c <= 0x5f);
}

const struct stet_codec stet_codec_lz4 = {
	.name = "lz4",
	.state_bytes = sizeof(struct lz4),
	.begin = lz4_begin,
	.step = lz4_step,
	.end = lz4_end,
	.begins = lz4_begins,
	.magic = "\x04\x22\x4d\x18",
};
