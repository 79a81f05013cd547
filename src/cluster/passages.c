/*
 * passages.c - links between places to passages with all their places
 */
#include "stet/cluster.h"

#include <stdlib.h>
#include <string.h>

static const char *const kinds[STET_N_PASSAGE_KINDS] = {
	[STET_PASSAGE_REPEAT] = "repeat",
	[STET_PASSAGE_SHARED] = "shared",
	[STET_PASSAGE_BOILERPLATE] = "boilerplate",
	[STET_PASSAGE_TEMPLATE] = "template",
};

const char *stet_passage_kind_name(enum stet_passage_kind k)
{
	return kinds[k];
}

static int compare_places(const void *a, const void *b)
{
	const struct stet_place *x = a, *y = b;

	if (x->rank != y->rank)
		return x->rank < y->rank ? -1 : 1;
	if (x->begin != y->begin)
		return x->begin < y->begin ? -1 : 1;
	return (x->end > y->end) - (x->end < y->end);
}

static bool overlap(const struct stet_place *a, const struct stet_place *b)
{
	return a->rank == b->rank && a->begin < b->end && b->begin < a->end;
}

/* Sort, drop those that overlap one before, count the documents. */
static size_t settle_places(struct stet_place *v, size_t n, uint32_t *n_documents)
{
	size_t kept = 0;

	if (n > 1)
		qsort(v, n, sizeof(*v), compare_places);
	*n_documents = 0;
	for (size_t i = 0; i < n; i++) {
		if (kept > 0 && (overlap(&v[i], &v[kept - 1]) ||
				 compare_places(&v[i], &v[kept - 1]) == 0))
			continue;
		*n_documents += kept == 0 || v[i].rank != v[kept - 1].rank;
		v[kept++] = v[i];
	}
	return kept;
}

void stet_passages_add(struct stet_passages *p, enum stet_passage_kind kind, uint64_t id,
		       uint32_t tokens, struct stet_place *places, size_t n)
{
	struct stet_passage *to;

	p->v = stet_grow(p->v, &p->cap, p->n + 1, sizeof(*p->v));
	to = &p->v[p->n++];
	*to = (struct stet_passage){ .kind = kind, .id = id, .tokens = tokens };
	n = settle_places(places, n, &to->n_documents);
	to->places = p->n_places;
	to->n_places = (uint32_t)n;
	p->places = stet_grow(p->places, &p->cap_places, p->n_places + n, sizeof(*p->places));
	memcpy(p->places + p->n_places, places, n * sizeof(*places));
	p->n_places += n;
}

/* ---- gathering */

static int compare_links(const void *a, const void *b)
{
	const struct stet_link *x = a, *y = b;
	const int c = compare_places(&x->first, &y->first);

	return c != 0 ? c : compare_places(&x->other, &y->other);
}

/* Does each of two spans of one document cover .9 of the other? */
static bool alike(const struct stet_place *a, const struct stet_place *b)
{
	const uint64_t begin = a->begin > b->begin ? a->begin : b->begin;
	const uint64_t end = a->end < b->end ? a->end : b->end;
	const uint64_t len = a->end - a->begin > b->end - b->begin ? a->end - a->begin
								   : b->end - b->begin;

	return a->rank == b->rank && end > begin && (end - begin) * 10 >= len * 9;
}

/*
 * The places of the passage that link `from` opens; its links are marked as taken.  A
 * span that begins after a tenth of it is not alike, so links are looked at a few
 * times each, however many spans lie in one another.
 */
static size_t take_alike(const struct stet_link *links, bool *taken, size_t from, size_t n,
			 struct stet_place *places)
{
	const struct stet_place *span = &links[from].first;
	size_t n_places = 0;

	places[n_places++] = *span;
	for (size_t i = from; i < n; i++) {
		const struct stet_place *first = &links[i].first, *other = &links[i].other;

		if (first->rank != span->rank ||
		    (uint64_t)(first->begin - span->begin) * 10 > span->end - span->begin)
			break;
		if (taken[i] || !alike(span, first) || (i > from && overlap(span, other)))
			continue;
		taken[i] = true;
		places[n_places++] = *other;
	}
	return n_places;
}

void stet_passages_gather(struct stet_passages *p, enum stet_passage_kind kind,
			  struct stet_link *links, size_t n)
{
	struct stet_place *places = stet_calloc(n + 1, sizeof(*places));
	bool *taken = stet_calloc(n + 1, sizeof(*taken));

	if (n > 1)
		qsort(links, n, sizeof(*links), compare_links);
	for (size_t i = 0; i < n; i++)
		if (!taken[i])
			stet_passages_add(p, kind, 0, links[i].tokens, places,
					  take_alike(links, taken, i, n, places));
	free(taken);
	free(places);
}

/* ---- merging */

static int compare_passages(const void *a, const void *b)
{
	const struct stet_passage *x = a, *y = b;

	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	if (x->id != y->id)
		return x->id < y->id ? -1 : 1;
	return (x->places > y->places) - (x->places < y->places);
}

void stet_passages_merge(struct stet_passages *p)
{
	struct stet_passages merged = { 0 };
	struct stet_place *places = NULL;
	size_t cap = 0;

	if (p->n > 1)
		qsort(p->v, p->n, sizeof(*p->v), compare_passages);
	for (size_t i = 0; i < p->n; ) {
		const struct stet_passage *first = &p->v[i];
		size_t n = 0;

		for (; i < p->n && p->v[i].kind == first->kind && p->v[i].id == first->id; i++) {
			places = stet_grow(places, &cap, n + p->v[i].n_places, sizeof(*places));
			memcpy(places + n, p->places + p->v[i].places,
			       p->v[i].n_places * sizeof(*places));
			n += p->v[i].n_places;
		}
		stet_passages_add(&merged, first->kind, first->id, first->tokens, places, n);
	}
	free(places);
	stet_passages_release(p);
	*p = merged;
}

void stet_passages_release(struct stet_passages *p)
{
	free(p->v);
	free(p->places);
	*p = (struct stet_passages){ 0 };
}
