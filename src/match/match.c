/*
 * match.c - partitions of keys to pairs of ranks
 *
 * Partitions are batches of the conveyor: any thread groups one, and what it
 * found is put together in the order of partitions.
 */
#include "stet/conveyor.h"
#include "stet/err.h"
#include "stet/match.h"
#include "stet/store.h"

#include "group.h"

#include <stdlib.h>
#include <string.h>

/* What a pair needs to be proposed, and what a key of each family says for it. */
#define VOTES 2

static const unsigned votes_of[STET_N_FAMILIES] = {
	[STET_DOCUMENT_EXACT] = 2,
	[STET_DOCUMENT_BAND] = 2,
	[STET_PARAGRAPH_EXACT] = 2,
	[STET_PARAGRAPH_BAND] = 2,
	[STET_ANCHOR] = 1,
};

struct matching {
	const struct stet_key_store *keys;	/* work only; constant */
	const struct stet_match_options *o;	/* work only; constant */
	const uint32_t *rank;			/* work only; constant */
	const uint32_t *first_equal;		/* by rank: the first with the same tokens */
	enum stet_key_family family;
	unsigned next;				/* read only */
	struct stet_matches *out;		/* write only */
	struct stet_budget *budget;		/* write only */
};

struct batch {
	unsigned partition;
	struct stet_postings postings;
	struct stet_groups groups;
	uint32_t *ranks;		/* of one bucket */
	size_t cap_ranks;
	struct stet_matches found;	/* of this partition; repeats unused */
	uint32_t *repeats;		/* ranks */
	size_t n_repeats, cap_repeats;
};

void stet_match_options_init(struct stet_match_options *o)
{
	*o = (struct stet_match_options){ .max_leaders = 8, .max_documents = 64,
					   .min_common = 5, .n_threads = 1 };
}

static int next_partition(void *ctx, void *batch, struct stet_err *err)
{
	struct matching *m = ctx;
	struct batch *b = batch;

	(void)err;
	if (m->next == STET_PARTITIONS)
		return 0;
	b->partition = m->next++;
	return 1;
}

static void propose(struct batch *b, const uint32_t *ranks, size_t n, uint32_t max_leaders,
		    unsigned votes)
{
	struct stet_matches *f = &b->found;
	const size_t most = n * (max_leaders < n ? max_leaders : n) * votes;

	f->pairs = stet_grow(f->pairs, &f->cap_pairs, f->n_pairs + most, sizeof(*f->pairs));
	for (size_t i = 1; i < n; i++)
		for (size_t leader = 0; leader < i && leader < max_leaders; leader++)
			for (unsigned v = 0; v < votes; v++)
				f->pairs[f->n_pairs++] = stet_pair(ranks[leader], ranks[i]);
}

static void add_common(struct batch *b, uint64_t key, bool capped, const uint32_t *ranks, size_t n)
{
	struct stet_matches *f = &b->found;

	f->common = stet_grow(f->common, &f->cap_common, f->n_common + 1, sizeof(*f->common));
	f->ranks = stet_grow(f->ranks, &f->cap_ranks, f->n_ranks + n, sizeof(*f->ranks));
	f->common[f->n_common++] = (struct stet_common){ key, capped, (uint32_t)n, f->n_ranks };
	memcpy(f->ranks + f->n_ranks, ranks, n * sizeof(*ranks));
	f->n_ranks += n;
}

/* The ranks of a bucket into b->ranks, distinct and ascending; their number. */
static size_t gather(const struct matching *m, struct batch *b, size_t bucket)
{
	const struct stet_posting *v = b->postings.v;
	size_t n = 0;
	uint32_t last = UINT32_MAX;

	for (uint32_t i = b->groups.first[bucket]; i != STET_GROUP_END; i = b->groups.next[i]) {
		const uint32_t rank = m->rank[v[i].document];

		if (v[i].document != last) {
			b->ranks = stet_grow(b->ranks, &b->cap_ranks, n + 1, sizeof(*b->ranks));
			b->ranks[n++] = rank;
		} else if (m->family == STET_ANCHOR || STET_PROPOSES(stet_posting_key(&v[i]))) {
			b->repeats = stet_grow(b->repeats, &b->cap_repeats, b->n_repeats + 1,
					       sizeof(*b->repeats));
			b->repeats[b->n_repeats++] = rank;
		}
		last = v[i].document;
	}
	stet_ranks_sort(b->ranks, n);
	return n;
}

