/*
 * kernels.h - the loops over shingles that have vector code; private to sketch
 *
 * `out` may be where `a` is, and `b` behind it: what is read there was not yet written.
 */
#ifndef STET_SKETCH_KERNELS_H
#define STET_SKETCH_KERNELS_H

#include "stet/sketch.h"

#define STET_SHINGLE_BASE 0x9e3779b97f4a7c15u	/* odd, no structure */

struct stet_sketch_kernels {
	/* As stet_lanes_absorb(). */
	void (*absorb)(uint32_t *lanes, const struct stet_perms *p, struct stet_lane_range which,
		       const uint64_t *shingles, size_t n);
	/* into[i] = from[i], where that is lower; n is a multiple of STET_LANE_STEP */
	void (*merge)(uint32_t *into, const uint32_t *from, size_t n);
	/* out[i] = a[i] * by + b[i] */
	void (*join)(uint64_t *out, const uint64_t *a, const uint64_t *b, size_t n, uint64_t by);
	/* out[i] = stet_mix64(a[i] + add) */
	void (*mix)(uint64_t *out, const uint64_t *a, size_t n, uint64_t add);
	/* out[i] = min(a[i], b[i]) */
	void (*lower)(uint64_t *out, const uint64_t *a, const uint64_t *b, size_t n);
	/*
	 * Those of min[1] to min[n - 1] that differ from the one before, or equal the `entering`
	 * value of the same place; how many.  Room for n + 8 is needed.
	 */
	size_t (*pick)(const uint64_t *min, const uint64_t *entering, size_t n, uint64_t *out);
};

extern const struct stet_sketch_kernels stet_sketch_scalar;

const struct stet_sketch_kernels *stet_sketch_kernels_of(const struct stet_isa *isa);

/* What the lanes take of a shingle. */
static inline uint32_t lane_value(uint64_t shingle)
{
	return (uint32_t)(shingle >> 32);
}

/* shingles.c: stet_shingles() with these kernels. */
size_t stet_shingles_by(const struct stet_sketch_kernels *k, const uint64_t *hash,
			const uint8_t *class, size_t n, const struct stet_widths *w, uint64_t *out);

/* shingles.c: the end of the tokens from `i` on, before `n`, that are of the class of that one. */
size_t stet_class_run(const uint8_t *class, size_t i, size_t n);

#endif
