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

/* Shares of a byte of text: in eight collections, and the least that is thought of. */
#define KEYS		.42	/* bytes of keys */
#define LEAST_KEYS	.3
#define PACKED		.45	/* of a text in LZ4 */
#define LEAST_PACKED	.25
#define ROWS		.03	/* of the table of documents */

static double beyond(double bytes, double share)
{
	return bytes > share ? bytes - share : 0;
}

/* Bytes of files for `text` bytes of texts. */
static double files_for(double text, double keys, double packed, double memory)
{
	return beyond(text * keys, memory / 4) + beyond(text, memory / 2) * packed + text * ROWS;
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
	const double memory = (double)r->o->memory, mb = 1e6;
	const double likely = files_for(bytes_of(&r->inputs, true), KEYS, PACKED, memory);
	const double least = files_for(bytes_of(&r->inputs, false) / 2, LEAST_KEYS, LEAST_PACKED,
				       memory);
	uint64_t free_bytes;

	if (stet_free_space(r->o->tmp, &free_bytes, err) < 0)
		return err->code;
	stet_log_detail("temporary files: %.0f MB if the inputs are plain text, more if they are "
			"packed; %.0f MB are free in %s", likely / mb, (double)free_bytes / mb,
			r->o->tmp);
	if (least <= (double)free_bytes)
		return 0;
	return stet_fail(err, STET_EAGAIN,
			 "no space for temporary files in %s: %.1f MB are free, and at least "
			 "%.1f MB will be needed; --tmp names another place",
			 r->o->tmp, (double)free_bytes / mb, least / mb);
}
