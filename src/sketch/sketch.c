/*
 * sketch.c - the keys of a document
 *
 * Lanes are taken over shingles of one width, so that each paragraph's lanes are
 * computed once and also serve the document: its lanes are the lane-wise minimum
 * of theirs and of the shingles across their borders.
 */
#include "kernels.h"

#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define FEW_WINDOWS 8	/* not worth a call of vector code */

void stet_sketch_plan(struct stet_sketch_options *o, uint64_t documents)
{
	static const struct {
		uint64_t up_to;
		uint32_t rows, bands, window;
	} plans[] = {
		{ 10000000, 5, 20, STET_WORDS(8) },
		{ 1000000000, 6, 18, STET_WORDS(16) },
		{ UINT64_MAX, 7, 16, STET_WORDS(16) },
	};
	size_t i = 0;

	while (documents > plans[i].up_to)
		i++;
	o->document_rows = o->paragraph_rows = plans[i].rows;
	o->document_bands = plans[i].bands;
	o->window = plans[i].window;
}

void stet_sketch_options_init(struct stet_sketch_options *o)
{
	*o = (struct stet_sketch_options){
		.lanes = { { 3, 6, 10 } },
		.anchors = { { 8, 14, 24 } },
		.paragraph_bands = 8,
		.min_document = STET_WORDS(20),
		.min_paragraph = STET_WORDS(20),
	};
	stet_sketch_plan(o, 1000000);
}

void stet_keys_release(struct stet_keys *k)
{
	for (int f = 0; f < STET_N_FAMILIES; f++)
		free(k->v[f]);
	free(k->shingles);
	free(k->minima);
	stet_tokens_release(&k->kept);
	*k = (struct stet_keys){ 0 };
}

/* Where `n` more keys go. */
static uint64_t *room(struct stet_keys *k, enum stet_key_family f, size_t n)
{
	k->v[f] = stet_grow(k->v[f], &k->cap[f], k->n[f] + n, sizeof(*k->v[f]));
	return k->v[f] + k->n[f];
}

static void put(struct stet_keys *k, enum stet_key_family f, uint64_t key)
{
	*room(k, f, 1) = key;
	k->n[f]++;
}

struct stet_hash128 stet_tokens_hash(const struct stet_tokens *t)
{
	return stet_hash128(t->hash, t->n * sizeof(*t->hash));
}

uint64_t stet_paragraph_key(const struct stet_tokens *t, const struct stet_paragraph *p,
			    const struct stet_sketch_options *o)
{
	const uint64_t h = stet_hash64(t->hash + p->token, p->n_tokens * sizeof(*t->hash),
				       STET_PARAGRAPH_EXACT);
	const bool proposes =
		!p->is_links &&
		stet_weight(t, p->token, p->token + p->n_tokens) >= o->min_paragraph;

	return (h & ~(uint64_t)1) | proposes;
}

/* ---- bands */

/* A polynomial as for shingles: lanes are well mixed too. */
static uint64_t band_key(const uint32_t *lanes, uint32_t rows, uint64_t seed)
{
	uint64_t sum = seed;

	for (uint32_t i = 0; i < rows; i++)
		sum = sum * STET_SHINGLE_BASE + lanes[i];
	return stet_mix64(sum);
}

static void put_bands(struct stet_keys *k, enum stet_key_family f, const uint32_t *lanes,
		      uint32_t bands, uint32_t rows)
{
	uint64_t *to = room(k, f, bands);

	for (uint32_t b = 0; b < bands; b++)
		to[b] = band_key(lanes + b * rows, rows, (uint64_t)f << 32 | b);
	k->n[f] += bands;
}

struct lanes {
	const struct stet_tokens *t;
	const struct stet_sketch_options *o;
	const struct stet_perms *perms;
	const struct stet_sketch_kernels *kernels;
	struct stet_keys *keys;
	const uint64_t *x;		/* shingles */
	size_t n;
	size_t widest;			/* tokens of any shingle */
	size_t waiting;			/* shingles before it are in the paragraphs' lanes */
	struct stet_lane_range both;	/* lanes of paragraphs, which the document has too */
	uint32_t document[STET_LANES];
};

/* The shingles that begin and end in `p`; what comes behind them crosses its end. */
static size_t shingles_inside(const struct lanes *l, const struct stet_paragraph *p)
{
	if (p->n_tokens < l->widest)
		return 0;
	return p->n_tokens - l->widest + 1;
}

/* Shingles up to `end` that no paragraph with lanes of its own has: to the document. */
static void absorb_waiting(struct lanes *l, size_t end)
{
	l->kernels->absorb(l->document, l->perms, l->both, l->x + l->waiting,
			   end - l->waiting);
	l->waiting = end;
}