/* Keep those that go on for all with their tokens; the order stays. */
static size_t drop_equals(const struct matching *m, uint32_t *ranks, size_t n)
{
	size_t kept = 0;

	for (size_t i = 0; i < n; i++)
		if (m->first_equal[ranks[i]] == ranks[i])
			ranks[kept++] = ranks[i];
	return kept;
}

static size_t count_firsts(const struct matching *m, const uint32_t *ranks, size_t n)
{
	size_t firsts = 0;

	for (size_t i = 0; i < n; i++)
		firsts += m->first_equal[ranks[i]] == ranks[i];
	return firsts;
}

static void take_bucket(const struct matching *m, struct batch *b, size_t bucket)
{
	const uint64_t key = stet_posting_key(&b->postings.v[b->groups.first[bucket]]);
	size_t n = gather(m, b, bucket), n_firsts;
	bool capped;

	if (m->family == STET_DOCUMENT_EXACT) {
		propose(b, b->ranks, n, 1, VOTES);
		return;
	}
	n_firsts = count_firsts(m, b->ranks, n);
	capped = m->family != STET_DOCUMENT_BAND && n_firsts > m->o->max_documents;
	b->found.capped_keys[m->family] += capped;
	if (m->family == STET_PARAGRAPH_EXACT && n_firsts >= m->o->min_common)
		add_common(b, key, capped, b->ranks, n);
	if (capped || (m->family == STET_PARAGRAPH_EXACT && !STET_PROPOSES(key)))
		return;
	n = drop_equals(m, b->ranks, n);
	propose(b, b->ranks, n, m->o->max_leaders, votes_of[m->family]);
	b->found.capped_leaders += n > m->o->max_leaders + 1;
}

static int match_partition(void *ctx, void *batch, struct stet_err *err)
{
	const struct matching *m = ctx;
	struct batch *b = batch;

	(void)err;
	b->found.n_pairs = b->found.n_common = b->found.n_ranks = b->n_repeats = 0;
	memset(b->found.capped_keys, 0, sizeof(b->found.capped_keys));
	b->found.capped_leaders = 0;
	stet_key_store_load(m->keys, m->family, b->partition, &b->postings);
	stet_group(&b->postings, &b->groups);
	for (size_t i = 0; i < b->groups.n; i++)
		take_bucket(m, b, i);
	b->found.n_pairs = stet_pairs_thin(b->found.pairs, b->found.n_pairs, VOTES);
	return 0;
}

/* Bytes that are given back when the matches are released. */
static int take(struct matching *m, uint64_t bytes, const char *what, struct stet_err *err)
{
	if (stet_budget_take(m->budget, bytes, what, err) < 0)
		return err->code;
	m->out->taken += bytes;
	return 0;
}

/* Room for `more` elements, paid for; votes beyond need are dropped first where that may do. */
static int make_room(struct matching *m, size_t more, struct stet_err *err)
{
	struct stet_matches *out = m->out;
	const size_t old_cap = out->cap_pairs;

	if (out->n_pairs + more <= out->cap_pairs)
		return 0;
	out->n_pairs = stet_pairs_thin(out->pairs, out->n_pairs, VOTES);
	if (out->n_pairs + more <= out->cap_pairs / 4 * 3)
		return 0;
	out->pairs = stet_grow(out->pairs, &out->cap_pairs, out->n_pairs + more,
			       sizeof(*out->pairs));
	return take(m, (out->cap_pairs - old_cap) * sizeof(*out->pairs), "the candidate pairs",
		    err);
}

static void append_common(struct stet_matches *out, const struct stet_matches *found)
{
	out->common = stet_grow(out->common, &out->cap_common, out->n_common + found->n_common,
				sizeof(*out->common));
	out->ranks = stet_grow(out->ranks, &out->cap_ranks, out->n_ranks + found->n_ranks,
			       sizeof(*out->ranks));
	for (size_t i = 0; i < found->n_common; i++) {
		struct stet_common c = found->common[i];

		c.ranks += out->n_ranks;
		out->common[out->n_common++] = c;
	}
	memcpy(out->ranks + out->n_ranks, found->ranks, found->n_ranks * sizeof(*out->ranks));
	out->n_ranks += found->n_ranks;
}

