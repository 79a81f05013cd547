/*
 * recurrences.c - where common paragraphs recur, and which of them are boilerplate
 *
 * A paragraph of a story that went round the world and one of a menu are both in
 * thousands of documents.  They are told apart by what else those documents have in common,
 * so the first comparison goes by a suspicion (what is short or over the frequency
 * cap is boilerplate), and what it finds decides.
 */
#include "stet/conveyor.h"
#include "stet/hash.h"
#include "stet/log.h"

#include "run.h"

#include <stdlib.h>
#include <string.h>

#define BATCH_TOKENS 200000u

struct batch {
	uint32_t *ranks;
	size_t n, cap;
	struct stet_loaded doc;
	struct stet_recurrence *found;
	size_t n_found, cap_found;
};

struct pass {
	struct stet_run *r;		/* constant */
	const bool *has_common;		/* by rank; constant */
	uint32_t next;			/* read only: an ordinal */
	struct stet_recurrence *all;	/* write only */
	size_t n_all, cap_all;
};

static bool is_key_of(const uint64_t *keys, size_t n, uint64_t key)
{
	size_t low = 0, high = n;

	while (low < high) {
		const size_t mid = low + (high - low) / 2;

		if (keys[mid] < key)
			low = mid + 1;
		else
			high = mid;
	}
	return low < n && keys[low] == key;
}

static bool is_common(const struct stet_run *r, uint64_t key)
{
	const struct stet_matches *m = &r->matches;
	size_t low = 0, high = m->n_common;

	while (low < high) {
		const size_t mid = low + (high - low) / 2;

		if (m->common[mid].key < key)
			low = mid + 1;
		else
			high = mid;
	}
	return low < m->n_common && m->common[low].key == key;
}

/* ---- the pass over documents with a common paragraph */

static int next_documents(void *ctx, void *batch, struct stet_err *err)
{
	struct pass *p = ctx;
	struct batch *b = batch;
	uint64_t tokens = 0;

	if (stet_check_stopped(err) < 0)
		return err->code;
	b->n = 0;
	for (; p->next < p->r->n && tokens < BATCH_TOKENS; p->next++) {
		const uint32_t rank = p->r->rank[p->next];

		if (!p->has_common[rank])
			continue;
		b->ranks = stet_grow(b->ranks, &b->cap, b->n + 1, sizeof(*b->ranks));
		b->ranks[b->n++] = rank;
		tokens += stet_documents_get(p->r->documents, p->next).n_tokens;
	}
	return b->n > 0;
}

static uint64_t key_of(const struct stet_run *r, const struct stet_tokens *t, size_t i)
{
	return i < t->n_paragraphs ? stet_paragraph_key(t, &t->paragraphs[i], &r->o->sketch) : 0;
}

static void find_recurrences(const struct stet_run *r, struct batch *b, uint32_t rank)
{
	const struct stet_tokens *t = &b->doc.tokens;
	const struct stet_span source = stet_run_row(r, rank).source;
	uint64_t key = key_of(r, t, 0);

	for (size_t i = 0; i < t->n_paragraphs; i++) {
		const struct stet_paragraph *p = &t->paragraphs[i];
		const uint64_t next = key_of(r, t, i + 1);

		if (is_common(r, key)) {
			b->found = stet_grow(b->found, &b->cap_found, b->n_found + 1,
					     sizeof(*b->found));
			b->found[b->n_found++] = (struct stet_recurrence){
				.key = key, .next = next,
				.source = source.len ? stet_hash64(source.p, source.len, 0) | 1 : 0,
				.component = r->clusters.component[rank],
				.weight = stet_weight(t, p->token, p->token + p->n_tokens),
			};
		}
		key = next;
	}
}

static int visit_documents(void *ctx, void *batch, struct stet_err *err)
{
	const struct pass *p = ctx;
	struct batch *b = batch;

	b->n_found = 0;
	for (size_t i = 0; i < b->n; i++) {
		if (stet_loaded_get(&b->doc, p->r, b->ranks[i], err) < 0)
			return err->code;
		find_recurrences(p->r, b, b->ranks[i]);
	}
	return 0;
}

static int keep_recurrences(void *ctx, void *batch, struct stet_err *err)
{
	struct pass *p = ctx;
	const struct batch *b = batch;
	const size_t bytes = b->n_found * sizeof(*b->found);

	if (stet_budget_take(&p->r->budget, bytes, "the recurring paragraphs", err) < 0)
		return err->code;
	p->all = stet_grow(p->all, &p->cap_all, p->n_all + b->n_found, sizeof(*p->all));
	if (bytes > 0)
		memcpy(p->all + p->n_all, b->found, bytes);
	p->n_all += b->n_found;
	return 0;
}

static struct batch *batch_alloc(void)
{
	struct batch *b = stet_calloc(1, sizeof(*b));

	stet_loaded_init(&b->doc);
	return b;
}

