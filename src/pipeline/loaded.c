/*
 * loaded.c - a document at hand: its text, tokens, and boilerplate
 */
#include "run.h"

#include <stdlib.h>
#include <string.h>

void stet_loaded_init(struct stet_loaded *l)
{
	*l = (struct stet_loaded){ .rank = STET_NOBODY };
}

/* With the paragraphs that were found when it was read. */
static void tokenize(struct stet_loaded *l, const struct stet_run *r)
{
	stet_tokenize_alone(l->side.text, r->o->isa, &l->tokens);
	for (uint32_t i = 0; i < l->row.n_paragraphs; i++) {
		const struct stet_outline *p = &l->row.paragraphs[i];

		stet_tokens_add_paragraph(&l->tokens, p->begin, p->end, p->n_tokens);
	}
	l->side.tokens = &l->tokens;
}

int stet_loaded_get(struct stet_loaded *l, const struct stet_run *r, uint32_t rank,
		    struct stet_err *err)
{
	if (l->rank == rank)
		return 0;
	l->rank = STET_NOBODY;
	l->row = stet_run_row(r, rank);
	if (stet_texts_get(r->texts, l->row.text_place, l->row.text_len, &l->cache,
			   &l->side.text, err) < 0)
		return err->code;
	tokenize(l, r);
	l->side.boilerplate = stet_run_mark_boilerplate(r, rank, &l->row, &l->flags,
							&l->cap_flags);
	l->rank = rank;
	return 0;
}

struct stet_aligner *stet_run_aligner(const struct stet_run *r)
{
	struct stet_align_options o = r->o->align;

	o.isa = r->o->isa;
	return stet_aligner_alloc(&o);
}

static void *copy(const void *from, size_t n, struct stet_arena *mem)
{
	return memcpy(stet_arena_alloc(mem, n), from, n);
}

struct stet_side stet_loaded_keep(const struct stet_loaded *l, struct stet_arena *mem)
{
	struct stet_tokens *tokens = stet_arena_alloc(mem, sizeof(*tokens));
	struct stet_side side = {
		.text = { copy(l->side.text.p, l->side.text.len, mem), l->side.text.len },
		.tokens = tokens,
	};

	*tokens = stet_tokens_copy(&l->tokens, mem);
	if (l->side.boilerplate)
		side.boilerplate = copy(l->side.boilerplate,
					tokens->n_paragraphs * sizeof(*side.boilerplate), mem);
	return side;
}

void stet_loaded_release(struct stet_loaded *l)
{
	stet_text_cache_release(&l->cache);
	stet_tokens_release(&l->tokens);
	free(l->flags);
	stet_loaded_init(l);
}
