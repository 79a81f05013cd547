/*
 * kernels_avx2.h - shingles and lanes with 256-bit vectors
 *
 * Sixteen registers hold 32 lanes of minima, multipliers and addends (12), so the lanes go
 * through in passes over the shingles.
 */
#ifdef __x86_64__
#define AVX2 __attribute__((target("avx2")))

/* 8 x `vectors` lanes; inlined, so that `vectors` is a number and all is in registers. */
static inline __attribute__((always_inline)) AVX2 void
absorb_part_avx2(uint32_t *lanes, const uint32_t *mul, const uint32_t *add, int vectors,
		 const uint64_t *shingles, size_t n)
{
	__m256i min[4], m[4], a[4];

#pragma GCC unroll 4
	for (int j = 0; j < vectors; j++) {
		min[j] = _mm256_loadu_si256((const __m256i *)(lanes + 8 * j));
		m[j] = _mm256_loadu_si256((const __m256i *)(mul + 8 * j));
		a[j] = _mm256_loadu_si256((const __m256i *)(add + 8 * j));
	}
	for (size_t k = 0; k < n; k++) {
		const __m256i v = _mm256_set1_epi32((int)lane_value(shingles[k]));

#pragma GCC unroll 4
		for (int j = 0; j < vectors; j++)
			min[j] = _mm256_min_epu32(
				min[j], _mm256_add_epi32(_mm256_mullo_epi32(v, m[j]), a[j]));
	}
#pragma GCC unroll 4
	for (int j = 0; j < vectors; j++)
		_mm256_storeu_si256((__m256i *)(lanes + 8 * j), min[j]);
}

static AVX2 void absorb_avx2(uint32_t *lanes, const struct stet_perms *p,
			     struct stet_lane_range which, const uint64_t *shingles, size_t n)
{
	size_t i = which.first;

	for (; i + 32 <= which.last; i += 32)
		absorb_part_avx2(lanes + i, p->mul + i, p->add + i, 4, shingles, n);
	for (; i + 16 <= which.last; i += 16)
		absorb_part_avx2(lanes + i, p->mul + i, p->add + i, 2, shingles, n);
	if (i < which.last)
		absorb_part_avx2(lanes + i, p->mul + i, p->add + i, 1, shingles, n);
}

static AVX2 void merge_avx2(uint32_t *into, const uint32_t *from, size_t n)
{
	for (size_t i = 0; i < n; i += 8) {
		const __m256i x = _mm256_loadu_si256((const __m256i *)(into + i));
		const __m256i y = _mm256_loadu_si256((const __m256i *)(from + i));

		_mm256_storeu_si256((__m256i *)(into + i), _mm256_min_epu32(x, y));
	}
}

static inline AVX2 __m256i load_avx2(const uint64_t *p)
{
	return _mm256_loadu_si256((const __m256i *)p);
}

static inline AVX2 void store_avx2(uint64_t *p, __m256i x)
{
	_mm256_storeu_si256((__m256i *)p, x);
}

/* A constant to multiply by, and the same with its halves exchanged. */
struct factor_avx2 {
	__m256i x, swapped;
};

static inline AVX2 struct factor_avx2 factor_avx2(uint64_t x)
{
	return (struct factor_avx2){ _mm256_set1_epi64x((long long)x),
				     _mm256_set1_epi64x((long long)(x << 32 | x >> 32)) };
}

/* x * by (mod 2^64): the low product, and both mixed ones added to its high half. */
static inline AVX2 __m256i times_avx2(__m256i x, struct factor_avx2 by)
{
	const __m256i mixed = _mm256_mullo_epi32(x, by.swapped);
	const __m256i low = _mm256_mul_epu32(x, by.x);

	return _mm256_add_epi64(
		_mm256_add_epi32(low, _mm256_slli_epi64(mixed, 32)),
		_mm256_slli_epi64(_mm256_srli_epi64(mixed, 32), 32));
}

