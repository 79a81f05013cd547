/*
 * sketch.c - the keys of a document
 *
 * Lanes are taken over shingles of one width, so that each paragraph's lanes are
 * computed once and also serve the document: its lanes are the lane-wise minimum
 * of theirs and of the shingles across their borders.
 */
#include "kernels.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

void stet_sketch_options_init(struct stet_sketch_options *o)
{
	*o = (struct stet_sketch_options){
		.lanes = { { 3, 6, 10 } },
		.anchors = { { 8, 14, 24 } },
		.window = STET_WORDS(8),
		.document_bands = 20, .document_rows = 5,
		.paragraph_bands = 8, .paragraph_rows = 5,
		.min_document = STET_WORDS(20),
		.min_paragraph = STET_WORDS(20),
	};
}

void stet_keys_release(struct stet_keys *k)
{
	for (int f = 0; f < STET_N_FAMILIES; f++)
		free(k->v[f]);
	free(k->wide);
	free(k->minima);
	free(k->narrow);
	*k = (struct stet_keys){ 0 };
}

static void put(struct stet_keys *k, enum stet_key_family f, uint64_t key)
{
	k->v[f] = stet_grow(k->v[f], &k->cap[f], k->n[f] + 1, sizeof(*k->v[f]));
	k->v[f][k->n[f]++] = key;
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
	const bool proposes = stet_weight(t, p->token, p->token + p->n_tokens) >= o->min_paragraph;

	return (h & ~(uint64_t)1) | proposes;
}

/* ---- bands */

static void put_bands(struct stet_keys *k, enum stet_key_family f, const uint32_t *lanes,
		      uint32_t bands, uint32_t rows)
{
	for (uint32_t b = 0; b < bands; b++)
		put(k, f, stet_hash64(lanes + b * rows, rows * sizeof(*lanes),
				      (uint64_t)f << 32 | b));
}

static void merge_lanes(uint32_t *into, const uint32_t *from)
{
	for (size_t i = 0; i < STET_LANES; i++)
		into[i] = from[i] < into[i] ? from[i] : into[i];
}

struct lanes {
	const struct stet_tokens *t;
	const struct stet_sketch_options *o;
	const struct stet_perms *perms;
	const struct stet_isa *isa;
	struct stet_keys *keys;
	size_t n;			/* shingles in keys->narrow */
	size_t widest;			/* of any shingle */
	uint32_t document[STET_LANES];
};

/* The shingles that begin and end in `p`; what comes behind them crosses its end. */
static size_t shingles_inside(const struct lanes *l, const struct stet_paragraph *p)
{
	if (p->n_tokens < l->widest)
		return 0;
	return p->n_tokens - l->widest + 1;
}

static void absorb_paragraph(struct lanes *l, const struct stet_paragraph *p)
{
	const size_t inside = shingles_inside(l, p);
	const size_t first = p->token < l->n ? p->token : l->n;
	const size_t end = p->token + p->n_tokens < l->n ? p->token + p->n_tokens : l->n;
	const uint32_t *x = l->keys->narrow;
	uint32_t lanes[STET_LANES];

	if (inside == 0 ||
	    stet_weight(l->t, p->token, p->token + p->n_tokens) < l->o->min_paragraph) {
		stet_lanes_absorb(l->isa, l->document, l->perms, x + first, end - first);
		return;
	}
	memset(lanes, 0xff, sizeof(lanes));
	stet_lanes_absorb(l->isa, lanes, l->perms, x + first, inside);
	put_bands(l->keys, STET_PARAGRAPH_BAND, lanes, l->o->paragraph_bands,
		  l->o->paragraph_rows);
	merge_lanes(l->document, lanes);
	stet_lanes_absorb(l->isa, l->document, l->perms, x + first + inside, end - first - inside);
}

