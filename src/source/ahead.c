/*
 * ahead.c - members of a compressed stream decoded by several threads at once
 */
#include "ahead.h"
#include "stet/conveyor.h"
#include "stet/mem.h"

#include <stdlib.h>
#include <string.h>

/* Input of a piece, about: far more than it costs to start a thread. */
#define PIECE_BYTES ((size_t)256 << 10)

/* What a piece may become; beyond, it is decoded in order, where nothing has to hold it. */
#define MOST_OUT ((size_t)32 << 20)

#define MOST_SKIPPED 65536u

struct piece {
	const struct stet_codec *codec;
	void *state;
	const unsigned char *in;
	size_t n_in;
	unsigned char *out;
	size_t n_out, cap_out;
	bool whole;			/* members to its last byte, and all was well */
};

struct stet_ahead {
	const struct stet_codec *codec;
	struct piece *v;
	unsigned cap;			/* pieces at once */
	size_t n, at, taken;		/* pieces with output; the one at hand, taken of it */
	uint32_t skip, skipped;		/* members to pass after a failure */
};

struct stet_ahead *stet_ahead_open(const struct stet_codec *codec, unsigned n_threads)
{
	struct stet_ahead *a = stet_calloc(1, sizeof(*a));

	a->codec = codec;
	a->cap = n_threads;
	a->v = stet_calloc(a->cap, sizeof(*a->v));
	return a;
}

static void reset_state(struct piece *p)
{
	if (p->state)
		p->codec->end(p->state);
	free(p->state);
	p->state = NULL;
}

void stet_ahead_close(struct stet_ahead *a)
{
	if (!a)
		return;
	for (unsigned i = 0; i < a->cap; i++) {
		reset_state(&a->v[i]);
		free(a->v[i].out);
	}
	free(a->v);
	free(a);
}

size_t stet_ahead_bytes(const struct stet_ahead *a)
{
	return (a->cap + 1) * PIECE_BYTES;
}

bool stet_ahead_wants(struct stet_ahead *a)
{
	if (a->skipped < a->skip) {
		a->skipped++;
		return false;
	}
	return true;
}

/* ---- a piece */

/* A member; false where it is not whole and well, or too much comes out. */
static bool decode_member(struct piece *p, size_t *at)
{
	for (;;) {
		struct stet_pump pump = { .in = p->in + *at, .n_in = p->n_in - *at };
		enum stet_step step;
		size_t room, n_in;

		if (p->n_out == p->cap_out && p->cap_out >= MOST_OUT)
			return false;
		p->out = stet_grow(p->out, &p->cap_out, p->n_out + 1, 1);
		room = pump.n_out = p->cap_out - p->n_out;
		pump.out = p->out + p->n_out;
		n_in = pump.n_in;
		step = p->codec->step(p->state, &pump);
		*at += n_in - pump.n_in;
		p->n_out += room - pump.n_out;
		if (step == STET_STEP_END)
			return true;
		if (step != STET_STEP_MORE || (pump.n_in == n_in && pump.n_out == room))
			return false;
	}
}

static bool decode_members(struct piece *p)
{
	size_t at = 0;

	while (at < p->n_in) {
		if (!p->codec->begins(p->in[at]) || !p->codec->begin(p->state) ||
		    !decode_member(p, &at))
			return false;
		while (at < p->n_in && p->in[at] == 0)	/* padding */
			at++;
	}
	return true;
}

static void decode_piece(void *ctx, size_t i)
{
	struct piece *p = &((struct stet_ahead *)ctx)->v[i];

	if (!p->state)
		p->state = stet_calloc(1, p->codec->state_bytes);
	p->n_out = 0;
	p->whole = decode_members(p);
	if (!p->whole)
		reset_state(p);
}

/* ---- pieces */

/* Where a member may begin, from `at` on; `n` where there is none. */
static size_t next_begin(const struct stet_ahead *a, const unsigned char *in, size_t at, size_t n)
{
	const unsigned char *found =
		at < n ? memmem(in + at, n - at, a->codec->magic, strlen(a->codec->magic)) : NULL;

	return found ? (size_t)(found - in) : n;
}

static void cut(struct stet_ahead *a, const unsigned char *in, size_t n, bool last)
{
	size_t at = 0;

	for (a->n = 0; a->n < a->cap && at < n; a->n++) {
		const size_t end = next_begin(a, in, at + PIECE_BYTES, n);

		if (end == n && !last)
			break;
		a->v[a->n].codec = a->codec;
		a->v[a->n].in = in + at;
		a->v[a->n].n_in = end - at;
		at = end;
	}
}

size_t stet_ahead_decode(struct stet_ahead *a, const unsigned char *in, size_t n, bool last)
{
	size_t whole = 0, used = 0;

	cut(a, in, n, last);
	stet_parallel(a->n, decode_piece, a);
	for (; whole < a->n && a->v[whole].whole; whole++)
		used += a->v[whole].n_in;
	a->n = whole;
	a->at = a->taken = a->skipped = 0;
	if (whole > 0)
		a->skip = 0;
	else if (a->skip < MOST_SKIPPED)
		a->skip = 2 * a->skip + 1;
	return used;
}

size_t stet_ahead_take(struct stet_ahead *a, unsigned char *out, size_t cap)
{
	size_t n;

	while (a->at < a->n && a->taken == a->v[a->at].n_out) {
		a->at++;
		a->taken = 0;
	}
	if (a->at == a->n)
		return 0;
	n = a->v[a->at].n_out - a->taken;
	n = n < cap ? n : cap;
	memcpy(out, a->v[a->at].out + a->taken, n);
	a->taken += n;
	return n;
}
