/*
 * clusters.c - components of proofs, and in each the documents that stand
 */
#include "stet/cluster.h"

#include <stdlib.h>
#include <string.h>

void stet_clusters_init(struct stet_clusters *c, uint32_t n)
{
	*c = (struct stet_clusters){ .n = n };
	c->stands = stet_calloc(n, sizeof(*c->stands));
	c->component = stet_calloc(n, sizeof(*c->component));
	c->left = stet_calloc(n, sizeof(*c->left));
	c->equal = stet_calloc(n, sizeof(*c->equal));
}

void stet_clusters_release(struct stet_clusters *c)
{
	free(c->stands);
	free(c->component);
	free(c->left);
	free(c->equal);
	free(c->wanted);
	*c = (struct stet_clusters){ 0 };
}

/* ---- components: union-find where the lowest rank is always the root */

static uint32_t root(uint32_t *parent, uint32_t i)
{
	while (parent[i] != i) {
		parent[i] = parent[parent[i]];
		i = parent[i];
	}
	return i;
}

static void unite(uint32_t *parent, uint32_t a, uint32_t b)
{
	a = root(parent, a);
	b = root(parent, b);
	if (a < b)
		parent[b] = a;
	else
		parent[a] = b;
}

/*
 * Order c->left by (component, rank): count, then place; ranks ascend by themselves.
 * Documents with the tokens of an earlier one stay out: however many they are, and
 * whatever caps bite, they end where the first of them does.
 */
static void collect(struct stet_clusters *c)
{
	uint32_t *size = stet_calloc(c->n, sizeof(*size));	/* of components, then places */
	uint32_t *firsts = stet_calloc(c->n, sizeof(*firsts));
	uint32_t sum = 0;

	for (uint32_t i = 0; i < c->n; i++) {
		size[c->component[i]]++;
		firsts[c->component[i]] += c->equal[i] == i;
	}
	for (uint32_t i = 0; i < c->n; i++) {
		const bool alone = size[i] < 2;

		size[i] = alone ? UINT32_MAX : sum;
		sum += alone ? 0 : firsts[i];
	}
	for (uint32_t i = 0; i < c->n; i++)
		if (size[c->component[i]] != UINT32_MAX && c->equal[i] == i)
			c->left[size[c->component[i]]++] = i;
	c->n_left = sum;
	free(size);
	free(firsts);
}

static void start(struct stet_clusters *c, bool dropped_only)
{
	c->dropped_only = dropped_only;
	c->rounds = 0;
	c->capped = 0;
	c->n_wanted = 0;
	collect(c);
}

/* Sorted proofs tell of the first of equal documents first. */
static void learn_equal(struct stet_clusters *c, const struct stet_proof *p)
{
	if (p->verdict != STET_IDENTICAL && p->verdict != STET_SAME)
		return;
	if (c->equal[p->copy] == p->copy)
		c->equal[p->copy] = c->equal[p->stands];
}

void stet_clusters_connect(struct stet_clusters *c, const struct stet_proofs *p, bool plain)
{
	for (uint32_t i = 0; i < c->n; i++) {
		c->component[i] = c->equal[i] = i;
		c->stands[i] = STET_NOBODY;
	}
	for (size_t i = 0; i < p->n; i++)
		learn_equal(c, &p->v[i]);
	for (size_t i = 0; i < p->n; i++)
		if (stet_verdict_connects(plain ? p->v[i].plain : p->v[i].verdict))
			unite(c->component, p->v[i].stands, p->v[i].copy);
	for (uint32_t i = 0; i < c->n; i++)
		c->component[i] = root(c->component, i);
	start(c, false);
}

static bool is_revised(const struct stet_clusters *c, const struct stet_proofs *p, uint32_t i)
{
	const struct stet_proof *proof;

	if (c->stands[i] == STET_NOBODY || c->stands[i] == i)
		return false;
	proof = stet_proofs_find(p, c->stands[i], i);
	return proof && proof->verdict == STET_REVISED;
}

void stet_clusters_regroup(struct stet_clusters *again, const struct stet_clusters *c,
			   const struct stet_proofs *p)
{
	/* The first revised member of a cluster is the root of all; who stands for them is none. */
	uint32_t *first = stet_calloc(c->n, sizeof(*first));

	memset(first, 0xff, c->n * sizeof(*first));
	for (uint32_t i = 0; i < c->n; i++) {
		again->component[i] = again->equal[i] = i;
		again->stands[i] = STET_NOBODY;
		if (!is_revised(c, p, i))
			continue;
		if (first[c->stands[i]] == STET_NOBODY)
			first[c->stands[i]] = i;
		again->component[i] = first[c->stands[i]];
		if (again->component[c->equal[i]] == again->component[i])
			again->equal[i] = c->equal[i];
	}
	free(first);
	start(again, true);
}

