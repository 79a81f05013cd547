/*
 * buckets.h - what the documents of one key propose; private to match
 */
#ifndef STET_BUCKETS_H
#define STET_BUCKETS_H

#include "group.h"
#include "stet/match.h"

/* Constant while buckets are taken. */
struct stet_bucket_rules {
	enum stet_key_family family;
	const struct stet_match_options *o;
	const uint32_t *rank;		/* by ordinal */
	const uint32_t *first_equal;	/* by rank: the first with the same tokens */
};

/* A bucket that proposes: its first `max_leaders` ranks with all others. */
struct stet_star {
	uint32_t n_ranks;
	uint32_t max_leaders;
};

/* What all buckets of a part say; recycled.  All zero = empty. */
struct stet_buckets {
	struct stet_star *stars;
	size_t n_stars, cap_stars;
	uint32_t *star_ranks;		/* of all stars, one after another; ascending in each */
	size_t n_star_ranks, cap_star_ranks;
	struct stet_matches found;	/* common paragraphs and caps; pairs and repeats unused */
	uint32_t *repeats;		/* ranks */
	size_t n_repeats, cap_repeats;
	struct stet_groups groups;	/* scratch */
	uint32_t *ranks;		/* scratch: of one bucket */
	size_t cap_ranks;
};
void stet_buckets_take(struct stet_buckets *b, const struct stet_bucket_rules *r,
		       const struct stet_postings *p);
void stet_buckets_release_scratch(struct stet_buckets *b);
void stet_buckets_release(struct stet_buckets *b);

#endif
