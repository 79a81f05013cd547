/*
 * oracle.c - what a pair of texts shares, recomputed the plain way
 *
 * Reads jobs on standard input, each
 *
 *	LEN_C LEN_S SPANS_C SPANS_S LF  LEN_C bytes of text C  LEN_S bytes of text S  LF
 *
 * where the spans are those of boilerplate, from-to,from-to,... in bytes, or -.  It answers
 * each with one line
 *
 *	c_tokens s_tokens aligned coverage covers jaccard longest c_shingles s_shingles common
 *	core core_covers c_core_weight s_core_weight
 *
 * by the rules of src/DESIGN.md ("Text", "Shingles", "Measures of a pair") and
 * nothing else: no code of src/ is in here, folding and categories are those of
 * utf8proc.
 *
 * With --naive the tiles are found by going through all places again for every
 * tile, as the definition says; without it by a heap of runs.  Both must agree.
 */
#include "oracle.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const size_t shingle_width[] = { 5, 12, 16 };
static const uint32_t min_run = 5 * 20, max_gap = 20 * 20;

/* A run of equal tokens in C and S. */
struct run {
	size_t c, s, n;
	uint32_t weight;
};

struct runs {
	struct run *v;
	size_t n, cap;
};

/* ---- tiles */

static bool equal_at(const struct text *c, size_t i, const struct text *s, size_t j)
{
	return i < c->n && j < s->n && c->token[i].id == s->token[j].id;
}

static bool free_at(const struct text *c, size_t i, const struct text *s, size_t j)
{
	return !c->taken[i] && !s->taken[j];
}

static uint32_t weight(const struct text *t, size_t first, size_t last)
{
	return t->weight_at[last] - t->weight_at[first];
}

static void add_run(struct runs *r, struct run run)
{
	r->v = oracle_grow(r->v, r->n, &r->cap, sizeof(*r->v));
	r->v[r->n++] = run;
}

static void take_run(struct text *c, struct text *s, const struct run *r)
{
	for (size_t k = 0; k < r->n; k++)
		c->taken[r->c + k] = s->taken[r->s + k] = true;
}

/* As defined: all places are looked at, the best run taken, until there is none. */
static void tile_naively(struct text *c, struct text *s, struct runs *tiles)
{
	for (;;) {
		struct run best = { 0 };

		for (size_t i = 0; i < c->n; i++)
			for (size_t j = 0; j < s->n; j++) {
				size_t n = 0;

				while (equal_at(c, i + n, s, j + n) && free_at(c, i + n, s, j + n))
					n++;
				if (weight(c, i, i + n) > best.weight)
					best = (struct run){ i, j, n, weight(c, i, i + n) };
			}
		if (best.weight < min_run)
			return;
		take_run(c, s, &best);
		add_run(tiles, best);
	}
}

/* Does `a` come before `b`: heavier, then first in C, then first in S? */
static bool is_better(const struct run *a, const struct run *b)
{
	if (a->weight != b->weight)
		return a->weight > b->weight;
	return a->c != b->c ? a->c < b->c : a->s < b->s;
}

static void swap_runs(struct run *a, struct run *b)
{
	const struct run t = *a;

	*a = *b;
	*b = t;
}

static void push(struct runs *heap, struct run run)
{
	add_run(heap, run);
	for (size_t i = heap->n - 1; i > 0 && is_better(&heap->v[i], &heap->v[(i - 1) / 2]);
	     i = (i - 1) / 2)
		swap_runs(&heap->v[i], &heap->v[(i - 1) / 2]);
}

static struct run pop(struct runs *heap)
{
	const struct run top = heap->v[0];

	heap->v[0] = heap->v[--heap->n];
	for (size_t i = 0, best = 0;; i = best) {
		for (size_t k = 2 * i + 1; k <= 2 * i + 2 && k < heap->n; k++)
			if (is_better(&heap->v[k], &heap->v[best]))
				best = k;
		if (best == i)
			return top;
		swap_runs(&heap->v[i], &heap->v[best]);
	}
}

