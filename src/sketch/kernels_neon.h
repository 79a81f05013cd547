/*
 * kernels_neon.h - lanes with 128-bit vectors
 *
 * Thirty-two registers hold 32 lanes of minima, multipliers and addends (24).  What multiplies
 * 64 bits is left to portable C, as NEON has no such product.
 */
#ifdef __AARCH64EL__

/* 4 x `vectors` lanes; inlined, so that `vectors` is a number and all is in registers. */
static inline __attribute__((always_inline)) void
absorb_part_neon(uint32_t *lanes, const uint32_t *mul, const uint32_t *add, int vectors,
		 const uint64_t *shingles, size_t n)
{
	uint32x4_t min[8], m[8], a[8];

#pragma GCC unroll 8
	for (int j = 0; j < vectors; j++) {
		min[j] = vld1q_u32(lanes + 4 * j);
		m[j] = vld1q_u32(mul + 4 * j);
		a[j] = vld1q_u32(add + 4 * j);
	}
	for (size_t k = 0; k < n; k++) {
		const uint32x4_t v = vdupq_n_u32(lane_value(shingles[k]));

#pragma GCC unroll 8
		for (int j = 0; j < vectors; j++)
			min[j] = vminq_u32(min[j], vmlaq_u32(a[j], m[j], v));
	}
#pragma GCC unroll 8
	for (int j = 0; j < vectors; j++)
		vst1q_u32(lanes + 4 * j, min[j]);
}

static void absorb_neon(uint32_t *lanes, const struct stet_perms *p, struct stet_lane_range which,
			const uint64_t *shingles, size_t n)
{
	size_t i = which.first;

	for (; i + 32 <= which.last; i += 32)
		absorb_part_neon(lanes + i, p->mul + i, p->add + i, 8, shingles, n);
	for (; i + 16 <= which.last; i += 16)
		absorb_part_neon(lanes + i, p->mul + i, p->add + i, 4, shingles, n);
	if (i < which.last)
		absorb_part_neon(lanes + i, p->mul + i, p->add + i, 2, shingles, n);
}

static void merge_neon(uint32_t *into, const uint32_t *from, size_t n)
{
	for (size_t i = 0; i < n; i += 4)
		vst1q_u32(into + i, vminq_u32(vld1q_u32(into + i), vld1q_u32(from + i)));
}

static void lower_neon(uint64_t *out, const uint64_t *a, const uint64_t *b, size_t n)
{
	size_t i = 0;

	for (; i + 2 <= n; i += 2) {
		const uint64x2_t x = vld1q_u64(a + i), y = vld1q_u64(b + i);

		vst1q_u64(out + i, vbslq_u64(vcltq_u64(x, y), x, y));
	}
	lower_scalar(out + i, a + i, b + i, n - i);
}
#endif
