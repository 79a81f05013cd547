/*
 * buckets.c - what the documents of one key propose
 */
#include "buckets.h"

#include <stdlib.h>
#include <string.h>

static void propose(struct stet_buckets *b, const uint32_t *ranks, size_t n, uint32_t max_leaders)
{
	if (n < 2)
		return;
	b->stars = stet_grow(b->stars, &b->cap_stars, b->n_stars + 1, sizeof(*b->stars));
	b->stars[b->n_stars++] = (struct stet_star){ (uint32_t)n, max_leaders };
	b->star_ranks = stet_grow(b->star_ranks, &b->cap_star_ranks, b->n_star_ranks + n,
				  sizeof(*b->star_ranks));
	memcpy(b->star_ranks + b->n_star_ranks, ranks, n * sizeof(*ranks));
	b->n_star_ranks += n;
}

static void add_common(struct stet_buckets *b, uint64_t key, bool capped, const uint32_t *ranks,
		       size_t n)
{
	struct stet_matches *f = &b->found;

	f->common = stet_grow(f->common, &f->cap_common, f->n_common + 1, sizeof(*f->common));
	f->ranks = stet_grow(f->ranks, &f->cap_ranks, f->n_ranks + n, sizeof(*f->ranks));
	f->common[f->n_common++] = (struct stet_common){ key, capped, (uint32_t)n, f->n_ranks };
	memcpy(f->ranks + f->n_ranks, ranks, n * sizeof(*ranks));
	f->n_ranks += n;
}

/* The ranks of a bucket into b->ranks, distinct, in no order; their number. */
static size_t gather(struct stet_buckets *b, const struct stet_bucket_rules *r,
		     const struct stet_posting *v, uint32_t first)
{
	size_t n = 0;
	uint32_t last = UINT32_MAX;

	for (uint32_t i = first; i != STET_GROUP_END; i = b->groups.next[i]) {
		const uint32_t rank = r->rank[v[i].document];

		if (v[i].document != last) {
			b->ranks = stet_grow(b->ranks, &b->cap_ranks, n + 1, sizeof(*b->ranks));
			b->ranks[n++] = rank;
		} else if (r->family == STET_ANCHOR || STET_PROPOSES(stet_posting_key(&v[i]))) {
			b->repeats = stet_grow(b->repeats, &b->cap_repeats, b->n_repeats + 1,
					       sizeof(*b->repeats));
			b->repeats[b->n_repeats++] = rank;
		}
		last = v[i].document;
	}
	return n;
}

/* Keep those that go on for all with their tokens; the order stays. */
static size_t drop_equals(const struct stet_bucket_rules *r, uint32_t *ranks, size_t n)
{
	size_t kept = 0;

	for (size_t i = 0; i < n; i++)
		if (r->first_equal[ranks[i]] == ranks[i])
			ranks[kept++] = ranks[i];
	return kept;
}

static size_t count_firsts(const struct stet_bucket_rules *r, const uint32_t *ranks, size_t n)
{
	size_t firsts = 0;

	for (size_t i = 0; i < n; i++)
		firsts += r->first_equal[ranks[i]] == ranks[i];
	return firsts;
}

/* A bucket of equal documents is sorted only where all of it is wanted: it may be all there is. */
static void take_bucket(struct stet_buckets *b, const struct stet_bucket_rules *r,
			const struct stet_posting *v, uint32_t first)
{
	const enum stet_key_family family = r->family;
	const uint64_t key = stet_posting_key(&v[first]);
	size_t n = gather(b, r, v, first), n_firsts;
	bool capped;

	if (family == STET_DOCUMENT_EXACT) {
		stet_ranks_sort(b->ranks, n);
		propose(b, b->ranks, n, 1);
		return;
	}
	n_firsts = count_firsts(r, b->ranks, n);
	capped = family != STET_DOCUMENT_BAND && n_firsts > r->o->max_documents;
	b->found.capped_keys[family] += capped;
	if (family == STET_PARAGRAPH_EXACT && n_firsts >= r->o->min_common) {
		stet_ranks_sort(b->ranks, n);
		add_common(b, key, capped, b->ranks, n);
	}
	if (capped || (family == STET_PARAGRAPH_EXACT && !STET_PROPOSES(key)))
		return;
	n = drop_equals(r, b->ranks, n);
	stet_ranks_sort(b->ranks, n);
	propose(b, b->ranks, n, r->o->max_leaders);
	b->found.capped_leaders += n > r->o->max_leaders + 1;
}

void stet_buckets_take(struct stet_buckets *b, const struct stet_bucket_rules *r,
		       const struct stet_postings *p)
{
	b->n_stars = b->n_star_ranks = 0;
	b->found.n_common = b->found.n_ranks = b->n_repeats = 0;
	memset(b->found.capped_keys, 0, sizeof(b->found.capped_keys));
	b->found.capped_leaders = 0;
	stet_group(p, &b->groups);
	for (size_t i = 0; i < b->groups.n; i++)
		take_bucket(b, r, p->v, b->groups.first[i]);
}

void stet_buckets_release_scratch(struct stet_buckets *b)
{
	stet_groups_release(&b->groups);
	free(b->ranks);
	b->ranks = NULL;
	b->cap_ranks = 0;
}

void stet_buckets_release(struct stet_buckets *b)
{
	stet_buckets_release_scratch(b);
	free(b->stars);
	free(b->star_ranks);
	free(b->repeats);
	free(b->found.common);
	free(b->found.ranks);
	*b = (struct stet_buckets){ 0 };
}
