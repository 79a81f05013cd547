/*
 * explain.c - what the options promise, by the formulas of the sketches and measured averages
 *
 * The model: words are changed here and there, each with the same probability, so that a
 * shingle of w words survives with s = kept^w, and the Jaccard similarity is s / (2 - s).
 * Real copies change in lumps, which leaves longer runs: they are found more often than this.
 */
#include "explain.h"
#include "stet/store.h"

#include <math.h>

/*
 * Averages of 77,433 documents of eight collections (news of five languages, press releases,
 * guides; Latin, Arabic, Thai and Han script).
 */
#define WORDS		368.0	/* word equivalents */
#define BYTES		2867.0
#define PARAGRAPHS	9.5
#define LONG_PARAGRAPHS	6.3	/* of 20 words and more: those with bands */
#define CANDIDATES	1.7	/* pairs that are compared; from .1 to 14 by collection */

#define MB 1e6

/* What a document costs the arrays of pipeline, match and cluster while they last. */
#define DOCUMENT_BYTES	40.0
#define KEY_SLACK	1.02	/* for where which partition of a batch begins */
#define ROW_BYTES	88.0	/* in the file of documents, beside its strings */

/* The shingles that are compared are reported of 5 words, sketched of fewer. */
static unsigned words_of(const struct stet_widths *w)
{
	return w->by_class[STET_WORD];
}

static double band_recall(double jaccard, uint32_t bands, uint32_t rows)
{
	return 1 - pow(1 - pow(jaccard, rows), bands);
}

static double kept_at(double jaccard, unsigned width)
{
	return pow(2 * jaccard / (1 + jaccard), 1.0 / width);
}

static double jaccard_at(double kept, unsigned width)
{
	const double s = pow(kept, width);

	return s / (2 - s);
}

#define MAX_RUN 256

/* How likely `words` of them, each kept with probability `kept`, have `run` in a row kept. */
static double run_recall(double kept, unsigned run, unsigned words)
{
	double at[MAX_RUN] = { 1 };	/* at[i]: the last i words kept, no run yet */
	double done = 0;

	for (unsigned w = 0; w < words && run < MAX_RUN; w++) {
		double changed = 0;

		done += at[run - 1] * kept;
		for (unsigned i = 0; i < run; i++)
			changed += at[i] * (1 - kept);
		for (unsigned i = run - 1; i > 0; i--)
			at[i] = at[i - 1] * kept;
		at[0] = changed;
	}
	return done;
}

/* ---- what proposes a pair */

/* Words in a row that are sure to give `n` anchors: a window for each, and a shingle. */
static unsigned sure_run(const struct stet_sketch_options *s, unsigned n)
{
	return n * (s->window / STET_WEIGHT_WORD) + words_of(&s->anchors) - 1;
}

static void put_keys(const struct stet_sketch_options *s, FILE *fp)
{
	const unsigned least = s->min_paragraph / STET_WEIGHT_WORD;

	fputs("A pair is compared when it has in common one key of these,\n", fp);
	fprintf(fp, "  whole       all tokens of a document, or of a paragraph of %u words\n",
		least);
	fprintf(fp, "  document    one of %u bands of %u MinHash lanes over shingles of %u words\n",
		s->document_bands, s->document_rows, words_of(&s->lanes));
	fprintf(fp, "  paragraph   one of %u bands of %u lanes, of a paragraph of %u words\n",
		s->paragraph_bands, s->paragraph_rows, least);
	fputs("or two of these:\n", fp);
	fprintf(fp, "  anchor      winnowed shingle of %u words, window %u: %u words in a row "
		    "give one\n"
		    "              for sure, %u words two, whatever the rest of the texts\n",
		words_of(&s->anchors), s->window / STET_WEIGHT_WORD, sure_run(s, 1),
		sure_run(s, 2));
	fprintf(fp, "A document of less than %u words is compared with its equals only.  "
		    "With --exact\n"
		    "all pairs are compared that it guarantees, whatever stands below.\n",
		s->min_document / STET_WEIGHT_WORD);
}

/* ---- recall */

static void put_recall_at(const struct stet_scan_options *o, double jaccard, FILE *fp)
{
	const struct stet_sketch_options *s = &o->sketch;
	const double kept = kept_at(jaccard, words_of(&o->align.jaccard));
	const double inner = jaccard_at(kept, words_of(&s->lanes));
	const double document = band_recall(inner, s->document_bands, s->document_rows);
	const double paragraph = band_recall(inner, s->paragraph_bands, s->paragraph_rows);
	const double anchors = run_recall(kept, sure_run(s, 2), (unsigned)WORDS);

	fprintf(fp, "  %.1f     %.2f   %.4f    %.4f  %.4f    %.4f\n", jaccard, inner, document,
		paragraph, anchors, fmax(document, fmax(paragraph, anchors)));
}

