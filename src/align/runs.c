/*
 * runs.c - all maximal runs of equal tokens of a pair
 *
 * The *seed* at a token is the shortest run from there that weighs min_run.
 * Every run holds the seed of its first token, so the seeds of S are chained by hash,
 * and a run begins at each equal seed whose tokens before differ.
 *
 * With prefix[i + 1] = prefix[i] * B + hash[i], the hash of tokens i to j is
 * prefix[j] - prefix[i] * B^(j - i): one multiply a token, whatever a seed's length.
 */
#include "runs.h"
#include "stet/hash.h"

#define NONE UINT32_MAX
#define BASE 0x9e3779b97f4a7c15u

/* A window over the seeds of a text, from its first token to its last. */
struct seeds {
	const struct stet_tokens *t;
	const uint64_t *prefix;
	uint32_t min_run;
	size_t end;		/* of the seed before */
	uint32_t len;		/* of the power at hand */
	uint64_t power;		/* BASE ^ len */
};

static struct seeds seeds_of(struct stet_aligner *a, const struct stet_tokens *t)
{
	a->prefix = stet_grow(a->prefix, &a->cap_prefix, t->n + 1, sizeof(*a->prefix));
	a->prefix[0] = 0;
	for (size_t i = 0; i < t->n; i++)
		a->prefix[i + 1] = a->prefix[i] * BASE + t->hash[i];
	return (struct seeds){ .t = t, .prefix = a->prefix, .min_run = a->o.min_run, .power = 1 };
}

/* The hash of the seed at `i`, the token after the one asked for last; false: there is none. */
static bool seed_at(struct seeds *s, size_t i, uint64_t *hash)
{
	uint32_t len;

	while (s->end < s->t->n && stet_weight(s->t, i, s->end) < s->min_run)
		s->end++;
	if (stet_weight(s->t, i, s->end) < s->min_run)
		return false;
	len = (uint32_t)(s->end - i);
	if (len != s->len) {
		s->power = 1;
		s->len = len;
		for (uint32_t k = 0; k < len; k++)
			s->power *= BASE;
	}
	*hash = stet_mix64(s->prefix[s->end] - s->prefix[i] * s->power);
	return true;
}

/* Chains are made from the end, so that each ascends. */
void stet_align_chain_seeds(struct stet_aligner *a)
{
	const struct stet_tokens *t = a->s.tokens;
	struct seeds seeds = seeds_of(a, t);
	uint64_t hash;
	size_t size = 16, n = 0;

	while (size < 2 * t->n)
		size *= 2;
	a->n_heads = size;
	a->heads = stet_grow(a->heads, &a->cap_heads, size, sizeof(*a->heads));
	a->next = stet_grow(a->next, &a->cap_next, t->n, sizeof(*a->next));
	memset(a->heads, 0xff, size * sizeof(*a->heads));
	for (; n < t->n && seed_at(&seeds, n, &hash); n++)
		a->next[n] = (uint32_t)(hash & (size - 1));	/* its slot, for now */
	while (n-- > 0) {
		const uint32_t slot = a->next[n];

		a->next[n] = a->heads[slot];
		a->heads[slot] = (uint32_t)n;
	}
}

/* Tokens from (i, j) on that are equal by hash, from `n` on. */
static size_t extend(const struct stet_tokens *c, size_t i, const struct stet_tokens *s, size_t j)
{
	size_t n = 0;

	while (i + n < c->n && j + n < s->n && c->hash[i + n] == s->hash[j + n])
		n++;
	return n;
}

static void add_run(struct stet_aligner *a, const struct stet_tokens *c, size_t i, size_t j,
		    size_t n)
{
	const uint32_t weight = stet_weight(c, i, i + n);

	if (weight < a->o.min_run)
		return;
	a->heap.v = stet_grow(a->heap.v, &a->heap.cap, a->heap.n + 1, sizeof(*a->heap.v));
	a->heap.v[a->heap.n++] = (struct run){ (uint32_t)i, (uint32_t)j, (uint32_t)n, weight };
}

/* Confirm by bytes what is equal by hash; a collision of hashes ends one run and begins another. */
static void add_equal(struct stet_aligner *a, const struct stet_tokens *c, size_t i, size_t j,
		      size_t n)
{
	const struct stet_tokens *s = a->s.tokens;
	size_t from = 0;

	for (size_t k = 0; k < n; k++)
		if (!stet_align_equal(c, i + k, s, j + k)) {
			add_run(a, c, i + from, j + from, k - from);
			from = k + 1;
		}
	add_run(a, c, i + from, j + from, n - from);
}

static void runs_from(struct stet_aligner *a, const struct stet_tokens *c, size_t i, uint32_t head,
		      bool self)
{
	const struct stet_tokens *s = a->s.tokens;
	uint32_t places = 0;

	for (uint32_t j = head; j != NONE; j = a->next[j]) {
		if (self && j >= i)
			break;
		if (c->hash[i] != s->hash[j])
			continue;
		if (++places > a->o.max_places) {
			a->capped++;
			break;
		}
		if (i == 0 || j == 0 || c->hash[i - 1] != s->hash[j - 1])
			add_equal(a, c, i, j, extend(c, i, s, j));
	}
}

void stet_align_find_runs(struct stet_aligner *a, const struct stet_tokens *c, bool self)
{
	struct seeds seeds = seeds_of(a, c);
	uint64_t hash;

	a->heap.n = 0;
	for (size_t i = 0; i < c->n && seed_at(&seeds, i, &hash); i++) {
		const uint32_t head = a->heads[hash & (a->n_heads - 1)];

		if (head != NONE)
			runs_from(a, c, i, head, self);
	}
}
