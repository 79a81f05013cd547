/*
 * removal.c - which copies may go without losing text
 *
 * A copy goes when its verdict says so and every run of max_unique or more stands
 * in a document that stays.  To ask "what stays" without going in circles, only
 * documents no verdict could drop count as staying.
 */
#include "removal.h"

#include <stdlib.h>

/* The proof of `rank` with the document that stands for it, or NULL. */
static const struct stet_proof *proof_of(const struct stet_run *r, const struct stet_clusters *c,
					 uint32_t rank)
{
	const uint32_t stands = c->stands[rank];

	if (stands == STET_NOBODY || stands == rank)
		return NULL;
	return stet_proofs_find(&r->proofs, stands, rank);
}

/* The proof that made `rank` a copy that may be dropped, or NULL. */
static const struct stet_proof *dropping(const struct stet_run *r, uint32_t rank)
{
	const struct stet_proof *p = proof_of(r, &r->clusters, rank);

	if (p && p->verdict == STET_REVISED)
		p = proof_of(r, &r->again, rank);
	return p && stet_verdict_is_dropped(p->verdict) ? p : NULL;
}

static void add_cover(struct stet_doubts *d, uint32_t rank, uint32_t token, uint32_t token_end)
{
	d->covers = stet_grow(d->covers, &d->cap, d->n + 1, sizeof(*d->covers));
	d->covers[d->n++] = (struct stet_cover){ rank, token, token_end };
}

/* What a pair covers of its doubtful side, if the other side stays. */
static void add_covers(const struct stet_run *r, struct stet_doubts *d, const struct stet_proof *p)
{
	const struct stet_block *b = r->proofs.blocks + p->blocks;

	for (uint32_t i = 0; i < p->n_blocks && d->doubtful[p->copy]; i++)
		if (!dropping(r, p->stands))
			add_cover(d, p->copy, b[i].c_token, b[i].c_token_end);
	for (uint32_t i = 0; i < p->n_blocks && d->doubtful[p->stands]; i++)
		if (!dropping(r, p->copy))
			add_cover(d, p->stands, b[i].s_token, b[i].s_token_end);
}

static int compare(const void *a, const void *b)
{
	const struct stet_cover *x = a, *y = b;

	if (x->rank != y->rank)
		return x->rank < y->rank ? -1 : 1;
	if (x->token != y->token)
		return x->token < y->token ? -1 : 1;
	return (x->token_end > y->token_end) - (x->token_end < y->token_end);
}

void stet_removal_decide(struct stet_run *r, struct stet_doubts *d)
{
	*d = (struct stet_doubts){ .doubtful = stet_calloc(r->n, sizeof(*d->doubtful)) };
	for (uint32_t i = 0; i < r->n; i++) {
		const struct stet_proof *p = dropping(r, i);

		r->removed[i] = p && p->m.c_unique < r->o->max_unique;
		d->doubtful[i] = p && !r->removed[i];
	}
	for (size_t i = 0; i < r->proofs.n; i++)
		add_covers(r, d, &r->proofs.v[i]);
	if (d->n > 1)
		qsort(d->covers, d->n, sizeof(*d->covers), compare);
}

static const struct stet_cover *covers_of(const struct stet_doubts *d, uint32_t rank)
{
	size_t low = 0, high = d->n;

	while (low < high) {
		const size_t mid = low + (high - low) / 2;

		if (d->covers[mid].rank < rank)
			low = mid + 1;
		else
			high = mid;
	}
	return d->covers + low;
}

bool stet_removal_covered(const struct stet_run *r, const struct stet_doubts *d, uint32_t rank,
			  const struct stet_side *copy)
{
	const struct stet_tokens *t = copy->tokens;
	const struct stet_cover *cover = covers_of(d, rank), *end = d->covers + d->n;
	uint32_t run = 0, covered_to = 0;

	for (size_t p = 0; p < t->n_paragraphs; p++) {
		const struct stet_paragraph *par = &t->paragraphs[p];
		const bool plain = !(copy->boilerplate && copy->boilerplate[p]);

		for (uint32_t i = par->token; i < par->token + par->n_tokens; i++) {
			for (; cover < end && cover->rank == rank && cover->token <= i; cover++)
				if (cover->token_end > covered_to)
					covered_to = cover->token_end;
			run = plain && i >= covered_to ? run + stet_weight(t, i, i + 1) : 0;
			if (run >= r->o->max_unique)
				return false;
		}
	}
	return true;
}

void stet_doubts_release(struct stet_doubts *d)
{
	free(d->doubtful);
	free(d->covers);
	*d = (struct stet_doubts){ 0 };
}
