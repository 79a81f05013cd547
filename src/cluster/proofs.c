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

static size_t sorted_part(const struct stet_proofs *p)
{
	size_t n = p->n > 0;

	while (n < p->n && compare(&p->v[n - 1], &p->v[n]) <= 0)
		n++;
	return n;
}

/*
 * Proofs come sorted, and some more again later: those are sorted by themselves and merged
 * in from the end, so that only they need room.
 */
void stet_proofs_sort(struct stet_proofs *p)
{
	size_t n = sorted_part(p), n_more = p->n - n, to = p->n;
	struct stet_proof *more;

	if (n_more == 0)
		return;
	qsort(p->v + n, n_more, sizeof(*p->v), compare);
	more = stet_calloc(n_more, sizeof(*more));
	memcpy(more, p->v + n, n_more * sizeof(*more));
	while (n_more > 0)
		p->v[--to] = n > 0 && compare(&p->v[n - 1], &more[n_more - 1]) > 0 ?
			p->v[--n] : more[--n_more];
	free(more);
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
