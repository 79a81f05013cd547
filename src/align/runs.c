/*
 * runs.c - all maximal runs of equal tokens of a pair
 *
 * The *seed* at a token is the shortest run from there that weighs min_run.  Every
 * run begins with the seed of its first token, so the places of each seed of S are
 * kept, and a run begins at each equal seed whose tokens before differ.
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

/* A seed of S; all zero bytes = a free slot. */
struct seed {
	uint64_t hash;
	uint32_t places, n;	/* in a->seed_places, ascending */
};

/* A window over the seeds of a text, from its first token to its last. */
struct window {
	const struct stet_aligner *a;
	const struct stet_tokens *t;
	const struct prefixes *prefix;
	uint32_t weight;	/* of a seed */
	size_t end;		/* of the seed before */
	size_t len;		/* of the power at hand */
	uint64_t power;
};

/* The hash of the seed at `i`, the token after the one asked for last; false: there is none. */
static bool seed_hash(struct window *w, size_t i, uint64_t *hash)
{
	while (w->end < w->t->n && stet_weight(w->t, i, w->end) < w->weight)
		w->end++;
	if (stet_weight(w->t, i, w->end) < w->weight)
		return false;
	if (w->end - i != w->len) {
		w->len = w->end - i;
		w->power = stet_align_power(w->a, w->len);
	}
	*hash = stet_mix64(stet_align_range_hash(w->prefix, i, w->end, w->power));
	return true;
}

/* The slot of a seed: where it is, or the free one where it goes. */
static struct seed *seed_slot(const struct stet_aligner *a, uint64_t hash)
{
	size_t slot = hash & (a->n_seeds - 1);

	while (a->seeds[slot].n > 0 && a->seeds[slot].hash != hash)
		slot = (slot + 1) & (a->n_seeds - 1);
	return &a->seeds[slot];
}

static void clear_seeds(struct stet_aligner *a, size_t n)
{
	a->n_seeds = 16;
	while (a->n_seeds < n + n / 2)
		a->n_seeds *= 2;
	a->seeds = stet_grow(a->seeds, &a->cap_seeds, a->n_seeds, sizeof(*a->seeds));
	memset(a->seeds, 0, a->n_seeds * sizeof(*a->seeds));
	a->slots = stet_grow(a->slots, &a->cap_slots, n, sizeof(*a->slots));
	a->seed_places = stet_grow(a->seed_places, &a->cap_seed_places, n,
				   sizeof(*a->seed_places));
	a->most_places = 0;
}

/* Find the places of all seeds of S. */
static void place_seeds(struct stet_aligner *a, uint32_t weight)
{
	const struct stet_tokens *t = a->s.tokens;
	struct window w = { .a = a, .t = t, .prefix = &a->s_prefix, .weight = weight };
	uint64_t hash;
	size_t n = 0;
	uint32_t end = 0;

	a->seed_weight = weight;
	clear_seeds(a, t->n);
	for (; n < t->n && seed_hash(&w, n, &hash); n++) {
		struct seed *seed = seed_slot(a, hash);

		seed->hash = hash;
		if (++seed->n > a->most_places)
			a->most_places = seed->n;
		a->slots[n] = (uint32_t)(seed - a->seeds);
	}
	for (size_t i = 0; i < a->n_seeds; i++)
		a->seeds[i].places = end += a->seeds[i].n;
	while (n-- > 0)
		a->seed_places[--a->seeds[a->slots[n]].places] = (uint32_t)n;
}

/* ---- how many places are followed */

/*
 * How many places of one seed can be followed, so that those of all seeds of C come
 * to no more than the steps of a pair: all of them, or a power of two.
 */
static uint32_t places_followed(const struct stet_aligner *a, const struct stet_tokens *c,
				const struct prefixes *prefix)
{
	const uint64_t tokens = (uint64_t)c->n + a->s.tokens->n;
	const uint64_t steps = a->o.free_places + tokens * a->o.max_places;
	struct window w = { .a = a, .t = c, .prefix = prefix, .weight = a->seed_weight };
	uint64_t places[33] = { 0 }, n[33] = { 0 };	/* of seeds with 2^(i - 1) to 2^i - 1 */
	uint64_t hash, below = 0, above = 0;
	unsigned i = 0;

	if ((uint64_t)a->most_places * c->n <= steps)
		return UINT32_MAX;
	for (size_t k = 0; k < c->n && seed_hash(&w, k, &hash); k++) {
		const uint32_t found = seed_slot(a, hash)->n;
		const unsigned bits = found == 0 ? 0 : 32 - (unsigned)__builtin_clz(found);

		places[bits] += found;
		n[bits]++;
		above += bits > 0;
	}
	for (; i < 32; i++) {	/* those with more than 2^i places give 2^i each */
		below += places[i];
		above -= i > 0 ? n[i] : 0;
		if (below + (above << i) > steps)
			return i > 0 ? (uint32_t)1 << (i - 1) : 1;
	}
	return UINT32_MAX;
}

