/*
 * suggest.c - edit distance between what was typed and what there is
 */
#include "suggest.h"

#include <string.h>

#define MAX_NAME 32	/* longer names are never suggested */

static size_t least(size_t a, size_t b, size_t c)
{
	const size_t ab = a < b ? a : b;

	return ab < c ? ab : c;
}

/* Levenshtein's distance, row by row: row[i] is that of a[0..i) and the part of `b` done. */
static size_t distance(const char *a, size_t a_len, const char *b, size_t b_len)
{
	size_t row[MAX_NAME + 1];

	for (size_t i = 0; i <= a_len; i++)
		row[i] = i;
	for (size_t j = 0; j < b_len; j++) {
		size_t diagonal = row[0];

		row[0] = j + 1;
		for (size_t i = 0; i < a_len; i++) {
			const size_t replaced = diagonal + (a[i] != b[j]);

			diagonal = row[i + 1];
			row[i + 1] = least(replaced, row[i] + 1, diagonal + 1);
		}
	}
	return row[a_len];
}

/* The beginning of a name is nearer than any misspelling. */
void stet_suggest(struct stet_suggestion *s, const char *given, size_t len, const char *name)
{
	const size_t name_len = strlen(name);
	size_t d;

	if (len < 2 || len > MAX_NAME)
		return;
	if (len <= name_len && memcmp(given, name, len) == 0)
		d = 0;
	else
		d = distance(given, len, name, name_len);
	if (d <= 1 + len / 4 && (!s->name || d < s->distance))
		*s = (struct stet_suggestion){ name, d };
}
