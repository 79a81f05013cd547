/*
 * kernels.h - the loops over shingles that have vector code; private to sketch
 *
 * `more` may be v + k: what is read there was not yet written.
 */
#ifndef STET_SKETCH_KERNELS_H
#define STET_SKETCH_KERNELS_H

#include "stet/sketch.h"

struct stet_sketch_kernels {
	/* lanes[i] = min(lanes[i], mul[i] * x + add[i]) for each of `n` shingles x */
	void (*absorb)(uint32_t *lanes, const struct stet_perms *p, const uint32_t *x, size_t n);
	/* v[i] = v[i] * by + more[i] */
	void (*join)(uint64_t *v, const uint64_t *more, size_t n, uint64_t by);
	/* v[i] = stet_mix64(v[i] + add) */
	void (*mix)(uint64_t *v, size_t n, uint64_t add);
	/* v[i] = min(v[i], more[i]) */
	void (*lower)(uint64_t *v, const uint64_t *more, size_t n);
	/*
	 * Those of min[1] to min[n - 1] that differ from the one before, or equal the `entering`
	 * value of the same place; how many.  Room for n + 8 is needed.
	 */
	size_t (*pick)(const uint64_t *min, const uint64_t *entering, size_t n, uint64_t *out);
};

extern const struct stet_sketch_kernels stet_sketch_scalar;

const struct stet_sketch_kernels *stet_sketch_kernels_of(const struct stet_isa *isa);

/* shingles.c: stet_shingles() with these kernels. */
size_t stet_shingles_by(const struct stet_sketch_kernels *k, const uint64_t *hash,
			const uint8_t *class, size_t n, const struct stet_widths *w, uint64_t *out);

#endif