static void absorb_paragraph(struct lanes *l, const struct stet_paragraph *p)
{
	const size_t inside = shingles_inside(l, p);
	uint32_t lanes[STET_LANES];

	if (inside == 0 ||
	    stet_weight(l->t, p->token, p->token + p->n_tokens) < l->o->min_paragraph)
		return;
	absorb_waiting(l, p->token);
	memset(lanes, 0xff, l->both.last * sizeof(*lanes));
	l->kernels->absorb(lanes, l->perms, l->both, l->x + p->token, inside);
	l->waiting = p->token + inside;
	put_bands(l->keys, STET_PARAGRAPH_BAND, lanes, l->o->paragraph_bands,
		  l->o->paragraph_rows);
	l->kernels->merge(l->document, lanes, l->both.last);
}

/* The first multiple of STET_LANE_STEP that is no less. */
static size_t whole_steps(size_t lanes)
{
	return (lanes + STET_LANE_STEP - 1) / STET_LANE_STEP * STET_LANE_STEP;
}

static void sketch_bands(struct lanes *l)
{
	const struct stet_tokens *t = l->t;
	const struct stet_sketch_options *o = l->o;
	struct stet_lane_range rest;

	l->both.last = whole_steps((size_t)o->paragraph_bands * o->paragraph_rows);
	rest.first = l->both.last;
	rest.last = whole_steps((size_t)o->document_bands * o->document_rows);
	assert(l->both.last <= STET_LANES && rest.last <= STET_LANES);
	for (int c = 0; c < STET_N_CLASSES; c++)
		if (o->lanes.by_class[c] > l->widest && memchr(t->class, c, t->n))
			l->widest = o->lanes.by_class[c];
	l->n = stet_shingles_by(l->kernels, t->hash, t->class, t->n,
				&o->lanes, l->keys->shingles);
	l->x = l->keys->shingles;
	memset(l->document, 0xff, sizeof(l->document));
	for (size_t i = 0; i < t->n_paragraphs; i++)
		absorb_paragraph(l, &t->paragraphs[i]);
	absorb_waiting(l, l->n);
	l->kernels->absorb(l->document, l->perms, rest, l->x, l->n);
	put_bands(l->keys, STET_DOCUMENT_BAND, l->document, o->document_bands, o->document_rows);
}

/* ---- anchors */

/* The place of the smallest shingle in [first, end), the last of equal ones. */
static size_t smallest(const uint64_t *x, size_t first, size_t end)
{
	size_t best = first;

	for (size_t i = first + 1; i < end; i++)
		if (x[i] <= x[best])
			best = i;
	return best;
}

/*
 * All but the first of the windows of `width` shingles, at most n.  The minimum of 2 w values
 * is that of w and of the next w, so there is no branch on values.  A window's last smallest
 * shingle is another than the one before's if it is smaller or larger, or if it just came in.
 */
static void winnow_even(const struct stet_sketch_kernels *kernels, const uint64_t *x, size_t n,
			size_t width, struct stet_keys *k)
{
	const size_t n_windows = n - width + 1;
	const uint64_t *of_w = x;
	uint64_t *min = k->minima;
	size_t w = 1;

	for (; 2 * w <= width; w *= 2, of_w = min)
		kernels->lower(min, of_w, of_w + w, n - 2 * w + 1);
	if (w < width || of_w == x)
		kernels->lower(min, of_w, of_w + width - w, n_windows);
	k->n[STET_ANCHOR] += kernels->pick(min, x + width - 1, n_windows,
					   room(k, STET_ANCHOR, n_windows + 8));
}

/* Shingles that weigh `weight` where all tokens are of one class. */
static size_t window_width(uint8_t class, uint32_t weight)
{
	static const uint32_t of_class[STET_N_CLASSES] = {
		STET_WEIGHT_WORD, STET_WEIGHT_HAN, STET_WEIGHT_CLUSTER,
	};

	return (weight + of_class[class] - 1) / of_class[class];
}

/*
 * Windows of any tokens, one by one but for those in a row that are inside a run of one
 * class: all but the first of them go together.
 */
