/*
 * gzip_libdeflate.c - whole gzip members by libdeflate
 */
#include "inflate.h"

#include <libdeflate.h>

/* Where the flags stand, and the one of a CRC over the header, which libdeflate passes over. */
#define FLAGS_AT 3
#define FHCRC 2

static void *open_decompressor(void)
{
	return libdeflate_alloc_decompressor();
}

static bool decode(void *state, struct stet_pump *p)
{
	size_t n_in = 0, n_out = 0;

	if (p->n_in <= FLAGS_AT || p->in[FLAGS_AT] & FHCRC)
		return false;
	if (libdeflate_gzip_decompress_ex(state, p->in, p->n_in, p->out, p->n_out, &n_in,
					  &n_out) != LIBDEFLATE_SUCCESS)
		return false;
	stet_pump_moved(p, n_in, n_out);
	return true;
}

static void close_decompressor(void *state)
{
	libdeflate_free_decompressor(state);
}

const struct stet_whole stet_whole_libdeflate = {
	.open = open_decompressor,
	.decode = decode,
	.close = close_decompressor,
};
