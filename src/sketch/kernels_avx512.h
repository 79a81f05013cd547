/*
 * kernels_avx512.h - shingles and lanes with 512-bit vectors
 *
 * Of 32 registers 21 hold the minima, multipliers and addends of all lanes, so the shingles
 * go through once.
 */
#ifdef __x86_64__
#define AVX512 __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl")))

static AVX512 void absorb_avx512(uint32_t *lanes, const struct stet_perms *p, const uint32_t *x,
				 size_t n)
{
	enum { N = STET_LANES / 16 };
	__m512i min[N], m[N], a[N];

	for (int j = 0; j < N; j++) {
		min[j] = _mm512_loadu_si512(lanes + 16 * j);
		m[j] = _mm512_loadu_si512(p->mul + 16 * j);
		a[j] = _mm512_loadu_si512(p->add + 16 * j);
	}
	for (size_t k = 0; k < n; k++) {
		const __m512i v = _mm512_set1_epi32((int)x[k]);

#pragma GCC unroll 8
		for (int j = 0; j < N; j++)
			min[j] = _mm512_min_epu32(
				min[j], _mm512_add_epi32(_mm512_mullo_epi32(v, m[j]), a[j]));
	}
	for (int j = 0; j < N; j++)
		_mm512_storeu_si512(lanes + 16 * j, min[j]);
}

/* The first `n` of eight; all of them where there are more. */
static AVX512 __mmask8 first_avx512(size_t n)
{
	return n < 8 ? (__mmask8)((1u << n) - 1) : 0xff;
}

static AVX512 void join_avx512(uint64_t *v, const uint64_t *more, size_t n, uint64_t by)
{
	const __m512i b = _mm512_set1_epi64((long long)by);

	for (size_t i = 0; i < n; i += 8) {
		const __mmask8 k = first_avx512(n - i);
		const __m512i x = _mm512_maskz_loadu_epi64(k, v + i);
		const __m512i y = _mm512_maskz_loadu_epi64(k, more + i);

		_mm512_mask_storeu_epi64(v + i, k, _mm512_add_epi64(_mm512_mullo_epi64(x, b), y));
	}
}

static AVX512 void mix_avx512(uint64_t *v, size_t n, uint64_t add)
{
	const __m512i a = _mm512_set1_epi64((long long)add);
	const __m512i b = _mm512_set1_epi64((long long)STET_MIX_FIRST);
	const __m512i c = _mm512_set1_epi64((long long)STET_MIX_SECOND);

	for (size_t i = 0; i < n; i += 8) {
		const __mmask8 k = first_avx512(n - i);
		__m512i x = _mm512_add_epi64(_mm512_maskz_loadu_epi64(k, v + i), a);

		x = _mm512_mullo_epi64(_mm512_xor_si512(x, _mm512_srli_epi64(x, 30)), b);
		x = _mm512_mullo_epi64(_mm512_xor_si512(x, _mm512_srli_epi64(x, 27)), c);
		x = _mm512_xor_si512(x, _mm512_srli_epi64(x, 31));
		_mm512_mask_storeu_epi64(v + i, k, x);
	}
}

static AVX512 void lower_avx512(uint64_t *v, const uint64_t *more, size_t n)
{
	for (size_t i = 0; i < n; i += 8) {
		const __mmask8 k = first_avx512(n - i);
		const __m512i x = _mm512_maskz_loadu_epi64(k, v + i);
		const __m512i y = _mm512_maskz_loadu_epi64(k, more + i);

		_mm512_mask_storeu_epi64(v + i, k, _mm512_min_epu64(x, y));
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
