/*
 * pairs_tsv.c - a row per compared pair that has a verdict, by address of the copy
 */
#include "parts.h"
#include "put.h"

#include <stdlib.h>

struct pair {
	uint32_t copy, stands;		/* ordinals */
	const struct stet_proof *proof;
};

static int compare(const void *a, const void *b)
{
	const struct pair *x = a, *y = b;

	if (x->copy != y->copy)
		return x->copy < y->copy ? -1 : 1;
	return (x->stands > y->stands) - (x->stands < y->stands);
}

static void put_spans(struct stet_out *o, const struct stet_block *b, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		stet_put_number(o, i > 0 ? "," : "", b[i].c_begin);
		stet_put_number(o, "-", b[i].c_end);
		stet_put_number(o, ":", b[i].s_begin);
		stet_put_number(o, "-", b[i].s_end);
	}
	stet_out_puts(o, "\t");
}

static void put_share(struct stet_out *o, uint32_t part, uint32_t whole)
{
	stet_put_ratio(o, part, whole);
	stet_out_puts(o, "\t");
}

static void put_pair(struct stet_out *o, const struct stet_findings *f, const struct pair *p)
{
	const struct stet_row c = stet_documents_get(f->documents, p->copy);
	const struct stet_row s = stet_documents_get(f->documents, p->stands);
	const struct stet_measures *m = &p->proof->m;

	stet_put_id_field(o, f, &c);
	stet_out_puts(o, "\t");
	stet_put_id_field(o, f, &s);
	stet_out_puts(o, "\t");
	stet_out_puts(o, stet_verdict_name(p->proof->verdict));
	stet_out_puts(o, "\t");
	put_share(o, m->aligned, m->c_tokens);
	put_share(o, m->aligned, m->s_tokens);
	put_share(o, m->shingles_common, m->shingles_all);
	stet_put_number(o, "", m->longest);
	stet_out_puts(o, "\t");
	put_share(o, m->c_core_aligned, m->c_core);
	put_share(o, m->s_core_aligned, m->s_core);
	put_spans(o, p->proof->n_blocks > 0 ? f->proofs->blocks + p->proof->blocks : NULL,
		  p->proof->n_blocks);
	stet_put_address_fields(o, f, &c);
	stet_out_puts(o, "\t");
	stet_put_address_fields(o, f, &s);
	stet_out_puts(o, "\n");
}

/* The pairs that have a verdict, in the order of the table. */
static struct pair *collect(const struct stet_findings *f, size_t *n)
{
	struct pair *pairs = NULL;
	size_t cap = 0;

	*n = 0;
	for (size_t i = 0; i < f->proofs->n; i++) {
		const struct stet_proof *q = &f->proofs->v[i];

		if (q->verdict == STET_REJECTED)
			continue;
		pairs = stet_grow(pairs, &cap, *n + 1, sizeof(*pairs));
		pairs[(*n)++] = (struct pair){ f->ordinal[q->copy], f->ordinal[q->stands], q };
	}
	if (*n > 1)
		qsort(pairs, *n, sizeof(*pairs), compare);
	return pairs;
}

int stet_write_pairs(const struct stet_report *r, struct stet_out *o, struct stet_err *err)
{
	size_t n;
	struct pair *pairs = collect(r->f, &n);

	(void)err;
	stet_out_puts(o, "id1\tid2\tverdict\tcoverage1\tcoverage2\tjaccard\tlongest\tcore1\tcore2\t"
			 "blocks\tinput1\trecord1\tinput2\trecord2\n");
	for (size_t i = 0; i < n; i++)
		put_pair(o, r->f, &pairs[i]);
	r->f->counts->pairs = n;
	free(pairs);
	return 0;
}