/* Push the free parts of a run. */
static void push_free(const struct text *c, const struct text *s, struct runs *heap, struct run r)
{
	for (size_t k = 0, begin = 0; k <= r.n; k++) {
		if (k < r.n && free_at(c, r.c + k, s, r.s + k))
			continue;
		const uint32_t w = weight(c, r.c + begin, r.c + k);

		if (w >= min_run)
			push(heap, (struct run){ r.c + begin, r.s + begin, k - begin, w });
		begin = k + 1;
	}
}

/* The tokens of the shortest run that counts: no token weighs more than a word. */
#define MIN_RUN_TOKENS (min_run / 20)

/* A bucket for what begins at `i`; false: too little does. */
static bool bucket_at(const struct text *t, size_t i, size_t n_buckets, size_t *bucket)
{
	uint64_t hash = 0;

	if (i + MIN_RUN_TOKENS > t->n)
		return false;
	for (size_t k = 0; k < MIN_RUN_TOKENS; k++)
		hash = (hash + t->token[i + k].id + 1) * 0x9e3779b97f4a7c15;
	*bucket = (hash >> 32) % n_buckets;
	return true;
}

/* All maximal runs of equal tokens that weigh enough, by way of how they begin. */
static void push_all(const struct text *c, const struct text *s, struct runs *heap)
{
	const size_t n_buckets = 2 * s->n + 1;
	size_t *first = oracle_zeroed(n_buckets, sizeof(*first));	/* place + 1 in S */
	size_t *next = oracle_zeroed(s->n, sizeof(*next));
	size_t bucket;

	for (size_t j = s->n; j-- > 0;)
		if (bucket_at(s, j, n_buckets, &bucket)) {
			next[j] = first[bucket];
			first[bucket] = j + 1;
		}
	for (size_t i = 0; bucket_at(c, i, n_buckets, &bucket); i++)
		for (size_t j1 = first[bucket]; j1; j1 = next[j1 - 1]) {
			const size_t j = j1 - 1;
			size_t n = 0;

			if (i > 0 && j > 0 && equal_at(c, i - 1, s, j - 1))
				continue;
			while (equal_at(c, i + n, s, j + n))
				n++;
			push_free(c, s, heap, (struct run){ i, j, n, 0 });
		}
	free(first);
	free(next);
}

/*
 * The same tiles from a heap of maximal runs.  What is on the heap was free when
 * it was pushed, so its weight is at least that of what is free now: the best run
 * of all is on top, or inside a top that is cut and pushed again.
 */
static void tile(struct text *c, struct text *s, struct runs *tiles)
{
	struct runs heap = { 0 };

	push_all(c, s, &heap);
	while (heap.n > 0) {
		const struct run r = pop(&heap);
		size_t k = 0;

		while (k < r.n && free_at(c, r.c + k, s, r.s + k))
			k++;
		if (k < r.n) {
			push_free(c, s, &heap, r);
			continue;
		}
		take_run(c, s, &r);
		add_run(tiles, r);
	}
	free(heap.v);
}

/* ---- measures */

static int by_place_in_c(const void *a, const void *b)
{
	const struct run *x = a, *y = b;

	return (x->c > y->c) - (x->c < y->c);
}

#define MAX_GAP_TOKENS 80	/* max_gap in the lightest tokens */

/* l[i][j] = the longest common subsequence of what is left of the gap from i and j on. */
static size_t match_gap(struct text *c, size_t i0, size_t i1, struct text *s, size_t j0, size_t j1)
{
	size_t l[MAX_GAP_TOKENS + 1][MAX_GAP_TOKENS + 1] = { { 0 } };
	const size_t nc = i1 - i0, ns = j1 - j0;

	assert(nc <= MAX_GAP_TOKENS && ns <= MAX_GAP_TOKENS);
	for (size_t i = nc; i-- > 0; )
		for (size_t j = ns; j-- > 0; ) {
			l[i][j] = l[i + 1][j] > l[i][j + 1] ? l[i + 1][j] : l[i][j + 1];
			if (equal_at(c, i0 + i, s, j0 + j))
				l[i][j] = l[i + 1][j + 1] + 1;
		}
	for (size_t i = 0, j = 0; i < nc && j < ns; ) {
		if (equal_at(c, i0 + i, s, j0 + j))
			c->taken[i0 + i++] = s->taken[j0 + j++] = true;
		else if (l[i + 1][j] >= l[i][j + 1])
			i++;
		else
			j++;
	}
	return l[0][0];
}

