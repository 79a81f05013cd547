/*
 * jaccard.c - the Jaccard similarity of the shingles of a pair
 *
 * By hash tables: sorting the shingles took half the time of a whole scan.  Those
 * of S are kept from copy to copy.
 */
#include "runs.h"

static void set_clear(struct value_set *set, size_t n)
{
	set->size = 16;
	while (set->size < 2 * n)
		set->size *= 2;
	set->v = set->mem ? stet_arena_alloc(set->mem, set->size * sizeof(*set->v))
			  : stet_grow(set->v, &set->cap, set->size, sizeof(*set->v));
	memset(set->v, 0, set->size * sizeof(*set->v));
}

/* The slot of a value: where it is, or the free one where it goes. */
static uint64_t *set_slot(const struct value_set *set, uint64_t value)
{
	size_t slot = value & (set->size - 1);

	while (set->v[slot] != 0 && set->v[slot] != value)
		slot = (slot + 1) & (set->size - 1);
	return &set->v[slot];
}

/* The shingles of `t` into a->shingles, none of them 0. */
static size_t shingles(struct stet_aligner *a, const struct stet_tokens *t)
{
	size_t n;

	a->shingles = stet_grow(a->shingles, &a->cap_shingles, t->n, sizeof(*a->shingles));
	n = stet_shingles(t->hash, t->class, t->n, &a->o.jaccard, a->shingles);
	for (size_t i = 0; i < n; i++)
		a->shingles[i] += a->shingles[i] == 0;
	return n;
}

/* Put the shingles of a text into its set; the number of distinct ones. */
static uint32_t fill(struct stet_aligner *a, const struct stet_tokens *t, struct value_set *set,
		     const struct value_set *other, uint32_t *common)
{
	const size_t n = shingles(a, t);
	uint32_t distinct = 0;

	set_clear(set, n);
	for (size_t i = 0; i < n; i++) {
		uint64_t *slot = set_slot(set, a->shingles[i]);

		if (*slot != 0)
			continue;
		*slot = a->shingles[i];
		distinct++;
		if (other)
			*common += *set_slot(other, *slot) != 0;
	}
	return distinct;
}

void stet_align_jaccard(struct stet_aligner *a, const struct stet_side *c, struct stet_measures *m)
{
	struct stet_index *x = a->index;
	uint32_t n_c;

	if (x->shingles.size == 0)
		x->n_shingles = fill(a, a->s.tokens, &x->shingles, NULL, NULL);
	m->shingles_common = 0;
	n_c = fill(a, c->tokens, &a->c_shingles, &x->shingles, &m->shingles_common);
	m->shingles_all = x->n_shingles + n_c - m->shingles_common;
}
