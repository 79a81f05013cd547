/*
 * intern.c - tokens to small numbers, by their folded bytes
 *
 * This is where equality is decided: hashes find a candidate, bytes confirm it.
 * From here on the alignment compares numbers, and what it says is exact.
 */
#include "runs.h"

#include <string.h>

#define FREE UINT32_MAX


static size_t len_of(const struct stet_tokens *t, size_t i)
{
	return t->folded_at[i + 1] - t->folded_at[i];
}

static bool equal(const struct stet_tokens *a, size_t i, const struct stet_tokens *b, size_t j)
{
	const size_t len = len_of(a, i);

	return a->hash[i] == b->hash[j] && len == len_of(b, j) &&
	       memcmp(a->folded + a->folded_at[i], b->folded + b->folded_at[j], len) == 0;
}

/* The slot of token i of `t` in a table of places in S. */
static size_t slot_of(const uint32_t *table, size_t mask, const struct stet_tokens *s,
		      const struct stet_tokens *t, size_t i)
{
	size_t slot = t->hash[i] & mask;

	while (table[slot] != FREE && !equal(t, i, s, table[slot]))
		slot = (slot + 1) & mask;
	return slot;
}

static uint32_t *room(struct ids *ids, size_t n)
{
	ids->v = stet_grow(ids->v, &ids->cap, n, sizeof(*ids->v));
	ids->n = n;
	return ids->v;
}

/* The id of a token is its first place in S; what is not in S has an id of its own. */
void stet_align_intern(struct stet_aligner *a, const struct stet_tokens *c, const struct stet_tokens *s)
{
	size_t size = 16;

	while (size < 2 * s->n)
		size *= 2;
	a->table = stet_grow(a->table, &a->cap_table, size, sizeof(*a->table));
	memset(a->table, 0xff, size * sizeof(*a->table));
	room(&a->s, s->n);
	room(&a->c, c->n);
	for (size_t i = 0; i < s->n; i++) {
		const size_t slot = slot_of(a->table, size - 1, s, s, i);

		if (a->table[slot] == FREE)
			a->table[slot] = (uint32_t)i;
		a->s.v[i] = a->table[slot];
	}
	for (size_t i = 0; i < c->n; i++) {
		const uint32_t place = a->table[slot_of(a->table, size - 1, s, c, i)];

		a->c.v[i] = place != FREE ? place : (uint32_t)(s->n + i);
	}
}
