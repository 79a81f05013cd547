/*
 * runs.c - all maximal runs of equal tokens of a pair
 *
 * Every run begins with the seed of its first token (seeds.c), so a run begins at each
 * place of a seed of C in S where the tokens before differ.
 *
 * Where seeds have so many places that all of them together would be more steps than
 * a pair may take, only a window of each is followed: around the k-th place in S for
 * the k-th in C, the first ones within one text.  A run that begins outside the windows
 * is found at the first of its places that is inside one, and followed back from there.
 * Then the same is done with seeds LONGER times as long, which have fewer places, until
 * all can be followed: so what is lost is short, whatever the texts.
 */
#include "runs.h"

#define LONGER 16

struct finder {
	struct stet_aligner *a;
	const struct stet_index *x;	/* of S */
	const struct stet_index *y;	/* of C */
	uint32_t limit;			/* places of a seed that are followed */
	uint64_t steps;			/* places followed so far */
	uint32_t first, last;		/* of those followed of the seed before */
	uint64_t cut;			/* tokens where not all places were followed */
	/* the run that reaches furthest in C */
	size_t end, ahead;		/* its end, and S less C */
	size_t seeds_end;		/* of the seeds that lie within it */
	bool self;
};

static void set_furthest(struct finder *f, size_t i, size_t j, size_t n)
{
	const struct stet_tokens *t = f->y->side.tokens;

	f->end = f->seeds_end = i + n;
	f->ahead = j - i;		/* modulo the size of it */
	while (f->seeds_end > i && stet_weight(t, f->seeds_end - 1, f->end) < f->y->seed_weight)
		f->seeds_end--;
}

static void add_run(struct finder *f, size_t i, size_t j)
{
	struct runs *to = &f->a->runs;
	const size_t n = stet_align_extend(f->a, i, j);
	const uint32_t weight = stet_weight(f->y->side.tokens, i, i + n);

	if (weight < f->a->o.min_run)
		return;
	if (i + n > f->end)
		set_furthest(f, i, j, n);
	to->v = stet_grow(to->v, &to->cap, to->n + 1, sizeof(*to->v));
	to->v[to->n++] = (struct run){ (uint32_t)i, (uint32_t)j, (uint32_t)n, weight };
}

static bool same_before(const struct finder *f, size_t i, size_t j)
{
	return i > 0 && j > 0 &&
	       f->y->side.tokens->hash[i - 1] == f->x->side.tokens->hash[j - 1];
}

/*
 * How many seeds from C[i] on are within a run known, and at no other place of S?  There is
 * nothing to look for; in copies that is so nearly everywhere.
 */
static size_t n_known(const struct finder *f, size_t i)
{
	const size_t max = i < f->seeds_end ? f->seeds_end - i : 0;
	const bool *alone, *other;

	if (max == 0)
		return 0;
	alone = f->x->alone + (i + f->ahead);
	other = memchr(alone, 0, max);
	return other ? (size_t)(other - alone) : max;
}

/* ---- all places */

/*
 * What is equal before a place was followed from there: the seed before is the same one, too.
 */
static void follow_all(struct finder *f, size_t i, uint32_t place)
{
	for (; place != 0 && !(f->self && place > i); place = f->x->same[place - 1]) {
		f->steps++;
		if (!same_before(f, i, place - 1))
			add_run(f, i, place - 1);
	}
}

/*
 * The seeds of C that S may have.  Whether one does is a coin toss to the processor, so that
 * is written without a branch.
 */
static size_t sift(struct finder *f)
{
	const struct stet_index *x = f->x, *y = f->y;
	size_t n = 0;

	f->a->hits = stet_grow(f->a->hits, &f->a->cap_hits, y->n_seeds, sizeof(*f->a->hits));
	for (size_t i = 0; i < y->n_seeds; i++) {
		f->a->hits[n] = (uint32_t)i;
		n += stet_align_in_sieve(x, y->seed[i]);
	}
	return n;
}

/* False where there are more places than `steps`. */
static bool follow_seeds(struct finder *f, uint64_t steps)
{
	const size_t n = sift(f);

	for (size_t k = 0; k < n && f->steps <= steps; ) {
		const size_t i = f->a->hits[k], known = n_known(f, i);

		f->steps += known;
		k += known;		/* all of them are in S */
		if (known > 0)
			continue;
		follow_all(f, i, stet_align_first_place(f->x, f->y->seed[i]));
		k++;
	}
	return f->steps <= steps;
}

