/*
 * kernels_avx512.h - shingles and lanes with 512-bit vectors
 *
 * Documents have 64 lanes beside the 40 of their paragraphs: both are at most two passes over
 * the shingles, with minima, multipliers and addends in 12 of 32 registers.
 */
#ifdef __x86_64__
#define AVX512 __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl")))

/* 16 x `vectors` lanes; inlined, so that `vectors` is a number and all is in registers. */
static inline __attribute__((always_inline)) AVX512 void
absorb_part_avx512(uint32_t *lanes, const uint32_t *mul, const uint32_t *add, int vectors,
		   const uint64_t *shingles, size_t n)
{
	__m512i min[4], m[4], a[4];

#pragma GCC unroll 4
	for (int j = 0; j < vectors; j++) {
		min[j] = _mm512_loadu_si512(lanes + 16 * j);
		m[j] = _mm512_loadu_si512(mul + 16 * j);
		a[j] = _mm512_loadu_si512(add + 16 * j);
	}
	for (size_t k = 0; k < n; k++) {
		const __m512i v = _mm512_set1_epi32((int)lane_value(shingles[k]));

#pragma GCC unroll 4
		for (int j = 0; j < vectors; j++)
			min[j] = _mm512_min_epu32(
				min[j], _mm512_add_epi32(_mm512_mullo_epi32(v, m[j]), a[j]));
	}
#pragma GCC unroll 4
	for (int j = 0; j < vectors; j++)
		_mm512_storeu_si512(lanes + 16 * j, min[j]);
}

static AVX512 void absorb_avx512(uint32_t *lanes, const struct stet_perms *p,
				 struct stet_lane_range which, const uint64_t *shingles, size_t n)
{
	size_t i = which.first;

	for (; i + 64 <= which.last; i += 64)
		absorb_part_avx512(lanes + i, p->mul + i, p->add + i, 4, shingles, n);
	for (; i + 32 <= which.last; i += 32)
		absorb_part_avx512(lanes + i, p->mul + i, p->add + i, 2, shingles, n);
	for (; i + 16 <= which.last; i += 16)
		absorb_part_avx512(lanes + i, p->mul + i, p->add + i, 1, shingles, n);
	if (i < which.last)
		absorb_part_avx2(lanes + i, p->mul + i, p->add + i, 1, shingles, n);
}

/* The first `n` of eight; all of them where there are more. */
static AVX512 __mmask8 first_avx512(size_t n)
{
	return n < 8 ? (__mmask8)((1u << n) - 1) : 0xff;
}

static AVX512 void join_avx512(uint64_t *out, const uint64_t *a, const uint64_t *b, size_t n,
			       uint64_t by)
{
	const __m512i f = _mm512_set1_epi64((long long)by);

	for (size_t i = 0; i < n; i += 8) {
		const __mmask8 k = first_avx512(n - i);
		const __m512i x = _mm512_maskz_loadu_epi64(k, a + i);
		const __m512i y = _mm512_maskz_loadu_epi64(k, b + i);

		_mm512_mask_storeu_epi64(out + i, k, _mm512_add_epi64(_mm512_mullo_epi64(x, f), y));
	}
}

static AVX512 void mix_avx512(uint64_t *out, const uint64_t *a, size_t n, uint64_t add)
{
	const __m512i more = _mm512_set1_epi64((long long)add);
	const __m512i b = _mm512_set1_epi64((long long)STET_MIX_FIRST);
	const __m512i c = _mm512_set1_epi64((long long)STET_MIX_SECOND);

	for (size_t i = 0; i < n; i += 8) {
		const __mmask8 k = first_avx512(n - i);
		__m512i x = _mm512_add_epi64(_mm512_maskz_loadu_epi64(k, a + i), more);

		x = _mm512_mullo_epi64(_mm512_xor_si512(x, _mm512_srli_epi64(x, 30)), b);
		x = _mm512_mullo_epi64(_mm512_xor_si512(x, _mm512_srli_epi64(x, 27)), c);
		x = _mm512_xor_si512(x, _mm512_srli_epi64(x, 31));
		_mm512_mask_storeu_epi64(out + i, k, x);
	}
}

static AVX512 void lower_avx512(uint64_t *out, const uint64_t *a, const uint64_t *b, size_t n)
{
	for (size_t i = 0; i < n; i += 8) {
		const __mmask8 k = first_avx512(n - i);
		const __m512i x = _mm512_maskz_loadu_epi64(k, a + i);
		const __m512i y = _mm512_maskz_loadu_epi64(k, b + i);

		_mm512_mask_storeu_epi64(out + i, k, _mm512_min_epu64(x, y));
	}
}

static AVX512 size_t pick_avx512(const uint64_t *min, const uint64_t *entering, size_t n,
				 uint64_t *out)
{
	size_t n_out = 0;

	for (size_t i = 1; i < n; i += 8) {
		const __mmask8 k = first_avx512(n - i);
		const __m512i m = _mm512_maskz_loadu_epi64(k, min + i);
		const __m512i before = _mm512_maskz_loadu_epi64(k, min + i - 1);
		const __m512i e = _mm512_maskz_loadu_epi64(k, entering + i);
		const __mmask8 taken = _mm512_mask_cmpneq_epu64_mask(k, m, before) |
				       _mm512_mask_cmpeq_epu64_mask(k, m, e);

		_mm512_storeu_si512(out + n_out, _mm512_maskz_compress_epi64(taken, m));
		n_out += (size_t)__builtin_popcount(taken);
	}
	return n_out;
}
#endif
