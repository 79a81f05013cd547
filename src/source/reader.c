/*
 * reader.c - inputs to members to records
 *
 *	input	opened one at a time; decompressed; a container or not
 *	member	of a container, decompressed once more; or the input itself
 *	record	a line, a JSON value, a text
 *
 * Whatever is no record and cannot be passed in silence is a skip, and takes a
 * number as a record does.
 */
#include "reader.h"
#include "archive.h"
#include "frame.h"
#include "sniff.h"
#include "stet/err.h"
#include "stet/source.h"
#include "stream.h"
#include "unpack.h"

#include <stdlib.h>
#include <string.h>

/* Readable bytes behind a record. */
#define SLACK ((size_t)64)

/* Records whose bytes did not fit the batch's first block go into such. */
#define BLOCK_BYTES ((size_t)64 << 10)

/* Records of a batch: where they are tiny their descriptions outweigh them. */
#define MAX_RECORDS ((size_t)64 << 10)

struct stet_reader {
	struct stet_inputs *in;
	struct stet_source_options o;
	struct stet_digest *digest;
	size_t max_read;
	unsigned n_threads;
	uint64_t stretch_bytes;
	uint32_t stretch;		/* the first input of the stretch at hand */
	size_t n_opened, stretch_end;	/* the next input of it, and where it ends */
	uint64_t read_before;		/* compressed bytes before this batch, of the open input */
	uint64_t read_closed;		/* and read for it, of inputs that are closed */
	/* the open input */
	bool is_open;
	struct stet_file file;
	struct stet_unpacked outer;
	struct stet_stream *plain;	/* the input, decompressed */
	struct stet_archive *archive;	/* NULL = it is no container */
	uint64_t record;		/* number of the next */
	bool told;			/* why the input ends early */
	/* its open member */
	bool in_member;
	struct stet_unpacked inner;
	struct stet_stream *member;	/* decompressed */
	struct stet_framer framer;
	/* the batch being filled */
	struct stet_records *batch;
	struct stet_span path;		/* of the member, in the batch's arena once it is needed */
	bool has_path;
	char *room;
	size_t n_room, block_bytes;
};

struct stet_reader *stet_reader_open(struct stet_inputs *in, const struct stet_source_options *o,
				     uint64_t stretch_bytes, unsigned n_threads)
{
	struct stet_reader *r = stet_calloc(1, sizeof(*r));

	r->in = in;
	r->o = *o;
	r->digest = stet_digest_alloc();
	r->max_read = SIZE_MAX;
	r->stretch_bytes = stretch_bytes;
	r->n_threads = n_threads;
	return r;
}

void stet_reader_limit_reads(struct stet_reader *r, size_t n)
{
	r->max_read = r->framer.max_read = n;
}

static struct stet_input *input(struct stet_reader *r)
{
	return &r->in->v[r->n_opened - 1];
}

/* ---- the batch */

static void begin_batch(struct stet_reader *r, struct stet_records *batch, size_t batch_bytes)
{
	stet_arena_reset(&batch->mem);
	batch->n = batch->n_skips = 0;
	batch->bytes = 0;
	r->batch = batch;
	r->has_path = false;
	r->n_room = 0;
	r->block_bytes = batch_bytes + BLOCK_BYTES;
}

static bool is_full(const struct stet_records *b, size_t batch_bytes)
{
	return b->bytes >= batch_bytes || b->n + b->n_skips >= MAX_RECORDS;
}

/* A copy of a record, close behind the one before. */
static struct stet_span keep(struct stet_reader *r, struct stet_span bytes)
{
	char *p;

	if (bytes.len + SLACK > r->n_room) {
		r->n_room = bytes.len + SLACK > r->block_bytes ? bytes.len + SLACK : r->block_bytes;
		r->room = stet_arena_alloc(&r->batch->mem, r->n_room);
		r->block_bytes = BLOCK_BYTES;
	}
	p = r->room;
	memcpy(p, bytes.p, bytes.len);
	memset(p + bytes.len, 0, SLACK);
	r->room += bytes.len;
	r->n_room -= bytes.len;
	return (struct stet_span){ p, bytes.len };
}

/* The path of the open member, once in each batch that needs it. */
static struct stet_span member_path(struct stet_reader *r)
{
	if (!r->archive || !r->in_member)
		return (struct stet_span){ "", 0 };
	if (!r->has_path)
		r->path = stet_arena_copy(&r->batch->mem, stet_archive_path(r->archive));
	r->has_path = true;
	return r->path;
}

static enum stet_record_kind kind_of(enum stet_framing framing)
{
	if (framing == STET_FRAME_PAGE)
		return STET_RECORD_HTML;
	return framing == STET_FRAME_WHOLE ? STET_RECORD_TEXT : STET_RECORD_JSON;
}

