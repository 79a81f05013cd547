/*
 * proofs.c - the set of compared pairs
 */
#include "stet/cluster.h"

#include <stdlib.h>
#include <string.h>

void stet_proofs_add(struct stet_proofs *p, const struct stet_proof *proof,
		     const struct stet_block *blocks)
{
	struct stet_proof *to;

	p->v = stet_grow(p->v, &p->cap, p->n + 1, sizeof(*p->v));
	to = &p->v[p->n++];
	*to = *proof;
	to->blocks = p->n_blocks;
	if (proof->n_blocks == 0)
		return;
	p->blocks = stet_grow(p->blocks, &p->cap_blocks, p->n_blocks + proof->n_blocks,
			      sizeof(*p->blocks));
	memcpy(p->blocks + p->n_blocks, blocks, proof->n_blocks * sizeof(*blocks));
	p->n_blocks += proof->n_blocks;
}

static int compare(const void *a, const void *b)
{
	const struct stet_proof *x = a, *y = b;

	if (x->stands != y->stands)
		return x->stands < y->stands ? -1 : 1;
	return (x->copy > y->copy) - (x->copy < y->copy);
}

void stet_proofs_sort(struct stet_proofs *p)
{
	if (p->n > 1)
		qsort(p->v, p->n, sizeof(*p->v), compare);
}

const struct stet_proof *stet_proofs_find(const struct stet_proofs *p, uint32_t stands,
					  uint32_t copy)
{
	const struct stet_proof key = { .stands = stands, .copy = copy };

	return p->n > 0 ? bsearch(&key, p->v, p->n, sizeof(*p->v), compare) : NULL;
}

const struct stet_proof *stet_proofs_from(const struct stet_proofs *p, uint32_t stands)
{
	size_t low = 0, high = p->n;

	while (low < high) {
		const size_t mid = low + (high - low) / 2;

		if (p->v[mid].stands < stands)
			low = mid + 1;
		else
			high = mid;
	}
	return p->n > 0 ? p->v + low : NULL;
}

uint64_t stet_proofs_bytes(const struct stet_proofs *p)
{
	return p->n * sizeof(*p->v) + p->n_blocks * sizeof(*p->blocks);
}

void stet_proofs_release(struct stet_proofs *p)
{
	free(p->v);
	free(p->blocks);
	*p = (struct stet_proofs){ 0 };
}
