/*
 * removal.h - which copies may go without losing text; private to pipeline
 */
#ifndef STET_REMOVAL_H
#define STET_REMOVAL_H

#include "run.h"

/* Tokens of a copy that stand in a document that stays. */
struct stet_cover {
	uint32_t rank;
	uint32_t token, token_end;
};

/*
 * Copies with more text of their own, beside the document that stands, than may be
 * lost: whether they go depends on what other documents that stay share with them.
 */
struct stet_doubts {
	bool *doubtful;			/* by rank */
	struct stet_cover *covers;	/* by rank, then token */
	size_t n, cap;
};

/* Set r->removed for all copies that are beyond doubt, and find the others. */
void stet_removal_decide(struct stet_run *r, struct stet_doubts *d);

/* Is all of this doubtful copy, but runs of less than max_unique, covered or boilerplate? */
bool stet_removal_covered(const struct stet_run *r, const struct stet_doubts *d, uint32_t rank,
			  const struct stet_side *copy);
void stet_doubts_release(struct stet_doubts *d);

#endif
