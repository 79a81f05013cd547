/*
 * gzip.c - gzip members: header, deflate data, CRC and length
 *
 * zlib reads the headers, the fastest library there is the data (inflate.h).  Small
 * members are tried whole; any that does not come out right is decoded again in
 * pieces, so that what is said of it does not depend on where the input was cut.
 */
#include "inflate.h"
#include "stet/mem.h"
#include "stet/source.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

/* A gzip header rather than zlib's. */
#define GZIP_HEADER 16

/* What zlib says in data_type when the next byte is the first of a block. */
#define AT_BLOCK 128

/* CRC and length. */
#define TRAILER_BYTES 8u

/* A member behind one longer than this is not tried whole: it would not fit either. */
#define LONG_BYTES (64u << 10)

struct libraries {
	const struct stet_inflater *data;
	const struct stet_whole *whole;		/* NULL = none */
};

enum part { BEGIN, HEADER, DATA, TRAILER };

struct gzip {
	const struct libraries *by;
	enum part part;
	z_stream header;
	void *data, *whole;			/* states of the libraries */
	uint32_t crc, length;			/* of what came out so far */
	unsigned char trailer[TRAILER_BYTES + STET_MAX_SURPLUS];
	size_t n_trailer;
};

static bool open_libraries(struct gzip *g, const struct libraries *by)
{
	g->by = by;
	g->data = stet_calloc(1, by->data->state_bytes);
	if (by->whole && !(g->whole = by->whole->open()))
		return false;
	return inflateInit2(&g->header, MAX_WBITS + GZIP_HEADER) == Z_OK;
}

static bool begin_by(struct gzip *g, const struct libraries *by)
{
	if (!g->by && !open_libraries(g, by))
		return false;
	g->part = BEGIN;
	return true;
}

static void end(void *state)
{
	struct gzip *g = state;

	if (!g->by)
		return;
	if (g->by->data->end)
		g->by->data->end(g->data);
	if (g->by->whole)
		g->by->whole->close(g->whole);
	inflateEnd(&g->header);
	free(g->data);
}

static bool decode_whole(struct gzip *g, struct stet_pump *p)
{
	const size_t room = p->n_out;

	if (!g->by->whole || g->length > LONG_BYTES || !g->by->whole->decode(g->whole, p))
		return false;
	g->length = (uint32_t)(room - p->n_out);
	return true;
}

static enum stet_step bad(struct stet_pump *p, const char *why)
{
	p->why = why;
	return STET_STEP_BAD;
}

static enum stet_step begin_member(struct gzip *g, struct stet_pump *p)
{
	if (decode_whole(g, p))
		return STET_STEP_END;
	g->part = HEADER;
	g->crc = g->length = 0;
	g->n_trailer = 0;
	if (inflateReset(&g->header) != Z_OK || !g->by->data->begin(g->data))
		return bad(p, "data want more memory than there is");
	return STET_STEP_MORE;
}

static enum stet_step read_header(struct gzip *g, struct stet_pump *p)
{
	z_stream *z = &g->header;
	const uint32_t n_in = stet_at_most(p->n_in);
	int rc;

	z->next_in = (unsigned char *)p->in;
	z->avail_in = n_in;
	z->next_out = p->out;
	z->avail_out = 0;
	rc = inflate(z, Z_BLOCK);
	stet_pump_moved(p, n_in - z->avail_in, 0);
	if (rc != Z_OK && rc != Z_BUF_ERROR)
		return bad(p, z->msg && strcmp(z->msg, "incorrect header check") == 0 ?
			   "header is damaged" : "data are damaged");
	if (z->data_type & AT_BLOCK)
		g->part = DATA;
	return STET_STEP_MORE;
}

static enum stet_step read_data(struct gzip *g, struct stet_pump *p)
{
	const struct stet_inflater *by = g->by->data;
	const unsigned char *out = p->out;
	const enum stet_step s = by->step(g->data, p);
	const size_t n = (size_t)(p->out - out);

	g->crc = by->crc(g->crc, out, n);
	g->length += (uint32_t)n;
	if (s == STET_STEP_BAD)
		return bad(p, "data are damaged");
	if (s == STET_STEP_END) {
		g->part = TRAILER;
		g->n_trailer = by->surplus ? by->surplus(g->data, g->trailer) : 0;
	}
	return STET_STEP_MORE;
}

static uint32_t get32(const unsigned char *p)
{
	return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static enum stet_step read_trailer(struct gzip *g, struct stet_pump *p)
{
	while (g->n_trailer < TRAILER_BYTES && p->n_in > 0) {
		g->trailer[g->n_trailer++] = *p->in;
		stet_pump_moved(p, 1, 0);
	}
	if (g->n_trailer < TRAILER_BYTES)
		return STET_STEP_MORE;
	p->why = get32(g->trailer) != g->crc ? "CRC does not match" :
		 get32(g->trailer + 4) != g->length ? "length does not match" : NULL;
	return p->why ? STET_STEP_DOUBT : STET_STEP_END;
}

static enum stet_step step(void *state, struct stet_pump *p)
{
	static enum stet_step (*const steps[])(struct gzip *, struct stet_pump *) = {
		[BEGIN] = begin_member,
		[HEADER] = read_header,
		[DATA] = read_data,
		[TRAILER] = read_trailer,
	};
	struct gzip *g = state;
	enum stet_step s;
	enum part part;

	do {
		part = g->part;
		s = steps[part](g, p);
	} while (s == STET_STEP_MORE && g->part != part);
	return s;
}

static bool begins(unsigned char c)
{
	return c == 0x1f;
}

#ifdef HAVE_LIBISAL
#define DATA_BY &stet_inflater_libisal
#define DATA_NAME "isa-l"
#else
#define DATA_BY &stet_inflater_zlib
#define DATA_NAME "zlib"
#endif

#ifdef HAVE_LIBDEFLATE
#define WHOLE_BY &stet_whole_libdeflate
#define WHOLE_NAME ", libdeflate"
#else
#define WHOLE_BY NULL
#define WHOLE_NAME ""
#endif

const char stet_gzip_libraries[] = DATA_NAME WHOLE_NAME;

static bool begin(void *state)
{
	static const struct libraries by = { DATA_BY, WHOLE_BY };

	return begin_by(state, &by);
}

static bool begin_by_zlib(void *state)
{
	static const struct libraries by = { &stet_inflater_zlib, NULL };

	return begin_by(state, &by);
}

const struct stet_codec stet_codec_gzip = {
	.name = "gzip",
	.state_bytes = sizeof(struct gzip),
	.begin = begin,
	.step = step,
	.end = end,
	.begins = begins,
	.magic = "\x1f\x8b\x08",
};

const struct stet_codec stet_codec_gzip_zlib = {
	.name = "gzip",
	.state_bytes = sizeof(struct gzip),
	.begin = begin_by_zlib,
	.step = step,
	.end = end,
	.begins = begins,
};
