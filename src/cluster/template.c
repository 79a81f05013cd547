/*
 * template.c - the same frame with other facts, told from copies
 *
 * A corrected copy also has another number in the same place.  But it has few of them, and
 * no third document of its source that differs from both in just these places.
 */
#include "stet/cluster.h"

#include <stdlib.h>

/* What is sent out again within a week is the same story; see src/DESIGN.md. */
#define EDITION_DAYS 7

void stet_template_options_init(struct stet_template_options *o)
{
	*o = (struct stet_template_options){
		.min_even = 5000, .min_filled = 50, .min_fillings = 2,
		.alone = 3, .alone_shared = 4, .min_siblings = 3,
	};
}

/* ---- a pair */

bool stet_may_be_siblings(const struct stet_relation *r)
{
	return r->same_source && !r->same_url;
}

static bool mostly_facts(const struct stet_slots *k)
{
	return 2 * (uint64_t)k->facts >= k->n;
}

static bool is_strong(const struct stet_measures *m, const struct stet_slots *k,
		      const struct stet_template_options *o)
{
	const uint64_t all = (uint64_t)m->c_core_weight + m->s_core_weight;
	const uint64_t even = (uint64_t)k->c_even + k->s_even;
	const uint64_t loose = (uint64_t)k->c_loose + k->s_loose;

	return k->fillings >= o->min_fillings && mostly_facts(k) &&
	       stet_share(even, all) >= o->min_filled &&
	       stet_share(even, even + loose) >= o->min_even;
}

enum stet_frame stet_judge_frame(enum stet_verdict v, const struct stet_measures *m,
				 const struct stet_slots *slots, const struct stet_relation *r,
				 const struct stet_template_options *o)
{
	const bool may_share = v == STET_SHARES || (v == STET_REVISED && stet_is_edition(r));

	if (!stet_may_be_siblings(r) || slots->fillings == 0)
		return STET_FRAME_NONE;
	if (r->dates && may_share && slots->fillings >= o->alone_shared && mostly_facts(slots))
		return STET_FRAME_ALONE;
	if (!stet_verdict_connects(v))
		return STET_FRAME_NONE;
	if (is_strong(m, slots, o))
		return r->dates && slots->fillings >= o->alone ? STET_FRAME_ALONE
							       : STET_FRAME_STRONG;
	/* One other number on the same day is a correction. */
	return slots->fillings > 1 || !r->same_date ? STET_FRAME_WEAK : STET_FRAME_NONE;
}

/* ---- another edition */

bool stet_is_edition(const struct stet_relation *r)
{
	return stet_may_be_siblings(r) && (r->days > EDITION_DAYS || r->days < -EDITION_DAYS);
}

void stet_judge_edition(struct stet_proof *p, enum stet_verdict by_blocks)
{
	const bool alike = p->verdict == STET_NEAR || p->verdict == STET_ABRIDGED;

	if (p->frame == STET_FRAME_ALONE)
		return;
	if (p->frame == STET_FRAME_STRONG ||
	    (p->frame == STET_FRAME_WEAK && (alike || by_blocks == STET_REJECTED))) {
		p->frame = STET_FRAME_ALONE;
	} else if (p->verdict == STET_REVISED) {
		p->verdict = by_blocks;
		p->frame = STET_FRAME_NONE;
	}
}

/* ---- siblings: union-find where the lowest rank is always the root */

static uint32_t root(uint32_t *parent, uint32_t i)
{
	while (parent[i] != i) {
		parent[i] = parent[parent[i]];
		i = parent[i];
	}
	return i;
}

static void unite(uint32_t *parent, uint32_t a, uint32_t b)
{
	a = root(parent, a);
	b = root(parent, b);
	if (a < b)
		parent[b] = a;
	else
		parent[a] = b;
}

/* Join the documents of all pairs with this frame, but for those in no template. */
static void join(struct stet_siblings *s, const struct stet_proofs *p, enum stet_frame f)
{
	for (size_t i = 0; i < p->n; i++) {
		const struct stet_proof *q = &p->v[i];

		if (q->frame == f && s->first[q->stands] != STET_NOBODY &&
		    s->first[q->copy] != STET_NOBODY)
			unite(s->first, q->stands, q->copy);
	}
	for (uint32_t i = 0; i < s->n; i++)
		if (s->first[i] != STET_NOBODY)
			s->first[i] = root(s->first, i);
}

/* Leave only those that have enough siblings, or one that is enough. */
static void drop_few(struct stet_siblings *s, const struct stet_proofs *p, uint32_t least)
{
	uint32_t *size = stet_calloc(s->n, sizeof(*size));

	for (uint32_t i = 0; i < s->n; i++)
		size[s->first[i]]++;
	for (size_t i = 0; i < p->n; i++)
		if (p->v[i].frame == STET_FRAME_ALONE)
			size[s->first[p->v[i].stands]] = least;
	for (uint32_t i = 0; i < s->n; i++)
		if (size[s->first[i]] < least)
			s->first[i] = STET_NOBODY;
	free(size);
}

