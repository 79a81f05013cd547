/*
 * jaccard.c - the Jaccard similarity of the shingles of a pair
 *
 * By hash tables: sorting the shingles took half the time of a whole scan.  The distinct
 * ones of each text are kept from pair to pair.
 */
#include "runs.h"

/* The slot of a value: where it is, or the free one where it goes. */
static uint64_t *set_slot(const struct value_set *set, uint64_t value)
{
	size_t slot = value & (set->size - 1);

	while (set->v[slot] != 0 && set->v[slot] != value)
		slot = (slot + 1) & (set->size - 1);
	return &set->v[slot];
}

static void set_clear(struct value_set *set, size_t n, struct stet_arena *mem)
{
	set->size = 16;
	while (set->size < 2 * n)
		set->size *= 2;
	set->v = stet_arena_alloc(mem, set->size * sizeof(*set->v));
	memset(set->v, 0, set->size * sizeof(*set->v));
}

/* The distinct shingles of a text, none of them 0. */
static void find_distinct(struct stet_aligner *a, struct stet_index *x)
{
	const struct stet_tokens *t = x->side.tokens;
	size_t n;

	if (x->shingles.size > 0)
		return;
	a->shingles = stet_grow(a->shingles, &a->cap_shingles, t->n, sizeof(*a->shingles));
	n = stet_shingles(a->o.isa, t->hash, t->class, t->n, &a->o.jaccard, a->shingles);
	set_clear(&x->shingles, n, x->mem);
	x->distinct = stet_arena_alloc(x->mem, n * sizeof(*x->distinct));
	for (size_t i = 0; i < n; i++) {
		const uint64_t shingle = a->shingles[i] + (a->shingles[i] == 0);
		uint64_t *slot = set_slot(&x->shingles, shingle);

		if (*slot == 0)
			x->distinct[x->n_distinct++] = shingle;
		*slot = shingle;
	}
}

void stet_align_jaccard(struct stet_aligner *a, struct stet_measures *m)
{
	struct stet_index *x = a->index, *y = a->copy;

	find_distinct(a, x);
	find_distinct(a, y);
	m->shingles_common = 0;
	for (uint32_t i = 0; i < y->n_distinct; i++)
		m->shingles_common += *set_slot(&x->shingles, y->distinct[i]) != 0;
	m->shingles_all = x->n_distinct + y->n_distinct - m->shingles_common;
}
