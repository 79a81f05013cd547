/*
 * keys.c - packed keys in memory, then in a file
 *
 * What is in memory are copies of segments, back to back in slabs.  When these would pass
 * their share, all segments go to the file as one *spill*: for each run of theirs,
 * what every segment has of it, in order of addition, each behind a head that says
 * whose it is.  So a partition is one stretch of each spill.
 */
#include "stet/err.h"
#include "stet/io.h"
#include "stet/store.h"

#include "keys.h"

#include <assert.h>
#include <stdlib.h>
#include <unistd.h>

#define SLAB_BYTES ((size_t)4 << 20)
#define LEAST_SLAB_BYTES ((size_t)64 << 10)
#define WRITE_BYTES ((size_t)1 << 20)

struct stet_key_store *stet_key_store_open(struct stet_budget *budget, uint64_t share)
{
	struct stet_key_store *s = stet_calloc(1, sizeof(*s));

	s->budget = budget;
	s->share = share;
	s->slab_bytes = share / 8 > SLAB_BYTES ? SLAB_BYTES : share / 8;
	if (s->slab_bytes < LEAST_SLAB_BYTES)
		s->slab_bytes = LEAST_SLAB_BYTES;
	s->fd = -1;
	return s;
}

static void free_slabs(struct stet_key_store *s)
{
	for (size_t i = 0; i < s->n_slabs; i++)
		free(s->slabs[i].bytes);
	stet_budget_give(s->budget, s->held);
	s->n_slabs = s->n_kept = 0;
	s->held = 0;
}

void stet_key_store_close(struct stet_key_store *s)
{
	if (!s)
		return;
	free_slabs(s);
	stet_budget_give(s->budget, s->n_spills * sizeof(*s->spills));
	if (s->fd >= 0)
		close(s->fd);
	free(s->spills);
	free(s->slabs);
	free(s->kept);
	free(s);
}

/* ---- to the file */

struct writer {
	struct stet_key_store *s;
	unsigned char *buf;
	size_t n;
};

static int flush(struct writer *w, struct stet_err *err)
{
	if (stet_write_fully(w->s->fd, w->buf, w->n) < 0)
		return stet_fail_errno(err, "cannot write keys to a temporary file in %s",
				       w->s->budget->tmp);
	w->s->file_bytes += w->n;
	w->n = 0;
	return 0;
}

static int put(struct writer *w, const void *p, size_t len, struct stet_err *err)
{
	const unsigned char *from = p;

	while (len > 0) {
		const size_t room = WRITE_BYTES - w->n, take = len < room ? len : room;

		memcpy(w->buf + w->n, from, take);
		w->n += take;
		from += take;
		len -= take;
		if (w->n == WRITE_BYTES && flush(w, err) < 0)
			return err->code;
	}
	return 0;
}

/* What all kept segments have of one run. */
static int put_run(struct writer *w, unsigned run, struct stet_err *err)
{
	for (size_t i = 0; i < w->s->n_kept; i++) {
		const struct stet_kept_segment *k = &w->s->kept[i];
		const struct stet_run_head head = { k->first, k->at[run + 1] - k->at[run] };

		if (head.bytes > 0 &&
		    (put(w, &head, sizeof(head), err) < 0 ||
		     put(w, stet_kept_bytes(k) + k->at[run], head.bytes, err) < 0))
			return err->code;
	}
	return 0;
}

static int write_spill(struct stet_key_store *s, struct stet_spill *to, struct stet_err *err)
{
	struct writer w = { s, stet_calloc(1, WRITE_BYTES), 0 };
	int rc = 0;

	for (unsigned run = 0; rc == 0 && run < STET_RUNS; run++) {
		to->at[run] = s->file_bytes + w.n;
		rc = put_run(&w, run, err);
	}
	if (rc == 0)
		rc = flush(&w, err);
	to->at[STET_RUNS] = s->file_bytes;
	free(w.buf);
	return rc;
}

/* All that is in memory moves to the file. */
static int spill(struct stet_key_store *s, struct stet_err *err)
{
	struct stet_spill *to;

	if (s->fd < 0 && (s->fd = stet_temp_file(s->budget->tmp, err)) < 0)
		return err->code;
	if (stet_budget_take(s->budget, sizeof(*to), "the keys", err) < 0)
		return err->code;
	s->spills = stet_grow(s->spills, &s->cap_spills, s->n_spills + 1, sizeof(*s->spills));
	to = &s->spills[s->n_spills++];
	if (write_spill(s, to, err) < 0)
		return err->code;
	s->n_kept = 0;
	s->n_full = 0;
	return 0;
}

