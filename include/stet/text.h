/*
 * text.h - a text as paragraphs and folded tokens
 *
 * Folding, per code point: compatibility decomposition and full case folding
 * (Unicode 15, by a committed table), marks kept and put in canonical order,
 * default-ignorable code points dropped, an apostrophe between letters dropped.
 * A token is
 *
 *	word	letters, marks and digits in a row
 *	han	one Han, Hiragana, Katakana or Bopomofo character with its marks
 *	cluster	one Thai, Lao, Khmer, Myanmar or Tibetan character with its marks
 *
 * and everything else separates tokens.  Lengths are measured in *weight*, 20 to
 * the word equivalent, so that they mean the same in every script.
 *
 * Byte offsets are half-open ranges of the text as given and never split a
 * character.  The exact rules, with the paragraph rules, stand in src/DESIGN.md
 * under "Text"; tests hold the table to utf8proc, and each kernel to the scalar.
 *
 * Pure: no I/O, no threads, no allocation but the recycled arrays of `out`.
 */
#ifndef STET_TEXT_H
#define STET_TEXT_H

#include "stet/mem.h"

#include <stdbool.h>

struct stet_isa;

enum stet_token_class { STET_WORD, STET_HAN, STET_CLUSTER };
#define STET_N_CLASSES 3

/* Weight of a token by class; STET_WORDS(n) is the weight of n word equivalents. */
#define STET_WEIGHT_WORD	20u
#define STET_WEIGHT_HAN		12u
#define STET_WEIGHT_CLUSTER	5u
#define STET_WORDS(n)		((uint32_t)(n) * STET_WEIGHT_WORD)

/* Bytes of a text.  One of up to 128 MiB can always be counted: U+FDFA weighs most by far. */
#define STET_MAX_TEXT		((size_t)1 << 30)
#define STET_MAX_WEIGHT_PER_BYTE 27u

struct stet_paragraph {
	uint32_t begin, end;	/* bytes, without the line end */
	uint32_t token;
	uint32_t n_tokens : 31;		/* its tokens, at least one */
	uint32_t is_links : 1;		/* at least half of them, once they are marked */
};

/* Arrays are owned here and recycled from text to text.  All zero bytes = empty. */
struct stet_tokens {
	size_t n;		/* tokens */
	uint64_t *hash;		/* of the folded bytes, well mixed */
	uint32_t *begin, *end;	/* bytes of the text */
	uint32_t *folded_at;	/* n + 1 offsets into `folded` */
	uint32_t *weight_at;	/* n + 1: total weight of the tokens before */
	uint8_t *class;		/* enum stet_token_class */
	char *folded;		/* the folded bytes, tokens without a gap, 64 readable behind */
	struct stet_paragraph *paragraphs;
	size_t n_paragraphs;
	struct stet_line *lines;	/* text's own, like the capacities */
	size_t cap, cap_folded, cap_paragraphs, cap_lines;
};

/*
 * Paragraphs and tokens of `text`: UTF-8 of at most STET_MAX_TEXT bytes, with 64
 * readable ones behind it; what is not UTF-8 separates tokens.  Every token is in
 * exactly one paragraph, in order; paragraphs without tokens are left out.  Byte
 * ranges of tokens ascend, and overlap only where one character gives several
 * tokens.  Refills *out.  False, and no token, where weights or folded bytes might be more
 * than 32 bits can count: texts of one-letter words, or of ideographs, near STET_MAX_TEXT.
 */
bool stet_tokenize(struct stet_span text, const struct stet_isa *isa, struct stet_tokens *out);
void stet_tokens_release(struct stet_tokens *t);

/*
 * Likewise, without looking for paragraphs: for who has them from before, and adds them in
 * order, the next `n` tokens each.
 */
bool stet_tokenize_alone(struct stet_span text, const struct stet_isa *isa,
			 struct stet_tokens *out);
void stet_tokens_add_paragraph(struct stet_tokens *t, uint32_t begin, uint32_t end, uint32_t n);

/* Mark the paragraphs at least half of whose tokens are in links: ascending, apart. */
void stet_mark_links(struct stet_tokens *t, const struct stet_range *links, size_t n);

/* A copy of *t in `mem`, no larger than need be; it is read only, and not to be released. */
struct stet_tokens stet_tokens_copy(const struct stet_tokens *t, struct stet_arena *mem);

/* Weight of the tokens from `first` up to, not including, `last`. */
static inline uint32_t stet_weight(const struct stet_tokens *t, size_t first, size_t last)
{
	return t->weight_at[last] - t->weight_at[first];
}

#endif
