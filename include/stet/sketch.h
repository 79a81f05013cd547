/*
 * sketch.h - fingerprints of token sequences
 *
 * Keys only propose: two texts with an equal key are worth comparing, nothing
 * more.  Three kinds, by what survives between a text and its copy:
 *
 *	exact	all of it			one hash of all tokens
 *	anchor	some run of eight words		winnowed shingles (Schleimer, Wilkerson,
 *						Aiken: "Winnowing", SIGMOD 2003)
 *	band	most short shingles, anywhere	bands of MinHash lanes (Broder 1997)
 *
 * MinHash: lane i of a set is the minimum of mul[i] * x + add[i] (mod 2^32) over
 * its shingles x, of 32 bits.  The share of equal lanes of two sets estimates their
 * Jaccard similarity J with standard error sqrt(J * (1 - J) / STET_LANES), given
 * well-mixed shingles.  A band of r lanes is equal with probability J^r.  Lanes
 * of a union are the lane-wise minimum, so a document's lanes come from those of
 * its paragraphs and of the few shingles across their borders.
 *
 * Pure: no I/O, no threads, no allocation but recycled arrays.  Equal input
 * gives equal keys on every CPU; tests hold each kernel to the scalar one.
 */
#ifndef STET_SKETCH_H
#define STET_SKETCH_H

#include "stet/hash.h"
#include "stet/text.h"

#include <stdbool.h>

struct stet_isa;

#define STET_LANES 112		/* 14 x 8, 22 x 5 */
#define STET_LANE_STEP 8	/* lanes are taken by so many */

/* Tokens per shingle, by the class of its first token. */
struct stet_widths {
	uint8_t by_class[STET_N_CLASSES];
};

struct stet_sketch_options {
	struct stet_widths lanes;	/* shingles under MinHash */
	struct stet_widths anchors;	/* shingles that are winnowed */
	uint32_t window;		/* of winnowing, in weight */
	uint32_t document_bands, document_rows;	/* at most STET_LANES together */
	uint32_t paragraph_bands, paragraph_rows;
	uint32_t min_document;		/* weight; a smaller document has its exact key only */
	uint32_t min_paragraph;		/* weight; a smaller paragraph has no bands */
};
void stet_sketch_options_init(struct stet_sketch_options *o);	/* of a million documents */

/*
 * The keys for about so many documents, wanted recall being the same.  What two documents have
 * in common by chance grows with their number, so from 10 million on bands have more rows, as
 * many bands as the lanes give, and windows twice the length; src/DESIGN.md has the figures.
 */
void stet_sketch_plan(struct stet_sketch_options *o, uint64_t documents);

enum stet_key_family {
	STET_DOCUMENT_EXACT,
	STET_DOCUMENT_BAND,
	STET_PARAGRAPH_EXACT,
	STET_PARAGRAPH_BAND,
	STET_ANCHOR,
	STET_N_FAMILIES,
};

/*
 * The keys of one document, by family, in the order of its text.  A key that
 * comes twice stands in the document twice.  Keys of different families never meet.
 */
struct stet_keys {
	uint64_t *v[STET_N_FAMILIES];
	size_t n[STET_N_FAMILIES], cap[STET_N_FAMILIES];
	uint64_t *shingles, *minima;	/* scratch */
	size_t cap_shingles, cap_minima;
	struct stet_tokens kept;	/* scratch: what is no link */
};
void stet_keys_release(struct stet_keys *k);

/* The permutations, fixed for all time. */
struct stet_perms {
	uint32_t mul[STET_LANES];
	uint32_t add[STET_LANES];
};
void stet_perms_init(struct stet_perms *p);

/*
 * All keys of the document with tokens `t`.  Paragraphs that are links have but their own
 * key, and for all others it is as if they were not there.  Refills *out.
 */
void stet_sketch(const struct stet_tokens *t, const struct stet_sketch_options *o,
		 const struct stet_perms *p, const struct stet_isa *isa, struct stet_keys *out);

/*
 * The key of a whole paragraph; bit 0 is set where it is long enough to propose a pair, and no
 * links.
 */
uint64_t stet_paragraph_key(const struct stet_tokens *t, const struct stet_paragraph *p,
			    const struct stet_sketch_options *o);
#define STET_PROPOSES(paragraph_key) ((paragraph_key) & 1)

/* Hash of all tokens of the document: equal for `same` documents. */
struct stet_hash128 stet_tokens_hash(const struct stet_tokens *t);

/*
 * The shingle of `width` tokens at each position, as 64-bit hashes, into
 * `out[0..n)`: positions where it would pass the end are left out, and the
 * number written is returned.  A text shorter than its first width gives one
 * shingle of all its tokens.
 */
size_t stet_shingles(const struct stet_isa *isa, const uint64_t *hash, const uint8_t *class,
		     size_t n, const struct stet_widths *w, uint64_t *out);

/* ---- kernels, for tests and benchmarks */

/* Lanes first to last - 1; both are multiples of STET_LANE_STEP. */
struct stet_lane_range {
	size_t first, last;
};

/* lanes[i] = min(lanes[i], mul[i] * x + add[i]) for the high half x of each of `n` shingles. */
void stet_lanes_absorb(const struct stet_isa *isa, uint32_t lanes[STET_LANES],
		       const struct stet_perms *p, struct stet_lane_range which,
		       const uint64_t *shingles, size_t n);

#endif
