/*
 * test_gzip.c - gzip as zlib reads it: the same bytes, the same damage, at every break
 *
 * The judge is a codec made of zlib's own reading of gzip.  It, what the build has and
 * zlib behind our own reading of members are driven by decode.c, through the same
 * pieces of input and output.  The last must agree in all; what the build has, within
 * the bounds that inflate.h gives.
 */
#include "../src/source/inflate.h"
#include "../src/source/stream.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include <cmocka.h>

#define MAX_BYTES ((size_t)1 << 20)

/* Of a member that is broken off or damaged. */
#define MAX_HELD_BACK 2

/* ---- the judge */

struct judge {
	z_stream z;
	bool ready;
	unsigned skip;		/* of the length behind a CRC that did not match */
};

static bool judge_begin(void *state)
{
	struct judge *j = state;

	j->skip = 0;
	if (j->ready)
		return inflateReset(&j->z) == Z_OK;
	j->ready = inflateInit2(&j->z, 15 + 16) == Z_OK;
	return j->ready;
}

static void judge_end(void *state)
{
	inflateEnd(&((struct judge *)state)->z);
}

static enum stet_step judge_skip(struct judge *j, struct stet_pump *p)
{
	const size_t n = p->n_in < j->skip ? p->n_in : j->skip;

	stet_pump_moved(p, n, 0);
	j->skip -= (unsigned)n;
	p->why = "CRC does not match";
	return j->skip == 0 ? STET_STEP_DOUBT : STET_STEP_MORE;
}

static enum stet_step judge_error(struct judge *j, struct stet_pump *p)
{
	const char *msg = j->z.msg ? j->z.msg : "";

	if (strcmp(msg, "incorrect data check") == 0) {
		j->skip = 4;
		return judge_skip(j, p);
	}
	if (strcmp(msg, "incorrect length check") == 0) {
		p->why = "length does not match";
		return STET_STEP_DOUBT;
	}
	p->why = strcmp(msg, "incorrect header check") == 0 ? "header is damaged" :
		 "data are damaged";
	return STET_STEP_BAD;
}

static enum stet_step judge_step(void *state, struct stet_pump *p)
{
	struct judge *j = state;
	int rc;

	if (j->skip > 0)
		return judge_skip(j, p);
	j->z.next_in = (unsigned char *)p->in;
	j->z.avail_in = (unsigned)p->n_in;
	j->z.next_out = p->out;
	j->z.avail_out = (unsigned)p->n_out;
	rc = inflate(&j->z, Z_NO_FLUSH);
	stet_pump_moved(p, p->n_in - j->z.avail_in, p->n_out - j->z.avail_out);
	if (rc == Z_STREAM_END)
		return STET_STEP_END;
	return rc == Z_OK || rc == Z_BUF_ERROR ? STET_STEP_MORE : judge_error(j, p);
}

static bool judge_begins(unsigned char c)
{
	return c == 0x1f;
}

static const struct stet_codec judge = { "gzip", sizeof(struct judge), judge_begin, judge_step,
					 judge_end, judge_begins, NULL };

/* ---- decoding from memory */

struct memory {
	struct stet_stream s;		/* first */
	const unsigned char *p;
	size_t n, piece;
};

static size_t read_memory(struct stet_stream *s, char *out, size_t cap)
{
	struct memory *m = (struct memory *)s;
	size_t n = m->n < cap ? m->n : cap;

	n = n < m->piece ? n : m->piece;
	memcpy(out, m->p, n);
	m->p += n;
	m->n -= n;
	return n;
}

struct decoded {
	unsigned char *p;
	size_t n;
	bool damaged, complete;
	char why[160];
};

static struct decoded decode(const struct stet_codec *codec, const unsigned char *in, size_t n,
			     size_t piece, size_t room)
{
	struct memory m = { .s.read = read_memory, .p = in, .n = n, .piece = piece };
	struct stet_decoder *d = stet_decoder_open(codec, &m.s, 1);
	struct stet_stream *s = stet_decoder_stream(d);
	struct decoded r = { 0 };
	size_t cap = 0, got = 1;

	while (got > 0) {
		/* Room to the byte, so that a write behind it is seen by the sanitizer. */
		char *out = malloc(room);

		got = stet_stream_read(s, out, room);
		r.p = stet_grow(r.p, &cap, r.n + got + 1, 1);
		memcpy(r.p + r.n, out, got);
		r.n += got;
		free(out);
	}
	r.damaged = s->damaged;
	r.complete = s->complete;
	memcpy(r.why, s->why, sizeof(r.why));
	stet_decoder_close(d);
	return r;
}

