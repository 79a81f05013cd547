/*
 * archive.c - members of a container, by libarchive
 */
#include "archive.h"
#include "stet/io.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BLOCK_BYTES ((size_t)64 << 10)

/* So many calls without a result in a row, and the archive leads nowhere. */
#define MAX_FRUITLESS 1000

struct stet_archive {
	struct stet_stream data;	/* first: of the current member */
	struct archive *a;
	struct archive_entry *entry;
	struct stet_stream *from;	/* NULL = by `file` */
	struct stet_file *file;
	uint64_t pos;			/* in the file */
	locale_t utf8;			/* 0 = the system has none */
	char *block;			/* what was read of either */
	const char *piece;		/* what libarchive made of it */
	size_t n_piece;
	int64_t offset;			/* of the end of what came of the member */
	bool member_over;
	bool over;
	bool damaged;
	char why[160];
};

/* ---- callbacks */

static la_ssize_t read_stream(struct archive *la, void *ctx, const void **p)
{
	struct stet_archive *a = ctx;

	(void)la;
	*p = a->block;
	return (la_ssize_t)stet_stream_read(a->from, a->block, BLOCK_BYTES);
}

static la_ssize_t read_file(struct archive *la, void *ctx, const void **p)
{
	struct stet_archive *a = ctx;
	const int64_t n = stet_pread_fully(a->file->fd, a->block, BLOCK_BYTES, a->pos);

	if (n < 0) {
		a->file->error = errno;
		archive_set_error(la, errno, "cannot be read");
		return -1;
	}
	a->pos += (uint64_t)n;
	*p = a->block;
	return (la_ssize_t)n;
}

static uint64_t file_size(const struct stet_archive *a)
{
	return (uint64_t)a->file->opened.st_size;
}

static la_int64_t skip_file(struct archive *la, void *ctx, la_int64_t want)
{
	struct stet_archive *a = ctx;
	const uint64_t left = a->pos < file_size(a) ? file_size(a) - a->pos : 0;
	uint64_t n = want > 0 ? (uint64_t)want : 0;

	(void)la;
	if (n > left)
		n = left;
	a->pos += n;
	return (la_int64_t)n;
}

static la_int64_t seek_file(struct archive *la, void *ctx, la_int64_t offset, int whence)
{
	struct stet_archive *a = ctx;
	const int64_t base = whence == SEEK_SET ? 0 :
			     whence == SEEK_CUR ? (int64_t)a->pos : (int64_t)file_size(a);
	int64_t to;

	if (__builtin_add_overflow(base, offset, &to) || to < 0 || (uint64_t)to > file_size(a)) {
		archive_set_error(la, EINVAL, "an offset points outside of the archive");
		return ARCHIVE_FATAL;
	}
	a->pos = (uint64_t)to;
	return to;
}

/* ---- damage */

/* libarchive's words, on one line; or what is wrong below it. */
static void note_damage(struct stet_archive *a, const char *fallback)
{
	const char *below = a->from ? stet_stream_why(a->from) : NULL;
	const char *said = below ? below : archive_error_string(a->a);
	size_t n;

	if (!said || !*said)
		said = fallback;
	n = strnlen(said, sizeof(a->why) - 1);
	while (n > 0 && (unsigned char)said[n - 1] <= ' ')
		n--;
	for (size_t i = 0; i < n; i++)
		a->why[i] = (unsigned char)said[i] < 0x20 || said[i] == 0x7f ? '?' : said[i];
	a->why[n] = '\0';
	a->damaged = true;
}

static void damage_member(struct stet_archive *a, const char *fallback, bool complete)
{
	note_damage(a, fallback);
	a->damaged = false;	/* the member's, not the archive's */
	stet_stream_damage(&a->data, "%s", a->why);
	a->data.complete = complete;
	a->member_over = true;
}

/* ---- data of a member */

/*
 * A hole is zeros without limit that the archive only claims.  So many are handed
 * out that nobody takes the member for text; the rest of it is not read.
 */
static bool begin_hole(struct stet_archive *a, int64_t offset)
{
	static const char zeros[4096];
	const uint64_t n = offset > a->offset ? (uint64_t)(offset - a->offset) : 1;

	stet_stream_damage(&a->data, "member has holes");
	a->data.complete = false;
	a->member_over = true;
	a->piece = zeros;
	a->n_piece = n < sizeof(zeros) ? (size_t)n : sizeof(zeros);
	return true;
}

/* The next piece that is not empty; false at the end of the member. */
static bool next_piece(struct stet_archive *a)
{
	for (int tries = 0; tries < MAX_FRUITLESS && !a->member_over; tries++) {
		const void *p = NULL;
		size_t n = 0;
		la_int64_t offset = a->offset;
		const int rc = archive_read_data_block(a->a, &p, &n, &offset);

		if (rc == ARCHIVE_EOF) {
			a->member_over = true;
		} else if (rc == ARCHIVE_RETRY || (rc == ARCHIVE_OK && n == 0)) {
			continue;
		} else if (rc != ARCHIVE_OK) {
			/* A warning comes at the end, from a checksum. */
			damage_member(a, "member is damaged", rc == ARCHIVE_WARN);
			a->over = rc == ARCHIVE_FATAL;
		} else if (offset != a->offset) {
			return begin_hole(a, offset);
		} else {
			a->piece = p;
			a->n_piece = n;
			a->offset += (int64_t)n;
			return true;
		}
	}
	if (!a->member_over)
		damage_member(a, "member is damaged", false);
	return false;
}

