/*
 * kernels.c - the kernels in portable C, and the table
 */
#include "kernels.h"
#include "stet/cpu.h"

#include <assert.h>

static void absorb_scalar(uint32_t *lanes, const struct stet_perms *p,
			  struct stet_lane_range which, const uint64_t *shingles, size_t n)
{
	for (size_t k = 0; k < n; k++)
		for (size_t i = which.first; i < which.last; i++) {
			const uint32_t v = p->mul[i] * lane_value(shingles[k]) + p->add[i];

			lanes[i] = v < lanes[i] ? v : lanes[i];
		}
}

static void merge_scalar(uint32_t *into, const uint32_t *from, size_t n)
{
	for (size_t i = 0; i < n; i++)
		into[i] = from[i] < into[i] ? from[i] : into[i];
}

static void join_scalar(uint64_t *out, const uint64_t *a, const uint64_t *b, size_t n, uint64_t by)
{
	for (size_t i = 0; i < n; i++)
		out[i] = a[i] * by + b[i];
}

static void mix_scalar(uint64_t *out, const uint64_t *a, size_t n, uint64_t add)
{
	for (size_t i = 0; i < n; i++)
		out[i] = stet_mix64(a[i] + add);
}

static void lower_scalar(uint64_t *out, const uint64_t *a, const uint64_t *b, size_t n)
{
	for (size_t i = 0; i < n; i++)
		out[i] = a[i] < b[i] ? a[i] : b[i];
}

static size_t pick_scalar(const uint64_t *min, const uint64_t *entering, size_t n, uint64_t *out)
{
	size_t n_out = 0;

	/* Without a branch: which it will be nobody knows. */
	for (size_t i = 1; i < n; i++) {
		out[n_out] = min[i];
		n_out += (min[i] != min[i - 1]) | (entering[i] == min[i]);
	}
	return n_out;
}

#ifdef __x86_64__	/* the loops above do what is left of a vector */
#include <immintrin.h>
#include "kernels_avx2.h"
#include "kernels_avx512.h"
#endif
#ifdef __AARCH64EL__
#include <arm_neon.h>
#include "kernels_neon.h"
#endif

const struct stet_sketch_kernels stet_sketch_scalar = {
	absorb_scalar, merge_scalar, join_scalar, mix_scalar, lower_scalar, pick_scalar,
};

#ifdef __x86_64__
static const struct stet_sketch_kernels avx2 = {
	absorb_avx2, merge_avx2, join_avx2, mix_avx2, lower_avx2, pick_avx2,
};

static const struct stet_sketch_kernels avx512 = {
	absorb_avx512, merge_avx2, join_avx512, mix_avx512, lower_avx512, pick_avx512,
};
#endif

#ifdef __AARCH64EL__
static const struct stet_sketch_kernels neon = {
	absorb_neon, merge_neon, join_scalar, mix_scalar, lower_neon, pick_scalar,
};
#endif

const struct stet_sketch_kernels *stet_sketch_kernels_of(const struct stet_isa *isa)
{
	assert(isa->usable());
#ifdef __x86_64__
	if (isa->id == STET_AVX512)
		return &avx512;
	if (isa->id == STET_AVX2)
		return &avx2;
#endif
#ifdef __AARCH64EL__
	if (isa->id == STET_NEON)
		return &neon;
#endif
	return &stet_sketch_scalar;
}
