/*
 * documents.c - the document table: rows, strings and paragraphs in unnamed files
 *
 * They are mapped for reading, so that their pages belong to the page cache and a
 * document costs no memory of the process's own.  They live and die with the run;
 * what others read is documents.stet, whose bytes are written out one by one.
 */
#include "stet/err.h"
#include "stet/io.h"
#include "stet/store.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define BUFFER_BYTES ((size_t)1 << 18)

enum { MEMBER, ID, URL, SOURCE, DATE, TITLE, N_STRINGS };

/* As kept in the file of rows. */
struct fixed {
	struct stet_hash128 text_hash;
	uint64_t record, text_place, strings, paragraphs;
	int64_t date_key;
	uint32_t input, text_len, n_tokens, n_paragraphs;
	uint32_t len[N_STRINGS];
};

/* A file that is appended to, then mapped. */
struct pile {
	int fd;
	char *buf;
	size_t n;		/* bytes in buf */
	uint64_t bytes;		/* all */
	const char *map;
};

struct stet_documents {
	struct pile rows, strings, paragraphs;
	uint32_t n;
	const char *tmp;
};

static int pile_open(struct pile *p, const char *tmp, struct stet_err *err)
{
	p->fd = stet_temp_file(tmp, err);
	p->buf = stet_calloc(BUFFER_BYTES, 1);
	return p->fd < 0 ? err->code : 0;
}

static int pile_flush(struct pile *p, struct stet_err *err)
{
	if (stet_write_fully(p->fd, p->buf, p->n) < 0)
		return stet_fail_errno(err, "cannot write the document table to a temporary file");
	p->n = 0;
	return 0;
}

static int pile_add(struct pile *p, const void *bytes, size_t len, struct stet_err *err)
{
	const char *from = bytes;

	p->bytes += len;
	while (len > 0) {
		const size_t room = BUFFER_BYTES - p->n;
		const size_t take = len < room ? len : room;

		memcpy(p->buf + p->n, from, take);
		p->n += take;
		from += take;
		len -= take;
		if (p->n == BUFFER_BYTES && pile_flush(p, err) < 0)
			return err->code;
	}
	return 0;
}

static int pile_finish(struct pile *p, struct stet_err *err)
{
	void *map;

	if (pile_flush(p, err) < 0)
		return err->code;
	free(p->buf);
	p->buf = NULL;
	if (p->bytes == 0)
		return 0;
	map = mmap(NULL, p->bytes, PROT_READ, MAP_SHARED, p->fd, 0);
	if (map == MAP_FAILED)
		return stet_fail_errno(err, "cannot map the document table");
	p->map = map;
	return 0;
}

static void pile_close(struct pile *p)
{
	if (p->map)
		munmap((void *)(uintptr_t)p->map, p->bytes);
	if (p->fd >= 0)
		close(p->fd);
	free(p->buf);
}

struct stet_documents *stet_documents_open(const char *tmp, struct stet_err *err)
{
	struct stet_documents *d = stet_calloc(1, sizeof(*d));

	d->tmp = tmp;
	d->rows.fd = d->strings.fd = d->paragraphs.fd = -1;
	if (pile_open(&d->rows, tmp, err) < 0 || pile_open(&d->strings, tmp, err) < 0 ||
	    pile_open(&d->paragraphs, tmp, err) < 0) {
		stet_documents_close(d);
		return NULL;
	}
	return d;
}

void stet_documents_close(struct stet_documents *d)
{
	if (!d)
		return;
	pile_close(&d->rows);
	pile_close(&d->strings);
	pile_close(&d->paragraphs);
	free(d);
}

static const struct stet_span *string_of(const struct stet_row *row, int s)
{
	const struct stet_span *const all[N_STRINGS] = {
		&row->member, &row->id, &row->url, &row->source, &row->date, &row->title,
	};

	return all[s];
}

int stet_documents_add(struct stet_documents *d, const struct stet_row *row, struct stet_err *err)
{
	struct fixed f;

	if (d->n == UINT32_MAX)
		return stet_fail(err, STET_ELIMIT, "more than %u documents", UINT32_MAX);
	memset(&f, 0, sizeof(f));
	f.text_hash = row->text_hash;
	f.record = row->record;
	f.text_place = row->text_place;
	f.strings = d->strings.bytes;
	f.paragraphs = d->paragraphs.bytes;
	f.date_key = row->date_key;
	f.input = row->input;
	f.text_len = row->text_len;
	f.n_tokens = row->n_tokens;
	f.n_paragraphs = row->n_paragraphs;
	for (int s = 0; s < N_STRINGS; s++) {
		const struct stet_span *text = string_of(row, s);

		f.len[s] = (uint32_t)text->len;
		if (pile_add(&d->strings, text->p, text->len, err) < 0)
			return err->code;
	}
	if (pile_add(&d->paragraphs, row->paragraphs,
		     row->n_paragraphs * sizeof(*row->paragraphs), err) < 0)
		return err->code;
	d->n++;
	return pile_add(&d->rows, &f, sizeof(f), err);
}

int stet_documents_finish(struct stet_documents *d, struct stet_err *err)
{
	if (pile_finish(&d->rows, err) < 0 || pile_finish(&d->paragraphs, err) < 0)
		return err->code;
	return pile_finish(&d->strings, err);
}

/* Rows are of one size, and point to the rest, which stays where it is. */
int stet_documents_arrange(struct stet_documents *d, const struct stet_stretch *v, size_t n,
			   struct stet_err *err)
{
	const size_t size = sizeof(struct fixed);
	struct pile to = { 0 };
	int rc = pile_open(&to, d->tmp, err);

	for (size_t i = 0; i < n && rc == 0; i++)
		rc = pile_add(&to, d->rows.map + v[i].first * size, v[i].n * size, err);
	if (rc == 0)
		rc = pile_finish(&to, err);
	if (rc < 0) {
		pile_close(&to);
		return rc;
	}
	assert(to.bytes == d->rows.bytes);
	pile_close(&d->rows);
	d->rows = to;
	return 0;
}

uint32_t stet_documents_count(const struct stet_documents *d)
{
	return d->n;
}

struct stet_row stet_documents_get(const struct stet_documents *d, uint32_t document)
{
	const char *at = d->strings.map, *outlines = d->paragraphs.map;
	struct stet_span text[N_STRINGS];
	struct fixed f;

	assert(d->rows.map && document < d->n);
	memcpy(&f, d->rows.map + (size_t)document * sizeof(f), sizeof(f));
	at = at ? at + f.strings : "";
	for (int s = 0; s < N_STRINGS; s++) {
		text[s] = (struct stet_span){ at, f.len[s] };
		at += f.len[s];
	}
	return (struct stet_row){
		.input = f.input, .record = f.record,
		.member = text[MEMBER], .id = text[ID], .url = text[URL],
		.source = text[SOURCE], .date = text[DATE], .title = text[TITLE],
		.date_key = f.date_key, .text_hash = f.text_hash,
		.text_place = f.text_place, .text_len = f.text_len, .n_tokens = f.n_tokens,
		/* Aligned: there is nothing else in this pile. */
		.paragraphs = outlines ? (const void *)(outlines + f.paragraphs) : NULL,
		.n_paragraphs = f.n_paragraphs,
	};
}