static int keep_found(void *ctx, void *batch, struct stet_err *err)
{
	struct matching *m = ctx;
	const struct batch *b = batch;
	const struct stet_matches *f = &b->found;
	struct stet_matches *out = m->out;

	if (make_room(m, f->n_pairs, err) < 0)
		return err->code;
	if (f->n_pairs > 0)
		memcpy(out->pairs + out->n_pairs, f->pairs, f->n_pairs * sizeof(*f->pairs));
	out->n_pairs += f->n_pairs;
	for (size_t i = 0; i < b->n_repeats; i++)
		out->repeats[b->repeats[i]] = true;
	if (take(m, f->n_common * sizeof(*f->common) + f->n_ranks * sizeof(*f->ranks),
		 "the common paragraphs", err) < 0)
		return err->code;
	if (f->n_common > 0)
		append_common(out, f);
	out->capped_keys[m->family] += f->capped_keys[m->family];
	out->capped_leaders += f->capped_leaders;
	return 0;
}

static void batch_free(struct batch *b)
{
	free(b->postings.v);
	stet_groups_release(&b->groups);
	free(b->ranks);
	free(b->repeats);
	free(b->found.pairs);
	free(b->found.common);
	free(b->found.ranks);
	free(b);
}

static int match_family(struct matching *m, enum stet_key_family f, struct stet_err *err)
{
	const struct stet_stages st = { m, next_partition, match_partition, keep_found };
	const size_t n_batches = 2 * (size_t)m->o->n_threads;
	void **batches = stet_calloc(n_batches, sizeof(*batches));
	int rc;

	for (size_t i = 0; i < n_batches; i++)
		batches[i] = stet_calloc(1, sizeof(struct batch));
	m->family = f;
	m->next = 0;
	rc = stet_conveyor_run(&st, batches, n_batches, m->o->n_threads, err);
	for (size_t i = 0; i < n_batches; i++)
		batch_free(batches[i]);
	free(batches);
	return rc;
}

/* Who goes on for whom, from the pairs of equal documents. */
static void learn_equals(const struct stet_matches *m, uint32_t *first_equal, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		first_equal[i] = i;
	for (size_t i = 0; i < m->n_pairs; i++)
		first_equal[stet_pair_copy(m->pairs[i])] = stet_pair_stands(m->pairs[i]);
}

static int by_key(const void *a, const void *b)
{
	const struct stet_common *x = a, *y = b;

	return (x->key > y->key) - (x->key < y->key);
}

int stet_match(const struct stet_key_store *keys, const uint32_t *rank, uint32_t n,
	       const struct stet_match_options *o, struct stet_budget *budget,
	       struct stet_matches *out, struct stet_err *err)
{
	uint32_t *first_equal = stet_calloc(n, sizeof(*first_equal));
	struct matching m = {
		.keys = keys, .o = o, .rank = rank, .first_equal = first_equal,
		.out = out, .budget = budget,
	};
	int rc;

	*out = (struct stet_matches){
		.budget = budget, .repeats = stet_calloc(n, sizeof(*out->repeats)),
	};
	rc = match_family(&m, STET_DOCUMENT_EXACT, err);
	learn_equals(out, first_equal, n);
	for (int f = STET_DOCUMENT_EXACT + 1; rc == 0 && f < STET_N_FAMILIES; f++)
		rc = match_family(&m, f, err);
	free(first_equal);
	out->n_pairs = stet_pairs_with_votes(out->pairs, out->n_pairs, VOTES);
	if (out->n_common > 1)
		qsort(out->common, out->n_common, sizeof(*out->common), by_key);
	return rc;
}

void stet_matches_release(struct stet_matches *m)
{
	free(m->pairs);
	free(m->common);
	free(m->ranks);
	free(m->repeats);
	if (m->budget)
		stet_budget_give(m->budget, m->taken);
	*m = (struct stet_matches){ 0 };
}
