/*
 * read.c - archives to documents, texts and keys
 *
 * read  cuts records, of as many inputs at once as there are threads;
 * work  parses, tokenizes and sketches;
 * write appends to the stores in the order of reading.
 *
 * Where several inputs are read at once that order is left to chance, so in the end the
 * document table is put in order of address.  Keys go by the numbers that documents were
 * given at first (stet_run_number_ranks).
 */
#include "stet/conveyor.h"
#include "stet/cpu.h"
#include "stet/err.h"
#include "stet/log.h"
#include "stet/text.h"

#include "run.h"

#include <stdlib.h>
#include <string.h>

/* A document and all that is kept of it. */
struct print {
	struct stet_document doc;
	struct stet_hash128 text_hash;
	uint32_t n_tokens, n_paragraphs;
	struct stet_outline *paragraphs;
};

struct batch {
	struct stet_records records;
	struct stet_arena mem;		/* owns what parsing and sketching add */
	struct print *prints;
	size_t n_prints, cap_prints;
	struct stet_skip *skips;	/* of parsing */
	size_t n_skips, cap_skips;
	struct stet_tokens tokens;	/* scratch of one document */
	struct stet_keys keys;		/* likewise */
	struct stet_key_batch packed;	/* of all prints */
};

/* The documents of a batch, and the first of the inputs that they are from. */
struct arrival {
	uint32_t inputs;
	struct stet_stretch documents;
};

struct pass {
	struct stet_run *r;		/* write only, but for r->o and r->perms */
	struct stet_reader **readers;	/* read only, by lane */
	struct arrival *arrivals;	/* write only: with several lanes, all there were */
	size_t n_arrivals, cap_arrivals, n_lanes;
};

static int read_records(void *ctx, size_t lane, void *batch, struct stet_err *err)
{
	struct pass *p = ctx;
	struct batch *b = batch;

	if (stet_check_stopped(err) < 0)
		return err->code;
	return stet_reader_next(p->readers[lane], &b->records, p->r->o->batch_bytes, err);
}

/* ---- work */

static void add_skip(struct batch *b, const struct stet_skip *skip)
{
	b->skips = stet_grow(b->skips, &b->cap_skips, b->n_skips + 1, sizeof(*b->skips));
	b->skips[b->n_skips++] = *skip;
}

static void skip_text(struct batch *b, const struct stet_record *r, enum stet_skip_kind kind,
		      const char *reason)
{
	const struct stet_skip skip = {
		.input = r->input, .record = r->record, .member = r->member, .offset = r->offset,
		.kind = kind, .reason = { reason, strlen(reason) },
	};

	add_skip(b, &skip);
}

/* The paragraphs of the document at hand, whose keys are in their order. */
static void keep_outline(struct batch *b, struct print *print)
{
	const struct stet_tokens *t = &b->tokens;

	print->n_paragraphs = (uint32_t)t->n_paragraphs;
	print->paragraphs = stet_arena_alloc(&b->mem, t->n_paragraphs * sizeof(*print->paragraphs));
	for (size_t i = 0; i < t->n_paragraphs; i++) {
		const struct stet_paragraph *p = &t->paragraphs[i];

		print->paragraphs[i] = (struct stet_outline){
			.key = b->keys.v[STET_PARAGRAPH_EXACT][i], .begin = p->begin, .end = p->end,
			.n_tokens = p->n_tokens, .is_links = p->is_links,
			.weight = stet_weight(t, p->token, p->token + p->n_tokens),
		};
	}
}

static void print_record(const struct stet_run *r, struct batch *b, const struct stet_record *rec)
{
	struct print print = { 0 };
	struct stet_skip skip;

	if (stet_record_parse(rec, &r->o->source, &b->mem, &print.doc, &skip) == 0) {
		add_skip(b, &skip);
		return;
	}
	if (!stet_tokenize(print.doc.text, r->o->isa, &b->tokens)) {
		skip_text(b, rec, STET_SKIP_DAMAGED, "more words than can be counted");
		return;
	}
	if (b->tokens.n == 0) {
		skip_text(b, rec, STET_SKIP_EMPTY, "no tokens in its text");
		return;
	}
	stet_mark_links(&b->tokens, print.doc.links, print.doc.n_links);
	stet_sketch(&b->tokens, &r->o->sketch, &r->perms, r->o->isa, &b->keys);
	keep_outline(b, &print);
	stet_key_batch_add(&b->packed, &b->keys);
	print.text_hash = stet_hash128(print.doc.text.p, print.doc.text.len);
	print.n_tokens = (uint32_t)b->tokens.n;
	b->prints = stet_grow(b->prints, &b->cap_prints, b->n_prints + 1, sizeof(*b->prints));
	b->prints[b->n_prints++] = print;
}

