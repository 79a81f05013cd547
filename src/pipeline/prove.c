/*
 * prove.c - candidate pairs to proofs
 *
 * Pairs come sorted by the document that stands, so a batch fetches and tokenizes
 * it once for all its followers, and holds two texts at a time.
 */
#include "stet/conveyor.h"
#include "stet/log.h"

#include "run.h"

#include <stdlib.h>
#include <string.h>

/* Enough to keep a thread busy for some milliseconds. */
#define BATCH_TOKENS 200000u
#define BATCH_PAIRS 256u

struct batch {
	const uint64_t *pairs;
	size_t n;
	struct stet_loaded stands, copy;
	struct stet_aligner *aligner;
	struct stet_proofs found;
	uint64_t capped;
};

struct pass {
	struct stet_run *r;		/* write only, but for what it holds constant */
	const uint64_t *pairs;
	size_t n, next;			/* read only */
};

static int read_pairs(void *ctx, void *batch, struct stet_err *err)
{
	struct pass *p = ctx;
	struct batch *b = batch;
	uint64_t tokens = 0;

	if (stet_check_stopped(err) < 0)
		return err->code;
	b->pairs = p->pairs + p->next;
	b->n = 0;
	while (p->next < p->n && b->n < BATCH_PAIRS && tokens < BATCH_TOKENS) {
		tokens += stet_run_row(p->r, stet_pair_copy(p->pairs[p->next])).n_tokens;
		p->next++;
		b->n++;
	}
	return b->n > 0;
}

/* ---- work */

static bool spans_equal(struct stet_span a, struct stet_span b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.p, b.p, a.len) == 0);
}

/* What the documents' data say of a pair. */
static struct stet_relation relate(const struct stet_row *s, const struct stet_row *c)
{
	struct stet_relation r = {
		.sources = s->source.len > 0 && c->source.len > 0,
		.same_url = s->url.len > 0 && spans_equal(s->url, c->url),
		.dates = s->date_key != STET_NO_DATE && c->date_key != STET_NO_DATE,
	};

	r.same_source = r.sources && spans_equal(s->source, c->source);
	r.same_date = r.dates && s->date_key == c->date_key;
	if (r.dates)
		r.days = stet_date_day(c->date_key) - stet_date_day(s->date_key);
	return r;
}

static bool is_updated(const struct stet_proof *p, const struct stet_relation *r)
{
	return (p->verdict == STET_NEAR || p->verdict == STET_REVISED) && r->same_source &&
	       (r->same_url || (r->dates && !r->same_date));
}

/* The verdict if nothing were boilerplate. */
static enum stet_verdict judge_plain(const struct stet_run *r, const struct batch *b,
				     const struct stet_measures *core)
{
	const struct stet_tokens *c = &b->copy.tokens, *s = &b->stands.tokens;
	struct stet_measures m = *core;

	m.c_core = m.c_tokens;
	m.s_core = m.s_tokens;
	m.c_core_aligned = m.s_core_aligned = m.aligned;
	m.c_core_weight = stet_weight(c, 0, c->n);
	m.s_core_weight = stet_weight(s, 0, s->n);
	return stet_judge(&m, NULL, 0, &r->o->verdict);
}

/* Load the document that stands, and hold it for its followers. */
static int hold(const struct stet_run *r, struct batch *b, uint32_t rank, struct stet_err *err)
{
	if (b->stands.rank == rank)
		return 0;
	if (stet_loaded_get(&b->stands, r, rank, err) < 0)
		return err->code;
	stet_aligner_hold(b->aligner, &b->stands.side);
	return 0;
}

/* Verdict, frame, and what else the documents' data say. */
static void judge(const struct stet_run *r, struct batch *b, const struct stet_alignment *found,
		  struct stet_proof *p)
{
	const struct stet_relation relation = relate(&b->stands.row, &b->copy.row);
	const struct stet_verdict_options *o = &r->o->verdict;
	struct stet_slots slots = { 0 };

