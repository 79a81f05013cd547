/*
 * order.c - the total order of documents: who stands before whom
 */
#include "stet/cluster.h"

/* The place of a source in the list, the end of the list for any other. */
static size_t source_place(const struct stet_keep *keep, const struct stet_span *source)
{
	for (size_t i = 0; i < keep->n_sources; i++)
		if (stet_span_compare(keep->sources[i], *source) == 0)
			return i;
	return keep->n_sources;
}

static int compare_numbers(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

static int compare_place(const struct stet_candidate *a, const struct stet_candidate *b)
{
	const int c = compare_numbers(a->input_number, b->input_number);

	return c != 0 ? c : compare_numbers(a->record, b->record);
}

static int compare_by_rule(const struct stet_keep *keep, enum stet_keep_rule rule,
			   const struct stet_candidate *a, const struct stet_candidate *b)
{
	switch (rule) {
	case STET_KEEP_EARLIEST:
		return (a->date_key > b->date_key) - (a->date_key < b->date_key);
	case STET_KEEP_SOURCE:
		return compare_numbers(source_place(keep, &a->source),
				       source_place(keep, &b->source));
	case STET_KEEP_LONGEST:
		return -compare_numbers(a->n_tokens, b->n_tokens);
	case STET_KEEP_FIRST:
		return compare_place(a, b);
	}
	return 0;
}

/* What decides where no rule does: content before place, so that arrival hardly ever counts. */
static int break_tie(const struct stet_candidate *a, const struct stet_candidate *b)
{
	int c = stet_hash128_compare(&a->text_hash, &b->text_hash);

	if (c == 0)
		c = stet_span_compare(a->source, b->source);
	if (c == 0)
		c = stet_span_compare(a->id, b->id);
	if (c == 0)
		c = stet_span_compare(a->url, b->url);
	if (c == 0)
		c = stet_span_compare(a->input, b->input);
	return c != 0 ? c : compare_place(a, b);
}

int stet_order(const struct stet_keep *keep, const struct stet_candidate *a,
	       const struct stet_candidate *b)
{
	for (size_t i = 0; i < keep->n_rules; i++) {
		const int c = compare_by_rule(keep, keep->rules[i], a, b);

		if (c != 0)
			return c;
	}
	return break_tie(a, b);
}

/* Ordered as compare_by_rule does, as far as a number can tell. */
static uint64_t number_by_rule(const struct stet_keep *keep, enum stet_keep_rule rule,
			       const struct stet_candidate *c)
{
	switch (rule) {
	case STET_KEEP_EARLIEST:
		return (uint64_t)c->date_key ^ (uint64_t)1 << 63;
	case STET_KEEP_SOURCE:
		return source_place(keep, &c->source);
	case STET_KEEP_LONGEST:
		return UINT32_MAX - c->n_tokens;
	case STET_KEEP_FIRST:
		return c->input_number;
	}
	return 0;
}

unsigned stet_order_words(const struct stet_keep *keep, const struct stet_candidate *c,
			  uint32_t words[STET_ORDER_WORDS])
{
	const enum stet_keep_rule rule = keep->n_rules > 0 ? keep->rules[0] : STET_KEEP_EARLIEST;
	const uint64_t number = keep->n_rules > 0 ? number_by_rule(keep, rule, c) : 0;

	words[0] = (uint32_t)(number >> 32);
	words[1] = (uint32_t)number;
	if (keep->n_rules > 1 || rule == STET_KEEP_FIRST)
		return 2;
	words[2] = (uint32_t)(c->text_hash.hi >> 32);
	words[3] = (uint32_t)c->text_hash.hi;
	return 4;
}

int stet_order_reason(const struct stet_keep *keep, const struct stet_candidate *a,
		      const struct stet_candidate *b)
{
	for (size_t i = 0; i < keep->n_rules; i++)
		if (compare_by_rule(keep, keep->rules[i], a, b) != 0)
			return (int)keep->rules[i];
	return -1;
}
