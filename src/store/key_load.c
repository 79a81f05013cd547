/*
 * key_load.c - the postings of a partition, wherever they are
 *
 * Nine keys of ten stand alone.  Where only shared ones are wanted, a first look at all
 * keys notes in two bits of a table, which fits the cache, whether a key came and came
 * again; a second one takes those that did.  Keys that share their bits
 * are taken too, one in eight; nothing that is shared is left out.
 */
#include "stet/err.h"
#include "stet/io.h"

#include "keys.h"

#include <assert.h>
#include <stdlib.h>

#define SEEN_BITS 64u
#define AHEAD 3			/* segments */
#define AHEAD_LINES 6

struct stet_seen {
	uint64_t once, again;
};

/* What is wanted of keys. */
struct sieve {
	unsigned rest_bytes;
	unsigned slice_shift;
	uint64_t slice_mask, slice;
	uint64_t key_high;		/* the partition's byte, in its place */
	size_t mask;			/* of bits in the table */
	bool is_read;			/* all that is in the file, into the scratch */
};

typedef void visitor(const struct sieve *s, const unsigned char *p, const unsigned char *end,
		     uint32_t first, struct stet_postings *out);

static bool is_wanted(const struct sieve *s, uint64_t rest)
{
	return (rest >> s->slice_shift & s->slice_mask) == s->slice;
}

/* Bit 0 of a paragraph's key is a flag, so the bits behind it are taken. */
static size_t bit_of(const struct sieve *s, uint64_t rest)
{
	return rest >> 1 & s->mask;
}

static inline void note(const struct sieve *s, const unsigned char *p, const unsigned char *end,
			unsigned rest_bytes, struct stet_seen *seen)
{
	for (; p < end; p += rest_bytes + 2) {
		const uint64_t rest = stet_unpack_rest(p, rest_bytes);
		const size_t i = bit_of(s, rest);
		const uint64_t bit = (uint64_t)is_wanted(s, rest) << i % SEEN_BITS;
		struct stet_seen *at = &seen[i / SEEN_BITS];

		at->again |= at->once & bit;
		at->once |= bit;
	}
}

static void note_run(const struct sieve *s, const unsigned char *p, const unsigned char *end,
		     uint32_t first, struct stet_postings *out)
{
	(void)first;
	if (s->rest_bytes == 7)
		note(s, p, end, 7, out->seen);
	else
		note(s, p, end, 5, out->seen);
}

/* Room for the postings of a run is made before; written branch-free, kept if taken. */
static inline void take(const struct sieve *s, const unsigned char *p, const unsigned char *end,
			unsigned rest_bytes, uint32_t first, struct stet_postings *out)
{
	struct stet_posting *v = out->v + out->n;

	for (; p < end; p += rest_bytes + 2) {
		const uint64_t rest = stet_unpack_rest(p, rest_bytes), key = s->key_high | rest;
		const size_t i = bit_of(s, rest);
		const bool again = out->seen[i / SEEN_BITS].again >> i % SEEN_BITS & 1;

		*v = (struct stet_posting){ (uint32_t)(key >> 32), (uint32_t)key,
					    first + stet_unpack_document(p, rest_bytes) };
		v += again & is_wanted(s, rest);
	}
	out->n = (size_t)(v - out->v);
}

static void take_run(const struct sieve *s, const unsigned char *p, const unsigned char *end,
		     uint32_t first, struct stet_postings *out)
{
	const size_t most = (size_t)(end - p) / (s->rest_bytes + 2);

	out->v = stet_grow(out->v, &out->cap, out->n + most + 1, sizeof(*out->v));
	if (s->rest_bytes == 7)
		take(s, p, end, 7, first, out);
	else
		take(s, p, end, 5, first, out);
}

/* ---- all runs of a partition */

/* What a spill has of the run into the scratch, `at` bytes from its begin. */
static int read_spill(const struct stet_key_store *s, const struct stet_spill *from, unsigned run,
		      size_t at, struct stet_postings *out, struct stet_err *err)
{
	const size_t len = (size_t)(from->at[run + 1] - from->at[run]);

	out->raw = stet_grow(out->raw, &out->cap_raw, at + len + STET_RUN_SLACK, 1);
	if (stet_pread_fully(s->fd, out->raw + at, len, from->at[run]) != (int64_t)len)
		return stet_fail_errno(err, "cannot read keys back from %s", s->budget->tmp);
	return 0;
}

