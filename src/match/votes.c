/*
 * votes.c - an external merge sort that counts
 *
 * When the share is full, what is there is sorted and votes beyond need are dropped, which
 * may make room enough; else it is a run.  The runs are merged twice: to count the
 * candidates, so that what they need is known before it is taken, then to write them down.
 */
#include "stet/err.h"
#include "stet/io.h"

#include "votes.h"

#include <stdlib.h>
#include <unistd.h>

#define FIRST_VOTES ((size_t)1 << 14)
#define LEAST_BUFFER ((size_t)512)	/* votes of a run at a time */
#define MOST_BUFFER ((size_t)1 << 16)

void stet_votes_init(struct stet_votes *v, struct stet_budget *budget, uint64_t share,
		     unsigned wanted)
{
	*v = (struct stet_votes){ .budget = budget, .share = share, .wanted = wanted, .fd = -1 };
}

static void free_votes(struct stet_votes *v)
{
	free(v->v);
	stet_budget_give(v->budget, v->cap * sizeof(*v->v));
	v->v = NULL;
	v->n = v->cap = 0;
}

void stet_votes_release(struct stet_votes *v)
{
	free_votes(v);
	free(v->runs);
	if (v->fd >= 0)
		close(v->fd);
	*v = (struct stet_votes){ .fd = -1 };
}

/* Twice the room, while share and budget allow; false where not. */
static bool grow(struct stet_votes *v, struct stet_err *err)
{
	const size_t more = v->cap > 0 ? v->cap : FIRST_VOTES;

	if (v->cap > 0 && 2 * v->cap * sizeof(*v->v) > v->share)
		return false;
	if (stet_budget_take(v->budget, more * sizeof(*v->v), "the votes", err) < 0)
		return false;
	v->v = stet_grow(v->v, &v->cap, v->cap + more, sizeof(*v->v));
	return true;
}

static int write_run(struct stet_votes *v, struct stet_err *err)
{
	if (v->fd < 0 && (v->fd = stet_temp_file(v->budget->tmp, err)) < 0)
		return err->code;
	if (stet_write_fully(v->fd, v->v, v->n * sizeof(*v->v)) < 0)
		return stet_fail_errno(err, "cannot write pairs to a temporary file in %s",
				       v->budget->tmp);
	v->runs = stet_grow(v->runs, &v->cap_runs, v->n_runs + 1, sizeof(*v->runs));
	v->runs[v->n_runs++] = v->n;
	v->n_file += v->n;
	v->n = 0;
	return 0;
}

static int make_room(struct stet_votes *v, struct stet_err *err)
{
	struct stet_err full = { 0 };

	if (grow(v, &full))
		return 0;
	v->n = stet_pairs_thin(v->v, v->n, v->wanted);
	if (v->n < v->cap / 2)
		return 0;
	if (v->cap > 0)
		return write_run(v, err);
	*err = full;
	return err->code;
}

int stet_votes_add(struct stet_votes *v, uint64_t pair, unsigned votes, struct stet_err *err)
{
	if (v->n + votes > v->cap && make_room(v, err) < 0)
		return err->code;
	for (unsigned i = 0; i < votes; i++)
		v->v[v->n++] = pair;
	return 0;
}

/* ---- merging */

/* A run as far as it was read. */
struct head {
	uint64_t pair;			/* the first that is left */
	uint64_t *buf;
	size_t at, n;			/* in buf */
	size_t left;			/* in the file */
	uint64_t offset;		/* of those */
};

struct merge {
	const struct stet_votes *v;
	struct head *heads;		/* a heap: the lowest pair first */
	size_t n;
	size_t buffer;			/* votes in each buf */
};

/* The next pair of a run: 1, or 0 at its end. */
static int advance(const struct merge *m, struct head *h, struct stet_err *err)
{
	if (h->at == h->n) {
		const size_t n = h->left < m->buffer ? h->left : m->buffer;
		const size_t bytes = n * sizeof(*h->buf);

		if (n == 0)
			return 0;
		if (stet_pread_fully(m->v->fd, h->buf, bytes, h->offset) != (int64_t)bytes)
			return stet_fail_errno(err, "cannot read pairs back from %s",
					       m->v->budget->tmp);
		h->at = 0;
		h->n = n;
		h->left -= n;
		h->offset += bytes;
	}
	h->pair = h->buf[h->at++];
	return 1;
}

