/*
 * match.c - partitions of keys to pairs of ranks
 *
 * Partitions, or slices of those that are large, are batches of the conveyor: any thread
 * groups one, and what it found is put together in their order.
 */
#include "stet/conveyor.h"
#include "stet/err.h"
#include "stet/io.h"
#include "stet/match.h"
#include "stet/store.h"

#include "buckets.h"
#include "votes.h"

#include <assert.h>
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

/* What a posting costs while its partition is grouped, if one in four is shared, and if all are. */
#define LIKELY_BYTES 16u
#define MOST_BYTES 36u
#define MOST_SLICE_BITS 16u

/* Of the budget: a share for the batches together, and one for votes. */
#define BATCH_SHARE 8
#define VOTE_SHARE 8

struct matching {
	const struct stet_key_store *keys;	/* work only; constant */
	const struct stet_match_options *o;	/* work only; constant */
	const uint32_t *rank;			/* work only; constant */
	uint32_t *first_equal;			/* by rank: the first with the same tokens; written
						   with the first family, then constant */
	uint64_t batch_share;			/* bytes */
	struct stet_key_part next;		/* read only */
	struct stet_matches *out;		/* write only */
	struct stet_votes votes;		/* write only */
	struct stet_budget *budget;		/* write only */
};

struct batch {
	struct stet_key_part part;
	struct stet_postings postings;
	struct stet_buckets said;
};

void stet_match_options_init(struct stet_match_options *o)
{
	*o = (struct stet_match_options){ .max_leaders = 8, .max_documents = 64,
					   .min_common = 5, .n_threads = 1 };
}

/* So many bits of the key tell slices apart which fit the share of a batch. */
static unsigned slice_bits(const struct matching *m, const struct stet_key_part *p)
{
	const uint64_t n = stet_key_store_partition_count(m->keys, p->family, p->partition);
	unsigned bits = 0;

	while (bits < MOST_SLICE_BITS && n * LIKELY_BYTES >> bits > m->batch_share)
		bits++;
	return bits;
}

static int next_part(void *ctx, size_t lane, void *batch, struct stet_err *err)
{
	struct matching *m = ctx;
	struct batch *b = batch;
	struct stet_key_part *p = &m->next;

	(void)lane;
	if (stet_check_stopped(err) < 0)
		return err->code;
	if (p->partition == STET_PARTITIONS)
		return 0;
	if (p->slice == 0)
		p->bits = slice_bits(m, p);
	b->part = *p;
	if (++p->slice >> p->bits) {
		p->slice = 0;
		p->partition++;
	}
	return 1;
}

/* Bytes beyond the share of a batch: so many documents have one key, or most keys are shared. */
static uint64_t excess(const struct matching *m, const struct batch *b)
{
	const uint64_t bytes = (uint64_t)b->postings.n * MOST_BYTES;

	return bytes > m->batch_share ? bytes - m->batch_share : 0;
}