static int print_records(void *ctx, void *batch, struct stet_err *err)
{
	const struct pass *p = ctx;
	struct batch *b = batch;

	(void)err;
	stet_arena_reset(&b->mem);
	stet_key_batch_reset(&b->packed);
	b->n_prints = b->n_skips = 0;
	for (size_t i = 0; i < b->records.n; i++)
		print_record(p->r, b, &b->records.v[i]);
	stet_key_batch_pack(&b->packed);
	return 0;
}

/* ---- write */

static int store_print(struct stet_run *r, const struct print *p, struct stet_err *err)
{
	const struct stet_document *d = &p->doc;
	struct stet_row row = {
		.input = d->input, .record = d->record, .member = d->member, .id = d->id,
		.url = d->url, .source = d->source, .date = d->date, .title = d->title,
		.date_key = d->date_key, .text_hash = p->text_hash,
		.text_len = (uint32_t)d->text.len, .n_tokens = p->n_tokens,
		.paragraphs = p->paragraphs, .n_paragraphs = p->n_paragraphs,
	};

	if (stet_texts_add(r->texts, d->text, &row.text_place, err) < 0 ||
	    stet_documents_add(r->documents, &row, err) < 0)
		return err->code;
	r->counts.documents++;
	r->counts.paragraphs += p->n_paragraphs;
	r->counts.tokens += p->n_tokens;
	r->counts.text_bytes += d->text.len;
	r->counts.replaced += d->n_replaced;
	r->counts.converted += d->converted;
	r->counts.mojibake += d->mojibake;
	r->counts.bad_dates += d->bad_date;
	return 0;
}

static int store_skip(struct stet_run *r, const struct stet_skip *skip, struct stet_err *err)
{
	struct stet_skip kept = *skip;

	if (stet_budget_take(&r->budget, sizeof(kept) + skip->member.len + skip->reason.len,
			     "the skipped records", err) < 0)
		return err->code;
	kept.member = stet_arena_copy(&r->strings, skip->member);
	kept.reason = stet_arena_copy(&r->strings, skip->reason);
	r->skips = stet_grow(r->skips, &r->cap_skips, r->n_skips + 1, sizeof(*r->skips));
	r->skips[r->n_skips++] = kept;
	switch (skip->kind) {
	case STET_SKIP_PASSED:
		r->counts.passed++;
		break;
	case STET_SKIP_EMPTY:
		r->counts.empty++;
		break;
	case STET_SKIP_DAMAGED:
		r->counts.damaged++;
		r->inputs.v[skip->input].state = STET_INPUT_DAMAGED;
		break;
	}
	return 0;
}

static void note_arrival(struct pass *p, const struct batch *b)
{
	const struct arrival a = {
		b->records.stretch,
		{ stet_documents_count(p->r->documents), (uint32_t)b->n_prints },
	};

	if (p->n_lanes == 1 || a.documents.n == 0)
		return;
	p->arrivals = stet_grow(p->arrivals, &p->cap_arrivals, p->n_arrivals + 1,
				sizeof(*p->arrivals));
	p->arrivals[p->n_arrivals++] = a;
}

static int store_prints(void *ctx, void *batch, struct stet_err *err)
{
	struct pass *p = ctx;
	struct stet_run *r = p->r;
	const struct batch *b = batch;

	r->counts.read_bytes += b->records.read_bytes;
	note_arrival(p, b);
	if (stet_key_store_add(r->keys, stet_documents_count(r->documents), &b->packed, err) < 0)
		return err->code;
	for (size_t i = 0; i < b->n_prints; i++)
		if (store_print(r, &b->prints[i], err) < 0)
			return err->code;
	for (size_t i = 0; i < b->records.n_skips; i++)
		if (store_skip(r, &b->records.skips[i], err) < 0)
			return err->code;
	for (size_t i = 0; i < b->n_skips; i++)
		if (store_skip(r, &b->skips[i], err) < 0)
			return err->code;
	stet_log_progress("reading: %llu documents, %llu MB",
			  (unsigned long long)r->counts.documents,
			  (unsigned long long)(r->counts.text_bytes / 1000000));
	return 0;
}

/* ---- in order of address */

