/*
 * clusters_jsonl.c - a line per cluster: who stands, why, and every copy with its proof
 */
#include "parts.h"
#include "put.h"

#include <assert.h>
#include <inttypes.h>

#define MAX_COPIES_WITH_BLOCKS 100

/* What a cluster's line says before its copies. */
struct head {
	uint64_t size;
	bool syndicated;
};

static struct head look_ahead(const struct stet_findings *f, uint32_t rank)
{
	struct head h = { .size = 1 };

	for (const struct stet_proof *q = stet_first_copy(f, rank); q; q = stet_next_copy(f, q)) {
		h.size++;
		h.syndicated |= q->syndicated;
	}
	return h;
}

/* ---- the reason */

static struct stet_candidate candidate(const struct stet_findings *f, const struct stet_row *row)
{
	return (struct stet_candidate){
		.date_key = row->date_key, .text_hash = row->text_hash,
		.source = row->source, .id = row->id, .url = row->url,
		.input = stet_span_of(f->inputs->v[row->input].path),
		.record = row->record, .input_number = row->input, .n_tokens = row->n_tokens,
	};
}

/* The rule that put `row` before the document of rank `other`, with what it went by. */
static void put_rule(struct stet_out *o, const struct stet_findings *f, const struct stet_row *row,
		     uint32_t other)
{
	const struct stet_row later = stet_row_of(f, other);
	const struct stet_candidate a = candidate(f, row), b = candidate(f, &later);

	switch (stet_order_reason(f->keep, &a, &b)) {
	case STET_KEEP_EARLIEST:
		stet_out_puts(o, row->date.len > 0 ? "earliest " : "earliest");
		stet_put_json_part(o, row->date);
		break;
	case STET_KEEP_SOURCE:
		stet_out_puts(o, row->source.len > 0 ? "source " : "source");
		stet_put_json_part(o, row->source);
		break;
	case STET_KEEP_LONGEST:
		stet_out_printf(o, "longest %" PRIu32 " tokens", row->n_tokens);
		break;
	case STET_KEEP_FIRST:
		stet_out_puts(o, "first");
		break;
	default:
		stet_out_puts(o, "tie");
	}
}

/* The first copy that a rule puts behind the standing document, else the first copy. */
static uint32_t told_apart(const struct stet_findings *f, const struct stet_row *row,
			   const struct stet_proof *first)
{
	const struct stet_candidate a = candidate(f, row);

	for (const struct stet_proof *q = first; q; q = stet_next_copy(f, q)) {
		const struct stet_row later = stet_row_of(f, q->copy);
		const struct stet_candidate b = candidate(f, &later);

		if (stet_order_reason(f->keep, &a, &b) >= 0)
			return q->copy;
	}
	return first->copy;
}

/*
 * A document without copies stands before the longer ones that it is part of.  One
 * that comes after all of its kin was preferred to nobody.
 */
static void put_reason(struct stet_out *o, const struct stet_report *r, uint32_t rank,
		       const struct stet_row *row)
{
	const struct stet_proof *first = stet_first_copy(r->f, rank);
	const uint64_t *end, *link = stet_links_of(r, rank, &end);

	stet_out_puts(o, ",\"reason\":\"");
	if (first)
		put_rule(o, r->f, row, told_apart(r->f, row, first));
	else if (link < end && (uint32_t)*link > rank)
		put_rule(o, r->f, row, (uint32_t)*link);
	else
		stet_out_puts(o, "only");
	stet_out_puts(o, "\"");
}

/* ---- the parts of a line */

static void put_stands(struct stet_out *o, const struct stet_findings *f,
		       const struct stet_row *row)
{
	stet_out_puts(o, ",\"stands\":{\"id\":");
	stet_put_id_json(o, f, row);
	stet_out_puts(o, ",\"source\":");
	stet_put_json(o, row->source);
	stet_out_puts(o, ",\"date\":");
	stet_put_json(o, row->date);
	stet_out_puts(o, ",\"title\":");
	stet_put_json(o, row->title);
	stet_out_puts(o, ",");
	stet_put_address_json(o, f, row);
	stet_out_printf(o, ",\"bytes\":%" PRIu32 "}", row->text_len);
}

static void put_part_of(struct stet_out *o, const struct stet_report *r, uint32_t rank)
{
	const uint64_t *end, *link = stet_links_of(r, rank, &end);
	const char *before = ",\"part_of\":[";

	if (link == end)
		return;
	for (; link < end; link++) {
		const struct stet_row other = stet_row_of(r->f, (uint32_t)*link);

		stet_out_printf(o, "%s\"%016" PRIx64 "\"", before, stet_cluster_id(&other));
		before = ",";
	}
	stet_out_puts(o, "]");
}

static void put_share(struct stet_out *o, const char *key, uint32_t part, uint32_t whole)
{
	stet_out_printf(o, ",\"%s\":", key);
	stet_put_ratio(o, part, whole);
}

