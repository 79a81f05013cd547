/*
 * recurrences.c - where common paragraphs recur, and which of them are boilerplate
 *
 * A paragraph of a story that went round the world and one of a menu are both in
 * thousands of documents.  They are told apart by what else those documents have in common,
 * so the first comparison goes by a suspicion (what is short or over the frequency
 * cap is boilerplate), and what it finds decides.
 */
#include "stet/hash.h"

#include "run.h"

#include <stdlib.h>
#include <string.h>

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

/* ---- where common paragraphs recur */

static void mark(const struct stet_run *r, const struct stet_common *c, bool *flags)
{
	for (uint32_t k = 0; k < c->n_ranks; k++)
		flags[r->matches.ranks[c->ranks + k]] = true;
}

struct recurrences {
	struct stet_recurrence *v;
	size_t n, cap;
};

static void add_recurrences(const struct stet_run *r, uint32_t rank, struct recurrences *to)
{
	const struct stet_row row = stet_run_row(r, rank);
	const struct stet_span s = row.source;
	const uint64_t source = s.len > 0 ? stet_hash64(s.p, s.len, 0) | 1 : 0;

	for (uint32_t i = 0; i < row.n_paragraphs; i++) {
		const struct stet_outline *p = &row.paragraphs[i];

		if (!is_common(r, p->key))
			continue;
		to->v = stet_grow(to->v, &to->cap, to->n + 1, sizeof(*to->v));
		to->v[to->n++] = (struct stet_recurrence){
			.key = p->key, .next = i + 1 < row.n_paragraphs ? p[1].key : 0,
			.source = source, .component = r->clusters.component[rank],
			.weight = p->weight,
		};
	}
}

/* In order of address, so that rows come in the order in which they are stored. */
static int find_recurrences(struct stet_run *r, struct recurrences *to, struct stet_err *err)
{
	bool *has_common = stet_calloc(r->n, sizeof(*has_common));
	int rc = 0;

	for (size_t i = 0; i < r->matches.n_common; i++)
		mark(r, &r->matches.common[i], has_common);
	for (uint32_t i = 0; i < r->n && rc == 0; i++) {
		const size_t before = to->n;

		if (has_common[r->rank[i]])
			add_recurrences(r, r->rank[i], to);
		rc = stet_budget_take(&r->budget, (to->n - before) * sizeof(*to->v),
				      "the recurring paragraphs", err);
	}
	free(has_common);
	return rc;
}

/* ---- suspicion and judgement */

/* Is it worth betting on?  Four of five short common paragraphs turn out to be frame. */
static bool is_suspect(const struct stet_common *c)
{
	return c->capped || !STET_PROPOSES(c->key);
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
	struct recurrences all = { 0 };
	const int rc = find_recurrences(r, &all, err);

	if (rc == 0)
		r->n_boilerplate = stet_judge_boilerplate(all.v, all.n, &r->o->boilerplate,
							  r->boilerplate);
	memset(r->has_boilerplate, 0, r->n * sizeof(*r->has_boilerplate));
	for (size_t i = 0; rc == 0 && i < m->n_common; i++) {
		const bool guilty = is_key_of(r->boilerplate, r->n_boilerplate, m->common[i].key);

		if (guilty)
			mark(r, &m->common[i], r->has_boilerplate);
		if (guilty != is_suspect(&m->common[i]))
			mark(r, &m->common[i], r->misjudged);
	}
	stet_budget_give(&r->budget, all.n * sizeof(*all.v));
	free(all.v);
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

bool stet_run_is_boilerplate(const struct stet_run *r, const struct stet_outline *p)
{
	return is_key_of(r->boilerplate, r->n_boilerplate, p->key);
}

bool stet_run_has_links(const struct stet_row *row)
{
	for (uint32_t i = 0; i < row->n_paragraphs; i++)
		if (row->paragraphs[i].is_links)
			return true;
	return false;
}

const bool *stet_run_mark_boilerplate(const struct stet_run *r, uint32_t rank,
				      const struct stet_row *row, bool **flags, size_t *cap)
{
	const bool known = r->has_boilerplate && r->has_boilerplate[rank];
	bool any = false;

	if (!known && !stet_run_has_links(row))
		return NULL;
	*flags = stet_grow(*flags, cap, row->n_paragraphs, sizeof(**flags));
	for (uint32_t i = 0; i < row->n_paragraphs; i++) {
		const struct stet_outline *p = &row->paragraphs[i];

		(*flags)[i] = p->is_links || (known && stet_run_is_boilerplate(r, p));
		any |= (*flags)[i];
	}
	return any ? *flags : NULL;
}
