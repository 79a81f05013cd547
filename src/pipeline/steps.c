/*
 * steps.c - a clock that is read at the end of each step
 */
#include "steps.h"
#include "stet/cpu.h"

#include <assert.h>
#include <string.h>

void stet_steps_begin(struct stet_steps *s)
{
	s->n = 0;
	s->wall = stet_clock_seconds();
	s->cpu = stet_cpu_seconds();
}

static struct stet_step *find(struct stet_steps *s, const char *name)
{
	for (size_t i = 0; i < s->n; i++)
		if (strcmp(s->v[i].name, name) == 0)
			return &s->v[i];
	assert(s->n < STET_MAX_STEPS);
	s->v[s->n] = (struct stet_step){ .name = name };
	return &s->v[s->n++];
}

void stet_steps_end(struct stet_steps *s, const char *name)
{
	struct stet_step *step = find(s, name);
	const double wall = stet_clock_seconds(), cpu = stet_cpu_seconds();

	step->wall_seconds += wall - s->wall;
	step->cpu_seconds += cpu - s->cpu;
	s->wall = wall;
	s->cpu = cpu;
}
