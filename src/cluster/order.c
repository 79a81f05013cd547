/*
 * order.c - the total order of documents: who stands before whom
 */
#include "stet/cluster.h"

#include <string.h>

static int compare_spans(const struct stet_span *a, const struct stet_span *b)
{
	const size_t n = a->len < b->len ? a->len : b->len;
	const int c = n > 0 ? memcmp(a->p, b->p, n) : 0;

	return c != 0 ? c : (a->len > b->len) - (a->len < b->len);
}

/* The place of a source in the list, the end of the list for any other. */
static size_t source_place(const struct stet_keep *keep, const struct stet_span *source)
{
	for (size_t i = 0; i < keep->n_sources; i++)
		if (compare_spans(&keep->sources[i], source) == 0)
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
		c = compare_spans(&a->source, &b->source);
	if (c == 0)
		c = compare_spans(&a->id, &b->id);
	if (c == 0)
		c = compare_spans(&a->url, &b->url);
	if (c == 0)
		c = compare_spans(&a->input, &b->input);
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

int stet_order_reason(const struct stet_keep *keep, const struct stet_candidate *a,
		      const struct stet_candidate *b)
{
	for (size_t i = 0; i < keep->n_rules; i++)
		if (compare_by_rule(keep, keep->rules[i], a, b) != 0)
			return (int)keep->rules[i];
	return -1;
}
