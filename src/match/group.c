/*
 * group.c - groups the postings of a partition by key
 *
 * One pass through a hash table twice the size of the partition, which fits the
 * cache where partitions are small: an order of magnitude less than a sort.
 */
#include "group.h"

#include <stdlib.h>
#include <string.h>

/* The table slot of posting i: the one that holds its key, or the free one where it goes. */
static size_t slot_of(const struct stet_postings *p, const uint32_t *table, size_t mask, size_t i)
{
	const uint64_t key = stet_posting_key(&p->v[i]);
	size_t slot = (key ^ key >> 29) & mask;	/* the highest bits are the partition's */

	while (table[slot] != STET_GROUP_END && stet_posting_key(&p->v[table[slot]]) != key)
		slot = (slot + 1) & mask;
	return slot;
}

static void prepare(const struct stet_postings *p, struct stet_groups *g, size_t size)
{
	g->table = stet_grow(g->table, &g->cap_table, size, sizeof(*g->table));
	g->next = stet_grow(g->next, &g->cap_next, p->n, sizeof(*g->next));
	memset(g->table, 0xff, size * sizeof(*g->table));
	g->n = 0;
}

static void add_bucket(struct stet_groups *g, size_t slot)
{
	g->first = stet_grow(g->first, &g->cap, g->n + 1, sizeof(*g->first));
	g->first[g->n++] = (uint32_t)slot;
}

/* A bucket is known by its slot until all postings are in. */
void stet_group(const struct stet_postings *p, struct stet_groups *g)
{
	size_t size = 16;

	while (size < 2 * p->n)
		size *= 2;
	prepare(p, g, size);
	for (size_t i = 0; i < p->n; i++) {
		const size_t slot = slot_of(p, g->table, size - 1, i);
		const uint32_t head = g->table[slot];

		if (head != STET_GROUP_END && g->next[head] == STET_GROUP_END)
			add_bucket(g, slot);
		g->next[i] = head;
		g->table[slot] = (uint32_t)i;
	}
	for (size_t i = 0; i < g->n; i++)
		g->first[i] = g->table[g->first[i]];
}

void stet_groups_release(struct stet_groups *g)
{
	free(g->first);
	free(g->next);
	free(g->table);
	*g = (struct stet_groups){ 0 };
}

#define DIGIT_BITS 8u
#define DIGITS (1u << DIGIT_BITS)
#define FEW 64			/* are sorted by insertion */

static void insert(uint32_t *v, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		const uint32_t x = v[i];
		size_t k = i;

		for (; k > 0 && v[k - 1] > x; k--)
			v[k] = v[k - 1];
		v[k] = x;
	}
}

/* One pass of a radix sort. */
static void sort_by_digit(const uint32_t *from, uint32_t *to, size_t n, unsigned shift)
{
	size_t at[DIGITS] = { 0 }, sum = 0;

	for (size_t i = 0; i < n; i++)
		at[from[i] >> shift & (DIGITS - 1)]++;
	for (unsigned d = 0; d < DIGITS; d++) {
		const size_t count = at[d];

		at[d] = sum;
		sum += count;
	}
	for (size_t i = 0; i < n; i++)
		to[at[from[i] >> shift & (DIGITS - 1)]++] = from[i];
}

void stet_ranks_sort(uint32_t *ranks, size_t n)
{
	uint32_t *spare;

	if (n < FEW) {
		insert(ranks, n);
		return;
	}
	spare = stet_calloc(n, sizeof(*spare));
	for (unsigned shift = 0; shift < 32; shift += 2 * DIGIT_BITS) {
		sort_by_digit(ranks, spare, n, shift);
		sort_by_digit(spare, ranks, n, shift + DIGIT_BITS);
	}
	free(spare);
}
