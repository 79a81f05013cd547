/*
 * key_batch.c - the keys of a batch of documents, packed by partition
 *
 * A counting sort: the keys of a batch are few enough to stay in the cache.
 */
#include "segment.h"

#include <stdlib.h>

void stet_key_batch_reset(struct stet_key_batch *b)
{
	b->n = b->n_documents = b->n_segments = 0;
}

void stet_key_batch_add(struct stet_key_batch *b, const struct stet_keys *keys)
{
	uint32_t *counts;

	b->counts = stet_grow(b->counts, &b->cap_documents, b->n_documents + 1,
			      sizeof(*b->counts));
	counts = b->counts[b->n_documents++];
	for (unsigned f = 0; f < STET_N_FAMILIES; f++) {
		const size_t n = keys->n[f];

		counts[f] = (uint32_t)n;
		b->keys = stet_grow(b->keys, &b->cap, b->n + n, sizeof(*b->keys));
		if (n == 0)
			continue;
		memcpy(b->keys + b->n, keys->v[f], n * sizeof(*b->keys));
		b->n += n;
	}
}

/* The segment's runs begin where those before them end. */
static void lay_out(struct stet_key_segment *s)
{
	uint32_t sum = 0;

	for (unsigned run = 0; run < STET_RUNS; run++) {
		const size_t bytes = stet_packed_bytes(run / STET_PARTITIONS);
		const uint32_t n = s->at[run];

		s->at[run] = sum;
		sum += n * (uint32_t)bytes;
	}
	s->at[STET_RUNS] = sum;
	s->bytes = stet_grow(s->bytes, &s->cap, sum + STET_RUN_SLACK, 1);
}

/* Count the keys of `n` documents by run; where the next document's begin. */
static const uint64_t *count(struct stet_key_segment *s, const uint64_t *key,
			     uint32_t (*counts)[STET_N_FAMILIES], size_t n)
{
	memset(s->at, 0, sizeof(s->at));
	for (size_t d = 0; d < n; d++)
		for (unsigned f = 0; f < STET_N_FAMILIES; f++)
			for (uint32_t i = counts[d][f]; i > 0; i--)
				s->at[stet_run_of(f, *key++)]++;
	return key;
}

static const uint64_t *put_short(struct stet_key_segment *s, uint32_t *at, const uint64_t *key,
				 uint32_t n, unsigned f, uint64_t document)
{
	for (uint32_t i = 0; i < n; i++) {
		uint32_t *to = &at[stet_run_of(f, key[i])];
		const uint64_t w = htole64((key[i] & STET_SHORT_REST) | document << 40);

		memcpy(s->bytes + *to, &w, 7);
		*to += 7;
	}
	return key + n;
}

static const uint64_t *put_whole(struct stet_key_segment *s, uint32_t *at, const uint64_t *key,
				 uint32_t n, unsigned f, uint64_t document)
{
	for (uint32_t i = 0; i < n; i++) {
		uint32_t *to = &at[stet_run_of(f, key[i])];
		const uint64_t w = htole64((key[i] & STET_WHOLE_REST) | document << 56);

		memcpy(s->bytes + *to, &w, 8);
		s->bytes[*to + 8] = (unsigned char)(document >> 8);
		*to += 9;
	}
	return key + n;
}

static void scatter(struct stet_key_segment *s, const uint64_t *key,
		    uint32_t (*counts)[STET_N_FAMILIES], size_t n)
{
	uint32_t at[STET_RUNS];

	memcpy(at, s->at, sizeof(at));
	for (size_t d = 0; d < n; d++)
		for (unsigned f = 0; f < STET_N_FAMILIES; f++)
			key = stet_is_whole(f) ?
				put_whole(s, at, key, counts[d][f], f, d) :
				put_short(s, at, key, counts[d][f], f, d);
}

/* A segment that keeps the bytes it had in an earlier batch. */
static struct stet_key_segment *add_segment(struct stet_key_batch *b)
{
	const size_t old = b->cap_segments;

	b->segments = stet_grow(b->segments, &b->cap_segments, b->n_segments + 1,
				sizeof(*b->segments));
	if (b->cap_segments > old)
		memset(b->segments + old, 0, (b->cap_segments - old) * sizeof(*b->segments));
	return &b->segments[b->n_segments++];
}

void stet_key_batch_pack(struct stet_key_batch *b)
{
	const uint64_t *key = b->keys;

	for (size_t d = 0; d < b->n_documents; d += STET_SEGMENT_DOCUMENTS) {
		const size_t left = b->n_documents - d;
		const size_t n = left < STET_SEGMENT_DOCUMENTS ? left : STET_SEGMENT_DOCUMENTS;
		struct stet_key_segment *s = add_segment(b);
		const uint64_t *next = count(s, key, b->counts + d, n);

		lay_out(s);
		scatter(s, key, b->counts + d, n);
		key = next;
	}
}

void stet_key_batch_release(struct stet_key_batch *b)
{
	for (size_t i = 0; i < b->cap_segments; i++)
		free(b->segments[i].bytes);
	free(b->segments);
	free(b->counts);
	free(b->keys);
	*b = (struct stet_key_batch){ 0 };
}
