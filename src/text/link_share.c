/*
 * link_share.c - which paragraphs are mostly links
 */
#include "stet/text.h"

/* How many of the tokens of a paragraph are in links; *next goes on to the first link behind. */
static uint32_t tokens_in_links(const struct stet_tokens *t, const struct stet_paragraph *p,
				const struct stet_range *links, size_t n, size_t *next)
{
	uint32_t count = 0;

	for (uint32_t i = p->token; i < p->token + p->n_tokens; i++) {
		while (*next < n && links[*next].end <= t->begin[i])
			++*next;
		if (*next == n)
			break;
		count += links[*next].begin <= t->begin[i];
	}
	return count;
}

void stet_mark_links(struct stet_tokens *t, const struct stet_range *links, size_t n)
{
	size_t next = 0;

	for (size_t i = 0; i < t->n_paragraphs && next < n; i++) {
		struct stet_paragraph *p = &t->paragraphs[i];

		p->is_links = 2 * tokens_in_links(t, p, links, n, &next) >= p->n_tokens;
	}
}