/* A run of a spill is many runs of segments, each behind its head. */
static void visit_spill(const struct sieve *sieve, const unsigned char *p, size_t len,
			visitor *visit, struct stet_postings *out)
{
	const unsigned char *end = p + len;

	while (p < end) {
		struct stet_run_head head;

		memcpy(&head, p, sizeof(head));
		p += sizeof(head);
		visit(sieve, p, p + head.bytes, head.first, out);
		p += head.bytes;
	}
}

/* What is read for a whole partition stays for the second look; slices do without the room. */
static int visit_spills(const struct stet_key_store *s, struct sieve *sieve, unsigned run,
			visitor *visit, struct stet_postings *out, struct stet_err *err)
{
	size_t at = 0;

	for (size_t i = 0; i < s->n_spills; i++) {
		const struct stet_spill *from = &s->spills[i];
		const size_t len = (size_t)(from->at[run + 1] - from->at[run]);

		if (!sieve->is_read && read_spill(s, from, run, at, out, err) < 0)
			return err->code;
		visit_spill(sieve, out->raw + at, len, visit, out);
		at += sieve->slice_mask == 0 ? len : 0;
	}
	sieve->is_read = sieve->slice_mask == 0;
	return 0;
}

/* A run is a few hundred bytes in a place of its own: the next ones are on their way meanwhile. */
static void prefetch(const struct stet_kept_segment *k, unsigned run)
{
	const unsigned char *p = stet_kept_bytes(k) + k->at[run];

	for (size_t i = 0; i < AHEAD_LINES; i++)
		__builtin_prefetch(p + i * 64);
}

static int visit_all(const struct stet_key_store *s, struct sieve *sieve, unsigned run,
		     visitor *visit, struct stet_postings *out, struct stet_err *err)
{
	if (visit_spills(s, sieve, run, visit, out, err) < 0)
		return err->code;
	for (size_t i = 0; i < s->n_kept; i++) {
		const struct stet_kept_segment *k = &s->kept[i];
		const unsigned char *bytes = stet_kept_bytes(k);

		if (i + AHEAD < s->n_kept)
			prefetch(k + AHEAD, run);
		visit(sieve, bytes + k->at[run], bytes + k->at[run + 1], k->first, out);
	}
	return 0;
}

/* Eight bits for each key that may be wanted; all said to have come again if all are wanted. */
static void prepare(struct sieve *s, const struct stet_key_part *part, uint64_t n,
		    struct stet_postings *out)
{
	size_t bits = SEEN_BITS;

	while (part->shared && bits < 8 * (n >> part->bits))
		bits *= 2;
	out->seen = stet_grow(out->seen, &out->cap_seen, bits / SEEN_BITS, sizeof(*out->seen));
	memset(out->seen, part->shared ? 0 : 0xff, bits / SEEN_BITS * sizeof(*out->seen));
	s->mask = bits - 1;
	out->n = 0;
}

int stet_key_store_load(const struct stet_key_store *s, const struct stet_key_part *part,
			struct stet_postings *out, struct stet_err *err)
{
	const unsigned run = part->family * STET_PARTITIONS + part->partition;
	const unsigned rest_bytes = stet_rest_bytes(part->family);
	struct sieve sieve = {
		.rest_bytes = rest_bytes,
		.slice_shift = 8 * rest_bytes - part->bits,
		.slice_mask = ((uint64_t)1 << part->bits) - 1,
		.slice = part->slice,
		.key_high = (uint64_t)part->partition << 8 * rest_bytes,
	};

	prepare(&sieve, part, s->n[run], out);
	if (part->shared && visit_all(s, &sieve, run, note_run, out, err) < 0)
		return err->code;
	return visit_all(s, &sieve, run, take_run, out, err);
}

void stet_postings_release(struct stet_postings *p)
{
	free(p->v);
	free(p->seen);
	free(p->raw);
	*p = (struct stet_postings){ 0 };
}
