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

/* A seed of S.  Most of those of C are not in S, and the tags alone say so. */
struct seed {
	uint32_t hash;		/* the middle of it; two seeds taken for one only cost time */
	uint32_t places;	/* where they begin in x->seed_places, behind their number */
};

/* A window over the seeds of a text, from its first token to its last. */
struct window {
	const struct stet_aligner *a;
	const struct stet_tokens *t;
	const struct prefixes *prefix;	/* NULL: seeds are short */
	uint32_t weight;	/* of a seed */
	size_t end;		/* of the seed before */
	size_t len;		/* of the power at hand */
	uint64_t power;
};

static struct window window_over(const struct stet_aligner *a, const struct stet_tokens *t,
				 struct prefixes *p, uint32_t weight)
{
	const bool is_short = weight == a->o.min_run;

	if (!is_short)
		stet_align_roll(p, t);
	return (struct window){ .a = a, .t = t, .prefix = is_short ? NULL : p, .weight = weight };
}

static uint64_t hash_short(const struct stet_tokens *t, size_t i, size_t end)
{
	uint64_t sum = 0;

	for (; i < end; i++)
		sum = sum * STET_ALIGN_ODD + t->hash[i];
	return sum;
}

/* The hash of the seed at `i`, further on than the one asked for last; false: there is none. */
static bool seed_hash(struct window *w, size_t i, uint64_t *hash)
{
	if (w->end < i)
		w->end = i;
	while (w->end < w->t->n && stet_weight(w->t, i, w->end) < w->weight)
		w->end++;
	if (stet_weight(w->t, i, w->end) < w->weight)
		return false;
	if (!w->prefix) {
		*hash = stet_mix64(hash_short(w->t, i, w->end));
		return true;
	}
	if (w->end - i != w->len) {
		w->len = w->end - i;
		w->power = stet_align_power(w->a, w->len);
	}
	*hash = stet_mix64(stet_align_range_hash(w->prefix, i, w->end, w->power));
	return true;
}

static uint8_t tag_of(uint64_t hash)
{
	const uint8_t tag = (uint8_t)(hash >> 56);

	return tag > 0 ? tag : 1;
}

/* The slot of a seed: where it is, or the free one where it goes. */
static size_t seed_slot(const struct stet_index *x, uint64_t hash)
{
	const uint8_t tag = tag_of(hash);
	size_t slot = hash & (x->n_slots - 1);

	while (x->tags[slot] != 0 &&
	       (x->tags[slot] != tag || x->seeds[slot].hash != (uint32_t)(hash >> 24)))
		slot = (slot + 1) & (x->n_slots - 1);
	return slot;
}

static void clear_seeds(struct stet_index *x, size_t n)
{
	if (!x->tags) {		/* the same room for seeds of any length */
		x->n_slots = 16;
		while (x->n_slots < n + n / 2)
			x->n_slots *= 2;
		x->tags = stet_arena_alloc(x->mem, x->n_slots * sizeof(*x->tags));
		x->seeds = stet_arena_alloc(x->mem, x->n_slots * sizeof(*x->seeds));
		x->slots = stet_arena_alloc(x->mem, n * sizeof(*x->slots));
		x->seed_places = stet_arena_alloc(x->mem, 2 * n * sizeof(*x->seed_places));
	}
	memset(x->tags, 0, x->n_slots * sizeof(*x->tags));
}

/* The slot of a seed of S that is found once more. */
static uint32_t count_seed(struct stet_index *x, uint64_t hash)
{
	const size_t slot = seed_slot(x, hash);

	if (x->tags[slot] == 0) {
		x->tags[slot] = tag_of(hash);
		x->seeds[slot] = (struct seed){ (uint32_t)(hash >> 24), 0 };
	}
	x->seeds[slot].places++;
	return (uint32_t)slot;
}