static size_t read_data(struct stet_stream *s, char *out, size_t cap)
{
	struct stet_archive *a = (struct stet_archive *)s;
	size_t n;

	if (a->n_piece == 0 && (a->member_over || !next_piece(a)))
		return 0;
	n = a->n_piece < cap ? a->n_piece : cap;
	memcpy(out, a->piece, n);
	a->piece += n;
	a->n_piece -= n;
	return n;
}

static void begin_member(struct stet_archive *a)
{
	stet_stream_release(&a->data);
	a->data.read = read_data;
	a->n_piece = 0;
	a->offset = 0;
	a->member_over = false;
}

/* ---- members */

/* A link has no data, except that cpio stores a file's with its last name. */
static bool is_file(struct archive_entry *e)
{
	if (archive_entry_filetype(e) != AE_IFREG)
		return false;
	return !archive_entry_hardlink(e) || archive_entry_size(e) > 0;
}

/* libarchive drops names that the locale cannot express: to it, ours is UTF-8. */
static int next_header(struct stet_archive *a)
{
	const locale_t before = a->utf8 ? uselocale(a->utf8) : (locale_t)0;
	const int rc = archive_read_next_header(a->a, &a->entry);

	if (before)
		uselocale(before);
	return rc;
}

int stet_archive_next(struct stet_archive *a)
{
	if (a->over)
		return 0;
	a->damaged = false;
	for (int tries = 0; tries < MAX_FRUITLESS; ) {
		const int rc = next_header(a);

		if (rc == ARCHIVE_EOF) {
			a->over = true;
			return 0;
		}
		if (rc == ARCHIVE_FATAL)
			break;
		if (rc != ARCHIVE_OK && rc != ARCHIVE_WARN) {
			tries++;
			continue;
		}
		begin_member(a);
		if (is_file(a->entry))
			return 1;
	}
	note_damage(a, "archive is damaged");
	a->over = true;
	return 0;
}

struct stet_span stet_archive_path(const struct stet_archive *a)
{
	const locale_t before = a->utf8 ? uselocale(a->utf8) : (locale_t)0;
	const char *p = archive_entry_pathname(a->entry);

	if (!p || !*p)
		p = archive_entry_pathname_utf8(a->entry);
	if (before)
		uselocale(before);
	return (struct stet_span){ p ? p : "", p ? strlen(p) : 0 };
}

struct stet_stream *stet_archive_data(struct stet_archive *a)
{
	return &a->data;
}

const char *stet_archive_locked(const struct stet_archive *a)
{
	return archive_entry_is_encrypted(a->entry) ? "encrypted" : NULL;
}

const char *stet_archive_why(const struct stet_archive *a)
{
	return a->damaged ? a->why : NULL;
}

uint64_t stet_archive_offset(const struct stet_archive *a)
{
	return a->from ? a->from->n_out : a->pos;
}

bool stet_archive_is_locked(const struct stet_archive *a)
{
	/* Where no format was recognized, 3.6.2 follows a wild pointer. */
	return archive_format(a->a) != 0 && archive_read_has_encrypted_entries(a->a) > 0;
}

bool stet_archive_is_over(const struct stet_archive *a)
{
	return a->over;
}

/* ---- opening */

static struct stet_archive *alloc(struct stet_stream *from)
{
	struct stet_archive *a = stet_calloc(1, sizeof(*a));
	size_t cap = 0;

	a->from = from;
	a->utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
	a->block = stet_grow(NULL, &cap, BLOCK_BYTES, 1);
	begin_member(a);
	a->member_over = true;		/* there is none yet */
	a->a = archive_read_new();
	if (!a->a)
		abort();	/* out of memory */
	return a;
}

static void add_format(struct archive *la, enum stet_container c)
{
	switch (c) {
	case STET_TAR:
		archive_read_support_format_tar(la);
		/* What stands behind an end mark is read too: nothing is lost. */
		archive_read_set_options(la, "tar:read_concatenated_archives=1");
		break;
	case STET_CPIO:
		archive_read_support_format_cpio(la);
		break;
	case STET_ZIP:
		archive_read_support_format_zip(la);
		break;
	case STET_7Z:
		archive_read_support_format_7zip(la);
		break;
	case STET_NO_CONTAINER:
		break;
	}
}

static struct stet_archive *start(struct stet_archive *a)
{
	archive_read_set_callback_data(a->a, a);
	if (archive_read_open1(a->a) != ARCHIVE_OK) {
		note_damage(a, "archive is damaged");
		a->over = true;
	}
	return a;
}

struct stet_archive *stet_archive_open(enum stet_container c, struct stet_stream *from)
{
	struct stet_archive *a = alloc(from);

	add_format(a->a, c);
	archive_read_set_read_callback(a->a, read_stream);
	return start(a);
}

struct stet_archive *stet_archive_open_packed(enum stet_packing p, struct stet_stream *from)
{
	struct stet_archive *a = alloc(from);

	archive_read_support_format_raw(a->a);
	if (p == STET_COMPRESS)
		archive_read_support_filter_compress(a->a);
	else
		archive_read_support_filter_lz4(a->a);
	archive_read_set_read_callback(a->a, read_stream);
	return start(a);
}

struct stet_archive *stet_archive_open_file(enum stet_container c, struct stet_file *file)
{
	struct stet_archive *a = alloc(NULL);

	a->file = file;
	add_format(a->a, c);
	archive_read_set_read_callback(a->a, read_file);
	archive_read_set_skip_callback(a->a, skip_file);
	archive_read_set_seek_callback(a->a, seek_file);
	return start(a);
}

void stet_archive_close(struct stet_archive *a)
{
	if (!a)
		return;
	archive_read_free(a->a);
	if (a->utf8)
		freelocale(a->utf8);
	stet_stream_release(&a->data);
	free(a->block);
	free(a);
}
