/*
 * rank.c - the total order of the documents, as numbers
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

static int compare(const void *a, const void *b, void *run)
{
	const struct stet_run *r = run;
	const struct stet_candidate x = candidate(r, *(const uint32_t *)a);
	const struct stet_candidate y = candidate(r, *(const uint32_t *)b);

	return stet_order(&r->o->keep, &x, &y);
}

void stet_run_rank(struct stet_run *r)
{
	r->rank = stet_calloc(r->n, sizeof(*r->rank));
	r->ordinal = stet_calloc(r->n, sizeof(*r->ordinal));
	for (uint32_t i = 0; i < r->n; i++)
		r->ordinal[i] = i;
	if (r->n > 1)
		qsort_r(r->ordinal, r->n, sizeof(*r->ordinal), compare, r);
	for (uint32_t i = 0; i < r->n; i++)
		r->rank[r->ordinal[i]] = i;
}