/* ---- rounds */

/* Ask for the pairs of `first` with the others that were not compared; how many. */
static size_t want_missing(struct stet_clusters *c, const struct stet_proofs *p, uint32_t first,
			   const uint32_t *others, size_t n)
{
	const size_t before = c->n_wanted;

	for (size_t i = 0; i < n; i++) {
		if (stet_proofs_find(p, first, others[i]))
			continue;
		c->wanted = stet_grow(c->wanted, &c->cap_wanted, c->n_wanted + 1,
				      sizeof(*c->wanted));
		c->wanted[c->n_wanted++] = (uint64_t)first << 32 | others[i];
	}
	return c->n_wanted - before;
}

static bool joins(const struct stet_clusters *c, const struct stet_proof *p)
{
	return c->dropped_only ? stet_verdict_is_dropped(p->verdict)
			       : stet_verdict_is_copy(p->verdict);
}

/* `first` stands: take its copies out of the others; the number left. */
static size_t take_copies(struct stet_clusters *c, const struct stet_proofs *p, uint32_t first,
			  uint32_t *others, size_t n)
{
	size_t kept = 0;

	c->stands[first] = first;
	for (size_t i = 0; i < n; i++) {
		const struct stet_proof *proof = stet_proofs_find(p, first, others[i]);

		if (proof && joins(c, proof))
			c->stands[others[i]] = first;
		else
			others[kept++] = others[i];
	}
	return kept;
}

/* One component as far as the proofs tell; the number of its documents left over. */
static size_t advance(struct stet_clusters *c, const struct stet_proofs *p, uint32_t *left,
		      size_t n)
{
	while (n > 0) {
		if (want_missing(c, p, left[0], left + 1, n - 1) > 0)
			return n;
		n = take_copies(c, p, left[0], left + 1, n - 1);
		memmove(left, left + 1, n * sizeof(*left));
	}
	return 0;
}

/* The same by the proofs there are; what was not compared is no copy. */
static void settle(struct stet_clusters *c, const struct stet_proofs *p, const uint32_t *left,
		   size_t n)
{
	const struct stet_proof *end = p->n > 0 ? p->v + p->n : NULL;

	c->capped += n;
	for (size_t i = 0; i < n; i++) {
		const uint32_t first = left[i];

		if (c->stands[first] != STET_NOBODY)
			continue;
		c->stands[first] = first;
		for (const struct stet_proof *q = stet_proofs_from(p, first);
		     q < end && q->stands == first; q++)
			if (joins(c, q) && c->stands[q->copy] == STET_NOBODY &&
			    c->component[q->copy] == c->component[first])
				c->stands[q->copy] = first;
	}
}

static size_t component_size(const struct stet_clusters *c, size_t i)
{
	size_t n = 1;

	while (i + n < c->n_left && c->component[c->left[i + n]] == c->component[c->left[i]])
		n++;
	return n;
}

int stet_clusters_advance(struct stet_clusters *c, const struct stet_proofs *p, bool last)
{
	size_t kept = 0;

	c->n_wanted = 0;
	c->rounds++;
	for (size_t i = 0; i < c->n_left; ) {
		const size_t n = component_size(c, i);
		const size_t left = advance(c, p, c->left + i, n);

		if (last) {
			settle(c, p, c->left + i, left);
		} else {
			memmove(c->left + kept, c->left + i, left * sizeof(*c->left));
			kept += left;
		}
		i += n;
	}
	c->n_left = kept;
	if (last)
		c->n_wanted = 0;
	return c->n_wanted > 0;
}

/* Where a document goes whose first equal stands behind `target`. */
static void follow(struct stet_clusters *c, const struct stet_proofs *p, uint32_t i,
		   uint32_t target)
{
	const struct stet_proof *proof = stet_proofs_find(p, target, i);

	if (proof) {
		c->stands[i] = joins(c, proof) ? target : i;
		return;
	}
	c->wanted = stet_grow(c->wanted, &c->cap_wanted, c->n_wanted + 1, sizeof(*c->wanted));
	c->wanted[c->n_wanted++] = (uint64_t)target << 32 | i;
}

int stet_clusters_follow(struct stet_clusters *c, const struct stet_proofs *p)
{
	c->n_wanted = 0;
	for (uint32_t i = 0; i < c->n; i++)
		if (c->equal[i] != i && c->stands[c->equal[i]] != STET_NOBODY)
			follow(c, p, i, c->stands[c->equal[i]]);
	return c->n_wanted > 0;
}