static void put_measures(struct stet_out *o, const struct stet_measures *m)
{
	put_share(o, "coverage", m->aligned, m->c_tokens);
	put_share(o, "covers", m->aligned, m->s_tokens);
	put_share(o, "jaccard", m->shingles_common, m->shingles_all);
	put_share(o, "core", m->c_core_aligned, m->c_core);
	put_share(o, "core_covers", m->s_core_aligned, m->s_core);
	stet_out_printf(o, ",\"longest\":%" PRIu32, m->longest);
}

static void put_blocks(struct stet_out *o, const struct stet_findings *f,
		       const struct stet_proof *q)
{
	stet_out_puts(o, ",\"blocks\":[");
	for (uint32_t i = 0; i < q->n_blocks; i++) {
		const struct stet_block *b = &f->proofs->blocks[q->blocks + i];

		stet_put_number(o, i > 0 ? ",{\"at\":[" : "{\"at\":[", b->c_begin);
		stet_put_number(o, ",", b->c_end);
		stet_put_number(o, "],\"in\":[", b->s_begin);
		stet_put_number(o, ",", b->s_end);
		stet_put_number(o, "],\"tokens\":", b->aligned);
		stet_out_puts(o, "}");
	}
	stet_out_puts(o, "]");
}

/* The earlier revised copy that this one is a copy of. */
static void put_again(struct stet_out *o, const struct stet_findings *f, uint32_t rank)
{
	const uint32_t stands = f->again->stands[rank];
	const struct stet_proof *q;
	struct stet_row row;

	if (stands == STET_NOBODY || stands == rank)
		return;
	q = stet_proofs_find(f->proofs, stands, rank);
	row = stet_row_of(f, stands);
	assert(q);
	stet_out_puts(o, ",\"again\":{\"id\":");
	stet_put_id_json(o, f, &row);
	stet_out_puts(o, ",");
	stet_put_address_json(o, f, &row);
	stet_out_printf(o, ",\"verdict\":\"%s\"", stet_verdict_name(q->verdict));
	put_share(o, "coverage", q->m.aligned, q->m.c_tokens);
	stet_out_puts(o, "}");
}

static void put_copy(struct stet_out *o, const struct stet_findings *f, const struct stet_proof *q,
		     bool with_blocks)
{
	const struct stet_row row = stet_row_of(f, q->copy);

	stet_out_puts(o, "{\"id\":");
	stet_put_id_json(o, f, &row);
	stet_out_puts(o, ",\"source\":");
	stet_put_json(o, row.source);
	stet_out_puts(o, ",\"date\":");
	stet_put_json(o, row.date);
	stet_out_puts(o, ",");
	stet_put_address_json(o, f, &row);
	stet_out_printf(o, ",\"verdict\":\"%s\"", stet_verdict_name(q->verdict));
	put_measures(o, &q->m);
	stet_out_printf(o, ",\"syndicated\":%s", q->syndicated ? "true" : "false");
	if (q->updated)
		stet_out_puts(o, ",\"updated\":true");
	put_again(o, f, q->copy);
	if (with_blocks)
		put_blocks(o, f, q);
	stet_out_puts(o, "}");
}

static uint64_t put_copies(struct stet_out *o, const struct stet_findings *f, uint32_t rank)
{
	uint64_t n = 0;

	stet_out_puts(o, ",\"copies\":[");
	for (const struct stet_proof *q = stet_first_copy(f, rank); q; q = stet_next_copy(f, q)) {
		if (n > 0)
			stet_out_puts(o, ",");
		put_copy(o, f, q, n < MAX_COPIES_WITH_BLOCKS);
		n++;
	}
	stet_out_puts(o, "]");
	return n;
}

static void put_cluster(struct stet_out *o, const struct stet_report *r, uint32_t rank)
{
	const struct stet_findings *f = r->f;
	const struct stet_row row = stet_row_of(f, rank);
	const struct head h = look_ahead(f, rank);

	stet_out_printf(o, "{\"cluster\":\"%016" PRIx64 "\",\"size\":%" PRIu64,
			stet_cluster_id(&row), h.size);
	put_stands(o, f, &row);
	put_reason(o, r, rank, &row);
	stet_out_printf(o, ",\"syndicated\":%s", h.syndicated ? "true" : "false");
	put_part_of(o, r, rank);
	f->counts->copies += put_copies(o, f, rank);
	f->counts->clusters++;
	stet_out_puts(o, "}\n");
}

int stet_write_clusters(const struct stet_report *r, struct stet_out *o, struct stet_err *err)
{
	const uint32_t n = stet_documents_count(r->f->documents);

	(void)err;
	r->f->counts->clusters = r->f->counts->copies = 0;
	for (uint32_t i = 0; i < n; i++)
		if (stet_is_cluster(r, r->f->rank[i]))
			put_cluster(o, r, r->f->rank[i]);
	return 0;
}