/* ---- a window of the places of each seed */

/* The greatest power of two such that so many places of each seed of C are no more than `steps`. */
static uint32_t limit_places(const struct finder *f, uint64_t steps)
{
	uint64_t places[33] = { 0 }, n[33] = { 0 };	/* of seeds with 2^(i - 1) to 2^i - 1 */
	uint64_t below = 0, above = 0;

	for (size_t k = 0; k < f->y->n_seeds; k++) {
		const uint32_t first = stet_align_first_place(f->x, f->y->seed[k]);
		const uint32_t found = first != 0 ? stet_align_n_places(f->x, first - 1) : 0;
		const unsigned bits = found == 0 ? 0 : 32 - (unsigned)__builtin_clz(found);

		places[bits] += found;
		n[bits]++;
		above += bits > 0;
	}
	for (unsigned i = 0; i < 32; i++) {	/* those with more than 2^i places give 2^i each */
		below += places[i];
		above -= i > 0 ? n[i] : 0;
		if (below + (above << i) > steps)
			return i > 0 ? (uint32_t)1 << (i - 1) : 1;
	}
	return (uint32_t)1 << 31;
}

/* The places of a seed that are followed from the token at hand. */
static const uint32_t *window_of(struct finder *f, uint32_t first, uint32_t *n)
{
	const uint32_t *places = f->x->places + f->x->group[first] + 1;
	uint32_t k, last;

	*n = stet_align_n_places(f->x, first);
	if (f->limit >= *n)
		return places;
	f->cut++;
	last = *n - f->limit;
	*n = f->limit;
	k = f->a->seen[first]++;
	if (f->self || k < f->limit / 2)
		return places;
	k -= f->limit / 2;
	return places + (k < last ? k : last);
}

static void follow_some(struct finder *f, size_t i, uint32_t first)
{
	uint32_t n;
	const uint32_t *places = window_of(f, first, &n);

	for (uint32_t k = 0; k < n && !(f->self && places[k] >= i); k++) {
		const uint32_t j = places[k];
		size_t back = 0;

		if (same_before(f, i, j)) {
			if (j > f->first && j - 1 <= f->last)
				continue;	/* followed from there */
			back = stet_align_extend_back(f->a, i, j);
		}
		add_run(f, i - back, j - back);
	}
	f->first = places[0];
	f->last = places[n - 1];
}

static void follow_windows(struct finder *f)
{
	struct stet_aligner *a = f->a;
	const size_t n = f->x->side.tokens->n;

	a->seen = stet_grow(a->seen, &a->cap_seen, n, sizeof(*a->seen));
	memset(a->seen, 0, n * sizeof(*a->seen));
	for (size_t i = 0; i < f->y->n_seeds; ) {
		const size_t known = n_known(f, i);
		uint32_t first;

		if (known > 0) {
			i += known;
			f->first = f->last = (uint32_t)(i - 1 + f->ahead);
			continue;
		}
		first = stet_align_first_place(f->x, f->y->seed[i]);
		if (first != 0)
			follow_some(f, i, first - 1);
		i++;
	}
}

/* ---- seeds of one length after another */

static uint64_t steps_of(const struct stet_aligner *a)
{
	const uint64_t tokens = (uint64_t)a->c.tokens->n + a->s.tokens->n;

	return a->o.free_places + tokens * a->o.max_places;
}

/* With the seeds at hand; the number of tokens where not all places were followed. */
static uint64_t add_all_runs(struct stet_aligner *a, bool self)
{
	const uint64_t steps = steps_of(a);
	const size_t n_before = a->runs.n;
	const struct finder fresh = { .a = a, .x = a->index, .y = a->copy, .self = self };
	struct finder f = fresh;

	if (follow_seeds(&f, steps))
		return 0;
	f = fresh;
	a->runs.n = n_before;
	stet_align_group_places(a->index);
	f.limit = limit_places(&f, steps);
	follow_windows(&f);
	return f.cut;
}

void stet_align_find_runs(struct stet_aligner *a, bool self)
{
	uint64_t cut = 1;

	a->runs.n = 0;
	for (uint64_t weight = a->o.min_run; cut > 0 && weight < UINT32_MAX; weight *= LONGER) {
		stet_align_place_seeds(a, a->index, (uint32_t)weight);
		stet_align_find_seeds(a, a->copy, (uint32_t)weight);
		cut = add_all_runs(a, self);
		if (weight == a->o.min_run)
			a->capped = cut;
	}
}
