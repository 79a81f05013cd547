/*
 * votes.h - votes for pairs, more than memory holds; private to match
 *
 * A pair as often as votes were cast for it, but never more often than can matter.  What does
 * not fit a share of the budget goes, sorted, as one run after another into an unnamed
 * file in the budget's directory; the runs are merged in the end.
 */
#ifndef STET_VOTES_H
#define STET_VOTES_H

#include "stet/match.h"

struct stet_votes {
	struct stet_budget *budget;
	uint64_t share;			/* bytes that may be held */
	unsigned wanted;		/* votes that make a candidate */
	uint64_t *v;
	size_t n, cap;
	int fd;				/* -1 = nothing spilled yet */
	size_t *runs;			/* number of votes in each run of the file */
	size_t n_runs, cap_runs;
	uint64_t n_file;		/* votes in the file */
};

void stet_votes_init(struct stet_votes *v, struct stet_budget *budget, uint64_t share,
		     unsigned wanted);
void stet_votes_release(struct stet_votes *v);

int stet_votes_add(struct stet_votes *v, uint64_t pair, unsigned votes, struct stet_err *err);

/* The pairs with enough votes, unique and ascending, paid for; once. */
int stet_votes_count(struct stet_votes *v, uint64_t **pairs, size_t *n, struct stet_err *err);

#endif
