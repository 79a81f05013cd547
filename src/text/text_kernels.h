/*
 * text_kernels.h - bytes to bit masks, the part of tokenizing that has vector code
 *
 * Bit i of word k stands for byte 64 * k + i.  All kernels read whole blocks.
 */
#ifndef STET_TEXT_KERNELS_H
#define STET_TEXT_KERNELS_H

#include <stddef.h>
#include <stdint.h>

struct stet_isa;
struct stet_tokens;

#define TEXT_BLOCK 64		/* bytes per mask */
#define TEXT_CHUNK_BLOCKS 64	/* blocks per call at most */

struct stet_text_masks {
	uint64_t run[TEXT_CHUNK_BLOCKS];	/* not an ASCII separator */
	uint64_t odd[TEXT_CHUNK_BLOCKS];	/* of those, not an ASCII letter or digit */
	uint64_t e2[TEXT_CHUNK_BLOCKS];		/* E2, which most typographic signs begin with */
	/* The bytes with ASCII letters in lower case, and room to read on. */
	char lower[TEXT_CHUNK_BLOCKS * TEXT_BLOCK + TEXT_BLOCK];
};

/* Runs of ASCII letters and digits. */
struct text_words {
	const char *text;	/* in lower case, 16 readable behind the last */
	const uint32_t *begin, *end;
	size_t n;
	uint32_t stop;		/* the run that ends here is none */
	uint32_t at;		/* where text[0] is in the whole text */
};

struct stet_text_kernels {
	void (*classify)(const char *p, size_t n_blocks, struct stet_text_masks *m);
	/* The numbers of those bits that are set; room for 12 more is needed. */
	size_t (*list)(const uint64_t *bits, size_t n_blocks, uint32_t *out);
	/*
	 * Append the words up to a long one to *t, all but `class` and `n`; how many.  There
	 * must be room for 7 more.
	 */
	size_t (*take_words)(const struct text_words *w, struct stet_tokens *t);
	/* Bytes that may begin a line end: LF, CR, and E2 (of U+2028 and U+2029). */
	void (*line_ends)(const char *p, size_t n_blocks, uint64_t *mask);
};

const struct stet_text_kernels *stet_text_kernels_of(const struct stet_isa *isa);

/* The first `n` bits, n at most 64. */
static inline uint64_t low_bits(size_t n)
{
	return n < 64 ? ((uint64_t)1 << n) - 1 : ~(uint64_t)0;
}

#endif