static bool tile_within(const struct runs *tiles, size_t first, size_t last)
{
	for (size_t k = 0; k < tiles->n; k++)
		if (tiles->v[k].s >= first && tiles->v[k].s < last)
			return true;
	return false;
}

/* Tokens in tiles and matched in gaps between joined tiles.  Sorts the tiles. */
static size_t count_aligned(struct text *c, struct text *s, struct runs *tiles)
{
	size_t aligned = 0;

	if (tiles->n > 0)
		qsort(tiles->v, tiles->n, sizeof(*tiles->v), by_place_in_c);
	for (size_t k = 0; k < tiles->n; k++) {
		const struct run *a = &tiles->v[k], *b = a + 1;

		aligned += a->n;
		if (k + 1 < tiles->n && b->s >= a->s + a->n &&
		    weight(c, a->c + a->n, b->c) <= max_gap &&
		    weight(s, a->s + a->n, b->s) <= max_gap &&
		    !tile_within(tiles, a->s + a->n, b->s))
			aligned += match_gap(c, a->c + a->n, b->c, s, a->s + a->n, b->s);
	}
	return aligned;
}

struct shingle {
	const struct token *token;
	size_t n;
};

static int by_ids(const void *a, const void *b)
{
	const struct shingle *x = a, *y = b;

	if (x->n != y->n)
		return x->n < y->n ? -1 : 1;
	for (size_t k = 0; k < x->n; k++)
		if (x->token[k].id != y->token[k].id)
			return x->token[k].id < y->token[k].id ? -1 : 1;
	return 0;
}

/* The distinct shingles of a text, sorted; the caller frees them. */
static struct shingle *shingles(const struct text *t, size_t *n_distinct)
{
	struct shingle *v = oracle_zeroed(t->n, sizeof(*v));
	size_t n = 0, kept = 0;

	for (size_t i = 0; i < t->n; i++)
		if (i + shingle_width[t->token[i].class] <= t->n)
			v[n++] = (struct shingle){ t->token + i, shingle_width[t->token[i].class] };
	if (n == 0 && t->n > 0)
		v[n++] = (struct shingle){ t->token, t->n };
	qsort(v, n, sizeof(*v), by_ids);
	for (size_t i = 0; i < n; i++)
		if (i == 0 || by_ids(&v[kept - 1], &v[i]) != 0)
			v[kept++] = v[i];
	*n_distinct = kept;
	return v;
}

static double ratio(size_t part, size_t all)
{
	return all ? (double)part / (double)all : 0;
}

/* Distinct shingles. */
struct overlap {
	size_t c, s, common;
};

static struct overlap count_shingles(const struct text *c, const struct text *s)
{
	struct overlap n = { 0 };
	struct shingle *of_c = shingles(c, &n.c), *of_s = shingles(s, &n.s);
	size_t i = 0, j = 0;

	while (i < n.c && j < n.s) {
		const int order = by_ids(&of_c[i], &of_s[j]);

		n.common += order == 0;
		i += order <= 0;
		j += order >= 0;
	}
	free(of_c);
	free(of_s);
	return n;
}

/* The aligned share of what is no boilerplate, and the weight of that. */
static double core_of(const struct text *t, uint32_t *core_weight)
{
	size_t n = 0, aligned = 0;

	*core_weight = 0;
	for (size_t i = 0; i < t->n; i++) {
		if (!t->plain[i])
			continue;
		n++;
		aligned += t->taken[i];
		*core_weight += weight(t, i, i + 1);
	}
	return ratio(aligned, n);
}

