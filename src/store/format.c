/*
 * format.c - writes documents.stet; src/store/FORMAT.md is the law
 *
 * The hash at the end is taken over pieces: the file is not held in memory.
 */
#include "stet/hash.h"
#include "stet/io.h"
#include "stet/store.h"

#include <string.h>

#define VERSION 1

struct writer {
	struct stet_out *out;
	struct stet_digest *digest;
};

static void put(struct writer *w, const void *p, size_t len)
{
	stet_digest_update(w->digest, p, len);
	stet_out_write(w->out, p, len);
}

static void put_number(struct writer *w, uint64_t v, int bytes)
{
	unsigned char b[8];

	for (int i = 0; i < bytes; i++)
		b[i] = (unsigned char)(v >> (8 * i));
	put(w, b, (size_t)bytes);
}

static void put_string(struct writer *w, struct stet_span s)
{
	put_number(w, s.len, 4);
	put(w, s.p, s.len);
}

static void put_hash(struct writer *w, const struct stet_hash128 *h)
{
	put_number(w, h->hi, 8);
	put_number(w, h->lo, 8);
}

static void put_input(struct writer *w, const struct stet_input *in)
{
	put_string(w, (struct stet_span){ in->path, strlen(in->path) });
	put_number(w, in->bytes, 8);
	put_hash(w, &in->digest);
}

static void put_document(struct writer *w, const struct stet_row *row, uint64_t cluster)
{
	put_number(w, row->input, 4);
	put_number(w, row->record, 8);
	put_number(w, cluster, 8);
	put_number(w, row->text_len, 8);
	put_hash(w, &row->text_hash);
	put_string(w, row->member);
	put_string(w, row->id);
}

void stet_documents_write(const struct stet_documents *d, const struct stet_inputs *inputs,
			  stet_cluster_of *cluster_of, const void *ctx, struct stet_out *out)
{
	struct writer w = { out, stet_digest_alloc() };
	const uint32_t n = stet_documents_count(d);
	struct stet_hash128 sum;

	put(&w, "stetdocs", 8);
	put_number(&w, VERSION, 4);
	put_number(&w, inputs->n, 4);
	put_number(&w, n, 8);
	for (size_t i = 0; i < inputs->n; i++)
		put_input(&w, &inputs->v[i]);
	for (uint32_t i = 0; i < n; i++) {
		const struct stet_row row = stet_documents_get(d, i);

		put_document(&w, &row, cluster_of(ctx, i));
	}
	sum = stet_digest_value(w.digest);
	put_hash(&w, &sum);
	stet_digest_free(w.digest);
}
