/*
 * ids.c - what documents and clusters are called; documents.stet, which lists them all
 */
#include "parts.h"
#include "put.h"

struct stet_row stet_row_of(const struct stet_findings *f, uint32_t rank)
{
	return stet_documents_get(f->documents, f->ordinal[rank]);
}

uint64_t stet_cluster_id(const struct stet_row *standing)
{
	const uint64_t id = stet_mix64(standing->text_hash.lo ^ stet_mix64(standing->text_hash.hi));

	return id == STET_NO_CLUSTER ? 0 : id;
}

static struct stet_span path_of(const struct stet_findings *f, const struct stet_row *row)
{
	return stet_span_of(f->inputs->v[row->input].path);
}

void stet_put_id(struct stet_out *o, const struct stet_findings *f, const struct stet_row *row,
		 stet_put_text *put)
{
	if (row->id.len > 0) {
		put(o, row->id);
	} else if (row->member.len > 0) {
		put(o, row->member);
	} else {
		put(o, path_of(f, row));
		stet_put_number(o, "#", row->record);
	}
}

void stet_put_id_json(struct stet_out *o, const struct stet_findings *f,
		      const struct stet_row *row)
{
	stet_out_puts(o, "\"");
	stet_put_id(o, f, row, stet_put_json_part);
	stet_out_puts(o, "\"");
}

void stet_put_id_field(struct stet_out *o, const struct stet_findings *f,
		       const struct stet_row *row)
{
	stet_put_id(o, f, row, stet_put_field);
}

void stet_put_address_json(struct stet_out *o, const struct stet_findings *f,
			   const struct stet_row *row)
{
	stet_out_puts(o, "\"input\":");
	stet_put_json(o, path_of(f, row));
	stet_put_number(o, ",\"record\":", row->record);
}

void stet_put_address_fields(struct stet_out *o, const struct stet_findings *f,
			     const struct stet_row *row)
{
	stet_put_field(o, path_of(f, row));
	stet_put_number(o, "\t", row->record);
}

/* A copy is in a cluster by itself; only a document that stands has to be looked up. */
static uint64_t cluster_of(const void *ctx, uint32_t document)
{
	const struct stet_report *r = ctx;
	const uint32_t rank = r->f->rank[document];
	const uint32_t stands = r->f->clusters->stands[rank];
	struct stet_row row;

	if (stands == STET_NOBODY || (stands == rank && !stet_is_cluster(r, rank)))
		return STET_NO_CLUSTER;
	row = stet_row_of(r->f, stands);
	return stet_cluster_id(&row);
}

int stet_write_documents(const struct stet_report *r, struct stet_out *o, struct stet_err *err)
{
	(void)err;
	stet_documents_write(r->f->documents, r->f->inputs, cluster_of, r, o);
	return 0;
}