static void expect_prefix(const struct decoded *a, const struct decoded *b)
{
	assert_memory_equal(a->p, b->p, a->n < b->n ? a->n : b->n);
}

static void expect_equal(const struct decoded *want, const struct decoded *got)
{
	assert_string_equal(got->why, want->why);
	assert_int_equal(got->n, want->n);
	expect_prefix(want, got);
	assert_int_equal(got->damaged, want->damaged);
	assert_int_equal(got->complete, want->complete);
}

/* What the build has against the judge. */
typedef void expectation(const struct decoded *want, const struct decoded *got);

static void expect_broken_off(const struct decoded *want, const struct decoded *got)
{
	assert_string_equal(got->why, want->why);
	assert_in_range(want->n - got->n, 0, MAX_HELD_BACK);
	expect_prefix(want, got);
	assert_int_equal(got->complete, want->complete);
}

static void expect_damage(const struct decoded *want, const struct decoded *got)
{
	assert_int_equal(got->damaged, want->damaged);
	assert_true(got->n + MAX_HELD_BACK >= want->n);
	expect_prefix(want, got);
}

static uint64_t seed;

static uint64_t draw(uint64_t n)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (seed >> 11) % n;
}

/* Small ones only where there is not much to do. */
static size_t draw_piece(size_t n)
{
	static const size_t pieces[] = { 1, 2, 7, 33, 100, 1000, MAX_BYTES, MAX_BYTES };
	const size_t n_pieces = sizeof(pieces) / sizeof(pieces[0]), first = n > 4000 ? 4 : 0;

	return pieces[first + draw(n_pieces - first)];
}

/* How it ended, by the judge. */
static struct decoded compare_pieces(const unsigned char *in, size_t n, size_t piece, size_t room,
				     expectation *expect)
{
	struct decoded want = decode(&judge, in, n, piece, room);
	struct decoded zlib = decode(&stet_codec_gzip_zlib, in, n, piece, room);
	struct decoded got = decode(&stet_codec_gzip, in, n, piece, room);

	expect_equal(&want, &zlib);
	expect(&want, &got);
	free(zlib.p);
	free(got.p);
	free(want.p);
	want.p = NULL;
	return want;
}

static struct decoded compare(const unsigned char *in, size_t n, expectation *expect)
{
	const size_t piece = draw_piece(n), room = draw_piece(n);

	return compare_pieces(in, n, piece, room, expect);
}

/* ---- archives */

struct bytes {
	unsigned char p[MAX_BYTES];
	size_t n;
};

static struct bytes text, gz, mutant;

/* Text of a few kinds: words again and again, bytes of few or of all values, runs. */
static void draw_text(size_t n)
{
	const uint64_t kind = draw(4);

	for (text.n = 0; text.n < n;) {
		const size_t far = text.n < 32768 ? text.n : 32768;

		if (kind == 0 && far > 10 && draw(3) > 0) {
			const size_t back = 1 + draw(draw(2) ? far : 10);
			size_t k = 3 + draw(draw(20) ? 12 : 300);

			for (; k > 0 && text.n < n; k--, text.n++)
				text.p[text.n] = text.p[text.n - back];
		} else if (kind == 1) {
			text.p[text.n++] = (unsigned char)draw(256);
		} else if (kind == 2) {
			text.p[text.n++] = draw(50) ? 'a' : (unsigned char)draw(256);
		} else {
			text.p[text.n++] = (unsigned char)('a' + draw(1 + draw(26)));
		}
	}
}

/* What a member's header has, each a bit. */
enum { NAME = 1, COMMENT = 2, EXTRA = 4, HEADER_CRC = 8 };

