/*
 * align.c - the door: a pair, or one text, to blocks and measures
 */
#include "runs.h"
#include "stet/cpu.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

void stet_align_options_init(struct stet_align_options *o)
{
	*o = (struct stet_align_options){
		.min_run = STET_WORDS(5),
		.max_gap = STET_WORDS(20),
		.min_repeat = STET_WORDS(50),
		.min_repeat_paragraph = STET_WORDS(20),
		.jaccard = { { 5, 12, 16 } },
		.isa = stet_isa_pick(NULL),
		.max_places = 8,
		.free_places = 1 << 20,
	};
}

struct stet_aligner *stet_aligner_alloc(const struct stet_align_options *o)
{
	struct stet_aligner *a = stet_calloc(1, sizeof(*a));

	assert(o->min_run >= STET_WORDS(2));	/* else there is no room for a gram */
	a->o = *o;
	stet_align_set_powers(a);
	return a;
}

void stet_aligner_free(struct stet_aligner *a)
{
	if (!a)
		return;
	stet_arena_release(&a->own);
	stet_arena_release(&a->own_copy);
	free(a->hits);
	free(a->seen);
	free(a->runs.v);
	free(a->heap.v);
	free(a->tiles.v);
	free(a->c_tile);
	free(a->s_tile);
	free(a->c_taken);
	free(a->s_taken);
	free(a->blocks);
	free(a->shingles);
	free(a->buckets);
	free(a->lcs);
	free(a);
}

/* ---- per token: taken, and no boilerplate */

static bool *flags(bool *v, size_t *cap, size_t n, bool value)
{
	v = stet_grow(v, cap, n, sizeof(*v));
	memset(v, value, n);
	return v;
}

/* Mark the tokens that are no boilerplate, and count them. */
static void mark_plain(struct stet_index *x)
{
	const struct stet_tokens *t = x->side.tokens;

	memset(x->plain, true, t->n);
	x->n_core = (uint32_t)t->n;
	x->core_weight = stet_weight(t, 0, t->n);
	for (size_t i = 0; x->side.boilerplate && i < t->n_paragraphs; i++) {
		const struct stet_paragraph *p = &t->paragraphs[i];

		if (!x->side.boilerplate[i])
			continue;
		memset(x->plain + p->token, false, p->n_tokens);
		x->n_core -= p->n_tokens;
		x->core_weight -= stet_weight(t, p->token, p->token + p->n_tokens);
	}
}

static void prepare(struct stet_aligner *a)
{
	a->capped = 0;
	a->c_taken = flags(a->c_taken, &a->cap_c_taken, a->c.tokens->n, false);
	a->s_taken = flags(a->s_taken, &a->cap_s_taken, a->s.tokens->n, false);
}

struct stet_index *stet_index_make(const struct stet_side *s, struct stet_arena *mem)
{
	struct stet_index *x = stet_arena_alloc(mem, sizeof(*x));

	*x = (struct stet_index){
		.mem = mem, .side = *s, .plain = stet_arena_alloc(mem, s->tokens->n),
	};
	mark_plain(x);
	return x;
}

void stet_aligner_take(struct stet_aligner *a, struct stet_index *x)
{
	a->index = x;
	a->s = x->side;
}

void stet_aligner_hold(struct stet_aligner *a, const struct stet_side *s)
{
	stet_arena_reset(&a->own);
	stet_aligner_take(a, stet_index_make(s, &a->own));
}

void stet_aligner_bring(struct stet_aligner *a, const struct stet_side *c)
{
	stet_arena_reset(&a->own_copy);
	a->copy = stet_index_make(c, &a->own_copy);
	a->c = *c;
}

/* ---- measures */

/* How many places are true in both?  Eight at a time: the product adds up the bytes. */
static uint32_t count_both(const bool *x, const bool *y, size_t n)
{
	uint32_t count = 0;
	size_t i = 0;

	for (; i + 8 <= n; i += 8) {
		uint64_t a, b;

		memcpy(&a, x + i, 8);
		memcpy(&b, y + i, 8);
		count += (uint32_t)((a & b) * 0x0101010101010101u >> 56);
	}
	for (; i < n; i++)
		count += x[i] && y[i];
	return count;
}

/* Of the tokens of a text that are no boilerplate, how many are aligned? */
static uint32_t core_aligned(const struct stet_index *x, const bool *taken, uint32_t all_aligned)
{
	if (!x->side.boilerplate)
		return all_aligned;
	return count_both(x->plain, taken, x->side.tokens->n);
}