	p->verdict = stet_judge(&found->m, found->blocks, found->n_blocks, o);
	p->plain = judge_plain(r, b, &found->m);
	if (stet_verdict_connects(p->verdict))
		stet_align_slots(b->aligner, &b->copy.side, &slots);
	p->frame = stet_judge_frame(p->verdict, &found->m, &slots, &relation, &r->o->templates);
	if (stet_is_edition(&relation))
		stet_judge_edition(p, stet_judge_blocks(found->blocks, found->n_blocks, o));
	p->syndicated = stet_verdict_is_copy(p->verdict) && relation.sources &&
			!relation.same_source;
	p->updated = is_updated(p, &relation);
}

static int prove(const struct stet_run *r, struct batch *b, uint64_t pair, struct stet_err *err)
{
	struct stet_proof p = { .stands = stet_pair_stands(pair), .copy = stet_pair_copy(pair) };
	struct stet_alignment found;

	if (hold(r, b, p.stands, err) < 0 || stet_loaded_get(&b->copy, r, p.copy, err) < 0)
		return err->code;
	stet_align(b->aligner, &b->copy.side, &found);
	judge(r, b, &found, &p);
	if (p.verdict != STET_REJECTED) {
		stet_align_jaccard(b->aligner, &b->copy.side, &found.m);
		p.n_blocks = (uint32_t)found.n_blocks;
	}
	p.m = found.m;
	stet_proofs_add(&b->found, &p, found.blocks);
	b->capped += found.capped;
	return 0;
}

static int prove_pairs(void *ctx, void *batch, struct stet_err *err)
{
	const struct pass *p = ctx;
	struct batch *b = batch;

	b->found.n = b->found.n_blocks = 0;
	b->capped = 0;
	for (size_t i = 0; i < b->n; i++)
		if (prove(p->r, b, b->pairs[i], err) < 0)
			return err->code;
	return 0;
}

/* ---- write */

static int keep_proofs(void *ctx, void *batch, struct stet_err *err)
{
	struct pass *p = ctx;
	const struct batch *b = batch;

	if (stet_budget_take(&p->r->budget, stet_proofs_bytes(&b->found), "the proven pairs",
			     err) < 0)
		return err->code;
	for (size_t i = 0; i < b->found.n; i++)
		stet_proofs_add(&p->r->proofs, &b->found.v[i],
				b->found.blocks + b->found.v[i].blocks);
	p->r->capped_places += b->capped;
	stet_log_progress("comparing: %zu of %zu pairs", (size_t)(b->pairs - p->pairs) + b->n,
			  p->n);
	return 0;
}

/* ---- the pass */

static struct batch *batch_alloc(const struct stet_run *r)
{
	struct batch *b = stet_calloc(1, sizeof(*b));

	stet_loaded_init(&b->stands);
	stet_loaded_init(&b->copy);
	b->aligner = stet_aligner_alloc(&r->o->align);
	return b;
}

static void batch_free(struct batch *b)
{
	stet_loaded_release(&b->stands);
	stet_loaded_release(&b->copy);
	stet_aligner_free(b->aligner);
	stet_proofs_release(&b->found);
	free(b);
}

int stet_run_prove(struct stet_run *r, const uint64_t *pairs, size_t n, struct stet_err *err)
{
	struct pass p = { .r = r, .pairs = pairs, .n = n };
	const struct stet_stages st = { &p, read_pairs, prove_pairs, keep_proofs };
	const size_t n_batches = 2 * (size_t)r->o->threads;
	void **batches = stet_calloc(n_batches, sizeof(*batches));
	int rc;

	for (size_t i = 0; i < n_batches; i++)
		batches[i] = batch_alloc(r);
	rc = stet_conveyor_run(&st, batches, n_batches, r->o->threads, err);
	for (size_t i = 0; i < n_batches; i++)
		batch_free(batches[i]);
	free(batches);
	stet_proofs_sort(&r->proofs);
	if (r->siblings.n > 0)
		stet_judge_templates(&r->proofs, &r->siblings);
	return rc;
}
