/*
 * links.c - which documents make a cluster, and which clusters are part of others
 *
 * A copy was compared with the document that stands for it, and the proofs are
 * sorted by that one: its members are a walk over its proofs and need no list.
 */
#include "parts.h"

#include <stdlib.h>

static void add_link(struct stet_report *r, uint32_t from, uint32_t to)
{
	r->links = stet_grow(r->links, &r->cap_links, r->n_links + 1, sizeof(*r->links));
	r->links[r->n_links++] = (uint64_t)from << 32 | to;
}

static int compare_links(const void *a, const void *b)
{
	const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

void stet_links_collect(struct stet_report *r)
{
	const struct stet_proofs *p = r->f->proofs;
	const uint32_t *stands = r->f->clusters->stands;

	for (size_t i = 0; i < p->n; i++) {
		const struct stet_proof *q = &p->v[i];

		if (q->verdict != STET_EXTENDED || stands[q->stands] != q->stands ||
		    stands[q->copy] != q->copy)
			continue;
		add_link(r, q->stands, q->copy);
		add_link(r, q->copy, q->stands);
	}
	if (r->n_links > 1)
		qsort(r->links, r->n_links, sizeof(*r->links), compare_links);
}

const uint64_t *stet_links_of(const struct stet_report *r, uint32_t rank, const uint64_t **end)
{
	size_t low = 0, high = r->n_links;

	if (r->n_links == 0)
		return *end = NULL;
	while (low < high) {
		const size_t mid = low + (high - low) / 2;

		if (r->links[mid] >> 32 < rank)
			low = mid + 1;
		else
			high = mid;
	}
	while (high < r->n_links && r->links[high] >> 32 == rank)
		high++;
	*end = r->links + high;
	return r->links + low;
}

/* The first proof of a copy from `q` on among those of `rank`. */
static const struct stet_proof *find_copy(const struct stet_findings *f,
					  const struct stet_proof *q, uint32_t rank)
{
	const struct stet_proof *end = f->proofs->v + f->proofs->n;

	for (; q < end && q->stands == rank; q++)
		if (stet_is_member(f->clusters, q))
			return q;
	return NULL;
}

const struct stet_proof *stet_first_copy(const struct stet_findings *f, uint32_t rank)
{
	if (f->proofs->n == 0 || f->clusters->stands[rank] != rank)
		return NULL;
	return find_copy(f, stet_proofs_from(f->proofs, rank), rank);
}

const struct stet_proof *stet_next_copy(const struct stet_findings *f, const struct stet_proof *q)
{
	return find_copy(f, q + 1, q->stands);
}

uint64_t stet_count_copies(const struct stet_findings *f, uint32_t rank)
{
	uint64_t n = 0;

	for (const struct stet_proof *q = stet_first_copy(f, rank); q; q = stet_next_copy(f, q))
		n++;
	return n;
}

bool stet_is_cluster(const struct stet_report *r, uint32_t rank)
{
	const uint64_t *end;

	return stet_first_copy(r->f, rank) || stet_links_of(r, rank, &end) < end;
}
