/*
 * exact.c - all pairs of sets that have a share of the smaller one in common
 *
 * A prefix filter (Chaudhuri, Ganti, Kaushik: ICDE 2006; AllPairs: WWW 2007; PPJoin: Xiao
 * and others, WWW 2008) with the prefix of the smaller set alone.
 *
 * Theorem.  Let A be the smaller of two sets (of equal ones: of the lower rank), n its size,
 * t > 0, and need = ceil(t * n).  If they have need elements or more in common, one of
 * the first n - need + 1 of A, in any fixed order of all elements, is in B.
 * Proof.  At most n - need elements of A are not in B, so of any n - need + 1 one is.
 *
 * So the prefix of A is indexed, all of B looks up, and every pair whose *containment* of the
 * smaller side is t or more is met.  Those of Jaccard t or more are among them: common >=
 * t * (all in either) >= t * n.  What is met is then counted, so nothing else comes out.
 *
 * The order is by (how many sets have it, hash), rarest first, because the rare ones meet few.
 * How many is told by 8-bit counters that hashes may share: too high at times, which
 * changes the order and so the work, never what comes out.  They are not too low below 255, so
 * an element counted once is in no other set, and needs no place in the index.
 */
#include "group.h"
#include "stet/err.h"
#include "stet/match.h"
#include "stet/store.h"

#include <stdlib.h>

#define WHOLE 10000u		/* a share is in ten thousandths */
#define MANY UINT8_MAX		/* where a counter stops */
#define LEAST_COUNTERS ((size_t)1 << 12)
#define MOST_COUNTERS ((size_t)1 << 30)
#define FAMILY STET_PARAGRAPH_EXACT	/* of a key store that has no other: keys are whole */

struct stet_exact {
	uint32_t share;
	struct stet_budget *budget;
	uint64_t taken;
	uint32_t *size;			/* by rank: elements */
	uint8_t *counters;		/* by the lowest bits of the hash */
	size_t n_counters;
	struct stet_key_store *added;	/* prefixes, until they are in order */
	struct stet_posting *index;	/* by the highest bits of the key */
	size_t *first;			/* by those: where in `index`; one more for the end */
	unsigned bits;
};

static int take(struct stet_exact *e, uint64_t bytes, struct stet_err *err)
{
	if (stet_budget_take(e->budget, bytes, "the exact search", err) < 0)
		return err->code;
	e->taken += bytes;
	return 0;
}

/* Two for each token while they fit a quarter of what is left. */
static size_t counters_for(uint64_t n_tokens, const struct stet_budget *b)
{
	const uint64_t room = b->limit > b->used ? (b->limit - b->used) / 4 : 0;
	size_t n = LEAST_COUNTERS;

	while (n < 2 * n_tokens && n < MOST_COUNTERS && 2 * n <= room)
		n *= 2;
	return n;
}

struct stet_exact *stet_exact_open(uint32_t share, uint32_t n, uint64_t n_tokens,
				   struct stet_budget *budget, struct stet_err *err)
{
	struct stet_exact *e = stet_calloc(1, sizeof(*e));

	e->share = share > 0 ? share : 1;
	e->budget = budget;
	e->n_counters = counters_for(n_tokens, budget);
	if (take(e, e->n_counters + n * sizeof(*e->size), err) < 0) {
		stet_exact_close(e);
		return NULL;
	}
	e->counters = stet_calloc(e->n_counters, 1);
	e->size = stet_calloc(n, sizeof(*e->size));
	e->added = stet_key_store_open(budget, budget->limit / 4);
	return e;
}

void stet_exact_close(struct stet_exact *e)
{
	if (!e)
		return;
	stet_key_store_close(e->added);
	free(e->counters);
	free(e->size);
	free(e->index);
	free(e->first);
	stet_budget_give(e->budget, e->taken);
	free(e);
}

size_t stet_exact_set(uint64_t *v, size_t n)
{
	return stet_pairs_unique(v, n);
}

/* ---- how rare */

static uint8_t *counter(const struct stet_exact *e, uint64_t key)
{
	return &e->counters[key & (e->n_counters - 1)];
}

void stet_exact_count(struct stet_exact *e, uint32_t rank, const uint64_t *set, size_t n)
{
	e->size[rank] = (uint32_t)n;
	for (size_t i = 0; i < n; i++) {
		uint8_t *c = counter(e, set[i]);

		*c += *c < MANY;
	}
}

/* ceil(share * n), and 1 at least. */
static uint64_t needed(const struct stet_exact *e, uint64_t n)
{
	return (n * e->share + WHOLE - 1) / WHOLE;
}

/*
 * The counter value at which a prefix of `length` ends; *rest of the elements that have it
 * are still in.
 */
static unsigned last_count(const struct stet_exact *e, const uint64_t *set, size_t n,
			   size_t length, size_t *rest)
{
	size_t with[MANY + 1] = { 0 };
	unsigned c = 0;

	for (size_t i = 0; i < n; i++)
		with[*counter(e, set[i])]++;
	for (*rest = length; *rest > with[c]; c++)
		*rest -= with[c];
	return c;
}

size_t stet_exact_prefix(const struct stet_exact *e, const uint64_t *set, size_t n, uint64_t *out)
{
	size_t rest, n_out = 0;
	unsigned last;

	if (n == 0)
		return 0;
	last = last_count(e, set, n, n - needed(e, n) + 1, &rest);
	for (size_t i = 0; i < n; i++) {
		const unsigned c = *counter(e, set[i]);
		const bool in = c < last || (c == last && rest > 0);

		rest -= c == last && rest > 0;
		if (in && c > 1)
			out[n_out++] = set[i];
	}
	return n_out;
}

