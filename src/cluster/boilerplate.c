/*
 * boilerplate.c - which recurring paragraphs are frame, and which are copied text
 *
 * A paragraph is judged together with those it always stands beside: they are linked
 * into a *run* where each follows the other in most of their components.  Beyond the
 * ends of a run the neighbours are ever different, or it would be longer.
 */
#include "stet/cluster.h"

#include <stdlib.h>
#include <string.h>

/* A paragraph, by all its recurrences. */
struct paragraph {
	uint64_t key;
	uint32_t n;			/* components */
	uint32_t weight;
	uint64_t next;			/* what mostly stands behind it, or 0 */
	uint32_t n_next;		/* in so many components */
	uint64_t source;		/* the most frequent, or 0 */
	uint32_t n_source;
	uint32_t n_last;		/* components where nothing stands behind it */
	size_t run;			/* the first paragraph of its run */
	/* of the first of a run */
	uint32_t run_weight;		/* of all */
	bool is_footer;			/* one of them ends most of its texts */
};

void stet_boilerplate_options_init(struct stet_boilerplate_options *o)
{
	*o = (struct stet_boilerplate_options){
		.min_components = 5, .max_weight = STET_WORDS(50), .most = 8000,
	};
}

static int compare_numbers(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

static int by_component(const void *a, const void *b)
{
	const struct stet_recurrence *x = a, *y = b;
	int c = compare_numbers(x->key, y->key);

	if (c == 0)
		c = compare_numbers(x->component, y->component);
	if (c == 0)
		c = compare_numbers(x->next, y->next);
	return c != 0 ? c : compare_numbers(x->source, y->source);
}

static int by_next(const void *a, const void *b)
{
	return compare_numbers(((const struct stet_recurrence *)a)->next,
			       ((const struct stet_recurrence *)b)->next);
}

static int by_source(const void *a, const void *b)
{
	return compare_numbers(((const struct stet_recurrence *)a)->source,
			       ((const struct stet_recurrence *)b)->source);
}

/* One recurrence a component, the lowest of equal keys; the number left. */
static size_t count_copies_once(struct stet_recurrence *v, size_t n)
{
	size_t kept = 0;

	qsort(v, n, sizeof(*v), by_component);
	for (size_t i = 0; i < n; i++)
		if (kept == 0 || v[i].key != v[kept - 1].key ||
		    v[i].component != v[kept - 1].component)
			v[kept++] = v[i];
	return kept;
}

/* What comes most often among `v`, sorted by it: the first of equals; 0 is nothing. */
static uint32_t most_frequent(const struct stet_recurrence *v, size_t n, bool source,
			      uint64_t *what)
{
	uint32_t most = 0, run = 0;

	*what = 0;
	for (size_t i = 0; i < n; i++) {
		const uint64_t x = source ? v[i].source : v[i].next;
		const bool goes_on = i > 0 && x == (source ? v[i - 1].source : v[i - 1].next);

		run = goes_on ? run + 1 : 1;
		if (x != 0 && run > most) {
			most = run;
			*what = x;
		}
	}
	return most;
}

static struct paragraph sum_up(struct stet_recurrence *v, size_t n)
{
	struct paragraph p = { .key = v->key, .n = (uint32_t)n, .weight = v->weight };

	qsort(v, n, sizeof(*v), by_next);
	p.n_next = most_frequent(v, n, false, &p.next);
	for (size_t i = 0; i < n && v[i].next == 0; i++)
		p.n_last++;
	qsort(v, n, sizeof(*v), by_source);
	p.n_source = most_frequent(v, n, true, &p.source);
	return p;
}

/* Those in enough components, in order of key. */
static size_t sum_up_all(struct stet_recurrence *v, size_t n, uint32_t min_components,
			 struct paragraph *to)
{
	size_t n_to = 0;

	for (size_t i = 0; i < n; ) {
		size_t end = i + 1;

		while (end < n && v[end].key == v[i].key)
			end++;
		if (end - i >= min_components)
			to[n_to++] = sum_up(v + i, end - i);
		i = end;
	}
	return n_to;
}

static int by_key(const void *a, const void *b)
{
	return compare_numbers(((const struct paragraph *)a)->key,
			       ((const struct paragraph *)b)->key);
}

/* Do most components of both have `next` behind `p`? */
static bool stand_together(const struct paragraph *p, const struct paragraph *next)
{
	return (uint64_t)p->n_next * 10 >= (uint64_t)p->n * 8 &&
	       (uint64_t)p->n_next * 10 >= (uint64_t)next->n * 8;
}

static struct paragraph *root(struct paragraph *all, size_t i)
{
	while (all[i].run != i) {
		all[i].run = all[all[i].run].run;
		i = all[i].run;
	}
	return &all[i];
}

static void link_runs(struct paragraph *all, size_t n, uint32_t most)
{
	for (size_t i = 0; i < n; i++) {
		all[i].run = i;
		all[i].run_weight = all[i].weight;
		all[i].is_footer = stet_share(all[i].n_last, all[i].n) >= most;
	}
	for (size_t i = 0; i < n; i++) {
		const struct paragraph wanted = { .key = all[i].next };
		struct paragraph *next = bsearch(&wanted, all, n, sizeof(*all), by_key);
		struct paragraph *a = root(all, i), *b;

		if (!next || !stand_together(&all[i], next))
			continue;
		b = root(all, (size_t)(next - all));
		if (a == b)
			continue;
		b->run = (size_t)(a - all);
		a->run_weight += b->run_weight;
		a->is_footer |= b->is_footer;
	}
}

size_t stet_judge_boilerplate(struct stet_recurrence *v, size_t n,
			      const struct stet_boilerplate_options *o, uint64_t *keys)
{
	struct paragraph *all = stet_calloc(n, sizeof(*all));
	size_t n_all, n_keys = 0;

	if (n > 0)
		n = count_copies_once(v, n);
	n_all = sum_up_all(v, n, o->min_components, all);
	link_runs(all, n_all, o->most);
	for (size_t i = 0; i < n_all; i++) {
		const struct paragraph *run = root(all, i);
		const bool of_a_house = stet_share(all[i].n_source, all[i].n) >= o->most;

		if (run->run_weight < o->max_weight || run->is_footer || of_a_house)
			keys[n_keys++] = all[i].key;
	}
	free(all);
	return n_keys;
}