static int match_part(void *ctx, void *batch, struct stet_err *err)
{
	const struct matching *m = ctx;
	struct batch *b = batch;
	const struct stet_bucket_rules rules = {
		b->part.family, m->o, m->rank, m->first_equal,
	};
	uint64_t more;

	if (stet_key_store_load(m->keys, &b->part, &b->postings, err) < 0)
		return err->code;
	more = excess(m, b);
	if (stet_budget_take(m->budget, more, "the documents of one key", err) < 0)
		return err->code;
	stet_buckets_take(&b->said, &rules, &b->postings);
	if (more > 0) {
		stet_postings_release(&b->postings);
		stet_buckets_release_scratch(&b->said);
	}
	stet_budget_give(m->budget, more);
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

/* The pairs of a star, each with the votes of its family. */
static int vote(struct matching *m, const struct stet_star *s, const uint32_t *ranks,
		unsigned votes, struct stet_err *err)
{
	for (size_t i = 1; i < s->n_ranks; i++)
		for (size_t leader = 0; leader < i && leader < s->max_leaders; leader++)
			if (stet_votes_add(&m->votes, stet_pair(ranks[leader], ranks[i]), votes,
					   err) < 0)
				return err->code;
	return 0;
}

static int vote_all(struct matching *m, const struct batch *b, struct stet_err *err)
{
	const uint32_t *ranks = b->said.star_ranks;

	for (size_t i = 0; i < b->said.n_stars; i++) {
		if (vote(m, &b->said.stars[i], ranks, votes_of[b->part.family], err) < 0)
			return err->code;
		ranks += b->said.stars[i].n_ranks;
	}
	return 0;
}

/* Who goes on for whom, from the stars of equal documents. */
static void learn_equals(struct matching *m, const struct batch *b)
{
	const uint32_t *ranks = b->said.star_ranks;

	for (size_t i = 0; i < b->said.n_stars; i++) {
		for (uint32_t k = 1; k < b->said.stars[i].n_ranks; k++)
			m->first_equal[ranks[k]] = ranks[0];
		ranks += b->said.stars[i].n_ranks;
	}
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
	const struct stet_matches *f = &b->said.found;
	struct stet_matches *out = m->out;

	if (vote_all(m, b, err) < 0)
		return err->code;
	if (b->part.family == STET_DOCUMENT_EXACT)
		learn_equals(m, b);
	for (size_t i = 0; i < b->said.n_repeats; i++)
		out->repeats[b->said.repeats[i]] = true;
	if (take(m, f->n_common * sizeof(*f->common) + f->n_ranks * sizeof(*f->ranks),
		 "the common paragraphs", err) < 0)
		return err->code;
	if (f->n_common > 0)
		append_common(out, f);
	out->capped_keys[b->part.family] += f->capped_keys[b->part.family];
	out->capped_leaders += f->capped_leaders;
	return 0;
}

static void batch_free(struct batch *b)
{
	stet_postings_release(&b->postings);
	stet_buckets_release(&b->said);
	free(b);
}

static int match_families(struct matching *m, struct stet_err *err)
{
	const struct stet_stages st = { m, 1, next_part, match_part, keep_found };
	const size_t n_batches = 2 * (size_t)m->o->n_threads;
	void **batches = stet_calloc(n_batches, sizeof(*batches));
	int rc = 0;

	assert(n_batches > 0);
	for (size_t i = 0; i < n_batches; i++)
		batches[i] = stet_calloc(1, sizeof(struct batch));
	m->batch_share = m->budget->limit / BATCH_SHARE / n_batches;
	for (int f = 0; rc == 0 && f < STET_N_FAMILIES; f++) {
		m->next = (struct stet_key_part){ .family = f, .shared = true };
		rc = stet_conveyor_run(&st, batches, n_batches, m->o->n_threads, err);
	}
	for (size_t i = 0; i < n_batches; i++)
		batch_free(batches[i]);
	free(batches);
	return rc;
}

static int by_key(const void *a, const void *b)
{
	const struct stet_common *x = a, *y = b;

	return (x->key > y->key) - (x->key < y->key);
}

static int count_votes(struct matching *m, struct stet_err *err)
{
	struct stet_matches *out = m->out;

	if (stet_votes_count(&m->votes, &out->pairs, &out->n_pairs, err) < 0)
		return err->code;
	out->cap_pairs = out->n_pairs;
	out->taken += out->n_pairs * sizeof(*out->pairs);
	out->spilled = m->votes.n_file * sizeof(*out->pairs);
	return 0;
}

int stet_match(const struct stet_key_store *keys, const uint32_t *rank, uint32_t n,
	       const struct stet_match_options *o, struct stet_budget *budget,
	       struct stet_matches *out, struct stet_err *err)
{
	struct matching m = {
		.keys = keys, .o = o, .rank = rank, .out = out, .budget = budget,
		.first_equal = stet_calloc(n, sizeof(uint32_t)),
	};
	int rc;

	*out = (struct stet_matches){
		.budget = budget, .repeats = stet_calloc(n, sizeof(*out->repeats)),
	};
	for (uint32_t i = 0; i < n; i++)
		m.first_equal[i] = i;
	stet_votes_init(&m.votes, budget, budget->limit / VOTE_SHARE, VOTES);
	rc = match_families(&m, err);
	free(m.first_equal);
	if (rc == 0)
		rc = count_votes(&m, err);
	stet_votes_release(&m.votes);
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