/* ---- the index */

void stet_exact_collect(uint64_t *prefix, size_t n, struct stet_key_batch *to)
{
	struct stet_keys keys = { 0 };

	keys.v[FAMILY] = prefix;
	keys.n[FAMILY] = n;
	stet_key_batch_add(to, &keys);
}

int stet_exact_add(struct stet_exact *e, uint32_t first, struct stet_key_batch *prefixes,
		   struct stet_err *err)
{
	stet_key_batch_pack(prefixes);
	return stet_key_store_add(e->added, first, prefixes, err);
}

static size_t place_of(const struct stet_exact *e, uint64_t key)
{
	return key >> (64 - e->bits);
}

/* About one place for each posting, and at least one for each partition. */
static int make_index(struct stet_exact *e, uint64_t n, struct stet_err *err)
{
	for (e->bits = 8; (uint64_t)1 << e->bits < n && e->bits < 32; )
		e->bits++;
	if (take(e, n * sizeof(*e->index) + (((uint64_t)1 << e->bits) + 1) * sizeof(*e->first),
		 err) < 0)
		return err->code;
	e->index = stet_calloc(n, sizeof(*e->index));
	e->first = stet_calloc(((size_t)1 << e->bits) + 1, sizeof(*e->first));
	return 0;
}

/* Counting sort of the postings of a partition, which stand together in the index, from `at` on. */
static void place_partition(struct stet_exact *e, unsigned partition,
			    const struct stet_postings *p, const uint32_t *rank, size_t at)
{
	const size_t begin = place_of(e, (uint64_t)partition << 56);
	const size_t end = begin + ((size_t)1 << (e->bits - 8));

	for (size_t i = 0; i < p->n; i++)
		e->first[place_of(e, stet_posting_key(&p->v[i]))]++;
	for (size_t b = begin; b < end; b++)
		at = e->first[b] += at;
	for (size_t i = p->n; i-- > 0; ) {
		const size_t place = place_of(e, stet_posting_key(&p->v[i]));
		struct stet_posting *to = &e->index[--e->first[place]];

		*to = p->v[i];
		to->document = rank[to->document];
	}
}

int stet_exact_index(struct stet_exact *e, const uint32_t *rank, struct stet_err *err)
{
	struct stet_key_part part = { .family = FAMILY };
	struct stet_postings p = { 0 };
	size_t at = 0;
	int rc = 0;

	if (make_index(e, stet_key_store_count(e->added, FAMILY), err) < 0)
		return err->code;
	for (; rc == 0 && part.partition < STET_PARTITIONS; part.partition++) {
		rc = stet_key_store_load(e->added, &part, &p, err);
		if (rc == 0)
			place_partition(e, part.partition, &p, rank, at);
		at += p.n;
	}
	e->first[(size_t)1 << e->bits] = at;
	stet_postings_release(&p);
	stet_key_store_close(e->added);
	e->added = NULL;
	return rc;
}

/* ---- looking up */

int stet_exact_probe_init(struct stet_exact_probe *p, const struct stet_exact *e, uint32_t n,
			  struct stet_err *err)
{
	*p = (struct stet_exact_probe){ 0 };
	if (stet_budget_take(e->budget, n * sizeof(*p->met_by), "the exact search", err) < 0)
		return err->code;
	p->budget = e->budget;
	p->bytes = n * sizeof(*p->met_by);
	p->met_by = stet_calloc(n, sizeof(*p->met_by));
	return 0;
}

void stet_exact_probe_release(struct stet_exact_probe *p)
{
	if (p->budget)
		stet_budget_give(p->budget, p->bytes);
	free(p->met_by);
	free(p->ranks);
	*p = (struct stet_exact_probe){ 0 };
}

static bool is_smaller(const struct stet_exact *e, uint32_t a, uint32_t b)
{
	return e->size[a] != e->size[b] ? e->size[a] < e->size[b] : a < b;
}

static void meet(const struct stet_exact *e, struct stet_exact_probe *p, uint32_t met,
		 uint32_t rank)
{
	if (p->met_by[met] == rank + 1 || !is_smaller(e, met, rank))
		return;
	p->met_by[met] = rank + 1;
	p->ranks = stet_grow(p->ranks, &p->cap, p->n + 1, sizeof(*p->ranks));
	p->ranks[p->n++] = met;
}

void stet_exact_find(const struct stet_exact *e, uint32_t rank, const uint64_t *set, size_t n,
		     struct stet_exact_probe *p)
{
	p->n = 0;
	for (size_t i = 0; i < n; i++) {
		const size_t b = place_of(e, set[i]);

		if (*counter(e, set[i]) < 2)
			continue;
		for (size_t k = e->first[b]; k < e->first[b + 1]; k++)
			if (stet_posting_key(&e->index[k]) == set[i])
				meet(e, p, e->index[k].document, rank);
	}
	stet_ranks_sort(p->ranks, p->n);
}

size_t stet_exact_common(const uint64_t *a, size_t n_a, const uint64_t *b, size_t n_b)
{
	size_t i = 0, k = 0, common = 0;

	while (i < n_a && k < n_b) {
		const uint64_t x = a[i], y = b[k];

		common += x == y;
		i += x <= y;
		k += y <= x;
	}
	return common;
}

bool stet_exact_enough(const struct stet_exact *e, size_t common, size_t n_a, size_t n_b)
{
	return common >= needed(e, n_a < n_b ? n_a : n_b);
}
