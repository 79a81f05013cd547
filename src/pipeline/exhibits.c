/*
 * exhibits.c - the pairs that the page shows side by side
 *
 * The largest clusters, each with the copy that tells most; then the longest passages that
 * are shared, and templates.  They are few, so they are aligned once more, for what blocks
 * do not say: which of their tokens are not matched.
 */
#include "run.h"

#include <stdlib.h>
#include <string.h>

/* Of both texts of a pair together: nobody reads texts of megabytes side by side. */
#define MOST_BYTES ((size_t)1 << 20)

#define MOST_CLUSTERS 120u
#define MOST_PASSAGES 50u
#define MOST_TEMPLATES 30u

/* A pair that might be shown: the best of its group, by score. */
struct pick {
	uint64_t score;
	uint32_t stands, copy, group;
};

/* The best, best first; of equals the first that came. */
struct picks {
	struct pick v[MOST_CLUSTERS];
	uint32_t n, most;
};

static void take_out(struct picks *p, uint32_t i)
{
	memmove(p->v + i, p->v + i + 1, (p->n - i - 1) * sizeof(*p->v));
	p->n--;
}

static void offer(struct picks *p, struct pick x)
{
	uint32_t i = 0;

	if (p->n == p->most && p->v[p->n - 1].score >= x.score)
		return;
	while (i < p->n && p->v[i].group != x.group)
		i++;
	if (i < p->n && p->v[i].score >= x.score)
		return;
	if (i < p->n || p->n == p->most)
		take_out(p, i < p->n ? i : p->n - 1);
	for (i = p->n; i > 0 && p->v[i - 1].score < x.score; i--)
		p->v[i] = p->v[i - 1];
	p->v[i] = x;
	p->n++;
}

/* ---- what is offered */

/* Equal texts tell least, then those that are most alike. */
static uint32_t telling(const struct stet_proof *p)
{
	if (p->m.same_tokens)
		return 0;
	return 1 + 10000 - stet_share(p->m.aligned, p->m.c_tokens);
}

static void offer_cluster(const struct stet_run *r, const struct stet_proof *v, size_t n,
			  struct picks *clusters)
{
	const struct stet_proof *best = NULL;
	uint64_t size = 0;

	for (size_t i = 0; i < n; i++) {
		if (!stet_is_member(&r->clusters, &v[i]))
			continue;
		size++;
		if (!best || telling(&v[i]) > telling(best))
			best = &v[i];
	}
	if (best)
		offer(clusters, (struct pick){ size, best->stands, best->copy, best->stands });
}

static void offer_pair(const struct stet_run *r, const struct stet_proof *p,
		       struct picks *passages, struct picks *templates)
{
	uint32_t weight = 0;

	for (uint32_t i = 0; i < p->n_blocks; i++) {
		const struct stet_block *b = &r->proofs.blocks[p->blocks + i];

		weight = b->weight > weight ? b->weight : weight;
	}
	if (p->verdict == STET_SHARES)
		offer(passages, (struct pick){ weight, p->stands, p->copy, p->stands });
	else if (p->verdict == STET_TEMPLATE)
		offer(templates, (struct pick){ weight, p->stands, p->copy,
						r->siblings.first[p->stands] });
}

static void pick_all(const struct stet_run *r, struct picks *clusters, struct picks *passages,
		     struct picks *templates)
{
	const struct stet_proofs *all = &r->proofs;

	for (size_t i = 0, end; i < all->n; i = end) {
		for (end = i; end < all->n && all->v[end].stands == all->v[i].stands; end++)
			offer_pair(r, &all->v[end], passages, templates);
		offer_cluster(r, all->v + i, end - i, clusters);
	}
}

/* ---- what is shown of a pair */

static const void *keep(struct stet_arena *mem, const void *from, size_t n)
{
	void *to = stet_arena_alloc(mem, n);

	return n > 0 ? memcpy(to, from, n) : to;
}

