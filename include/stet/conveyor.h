/*
 * conveyor.h - ordered parallel batches
 *
 * Batches go through three stages:
 *
 *	read   one at a time in each lane
 *	work   as many at once as there are threads
 *	write  one at a time, in the order in which batches were read
 *
 * Memory is bounded by the number of batches, and stage code needs no locks.  With one lane
 * the output does not depend on the number of threads; where there are several, batches of
 * a lane are in order, and how those of different lanes mix is left to chance.
 */
#ifndef STET_CONVEYOR_H
#define STET_CONVEYOR_H

#include <stddef.h>

struct stet_err;

struct stet_stages {
	void *ctx;		/* passed to every stage */
	size_t n_lanes;		/* sources that are read side by side; at least 1 */
	/* Refill `batch`: 1 = filled, 0 = end of the lane, negative = failed. */
	int (*read)(void *ctx, size_t lane, void *batch, struct stet_err *err);
	/* 0 = done, negative = failed.  May touch only `batch` and constants. */
	int (*work)(void *ctx, void *batch, struct stet_err *err);
	int (*write)(void *ctx, void *batch, struct stet_err *err);
};

/*
 * Run the stages until all lanes end or a batch fails.  The caller owns
 * `batches`; about twice as many as threads keeps every thread busy.
 *
 * Returns 0, or the error of the first bad batch in the order of writing; then every
 * batch before it has been written and none after it.
 */
int stet_conveyor_run(const struct stet_stages *st, void *const batches[], size_t n_batches,
		      size_t n_threads, struct stet_err *err);

/*
 * Do work(ctx, 0) to work(ctx, n - 1), each by a thread of its own; the first by the caller,
 * and those for which there is no thread.  Returns when all are done.
 */
void stet_parallel(size_t n, void (*work)(void *ctx, size_t i), void *ctx);

#endif
