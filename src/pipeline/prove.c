/*
 * prove.c - candidate pairs to proofs
 *
 * Pairs come sorted by the document that stands.  A batch holds many of these, and goes
 * through its pairs in order of the copy, so that each text is fetched and tokenized
 * once in a batch, whichever side it is on.  (Pair by pair the copies of a Thai set
 * are 444 million tokens, in batches of a million tokens that stand 69.)
 */
#include "stet/conveyor.h"
#include "stet/log.h"

#include "run.h"

#include <stdlib.h>
#include <string.h>

/* Of memory, for each token that stands: itself, its text, and its index. */
#define TOKEN_BYTES 96u
#define MIN_BATCH_TOKENS 20000u
#define MAX_BATCH_TOKENS 1000000u

/* A batch of so many is large enough: beyond, more is lost in caches than is won. */
#define ENOUGH_TOKENS 200000u
#define ENOUGH_DOCUMENTS 256u

/* Copies can be many for one document that stands: so many times the tokens. */
#define COPIES 16u

/* A document that stands, ready to be compared with. */
struct standing {
	uint32_t rank;
	struct stet_row row;
	struct stet_index *index;
	const struct stet_tokens *tokens;
};

struct batch {
	const uint64_t *first;		/* of its pairs */
	size_t n;
	uint64_t *tasks;		/* copy, and number of the document that stands */
	size_t cap_tasks;
	struct stet_arena mem;		/* of all that stands */
	struct standing *standing;
	size_t n_standing, cap_standing;
	struct stet_loaded stands, copy;
	struct stet_aligner *aligner;
	struct stet_proofs found;
	uint64_t capped;
};

struct pass {
	struct stet_run *r;		/* write only, but for what it holds constant */
	const uint64_t *pairs;
	uint64_t batch_tokens;		/* that stand */
	size_t n, next;			/* read only */
};

static uint32_t tokens_of(const struct stet_run *r, uint32_t rank)
{
	return stet_run_row(r, rank).n_tokens;
}

static bool is_full(const struct pass *p, uint64_t tokens, uint64_t documents)
{
	return tokens >= p->batch_tokens ||
	       (tokens >= ENOUGH_TOKENS && documents >= ENOUGH_DOCUMENTS);
}