void stet_siblings_gather(struct stet_siblings *s, uint32_t n, const struct stet_proofs *p,
			  const struct stet_template_options *o)
{
	*s = (struct stet_siblings){ .n = n, .first = stet_calloc(n, sizeof(*s->first)) };
	for (uint32_t i = 0; i < n; i++)
		s->first[i] = i;
	join(s, p, STET_FRAME_STRONG);
	join(s, p, STET_FRAME_ALONE);
	drop_few(s, p, o->min_siblings);
	join(s, p, STET_FRAME_WEAK);
}

void stet_siblings_release(struct stet_siblings *s)
{
	free(s->first);
	*s = (struct stet_siblings){ 0 };
}

/*
 * A pair that was compared only later may be of a document that had no sibling so far,
 * and has one now.
 */
static bool is_template(const struct stet_siblings *s, const struct stet_proof *p)
{
	const uint32_t a = s->first[p->stands], b = s->first[p->copy];

	if (p->frame == STET_FRAME_ALONE)
		return true;
	if (p->frame == STET_FRAME_STRONG)
		return a != STET_NOBODY || b != STET_NOBODY;
	return p->frame == STET_FRAME_WEAK && a != STET_NOBODY && b != STET_NOBODY;
}

void stet_judge_templates(struct stet_proofs *p, const struct stet_siblings *s)
{
	for (size_t i = 0; i < p->n; i++) {
		if (!is_template(s, &p->v[i]))
			continue;
		p->v[i].verdict = STET_TEMPLATE;
		p->v[i].updated = false;
	}
}

/* ---- passages */

/* Where a document has its template's frame, by one of its pairs. */
struct holder {
	uint32_t first;			/* of the template */
	struct stet_place place;
	uint32_t tokens;
};

static int compare_holders(const void *x, const void *y)
{
	const struct holder *a = x, *b = y;

	if (a->first != b->first)
		return a->first < b->first ? -1 : 1;
	if (a->place.rank != b->place.rank)
		return a->place.rank < b->place.rank ? -1 : 1;
	return 0;
}

/* From the first to the last block of a pair, on both sides. */
static void span(const struct stet_proofs *p, const struct stet_proof *proof, struct holder *stands,
		 struct holder *copy)
{
	const struct stet_block *b = p->blocks + proof->blocks, *last = b + proof->n_blocks - 1;
	uint32_t begin = b->s_token, end = b->s_token_end;

	copy->place = (struct stet_place){ proof->copy, b->c_begin, last->c_end };
	copy->tokens = last->c_token_end - b->c_token;
	stands->place = (struct stet_place){ proof->stands, b->s_begin, b->s_end };
	for (; b <= last; b++) {
		struct stet_place *s = &stands->place;

		s->begin = b->s_begin < s->begin ? b->s_begin : s->begin;
		s->end = b->s_end > s->end ? b->s_end : s->end;
		begin = b->s_token < begin ? b->s_token : begin;
		end = b->s_token_end > end ? b->s_token_end : end;
	}
	stands->tokens = end - begin;
}

/* Two for each pair of a template; their number. */
static size_t find_holders(const struct stet_proofs *p, const struct stet_siblings *s,
			   struct holder *v)
{
	size_t n = 0;

	for (size_t i = 0; i < p->n; i++) {
		const struct stet_proof *proof = &p->v[i];
		const uint32_t a = s->first[proof->stands], b = s->first[proof->copy];

		if (proof->verdict != STET_TEMPLATE || proof->n_blocks == 0)
			continue;
		v[n].first = a != STET_NOBODY ? a : b != STET_NOBODY ? b : proof->stands;
		v[n + 1].first = b != STET_NOBODY ? b : v[n].first;
		span(p, proof, &v[n], &v[n + 1]);
		n += 2;
	}
	return n;
}

/* One of all that a document is in, reaching over all of them. */
static size_t merge_holders(struct holder *v, size_t n)
{
	size_t kept = 0;

	if (n > 1)
		qsort(v, n, sizeof(*v), compare_holders);
	for (size_t i = 0; i < n; i++) {
		struct holder *last = &v[kept - (kept > 0)];

		if (kept == 0 || compare_holders(last, &v[i]) != 0) {
			v[kept++] = v[i];
			continue;
		}
		if (v[i].place.begin < last->place.begin)
			last->place.begin = v[i].place.begin;
		if (v[i].place.end > last->place.end)
			last->place.end = v[i].place.end;
		if (v[i].tokens > last->tokens)
			last->tokens = v[i].tokens;
	}
	return kept;
}

void stet_passages_add_templates(struct stet_passages *p, const struct stet_proofs *proofs,
				 const struct stet_siblings *s)
{
	struct holder *v = stet_calloc(2 * proofs->n, sizeof(*v));
	const size_t n = merge_holders(v, find_holders(proofs, s, v));
	struct stet_place *places = stet_calloc(n, sizeof(*places));

	for (size_t i = 0; i < n; ) {
		const struct holder *first = &v[i];
		size_t n_places = 0;

		for (; i < n && v[i].first == first->first; i++)
			places[n_places++] = v[i].place;
		stet_passages_add(p, STET_PASSAGE_TEMPLATE, 0, first->tokens, places, n_places);
	}
	free(places);
	free(v);
}
