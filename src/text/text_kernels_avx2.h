/*
 * text_kernels_avx2.h - the kernels, 32 bytes at a time
 */
#ifndef STET_TEXT_KERNELS_AVX2_H
#define STET_TEXT_KERNELS_AVX2_H

#include <immintrin.h>

#define AVX2 __attribute__((target("avx2,bmi,bmi2,popcnt")))

static inline AVX2 __m256i load32(const char *p)
{
	return _mm256_loadu_si256((const __m256i *)p);
}

/* 0xff where a byte is from `first` to `last`; both ASCII, so signed compares do. */
static inline AVX2 __m256i between_avx2(__m256i x, char first, char last)
{
	return _mm256_and_si256(_mm256_cmpgt_epi8(x, _mm256_set1_epi8((char)(first - 1))),
				_mm256_cmpgt_epi8(_mm256_set1_epi8((char)(last + 1)), x));
}

static inline AVX2 uint64_t bits_avx2(__m256i low, __m256i high)
{
	return (uint32_t)_mm256_movemask_epi8(low) |
	       (uint64_t)(uint32_t)_mm256_movemask_epi8(high) << 32;
}

static AVX2 void classify_avx2(const char *p, size_t n_blocks, struct stet_text_masks *m)
{
	const __m256i bit5 = _mm256_set1_epi8(0x20);

	for (size_t k = 0; k < n_blocks; k++) {
		__m256i plain[2], odd[2], e2[2];

		for (int half = 0; half < 2; half++) {
			const size_t at = k * TEXT_BLOCK + 32 * (size_t)half;
			const __m256i x = load32(p + at);
			const __m256i letter = between_avx2(_mm256_or_si256(x, bit5), 'a', 'z');

			plain[half] = _mm256_or_si256(letter, between_avx2(x, '0', '9'));
			e2[half] = _mm256_cmpeq_epi8(x, _mm256_set1_epi8((char)0xe2));
			odd[half] = _mm256_or_si256(x, between_avx2(x, '\'', '\''));
			_mm256_storeu_si256((__m256i *)(m->lower + at),
					    _mm256_or_si256(x, _mm256_and_si256(letter, bit5)));
		}
		m->e2[k] = bits_avx2(e2[0], e2[1]);
		m->odd[k] = bits_avx2(odd[0], odd[1]);
		m->run[k] = bits_avx2(plain[0], plain[1]) | m->odd[k];
	}
}

/* Twelve without a branch: that is the words of most blocks. */
static AVX2 size_t list_avx2(const uint64_t *bits, size_t n_blocks, uint32_t *out)
{
	uint32_t *end = out, base = 0;

	for (size_t k = 0; k < n_blocks; k++, base += TEXT_BLOCK) {
		uint32_t *to = end;
		uint64_t left = bits[k];

		end += __builtin_popcountll(left);
		do {
#pragma GCC unroll 12
			for (int i = 0; i < 12; i++) {
				uint64_t bit = _tzcnt_u64(left);

				/* Else compilers add four at a time, and gather them for it. */
				__asm__("" : "+r"(bit));
				to[i] = base + (uint32_t)bit;
				left = _blsr_u64(left);
			}
			to += 12;
		} while (left);
	}
	return (size_t)(end - out);
}

/* As in portable C, but that BMI2 has a product in any two registers. */
static AVX2 size_t words_avx2(const struct text_words *w, struct stet_tokens *t)
{
	return take_words(w, t);
}

static inline AVX2 __m256i line_end_avx2(__m256i x)
{
	const __m256i lf = _mm256_cmpeq_epi8(x, _mm256_set1_epi8('\n'));
	const __m256i cr = _mm256_cmpeq_epi8(x, _mm256_set1_epi8('\r'));
	const __m256i e2 = _mm256_cmpeq_epi8(x, _mm256_set1_epi8((char)0xe2));

	return _mm256_or_si256(_mm256_or_si256(lf, cr), e2);
}

static AVX2 void line_ends_avx2(const char *p, size_t n_blocks, uint64_t *mask)
{
	for (size_t k = 0; k < n_blocks; k++, p += TEXT_BLOCK)
		mask[k] = bits_avx2(line_end_avx2(load32(p)), line_end_avx2(load32(p + 32)));
}

#undef AVX2

#endif