static int read_pairs(void *ctx, size_t lane, void *batch, struct stet_err *err)
{
	struct pass *p = ctx;
	struct batch *b = batch;
	uint64_t standing = 0, documents = 0, copies = 0;
	uint32_t last = STET_NOBODY;

	(void)lane;
	if (stet_check_stopped(err) < 0)
		return err->code;
	b->first = p->pairs + p->next;
	b->n = 0;
	for (; p->next < p->n && copies < COPIES * p->batch_tokens; p->next++, b->n++) {
		const uint32_t stands = stet_pair_stands(p->pairs[p->next]);

		if (stands != last && is_full(p, standing, documents))
			break;
		if (stands != last) {
			standing += tokens_of(p->r, stands);
			documents++;
		}
		copies += tokens_of(p->r, stet_pair_copy(p->pairs[p->next]));
		last = stands;
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

/*
 * The verdict if nothing were boilerplate.  Of pages with links it is that without what is
 * taken for it: else a site's menus would make copies of all its pages.
 */
static enum stet_verdict judge_plain(const struct stet_run *r, const struct standing *stands,
				     const struct stet_loaded *copy,
				     const struct stet_measures *core)
{
	const struct stet_tokens *s = stands->tokens, *c = &copy->tokens;
	struct stet_measures m = *core;

	if (stet_run_has_links(&stands->row) || stet_run_has_links(&copy->row))
		return stet_judge(core, NULL, 0, &r->o->verdict);
	m.c_core = m.c_tokens;
	m.s_core = m.s_tokens;
	m.c_core_aligned = m.s_core_aligned = m.aligned;
	m.c_core_weight = stet_weight(c, 0, c->n);
	m.s_core_weight = stet_weight(s, 0, s->n);
	return stet_judge(&m, NULL, 0, &r->o->verdict);
}

/* Verdict, frame, and what else the documents' data say. */
static void judge(const struct stet_run *r, struct batch *b, const struct standing *s,
		  const struct stet_alignment *found, struct stet_proof *p)
{
	const struct stet_relation relation = relate(&s->row, &b->copy.row);
	const struct stet_verdict_options *o = &r->o->verdict;
	struct stet_slots slots = { 0 };

	p->verdict = stet_judge(&found->m, found->blocks, found->n_blocks, o);
	p->plain = judge_plain(r, s, &b->copy, &found->m);
	if (p->verdict != STET_REJECTED && stet_may_be_siblings(&relation))
		stet_align_slots(b->aligner, &slots);
	p->frame = stet_judge_frame(p->verdict, &found->m, &slots, &relation, &r->o->templates);
	if (stet_is_edition(&relation))
		stet_judge_edition(p, stet_judge_blocks(found->blocks, found->n_blocks, o));
	p->syndicated = stet_verdict_is_copy(p->verdict) && relation.sources &&
			!relation.same_source;
	p->updated = is_updated(p, &relation);
}

/* Compare the copy at hand. */
static void prove(const struct stet_run *r, struct batch *b, const struct standing *s)
{
	struct stet_proof p = { .stands = s->rank, .copy = b->copy.rank };
	struct stet_alignment found;

	stet_aligner_take(b->aligner, s->index);
	stet_align(b->aligner, &found);
	judge(r, b, s, &found, &p);
	if (p.verdict != STET_REJECTED) {
		stet_align_jaccard(b->aligner, &found.m);
		p.n_blocks = (uint32_t)found.n_blocks;
	}
	p.m = found.m;
	stet_proofs_add(&b->found, &p, found.blocks);
	b->capped += found.capped;
}

static int add_standing(const struct stet_run *r, struct batch *b, uint32_t rank,
			struct stet_err *err)
{
	struct standing *s;
	struct stet_side side;

	if (stet_loaded_get(&b->stands, r, rank, err) < 0)
		return err->code;
	side = stet_loaded_keep(&b->stands, &b->mem);
	b->standing = stet_grow(b->standing, &b->cap_standing, b->n_standing + 1,
				sizeof(*b->standing));
	s = &b->standing[b->n_standing++];
	*s = (struct standing){
		.rank = rank, .row = b->stands.row, .tokens = side.tokens,
		.index = stet_index_make(&side, &b->mem),
	};
	return 0;
}

static int compare_tasks(const void *a, const void *b)
{
	const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/* Load all that stands, and put the pairs in order of their copies. */
static int set_out(const struct stet_run *r, struct batch *b, struct stet_err *err)
{
	stet_arena_reset(&b->mem);
	b->n_standing = 0;
	b->tasks = stet_grow(b->tasks, &b->cap_tasks, b->n, sizeof(*b->tasks));
	for (size_t i = 0; i < b->n; i++) {
		const uint32_t rank = stet_pair_stands(b->first[i]);

		if ((b->n_standing == 0 || b->standing[b->n_standing - 1].rank != rank) &&
		    add_standing(r, b, rank, err) < 0)
			return err->code;
		b->tasks[i] = (uint64_t)stet_pair_copy(b->first[i]) << 32 | (b->n_standing - 1);
	}
	qsort(b->tasks, b->n, sizeof(*b->tasks), compare_tasks);
	return 0;
}

/* Load the next copy, unless it is at hand. */
static int bring(const struct stet_run *r, struct batch *b, uint32_t rank, struct stet_err *err)
{
	if (b->copy.rank == rank)
		return 0;
	if (stet_loaded_get(&b->copy, r, rank, err) < 0)
		return err->code;
	stet_aligner_bring(b->aligner, &b->copy.side);
	return 0;
}

static int prove_pairs(void *ctx, void *batch, struct stet_err *err)
{
	const struct pass *p = ctx;
	struct batch *b = batch;

	b->found.n = b->found.n_blocks = 0;
	b->capped = 0;
	if (set_out(p->r, b, err) < 0)
		return err->code;
	for (size_t i = 0; i < b->n; i++) {
		const uint32_t copy = (uint32_t)(b->tasks[i] >> 32);

		if (stet_check_stopped(err) < 0 || bring(p->r, b, copy, err) < 0)
			return err->code;
		prove(p->r, b, &b->standing[(uint32_t)b->tasks[i]]);
	}
	stet_proofs_sort(&b->found);
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
	stet_log_progress("comparing: %zu of %zu pairs", (size_t)(b->first - p->pairs) + b->n,
			  p->n);
	return 0;
}

/* ---- the pass */

static struct batch *batch_alloc(const struct stet_run *r)
{
	struct batch *b = stet_calloc(1, sizeof(*b));

	stet_loaded_init(&b->stands);
	stet_loaded_init(&b->copy);
	b->aligner = stet_run_aligner(r);
	return b;
}

static void batch_free(struct batch *b)
{
	stet_loaded_release(&b->stands);
	stet_loaded_release(&b->copy);
	stet_aligner_free(b->aligner);
	stet_proofs_release(&b->found);
	stet_arena_release(&b->mem);
	free(b->tasks);
	free(b->standing);
	free(b);
}

/* A quarter of the memory that is left for all batches. */
static uint64_t batch_tokens(const struct stet_run *r)
{
	const uint64_t used = r->budget.used, limit = r->budget.limit;
	const uint64_t left = used < limit ? limit - used : 0;
	const uint64_t tokens = left / 4 / (2 * (uint64_t)r->o->threads) / TOKEN_BYTES;

	if (tokens < MIN_BATCH_TOKENS)
		return MIN_BATCH_TOKENS;
	return tokens < MAX_BATCH_TOKENS ? tokens : MAX_BATCH_TOKENS;
}

int stet_run_prove(struct stet_run *r, const uint64_t *pairs, size_t n, struct stet_err *err)
{
	struct pass p = { .r = r, .pairs = pairs, .n = n, .batch_tokens = batch_tokens(r) };
	const struct stet_stages st = { &p, 1, read_pairs, prove_pairs, keep_proofs };
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
