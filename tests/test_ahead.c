/*
 * test_ahead.c - several threads decode a stream as one does, whatever is wrong with it
 *
 * Streams of many members, by each codec: whole, cut, with bytes flipped, with padding and
 * with what looks like the begin of a member and is none.  The judge is decode.c with one
 * thread.
 */
#include "../src/source/codec.h"
#include "../src/source/stream.h"

#include <bzlib.h>
#include <lz4frame.h>
#include <lzma.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>
#include <zstd.h>

#include <cmocka.h>

#define MAX_TEXT ((size_t)1 << 20)
#define MAX_PACKED ((size_t)32 << 20)

static uint64_t seed = 1;

static size_t draw(size_t n)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (size_t)(seed >> 33) % n;
}

/* ---- a member of each kind; `text` is packed into `to`, and its size returned */

static size_t pack_gzip(const char *text, size_t n, char *to)
{
	z_stream z = { .next_in = (Bytef *)(uintptr_t)text, .avail_in = (uInt)n,
		       .next_out = (Bytef *)to, .avail_out = (uInt)MAX_PACKED };

	assert_int_equal(deflateInit2(&z, 1, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
	assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
	deflateEnd(&z);
	return z.total_out;
}

static size_t pack_zstd(const char *text, size_t n, char *to)
{
	return ZSTD_compress(to, MAX_PACKED, text, n, 1);
}

static size_t pack_xz(const char *text, size_t n, char *to)
{
	size_t at = 0;

	assert_int_equal(lzma_easy_buffer_encode(0, LZMA_CHECK_CRC32, NULL, (const uint8_t *)text,
						 n, (uint8_t *)to, &at, MAX_PACKED), LZMA_OK);
	return at;
}

static size_t pack_bzip2(const char *text, size_t n, char *to)
{
	unsigned size = (unsigned)MAX_PACKED;

	assert_int_equal(BZ2_bzBuffToBuffCompress(to, &size, (char *)(uintptr_t)text, (unsigned)n,
						  1, 0, 0), BZ_OK);
	return size;
}

static size_t pack_lz4(const char *text, size_t n, char *to)
{
	return LZ4F_compressFrame(to, MAX_PACKED, text, n, NULL);
}

static const struct kind {
	const struct stet_codec *codec;
	size_t (*pack)(const char *text, size_t n, char *to);
} kinds[] = {
	{ &stet_codec_gzip, pack_gzip }, { &stet_codec_zstd, pack_zstd },
	{ &stet_codec_xz, pack_xz }, { &stet_codec_bzip2, pack_bzip2 },
	{ &stet_codec_lz4, pack_lz4 },
};
#define N_KINDS (sizeof(kinds) / sizeof(*kinds))

/* Words, and stretches that no compression makes smaller, with magics in them. */
static size_t make_text(const struct kind *k, char *to, size_t n)
{
	size_t at = 0;

	while (at < n) {
		if (draw(50) > 0) {
			at += (size_t)snprintf(to + at, 16, "word%zu ", draw(5000));
			continue;
		}
		for (size_t i = 0; i < 300; i++)
			to[at++] = (char)draw(256);
		memcpy(to + at, k->codec->magic, strlen(k->codec->magic));
		at += strlen(k->codec->magic);
	}
	return n;
}

static size_t make_stream(const struct kind *k, char *to, size_t n_members, size_t most)
{
	char *text = malloc(MAX_TEXT + 1024);
	size_t n = 0;

	for (size_t i = 0; i < n_members; i++) {
		const size_t len = draw(60) == 0 ? draw(MAX_TEXT) : draw(most);

		n += k->pack(text, make_text(k, text, len), to + n);
		if (draw(8) == 0) {
			memset(to + n, 0, 8);
			n += 8;
		}
		assert_true(n < MAX_PACKED / 2);
	}
	free(text);
	return n;
}

/* ---- decoding */

struct memory {
	struct stet_stream s;		/* first */
	const char *p;
	size_t n;
};

static size_t read_memory(struct stet_stream *s, char *out, size_t cap)
{
	struct memory *m = (struct memory *)s;
	const size_t n = m->n < cap ? m->n : cap;

	memcpy(out, m->p, n);
	m->p += n;
	m->n -= n;
	return n;
}

struct decoded {
	char *p;
	size_t n, cap;
	bool damaged, complete;
	char why[160];
};

static struct decoded decode(const struct kind *k, const char *in, size_t n, unsigned n_threads)
{
	struct memory m = { .s.read = read_memory, .p = in, .n = n };
	struct stet_decoder *d = stet_decoder_open(k->codec, &m.s, n_threads);
	struct stet_stream *s = stet_decoder_stream(d);
	struct decoded r = { 0 };
	size_t got = 1;

	while (got > 0) {
		r.p = stet_grow(r.p, &r.cap, r.n + (1 << 20), 1);
		got = stet_stream_read(s, r.p + r.n, 1 + draw(1 << 20));
		r.n += got;
	}
	r.damaged = s->damaged;
	r.complete = s->complete;
	memcpy(r.why, s->why, sizeof(r.why));
	stet_decoder_close(d);
	return r;
}

static void expect_same(const struct kind *k, const char *in, size_t n)
{
	struct decoded one = decode(k, in, n, 1), many = decode(k, in, n, 2 + (unsigned)draw(4));

	assert_int_equal(many.n, one.n);
	assert_memory_equal(many.p, one.p, one.n);
	assert_int_equal(many.damaged, one.damaged);
	assert_int_equal(many.complete, one.complete);
	assert_string_equal(many.why, one.why);
	free(one.p);
	free(many.p);
}

static void test_whole(void **state)
{
	char *in = malloc(MAX_PACKED);

	(void)state;
	for (size_t k = 0; k < N_KINDS; k++) {
		expect_same(&kinds[k], in, make_stream(&kinds[k], in, 100, 20000));
		expect_same(&kinds[k], in, make_stream(&kinds[k], in, 2, 20000));
		expect_same(&kinds[k], in, make_stream(&kinds[k], in, 1, MAX_TEXT));
	}
	free(in);
}

static void test_cut_and_flipped(void **state)
{
	char *in = malloc(MAX_PACKED);

	(void)state;
	for (size_t k = 0; k < N_KINDS; k++) {
		const size_t n = make_stream(&kinds[k], in, 40, 30000);

		for (int i = 0; i < 4; i++) {
			const size_t at = draw(n);
			const char mask = (char)(1 << draw(8));

			expect_same(&kinds[k], in, at);
			in[at] ^= mask;
			expect_same(&kinds[k], in, n);
			in[at] ^= mask;
		}
		memcpy(in + n, "no member", 9);
		expect_same(&kinds[k], in, n + 9);
	}
	free(in);
}

/* What comes out of a piece is bounded; a member that is larger is decoded in order. */
static void test_large_members(void **state)
{
	const size_t n_text = (size_t)34 << 20;
	char *in = malloc(MAX_PACKED), *text = calloc(n_text, 1);

	(void)state;
	for (size_t k = 0; k < 2; k++) {
		size_t n = 0;

		for (int i = 0; i < 2; i++)
			n += kinds[k].pack(text, n_text, in + n);
		expect_same(&kinds[k], in, n);
	}
	free(text);
	free(in);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_whole),
		cmocka_unit_test(test_cut_and_flipped),
		cmocka_unit_test(test_large_members),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
