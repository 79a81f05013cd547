/*
 * lanes.c - MinHash lanes: the permutations, and who absorbs shingles
 */
#include "kernels.h"

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

void stet_lanes_absorb(const struct stet_isa *isa, uint32_t lanes[STET_LANES],
		       const struct stet_perms *p, struct stet_lane_range which,
		       const uint64_t *shingles, size_t n)
{
	stet_sketch_kernels_of(isa)->absorb(lanes, p, which, shingles, n);
}
