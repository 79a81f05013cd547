/*
 * exact_tsv.c - a row per pair that --exact guarantees, by address of the copy
 */
#include "parts.h"
#include "put.h"

#include <inttypes.h>
#include <stdlib.h>

struct row {
	uint32_t copy, stands;		/* ordinals */
	const struct stet_overlap *v;
};

static int compare(const void *a, const void *b)
{
	const struct row *x = a, *y = b;

	if (x->copy != y->copy)
		return x->copy < y->copy ? -1 : 1;
	return (x->stands > y->stands) - (x->stands < y->stands);
}

static void put_numbers(struct stet_out *o, const struct stet_overlap *v, uint32_t c_tokens,
			uint32_t s_tokens)
{
	stet_out_puts(o, "\t");
	stet_put_ratio(o, v->common, v->copy_shingles + v->stands_shingles - v->common);
	stet_out_puts(o, "\t");
	stet_put_ratio(o, v->common, v->copy_shingles);
	stet_out_puts(o, "\t");
	stet_put_ratio(o, v->common, v->stands_shingles);
	stet_out_printf(o, "\t%" PRIu32 "\t%" PRIu32 "\t%" PRIu32 "\t%" PRIu32 "\t%" PRIu32 "\t",
			c_tokens, s_tokens, v->copy_shingles, v->stands_shingles, v->common);
}

static void put_row(struct stet_out *o, const struct stet_findings *f, const struct row *row)
{
	const struct stet_row c = stet_documents_get(f->documents, row->copy);
	const struct stet_row s = stet_documents_get(f->documents, row->stands);

	stet_put_id_field(o, f, &c);
	stet_out_puts(o, "\t");
	stet_put_id_field(o, f, &s);
	put_numbers(o, row->v, c.n_tokens, s.n_tokens);
	stet_put_address_fields(o, f, &c);
	stet_out_puts(o, "\t");
	stet_put_address_fields(o, f, &s);
	stet_out_puts(o, "\n");
}

int stet_write_exact(const struct stet_report *r, struct stet_out *o, struct stet_err *err)
{
	const struct stet_findings *f = r->f;
	struct row *rows = stet_calloc(f->n_overlaps, sizeof(*rows));

	(void)err;
	for (size_t i = 0; i < f->n_overlaps; i++)
		rows[i] = (struct row){ f->ordinal[f->overlaps[i].copy],
					f->ordinal[f->overlaps[i].stands], &f->overlaps[i] };
	if (f->n_overlaps > 1)
		qsort(rows, f->n_overlaps, sizeof(*rows), compare);
	stet_out_puts(o, "id1\tid2\tjaccard\tcontain1in2\tcontain2in1\ttokens1\ttokens2\t"
			 "shingles1\tshingles2\tcommon\t"
			 "input1\trecord1\tinput2\trecord2\n");
	for (size_t i = 0; i < f->n_overlaps; i++)
		put_row(o, f, &rows[i]);
	free(rows);
	return 0;
}
