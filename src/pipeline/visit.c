/*
 * visit.c - documents looked at once more, alone: repeats and removal
 *
 * Then everything that stands in more than one place is put together as passages.
 */
#include "stet/conveyor.h"
#include "stet/log.h"

#include "removal.h"
#include "run.h"

#include <stdlib.h>
#include <string.h>

#define BATCH_TOKENS 200000u

struct finds {
	struct stet_link *repeats;
	size_t n_repeats, cap_repeats;
	uint32_t *removed;		/* ranks */
	size_t n_removed, cap_removed;
	uint64_t capped;
};

struct batch {
	uint32_t *ranks;		/* documents to visit */
	size_t n, cap;
	struct stet_loaded doc;
	struct stet_aligner *aligner;
	struct finds finds;
};

struct pass {
	struct stet_run *r;		/* write only, but for what it holds constant */
	struct stet_doubts doubts;	/* constant */
	uint32_t next;			/* read only: an ordinal */
	struct finds all;		/* write only */
};

static bool wants_visit(const struct pass *p, uint32_t rank)
{
	return p->r->matches.repeats[rank] || p->doubts.doubtful[rank];
}

/* In order of address, so that texts come in the order in which they are stored. */
static int next_documents(void *ctx, size_t lane, void *batch, struct stet_err *err)
{
	struct pass *p = ctx;
	struct batch *b = batch;
	uint64_t tokens = 0;

	(void)lane;
	if (stet_check_stopped(err) < 0)
		return err->code;
	b->n = 0;
	for (; p->next < p->r->n && tokens < BATCH_TOKENS; p->next++) {
		const uint32_t rank = p->r->rank[p->next];

		if (!wants_visit(p, rank))
			continue;
		b->ranks = stet_grow(b->ranks, &b->cap, b->n + 1, sizeof(*b->ranks));
		b->ranks[b->n++] = rank;
		tokens += stet_documents_get(p->r->documents, p->next).n_tokens;
	}
	return b->n > 0;
}

/* ---- work */

static void find_repeats(struct batch *b, uint32_t rank)
{
	struct stet_alignment found;
	struct finds *f = &b->finds;

	stet_align_self(b->aligner, &b->doc.side, &found);
	f->capped += found.capped;
	for (size_t i = 0; i < found.n_blocks; i++) {
		const struct stet_block *k = &found.blocks[i];

		f->repeats = stet_grow(f->repeats, &f->cap_repeats, f->n_repeats + 1,
				       sizeof(*f->repeats));
		f->repeats[f->n_repeats++] = (struct stet_link){
			.first = { rank, k->s_begin, k->s_end },
			.other = { rank, k->c_begin, k->c_end },
			.tokens = k->s_token_end - k->s_token,
		};
	}
}

static int visit_documents(void *ctx, void *batch, struct stet_err *err)
{
	const struct pass *p = ctx;
	struct batch *b = batch;
	struct finds *f = &b->finds;

	f->n_repeats = f->n_removed = 0;
	f->capped = 0;
	for (size_t i = 0; i < b->n; i++) {
		const uint32_t rank = b->ranks[i];

		if (stet_loaded_get(&b->doc, p->r, rank, err) < 0)
			return err->code;
		if (p->r->matches.repeats[rank])
			find_repeats(b, rank);
		if (!p->doubts.doubtful[rank] ||
		    !stet_removal_covered(p->r, &p->doubts, rank, &b->doc.side))
			continue;
		f->removed = stet_grow(f->removed, &f->cap_removed, f->n_removed + 1,
				       sizeof(*f->removed));
		f->removed[f->n_removed++] = rank;
	}
	return 0;
}

/* ---- write */

static int keep_finds(void *ctx, void *batch, struct stet_err *err)
{
	struct pass *p = ctx;
	const struct finds *f = &((const struct batch *)batch)->finds;
	struct finds *all = &p->all;

	if (stet_budget_take(&p->r->budget, f->n_repeats * sizeof(*f->repeats), "the passages",
			     err) < 0)
		return err->code;
	all->repeats = stet_grow(all->repeats, &all->cap_repeats, all->n_repeats + f->n_repeats,
				 sizeof(*all->repeats));
	if (f->n_repeats > 0)
		memcpy(all->repeats + all->n_repeats, f->repeats,
		       f->n_repeats * sizeof(*f->repeats));
	all->n_repeats += f->n_repeats;
	for (size_t i = 0; i < f->n_removed; i++)
		p->r->removed[f->removed[i]] = true;
	p->r->capped_places += f->capped;
	return 0;
}

/* ---- passages */

static void add_shared(struct stet_run *r)
{
	struct stet_link *links = NULL;
	size_t n = 0, cap = 0;

	for (size_t i = 0; i < r->proofs.n; i++) {
		const struct stet_proof *p = &r->proofs.v[i];
		const struct stet_block *b = r->proofs.blocks + p->blocks;

		for (uint32_t k = 0; p->verdict == STET_SHARES && k < p->n_blocks; k++) {
			if (b[k].weight < r->o->verdict.min_shared)
				continue;
			links = stet_grow(links, &cap, n + 1, sizeof(*links));
			links[n++] = (struct stet_link){
				.first = { p->stands, b[k].s_begin, b[k].s_end },
				.other = { p->copy, b[k].c_begin, b[k].c_end },
				.tokens = b[k].s_token_end - b[k].s_token,
			};
		}
	}
	stet_passages_gather(&r->passages, STET_PASSAGE_SHARED, links, n);
	free(links);
}

