/*
 * kernels_avx2.h - MinHash lanes with 8 x 32-bit vectors
 *
 * Sixteen registers hold 32 lanes of minima, multipliers and addends (12), so
 * the lanes go through in four passes over the shingles.
 */
#define AVX2 __attribute__((target("avx2")))

static inline AVX2 void absorb_part_avx2(uint32_t *lanes, const struct stet_perms *p, size_t first,
					 int vectors, const uint32_t *x, size_t n)
{
	__m256i min[4], m[4], a[4];

	for (int j = 0; j < vectors; j++) {
		min[j] = _mm256_loadu_si256((const __m256i *)(lanes + first + 8 * j));
		m[j] = _mm256_loadu_si256((const __m256i *)(p->mul + first + 8 * j));
		a[j] = _mm256_loadu_si256((const __m256i *)(p->add + first + 8 * j));
	}
	for (size_t k = 0; k < n; k++) {
		const __m256i v = _mm256_set1_epi32((int)x[k]);

#pragma GCC unroll 4
		for (int j = 0; j < vectors; j++)
			min[j] = _mm256_min_epu32(
				min[j], _mm256_add_epi32(_mm256_mullo_epi32(v, m[j]), a[j]));
	}
	for (int j = 0; j < vectors; j++)
		_mm256_storeu_si256((__m256i *)(lanes + first + 8 * j), min[j]);
}

static AVX2 void absorb_avx2(uint32_t *lanes, const struct stet_perms *p, const uint32_t *x,
			     size_t n)
{
	size_t i = 0;

	for (; i + 32 <= STET_LANES; i += 32)
		absorb_part_avx2(lanes, p, i, 4, x, n);
	for (; i < STET_LANES; i += 16)
		absorb_part_avx2(lanes, p, i, 2, x, n);
}
