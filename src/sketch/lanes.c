/*
 * lanes.c - MinHash lanes: the permutations, and the kernels that absorb shingles
 */
#include "stet/cpu.h"
#include "stet/sketch.h"

#include <assert.h>

/* The lanes are part of what a key means, so their seed never changes. */
#define PERMS_SEED 0x73746574u

void stet_perms_init(struct stet_perms *p)
{
	uint64_t x = PERMS_SEED;

	for (size_t i = 0; i < STET_LANES; i++) {
		x += 0x9e3779b97f4a7c15u;
		p->mul[i] = (uint32_t)stet_mix64(x) | 1;
		p->add[i] = (uint32_t)(stet_mix64(x) >> 32);
	}
}

static void absorb_scalar(uint32_t *lanes, const struct stet_perms *p, const uint32_t *x, size_t n)
{
	for (size_t k = 0; k < n; k++)
		for (size_t i = 0; i < STET_LANES; i++) {
			const uint32_t v = p->mul[i] * x[k] + p->add[i];

			lanes[i] = v < lanes[i] ? v : lanes[i];
		}
}

#include "sketch_kernels_avx2.h"

typedef void absorb_fn(uint32_t *lanes, const struct stet_perms *p, const uint32_t *x, size_t n);

static absorb_fn *const absorb[STET_N_ISA] = {
	[STET_SCALAR] = absorb_scalar,
	[STET_AVX2] = absorb_avx2,
};

void stet_lanes_absorb(const struct stet_isa *isa, uint32_t lanes[STET_LANES],
		       const struct stet_perms *p, const uint32_t *x, size_t n)
{
	assert(isa->usable());
	absorb[isa->id](lanes, p, x, n);
}
