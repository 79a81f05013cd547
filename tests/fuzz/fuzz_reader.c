/*
 * fuzz_reader.c - a file of anything, read through sniffing, codecs, containers, framing
 *
 * Records and skips must not depend on the sizes of reads and batches.
 */
#include "../../src/source/charset.h"
#include "../../src/source/reader.h"
#include "fuzz.h"
#include "stet/err.h"
#include "stet/hash.h"
#include "stet/io.h"
#include "stet/source.h"

#include <sys/mman.h>
#include <unistd.h>

#define MAX_RECORD (1 << 14)
#define MAX_ITEMS 2000		/* records and skips that are looked at */
#define MAX_BYTES (4 << 20)	/* of them all: a bomb is as good as its beginning */

/* One hash for each record or skip, in two rows: how they mix depends on batches. */
struct items {
	uint64_t records[MAX_ITEMS], skips[MAX_ITEMS];
	size_t n_records, n_skips;
	uint64_t bytes;
	bool stopped;
};

static uint64_t chain(uint64_t seed, struct stet_span s)
{
	return stet_hash64(s.p, s.len, seed);
}

static void add_record(struct items *to, const struct stet_record *r)
{
	const uint64_t where = stet_mix64(r->record ^ stet_mix64(r->offset + r->kind));

	LAW(r->bytes.len <= MAX_RECORD);
	LAW(r->input == 0);
	to->bytes += r->bytes.len;
	if (to->n_records < MAX_ITEMS)
		to->records[to->n_records++] = chain(chain(where, r->member), r->bytes);
}

static void add_skip(struct items *to, const struct stet_skip *s)
{
	const uint64_t where = stet_mix64(s->record ^ stet_mix64(s->offset + s->kind));

	LAW(s->reason.len > 0 && !memchr(s->reason.p, '\n', s->reason.len));
	if (to->n_skips < MAX_ITEMS)
		to->skips[to->n_skips++] = chain(chain(where, s->member), s->reason);
}

static void add_batch(struct items *to, const struct stet_records *b)
{
	LAW(b->n + b->n_skips > 0);
	for (size_t i = 0; i < b->n; i++)
		add_record(to, &b->v[i]);
	for (size_t i = 0; i < b->n_skips; i++)
		add_skip(to, &b->skips[i]);
	to->stopped = to->n_records == MAX_ITEMS || to->n_skips == MAX_ITEMS ||
		      to->bytes > MAX_BYTES;
}

static void read_all(const char *path, enum stet_format format, size_t read_size,
		     size_t batch_bytes, struct items *to)
{
	const struct stet_source_options o = { .format = format, .max_record = MAX_RECORD };
	struct stet_inputs in = { 0 };
	struct stet_records batch = { 0 };
	struct stet_err err = { 0 };
	struct stet_reader *r;
	int rc = 1;

	LAW(stet_inputs_collect(&in, &path, 1, &o, true, &err) == 0);
	r = stet_reader_open(&in, &o, UINT64_MAX, 3);
	stet_reader_limit_reads(r, read_size);
	while (!to->stopped && (rc = stet_reader_next(r, &batch, batch_bytes, &err)) == 1)
		add_batch(to, &batch);
	LAW(rc >= 0);
	stet_reader_close(r);
	stet_records_release(&batch);
	stet_inputs_release(&in);
}

static void check_equal(const uint64_t *a, size_t na, const uint64_t *b, size_t nb, bool stopped)
{
	const size_t n = na < nb ? na : nb;

	LAW(stopped || na == nb);
	LAW(n == 0 || memcmp(a, b, n * sizeof(*a)) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct items whole, pieces;
	static const size_t sizes[] = { 1, 7, 100, 4096 };
	struct fuzz_input in = { data, size };
	const uint8_t how = fuzz_take(&in);
	const enum stet_format format = (enum stet_format)(how & 3);
	const int fd = memfd_create("fuzz", MFD_CLOEXEC);
	char path[40];
	bool stopped;

	LAW(fd >= 0 && stet_write_fully(fd, in.p, in.n) == 0);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	memset(&whole, 0, sizeof(whole));
	memset(&pieces, 0, sizeof(pieces));
	read_all(path, format, SIZE_MAX, 1 << 16, &whole);
	read_all(path, format, sizes[how >> 2 & 3], 1, &pieces);
	stopped = whole.stopped || pieces.stopped;
	check_equal(whole.records, whole.n_records, pieces.records, pieces.n_records, stopped);
	check_equal(whole.skips, whole.n_skips, pieces.skips, pieces.n_skips, stopped);
	close(fd);
	return 0;
}
