/*
 * rank.c - the total order of the documents, as numbers
 *
 * To compare two documents their rows are fetched from a file, which a sort would do 50
 * times for each of 30 million.  So they are sorted by 32 bits of what decides at a time,
 * and only small groups that are still equal by comparison.
 */
#include "run.h"

#include <stdlib.h>
#include <string.h>

struct stet_row stet_run_row(const struct stet_run *r, uint32_t rank)
{
	return stet_documents_get(r->documents, r->ordinal[rank]);
}

static struct stet_candidate candidate(const struct stet_run *r, uint32_t ordinal)
{
	const struct stet_row row = stet_documents_get(r->documents, ordinal);
	const char *path = r->inputs.v[row.input].path;

	return (struct stet_candidate){
		.date_key = row.date_key, .text_hash = row.text_hash, .source = row.source,
		.id = row.id, .url = row.url, .input = { path, strlen(path) },
		.record = row.record, .input_number = row.input, .n_tokens = row.n_tokens,
	};
}

#define FEW 16			/* are sorted by comparison */

static int compare(const void *a, const void *b, void *run)
{
	const struct stet_run *r = run;
	const uint64_t *i = a, *k = b;
	const struct stet_candidate x = candidate(r, (uint32_t)i[0]);
	const struct stet_candidate y = candidate(r, (uint32_t)k[0]);

	return stet_order(&r->o->keep, &x, &y);
}

/* Put the `level`-th word of each ordinal above it; false where there is no such word. */
static bool set_words(const struct stet_run *r, uint64_t *v, size_t n, unsigned level)
{
	uint32_t words[STET_ORDER_WORDS];

	for (size_t i = 0; i < n; i++) {
		const struct stet_candidate c = candidate(r, (uint32_t)v[i]);

		if (level >= stet_order_words(&r->o->keep, &c, words))
			return false;
		v[i] = (uint64_t)words[level] << 32 | (uint32_t)v[i];
	}
	return true;
}

/* Sort ordinals that have the words before the `level`-th in common. */
static void sort_from(struct stet_run *r, uint64_t *v, size_t n, unsigned level)
{
	if (n <= FEW || !set_words(r, v, n, level)) {
		if (n > 1)
			qsort_r(v, n, sizeof(*v), compare, r);
		return;
	}
	stet_pairs_unique(v, n);
	for (size_t i = 0, end; i < n; i = end) {
		for (end = i + 1; end < n && v[end] >> 32 == v[i] >> 32; )
			end++;
		if (end - i > 1)
			sort_from(r, v + i, end - i, level + 1);
	}
}

void stet_run_rank(struct stet_run *r)
{
	uint64_t *v = stet_calloc(r->n, sizeof(*v));

	r->rank = stet_calloc(r->n, sizeof(*r->rank));
	r->ordinal = stet_calloc(r->n, sizeof(*r->ordinal));
	for (uint32_t i = 0; i < r->n; i++)
		v[i] = i;
	sort_from(r, v, r->n, 0);
	for (uint32_t i = 0; i < r->n; i++) {
		r->ordinal[i] = (uint32_t)v[i];
		r->rank[r->ordinal[i]] = i;
	}
	free(v);
}
