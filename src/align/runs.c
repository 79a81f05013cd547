/*
 * runs.c - all maximal runs of equal tokens of a pair
 *
 * The *seed* at a token is the shortest run from there that weighs min_run.
 * Every run holds the seed of its first token, so the seeds of S are chained by hash,
 * and a run begins at each equal seed whose tokens before differ.
 */
#include "runs.h"
#include "stet/hash.h"

#include <string.h>

#define NONE UINT32_MAX

/* Tokens of the seed at `i`, 0 where the text ends before it weighs enough. */
static uint32_t seed_len(const struct stet_tokens *t, size_t i, uint32_t min_run)
{
	size_t end = i;

	while (end < t->n && stet_weight(t, i, end) < min_run)
		end++;
	return stet_weight(t, i, end) >= min_run ? (uint32_t)(end - i) : 0;
}

static uint64_t seed_hash(const uint32_t *ids, uint32_t len)
{
	uint64_t h = len;

	for (uint32_t i = 0; i < len; i++)
		h = (h ^ ids[i]) * 0x9e3779b97f4a7c15u;
	return stet_mix64(h);
}

/* Chains of places in S by seed; each chain ascends. */
static size_t chain_seeds(struct stet_aligner *a, const struct stet_tokens *s)
{
	size_t size = 16;

	while (size < 2 * s->n)
		size *= 2;
	a->table = stet_grow(a->table, &a->cap_table, size, sizeof(*a->table));
	a->next = stet_grow(a->next, &a->cap_next, s->n, sizeof(*a->next));
	memset(a->table, 0xff, size * sizeof(*a->table));
	for (size_t i = s->n; i-- > 0; ) {
		const uint32_t len = seed_len(s, i, a->o.min_run);
		const size_t slot = seed_hash(a->s.v + i, len) & (size - 1);

		if (len == 0)
			continue;
		a->next[i] = a->table[slot];
		a->table[slot] = (uint32_t)i;
	}
	return size - 1;
}

static uint32_t run_len(const struct stet_aligner *a, size_t i, size_t j)
{
	size_t n = 0;

	while (i + n < a->c.n && j + n < a->s.n && a->c.v[i + n] == a->s.v[j + n])
		n++;
	return (uint32_t)n;
}

static void add_run(struct stet_aligner *a, const struct stet_tokens *c, uint32_t i, uint32_t j)
{
	const uint32_t n = run_len(a, i, j);
	const uint32_t weight = stet_weight(c, i, i + n);

	if (weight < a->o.min_run)
		return;			/* another seed with the same hash */
	a->heap.v = stet_grow(a->heap.v, &a->heap.cap, a->heap.n + 1, sizeof(*a->heap.v));
	a->heap.v[a->heap.n++] = (struct run){ i, j, n, weight };
}

static void runs_from(struct stet_aligner *a, const struct stet_tokens *c, uint32_t i,
		      uint32_t head, bool self)
{
	uint32_t places = 0;

	for (uint32_t j = head; j != NONE; j = a->next[j]) {
		if (self && j >= i)
			break;
		if (a->c.v[i] != a->s.v[j])
			continue;
		if (++places > a->o.max_places) {
			a->capped++;
			break;
		}
		if (i == 0 || j == 0 || a->c.v[i - 1] != a->s.v[j - 1])
			add_run(a, c, i, j);
	}
}

void stet_align_find_runs(struct stet_aligner *a, const struct stet_tokens *c, const struct stet_tokens *s,
	       bool self)
{
	const size_t mask = chain_seeds(a, s);

	a->heap.n = 0;
	for (size_t i = 0; i < c->n; i++) {
		const uint32_t len = seed_len(c, i, a->o.min_run);

		if (len > 0)
			runs_from(a, c, (uint32_t)i, a->table[seed_hash(a->c.v + i, len) & mask],
				  self);
	}
}
