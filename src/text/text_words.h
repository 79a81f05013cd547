/*
 * text_words.h - the loop over words, for kernels to be compiled from
 */
#ifndef STET_TEXT_WORDS_H
#define STET_TEXT_WORDS_H

#include "stet/text.h"
#include "text_kernels.h"
#include "token_hash.h"

#define KERNEL static inline __attribute__((always_inline))

/* to[i] = add + from[i]; up to 7 more. */
KERNEL void copy_places(uint32_t *restrict to, const uint32_t *restrict from, size_t n,
			uint32_t add)
{
	for (size_t i = 0; i < n; i += 8)
		for (size_t j = 0; j < 8; j++)
			to[i + j] = add + from[i + j];
}

/* The weights of `n` words from `before` on; up to 7 more. */
KERNEL void weigh_words(uint32_t *weight_at, size_t n, uint32_t before)
{
	for (size_t i = 0; i < n; i += 8)
		for (size_t j = 0; j < 8; j++)
			weight_at[i + j] = before + (uint32_t)(i + j + 1) * STET_WEIGHT_WORD;
}

KERNEL size_t take_words(const struct text_words *w, struct stet_tokens *t)
{
	const uint32_t *begin = w->begin, *end = w->end;
	const char *text = w->text;
	char *folded = t->folded;
	uint32_t *folded_at = t->folded_at + t->n, to = *folded_at++;
	uint64_t *hash = t->hash + t->n;
	const size_t n = w->n;
	const uint32_t stop = w->stop;
	size_t i;

	for (i = 0; i < n; i++) {
		const char *p = text + begin[i];
		const uint32_t len = end[i] - begin[i];

		if (len > SHORT_TOKEN || end[i] == stop)
			break;
		memcpy(folded + to, p, SHORT_TOKEN);
		to += len;
		hash[i] = short_hash(load_le64(p), load_le64(p + 8), len);
		folded_at[i] = to;
	}
	copy_places(t->begin + t->n, begin, i, w->at);
	copy_places(t->end + t->n, end, i, w->at);
	weigh_words(t->weight_at + t->n + 1, i, t->weight_at[t->n]);
	return i;
}

#undef KERNEL

#endif
