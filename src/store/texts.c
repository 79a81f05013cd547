/*
 * texts.c - texts in memory, then in a file of LZ4 blocks
 *
 * A place counts bytes as if all blocks lay end to end.  No text is split over
 * two blocks, and 64 zero bytes follow each text, for readers that look ahead.
 */
#include "stet/err.h"
#include "stet/io.h"
#include "stet/store.h"

#include <assert.h>
#include <lz4.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BLOCK_BYTES ((size_t)64 << 10)	/* LZ4 looks no further back */
#define LOOK_AHEAD 64

struct block {
	uint64_t place;			/* of its first byte */
	char *bytes;			/* NULL = in the file */
	uint64_t offset;		/* in the file */
	uint32_t packed;		/* bytes in the file */
	uint32_t len;			/* bytes of texts */
};

struct stet_texts {
	struct stet_budget *budget;
	uint64_t share, held;		/* bytes of blocks in memory */
	const char *tmp;
	int fd;				/* -1 = nothing spilled yet */
	uint64_t file_bytes;
	struct block *blocks;
	size_t n_blocks, cap_blocks;
	char *open;			/* the block being filled */
	size_t n_open, cap_open;
	uint64_t place;			/* of the first byte of the open block */
	char *packed;			/* scratch */
	size_t cap_packed;
};

struct stet_texts *stet_texts_open(struct stet_budget *budget, uint64_t share, const char *tmp)
{
	struct stet_texts *t = stet_calloc(1, sizeof(*t));

	t->budget = budget;
	t->share = share;
	t->tmp = tmp;
	t->fd = -1;
	return t;
}

void stet_texts_close(struct stet_texts *t)
{
	if (!t)
		return;
	for (size_t i = 0; i < t->n_blocks; i++)
		free(t->blocks[i].bytes);
	stet_budget_give(t->budget, t->held);
	if (t->fd >= 0)
		close(t->fd);
	free(t->blocks);
	free(t->open);
	free(t->packed);
	free(t);
}

/* The open block moves to the file. */
static int spill(struct stet_texts *t, struct block *b, struct stet_err *err)
{
	const int bound = LZ4_compressBound((int)b->len);
	int n;

	if (t->fd < 0 && (t->fd = stet_temp_file(t->tmp, err)) < 0)
		return err->code;
	t->packed = stet_grow(t->packed, &t->cap_packed, (size_t)bound, 1);
	n = LZ4_compress_default(t->open, t->packed, (int)b->len, bound);
	assert(n > 0);		/* the bound is large enough by contract */
	if (stet_write_fully(t->fd, t->packed, (size_t)n) < 0)
		return stet_fail_errno(err, "cannot write texts to a temporary file in %s", t->tmp);
	b->offset = t->file_bytes;
	b->packed = (uint32_t)n;
	t->file_bytes += (uint64_t)n;
	return 0;
}

static bool fits(struct stet_texts *t, size_t bytes)
{
	struct stet_err full = { 0 };

	return t->fd < 0 && t->held + bytes <= t->share &&
	       stet_budget_take(t->budget, bytes, "the texts", &full) == 0;
}

/* Put the open block with the others, in memory or in the file. */
static int close_block(struct stet_texts *t, struct stet_err *err)
{
	struct block b = { .place = t->place, .len = (uint32_t)t->n_open };

	if (t->n_open == 0)
		return 0;
	if (fits(t, t->n_open)) {
		b.bytes = realloc(t->open, t->n_open);
		if (!b.bytes)
			b.bytes = t->open;
		t->held += t->n_open;
		t->open = NULL;
		t->cap_open = 0;
	} else if (spill(t, &b, err) < 0) {
		return err->code;
	}
	t->blocks = stet_grow(t->blocks, &t->cap_blocks, t->n_blocks + 1, sizeof(b));
	t->blocks[t->n_blocks++] = b;
	t->place += t->n_open;
	t->n_open = 0;
	return 0;
}

int stet_texts_add(struct stet_texts *t, struct stet_span text, uint64_t *place,
		   struct stet_err *err)
{
	const size_t room = text.len + LOOK_AHEAD;

	assert(text.len <= LZ4_MAX_INPUT_SIZE - LOOK_AHEAD);
	if (t->n_open > 0 && t->n_open + room > BLOCK_BYTES && close_block(t, err) < 0)
		return err->code;
	t->open = stet_grow(t->open, &t->cap_open,
			    room > BLOCK_BYTES ? t->n_open + room : BLOCK_BYTES, 1);
	*place = t->place + t->n_open;
	memcpy(t->open + t->n_open, text.p, text.len);
	memset(t->open + t->n_open + text.len, 0, LOOK_AHEAD);
	t->n_open += room;
	return 0;
}

int stet_texts_finish(struct stet_texts *t, struct stet_err *err)
{
	return close_block(t, err);
}

static size_t find_block(const struct stet_texts *t, uint64_t place)
{
	size_t low = 0, high = t->n_blocks;

	while (high - low > 1) {
		const size_t mid = low + (high - low) / 2;

		if (t->blocks[mid].place <= place)
			low = mid;
		else
			high = mid;
	}
	return low;
}

static int load_block(const struct stet_texts *t, size_t n, struct stet_text_cache *c,
		      struct stet_err *err)
{
	const struct block *b = &t->blocks[n];

	c->n = 0;
	c->block = stet_grow(c->block, &c->cap, b->len, 1);
	c->packed = stet_grow(c->packed, &c->cap_packed, b->packed, 1);
	if (stet_pread_fully(t->fd, c->packed, b->packed, b->offset) != b->packed)
		return stet_fail_errno(err, "cannot read texts back from %s", t->tmp);
	if (LZ4_decompress_safe(c->packed, c->block, (int)b->packed, (int)b->len) != (int)b->len)
		return stet_fail(err, STET_EIO, "texts read back from %s are damaged", t->tmp);
	c->n = n + 1;
	return 0;
}

int stet_texts_get(const struct stet_texts *t, uint64_t place, uint32_t len,
		   struct stet_text_cache *c, struct stet_span *text, struct stet_err *err)
{
	const size_t n = find_block(t, place);
	const struct block *b = &t->blocks[n];
	const char *bytes = b->bytes;

	assert(t->n_open == 0 && t->n_blocks > 0);
	assert(place >= b->place && place - b->place + len + LOOK_AHEAD <= b->len);
	if (!bytes) {
		if (c->n != n + 1 && load_block(t, n, c, err) < 0)
			return err->code;
		bytes = c->block;
	}
	*text = (struct stet_span){ bytes + (place - b->place), len };
	return 0;
}

void stet_text_cache_release(struct stet_text_cache *c)
{
	free(c->block);
	free(c->packed);
	*c = (struct stet_text_cache){ 0 };
}

uint64_t stet_texts_spilled(const struct stet_texts *t)
{
	return t->file_bytes;
}
