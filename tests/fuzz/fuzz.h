/*
 * fuzz.h - what the targets share
 *
 * A target is a file that defines LLVMFuzzerTestOneInput and nothing else that is
 * external.  Its laws abort, so that the fuzzer and replay.c both see them break.
 */
#ifndef FUZZ_H
#define FUZZ_H

#include "stet/mem.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static inline void fuzz_law(bool holds, const char *file, int line, const char *claim)
{
	if (holds)
		return;
	fprintf(stderr, "%s:%d: broken law: %s\n", file, line, claim);
	abort();
}
#define LAW(claim) fuzz_law(claim, __FILE__, __LINE__, #claim)

/* What is left of an input; bytes are taken from its beginning, and 0 behind its end. */
struct fuzz_input {
	const uint8_t *p;
	size_t n;
};

static inline uint8_t fuzz_take(struct fuzz_input *in)
{
	if (in->n == 0)
		return 0;
	in->n--;
	return *in->p++;
}

/*
 * The rest of the input as a text: in memory of its own, with the 64 readable bytes behind
 * it that contracts ask for and not one more, so that the sanitizer sees a read too far.
 */
static inline struct stet_span fuzz_rest(const struct fuzz_input *in)
{
	char *p = stet_calloc(in->n + 64, 1);

	if (in->n > 0)
		memcpy(p, in->p, in->n);
	return (struct stet_span){ p, in->n };
}

static inline void fuzz_free(struct stet_span text)
{
	free((void *)(uintptr_t)text.p);
}

#endif