/* Passages are known by what they say: the hash of the bytes of their first place. */
static int set_ids(struct stet_run *r, struct stet_err *err)
{
	struct stet_text_cache cache = { 0 };
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < r->passages.n; i++) {
		struct stet_passage *p = &r->passages.v[i];
		const struct stet_place *first = &r->passages.places[p->places];
		const struct stet_row row = stet_run_row(r, first->rank);
		struct stet_span text;

		rc = stet_texts_get(r->texts, row.text_place, row.text_len, &cache, &text, err);
		if (rc == 0)
			p->id = stet_hash64(text.p + first->begin, first->end - first->begin,
					    p->kind);
	}
	stet_text_cache_release(&cache);
	return rc;
}

/* A paragraph that is boilerplate, where it stands. */
struct found_boilerplate {
	uint64_t key;
	struct stet_place place;
	uint32_t tokens;
};

struct found {
	struct found_boilerplate *v;
	size_t n, cap;
};

static void find_boilerplate(const struct stet_run *r, uint32_t rank, struct found *to)
{
	const struct stet_row row = stet_run_row(r, rank);

	for (uint32_t i = 0; i < row.n_paragraphs; i++) {
		const struct stet_outline *p = &row.paragraphs[i];

		if (!stet_run_is_boilerplate(r, p))
			continue;
		to->v = stet_grow(to->v, &to->cap, to->n + 1, sizeof(*to->v));
		to->v[to->n++] = (struct found_boilerplate){
			.key = p->key, .place = { rank, p->begin, p->end }, .tokens = p->n_tokens,
		};
	}
}

static int by_key(const void *a, const void *b)
{
	const struct found_boilerplate *x = a, *y = b;

	return (x->key > y->key) - (x->key < y->key);
}

static void add_boilerplate(struct stet_run *r)
{
	struct stet_place *places;
	struct found all = { 0 };

	for (uint32_t i = 0; i < r->n; i++)
		if (r->has_boilerplate[r->rank[i]])
			find_boilerplate(r, r->rank[i], &all);
	places = stet_calloc(all.n, sizeof(*places));
	if (all.n > 1)
		qsort(all.v, all.n, sizeof(*all.v), by_key);
	for (size_t i = 0; i < all.n; ) {
		const struct found_boilerplate *first = &all.v[i];
		size_t n_places = 0;

		for (; i < all.n && all.v[i].key == first->key; i++)
			places[n_places++] = all.v[i].place;
		stet_passages_add(&r->passages, STET_PASSAGE_BOILERPLATE, first->key,
				  first->tokens, places, n_places);
	}
	free(places);
	free(all.v);
}

static int make_passages(struct stet_run *r, struct finds *all, struct stet_err *err)
{
	stet_passages_gather(&r->passages, STET_PASSAGE_REPEAT, all->repeats, all->n_repeats);
	add_shared(r);
	stet_passages_add_templates(&r->passages, &r->proofs, &r->siblings);
	if (set_ids(r, err) < 0)
		return err->code;
	add_boilerplate(r);
	stet_passages_merge(&r->passages);
	return 0;
}

/* ---- the pass */

static void finds_release(struct finds *f)
{
	free(f->repeats);
	free(f->removed);
}

static struct batch *batch_alloc(const struct stet_run *r)
{
	struct batch *b = stet_calloc(1, sizeof(*b));

	stet_loaded_init(&b->doc);
	b->aligner = stet_run_aligner(r);
	return b;
}

static void batch_free(struct batch *b)
{
	stet_loaded_release(&b->doc);
	stet_aligner_free(b->aligner);
	finds_release(&b->finds);
	free(b->ranks);
	free(b);
}

int stet_run_visit(struct stet_run *r, struct stet_err *err)
{
	struct pass p = { .r = r };
	const struct stet_stages st = { &p, 1, next_documents, visit_documents, keep_finds };
	const size_t n_batches = 2 * (size_t)r->o->threads;
	void **batches = stet_calloc(n_batches, sizeof(*batches));
	int rc;

	r->removed = stet_calloc(r->n, sizeof(*r->removed));
	stet_removal_decide(r, &p.doubts);
	for (size_t i = 0; i < n_batches; i++)
		batches[i] = batch_alloc(r);
	rc = stet_conveyor_run(&st, batches, n_batches, r->o->threads, err);
	for (size_t i = 0; i < n_batches; i++)
		batch_free(batches[i]);
	free(batches);
	if (rc == 0)
		rc = make_passages(r, &p.all, err);
	finds_release(&p.all);
	stet_doubts_release(&p.doubts);
	return rc;
}
