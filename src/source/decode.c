/*
 * decode.c - a stream of what a codec makes of another stream
 *
 * Members in a row are read as one.  Zero bytes behind a member are padding
 * (tapes, disk images); anything else that cannot begin a member is damage.  From the
 * second on members are decoded several at once, where that is wanted (ahead.h).
 */
#include "ahead.h"
#include "codec.h"
#include "stream.h"

#include <stdlib.h>
#include <string.h>

#define INTAKE_BYTES ((size_t)128 << 10)

struct stet_decoder {
	struct stet_stream s;		/* first */
	const struct stet_codec *codec;
	void *state;
	struct stet_ahead *ahead;	/* NULL = one member after another */
	unsigned char *in;
	size_t cap;
	size_t at, n;			/* in[at..n) is not decoded yet */
	bool drained;			/* nothing follows it */
	bool inside;			/* a member has begun */
	bool ended;
	uint64_t n_members;
};

/* Make input available; false when there is no more. */
static bool take_in(struct stet_decoder *d)
{
	if (d->at < d->n)
		return true;
	if (!d->drained) {
		d->at = 0;
		d->n = stet_stream_read(d->s.from, (char *)d->in, INTAKE_BYTES);
		d->drained = d->n == 0;
	}
	return d->at < d->n;
}

/* Make as much input available as is decoded at once. */
static void take_in_much(struct stet_decoder *d)
{
	const size_t wanted = stet_ahead_bytes(d->ahead);
	size_t n = 1;

	d->in = stet_grow(d->in, &d->cap, wanted, 1);
	memmove(d->in, d->in + d->at, d->n - d->at);
	d->n -= d->at;
	d->at = 0;
	for (; d->n < wanted && n > 0; d->n += n)
		n = stet_stream_read(d->s.from, (char *)d->in + d->n, wanted - d->n);
	d->drained = n == 0;
}

/* Between members, with one that may begin: false where it has to be decoded by itself. */
static bool decode_ahead(struct stet_decoder *d)
{
	size_t used;

	if (!d->ahead || d->n_members == 0 || !stet_ahead_wants(d->ahead))
		return false;
	take_in_much(d);
	used = stet_ahead_decode(d->ahead, d->in + d->at, d->n - d->at, d->drained);
	d->at += used;
	return used > 0;
}

static void stop(struct stet_decoder *d, const char *why)
{
	stet_stream_damage(&d->s, "%s %s", d->codec->name, why);
	d->s.complete = false;
	d->ended = true;
}

/* What follows the last member was all read, and is none of ours. */
static void refuse_tail(struct stet_decoder *d)
{
	const bool was_fine = !d->s.damaged;

	stet_stream_damage(&d->s, "data behind the end of the %s stream", d->codec->name);
	d->s.complete = was_fine;
	d->ended = true;
}

/* Between members: begin the next, or end. */
static void next_member(struct stet_decoder *d)
{
	while (d->n_members > 0 && take_in(d) && d->in[d->at] == 0)
		d->at++;
	if (!take_in(d)) {
		d->ended = true;
		return;
	}
	if (d->n_members > 0 && !(d->codec->begins && d->codec->begins(d->in[d->at]))) {
		refuse_tail(d);
		return;
	}
	if (decode_ahead(d))
		return;
	if (!d->codec->begin(d->state)) {
		stop(d, "data want more memory than there is");
		return;
	}
	d->n_members++;
	d->inside = true;
}

static void step(struct stet_decoder *d, struct stet_pump *p)
{
	const bool more = take_in(d);
	const size_t room = p->n_out;
	size_t n_in;

	p->in = d->in + d->at;
	n_in = p->n_in = more ? d->n - d->at : 0;
	switch (d->codec->step(d->state, p)) {
	case STET_STEP_DOUBT:
		stet_stream_damage(&d->s, "%s %s", d->codec->name, p->why);
		d->s.complete = true;
		d->inside = false;
		break;
	case STET_STEP_END:
		d->inside = false;
		break;
	case STET_STEP_BAD:
		stop(d, p->why);
		break;
	case STET_STEP_MORE:
		if (p->n_out == room && p->n_in == n_in)
			stop(d, more ? "data are damaged" : "stream ends early");
		break;
	}
	d->at += n_in - p->n_in;
}

static size_t decode(struct stet_stream *s, char *out, size_t cap)
{
	struct stet_decoder *d = (struct stet_decoder *)s;
	struct stet_pump p = { .out = (unsigned char *)out, .n_out = cap };

	while (p.n_out > 0 && !d->ended) {
		const size_t n = d->ahead ? stet_ahead_take(d->ahead, p.out, p.n_out) : 0;

		if (n > 0)
			stet_pump_moved(&p, 0, n);
		else if (d->inside)
			step(d, &p);
		else
			next_member(d);
	}
	return cap - p.n_out;
}

struct stet_decoder *stet_decoder_open(const struct stet_codec *codec, struct stet_stream *from,
				       unsigned n_threads)
{
	struct stet_decoder *d = stet_calloc(1, sizeof(*d));

	d->s.read = decode;
	d->s.from = from;
	d->codec = codec;
	d->state = stet_calloc(1, codec->state_bytes);
	d->in = stet_grow(NULL, &d->cap, INTAKE_BYTES, 1);
	if (n_threads > 1 && codec->magic)
		d->ahead = stet_ahead_open(codec, n_threads);
	return d;
}

struct stet_stream *stet_decoder_stream(struct stet_decoder *d)
{
	return &d->s;
}

void stet_decoder_close(struct stet_decoder *d)
{
	if (!d)
		return;
	stet_ahead_close(d->ahead);
	d->codec->end(d->state);
	stet_stream_release(&d->s);
	free(d->state);
	free(d->in);
	free(d);
}