/* ---- runs */

struct finder {
	struct stet_aligner *a;
	const struct stet_tokens *c;
	const struct prefixes *prefix;	/* of C */
	uint32_t limit;			/* places followed */
	uint32_t first, last;		/* of those followed of the seed before */
	uint64_t cut;			/* tokens where not all places were followed */
	bool self;
};

static void add_run(struct finder *f, size_t i, size_t j)
{
	struct runs *to = &f->a->runs;
	const size_t n = stet_align_extend(f->a, f->c, f->prefix, i, j);
	const uint32_t weight = stet_weight(f->c, i, i + n);

	if (weight < f->a->o.min_run)
		return;
	to->v = stet_grow(to->v, &to->cap, to->n + 1, sizeof(*to->v));
	to->v[to->n++] = (struct run){ (uint32_t)i, (uint32_t)j, (uint32_t)n, weight };
}

/* The places of `seed` that are followed from the token at hand. */
static const uint32_t *places_at(struct finder *f, const struct seed *seed, uint32_t *n)
{
	const uint32_t *places = f->a->seed_places + seed->places;
	uint32_t k;

	*n = seed->n;
	if (f->limit >= seed->n)
		return places;
	f->cut++;
	*n = f->limit;
	k = f->a->seen[seed - f->a->seeds]++;
	if (f->self || k < f->limit / 2)
		return places;
	k -= f->limit / 2;
	return places + (k < seed->n - f->limit ? k : seed->n - f->limit);
}

static void add_runs(struct finder *f, size_t i, const struct seed *seed)
{
	const uint64_t *hash = f->a->s.tokens->hash;
	uint32_t n;
	const uint32_t *places = places_at(f, seed, &n);

	for (uint32_t k = 0; k < n && !(f->self && places[k] >= i); k++) {
		const uint32_t j = places[k];
		size_t back = 0;

		if (i > 0 && j > 0 && f->c->hash[i - 1] == hash[j - 1]) {
			if (j > f->first && j - 1 <= f->last)
				continue;	/* followed from there */
			back = stet_align_extend_back(f->a, f->c, f->prefix, i, j);
		}
		add_run(f, i - back, j - back);
	}
	f->first = places[0];
	f->last = places[n - 1];
}

static void forget_seen(struct stet_aligner *a)
{
	a->seen = stet_grow(a->seen, &a->cap_seen, a->n_seeds, sizeof(*a->seen));
	memset(a->seen, 0, a->n_seeds * sizeof(*a->seen));
}

/* With the seeds at hand; the number of tokens where not all places were followed. */
static uint64_t follow_seeds(struct stet_aligner *a, const struct stet_tokens *c,
			     const struct prefixes *prefix, bool self)
{
	struct window w = { .a = a, .t = c, .prefix = prefix, .weight = a->seed_weight };
	struct finder f = { .a = a, .c = c, .prefix = prefix, .self = self };
	uint64_t hash;

	f.limit = places_followed(a, c, prefix);
	if (f.limit < a->most_places)
		forget_seen(a);
	for (size_t i = 0; i < c->n && seed_hash(&w, i, &hash); i++) {
		const struct seed *seed = seed_slot(a, hash);

		if (seed->n > 0)
			add_runs(&f, i, seed);
	}
	return f.cut;
}

void stet_align_find_runs(struct stet_aligner *a, const struct stet_tokens *c, bool self)
{
	const struct prefixes *prefix = self ? &a->s_prefix : &a->c_prefix;
	uint64_t cut = 1;

	a->runs.n = 0;
	if (!self)
		stet_align_roll(&a->c_prefix, c);
	for (uint64_t weight = a->o.min_run; cut > 0 && weight < UINT32_MAX; weight *= LONGER) {
		if (a->seed_weight != weight)
			place_seeds(a, (uint32_t)weight);
		cut = follow_seeds(a, c, prefix, self);
		if (weight == a->o.min_run)
			a->capped = cut;
	}
}
