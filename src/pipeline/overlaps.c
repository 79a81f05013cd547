/*
 * overlaps.c - `--exact`: every pair of documents that share enough shingles, by theorem
 *
 * Three passes over the stored texts, each a conveyor: how rare each shingle is; the prefix of
 * each document; what each document finds, counted shingle by shingle.  The theorem
 * stands in src/match/exact.c.  No cap applies: 5,000 equal texts are 12 million pairs.
 */
#include "stet/conveyor.h"
#include "stet/log.h"

#include "run.h"

#include <stdlib.h>
#include <string.h>

#define BATCH_TOKENS 200000u

/* The set of shingles of a document. */
struct set {
	uint32_t rank;
	size_t at, n;			/* where in the batch's hashes */
};

struct batch {
	uint32_t first;			/* ordinal of its first document */
	struct stet_key_batch prefixes;
	struct set *sets;
	size_t n, cap;
	uint64_t *hashes;		/* of all its sets, or what a pass makes of them */
	size_t n_hashes, cap_hashes;
	struct stet_loaded doc;
	uint64_t *other;		/* the set of a document found */
	size_t cap_other;
	struct stet_exact_probe probe;
	struct stet_overlap *found;
	size_t n_found, cap_found;
	uint64_t n_met;			/* pairs that were counted */
};

struct pass {
	struct stet_run *r;		/* write only, but for what it holds constant */
	struct stet_exact *exact;	/* write only in the first two passes, then constant */
	uint32_t next;			/* read only: an ordinal, so that texts are read in order */
	uint64_t met;			/* write only: pairs that were counted */
};

typedef int stage(void *ctx, void *batch, struct stet_err *err);

static int next_documents(void *ctx, size_t lane, void *batch, struct stet_err *err)
{
	struct pass *p = ctx;
	struct batch *b = batch;
	uint64_t tokens = 0;

	(void)lane;
	if (stet_check_stopped(err) < 0)
		return err->code;
	b->n = 0;
	b->first = p->next;
	for (; p->next < p->r->n && tokens < BATCH_TOKENS; p->next++) {
		b->sets = stet_grow(b->sets, &b->cap, b->n + 1, sizeof(*b->sets));
		b->sets[b->n++].rank = p->r->rank[p->next];
		tokens += stet_documents_get(p->r->documents, p->next).n_tokens;
	}
	return b->n > 0;
}

/* The shingles of the document at hand into `v`, which has room for its tokens. */
static size_t make_set(const struct stet_run *r, const struct stet_tokens *t, uint64_t *v)
{
	return stet_exact_set(v, stet_shingles(r->o->isa, t->hash, t->class, t->n,
					       &r->o->align.jaccard, v));
}

static int make_sets(void *ctx, void *batch, struct stet_err *err)
{
	const struct pass *p = ctx;
	struct batch *b = batch;

	b->n_hashes = 0;
	for (size_t i = 0; i < b->n; i++) {
		struct set *s = &b->sets[i];

		if (stet_loaded_get(&b->doc, p->r, s->rank, err) < 0)
			return err->code;
		b->hashes = stet_grow(b->hashes, &b->cap_hashes,
				      b->n_hashes + b->doc.tokens.n, sizeof(*b->hashes));
		s->at = b->n_hashes;
		s->n = make_set(p->r, &b->doc.tokens, b->hashes + s->at);
		b->n_hashes += s->n;
	}
	return 0;
}

static int count_sets(void *ctx, void *batch, struct stet_err *err)
{
	struct pass *p = ctx;
	const struct batch *b = batch;

	(void)err;
	for (size_t i = 0; i < b->n; i++)
		stet_exact_count(p->exact, b->sets[i].rank, b->hashes + b->sets[i].at,
				 b->sets[i].n);
	return 0;
}

static int make_prefixes(void *ctx, void *batch, struct stet_err *err)
{
	const struct pass *p = ctx;
	struct batch *b = batch;

	if (make_sets(ctx, batch, err) < 0)
		return err->code;
	stet_key_batch_reset(&b->prefixes);
	for (size_t i = 0; i < b->n; i++) {
		uint64_t *set = b->hashes + b->sets[i].at;

		stet_exact_collect(set, stet_exact_prefix(p->exact, set, b->sets[i].n, set),
				   &b->prefixes);
	}
	return 0;
}

static int add_prefixes(void *ctx, void *batch, struct stet_err *err)
{
	struct pass *p = ctx;
	struct batch *b = batch;

	return stet_exact_add(p->exact, b->first, &b->prefixes, err);
}

/* ---- finding */

static void add_found(struct batch *b, const struct set *s, uint32_t other, size_t n_other,
		      size_t common)
{
	const bool stands = s->rank < other;

	b->found = stet_grow(b->found, &b->cap_found, b->n_found + 1, sizeof(*b->found));
	b->found[b->n_found++] = (struct stet_overlap){
		.stands = stands ? s->rank : other, .copy = stands ? other : s->rank,
		.stands_shingles = (uint32_t)(stands ? s->n : n_other),
		.copy_shingles = (uint32_t)(stands ? n_other : s->n),
		.common = (uint32_t)common,
	};
}

