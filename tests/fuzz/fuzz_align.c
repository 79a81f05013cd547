/*
 * fuzz_align.c - pairs of small texts, held to the oracle of tools/eval
 *
 * Its folding and tiles are its own, so that tokens are judged on the way, too.  The first
 * byte cuts the rest in two; the next ones say what is boilerplate.
 */
#include "fuzz.h"

/* Its command is not what is wanted of it. */
#define main oracle_main
int oracle_main(int argc, char *argv[]);
#include "../../tools/eval/oracle.c"
#undef main

#include "stet/align.h"
#include "stet/cpu.h"

#define MAX_TEXT 700	/* bytes of each: the oracle goes through all places for each tile */

struct side {
	struct stet_span text;
	struct stet_tokens tokens;
	bool *boilerplate;
	struct stet_side s;
	struct text oracle;
};

static void take_side(struct side *x, const uint8_t *p, size_t n, uint8_t boilerplate)
{
	const struct fuzz_input in = { p, n < MAX_TEXT ? n : MAX_TEXT };
	size_t i = 0;

	*x = (struct side){ .text = fuzz_rest(&in) };
	LAW(stet_tokenize(x->text, stet_isa_pick(NULL), &x->tokens));
	oracle_tokenize((const uint8_t *)x->text.p, x->text.len, &x->oracle);
	LAW(x->tokens.n == x->oracle.n);
	x->boilerplate = stet_calloc(x->tokens.n_paragraphs + 1, sizeof(bool));
	for (; i < x->tokens.n_paragraphs; i++) {
		const struct stet_paragraph *par = &x->tokens.paragraphs[i];

		x->boilerplate[i] = boilerplate >> i % 8 & 1;
		for (uint32_t k = 0; k < par->n_tokens; k++)
			x->oracle.plain[par->token + k] = !x->boilerplate[i];
	}
	x->s = (struct stet_side){ x->text, &x->tokens, x->boilerplate };
}

static void release_side(struct side *x)
{
	stet_tokens_release(&x->tokens);
	oracle_release(&x->oracle);
	free(x->boilerplate);
	fuzz_free(x->text);
}

/* Tiles in order of C: does a block go on from the one to the next? */
static bool is_joined(const struct side *c, const struct side *s, const struct runs *tiles,
		      size_t k)
{
	const struct run *a = &tiles->v[k], *b = a + 1;

	return k + 1 < tiles->n && b->s >= a->s + a->n &&
	       weight(&c->oracle, a->c + a->n, b->c) <= max_gap &&
	       weight(&s->oracle, a->s + a->n, b->s) <= max_gap &&
	       !tile_within(tiles, a->s + a->n, b->s);
}

static void check_blocks(const struct side *c, const struct side *s, const struct runs *tiles,
			 const struct stet_alignment *got)
{
	size_t n = 0, first = 0;
	uint32_t aligned = 0;

	for (size_t k = 0; k < tiles->n; k++) {
		const struct run *a = &tiles->v[first], *z = &tiles->v[k];
		const struct stet_block *b = &got->blocks[n];

		if (is_joined(c, s, tiles, k))
			continue;
		LAW(n < got->n_blocks);
		LAW(b->c_token == a->c && b->c_token_end == z->c + z->n);
		LAW(b->s_token == a->s && b->s_token_end == z->s + z->n);
		LAW(b->c_begin < b->c_end && b->c_end <= c->text.len);
		LAW(b->s_begin < b->s_end && b->s_end <= s->text.len);
		aligned += b->aligned;
		first = k + 1;
		n++;
	}
	LAW(n == got->n_blocks && aligned == got->m.aligned);
}

static void check_core(const struct side *x, uint32_t tokens, uint32_t core_weight,
		       uint32_t aligned)
{
	uint32_t n = 0, n_aligned = 0, want;

	core_of(&x->oracle, &want);
	for (size_t i = 0; i < x->oracle.n; i++) {
		n += x->oracle.plain[i];
		n_aligned += x->oracle.plain[i] && x->oracle.taken[i];
	}
	LAW(n == tokens && n_aligned == aligned && want == core_weight);
}

static void check(struct side *c, struct side *s, const struct stet_alignment *got)
{
	const struct stet_measures *m = &got->m;
	struct runs tiles = { 0 };
	struct overlap n;

	oracle_number_tokens(&c->oracle, &s->oracle);
	LAW(m->same_tokens == same_tokens(&c->oracle, &s->oracle));
	n = count_shingles(&c->oracle, &s->oracle);
	LAW(m->shingles_common == n.common && m->shingles_all == n.c + n.s - n.common);
	if (m->same_tokens) {
		LAW(m->aligned == c->tokens.n && m->longest == c->tokens.n);
		return;
	}
	tile_naively(&c->oracle, &s->oracle, &tiles);
	LAW(m->longest == most_tokens(&tiles));
	LAW(m->aligned == count_aligned(&c->oracle, &s->oracle, &tiles));
	check_blocks(c, s, &tiles, got);
	check_core(c, m->c_core, m->c_core_weight, m->c_core_aligned);
	check_core(s, m->s_core, m->s_core_weight, m->s_core_aligned);
	free(tiles.v);
}

static void align(struct stet_aligner *a, struct side *c, struct side *s)
{
	struct stet_alignment got, self;
	struct stet_slots slots;

	stet_aligner_hold(a, &s->s);
	stet_aligner_bring(a, &c->s);
	stet_align(a, &got);
	stet_align_jaccard(a, &got.m);
	LAW(got.capped == 0);
	check(c, s, &got);
	stet_align_slots(a, &slots);
	LAW(slots.facts <= slots.n && slots.fillings <= slots.facts);
	stet_align_self(a, &c->s, &self);
	for (size_t i = 0; i < self.n_blocks; i++)
		LAW(self.blocks[i].c_token_end <= c->tokens.n);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input in = { data, size };
	const uint8_t cut = fuzz_take(&in), of_c = fuzz_take(&in), of_s = fuzz_take(&in);
	const size_t n = in.n * cut / 256;
	struct stet_align_options o;
	struct stet_aligner *a;
	struct side c, s;

	stet_align_options_init(&o);
	a = stet_aligner_alloc(&o);
	take_side(&c, in.p, n, of_c);
	take_side(&s, in.p + n, in.n - n, of_s);
	if (c.tokens.n > 0 && s.tokens.n > 0)	/* as all documents that are compared */
		align(a, &c, &s);
	release_side(&c);
	release_side(&s);
	stet_aligner_free(a);
	return 0;
}