static void set_header(z_stream *z, gz_header *h, unsigned fields)
{
	static unsigned char extra[300], name[] = "name", comment[1000];

	memset(comment, 'c', sizeof(comment) - 1);
	*h = (gz_header){ .time = 12345, .os = 3, .hcrc = (fields & HEADER_CRC) != 0 };
	h->name = fields & NAME ? name : NULL;
	h->comment = fields & COMMENT ? comment : NULL;
	h->extra = fields & EXTRA ? extra : NULL;
	h->extra_len = fields & EXTRA ? (unsigned)draw(sizeof(extra) + 1) : 0;
	assert_int_equal(deflateSetHeader(z, h), Z_OK);
}

/* `text` behind what is in `gz`, flushed at places. */
static void deflate_text(z_stream *z)
{
	static const int flushes[] = { Z_NO_FLUSH, Z_PARTIAL_FLUSH, Z_SYNC_FLUSH, Z_FULL_FLUSH,
				       Z_BLOCK };
	int rc = Z_OK;

	z->next_in = text.p;
	z->next_out = gz.p + gz.n;
	z->avail_out = (unsigned)(MAX_BYTES - gz.n);
	while (rc == Z_OK) {
		const size_t left = text.n - (size_t)(z->next_in - text.p);
		const size_t n = draw(4) ? left : draw(left + 1);

		z->avail_in = (unsigned)n;
		rc = deflate(z, n == left ? Z_FINISH : flushes[draw(5)]);
		if (rc == Z_BUF_ERROR)	/* two flushes in a row */
			rc = Z_OK;
	}
	assert_int_equal(rc, Z_STREAM_END);
	gz.n = MAX_BYTES - z->avail_out;
}

static void add_member(int level, int strategy, unsigned fields)
{
	z_stream z = { 0 };
	gz_header h;

	assert_int_equal(deflateInit2(&z, level, Z_DEFLATED, 16 + 9 + (int)draw(7),
				      1 + (int)draw(9), strategy), Z_OK);
	set_header(&z, &h, fields);
	deflate_text(&z);
	deflateEnd(&z);
}

/* Any level, stored, fixed or dynamic. */
static void draw_member(void)
{
	add_member((int)draw(10), (int)draw(5), draw(2) ? 0 : (unsigned)draw(16));
}

static void draw_archive(size_t max_text)
{
	gz.n = 0;
	for (uint64_t k = 1 + draw(draw(4) ? 2 : 12); k > 0; k--) {
		draw_text(draw(8) ? draw(1 + draw(max_text)) : 0);
		draw_member();
	}
	if (draw(8) == 0)
		for (uint64_t k = draw(600); k > 0; k--)
			gz.p[gz.n++] = 0;
	if (draw(8) == 0)
		for (uint64_t k = draw(600); k > 0; k--)
			gz.p[gz.n++] = (unsigned char)draw(256);
}

static void test_whole(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 400; i++) {
		seed = 1000 + i;
		draw_archive(i % 20 == 0 ? 300000 : 5000);
		compare(gz.p, gz.n, expect_equal);
	}
}

/* The input breaks close to its end, and the room is used up just before. */
static void test_full_at_the_end(void **state)
{
	(void)state;
	for (size_t n = 65530; n < 65546; n++) {
		seed = 1500 + n;
		draw_text(n);
		gz.n = 0;
		add_member(6, Z_DEFAULT_STRATEGY, 0);
		for (size_t behind = 0; behind < 24; behind++)
			compare_pieces(gz.p, gz.n, gz.n - behind, behind % 2 ? n : n - 3,
				       expect_equal);
	}
}

static void test_truncated(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 30; i++) {
		seed = 2000 + i;
		draw_archive(i % 10 == 0 ? 200000 : 300);
		for (size_t n = 0; n < gz.n; n += gz.n > 10000 ? 1000 : 1)
			compare(gz.p, n, expect_broken_off);
	}
}

/* ---- damage */

static void flip(size_t at)
{
	mutant.p[at] ^= (unsigned char)(1 << draw(8));
}

/* One or two of the bytes from..to of `gz`. */
static struct decoded compare_flipped(size_t from, size_t to, expectation *expect)
{
	const size_t at = from + draw(to - from), also = from + draw(to - from);