static void sketch_bands(struct lanes *l)
{
	const struct stet_tokens *t = l->t;
	struct stet_keys *k = l->keys;

	memset(l->document, 0xff, sizeof(l->document));
	for (int c = 0; c < STET_N_CLASSES; c++)
		if (l->o->lanes.by_class[c] > l->widest && memchr(t->class, c, t->n))
			l->widest = l->o->lanes.by_class[c];
	l->n = stet_shingles_by(stet_sketch_kernels_of(l->isa), t->hash, t->class, t->n,
				&l->o->lanes, k->wide);
	k->narrow = stet_grow(k->narrow, &k->cap_narrow, l->n, sizeof(*k->narrow));
	for (size_t i = 0; i < l->n; i++)
		k->narrow[i] = (uint32_t)(k->wide[i] >> 32);
	for (size_t i = 0; i < t->n_paragraphs; i++)
		absorb_paragraph(l, &t->paragraphs[i]);
	put_bands(k, STET_DOCUMENT_BAND, l->document, l->o->document_bands, l->o->document_rows);
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

/* Windows of different numbers of shingles. */
static void winnow_mixed(const struct stet_tokens *t, const uint64_t *x, size_t n, uint32_t weight,
			 struct stet_keys *k)
{
	size_t end = 0, best = 0, last = SIZE_MAX;

	for (size_t i = 0; i < n && (end < n || i == 0); i++) {
		const size_t old_end = end;

		while (end < n && t->weight_at[end] < t->weight_at[i] + weight)
			end++;
		if (i == 0 || best < i)
			best = smallest(x, i, end);
		for (size_t j = old_end; j < end; j++)
			if (x[j] <= x[best])
				best = j;
		if (best != last)
			put(k, STET_ANCHOR, x[best]);
		last = best;
	}
}

/*
 * Windows of `width` shingles, at most n.  The minimum of 2 w values is that of w and of
 * the next w, so there is no branch on values.  A window's last smallest shingle is
 * another than the one before's if it is smaller or larger, or if it just came in.
 */
static void winnow_even(const struct stet_sketch_kernels *kernels, const uint64_t *x, size_t n,
			size_t width, struct stet_keys *k)
{
	const size_t n_windows = n - width + 1;
	uint64_t *min = k->minima, *out;
	size_t w = 1;

	memcpy(min, x, n * sizeof(*min));
	for (; 2 * w <= width; w *= 2)
		kernels->lower(min, min + w, n - 2 * w + 1);
	if (w < width)
		kernels->lower(min, min + width - w, n_windows);
	out = stet_grow(k->v[STET_ANCHOR], &k->cap[STET_ANCHOR], n_windows + 9, sizeof(*out));
	out[0] = min[0];
	k->n[STET_ANCHOR] = 1 + kernels->pick(min, x + width - 1, n_windows, out + 1);
	k->v[STET_ANCHOR] = out;
}

/*
 * Winnowing: of each window, the smallest shingle.  A window is as many shingles
 * as weigh `window`, so any run of that weight and a shingle's, standing in two
 * texts, has a whole window in common, and so an anchor.
 */
static void sketch_anchors(const struct stet_tokens *t, const struct stet_sketch_options *o,
			   const struct stet_sketch_kernels *kernels, struct stet_keys *k)
{
	const size_t n = stet_shingles_by(kernels, t->hash, t->class, t->n, &o->anchors, k->wide);
	const uint32_t weight = stet_weight(t, 0, 1);
	const size_t width = (o->window + weight - 1) / weight;

	if (n >= width && stet_all_of_class(t->class, t->n))
		winnow_even(kernels, k->wide, n, width, k);
	else
		winnow_mixed(t, k->wide, n, o->window, k);
}

void stet_sketch(const struct stet_tokens *t, const struct stet_sketch_options *o,
		 const struct stet_perms *p, const struct stet_isa *isa, struct stet_keys *out)
{
	struct lanes l = { .t = t, .o = o, .perms = p, .isa = isa, .keys = out };

	memset(out->n, 0, sizeof(out->n));
	if (t->n == 0)
		return;
	put(out, STET_DOCUMENT_EXACT, stet_tokens_hash(t).lo);
	for (size_t i = 0; i < t->n_paragraphs; i++)
		put(out, STET_PARAGRAPH_EXACT, stet_paragraph_key(t, &t->paragraphs[i], o));
	if (stet_weight(t, 0, t->n) < o->min_document)
		return;
	out->wide = stet_grow(out->wide, &out->cap_wide, t->n, sizeof(*out->wide));
	out->minima = stet_grow(out->minima, &out->cap_minima, t->n, sizeof(*out->minima));
	sketch_bands(&l);
	sketch_anchors(t, o, stet_sketch_kernels_of(isa), out);
}