/* From the number of places of each seed to where they end. */
static void lay_out(struct stet_index *x)
{
	uint32_t end = 0;

	for (size_t i = 0; i < x->n_slots; i++) {
		const uint32_t n = x->tags[i] != 0 ? x->seeds[i].places : 0;

		if (n == 0)
			continue;
		x->seed_places[end] = n;
		memset(x->seed_places + end + 1, 0, n * sizeof(*x->seed_places));
		x->seeds[i].places = end += n + 1;
	}
}

/* Find the places of all seeds of S. */
static void place_seeds(struct stet_aligner *a, uint32_t weight)
{
	struct stet_index *x = a->index;
	const struct stet_tokens *t = a->s.tokens;
	struct window w = window_over(a, t, &x->prefix, weight);
	uint64_t hash;
	size_t n = 0;

	x->seed_weight = weight;
	clear_seeds(x, t->n);
	for (; n < t->n && seed_hash(&w, n, &hash); n++)
		x->slots[n] = count_seed(x, hash);
	lay_out(x);
	for (size_t i = n; i < t->n; i++)
		x->slots[i] = false;
	while (n-- > 0) {
		const uint32_t at = --x->seeds[x->slots[n]].places;

		x->seed_places[at] = (uint32_t)n;
		x->slots[n] = x->seed_places[at - 1] == 1;	/* 0 where a place will be */
	}
}

/* How many places has a seed of S? */
static uint32_t n_places(const struct stet_index *x, size_t slot)
{
	return x->seed_places[x->seeds[slot].places - 1];
}

/* ---- how many places are followed */

static uint64_t steps_of(const struct stet_aligner *a, const struct stet_tokens *c)
{
	const uint64_t tokens = (uint64_t)c->n + a->s.tokens->n;

	return a->o.free_places + tokens * a->o.max_places;
}

/* The greatest power of two such that so many places of each seed of C are no more than `steps`. */
static uint32_t limit_places(const struct stet_aligner *a, const struct stet_tokens *c,
			     struct prefixes *prefix, uint64_t steps)
{
	const struct stet_index *x = a->index;
	struct window w = window_over(a, c, prefix, x->seed_weight);
	uint64_t places[33] = { 0 }, n[33] = { 0 };	/* of seeds with 2^(i - 1) to 2^i - 1 */
	uint64_t hash, below = 0, above = 0;

