/*
 * boilerplate.c - which common paragraphs are boilerplate
 *
 * A paragraph of a story that went round the world and one of a menu are both in
 * thousands of documents.  They are told apart by the documents: those of the story are
 * copies of one another, so the paragraph is in few components; a menu is in as many
 * as there are stories.
 */
#include "run.h"

#include <stdlib.h>
#include <string.h>

static int compare(const void *a, const void *b)
{
	const uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

/* Distinct components among the documents of a common paragraph. */
static uint32_t count_components(const struct stet_run *r, const struct stet_common *c,
				 uint32_t *scratch)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < c->n_ranks; i++)
		scratch[i] = r->clusters.component[r->matches.ranks[c->ranks + i]];
	qsort(scratch, c->n_ranks, sizeof(*scratch), compare);
	for (uint32_t i = 0; i < c->n_ranks; i++)
		n += i == 0 || scratch[i] != scratch[i - 1];
	return n;
}

void stet_run_suspect_boilerplate(struct stet_run *r)
{
	const struct stet_matches *m = &r->matches;

	r->boilerplate = stet_calloc(m->n_common, sizeof(*r->boilerplate));
	r->has_boilerplate = stet_calloc(r->n, sizeof(*r->has_boilerplate));
	r->acquitted = stet_calloc(r->n, sizeof(*r->acquitted));
	r->n_boilerplate = m->n_common;
	for (size_t i = 0; i < m->n_common; i++)
		r->boilerplate[i] = m->common[i].key;
}

void stet_run_decide_boilerplate(struct stet_run *r)
{
	const struct stet_matches *m = &r->matches;
	uint32_t *scratch = stet_calloc(r->n, sizeof(*scratch));

	r->n_boilerplate = 0;
	for (size_t i = 0; i < m->n_common; i++) {
		const struct stet_common *c = &m->common[i];
		const bool guilty = count_components(r, c, scratch) >= r->o->min_boilerplate;
		bool *flags = guilty ? r->has_boilerplate : r->acquitted;

		if (guilty)
			r->boilerplate[r->n_boilerplate++] = c->key;
		for (uint32_t k = 0; k < c->n_ranks; k++)
			flags[m->ranks[c->ranks + k]] = true;
	}
	free(scratch);
}

static int compare_keys(const void *a, const void *b)
{
	const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

const bool *stet_run_mark_boilerplate(const struct stet_run *r, const struct stet_tokens *t,
				      bool **flags, size_t *cap)
{
	bool any = false;

	if (r->n_boilerplate == 0)
		return NULL;
	*flags = stet_grow(*flags, cap, t->n_paragraphs, sizeof(**flags));
	for (size_t i = 0; i < t->n_paragraphs; i++) {
		const uint64_t key = stet_paragraph_key(t, &t->paragraphs[i], &r->o->sketch);

		(*flags)[i] = bsearch(&key, r->boilerplate, r->n_boilerplate, sizeof(key),
				      compare_keys) != NULL;
		any |= (*flags)[i];
	}
	return any ? *flags : NULL;
}