/* The head at `i` may be too high for its place. */
static void sift(struct merge *m, size_t i)
{
	for (;;) {
		size_t least = i;
		struct head h;

		for (size_t k = 2 * i + 1; k < m->n && k <= 2 * i + 2; k++)
			if (m->heads[k].pair < m->heads[least].pair)
				least = k;
		if (least == i)
			return;
		h = m->heads[i];
		m->heads[i] = m->heads[least];
		m->heads[least] = h;
		i = least;
	}
}

static int begin(struct merge *m, uint64_t *buffers, struct stet_err *err)
{
	uint64_t offset = 0;

	m->n = 0;
	for (size_t i = 0; i < m->v->n_runs; i++) {
		struct head *h = &m->heads[m->n++];

		*h = (struct head){ .buf = buffers + i * m->buffer, .left = m->v->runs[i],
				    .offset = offset };
		offset += m->v->runs[i] * sizeof(*h->buf);
		if (advance(m, h, err) < 0)	/* no run is empty */
			return err->code;
	}
	for (size_t i = m->n; i-- > 0; )
		sift(m, i);
	return 0;
}

/* Candidates into `out`, or with NULL only their number. */
static int merge(struct merge *m, uint64_t *out, size_t *n, struct stet_err *err)
{
	uint64_t last = 0;
	unsigned votes = 0;

	for (*n = 0; m->n > 0; ) {
		const uint64_t pair = m->heads[0].pair;
		const int got = advance(m, &m->heads[0], err);

		if (got < 0)
			return err->code;
		if (got == 0)
			m->heads[0] = m->heads[--m->n];
		sift(m, 0);
		votes = votes > 0 && pair == last ? votes + 1 : 1;
		last = pair;
		if (votes != m->v->wanted)
			continue;
		if (out)
			out[*n] = pair;
		++*n;
	}
	return 0;
}

static int merge_twice(struct stet_votes *v, struct merge *m, uint64_t *buffers, uint64_t **pairs,
		       size_t *n, struct stet_err *err)
{
	if (begin(m, buffers, err) < 0 || merge(m, NULL, n, err) < 0)
		return err->code;
	if (stet_budget_take(v->budget, *n * sizeof(**pairs), "the candidate pairs", err) < 0)
		return err->code;
	*pairs = stet_calloc(*n, sizeof(**pairs));
	if (begin(m, buffers, err) < 0)
		return err->code;
	return merge(m, *pairs, n, err);
}

static int count_runs(struct stet_votes *v, uint64_t **pairs, size_t *n, struct stet_err *err)
{
	struct merge m = { .v = v };
	uint64_t *buffers, bytes;
	int rc;

	v->n = stet_pairs_thin(v->v, v->n, v->wanted);
	if (v->n > 0 && write_run(v, err) < 0)
		return err->code;
	free_votes(v);
	m.buffer = v->share / sizeof(*buffers) / v->n_runs;
	if (m.buffer > MOST_BUFFER)
		m.buffer = MOST_BUFFER;
	if (m.buffer < LEAST_BUFFER)
		m.buffer = LEAST_BUFFER;
	bytes = m.buffer * v->n_runs * sizeof(*buffers);
	if (stet_budget_take(v->budget, bytes, "the votes", err) < 0)
		return err->code;
	buffers = stet_calloc(m.buffer * v->n_runs, sizeof(*buffers));
	m.heads = stet_calloc(v->n_runs, sizeof(*m.heads));
	rc = merge_twice(v, &m, buffers, pairs, n, err);
	free(m.heads);
	free(buffers);
	stet_budget_give(v->budget, bytes);
	return rc;
}

int stet_votes_count(struct stet_votes *v, uint64_t **pairs, size_t *n, struct stet_err *err)
{
	if (v->n_runs > 0)
		return count_runs(v, pairs, n, err);
	*n = stet_pairs_with_votes(v->v, v->n, v->wanted);
	if (*n == 0)
		return 0;
	*pairs = realloc(v->v, *n * sizeof(**pairs));
	if (!*pairs)
		*pairs = v->v;
	stet_budget_give(v->budget, (v->cap - *n) * sizeof(**pairs));
	v->v = NULL;
	v->n = v->cap = 0;
	return 0;
}
