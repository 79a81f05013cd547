/*
 * space.c - whether --tmp has room for what does not fit memory, before anything is read
 *
 * Going by the size of the inputs nothing is certain: how much of a record is text, how
 * well it packs.  So a run is refused only where half of the bytes being text, and packing
 * better than any collection measured, would still be too much.
 */
#include "stet/io.h"
#include "stet/log.h"

#include "run.h"

/* Bytes of files for each of text. */
struct shares {
	double keys;
	double packed;			/* of a text in LZ4 */
	double rows;			/* of the table of documents and paragraphs */
};

static const struct shares likely = { .42, .45, .13 };	/* in eight collections */
static const struct shares least = { .3, .25, .03 };	/* that is thought of */
static const struct shares most = { 1.2, .8, .8 };	/* of documents of 30 words */

static double beyond(double bytes, double share)
{
	return bytes > share ? bytes - share : 0;
}

/* Megabytes of files for `text` bytes of texts. */
static double files_for(double text, const struct shares *s, uint64_t memory)
{
	return (beyond(text * s->keys, (double)memory / 4) +
		beyond(text, (double)memory / 2) * s->packed + text * s->rows) / 1e6;
}

static double bytes_of(const struct stet_inputs *in, bool below_directories)
{
	double bytes = 0;

	for (size_t i = 0; i < in->n; i++)
		if (in->v[i].state != STET_INPUT_MISSING &&
		    (below_directories || !in->v[i].below_directory))
			bytes += (double)in->v[i].bytes;
	return bytes;
}

int stet_run_check_space(const struct stet_run *r, struct stet_err *err)
{
	const double all = bytes_of(&r->inputs, true), named = bytes_of(&r->inputs, false);
	const uint64_t memory = r->o->memory;
	const double needed = files_for(named / 2, &least, memory);
	uint64_t free_bytes;

	if (stet_free_space(r->o->tmp, &free_bytes, err) < 0)
		return err->code;
	stet_log_detail("temporary files: about %.0f MB, or %.0f MB if documents are short, if the "
			"inputs are plain text, more if they are packed; %.0f MB are free in %s",
			files_for(all, &likely, memory), files_for(all, &most, memory),
			(double)free_bytes / 1e6, r->o->tmp);
	if (needed <= (double)free_bytes / 1e6)
		return 0;
	return stet_fail(err, STET_EAGAIN,
			 "no space for temporary files in %s: %.1f MB are free, and at least "
			 "%.1f MB will be needed; --tmp names another place",
			 r->o->tmp, (double)free_bytes / 1e6, needed);
}
