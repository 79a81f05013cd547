/*
 * steps.h - how long each step of a run took
 */
#ifndef STET_STEPS_H
#define STET_STEPS_H

#include "stet/report.h"

struct stet_steps {
	struct stet_step v[STET_MAX_STEPS];
	size_t n;
	double wall, cpu;		/* when the last step ended */
};

void stet_steps_begin(struct stet_steps *s);

/* What went by since the last call was `name` (constant; what comes again is added to). */
void stet_steps_end(struct stet_steps *s, const char *name);

#endif
