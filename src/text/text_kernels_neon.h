/*
 * text_kernels_neon.h - the kernels, a block of 64 bytes at a time
 *
 * A block is loaded so that byte 4 * i + j is in place i of vector j: four vectors then
 * become a mask by shifts, of which NEON has one that keeps what is above.
 */
#ifndef STET_TEXT_KERNELS_NEON_H
#define STET_TEXT_KERNELS_NEON_H

#include <arm_neon.h>

static inline uint8x16x4_t load_block(const char *p)
{
	return vld4q_u8((const uint8_t *)p);
}

/* 0xff where a byte is from `first` to `last` */
static inline uint8x16_t between_neon(uint8x16_t x, uint8_t first, uint8_t last)
{
	return vcleq_u8(vsubq_u8(x, vdupq_n_u8(first)), vdupq_n_u8((uint8_t)(last - first)));
}

/* The high bits of a block. */
static inline uint64_t bits_neon(uint8x16x4_t x)
{
	const uint8x16_t two = vsriq_n_u8(x.val[1], x.val[0], 1);
	const uint8x16_t four = vsriq_n_u8(vsriq_n_u8(x.val[3], x.val[2], 1), two, 2);
	const uint16x8_t twice = vreinterpretq_u16_u8(vsriq_n_u8(four, four, 4));

	/* The high half of a byte and the low half of the next, which are two fours. */
	return vget_lane_u64(vreinterpret_u64_u8(vshrn_n_u16(twice, 4)), 0);
}

static void classify_neon(const char *p, size_t n_blocks, struct stet_text_masks *m)
{
	const uint8x16_t bit5 = vdupq_n_u8(0x20);

	for (size_t k = 0; k < n_blocks; k++) {
		uint8x16x4_t x = load_block(p + k * TEXT_BLOCK), plain, odd, e2;

#pragma GCC unroll 4
		for (int j = 0; j < 4; j++) {
			const uint8x16_t letter = between_neon(vorrq_u8(x.val[j], bit5), 'a', 'z');

			plain.val[j] = vorrq_u8(letter, between_neon(x.val[j], '0', '9'));
			e2.val[j] = vceqq_u8(x.val[j], vdupq_n_u8(0xe2));
			odd.val[j] = vorrq_u8(x.val[j], vceqq_u8(x.val[j], vdupq_n_u8('\'')));
			x.val[j] = vorrq_u8(x.val[j], vandq_u8(letter, bit5));
		}
		vst4q_u8((uint8_t *)m->lower + k * TEXT_BLOCK, x);
		m->e2[k] = bits_neon(e2);
		m->odd[k] = bits_neon(odd);
		m->run[k] = bits_neon(plain) | m->odd[k];
	}
}

static void line_ends_neon(const char *p, size_t n_blocks, uint64_t *mask)
{
	for (size_t k = 0; k < n_blocks; k++) {
		uint8x16x4_t x = load_block(p + k * TEXT_BLOCK);

#pragma GCC unroll 4
		for (int j = 0; j < 4; j++) {
			const uint8x16_t lf = vceqq_u8(x.val[j], vdupq_n_u8('\n'));
			const uint8x16_t cr = vceqq_u8(x.val[j], vdupq_n_u8('\r'));
			const uint8x16_t e2 = vceqq_u8(x.val[j], vdupq_n_u8(0xe2));

			x.val[j] = vorrq_u8(vorrq_u8(lf, cr), e2);
		}
		mask[k] = bits_neon(x);
	}
}

#endif
