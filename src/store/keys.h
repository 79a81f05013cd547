/*
 * keys.h - where keys are between adding and loading; private to store
 */
#ifndef STET_KEYS_H
#define STET_KEYS_H

#include "segment.h"

/* In a slab: the places of runs, then their bytes, with slack behind. */
struct stet_kept_segment {
	uint32_t first;			/* ordinal of its first document */
	const uint32_t *at;
};

static inline const unsigned char *stet_kept_bytes(const struct stet_kept_segment *k)
{
	return (const unsigned char *)(k->at + STET_RUNS + 1);
}

/* In front of what a segment has of a run in a spill. */
struct stet_run_head {
	uint32_t first;			/* ordinal of the segment's first document */
	uint32_t bytes;
};

struct stet_spill {
	uint64_t at[STET_RUNS + 1];	/* offset of each run in the file; the end of the last */
};

struct stet_slab {
	unsigned char *bytes;
	size_t n, cap;
};

struct stet_key_store {
	struct stet_budget *budget;
	uint64_t share, held;		/* bytes of slabs */
	size_t slab_bytes;
	struct stet_slab *slabs;
	size_t n_slabs, cap_slabs, n_full;
	struct stet_kept_segment *kept;
	size_t n_kept, cap_kept;
	int fd;				/* -1 = nothing spilled yet */
	uint64_t file_bytes;
	struct stet_spill *spills;
	size_t n_spills, cap_spills;
	uint64_t n[STET_RUNS];		/* keys of each run, wherever */
};

#endif