static void add_record(struct stet_reader *r, const struct stet_frame *f)
{
	struct stet_records *b = r->batch;

	b->v = stet_grow(b->v, &b->cap, b->n + 1, sizeof(*b->v));
	b->v[b->n++] = (struct stet_record){
		.input = (uint32_t)(r->n_opened - 1),
		.record = r->record++,
		.kind = kind_of(r->framer.framing),
		.member = member_path(r),
		.offset = f->offset,
		.bytes = keep(r, f->bytes),
	};
	b->bytes += f->bytes.len;
}

static void add_skip(struct stet_reader *r, enum stet_skip_kind kind, uint64_t offset,
		     const char *reason)
{
	struct stet_records *b = r->batch;
	const struct stet_span text = { reason, strlen(reason) };

	b->skips = stet_grow(b->skips, &b->cap_skips, b->n_skips + 1, sizeof(*b->skips));
	b->skips[b->n_skips++] = (struct stet_skip){
		.input = (uint32_t)(r->n_opened - 1),
		.record = r->record++,
		.member = member_path(r),
		.offset = offset,
		.kind = kind,
		.reason = stet_arena_copy(&b->mem, text),
	};
}

/* ---- members */

static void end_member(struct stet_reader *r)
{
	const char *why;
	bool is_last;

	/* Where framing ended early, how much was read by then is a matter of buffers. */
	if (r->framer.from)
		stet_stream_drain(r->member);
	why = stet_stream_why(r->member);
	is_last = r->archive && stet_archive_is_over(r->archive);

	/* Of a member that is passed over, only what ends the whole archive counts. */
	if (why && (r->framer.from || is_last)) {
		add_skip(r, STET_SKIP_DAMAGED, r->member->n_out, why);
		r->told |= is_last || !r->archive;
	}
	input(r)->text_bytes += r->member->n_out;
	stet_unpacked_release(&r->inner);
	r->in_member = false;
}

static int fail_unknown(struct stet_reader *r, struct stet_err *err)
{
	char start[STET_START_CHARS];

	return stet_fail(err, STET_EFORMAT, "%s: unknown format (%s)", r->file.path,
			 stet_sniff_start(stet_stream_peek(r->member), start));
}

/* Begin on the member whose bytes `r->member` gives. */
static int begin_member(struct stet_reader *r, struct stet_err *err)
{
	const struct stet_span head = stet_stream_peek(r->member);
	const bool whole = head.len < STET_PEEK_BYTES;
	const enum stet_framing framing = stet_sniff_framing(head, r->o.format);
	const char *passed = NULL;

	r->in_member = true;
	r->has_path = false;
	if (r->archive && stet_sniff_container(head, whole) != STET_NO_CONTAINER)
		passed = "nested archive";
	else if (framing == STET_FRAME_NONE && (r->archive || !stet_stream_why(r->member)))
		passed = "not text";
	if (passed && !r->archive && !input(r)->below_directory)
		return fail_unknown(r, err);
	stet_framer_begin(&r->framer, passed ? NULL : r->member, framing, r->o.max_record);
	if (passed) {
		add_skip(r, STET_SKIP_PASSED, 0, passed);
		end_member(r);
	}
	return 0;
}

static void pass_locked(struct stet_reader *r, const char *why)
{
	r->in_member = true;
	r->has_path = false;
	add_skip(r, STET_SKIP_PASSED, 0, why);
	r->in_member = false;
}

static void next_record(struct stet_reader *r)
{
	struct stet_frame f;

	if (!stet_framer_next(&r->framer, &f))
		end_member(r);
	else if (f.damage)
		add_skip(r, STET_SKIP_DAMAGED, f.offset, f.damage);
	else
		add_record(r, &f);
}

/* ---- inputs */

static void open_container(struct stet_reader *r, enum stet_container c)
{
	const bool direct = r->plain == &r->file.s && stet_file_is_seekable(&r->file);

	if (c != STET_TAR && c != STET_CPIO && direct) {
		/* It is read here and there: the digest needs a reading of its own. */
		stet_stream_drain(r->plain);
		r->archive = stet_archive_open_file(c, &r->file);
	} else if (c == STET_7Z) {
		add_skip(r, STET_SKIP_DAMAGED, 0, "7z needs a file");
		r->told = true;
	} else {
		r->archive = stet_archive_open(c, r->plain);
	}
}

static int open_input(struct stet_reader *r, struct stet_err *err)
{
	const struct stet_input *in = &r->in->v[r->n_opened];
	enum stet_container c;
	struct stet_span head;

	if (stet_file_open(&r->file, in->path, err) < 0)
		return err->code;
	r->n_opened++;
	r->is_open = true;
	r->record = 0;
	r->told = false;
	r->file.max_read = r->max_read;
	r->file.digest = r->digest;
	stet_digest_reset(r->digest);
	if (stet_file_is_seekable(&r->file) && (uint64_t)r->file.opened.st_size != in->bytes)
		return stet_fail(err, STET_EIO, "%s changed before it was read", in->path);
	r->plain = stet_unpack(&r->outer, &r->file.s, r->n_threads);
	head = stet_stream_peek(r->plain);
	c = stet_sniff_container(head, head.len < STET_PEEK_BYTES);
	if (c != STET_NO_CONTAINER) {
		open_container(r, c);
		return 0;
	}
	r->member = r->plain;
	return begin_member(r, err);
}

