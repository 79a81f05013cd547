/*
 * text_kernels.c - the kernels in portable C, eight bytes at a time, and the table
 */
#include "text_kernels.h"
#include "stet/cpu.h"
#include "text_words.h"

#include <string.h>

#ifdef __x86_64__
#include "text_kernels_avx2.h"
#endif
#ifdef __AARCH64EL__
#include "text_kernels_neon.h"
#endif

#define EACH(byte) (0x0101010101010101u * (byte))
#define HIGH EACH(0x80)

static void store_le64(char *p, uint64_t x)
{
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	x = __builtin_bswap64(x);
#endif
	memcpy(p, &x, sizeof(x));
}

/* The high bit of each byte of `x` (no high bit set) that is from `first` to `last`. */
static uint64_t between(uint64_t x, unsigned first, unsigned last)
{
	return (x + EACH(0x80 - first)) & ~(x + EACH(0x7f - last)) & HIGH;
}

/* High bits of the eight bytes, as the low eight bits. */
static uint64_t gather(uint64_t high)
{
	return (high >> 7) * 0x0102040810204080u >> 56;
}

static void classify_scalar(const char *p, size_t n_blocks, struct stet_text_masks *m)
{
	memset(m->run, 0, n_blocks * sizeof(m->run[0]));
	memset(m->odd, 0, n_blocks * sizeof(m->odd[0]));
	memset(m->e2, 0, n_blocks * sizeof(m->e2[0]));
	for (size_t i = 0; i < n_blocks * TEXT_BLOCK; i += 8) {
		const uint64_t x = load_le64(p + i), ascii = x & ~HIGH;
		const uint64_t letter = between(ascii | EACH(0x20), 'a', 'z') & ~x;
		const uint64_t digit = between(ascii, '0', '9') & ~x;
		const uint64_t odd = (between(ascii, '\'', '\'') | x) & HIGH;

		m->run[i / 64] |= gather(letter | digit | odd) << i % 64;
		m->odd[i / 64] |= gather(odd) << i % 64;
		m->e2[i / 64] |= gather(between(ascii, 0x62, 0x62) & x) << i % 64;
		store_le64(m->lower + i, x | letter >> 2);
	}
}

static uint32_t count_bits(uint64_t x)
{
	x -= x >> 1 & 0x5555555555555555u;
	x = (x & 0x3333333333333333u) + (x >> 2 & 0x3333333333333333u);
	x = (x + (x >> 4)) & 0x0f0f0f0f0f0f0f0fu;
	return (uint32_t)(x * 0x0101010101010101u >> 56);
}

/* Eight at a time cost less than a branch for each. */
static size_t list_scalar(const uint64_t *bits, size_t n_blocks, uint32_t *out)
{
	uint32_t *end = out, base = 0;

	for (size_t k = 0; k < n_blocks; k++, base += TEXT_BLOCK) {
		uint32_t *to = end;
		uint64_t left = bits[k];

		end += count_bits(left);
		for (; left; to += 8)
			for (int i = 0; i < 8; i++) {
				to[i] = base + (uint32_t)__builtin_ctzll(left | 1ull << 63);
				left &= left - 1;
			}
	}
	return (size_t)(end - out);
}

static size_t words_scalar(const struct text_words *w, struct stet_tokens *t)
{
	return take_words(w, t);
}

static void line_ends_scalar(const char *p, size_t n_blocks, uint64_t *mask)
{
	memset(mask, 0, n_blocks * sizeof(mask[0]));
	for (size_t i = 0; i < n_blocks * TEXT_BLOCK; i += 8) {
		const uint64_t x = load_le64(p + i), ascii = x & ~HIGH;
		const uint64_t end = between(ascii, '\n', '\n') | between(ascii, '\r', '\r');
		const uint64_t e2 = between(ascii, 0x62, 0x62) & x;

		mask[i / 64] |= gather((end & ~x) | e2) << i % 64;
	}
}

static const struct stet_text_kernels kernels[STET_N_ISA] = {
	[STET_SCALAR] = { classify_scalar, list_scalar, words_scalar, line_ends_scalar },
#ifdef __x86_64__
	[STET_AVX2] = { classify_avx2, list_avx2, words_avx2, line_ends_avx2 },
	[STET_AVX512] = { classify_avx2, list_avx2, words_avx2, line_ends_avx2 },
#endif
#ifdef __AARCH64EL__
	[STET_NEON] = { classify_neon, list_scalar, words_scalar, line_ends_neon },
#endif
};

const struct stet_text_kernels *stet_text_kernels_of(const struct stet_isa *isa)
{
	const struct stet_text_kernels *k = &kernels[isa->id];

	return k->classify ? k : &kernels[STET_SCALAR];
}