static AVX2 void join_avx2(uint64_t *out, const uint64_t *a, const uint64_t *b, size_t n,
			   uint64_t by)
{
	const struct factor_avx2 f = factor_avx2(by);
	size_t i = 0;

	for (; i + 4 <= n; i += 4)
		store_avx2(out + i, _mm256_add_epi64(times_avx2(load_avx2(a + i), f),
						     load_avx2(b + i)));
	join_scalar(out + i, a + i, b + i, n - i, by);
}

static AVX2 void mix_avx2(uint64_t *out, const uint64_t *a, size_t n, uint64_t add)
{
	const __m256i more = _mm256_set1_epi64x((long long)add);
	const struct factor_avx2 b = factor_avx2(STET_MIX_FIRST), c = factor_avx2(STET_MIX_SECOND);
	size_t i = 0;

	for (; i + 4 <= n; i += 4) {
		__m256i x = _mm256_add_epi64(load_avx2(a + i), more);

		x = times_avx2(_mm256_xor_si256(x, _mm256_srli_epi64(x, 30)), b);
		x = times_avx2(_mm256_xor_si256(x, _mm256_srli_epi64(x, 27)), c);
		store_avx2(out + i, _mm256_xor_si256(x, _mm256_srli_epi64(x, 31)));
	}
	mix_scalar(out + i, a + i, n - i, add);
}

static AVX2 void lower_avx2(uint64_t *out, const uint64_t *a, const uint64_t *b, size_t n)
{
	const __m256i top = _mm256_set1_epi64x(INT64_MIN);	/* there are signed compares only */
	size_t i = 0;

	for (; i + 4 <= n; i += 4) {
		const __m256i x = load_avx2(a + i), y = load_avx2(b + i);
		const __m256i larger = _mm256_cmpgt_epi64(_mm256_xor_si256(x, top),
							  _mm256_xor_si256(y, top));

		store_avx2(out + i, _mm256_blendv_epi8(x, y, larger));
	}
	lower_scalar(out + i, a + i, b + i, n - i);
}

/* The numbers whose bits are set in `taken`, to the front. */
static inline AVX2 __m256i compress_avx2(__m256i x, unsigned taken)
{
	static const uint32_t order[16][8] = {
		{ 0 }, { 0, 1 }, { 2, 3 }, { 0, 1, 2, 3 },
		{ 4, 5 }, { 0, 1, 4, 5 }, { 2, 3, 4, 5 }, { 0, 1, 2, 3, 4, 5 },
		{ 6, 7 }, { 0, 1, 6, 7 }, { 2, 3, 6, 7 }, { 0, 1, 2, 3, 6, 7 },
		{ 4, 5, 6, 7 }, { 0, 1, 4, 5, 6, 7 }, { 2, 3, 4, 5, 6, 7 },
		{ 0, 1, 2, 3, 4, 5, 6, 7 },
	};

	return _mm256_permutevar8x32_epi32(
		x, _mm256_loadu_si256((const __m256i *)order[taken]));
}

static AVX2 size_t pick_avx2(const uint64_t *min, const uint64_t *entering, size_t n, uint64_t *out)
{
	size_t n_out = 0, i = 1;

	for (; i + 4 <= n; i += 4) {
		const __m256i x = load_avx2(min + i);
		const __m256i same = _mm256_cmpeq_epi64(x, load_avx2(min + i - 1));
		const __m256i came = _mm256_cmpeq_epi64(x, load_avx2(entering + i));
		const unsigned taken =
			((unsigned)_mm256_movemask_pd(_mm256_castsi256_pd(same)) ^ 15) |
			(unsigned)_mm256_movemask_pd(_mm256_castsi256_pd(came));

		store_avx2(out + n_out, compress_avx2(x, taken));
		n_out += (size_t)__builtin_popcount(taken);
	}
	return i < n ? n_out + pick_scalar(min + i - 1, entering + i - 1, n - i + 1, out + n_out)
		     : n_out;
}
#endif
