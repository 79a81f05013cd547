/*
 * keys.c - postings in partitions
 *
 * A partition is a list of small blocks cut from large slabs: nothing is ever
 * moved as partitions grow, and the memory taken is the memory used.
 */
#include "stet/err.h"
#include "stet/store.h"

#include <stdlib.h>
#include <string.h>

#define BLOCK_POSTINGS 340		/* 4 KiB with its head */
#define SLAB_BLOCKS 256			/* 1 MiB */

struct block {
	struct block *next;
	uint32_t n;
	struct stet_posting v[BLOCK_POSTINGS];
};

struct slab {
	struct slab *older;
	struct block blocks[SLAB_BLOCKS];
};

struct partition {
	struct block *first, *last;
	uint64_t n;
};

struct stet_key_store {
	struct stet_budget *budget;
	struct slab *slabs;
	size_t n_blocks;		/* of the newest slab, in use */
	struct partition parts[STET_N_FAMILIES][STET_PARTITIONS];
	uint64_t n[STET_N_FAMILIES];
};

struct stet_key_store *stet_key_store_open(struct stet_budget *budget)
{
	struct stet_key_store *s = stet_calloc(1, sizeof(*s));

	s->budget = budget;
	return s;
}

void stet_key_store_close(struct stet_key_store *s)
{
	if (!s)
		return;
	while (s->slabs) {
		struct slab *older = s->slabs->older;

		free(s->slabs);
		s->slabs = older;
		stet_budget_give(s->budget, sizeof(*s->slabs));
	}
	free(s);
}

static int add_slab(struct stet_key_store *s, struct stet_err *err)
{
	struct slab *slab;

	if (stet_budget_take(s->budget, sizeof(*slab), "the keys", err) < 0)
		return err->code;
	slab = stet_calloc(1, sizeof(*slab));
	slab->older = s->slabs;
	s->slabs = slab;
	s->n_blocks = 0;
	return 0;
}

static int add_block(struct stet_key_store *s, struct partition *part, struct stet_err *err)
{
	struct block *b;

	if ((!s->slabs || s->n_blocks == SLAB_BLOCKS) && add_slab(s, err) < 0)
		return err->code;
	b = &s->slabs->blocks[s->n_blocks++];
	if (part->last)
		part->last->next = b;
	else
		part->first = b;
	part->last = b;
	return 0;
}

static int add_posting(struct stet_key_store *s, enum stet_key_family f, uint64_t key,
		       uint32_t document, struct stet_err *err)
{
	struct partition *part = &s->parts[f][key >> 56];
	struct block *b;

	if ((!part->last || part->last->n == BLOCK_POSTINGS) && add_block(s, part, err) < 0)
		return err->code;
	b = part->last;
	b->v[b->n++] = (struct stet_posting){ (uint32_t)(key >> 32), (uint32_t)key, document };
	part->n++;
	return 0;
}

int stet_key_store_add(struct stet_key_store *s, uint32_t document, const struct stet_keys *keys,
		       struct stet_err *err)
{
	for (int f = 0; f < STET_N_FAMILIES; f++) {
		for (size_t i = 0; i < keys->n[f]; i++)
			if (add_posting(s, f, keys->v[f][i], document, err) < 0)
				return err->code;
		s->n[f] += keys->n[f];
	}
	return 0;
}

uint64_t stet_key_store_count(const struct stet_key_store *s, enum stet_key_family f)
{
	return s->n[f];
}

void stet_key_store_load(const struct stet_key_store *s, enum stet_key_family f,
			 unsigned partition, struct stet_postings *out)
{
	const struct partition *part = &s->parts[f][partition];

	out->v = stet_grow(out->v, &out->cap, part->n, sizeof(*out->v));
	out->n = 0;
	for (const struct block *b = part->first; b; b = b->next) {
		memcpy(out->v + out->n, b->v, b->n * sizeof(*b->v));
		out->n += b->n;
	}
}