	for (size_t k = 0; k < c->n && seed_hash(&w, k, &hash); k++) {
		const size_t slot = seed_slot(x, hash);
		const uint32_t found = x->tags[slot] != 0 ? n_places(x, slot) : 0;
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

/* ---- runs */

struct finder {
	struct stet_aligner *a;
	const struct stet_index *x;
	const struct stet_tokens *c;
	struct prefixes *prefix;	/* of C */
	uint32_t limit;			/* places of a seed that are followed */
	uint64_t steps;			/* places followed so far */
	uint32_t first, last;		/* of those followed of the seed before */
	uint64_t cut;			/* tokens where not all places were followed */
	size_t end, ahead;		/* of the run that reaches furthest in C; S less C */
	bool self;
};

static void add_run(struct finder *f, size_t i, size_t j)
{
	struct runs *to = &f->a->runs;
	const size_t n = stet_align_extend(f->a, f->c, f->prefix, i, j);
	const uint32_t weight = stet_weight(f->c, i, i + n);

	if (weight < f->a->o.min_run)
		return;
	if (i + n > f->end) {
		f->end = i + n;
		f->ahead = j - i;	/* modulo the size of it */
	}
	to->v = stet_grow(to->v, &to->cap, to->n + 1, sizeof(*to->v));
	to->v[to->n++] = (struct run){ (uint32_t)i, (uint32_t)j, (uint32_t)n, weight };
}

/* The places of a seed that are followed from the token at hand. */
static const uint32_t *places_at(struct finder *f, size_t slot, uint32_t *n)
{
	const uint32_t *places = f->x->seed_places + f->x->seeds[slot].places;
	uint32_t k, last;

	*n = n_places(f->x, slot);
	f->steps += *n < f->limit ? *n : f->limit;
	if (f->limit >= *n)
		return places;
	f->cut++;
	last = *n - f->limit;
	*n = f->limit;
	k = f->a->seen[slot]++;
	if (f->self || k < f->limit / 2)
		return places;
	k -= f->limit / 2;
	return places + (k < last ? k : last);
}

static void add_runs(struct finder *f, size_t i, size_t slot)
{
	const uint64_t *hash = f->a->s.tokens->hash;
	uint32_t n;
	const uint32_t *places = places_at(f, slot, &n);

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

/*
 * Is the seed at C[i], `weight` long, within a run known, and at no other place of S?
 * Then there is nothing to look for; in copies that is so nearly everywhere.
 */
static bool is_known(const struct finder *f, size_t i, uint32_t weight)
{
	return i < f->end && stet_weight(f->c, i, f->end) >= weight && f->x->slots[i + f->ahead];
}

/* False where there are more places than `steps`, and no limit to those of one seed. */
static bool follow_seeds(struct finder *f, uint64_t steps)
{
	struct window w = window_over(f->a, f->c, f->prefix, f->x->seed_weight);
	const uint64_t max = f->limit == UINT32_MAX ? steps : UINT64_MAX;
	size_t sifted = 0;		/* up to here the sieve has had its say */
	uint64_t hash;

	for (size_t i = 0; i < f->c->n && f->steps <= max; i++) {
		size_t slot;
		bool may = true;

		if (is_known(f, i, w.weight)) {
			f->first = f->last = (uint32_t)(i + f->ahead);
			f->steps++;
			continue;
		}
		if (i >= sifted && !f->self)
			sifted = stet_align_sift(f->a, f->c, i, &may) + 1;
		if (!may) {
			i = sifted - 1;
			continue;
		}
		if (!seed_hash(&w, i, &hash))
			break;
		slot = seed_slot(f->x, hash);
		if (f->x->tags[slot] != 0)
			add_runs(f, i, slot);
	}
	return f->steps <= max;
}

static void forget_seen(struct stet_aligner *a)
{
	const size_t n = a->index->n_slots;

	a->seen = stet_grow(a->seen, &a->cap_seen, n, sizeof(*a->seen));
	memset(a->seen, 0, n * sizeof(*a->seen));
}

/* With the seeds at hand; the number of tokens where not all places were followed. */
static uint64_t add_all_runs(struct stet_aligner *a, const struct stet_tokens *c,
			     struct prefixes *prefix, bool self)
{
	const uint64_t steps = steps_of(a, c);
	const size_t n_before = a->runs.n;
	const struct finder fresh = { .a = a, .x = a->index, .c = c, .prefix = prefix,
				      .limit = UINT32_MAX, .self = self };
	struct finder f = fresh;

	if (follow_seeds(&f, steps))
		return 0;
	f = fresh;
	f.limit = limit_places(a, c, prefix, steps);
	a->runs.n = n_before;
	forget_seen(a);
	follow_seeds(&f, steps);
	return f.cut;
}

void stet_align_find_runs(struct stet_aligner *a, const struct stet_tokens *c, bool self)
{
	const struct stet_index *x = a->index;
	struct prefixes *prefix = self ? &a->index->prefix : &a->c_prefix;
	uint64_t cut = 1;

	a->runs.n = 0;
	if (x->seed_weight == 0 && !self)
		stet_align_fill_sieve(a);
	for (uint64_t weight = a->o.min_run; cut > 0 && weight < UINT32_MAX; weight *= LONGER) {
		if (x->seed_weight != weight)
			place_seeds(a, (uint32_t)weight);
		cut = add_all_runs(a, c, prefix, self);
		if (weight == a->o.min_run)
			a->capped = cut;
	}
}
