/*
 * align.h - two token sequences to blocks and measures
 *
 * The proof.  What a pair shares is defined in src/DESIGN.md under "Measures of
 * a pair", by the texts alone, so a slow program can repeat it (tools/eval does).
 * Tokens are compared by their folded bytes; hashes only find the places.
 *
 * Pure: no I/O, no threads; all arithmetic is on integers.  An aligner is
 * scratch memory, recycled from pair to pair, for one thread at a time.
 */
#ifndef STET_ALIGN_H
#define STET_ALIGN_H

#include "stet/sketch.h"
#include "stet/text.h"

#include <stdbool.h>

struct stet_align_options {
	uint32_t min_run;		/* weight of a tile */
	uint32_t max_gap;		/* weight of a gap inside a block */
	uint32_t min_repeat;		/* weight of a repeat */
	uint32_t min_repeat_paragraph;	/* weight of a whole paragraph that is a repeat */
	struct stet_widths jaccard;	/* shingles of the Jaccard similarity */
	const struct stet_isa *isa;	/* whose kernels make them */
	/*
	 * Places in S that may be followed from all of C, per token of both texts, beyond
	 * those that are free.  Where there are more, those far off are left out first.
	 */
	uint32_t max_places, free_places;
};
void stet_align_options_init(struct stet_align_options *o);

/* One side of a pair: its text, tokens, and which paragraphs are boilerplate. */
struct stet_side {
	struct stet_span text;
	const struct stet_tokens *tokens;
	const bool *boilerplate;	/* by paragraph, or NULL = none */
};

/* Tokens in a row that stand in both, small gaps allowed.  All ranges half-open. */
struct stet_block {
	uint32_t c_token, c_token_end;
	uint32_t s_token, s_token_end;
	uint32_t c_begin, c_end;	/* bytes */
	uint32_t s_begin, s_end;
	uint32_t aligned;		/* tokens matched */
	uint32_t weight;		/* of the tokens matched, without boilerplate */
};

struct stet_measures {
	uint32_t c_tokens, s_tokens;		/* all */
	uint32_t aligned;			/* matched, one to one */
	uint32_t c_core, s_core;		/* tokens that are no boilerplate */
	uint32_t c_core_weight, s_core_weight;
	uint32_t c_core_aligned, s_core_aligned;	/* of those, matched */
	uint32_t shingles_common, shingles_all;	/* Jaccard */
	uint32_t longest;			/* tokens of the longest tile */
	/* weight of C's longest run outside blocks and boilerplate */
	uint32_t c_unique;
	bool same_bytes, same_tokens;
};

/* What a pair shares.  Blocks are owned by the aligner until its next use; in order of C. */
struct stet_alignment {
	struct stet_measures m;
	const struct stet_block *blocks;
	size_t n_blocks;
	uint64_t capped;		/* tokens of C not followed to all their places */
};

struct stet_aligner *stet_aligner_alloc(const struct stet_align_options *o);
void stet_aligner_free(struct stet_aligner *a);		/* NULL is fine */

/*
 * What is to be known of a document that stands, to compare others with it: worked out when
 * it is first asked for, by one thread at a time.  It lives in `mem`, and as long; what `s`
 * points to is borrowed as long, too.
 */
struct stet_index;
struct stet_index *stet_index_make(const struct stet_side *s, struct stet_arena *mem);

/* Hold a document that stands, for all alignments up to the next. */
void stet_aligner_take(struct stet_aligner *a, struct stet_index *x);

/* Likewise, with an index of its own. */
void stet_aligner_hold(struct stet_aligner *a, const struct stet_side *s);

/* Bring the copy that is to be compared: it stays until another is brought. */
void stet_aligner_bring(struct stet_aligner *a, const struct stet_side *c);

/* What the copy shares with the document held: all measures but Jaccard's. */
void stet_align(struct stet_aligner *a, struct stet_alignment *out);

/*
 * By token of the copy and of the document held: is it matched?  Right after stet_align();
 * owned by the aligner until its next use.
 */
void stet_align_matched(const struct stet_aligner *a, const bool **c, const bool **s);

/* Set the Jaccard measures of the two. */
void stet_align_jaccard(struct stet_aligner *a, struct stet_measures *m);

/*
 * Where two texts with one frame differ (src/DESIGN.md, "Templates").  A slot is a gap
 * inside a block that holds something, of about the same length, on both sides; what
 * else is not matched is loose.  Boilerplate counts as neither.
 */
struct stet_slots {
	uint32_t n;			/* slots */
	uint32_t facts;			/* of those, with numbers, names, or what comes again */
	uint32_t fillings;		/* different ones of the facts */
	uint32_t c_even, s_even;	/* weight of slots, and of like places at the ends */
	uint32_t c_loose, s_loose;	/* weight of all else that is not matched */
};

/* The slots of the two, right after stet_align(). */
void stet_align_slots(struct stet_aligner *a, struct stet_slots *out);

/*
 * Repeats of a document, which it holds and brings, in itself: c is later, s the earlier; no
 * measures.
 */
void stet_align_self(struct stet_aligner *a, const struct stet_side *d, struct stet_alignment *out);

#endif
