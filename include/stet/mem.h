/*
 * mem.h - allocation that cannot fail, arenas, spans, and the memory budget
 *
 * A batch program that is out of memory has one sensible answer, so these end
 * the process (exit status 1) instead of returning NULL.  Sizes that come from
 * input are checked against a limit first, by whoever read them.
 *
 * Arenas and growing arrays belong to one thread at a time; a budget may be
 * shared by any number of threads.
 */
#ifndef STET_MEM_H
#define STET_MEM_H

#include <stddef.h>
#include <stdint.h>

struct stet_err;

/* A piece of text owned by someone else, not NUL-terminated. */
struct stet_span {
	const char *p;
	size_t len;
};

/* By bytes, and what another begins with before it: negative, 0 where equal, or positive. */
int stet_span_compare(struct stet_span a, struct stet_span b);

/* Half-open bytes of a text. */
struct stet_range {
	uint32_t begin, end;
};

void *stet_calloc(size_t n, size_t size)
	__attribute__((malloc, returns_nonnull, warn_unused_result));

/*
 * Make `array` (NULL, or from here) hold at least `need` elements of `size`
 * bytes; *cap is its capacity in elements, doubled as it grows.  Returns the
 * array, perhaps moved; what it held is kept, what is new is not cleared.
 */
void *stet_grow(void *array, size_t *cap, size_t need, size_t size)
	__attribute__((returns_nonnull, warn_unused_result));

/*
 * From now on memory that is freed stays with the process, to be used again: pages that go
 * and come back cost more than what is done with them.  Before any thread is made.
 */
void stet_keep_freed_memory(void);

/* Memory that is freed all at once.  All zero bytes = empty and ready. */
struct stet_arena {
	struct stet_chunk *chunks;	/* in use, newest first */
	struct stet_chunk *spare;	/* from before the last reset, oldest first */
	char *next, *end;		/* free part of the newest */
};

/* `size` bytes, aligned for any type, not cleared; valid until reset or release. */
void *stet_arena_alloc(struct stet_arena *a, size_t size);

/* A copy of `text` in the arena, with a NUL behind it that is not counted. */
struct stet_span stet_arena_copy(struct stet_arena *a, struct stet_span text);

/* Forget everything, keep the memory: a recycled arena settles on what it needs. */
void stet_arena_reset(struct stet_arena *a);
void stet_arena_release(struct stet_arena *a);	/* back to all zero bytes */
size_t stet_arena_bytes(const struct stet_arena *a);	/* held, used or not */

/*
 * What the long-lived structures of a run may hold together, in bytes.  Whoever
 * grows one takes the bytes first and gives them back when they are freed.
 */
struct stet_budget {
	uint64_t limit;
	_Atomic uint64_t used;
	const char *tmp;	/* directory for what does not fit; borrowed */
};

/*
 * Take `bytes` for `what`.  Fails with STET_ELIMIT when that is more than is
 * left; the message names the thing and the --memory that would have held it.
 */
int stet_budget_take(struct stet_budget *b, uint64_t bytes, const char *what, struct stet_err *err);
void stet_budget_give(struct stet_budget *b, uint64_t bytes);

#endif
