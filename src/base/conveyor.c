/*
 * conveyor.c - ordered parallel batches; the only file that makes threads
 *
 * A batch is free, or in the queue: from when it was read until it is written.  Number `seq`
 * of the queue is in queue[seq % n]:
 *
 *	n_written <= seq < n_read	being worked on, or done and waiting to be written
 *
 * All threads run the same loop and do the most downstream thing there is to
 * do: write the oldest batch if it is done; else read the next batch of a lane and work on
 * it; else sleep.  One lock guards everything here and is never held in a stage.
 */
#include "stet/conveyor.h"
#include "stet/err.h"
#include "stet/mem.h"

#include <assert.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

/* ---- a few things at once */

struct job {
	void (*work)(void *ctx, size_t i);
	void *ctx;
	size_t i;
	pthread_t thread;
	bool started;
};

static void *do_job(void *job)
{
	const struct job *j = job;

	j->work(j->ctx, j->i);
	return NULL;
}

void stet_parallel(size_t n, void (*work)(void *ctx, size_t i), void *ctx)
{
	struct job *jobs = stet_calloc(n, sizeof(*jobs));

	for (size_t i = 0; i < n; i++) {
		jobs[i] = (struct job){ .work = work, .ctx = ctx, .i = i };
		jobs[i].started = i > 0 && pthread_create(&jobs[i].thread, NULL, do_job,
							  &jobs[i]) == 0;
	}
	for (size_t i = 0; i < n; i++)
		if (!jobs[i].started)
			do_job(&jobs[i]);
	for (size_t i = 0; i < n; i++)
		if (jobs[i].started)
			pthread_join(jobs[i].thread, NULL);
	free(jobs);
}

/* ---- the belt */

struct slot {
	void *batch;
	bool done;
	struct stet_err err;
};

struct lane {
	bool reading;			/* someone reads it */
	bool over;			/* nothing more will come */
};

struct belt {
	const struct stet_stages *st;
	size_t n_slots;

	pthread_mutex_t lock;		/* guards the rest, and slots' done */
	pthread_cond_t changed;
	struct slot **queue, **free;
	size_t n_free;
	uint64_t n_read, n_written;
	struct lane *lanes;
	size_t n_lanes, n_reading;
	bool writing;			/* someone is in that stage */
	bool stopped;			/* no more reading */
	struct stet_err err;		/* the first failure in the order of writing */
};

static struct slot *oldest(struct belt *b)
{
	return b->queue[b->n_written % b->n_slots];
}

/* Called and returns with the lock held, and drops it around the stage. */
static void write_oldest(struct belt *b)
{
	struct slot *s = oldest(b);
	const bool wanted = b->err.code == 0 && s->err.code == 0;

	b->writing = true;
	pthread_mutex_unlock(&b->lock);
	if (wanted && b->st->write(b->st->ctx, s->batch, &s->err) < 0)
		assert(s->err.code < 0);	/* who fails must say why */
	pthread_mutex_lock(&b->lock);
	b->writing = false;

	if (b->err.code == 0 && s->err.code != 0) {
		b->err = s->err;
		b->stopped = true;
	}
	b->n_written++;
	b->free[b->n_free++] = s;
	pthread_cond_broadcast(&b->changed);
}

/* Likewise.  1 = there is a batch to work on; a failed read is one too: it fails in its turn. */
static int read_batch(struct belt *b, struct lane *lane, struct slot *s)
{
	int got;

	lane->reading = true;
	b->n_reading++;
	pthread_mutex_unlock(&b->lock);
	got = b->st->read(b->st->ctx, (size_t)(lane - b->lanes), s->batch, &s->err);
	pthread_mutex_lock(&b->lock);
	lane->reading = false;
	b->n_reading--;

	lane->over = got <= 0;
	b->stopped |= got < 0;
	if (got != 0)
		b->queue[b->n_read++ % b->n_slots] = s;
	else
		b->free[b->n_free++] = s;
	pthread_cond_broadcast(&b->changed);
	return got;
}

/* Likewise. */
static void read_and_work(struct belt *b, struct lane *lane)
{
	struct slot *s = b->free[--b->n_free];
	int got;

	s->done = false;
	s->err.code = 0;
	got = read_batch(b, lane, s);
	if (got == 0)
		return;
	pthread_mutex_unlock(&b->lock);
	if (got < 0 || b->st->work(b->st->ctx, s->batch, &s->err) < 0)
		assert(s->err.code < 0);
	pthread_mutex_lock(&b->lock);
	s->done = true;
	pthread_cond_broadcast(&b->changed);
}

/* A lane that can be read, or NULL. */
static struct lane *free_lane(const struct belt *b)
{
	for (size_t i = 0; !b->stopped && b->n_free > 0 && i < b->n_lanes; i++)
		if (!b->lanes[i].reading && !b->lanes[i].over)
			return &b->lanes[i];
	return NULL;
}

static bool is_over(const struct belt *b)
{
	bool all_read = true;

	for (size_t i = 0; i < b->n_lanes; i++)
		all_read &= b->lanes[i].over;
	return (b->stopped || all_read) && b->n_reading == 0 && b->n_written == b->n_read;
}

/* What each thread does; where one came too late there is nothing left to do. */
static void serve(void *belt, size_t i)
{
	struct belt *b = belt;

	(void)i;
	pthread_mutex_lock(&b->lock);
	while (!is_over(b)) {
		struct lane *lane;

		if (!b->writing && b->n_written < b->n_read && oldest(b)->done)
			write_oldest(b);
		else if ((lane = free_lane(b)))
			read_and_work(b, lane);
		else
			pthread_cond_wait(&b->changed, &b->lock);
	}
	pthread_mutex_unlock(&b->lock);
}

static void belt_release(struct belt *b, struct slot *slots)
{
	free(b->lanes);
	free(b->queue);
	free(b->free);
	free(slots);
}

int stet_conveyor_run(const struct stet_stages *st, void *const batches[], size_t n_batches,
		      size_t n_threads, struct stet_err *err)
{
	struct slot *slots = stet_calloc(n_batches, sizeof(*slots));
	struct belt b = {
		.st = st, .n_slots = n_batches, .n_lanes = st->n_lanes,
		.lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER,
	};

	b.lanes = stet_calloc(b.n_lanes, sizeof(*b.lanes));
	b.queue = stet_calloc(n_batches, sizeof(struct slot *));
	b.free = stet_calloc(n_batches, sizeof(struct slot *));
	for (; b.n_free < n_batches; b.n_free++) {
		slots[b.n_free].batch = batches[b.n_free];
		b.free[b.n_free] = &slots[b.n_free];
	}
	/* The caller serves too, so a thread that cannot start only costs speed. */
	stet_parallel(n_threads, serve, &b);
	belt_release(&b, slots);

	if (b.err.code != 0)
		*err = b.err;
	return b.err.code;
}