static void batch_free(struct batch *b)
{
	stet_loaded_release(&b->doc);
	free(b->ranks);
	free(b->found);
	free(b);
}

static int find_all(struct pass *p, struct stet_err *err)
{
	const struct stet_stages st = { p, next_documents, visit_documents, keep_recurrences };
	const unsigned threads = p->r->o->threads;
	const size_t n_batches = 2 * (size_t)threads;
	void **batches = stet_calloc(n_batches, sizeof(*batches));
	int rc;

	for (size_t i = 0; i < n_batches; i++)
		batches[i] = batch_alloc();
	rc = stet_conveyor_run(&st, batches, n_batches, threads, err);
	for (size_t i = 0; i < n_batches; i++)
		batch_free(batches[i]);
	free(batches);
	return rc;
}

/* ---- suspicion and judgement */

/* Is it worth betting on?  Four of five short common paragraphs turn out to be frame. */
static bool is_suspect(const struct stet_common *c)
{
	return c->capped || !STET_PROPOSES(c->key);
}

static void mark(const struct stet_run *r, const struct stet_common *c, bool *flags)
{
	for (uint32_t k = 0; k < c->n_ranks; k++)
		flags[r->matches.ranks[c->ranks + k]] = true;
}

void stet_run_suspect_boilerplate(struct stet_run *r)
{
	const struct stet_matches *m = &r->matches;

	r->boilerplate = stet_calloc(m->n_common, sizeof(*r->boilerplate));
	r->has_boilerplate = stet_calloc(r->n, sizeof(*r->has_boilerplate));
	r->misjudged = stet_calloc(r->n, sizeof(*r->misjudged));
	for (size_t i = 0; i < m->n_common; i++) {
		if (!is_suspect(&m->common[i]))
			continue;
		r->boilerplate[r->n_boilerplate++] = m->common[i].key;
		mark(r, &m->common[i], r->has_boilerplate);
	}
}

int stet_run_decide_boilerplate(struct stet_run *r, struct stet_err *err)
{
	const struct stet_matches *m = &r->matches;
	bool *has_common = stet_calloc(r->n, sizeof(*has_common));
	struct pass p = { .r = r, .has_common = has_common };
	int rc;

	for (size_t i = 0; i < m->n_common; i++)
		mark(r, &m->common[i], has_common);
	rc = find_all(&p, err);
	if (rc == 0)
		r->n_boilerplate = stet_judge_boilerplate(p.all, p.n_all, &r->o->boilerplate,
							  r->boilerplate);
	memset(r->has_boilerplate, 0, r->n * sizeof(*r->has_boilerplate));
	for (size_t i = 0; rc == 0 && i < m->n_common; i++) {
		const bool guilty = is_key_of(r->boilerplate, r->n_boilerplate, m->common[i].key);

		if (guilty)
			mark(r, &m->common[i], r->has_boilerplate);
		if (guilty != is_suspect(&m->common[i]))
			mark(r, &m->common[i], r->misjudged);
	}
	stet_budget_give(&r->budget, p.n_all * sizeof(*p.all));
	free(p.all);
	free(has_common);
	return rc;
}

static size_t drop_proven(const struct stet_run *r, uint64_t *pairs, size_t n)
{
	size_t kept = 0;

	for (size_t i = 0; i < n; i++)
		if (!stet_proofs_find(&r->proofs, stet_pair_stands(pairs[i]),
				      stet_pair_copy(pairs[i])))
			pairs[kept++] = pairs[i];
	return kept;
}

size_t stet_run_add_travelling(const struct stet_run *r, uint64_t **pairs, size_t n, size_t *cap)
{
	for (size_t i = 0; i < r->matches.n_common; i++) {
		const struct stet_common *c = &r->matches.common[i];
		const uint32_t *ranks = r->matches.ranks + c->ranks;

		if (!c->capped || !STET_PROPOSES(c->key) ||
		    is_key_of(r->boilerplate, r->n_boilerplate, c->key))
			continue;
		*pairs = stet_grow(*pairs, cap, n + c->n_ranks, sizeof(**pairs));
		for (uint32_t k = 1; k < c->n_ranks; k++)
			(*pairs)[n++] = stet_pair(ranks[0], ranks[k]);
	}
	return drop_proven(r, *pairs, stet_pairs_unique(*pairs, n));
}

const bool *stet_run_mark_boilerplate(const struct stet_run *r, uint32_t rank,
				      const struct stet_tokens *t, bool **flags, size_t *cap)
{
	bool any = false;

	if (!r->has_boilerplate || !r->has_boilerplate[rank])	/* nobody knows yet, or has */
		return NULL;
	*flags = stet_grow(*flags, cap, t->n_paragraphs, sizeof(**flags));
	for (size_t i = 0; i < t->n_paragraphs; i++) {
		(*flags)[i] = is_key_of(r->boilerplate, r->n_boilerplate, key_of(r, t, i));
		any |= (*flags)[i];
	}
	return any ? *flags : NULL;
}