static void winnow(const struct stet_tokens *t, const struct stet_sketch_kernels *kernels,
		   const uint64_t *x, size_t n, uint32_t weight, struct stet_keys *k)
{
	size_t end = 0, best = 0, last = SIZE_MAX, run = 0;

	for (size_t i = 0; i < n && (end < n || i == 0); i++) {
		const size_t old_end = end, width = window_width(t->class[i], weight);

		while (end < n && t->weight_at[end] < t->weight_at[i] + weight)
			end++;
		if (i == 0 || best < i)
			best = smallest(x, i, end);
		for (size_t j = old_end; j < end; j++)
			if (x[j] <= x[best])
				best = j;
		if (best != last)
			put(k, STET_ANCHOR, x[best]);
		run = i >= run ? stet_class_run(t->class, i, n) : run;
		if (run >= i + width + FEW_WINDOWS) {
			winnow_even(kernels, x + i, run - i, width, k);
			i = run - width;
			end = run;
			best = smallest(x, i, end);
		}
		last = best;
	}
}

/*
 * Winnowing: of each window, the smallest shingle.  A window is as many shingles
 * as weigh `window`, so any run of that weight and a shingle's, standing in two
 * texts, has a whole window in common, and so an anchor.
 */
static void sketch_anchors(const struct stet_tokens *t, const struct stet_sketch_options *o,
			   const struct stet_sketch_kernels *kernels, struct stet_keys *k)
{
	const size_t n =
		stet_shingles_by(kernels, t->hash, t->class, t->n, &o->anchors, k->shingles);

	winnow(t, kernels, k->shingles, n, o->window, k);
}

/* ---- all of them */

static void kept_reserve(struct stet_tokens *k, const struct stet_tokens *t)
{
	size_t cap[3] = { k->cap, k->cap, k->cap };

	k->hash = stet_grow(k->hash, &cap[0], t->n, sizeof(*k->hash));
	k->weight_at = stet_grow(k->weight_at, &cap[1], t->n + 1, sizeof(*k->weight_at));
	k->class = stet_grow(k->class, &cap[2], t->n, sizeof(*k->class));
	k->cap = cap[0] < cap[1] ? cap[0] : cap[1];
	k->cap = k->cap < cap[2] ? k->cap : cap[2];
	k->paragraphs = stet_grow(k->paragraphs, &k->cap_paragraphs, t->n_paragraphs,
				  sizeof(*k->paragraphs));
	k->n = k->n_paragraphs = 0;
	k->weight_at[0] = 0;
}

static void keep_paragraph(struct stet_tokens *k, const struct stet_tokens *t,
			   const struct stet_paragraph *p)
{
	const uint32_t before = k->weight_at[k->n] - t->weight_at[p->token];

	k->paragraphs[k->n_paragraphs] = *p;
	k->paragraphs[k->n_paragraphs++].token = (uint32_t)k->n;
	memcpy(k->hash + k->n, t->hash + p->token, p->n_tokens * sizeof(*k->hash));
	memcpy(k->class + k->n, t->class + p->token, p->n_tokens);
	for (uint32_t i = 1; i <= p->n_tokens; i++)
		k->weight_at[k->n + i] = before + t->weight_at[p->token + i];
	k->n += p->n_tokens;
}

/* The text without paragraphs of links: itself where there are none, else `kept`. */
static const struct stet_tokens *without_links(const struct stet_tokens *t,
					       struct stet_tokens *kept)
{
	size_t i = 0;

	while (i < t->n_paragraphs && !t->paragraphs[i].is_links)
		i++;
	if (i == t->n_paragraphs)
		return t;
	kept_reserve(kept, t);
	for (i = 0; i < t->n_paragraphs; i++)
		if (!t->paragraphs[i].is_links)
			keep_paragraph(kept, t, &t->paragraphs[i]);
	return kept;
}

void stet_sketch(const struct stet_tokens *t, const struct stet_sketch_options *o,
		 const struct stet_perms *p, const struct stet_isa *isa, struct stet_keys *out)
{
	const struct stet_sketch_kernels *kernels = stet_sketch_kernels_of(isa);
	struct lanes l = { .o = o, .perms = p, .kernels = kernels, .keys = out };

	memset(out->n, 0, sizeof(out->n));
	if (t->n == 0)
		return;
	put(out, STET_DOCUMENT_EXACT, stet_tokens_hash(t).lo);
	for (size_t i = 0; i < t->n_paragraphs; i++)
		put(out, STET_PARAGRAPH_EXACT, stet_paragraph_key(t, &t->paragraphs[i], o));
	l.t = t = without_links(t, &out->kept);
	if (stet_weight(t, 0, t->n) < o->min_document)
		return;
	out->shingles =
		stet_grow(out->shingles, &out->cap_shingles, t->n, sizeof(*out->shingles));
	out->minima = stet_grow(out->minima, &out->cap_minima, t->n, sizeof(*out->minima));
	sketch_bands(&l);
	sketch_anchors(t, o, kernels, out);
}