static void put_recall(const struct stet_scan_options *o, FILE *fp)
{
	const struct stet_sketch_options *s = &o->sketch;
	const double half = pow(1 - pow(.5, 1.0 / s->document_bands), 1.0 / s->document_rows);

	fprintf(fp, "\n"
		    "How likely that is, by Jaccard similarity (shingles of %u words, as in the\n"
		    "report), when single words differ, anywhere, in a text of %.0f words.\n"
		    "`inner` is that of %u words, which bands see; `anchor` that %u in a row\n"
		    "are left.\n\n"
		    "  Jaccard inner  document  paragraph  anchor  at least\n",
		words_of(&o->align.jaccard), WORDS, words_of(&s->lanes), sure_run(s, 2));
	for (unsigned tenths = 3; tenths <= 10; tenths++)
		put_recall_at(o, tenths / 10.0, fp);
	fprintf(fp, "\n"
		    "Document bands alone find half of the pairs with an inner Jaccard of %.2f.\n"
		    "A part copied word for word is found by its anchors, however long the rest.\n",
		half);
}

/* ---- caps */

static void put_caps(const struct stet_scan_options *o, FILE *fp)
{
	fputs("\nCaps (those that bite are counted in summary.json):\n", fp);
	fprintf(fp, "  --max-frequency %-6u documents of a paragraph or anchor key that proposes\n",
		o->match.max_documents);
	fprintf(fp, "  --max-leaders %-8u a document is paired with so many of a bucket\n",
		o->match.max_leaders);
	fprintf(fp, "  --max-rounds %-9u of comparing with those that stand\n", o->max_rounds);
	fprintf(fp, "  places %-15u per token of a pair that are followed, beyond %u\n",
		o->align.max_places, o->align.free_places);
}

/* ---- what it costs */

struct cost {
	double exact, document, whole, paragraph, anchor;	/* keys a document */
};

/* Winnowing takes 2 of window + 1 shingles (Schleimer and others, 2003). */
static struct cost cost_of(const struct stet_sketch_options *s)
{
	const double window = s->window / (double)STET_WEIGHT_WORD;

	return (struct cost){ 1, s->document_bands, PARAGRAPHS,
			      LONG_PARAGRAPHS * s->paragraph_bands, WORDS * 2 / (window + 1) };
}

static void put_megabytes(FILE *fp, const char *what, double bytes, const char *how)
{
	fprintf(fp, "  %-8s %10.1f MB  %s\n", what, bytes / MB, how);
}

/* Of `bytes`, so many as fit `room` are in memory, and the rest in a file. */
static void put_held(FILE *fp, const char *what, double bytes, double room, const char *how)
{
	put_megabytes(fp, what, fmin(bytes, room), how);
}

static void put_cost(const struct stet_scan_options *o, uint32_t n_documents, FILE *fp)
{
	const struct cost c = cost_of(&o->sketch);
	const double per = c.exact + c.document + c.whole + c.paragraph + c.anchor;
	const double n = n_documents, memory = (double)o->memory, text = n * BYTES;
	const double keys = n * KEY_SLACK *
			    ((c.exact + c.whole) * stet_key_bytes(STET_DOCUMENT_EXACT) +
			     (per - c.exact - c.whole) * stet_key_bytes(STET_ANCHOR));
	const double pairs = n * CANDIDATES * sizeof(uint64_t);
	const double proofs = n * CANDIDATES * sizeof(struct stet_proof);
	const double least = pairs + proofs;

	fprintf(fp, "\n%u documents like those measured (%.0f words, %.0f bytes each):\n"
		    "  %.0f keys each: %.0f document, %.0f paragraph, %.0f anchor, %.0f whole\n",
		n_documents, WORDS, BYTES, per, c.document, c.paragraph, c.anchor,
		c.exact + c.whole);
	put_megabytes(fp, "memory", pairs, "for pairs");
	put_megabytes(fp, "", proofs, "for proofs; blocks not counted");
	put_held(fp, "", keys, memory / 4, "for keys, until they are matched: at most a quarter");
	put_held(fp, "", text, memory / 2, "for texts: at most half of --memory");
	put_megabytes(fp, "", n * DOCUMENT_BYTES, "for order and clusters, beside --memory");
	put_megabytes(fp, "disk", fmax(keys - memory / 4, 0), "for other keys");
	put_megabytes(fp, "", fmax(text - memory / 2, 0), "for other texts, before LZ4");
	put_megabytes(fp, "", n * ROW_BYTES, "for the table of documents, without its strings");
	fprintf(fp, "  --memory must be %.0f MB, and is %.0f MB%s\n", ceil(least / MB),
		memory / MB, least > memory ? ": TOO LITTLE" : "");
}

void stet_explain(const struct stet_scan_options *o, uint32_t n_documents, FILE *fp)
{
	put_keys(&o->sketch, fp);
	put_recall(o, fp);
	put_caps(o, fp);
	put_cost(o, n_documents, fp);
}