	memcpy(mutant.p, gz.p, gz.n);
	flip(at);
	if (also != at)
		flip(also);
	return compare(mutant.p, gz.n, expect);
}

/* Flags make what follows a header or none, so the extent of a header may change. */
static void test_flipped_header(void **state)
{
	size_t n_damaged = 0;

	(void)state;
	for (unsigned fields = 0; fields < 16; fields++)
		for (unsigned k = 0; k < 100; k++) {
			seed = 3000 + 100 * fields + k;
			draw_text(50);
			gz.n = 0;
			add_member(6, Z_DEFAULT_STRATEGY, fields);
			n_damaged += compare_flipped(0, 4, expect_damage).damaged;
			n_damaged += compare_flipped(4, 10, expect_equal).damaged;
		}
	assert_true(n_damaged > 1000);
}

static void test_flipped_trailer(void **state)
{
	(void)state;
	for (unsigned k = 0; k < 300; k++) {
		seed = 4000 + k;
		draw_text(draw(2000));
		gz.n = 0;
		draw_member();
		if (draw(2)) {		/* behind a member that is right, too */
			draw_text(draw(100));
			draw_member();
		}
		assert_string_equal(compare_flipped(gz.n - 8, gz.n - 4, expect_equal).why,
				    "gzip CRC does not match");
		assert_string_equal(compare_flipped(gz.n - 4, gz.n, expect_equal).why,
				    "gzip length does not match");
	}
}

static void test_flipped_data(void **state)
{
	size_t n_damaged = 0, n_doubted = 0;

	(void)state;
	for (unsigned i = 0; i < 300; i++) {
		seed = 5000 + i;
		draw_archive(i % 10 == 0 ? 200000 : 2000);
		for (unsigned k = 0; k < 30; k++) {
			struct decoded end = compare_flipped(0, draw(2) && gz.n > 100 ? 100 : gz.n,
							     expect_damage);

			n_damaged += end.damaged;
			n_doubted += end.complete;
		}
	}
	assert_true(n_damaged > 3000 && n_doubted > 100);
}

/* Blocks of noise, which no compressor makes. */
static void test_random_blocks(void **state)
{
	static const unsigned char header[10] = { 0x1f, 0x8b, 8 };

	(void)state;
	for (unsigned i = 0; i < 10000; i++) {
		seed = 6000 + i;
		memcpy(gz.p, header, sizeof(header));
		for (gz.n = sizeof(header); draw(60) > 0; gz.n++)
			gz.p[gz.n] = (unsigned char)draw(256);
		assert_true(compare(gz.p, gz.n, expect_damage).damaged);
	}
}

/* ---- files that others made */

static void compare_file(const char *path)
{
	FILE *f = fopen(path, "rb");

	assert_non_null(f);
	gz.n = fread(gz.p, 1, MAX_BYTES, f);
	fclose(f);
	for (seed = 8000; seed < 8020; seed++)
		compare(gz.p, gz.n, expect_equal);
}

static void test_edge_files(void **state)
{
	const char *archive = "../shared/data/gzip-edge.tar.zst";
	char line[400], command[200];
	size_t n = 0;
	FILE *list;

	(void)state;
	if (access(archive, R_OK) != 0) {
		print_message("%s is not there: skipped\n", archive);
		skip();
	}
	snprintf(command, sizeof(command),
		 "d=$(mktemp -d) && zstd -qdc %s | tar -C $d -xf - && find $d -type f; echo $d",
		 archive);
	list = popen(command, "r");
	assert_non_null(list);
	while (fgets(line, sizeof(line), list)) {
		line[strcspn(line, "\n")] = '\0';
		if (strstr(line, ".gz") && ++n)
			compare_file(line);
	}
	assert_int_equal(pclose(list), 0);
	snprintf(command, sizeof(command), "rm -r '%.100s'", line);
	assert_int_equal(system(command), 0);
	assert_true(n > 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_whole),
		cmocka_unit_test(test_full_at_the_end),
		cmocka_unit_test(test_truncated),
		cmocka_unit_test(test_flipped_header),
		cmocka_unit_test(test_flipped_trailer),
		cmocka_unit_test(test_flipped_data),
		cmocka_unit_test(test_random_blocks),
		cmocka_unit_test(test_edge_files),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
