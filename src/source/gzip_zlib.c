/*
 * gzip_zlib.c - deflate by zlib
 */
#include "inflate.h"

#include <zlib.h>

struct zlib {
	z_stream z;
	bool ready;
};

static bool begin(void *state)
{
	struct zlib *s = state;

	if (s->ready)
		return inflateReset(&s->z) == Z_OK;
	s->ready = inflateInit2(&s->z, -MAX_WBITS) == Z_OK;
	return s->ready;
}

static void end(void *state)
{
	struct zlib *s = state;

	if (s->ready)
		inflateEnd(&s->z);
}

static enum stet_step step(void *state, struct stet_pump *p)
{
	z_stream *z = &((struct zlib *)state)->z;
	const uint32_t n_in = stet_at_most(p->n_in), n_out = stet_at_most(p->n_out);
	int rc;

	z->next_in = (unsigned char *)p->in;
	z->avail_in = n_in;
	z->next_out = p->out;
	z->avail_out = n_out;
	rc = inflate(z, Z_NO_FLUSH);
	stet_pump_moved(p, n_in - z->avail_in, n_out - z->avail_out);
	if (rc == Z_STREAM_END)
		return STET_STEP_END;
	return rc == Z_OK || rc == Z_BUF_ERROR ? STET_STEP_MORE : STET_STEP_BAD;
}

static uint32_t crc(uint32_t crc, const unsigned char *p, size_t n)
{
	return (uint32_t)crc32_z(crc, p, n);
}

const struct stet_inflater stet_inflater_zlib = {
	.state_bytes = sizeof(struct zlib),
	.begin = begin,
	.step = step,
	.end = end,
	.crc = crc,
};