static void release_input(struct stet_reader *r)
{
	stet_unpacked_release(&r->inner);
	stet_archive_close(r->archive);
	r->archive = NULL;
	stet_unpacked_release(&r->outer);
	stet_file_close(&r->file);
	r->is_open = r->in_member = false;
}

/* What the container and the compression around it say at their ends. */
static void tell_end(struct stet_reader *r)
{
	const char *why = stet_archive_why(r->archive);
	const bool locked = r->record == 0 && stet_archive_is_locked(r->archive);
	const enum stet_skip_kind kind = locked ? STET_SKIP_PASSED : STET_SKIP_DAMAGED;

	if (why) {
		add_skip(r, kind, stet_archive_offset(r->archive), locked ? "encrypted" : why);
		r->told = true;
	}
	if (r->told)
		return;
	stet_stream_drain(r->plain);
	why = stet_stream_why(r->plain);
	if (why)
		add_skip(r, STET_SKIP_DAMAGED, r->plain->n_out, why);
}

/* The digest is of the whole file, however early its framing ended. */
static int close_input(struct stet_reader *r, struct stet_err *err)
{
	struct stet_input *in = input(r);
	int rc;

	if (r->archive)
		tell_end(r);
	stet_stream_drain(&r->file.s);
	rc = stet_file_check(&r->file, err);
	in->digest = stet_digest_value(r->digest);
	if (!stet_file_is_seekable(&r->file))
		in->bytes = r->file.n_read;
	r->read_closed += r->file.n_read - r->read_before;
	r->read_before = 0;
	release_input(r);
	return rc;
}

/* Begin on the next member, or close the input where there is none. */
static int next_member(struct stet_reader *r, struct stet_err *err)
{
	const char *locked;

	if (!r->archive || stet_archive_next(r->archive) == 0)
		return close_input(r, err);
	locked = stet_archive_locked(r->archive);
	if (locked) {
		pass_locked(r, locked);
		return 0;
	}
	r->member = stet_unpack(&r->inner, stet_archive_data(r->archive), 1);
	return begin_member(r, err);
}

/* The end of the stretch of inputs that begins with `first`. */
static size_t end_of_stretch(const struct stet_reader *r, size_t first)
{
	uint64_t bytes = 0;
	size_t end = first;

	while (end < r->in->n && bytes < r->stretch_bytes)
		bytes += r->in->v[end++].bytes;
	return end;
}

/* Take the next stretch that no reader has; false where there is none. */
static bool take_stretch(struct stet_reader *r)
{
	size_t first = __atomic_load_n(&r->in->n_taken, __ATOMIC_RELAXED), end;

	do {
		end = end_of_stretch(r, first);
	} while (first < end &&
		 !__atomic_compare_exchange_n(&r->in->n_taken, &first, end, false,
					      __ATOMIC_RELAXED, __ATOMIC_RELAXED));
	r->stretch = (uint32_t)first;
	r->n_opened = first;
	r->stretch_end = end;
	return first < end;
}

/* Fill the batch from the stretch at hand; with nothing, where it is at its end. */
static int fill(struct stet_reader *r, size_t batch_bytes, struct stet_err *err)
{
	int rc = 0;

	while (rc == 0 && !is_full(r->batch, batch_bytes)) {
		if (r->in_member)
			next_record(r);
		else if (r->is_open)
			rc = next_member(r, err);
		else if (r->n_opened == r->stretch_end)
			break;
		else if (r->in->v[r->n_opened].state == STET_INPUT_MISSING)
			r->n_opened++;
		else
			rc = open_input(r, err);
	}
	return rc;
}

static uint64_t read_since(struct stet_reader *r)
{
	const uint64_t of_open = r->is_open ? r->file.n_read : 0;
	const uint64_t n = r->read_closed + of_open - r->read_before;

	r->read_closed = 0;
	r->read_before = of_open;
	return n;
}

int stet_reader_next(struct stet_reader *r, struct stet_records *batch, size_t batch_bytes,
		     struct stet_err *err)
{
	bool more = true;
	int rc = 0;

	begin_batch(r, batch, batch_bytes);
	while (rc == 0 && more && batch->n + batch->n_skips == 0) {
		rc = fill(r, batch_bytes, err);
		batch->stretch = r->stretch;
		more = batch->n + batch->n_skips > 0 || take_stretch(r);
	}
	batch->read_bytes = read_since(r);
	return rc < 0 ? rc : more;
}

void stet_reader_close(struct stet_reader *r)
{
	if (!r)
		return;
	if (r->is_open)
		release_input(r);
	stet_framer_release(&r->framer);
	stet_digest_free(r->digest);
	free(r);
}

void stet_records_release(struct stet_records *r)
{
	stet_arena_release(&r->mem);
	free(r->v);
	free(r->skips);
	*r = (struct stet_records){ 0 };
}
