/*
 * fuzz_gzip.c - gzip by what the build has, against zlib, in pieces of any size
 *
 * inflate.h says how far they may differ: not at all in what is whole.
 */
#include "../../src/source/inflate.h"
#include "../../src/source/stream.h"
#include "fuzz.h"

#define MAX_OUT ((size_t)1 << 20)	/* of each: what is behind it does not count */
#define MAX_HELD_BACK 2

struct memory {
	struct stet_stream s;		/* first */
	struct fuzz_input in;
	size_t piece;
};

static size_t read_memory(struct stet_stream *s, char *out, size_t cap)
{
	struct memory *m = (struct memory *)s;
	size_t n = m->in.n < cap ? m->in.n : cap;

	n = n < m->piece ? n : m->piece;
	if (n > 0)
		memcpy(out, m->in.p, n);
	m->in.p += n;
	m->in.n -= n;
	return n;
}

struct decoded {
	char *p;
	size_t n;
	bool stopped;		/* at MAX_OUT: how it would have ended is not known */
	bool damaged, complete;
	char why[160];
};

static struct decoded decode(const struct stet_codec *codec, const struct fuzz_input *in,
			     size_t piece, size_t room)
{
	struct memory m = { .s.read = read_memory, .in = *in, .piece = piece };
	struct stet_decoder *d = stet_decoder_open(codec, &m.s, 1);
	struct stet_stream *s = stet_decoder_stream(d);
	struct decoded r = { .p = stet_calloc(MAX_OUT + room, 1) };
	size_t got = 1;

	while (got > 0 && !r.stopped) {
		got = stet_stream_read(s, r.p + r.n, room);
		LAW(got <= room);
		r.n += got;
		r.stopped = r.n >= MAX_OUT;
	}
	r.damaged = s->damaged;
	r.complete = s->complete;
	memcpy(r.why, s->why, sizeof(r.why));
	stet_decoder_close(d);
	stet_stream_release(&m.s);
	return r;
}

static size_t min_size(size_t a, size_t b)
{
	return a < b ? a : b;
}

static void check(const struct decoded *zlib, const struct decoded *got)
{
	LAW(memcmp(zlib->p, got->p, min_size(zlib->n, got->n)) == 0);
	if (zlib->stopped || got->stopped)
		return;
	LAW(got->n + MAX_HELD_BACK >= zlib->n);
	LAW(zlib->damaged || !got->damaged);
	/* Data that zlib refuses, and a right CRC of what others make of them. */
	LAW(got->damaged || !zlib->damaged || strcmp(zlib->why, "gzip data are damaged") == 0);
	if (!zlib->damaged)
		LAW(got->n == zlib->n);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const size_t pieces[] = { SIZE_MAX, 1, 7, 33, 1000, 4096, 65536, 65537 };
	struct fuzz_input in = { data, size };
	const uint8_t how = fuzz_take(&in);
	const size_t piece = pieces[how & 7], room = min_size(pieces[how >> 3 & 7], MAX_OUT);
	struct decoded zlib = decode(&stet_codec_gzip_zlib, &in, piece, room);
	struct decoded got = decode(&stet_codec_gzip, &in, piece, room);

	check(&zlib, &got);
	free(zlib.p);
	free(got.p);
	return 0;
}
