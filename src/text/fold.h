/*
 * fold.h - one run of text, by code points, to tokens
 */
#ifndef STET_FOLD_H
#define STET_FOLD_H

#include "stet/text.h"

/* Room that a slice of a run needs at most; before each, that much is made. */
#define FOLD_SLICE 256u
#define FOLD_SLICE_TOKENS 1024u
#define FOLD_SLICE_BYTES 4096u

/* Folded bytes of a byte of text, at most. */
#define STET_FOLD_MAX_GROWTH 11u

/*
 * Append the tokens of text[begin, end): a run without ASCII separators, with
 * one (or the text's edge) on either side, so that nothing in it depends on what
 * stands around it.  Sets all but `hash` and `weight_at`; `folded_at[n]` is the
 * end of the folded bytes, before and after.  There must be room for one slice.
 */
void stet_fold_run(struct stet_tokens *t, const char *text, uint32_t begin, uint32_t end);

/* Make room for `tokens` and `bytes` more, and for what the arrays promise behind them. */
void stet_tokens_reserve(struct stet_tokens *t, size_t tokens, size_t bytes);

/*
 * The code point at `p`, which is not ASCII, and its length into *len; at most
 * `left` bytes, but four may be read.  What is not well formed (Unicode, table
 * 3-7) is U+FFFD of one byte.
 */
uint32_t stet_decode(const char *p, uint32_t left, uint32_t *len);

/* What code point `cp` folds to, into `out`, and how many; for tests. */
#define STET_FOLD_MOST 32
size_t stet_fold_code_point(uint32_t cp, uint32_t out[STET_FOLD_MOST]);

#endif
