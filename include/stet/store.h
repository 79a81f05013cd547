/*
 * store.h - what a run holds between its passes: keys, texts, documents
 *
 * Documents are numbered from 0 in the order in which they are added (their
 * *ordinal*, 32 bits).  Each store is filled by one thread, closed to additions
 * by its first read, and then read by any number of threads.  Long-lived memory
 * is taken from the run's budget; what does not fit, and all document rows, are in
 * unnamed files in the temporary directory.
 */
#ifndef STET_STORE_H
#define STET_STORE_H

#include "stet/mem.h"
#include "stet/sketch.h"
#include "stet/source.h"

#include <stdbool.h>

struct stet_err;
struct stet_out;

/* ---- keys, in partitions by one of their bytes */

#define STET_PARTITIONS 256	/* of each family */

/*
 * The keys of documents in a row, packed by partition: a batch of documents makes one
 * while others make theirs, so that the store only has to copy it.  Recycled from batch to
 * batch; all zero = empty.
 */
struct stet_key_batch {
	uint64_t *keys;			/* document by document, family by family */
	size_t n, cap;
	uint32_t (*counts)[STET_N_FAMILIES];	/* by document */
	size_t n_documents, cap_documents;
	struct stet_key_segment *segments;	/* packed */
	size_t n_segments, cap_segments;
};
void stet_key_batch_reset(struct stet_key_batch *b);
void stet_key_batch_add(struct stet_key_batch *b, const struct stet_keys *keys);
void stet_key_batch_pack(struct stet_key_batch *b);	/* after the last document */
void stet_key_batch_release(struct stet_key_batch *b);

/*
 * Keys stay in memory while they fit `share` bytes of the budget; then all that are there
 * go, partition by partition, into an unnamed file in the budget's directory.  Exact
 * keys are kept whole, others to 48 bits.
 */
struct stet_key_store *stet_key_store_open(struct stet_budget *budget, uint64_t share);
void stet_key_store_close(struct stet_key_store *s);	/* NULL is fine */

/* Add the packed keys of the documents from `first` on. */
int stet_key_store_add(struct stet_key_store *s, uint32_t first, const struct stet_key_batch *b,
		       struct stet_err *err);

unsigned stet_key_bytes(enum stet_key_family f);	/* of a key, packed */
uint64_t stet_key_store_count(const struct stet_key_store *s, enum stet_key_family f);
uint64_t stet_key_store_partition_count(const struct stet_key_store *s, enum stet_key_family f,
					unsigned partition);
uint64_t stet_key_store_spilled(const struct stet_key_store *s);	/* bytes of the file */

struct stet_posting {
	uint32_t key_high, key_low;	/* in halves, so that a posting is 12 bytes */
	uint32_t document;		/* ordinal */
};

static inline uint64_t stet_posting_key(const struct stet_posting *p)
{
	return (uint64_t)p->key_high << 32 | p->key_low;
}

/* A partition, or of a large one those keys that have `slice` in their next `bits` bits. */
struct stet_key_part {
	enum stet_key_family family;
	unsigned partition, bits, slice;
	bool shared;		/* leave out what is sure to be in no other posting: most of them */
};

/* Postings of one part in order of addition, recycled from load to load.  All zero = empty. */
struct stet_postings {
	struct stet_posting *v;
	size_t n, cap;
	struct stet_seen *seen;		/* scratch: which keys came, and came again */
	size_t cap_seen;
	unsigned char *raw;		/* scratch: what was in the file */
	size_t cap_raw;
};
int stet_key_store_load(const struct stet_key_store *s, const struct stet_key_part *part,
			struct stet_postings *out, struct stet_err *err);
void stet_postings_release(struct stet_postings *p);

/* ---- texts, by place */

/*
 * Texts stay in memory while they fit `share` bytes of the budget; what comes
 * later is compressed in blocks (LZ4) into an unnamed file in `tmp` (borrowed).
 */
struct stet_texts *stet_texts_open(struct stet_budget *budget, uint64_t share, const char *tmp);
void stet_texts_close(struct stet_texts *t);	/* NULL is fine */

/* Add a text; *place is where to get it back. */
int stet_texts_add(struct stet_texts *t, struct stet_span text, uint64_t *place,
		   struct stet_err *err);
int stet_texts_finish(struct stet_texts *t, struct stet_err *err);

/* Holds one decompressed block; one per thread and text wanted at a time.  All zero = empty. */
struct stet_text_cache {
	char *block;
	size_t cap, n;			/* n = the block held, plus 1; 0 = none */
	char *packed;			/* scratch */
	size_t cap_packed;
};
void stet_text_cache_release(struct stet_text_cache *c);

/* The text at `place`, valid until the next use of the cache; 64 readable bytes follow it. */
int stet_texts_get(const struct stet_texts *t, uint64_t place, uint32_t len,
		   struct stet_text_cache *c, struct stet_span *text, struct stet_err *err);

uint64_t stet_texts_spilled(const struct stet_texts *t);	/* bytes of the file */

/* ---- documents */

/* What is kept of a paragraph. */
struct stet_outline {
	uint64_t key;			/* stet_paragraph_key() */
	uint32_t begin, end;		/* bytes of the text */
	uint32_t n_tokens : 31;
	uint32_t is_links : 1;		/* at least half of them */
	uint32_t weight;
};

/* What is kept of a document.  Spans and paragraphs are borrowed from the table. */
struct stet_row {
	uint32_t input;
	uint64_t record;
	struct stet_span member, id, url, source, date, title;
	int64_t date_key;
	struct stet_hash128 text_hash;
	uint64_t text_place;
	uint32_t text_len;
	uint32_t n_tokens;
	const struct stet_outline *paragraphs;
	uint32_t n_paragraphs;
};

struct stet_documents *stet_documents_open(const char *tmp, struct stet_err *err);
void stet_documents_close(struct stet_documents *d);	/* NULL is fine */

/* Add a row (its strings are copied); its ordinal is the number of rows before it. */
int stet_documents_add(struct stet_documents *d, const struct stet_row *row, struct stet_err *err);
int stet_documents_finish(struct stet_documents *d, struct stet_err *err);

/* Documents in a row, by the ordinals they were given. */
struct stet_stretch {
	uint32_t first, n;
};

/* After finish: put all rows into the order of these stretches, which together are all. */
int stet_documents_arrange(struct stet_documents *d, const struct stet_stretch *v, size_t n,
			   struct stet_err *err);
uint32_t stet_documents_count(const struct stet_documents *d);
struct stet_row stet_documents_get(const struct stet_documents *d, uint32_t document);

/* ---- documents.stet; the format is src/store/FORMAT.md */

#define STET_NO_CLUSTER UINT64_MAX

/* The cluster of a document, by ordinal; STET_NO_CLUSTER where it is in none. */
typedef uint64_t stet_cluster_of(const void *ctx, uint32_t document);

void stet_documents_write(const struct stet_documents *d, const struct stet_inputs *inputs,
			  stet_cluster_of *cluster_of, const void *ctx, struct stet_out *out);

#endif