static bool same_tokens(const struct text *c, const struct text *s)
{
	size_t i = 0;

	while (equal_at(c, i, s, i))
		i++;
	return i == c->n && i == s->n && i > 0;
}

/* The heaviest tile, taken first, need not be the one of most tokens. */
static size_t most_tokens(const struct runs *tiles)
{
	size_t most = 0;

	for (size_t k = 0; k < tiles->n; k++)
		most = tiles->v[k].n > most ? tiles->v[k].n : most;
	return most;
}

static void measure(struct text *c, struct text *s, bool naive)
{
	struct runs tiles = { 0 };
	size_t aligned, longest;
	uint32_t c_core, s_core;
	double core, core_covers;
	struct overlap n;

	oracle_number_tokens(c, s);
	if (same_tokens(c, s)) {
		aligned = longest = c->n;
		memset(c->taken, true, c->n);
		memset(s->taken, true, s->n);
	} else {
		if (naive)
			tile_naively(c, s, &tiles);
		else
			tile(c, s, &tiles);
		longest = most_tokens(&tiles);
		aligned = count_aligned(c, s, &tiles);
	}
	n = count_shingles(c, s);
	core = core_of(c, &c_core);
	core_covers = core_of(s, &s_core);
	printf("%zu %zu %zu %.6f %.6f %.6f %zu %zu %zu %zu %.6f %.6f %u %u\n", c->n, s->n,
	       aligned, ratio(aligned, c->n), ratio(aligned, s->n),
	       ratio(n.common, n.c + n.s - n.common), longest, n.c, n.s, n.common, core,
	       core_covers, c_core, s_core);
	free(tiles.v);
}

/* A field of the job's line, up to the space or line end behind it; the caller frees it. */
static char *read_field(void)
{
	size_t n = 0, cap = 0;
	char *v = oracle_grow(NULL, 0, &cap, 1);
	int c;

	while ((c = getchar()) != EOF && c != ' ' && c != '\n') {
		v = oracle_grow(v, n + 1, &cap, 1);
		v[n++] = (char)c;
	}
	v[n] = '\0';
	return v;
}

/* Mark the tokens of a text that begin in one of the spans. */
static void mark_boilerplate(struct text *t, const char *spans)
{
	size_t from, to, i = 0;
	int n;

	for (; sscanf(spans, "%zu-%zu%n", &from, &to, &n) == 2; spans += n + (spans[n] == ',')) {
		while (i < t->n && t->token[i].byte < from)
			i++;
		while (i < t->n && t->token[i].byte < to)
			t->plain[i++] = false;
	}
}

/* `len` bytes of standard input; the caller frees them. */
static uint8_t *read_text(size_t len)
{
	uint8_t *p = oracle_zeroed(len, 1);

	if (fread(p, 1, len, stdin) != len) {
		fprintf(stderr, "oracle: a job ends early\n");
		exit(1);
	}
	return p;
}

int main(int argc, char *argv[])
{
	const bool naive = argc == 2 && strcmp(argv[1], "--naive") == 0;
	size_t len_c, len_s;
	int got;

	if (argc > 2 || (argc == 2 && !naive)) {
		fprintf(stderr, "usage: oracle [--naive] < JOBS\n");
		return 2;
	}
	while ((got = scanf("%zu %zu", &len_c, &len_s)) == 2 && getchar() == ' ') {
		struct text c = { 0 }, s = { 0 };
		char *spans_c = read_field(), *spans_s = read_field();
		uint8_t *text_c = read_text(len_c), *text_s = read_text(len_s);

		oracle_tokenize(text_c, len_c, &c);
		oracle_tokenize(text_s, len_s, &s);
		mark_boilerplate(&c, spans_c);
		mark_boilerplate(&s, spans_s);
		measure(&c, &s, naive);
		oracle_release(&c);
		oracle_release(&s);
		free(spans_c);
		free(spans_s);
		free(text_c);
		free(text_s);
	}
	if (got != EOF || fflush(stdout) != 0) {
		fprintf(stderr, "oracle: cannot read or answer a job\n");
		return 1;
	}
	return 0;
}
