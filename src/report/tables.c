/*
 * tables.c - remove.tsv and skipped.tsv: what would go, and what never came in
 */
#include "parts.h"
#include "put.h"

#include <assert.h>
#include <inttypes.h>

/* In whose favour a copy goes: the document that stands, or an earlier revised copy. */
static const struct stet_proof *removing(const struct stet_findings *f, uint32_t rank)
{
	const uint32_t again = f->again->stands[rank];
	const bool revised = again != STET_NOBODY && again != rank;

	return stet_proofs_find(f->proofs, revised ? again : f->clusters->stands[rank], rank);
}

static void put_removed(struct stet_out *o, const struct stet_findings *f, uint32_t rank)
{
	const struct stet_proof *q = removing(f, rank);
	const struct stet_row stands = stet_row_of(f, f->clusters->stands[rank]);
	struct stet_row row, kept;

	assert(q && q->copy == rank);
	row = stet_row_of(f, rank);
	kept = stet_row_of(f, q->stands);
	stet_put_id_field(o, f, &row);
	stet_out_printf(o, "\t%016" PRIx64 "\t", stet_cluster_id(&stands));
	stet_put_id_field(o, f, &kept);
	stet_out_printf(o, "\t%s\t", stet_verdict_name(q->verdict));
	stet_put_ratio(o, q->m.aligned, q->m.c_tokens);
	stet_out_puts(o, "\t");
	stet_put_ratio(o, q->m.shingles_common, q->m.shingles_all);
	stet_out_puts(o, "\t");
	stet_put_address_fields(o, f, &row);
	stet_out_puts(o, "\t");
	stet_put_address_fields(o, f, &kept);
	stet_out_puts(o, "\n");
}

int stet_write_removed(const struct stet_report *r, struct stet_out *o, struct stet_err *err)
{
	const struct stet_findings *f = r->f;
	const uint32_t n = stet_documents_count(f->documents);

	(void)err;
	f->counts->removed = 0;
	stet_out_puts(o, "id\tcluster\tkept\tverdict\tcoverage\tjaccard\tinput\trecord\t"
			 "kept_input\tkept_record\n");
	for (uint32_t i = 0; i < n; i++) {
		if (!f->removed[f->rank[i]])
			continue;
		assert(f->clusters->stands[f->rank[i]] != STET_NOBODY);
		put_removed(o, f, f->rank[i]);
		f->counts->removed++;
	}
	return 0;
}

int stet_write_skipped(const struct stet_report *r, struct stet_out *o, struct stet_err *err)
{
	(void)err;
	stet_out_puts(o, "input\trecord\tmember\toffset\treason\n");
	for (size_t i = 0; i < r->f->n_skips; i++) {
		const struct stet_skip *s = &r->f->skips[i];

		stet_put_field(o, stet_span_of(r->f->inputs->v[s->input].path));
		stet_out_printf(o, "\t%" PRIu64 "\t", s->record);
		stet_put_field(o, s->member);
		stet_out_printf(o, "\t%" PRIu64 "\t", s->offset);
		stet_put_field(o, s->reason);
		stet_out_puts(o, "\n");
	}
	return 0;
}
