/*
 * test_conveyor.c - same output for any number of threads; the first error wins
 */
#include "stet/conveyor.h"
#include "stet/err.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#define NEVER (-9)
#define N_BATCHES 16

struct job {
	int next, end, bad_read, bad_work, bad_write;
	char out[4096];
	size_t len;
};

struct batch {
	int id;
	unsigned result;
};

static int read_id(void *ctx, size_t lane, void *batch, struct stet_err *err)
{
	struct job *j = ctx;
	struct batch *b = batch;

	(void)lane;
	if (j->next == j->end)
		return 0;
	if (j->next == j->bad_read)
		return stet_fail(err, STET_EFORMAT, "batch %d unreadable", j->next);
	b->id = j->next++;
	return 1;
}

static int churn(void *ctx, void *batch, struct stet_err *err)
{
	const struct job *j = ctx;
	struct batch *b = batch;

	b->result = (unsigned)b->id;
	for (int i = 0; i < 1000 * (b->id % 7); i++)
		b->result = b->result * 69069u + 1;
	if (b->id == j->bad_work || b->id == j->bad_work + 1)
		return stet_fail(err, STET_ELIMIT, "batch %d too big", b->id);
	return 0;
}

static int print(void *ctx, void *batch, struct stet_err *err)
{
	struct job *j = ctx;
	const struct batch *b = batch;

	if (b->id == j->bad_write)
		return stet_fail(err, STET_EAGAIN, "batch %d does not fit", b->id);
	j->len += (size_t)snprintf(j->out + j->len, sizeof(j->out) - j->len, "%d:%u ", b->id,
				   b->result);
	return 0;
}

static struct job job(int end)
{
	return (struct job){ .end = end, .bad_read = NEVER, .bad_work = NEVER, .bad_write = NEVER };
}

static int run_slots(struct job *j, size_t n_threads, size_t n_slots, struct stet_err *err)
{
	const struct stet_stages st = { j, 1, read_id, churn, print };
	struct batch b[N_BATCHES];
	void *batches[N_BATCHES];

	for (size_t i = 0; i < N_BATCHES; i++)
		batches[i] = &b[i];
	return stet_conveyor_run(&st, batches, n_slots, n_threads, err);
}

static int run(struct job *j, size_t n_threads, struct stet_err *err)
{
	return run_slots(j, n_threads, n_threads < 8 ? 2 * n_threads : N_BATCHES, err);
}

static void output_is_thread_invariant(void **state)
{
	struct job one = job(200);
	struct stet_err err = { 0 };

	(void)state;
	assert_int_equal(run(&one, 1, &err), 0);
	for (size_t n = 2; n <= 16; n++) {
		struct job many = job(200);

		assert_int_equal(run(&many, n, &err), 0);
		assert_string_equal(many.out, one.out);
	}
}

static void output_is_slot_invariant(void **state)
{
	struct job one = job(100);
	struct stet_err err = { 0 };

	(void)state;
	assert_int_equal(run(&one, 1, &err), 0);
	for (size_t slots = 1; slots <= N_BATCHES; slots++) {
		struct job other = job(100);

		assert_int_equal(run_slots(&other, 4, slots, &err), 0);
		assert_string_equal(other.out, one.out);
	}
}

static void first_error_in_input_order_wins(void **state)
{
	struct job ref = job(40);
	struct stet_err err = { 0 };

	(void)state;
	run(&ref, 1, &err);
	for (size_t n = 1; n <= 16; n++) {
		struct job j = job(200);

		j.bad_read = 44;
		j.bad_work = 40;
		j.bad_write = 42;
		assert_int_equal(run(&j, n, &err), STET_ELIMIT);
		assert_string_equal(err.msg, "batch 40 too big");
		assert_string_equal(j.out, ref.out);
	}
}

static void write_error_ends_the_output(void **state)
{
	struct job ref = job(40);
	struct stet_err err = { 0 };

	(void)state;
	run(&ref, 1, &err);
	for (size_t n = 1; n <= 16; n++) {
		struct job j = job(200);

		j.bad_write = 40;
		assert_int_equal(run(&j, n, &err), STET_EAGAIN);
		assert_string_equal(err.msg, "batch 40 does not fit");
		assert_string_equal(j.out, ref.out);
	}
}

