/*
 * gzip.c - gzip by zlib, which checks CRC and length of each member
 */
#include "codec.h"

#include <limits.h>
#include <string.h>
#include <zlib.h>

/* Window of 32 KiB, and a gzip header rather than zlib's. */
#define GZIP_WINDOW_BITS (15 + 16)

#define LENGTH_BYTES 4u

struct gzip {
	z_stream z;
	bool ready;
	unsigned skip;		/* of the length behind a CRC that did not match */
};

static bool begin(void *state)
{
	struct gzip *g = state;

	g->skip = 0;
	if (g->ready)
		return inflateReset(&g->z) == Z_OK;
	g->ready = inflateInit2(&g->z, GZIP_WINDOW_BITS) == Z_OK;
	return g->ready;
}

static void end(void *state)
{
	struct gzip *g = state;

	if (g->ready)
		inflateEnd(&g->z);
}

/* zlib has consumed the CRC; the length still stands before the next member. */
static enum stet_step skip_length(struct gzip *g, struct stet_pump *p)
{
	const size_t n = p->n_in < g->skip ? p->n_in : g->skip;

	p->in += n;
	p->n_in -= n;
	g->skip -= (unsigned)n;
	p->why = "CRC does not match";
	return g->skip == 0 ? STET_STEP_DOUBT : STET_STEP_MORE;
}

static enum stet_step data_error(struct gzip *g, struct stet_pump *p)
{
	const char *msg = g->z.msg ? g->z.msg : "";

	if (strcmp(msg, "incorrect data check") == 0) {
		g->skip = LENGTH_BYTES;
		return skip_length(g, p);
	}
	if (strcmp(msg, "incorrect length check") == 0) {
		p->why = "length does not match";
		return STET_STEP_DOUBT;
	}
	p->why = strcmp(msg, "incorrect header check") == 0 ? "header is damaged" :
		 "data are damaged";
	return STET_STEP_BAD;
}

static unsigned at_most(size_t n)
{
	return n > UINT_MAX / 2 ? UINT_MAX / 2 : (unsigned)n;
}

static enum stet_step step(void *state, struct stet_pump *p)
{
	struct gzip *g = state;
	const unsigned n_in = at_most(p->n_in), n_out = at_most(p->n_out);
	int rc;

	if (g->skip > 0)
		return skip_length(g, p);
	g->z.next_in = (unsigned char *)p->in;
	g->z.avail_in = n_in;
	g->z.next_out = p->out;
	g->z.avail_out = n_out;
	rc = inflate(&g->z, Z_NO_FLUSH);
	p->in += n_in - g->z.avail_in;
	p->n_in -= n_in - g->z.avail_in;
	p->out += n_out - g->z.avail_out;
	p->n_out -= n_out - g->z.avail_out;
	if (rc == Z_STREAM_END)
		return STET_STEP_END;
	if (rc == Z_OK || rc == Z_BUF_ERROR)
		return STET_STEP_MORE;
	return data_error(g, p);
}

static bool begins(unsigned char c)
{
	return c == 0x1f;
}

const struct stet_codec stet_codec_gzip = {
	.name = "gzip",
	.state_bytes = sizeof(struct gzip),
	.begin = begin,
	.step = step,
	.end = end,
	.begins = begins,
};
