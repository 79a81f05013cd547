/*
 * oracle.h - texts as numbered tokens, for the oracle alone
 */
#ifndef ORACLE_H
#define ORACLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { WORD, HAN, CLUSTER };

struct token {
	size_t at, n;		/* its folded code points */
	size_t byte;		/* where it begins in the text */
	uint32_t id;		/* equal for equal tokens of both texts */
	uint8_t class;
};

struct text {
	int32_t *folded;
	size_t n_folded, cap_folded;
	struct token *token;
	size_t n, cap;
	uint32_t *weight_at;	/* n + 1 */
	bool *taken;		/* by a tile, then also matched in a gap */
	bool *plain;		/* no boilerplate */
};

/* The tokens of `len` bytes into *t, which is all zero. */
void oracle_tokenize(const uint8_t *p, size_t len, struct text *t);
void oracle_release(struct text *t);

/* Number the tokens of both texts. */
void oracle_number_tokens(struct text *c, struct text *s);

/* Room for one more than `n`, doubling; zeroed memory for `n` and one more.  Or abort. */
void *oracle_grow(void *p, size_t n, size_t *cap, size_t each);
void *oracle_zeroed(size_t n, size_t each);

#endif