/* The bytes of tokens[first, last) that are not matched; neighbours as one range. */
static uint32_t add_others(const struct stet_tokens *t, const bool *matched, uint32_t first,
			   uint32_t last, struct stet_range *to, uint32_t n)
{
	for (uint32_t i = first; i < last; i++) {
		if (matched[i])
			continue;
		if (i > first && !matched[i - 1])
			to[n - 1].end = t->end[i];
		else
			to[n++] = (struct stet_range){ t->begin[i], t->end[i] };
	}
	return n;
}

static int by_begin(const void *a, const void *b)
{
	const struct stet_range *x = a, *y = b;

	return (x->begin > y->begin) - (x->begin < y->begin);
}

static void add_exhibit(struct stet_exhibits *e, struct stet_aligner *a,
			const struct stet_loaded *s, const struct stet_loaded *c)
{
	struct stet_exhibit *x = &e->v[e->n++];
	struct stet_alignment found;
	const bool *of_c, *of_s;
	struct stet_range *c_other, *s_other;

	stet_aligner_hold(a, &s->side);
	stet_aligner_bring(a, &c->side);
	stet_align(a, &found);
	stet_align_matched(a, &of_c, &of_s);
	c_other = stet_arena_alloc(&e->mem, c->tokens.n * sizeof(*c_other));
	s_other = stet_arena_alloc(&e->mem, s->tokens.n * sizeof(*s_other));
	*x = (struct stet_exhibit){
		.stands = s->rank, .copy = c->rank,
		.s_text = { keep(&e->mem, s->side.text.p, s->side.text.len), s->side.text.len },
		.c_text = { keep(&e->mem, c->side.text.p, c->side.text.len), c->side.text.len },
		.blocks = keep(&e->mem, found.blocks, found.n_blocks * sizeof(*found.blocks)),
		.n_blocks = (uint32_t)found.n_blocks,
		.c_other = c_other, .s_other = s_other,
	};
	for (uint32_t i = 0; i < x->n_blocks; i++) {
		const struct stet_block *b = &x->blocks[i];

		x->n_c_other = add_others(&c->tokens, of_c, b->c_token, b->c_token_end, c_other,
					  x->n_c_other);
		x->n_s_other = add_others(&s->tokens, of_s, b->s_token, b->s_token_end, s_other,
					  x->n_s_other);
	}
	qsort(s_other, x->n_s_other, sizeof(*s_other), by_begin);
}

static int add_picks(const struct stet_run *r, const struct picks *p, struct stet_exhibits *e,
		     struct stet_aligner *a, struct stet_loaded side[2], struct stet_err *err)
{
	for (uint32_t i = 0; i < p->n; i++) {
		if (stet_loaded_get(&side[0], r, p->v[i].stands, err) < 0 ||
		    stet_loaded_get(&side[1], r, p->v[i].copy, err) < 0)
			return err->code;
		if (side[0].side.text.len + side[1].side.text.len <= MOST_BYTES)
			add_exhibit(e, a, &side[0], &side[1]);
	}
	return 0;
}

int stet_run_pick_exhibits(struct stet_run *r, struct stet_err *err)
{
	struct picks clusters = { .most = MOST_CLUSTERS }, passages = { .most = MOST_PASSAGES };
	struct picks templates = { .most = MOST_TEMPLATES };
	struct stet_aligner *a = stet_run_aligner(r);
	struct stet_loaded side[2];
	struct stet_exhibits *e = &r->exhibits;
	int rc = 0;

	pick_all(r, &clusters, &passages, &templates);
	e->v = stet_calloc(clusters.n + passages.n + templates.n, sizeof(*e->v));
	stet_loaded_init(&side[0]);
	stet_loaded_init(&side[1]);
	if (add_picks(r, &clusters, e, a, side, err) < 0 ||
	    add_picks(r, &passages, e, a, side, err) < 0 ||
	    add_picks(r, &templates, e, a, side, err) < 0)
		rc = err->code;
	stet_loaded_release(&side[0]);
	stet_loaded_release(&side[1]);
	stet_aligner_free(a);
	return rc;
}

void stet_exhibits_release(struct stet_exhibits *e)
{
	stet_arena_release(&e->mem);
	free(e->v);
	*e = (struct stet_exhibits){ 0 };
}
