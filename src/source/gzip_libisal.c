/*
 * gzip_libisal.c - deflate by ISA-L
 *
 * It decodes into a buffer of its own first, and reads up to eight bytes ahead: what
 * it has left of either is taken out of its state.
 */
#include "inflate.h"

#include <isa-l/crc.h>
#include <isa-l/igzip_lib.h>
#include <string.h>

struct isal {
	struct inflate_state z;
	bool bad;
};

static bool begin(void *state)
{
	struct isal *s = state;

	/* Damaged data may reach for bytes and codes that were never set: no one else's, please. */
	memset(&s->z, 0, sizeof(s->z));
	isal_inflate_init(&s->z);
	s->bad = false;
	return true;
}

static int run(struct inflate_state *z, struct stet_pump *p)
{
	const uint32_t n_in = stet_at_most(p->n_in), n_out = stet_at_most(p->n_out);
	int rc;

	z->next_in = (unsigned char *)p->in;
	z->avail_in = n_in;
	z->next_out = p->out;
	z->avail_out = n_out;
	rc = isal_inflate(z);
	stet_pump_moved(p, n_in - z->avail_in, n_out - z->avail_out);
	return rc;
}

/* What was decoded before the damage and found no room; false when some is left. */
static bool drain(struct inflate_state *z, struct stet_pump *p)
{
	const size_t left = (size_t)(z->tmp_out_valid - z->tmp_out_processed);
	const size_t n = left < p->n_out ? left : p->n_out;

	memcpy(p->out, z->tmp_out_buffer + z->tmp_out_processed, n);
	z->tmp_out_processed += (int32_t)n;
	stet_pump_moved(p, 0, n);
	return n == left;
}

static enum stet_step step(void *state, struct stet_pump *p)
{
	struct isal *s = state;

	if (!s->bad)
		s->bad = run(&s->z, p) < 0;
	if (s->bad)
		return drain(&s->z, p) ? STET_STEP_BAD : STET_STEP_MORE;
	return s->z.block_state == ISAL_BLOCK_FINISH ? STET_STEP_END : STET_STEP_MORE;
}

/* The bits of the last byte of data that belong to none come first. */
static size_t surplus(const void *state, unsigned char *p)
{
	const struct inflate_state *z = &((const struct isal *)state)->z;
	const uint64_t bits = z->read_in >> z->read_in_length % 8;
	const size_t n = (size_t)z->read_in_length / 8;

	for (size_t i = 0; i < n; i++)
		p[i] = (unsigned char)(bits >> 8 * i);
	return n;
}

static uint32_t crc(uint32_t crc, const unsigned char *p, size_t n)
{
	return crc32_gzip_refl(crc, p, n);
}

const struct stet_inflater stet_inflater_libisal = {
	.state_bytes = sizeof(struct isal),
	.begin = begin,
	.step = step,
	.surplus = surplus,
	.crc = crc,
};