static int by_inputs(const void *a, const void *b)
{
	const struct arrival *x = a, *y = b;

	if (x->inputs != y->inputs)
		return x->inputs < y->inputs ? -1 : 1;
	return (x->documents.first > y->documents.first) -
	       (x->documents.first < y->documents.first);
}

/* Put the table in order; which document is now which stays in r->stretches. */
static int arrange(struct pass *p, struct stet_err *err)
{
	struct stet_run *r = p->r;

	if (p->n_arrivals == 0)
		return 0;
	qsort(p->arrivals, p->n_arrivals, sizeof(*p->arrivals), by_inputs);
	r->stretches = stet_calloc(p->n_arrivals, sizeof(*r->stretches));
	r->n_stretches = p->n_arrivals;
	for (size_t i = 0; i < p->n_arrivals; i++)
		r->stretches[i] = p->arrivals[i].documents;
	return stet_documents_arrange(r->documents, r->stretches, r->n_stretches, err);
}

uint32_t *stet_run_number_ranks(const struct stet_run *r)
{
	uint32_t *ranks = stet_calloc(r->n, sizeof(*ranks));
	uint32_t ordinal = 0;

	for (size_t i = 0; i < r->n_stretches; i++) {
		const struct stet_stretch *s = &r->stretches[i];

		memcpy(ranks + s->first, r->rank + ordinal, s->n * sizeof(*ranks));
		ordinal += s->n;
	}
	return ranks;
}

/* ---- the pass */

static void batch_free(struct batch *b)
{
	stet_records_release(&b->records);
	stet_arena_release(&b->mem);
	stet_tokens_release(&b->tokens);
	stet_keys_release(&b->keys);
	stet_key_batch_release(&b->packed);
	free(b->prints);
	free(b->skips);
	free(b);
}

static int by_address(const void *a, const void *b)
{
	const struct stet_skip *x = a, *y = b;

	if (x->input != y->input)
		return x->input < y->input ? -1 : 1;
	if (x->record != y->record)
		return x->record < y->record ? -1 : 1;
	return (x->offset > y->offset) - (x->offset < y->offset);
}

/* Inputs that are taken by one reader together: many small ones would make many batches. */
#define STRETCH_BYTES ((uint64_t)1 << 20)

static void open_readers(struct pass *p)
{
	struct stet_run *r = p->r;
	const size_t n = r->inputs.n < r->o->threads ? r->inputs.n : r->o->threads;

	p->n_lanes = n > 0 ? n : 1;
	p->readers = stet_calloc(p->n_lanes, sizeof(struct stet_reader *));
	for (size_t i = 0; i < p->n_lanes; i++)
		p->readers[i] = stet_reader_open(&r->inputs, &r->o->source,
						 p->n_lanes > 1 ? STRETCH_BYTES : UINT64_MAX,
						 r->o->threads / (unsigned)p->n_lanes);
}

static void pass_release(struct pass *p)
{
	for (size_t i = 0; i < p->n_lanes; i++)
		stet_reader_close(p->readers[i]);
	free(p->readers);
	free(p->arrivals);
}

static int run_pass(struct pass *p, struct stet_err *err)
{
	const struct stet_stages st = { p, p->n_lanes, read_records, print_records, store_prints };
	const size_t n_batches = 2 * (size_t)p->r->o->threads;
	void **batches = stet_calloc(n_batches, sizeof(*batches));
	int rc;

	for (size_t i = 0; i < n_batches; i++)
		batches[i] = stet_calloc(1, sizeof(struct batch));
	rc = stet_conveyor_run(&st, batches, n_batches, p->r->o->threads, err);
	for (size_t i = 0; i < n_batches; i++)
		batch_free(batches[i]);
	free(batches);
	return rc;
}

static void tell_nothing_found(const struct stet_run *r)
{
	if (r->counts.documents == 0 && r->counts.damaged > 0)
		stet_log_warn("no document was found; the first record: %s "
			      "(--text-field or --preset tells where texts are)",
			      r->skips[0].reason.p);
}

int stet_run_read(struct stet_run *r, struct stet_err *err)
{
	struct pass p = { .r = r };
	int rc;

	open_readers(&p);
	rc = run_pass(&p, err);
	if (rc == 0 && (stet_documents_finish(r->documents, err) < 0 ||
			stet_texts_finish(r->texts, err) < 0 || arrange(&p, err) < 0))
		rc = err->code;
	pass_release(&p);
	if (r->n_skips > 1)
		qsort(r->skips, r->n_skips, sizeof(*r->skips), by_address);
	if (rc == 0)
		tell_nothing_found(r);
	r->n = stet_documents_count(r->documents);
	return rc;
}
