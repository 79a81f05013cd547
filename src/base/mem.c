/*
 * mem.c - allocation that cannot fail, arenas, and the memory budget
 */
#include "stet/mem.h"
#include "stet/err.h"

#include <inttypes.h>
#include <malloc.h>
#include <stdatomic.h>
#include <stdalign.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MIB ((uint64_t)1 << 20)

/* Small enough for a test to cross often, large enough that nobody else does. */
#ifndef STET_ARENA_CHUNK
#define STET_ARENA_CHUNK ((size_t)1 << 20)
#endif

struct stet_chunk {
	struct stet_chunk *older;
	size_t size;
	alignas(max_align_t) char bytes[];
};

static void out_of_memory(size_t n, size_t size)
{
	fprintf(stderr, "stet: out of memory (%zu x %zu bytes)\n", n, size);
	exit(1);
}

int stet_span_compare(struct stet_span a, struct stet_span b)
{
	const size_t n = a.len < b.len ? a.len : b.len;
	const int c = n > 0 ? memcmp(a.p, b.p, n) : 0;

	return c != 0 ? c : (a.len > b.len) - (a.len < b.len);
}

void *stet_calloc(size_t n, size_t size)
{
	void *p = calloc(n ? n : 1, size ? size : 1);

	if (!p)
		out_of_memory(n, size);
	return p;
}

void *stet_grow(void *array, size_t *cap, size_t need, size_t size)
{
	size_t n = *cap ? *cap : 16;
	void *p;

	if (need <= *cap && array)
		return array;
	while (n < need)
		n = n > SIZE_MAX / 2 ? need : n * 2;
	if (n > SIZE_MAX / size || !(p = realloc(array, n * size))) {
		out_of_memory(n, size);
		abort();	/* not reached; tells the analyser so */
	}
	*cap = n;
	return p;
}

void stet_keep_freed_memory(void)
{
#ifdef __GLIBC__
	/* The most that glibc takes for the first; for the others, as good as for ever. */
	mallopt(M_MMAP_THRESHOLD, 32 << 20);
	mallopt(M_TRIM_THRESHOLD, 1 << 30);
	mallopt(M_TOP_PAD, 16 << 20);
#endif
}

static void use(struct stet_arena *a, struct stet_chunk *c)
{
	a->chunks = c;
	a->next = c->bytes;
	a->end = c->bytes + c->size;
}

/* The first spare chunk that is large enough, taken out; NULL if there is none. */
static struct stet_chunk *take_spare(struct stet_arena *a, size_t size)
{
	for (struct stet_chunk **at = &a->spare; *at; at = &(*at)->older) {
		struct stet_chunk *c = *at;

		if (c->size < size)
			continue;
		*at = c->older;
		return c;
	}
	return NULL;
}

/* An eighth more than is wanted, so that a chunk serves again when that is a little more. */
static struct stet_chunk *make_chunk(size_t size)
{
	const size_t more = size + size / 8;
	const size_t n = more > STET_ARENA_CHUNK ? more : STET_ARENA_CHUNK;
	struct stet_chunk *c;

	if (more < size || n > SIZE_MAX - sizeof(*c) || !(c = malloc(sizeof(*c) + n))) {
		out_of_memory(1, size);
		abort();
	}
	c->size = n;
	return c;
}

static void add_chunk(struct stet_arena *a, size_t size)
{
	struct stet_chunk *c = take_spare(a, size);

	if (!c) {
		free(take_spare(a, 0));	/* in its place, or ever larger wants would leave a tail */
		c = make_chunk(size);
	}
	c->older = a->chunks;
	use(a, c);
}

void *stet_arena_alloc(struct stet_arena *a, size_t size)
{
	const size_t align = alignof(max_align_t);
	const size_t room = (size + align - 1) & ~(align - 1);
	char *p;

	if (room < size)
		out_of_memory(1, size);
	if (!a->chunks || room > (size_t)(a->end - a->next))
		add_chunk(a, room);
	p = a->next;
	a->next += room;
	return p;
}

struct stet_span stet_arena_copy(struct stet_arena *a, struct stet_span text)
{
	char *p = stet_arena_alloc(a, text.len + 1);

	if (text.len > 0)
		memcpy(p, text.p, text.len);
	p[text.len] = '\0';
	return (struct stet_span){ p, text.len };
}

static void free_chunks(struct stet_chunk *c)
{
	while (c) {
		struct stet_chunk *older = c->older;

		free(c);
		c = older;
	}
}

/* What was allocated in one order comes again in the same, so the oldest chunk is used first. */
void stet_arena_reset(struct stet_arena *a)
{
	while (a->chunks) {
		struct stet_chunk *c = a->chunks;

		a->chunks = c->older;
		c->older = a->spare;
		a->spare = c;
	}
	a->next = a->end = NULL;
}

void stet_arena_release(struct stet_arena *a)
{
	free_chunks(a->chunks);
	free_chunks(a->spare);
	*a = (struct stet_arena){ 0 };
}

static size_t bytes_of(const struct stet_chunk *c)
{
	size_t total = 0;

	for (; c; c = c->older)
		total += c->size;
	return total;
}

size_t stet_arena_bytes(const struct stet_arena *a)
{
	return bytes_of(a->chunks) + bytes_of(a->spare);
}

int stet_budget_take(struct stet_budget *b, uint64_t bytes, const char *what, struct stet_err *err)
{
	const uint64_t used = atomic_fetch_add(&b->used, bytes) + bytes;

	if (used <= b->limit)
		return 0;
	atomic_fetch_sub(&b->used, bytes);
	return stet_fail(err, STET_ELIMIT,
			 "%s do not fit --memory: at least %" PRIu64 "M is needed, "
			 "%" PRIu64 "M was given", what, used / MIB + 1, b->limit / MIB);
}

void stet_budget_give(struct stet_budget *b, uint64_t bytes)
{
	atomic_fetch_sub(&b->used, bytes);
}