static void failure_stops_reading(void **state)
{
	(void)state;
	for (size_t n = 1; n <= 16; n++) {
		struct job j = job(5000);
		struct stet_err err = { 0 };

		j.bad_work = 40;
		assert_int_equal(run(&j, n, &err), STET_ELIMIT);
		assert_true(j.next <= 40 + N_BATCHES + 1);	/* as far as the slots reach */
	}
}

static void read_error_is_reported(void **state)
{
	(void)state;
	for (size_t n = 1; n <= 16; n++) {
		struct job j = job(200);
		struct stet_err err = { 0 };

		j.bad_read = 3;
		assert_int_equal(run(&j, n, &err), STET_EFORMAT);
		assert_string_equal(err.msg, "batch 3 unreadable");
	}
}

static void empty_input_is_fine(void **state)
{
	struct job j = job(0);
	struct stet_err err = { 0 };

	(void)state;
	assert_int_equal(run(&j, 4, &err), 0);
	assert_int_equal(j.len, 0);
}

/* ---- lanes */

#define N_LANES 3

struct lanes {
	int next[N_LANES], written[N_LANES];	/* the first: of one lane's reader alone */
	int end, bad_lane, bad_read;
	int busy[N_LANES];			/* readers of a lane at this moment */
};

struct lane_batch {
	int lane, id;
	unsigned sum;
};

static int read_lane(void *ctx, size_t lane, void *batch, struct stet_err *err)
{
	struct lanes *l = ctx;
	struct lane_batch *b = batch;

	assert_int_equal(__atomic_add_fetch(&l->busy[lane], 1, __ATOMIC_SEQ_CST), 1);
	*b = (struct lane_batch){ (int)lane, l->next[lane]++, 1 };
	for (int i = 0; i < 2000; i++)
		b->sum = b->sum * 69069u + 1;
	__atomic_sub_fetch(&l->busy[lane], 1, __ATOMIC_SEQ_CST);
	if ((int)lane == l->bad_lane && b->id == l->bad_read)
		return stet_fail(err, STET_EFORMAT, "lane %zu unreadable", lane);
	return b->id < l->end * (int)(lane + 1);	/* lanes end one after another */
}

static int pass_on(void *ctx, void *batch, struct stet_err *err)
{
	(void)ctx;
	(void)batch;
	(void)err;
	return 0;
}

/* Batches of a lane come in order, each once. */
static int write_lane(void *ctx, void *batch, struct stet_err *err)
{
	struct lanes *l = ctx;
	const struct lane_batch *b = batch;

	(void)err;
	assert_int_equal(b->id, l->written[b->lane]);
	l->written[b->lane]++;
	return 0;
}

static int run_lanes(struct lanes *l, size_t n_threads, size_t n_slots, struct stet_err *err)
{
	const struct stet_stages st = { l, N_LANES, read_lane, pass_on, write_lane };
	struct lane_batch b[N_BATCHES];
	void *batches[N_BATCHES];

	for (size_t i = 0; i < N_BATCHES; i++)
		batches[i] = &b[i];
	return stet_conveyor_run(&st, batches, n_slots, n_threads, err);
}

static void lanes_are_read_to_their_ends(void **state)
{
	(void)state;
	for (size_t n = 1; n <= 8; n++)
		for (size_t slots = 1; slots <= N_BATCHES; slots += 5) {
			struct lanes l = { .end = 50, .bad_lane = NEVER };
			struct stet_err err = { 0 };

			assert_int_equal(run_lanes(&l, n, slots, &err), 0);
			for (int i = 0; i < N_LANES; i++)
				assert_int_equal(l.written[i], 50 * (i + 1));
		}
}

static void a_bad_lane_ends_all(void **state)
{
	(void)state;
	for (size_t n = 1; n <= 8; n++) {
		struct lanes l = { .end = 100000, .bad_lane = 1, .bad_read = 7 };
		struct stet_err err = { 0 };

		assert_int_equal(run_lanes(&l, n, N_BATCHES, &err), STET_EFORMAT);
		assert_string_equal(err.msg, "lane 1 unreadable");
		assert_int_equal(l.written[1], 7);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(output_is_thread_invariant),
		cmocka_unit_test(output_is_slot_invariant),
		cmocka_unit_test(first_error_in_input_order_wins),
		cmocka_unit_test(write_error_ends_the_output),
		cmocka_unit_test(failure_stops_reading),
		cmocka_unit_test(read_error_is_reported),
		cmocka_unit_test(empty_input_is_fine),
		cmocka_unit_test(lanes_are_read_to_their_ends),
		cmocka_unit_test(a_bad_lane_ends_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
