/*
 * paragraphs.h - tokens to paragraphs
 */
#ifndef STET_PARAGRAPHS_H
#define STET_PARAGRAPHS_H

#include "text_kernels.h"
#include "stet/text.h"

/* Fill in the paragraphs of `t`, which holds the tokens of `text`. */
void stet_paragraphs(struct stet_span text, const struct stet_text_kernels *k,
		     struct stet_tokens *t);

#endif