/* ---- in memory */

/* In pages of 4 KiB: fresh huge ones cost three times as much in a virtual machine. */
static int add_slab(struct stet_key_store *s, size_t bytes, struct stet_err *err)
{
	struct stet_slab slab = { .cap = bytes };

	if (stet_budget_take(s->budget, bytes, "the keys", err) < 0)
		return err->code;
	slab.bytes = stet_calloc(bytes, 1);
	s->held += bytes;
	s->slabs = stet_grow(s->slabs, &s->cap_slabs, s->n_slabs + 1, sizeof(*s->slabs));
	s->slabs[s->n_slabs++] = slab;
	return 0;
}

/* `bytes` of a slab, NULL where no more may be had; slabs before n_full are full. */
static unsigned char *room_for(struct stet_key_store *s, size_t bytes)
{
	const size_t slab_bytes = bytes > s->slab_bytes ? bytes : s->slab_bytes;
	struct stet_err full = { 0 };
	struct stet_slab *slab;

	for (; s->n_full < s->n_slabs; s->n_full++) {
		slab = &s->slabs[s->n_full];
		if (slab->cap - slab->n >= bytes)
			break;
	}
	if (s->n_full == s->n_slabs &&
	    ((s->held > 0 && s->held + slab_bytes > s->share) ||
	     add_slab(s, slab_bytes, &full) < 0))
		return NULL;
	slab = &s->slabs[s->n_full];
	slab->n += bytes;
	return slab->bytes + slab->n - bytes;
}

/* Memory that a spill has emptied is used again, unless it is too small for one segment. */
static unsigned char *make_room(struct stet_key_store *s, size_t bytes, struct stet_err *err)
{
	unsigned char *p = room_for(s, bytes);

	if (p)
		return p;
	if (s->n_kept > 0 && spill(s, err) < 0)
		return NULL;
	for (size_t i = 0; i < s->n_slabs; i++)
		s->slabs[i].n = 0;
	p = room_for(s, bytes);
	if (p)
		return p;
	free_slabs(s);
	s->n_full = 0;
	if (add_slab(s, bytes, err) < 0)
		return NULL;
	return room_for(s, bytes);
}

static void count(struct stet_key_store *s, const struct stet_key_segment *g)
{
	for (unsigned run = 0; run < STET_RUNS; run++)
		s->n[run] += (g->at[run + 1] - g->at[run]) /
			     stet_packed_bytes(run / STET_PARTITIONS);
}

static int add_segment(struct stet_key_store *s, uint32_t first, const struct stet_key_segment *g,
		       struct stet_err *err)
{
	const size_t n = g->at[STET_RUNS];
	const size_t bytes = (sizeof(g->at) + n + STET_RUN_SLACK + 7) & ~(size_t)7;
	unsigned char *to = make_room(s, bytes, err);

	if (!to)
		return err->code;
	memcpy(to, g->at, sizeof(g->at));
	memcpy(to + sizeof(g->at), g->bytes, n);
	s->kept = stet_grow(s->kept, &s->cap_kept, s->n_kept + 1, sizeof(*s->kept));
	s->kept[s->n_kept++] = (struct stet_kept_segment){ first, (const uint32_t *)(void *)to };
	count(s, g);
	return 0;
}

int stet_key_store_add(struct stet_key_store *s, uint32_t first, const struct stet_key_batch *b,
		       struct stet_err *err)
{
	for (size_t i = 0; i < b->n_segments; i++)
		if (add_segment(s, first + (uint32_t)i * STET_SEGMENT_DOCUMENTS, &b->segments[i],
				err) < 0)
			return err->code;
	return 0;
}

/* ---- what there is */

unsigned stet_key_bytes(enum stet_key_family f)
{
	return (unsigned)stet_packed_bytes(f);
}

uint64_t stet_key_store_partition_count(const struct stet_key_store *s, enum stet_key_family f,
					unsigned partition)
{
	return s->n[f * STET_PARTITIONS + partition];
}

uint64_t stet_key_store_count(const struct stet_key_store *s, enum stet_key_family f)
{
	uint64_t n = 0;

	for (unsigned i = 0; i < STET_PARTITIONS; i++)
		n += stet_key_store_partition_count(s, f, i);
	return n;
}

uint64_t stet_key_store_spilled(const struct stet_key_store *s)
{
	return s->file_bytes;
}