/* The longest run without boilerplate of C[i .. end), by weight. */
static uint32_t longest_plain(const struct stet_aligner *a, const struct stet_side *c, size_t i,
			      size_t end)
{
	const struct stet_tokens *t = c->tokens;
	uint32_t longest = 0, run = 0;

	if (!c->boilerplate)
		return stet_weight(t, i, end);
	for (; i < end; i++) {
		run = a->copy->plain[i] ? run + stet_weight(t, i, i + 1) : 0;
		longest = run > longest ? run : longest;
	}
	return longest;
}

/* The longest run of C outside blocks and boilerplate. */
static uint32_t longest_unique(const struct stet_aligner *a, const struct stet_side *c)
{
	uint32_t longest = 0;
	size_t from = 0;

	for (size_t i = 0; i <= a->n_blocks; i++) {
		const size_t end = i < a->n_blocks ? a->blocks[i].c_token : c->tokens->n;
		const uint32_t run = longest_plain(a, c, from, end);

		longest = run > longest ? run : longest;
		from = i < a->n_blocks ? a->blocks[i].c_token_end : end;
	}
	return longest;
}

static uint32_t longest_tile(const struct stet_aligner *a)
{
	uint32_t longest = 0;

	for (size_t i = 0; i < a->tiles.n; i++)
		if (a->tiles.v[i].n > longest)
			longest = a->tiles.v[i].n;
	return longest;
}

static bool same_tokens(const struct stet_tokens *c, const struct stet_tokens *s)
{
	return c->n == s->n && c->folded_at[c->n] == s->folded_at[s->n] &&
	       memcmp(c->folded_at, s->folded_at, (c->n + 1) * sizeof(*c->folded_at)) == 0 &&
	       memcmp(c->folded, s->folded, c->folded_at[c->n]) == 0;
}

/* One tile from end to end, for texts of which nothing else can come out. */
static void tile_whole(struct stet_aligner *a, const struct stet_tokens *c)
{
	const uint32_t n = (uint32_t)c->n;

	a->tiles.v = stet_grow(a->tiles.v, &a->tiles.cap, 1, sizeof(*a->tiles.v));
	a->tiles.v[0] = (struct run){ 0, 0, n, stet_weight(c, 0, n) };
	a->tiles.n = 1;
	memset(a->c_taken, true, n);
	memset(a->s_taken, true, n);
}

void stet_align(struct stet_aligner *a, struct stet_alignment *out)
{
	const struct stet_side *c = &a->c;
	const struct stet_tokens *ct = c->tokens, *st = a->s.tokens;
	struct stet_measures *m = &out->m;

	*m = (struct stet_measures){ .c_tokens = (uint32_t)ct->n, .s_tokens = (uint32_t)st->n };
	m->same_bytes = c->text.len == a->s.text.len &&
			memcmp(c->text.p, a->s.text.p, c->text.len) == 0;
	m->same_tokens = same_tokens(ct, st);
	prepare(a);
	if (m->same_tokens) {
		tile_whole(a, ct);
	} else {
		stet_align_find_runs(a, false);
		stet_align_tile(a, false);
	}
	stet_align_join(a, false);
	for (size_t i = 0; i < a->n_blocks; i++)
		m->aligned += a->blocks[i].aligned;
	m->c_core = a->copy->n_core;
	m->s_core = a->index->n_core;
	m->c_core_weight = a->copy->core_weight;
	m->s_core_weight = a->index->core_weight;
	m->c_core_aligned = core_aligned(a->copy, a->c_taken, m->aligned);
	m->s_core_aligned = core_aligned(a->index, a->s_taken, m->aligned);
	m->longest = longest_tile(a);
	m->c_unique = longest_unique(a, c);
	out->blocks = a->blocks;
	out->n_blocks = a->n_blocks;
	out->capped = a->capped;
}

void stet_align_matched(const struct stet_aligner *a, const bool **c, const bool **s)
{
	*c = a->c_taken;
	*s = a->s_taken;
}

/* ---- repeats */

void stet_align_self(struct stet_aligner *a, const struct stet_side *d, struct stet_alignment *out)
{
	stet_aligner_hold(a, d);
	a->copy = a->index;
	a->c = *d;
	prepare(a);
	stet_align_find_runs(a, true);
	stet_align_tile(a, true);
	stet_align_cut_units(a);
	stet_align_join(a, true);
	stet_align_keep_repeats(a);
	*out = (struct stet_alignment){
		.blocks = a->blocks, .n_blocks = a->n_blocks, .capped = a->capped,
	};
}