static int count_pair(const struct pass *p, struct batch *b, const struct set *s, uint32_t other,
		      struct stet_err *err)
{
	size_t n, common;

	if (stet_loaded_get(&b->doc, p->r, other, err) < 0)
		return err->code;
	b->other = stet_grow(b->other, &b->cap_other, b->doc.tokens.n, sizeof(*b->other));
	n = make_set(p->r, &b->doc.tokens, b->other);
	common = stet_exact_common(b->hashes + s->at, s->n, b->other, n);
	if (stet_exact_enough(p->exact, common, s->n, n))
		add_found(b, s, other, n, common);
	return 0;
}

static int find_pairs(void *ctx, void *batch, struct stet_err *err)
{
	const struct pass *p = ctx;
	struct batch *b = batch;

	b->n_found = b->n_met = 0;
	if (make_sets(ctx, batch, err) < 0)
		return err->code;
	if (!b->probe.met_by && stet_exact_probe_init(&b->probe, p->exact, p->r->n, err) < 0)
		return err->code;
	for (size_t i = 0; i < b->n; i++) {
		const struct set *s = &b->sets[i];

		stet_exact_find(p->exact, s->rank, b->hashes + s->at, s->n, &b->probe);
		b->n_met += b->probe.n;
		for (size_t k = 0; k < b->probe.n; k++)
			if (count_pair(p, b, s, b->probe.ranks[k], err) < 0)
				return err->code;
	}
	return 0;
}

static int keep_pairs(void *ctx, void *batch, struct stet_err *err)
{
	struct pass *p = ctx;
	const struct batch *b = batch;
	struct stet_run *r = p->r;

	if (stet_budget_take(&r->budget, b->n_found * sizeof(*b->found), "the exact pairs",
			     err) < 0)
		return err->code;
	r->overlaps = stet_grow(r->overlaps, &r->cap_overlaps, r->n_overlaps + b->n_found,
				sizeof(*r->overlaps));
	if (b->n_found > 0)
		memcpy(r->overlaps + r->n_overlaps, b->found, b->n_found * sizeof(*b->found));
	r->n_overlaps += b->n_found;
	p->met += b->n_met;
	return 0;
}

/* ---- the passes */

static struct batch *batch_alloc(void)
{
	struct batch *b = stet_calloc(1, sizeof(*b));

	stet_loaded_init(&b->doc);
	return b;
}

static void batch_free(struct batch *b)
{
	stet_exact_probe_release(&b->probe);
	stet_key_batch_release(&b->prefixes);
	stet_loaded_release(&b->doc);
	free(b->sets);
	free(b->hashes);
	free(b->other);
	free(b->found);
	free(b);
}

static int run_pass(struct pass *p, stage *work, stage *write, struct stet_err *err)
{
	const struct stet_stages st = { p, 1, next_documents, work, write };
	const unsigned threads = p->r->o->threads;
	const size_t n_batches = 2 * (size_t)threads;
	void **batches = stet_calloc(n_batches, sizeof(*batches));
	int rc;

	p->next = 0;
	for (size_t i = 0; i < n_batches; i++)
		batches[i] = batch_alloc();
	rc = stet_conveyor_run(&st, batches, n_batches, threads, err);
	for (size_t i = 0; i < n_batches; i++)
		batch_free(batches[i]);
	free(batches);
	return rc;
}

/* Put what was found among the candidates. */
static int add_candidates(struct stet_run *r, struct stet_err *err)
{
	struct stet_matches *m = &r->matches;

	if (stet_budget_take(&r->budget, r->n_overlaps * sizeof(*m->pairs), "the exact pairs",
			     err) < 0)
		return err->code;
	m->pairs = stet_grow(m->pairs, &m->cap_pairs, m->n_pairs + r->n_overlaps,
			     sizeof(*m->pairs));
	for (size_t i = 0; i < r->n_overlaps; i++)
		m->pairs[m->n_pairs++] = stet_pair(r->overlaps[i].stands, r->overlaps[i].copy);
	m->n_pairs = stet_pairs_unique(m->pairs, m->n_pairs);
	return 0;
}

int stet_run_match_exact(struct stet_run *r, struct stet_err *err)
{
	struct pass p = { .r = r };
	const size_t before = r->matches.n_pairs;
	int rc;

	p.exact = stet_exact_open(r->o->exact, r->n, r->counts.tokens, &r->budget, err);
	if (!p.exact)
		return err->code;
	rc = run_pass(&p, make_sets, count_sets, err);
	if (rc == 0)
		rc = run_pass(&p, make_prefixes, add_prefixes, err);
	if (rc == 0)
		rc = stet_exact_index(p.exact, r->rank, err);
	if (rc == 0)
		rc = run_pass(&p, find_pairs, keep_pairs, err);
	stet_exact_close(p.exact);
	if (rc == 0)
		rc = add_candidates(r, err);
	stet_log_detail("exact: %zu pairs of %llu met, %zu of them new candidates", r->n_overlaps,
			(unsigned long long)p.met, r->matches.n_pairs - before);
	return rc;
}
