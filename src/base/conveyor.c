/*
 * conveyor.c - ordered parallel batches; the only file that makes threads
 *
 * A ring of slots, one per batch; batch number `seq` lives in slot seq % n:
 *
 *	n_written <= seq < n_read	being worked on, or done and waiting to be written
 *
 * All threads run the same loop and do the most downstream thing there is to
 * do: write the oldest batch if it is done; else read the next batch and work on
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

struct slot {
	void *batch;
	bool done;
	struct stet_err err;
};

struct belt {
	const struct stet_stages *st;
	struct slot *slots;
	size_t n_slots;

	pthread_mutex_t lock;		/* guards the rest, and slots[].done */
	pthread_cond_t changed;
	uint64_t n_read, n_written;
	bool reading, writing;		/* someone is in that stage */
	bool stopped;			/* no more reading */
	struct stet_err err;		/* the first failure in input order */
};

static struct slot *slot(struct belt *b, uint64_t seq)
{
	return &b->slots[seq % b->n_slots];
}

/* Called and returns with the lock held, and drops it around the stage. */
static void write_oldest(struct belt *b)
{
	struct slot *s = slot(b, b->n_written);
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
	pthread_cond_broadcast(&b->changed);
}

/* Likewise. */
static void read_and_work(struct belt *b)
{
	struct slot *s = slot(b, b->n_read);
	int got;

	s->done = false;
	s->err.code = 0;
	b->reading = true;
	pthread_mutex_unlock(&b->lock);
	got = b->st->read(b->st->ctx, s->batch, &s->err);
	pthread_mutex_lock(&b->lock);
	b->reading = false;

	if (got <= 0)
		b->stopped = true;
	if (got != 0)			/* a failed read is a batch too: it fails in its turn */
		b->n_read++;
	pthread_cond_broadcast(&b->changed);
	if (got == 0)
		return;

	pthread_mutex_unlock(&b->lock);
	if (got < 0 || b->st->work(b->st->ctx, s->batch, &s->err) < 0)
		assert(s->err.code < 0);
	pthread_mutex_lock(&b->lock);
	s->done = true;
	pthread_cond_broadcast(&b->changed);
}

static void *serve(void *belt)
{
	struct belt *b = belt;

	pthread_mutex_lock(&b->lock);
	while (!b->stopped || b->reading || b->n_written < b->n_read) {
		if (!b->writing && b->n_written < b->n_read && slot(b, b->n_written)->done)
			write_oldest(b);
		else if (!b->reading && !b->stopped && b->n_read - b->n_written < b->n_slots)
			read_and_work(b);
		else
			pthread_cond_wait(&b->changed, &b->lock);
	}
	pthread_mutex_unlock(&b->lock);
	return NULL;
}

int stet_conveyor_run(const struct stet_stages *st, void *const batches[], size_t n_batches,
		      size_t n_threads, struct stet_err *err)
{
	struct slot *slots = stet_calloc(n_batches, sizeof(*slots));
	pthread_t *threads = stet_calloc(n_threads, sizeof(*threads));
	struct belt b = {
		.st = st, .slots = slots, .n_slots = n_batches,
		.lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER,
	};
	size_t n_started = 0;

	for (size_t i = 0; i < n_batches; i++)
		slots[i].batch = batches[i];

	/* The caller serves too, so a thread that cannot start only costs speed. */
	while (n_started + 1 < n_threads &&
	       pthread_create(&threads[n_started], NULL, serve, &b) == 0)
		n_started++;
	serve(&b);
	while (n_started > 0)
		pthread_join(threads[--n_started], NULL);
	free(threads);
	free(slots);

	if (b.err.code != 0)
		*err = b.err;
	return b.err.code;
}
