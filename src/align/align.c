/*
 * align.c - the door: a pair, or one text, to blocks and measures
 */
#include "runs.h"

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
		.max_places = 256,
	};
}

struct stet_aligner *stet_aligner_alloc(const struct stet_align_options *o)
{
	struct stet_aligner *a = stet_calloc(1, sizeof(*a));

	a->o = *o;
	return a;
}

void stet_aligner_free(struct stet_aligner *a)
{
	if (!a)
		return;
	free(a->c.v);
	free(a->s.v);
	free(a->table);
	free(a->next);
	free(a->heap.v);
	free(a->tiles.v);
	free(a->places);
	free(a->order);
	free(a->c_taken);
	free(a->s_taken);
	free(a->c_plain);
	free(a->s_plain);
	free(a->blocks);
	free(a->shingles);
	free(a->seen);
	free(a->seen_in);
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

static bool *plain(bool *v, size_t *cap, const struct stet_side *side)
{
	const struct stet_tokens *t = side->tokens;

	v = flags(v, cap, t->n, true);
	if (!side->boilerplate)
		return v;
	for (size_t i = 0; i < t->n_paragraphs; i++)
		if (side->boilerplate[i])
			memset(v + t->paragraphs[i].token, false, t->paragraphs[i].n_tokens);
	return v;
}

static void prepare(struct stet_aligner *a, const struct stet_side *c, const struct stet_side *s)
{
	a->capped = 0;
	a->c_taken = flags(a->c_taken, &a->cap_c_taken, c->tokens->n, false);
	a->s_taken = flags(a->s_taken, &a->cap_s_taken, s->tokens->n, false);
	a->c_plain = plain(a->c_plain, &a->cap_c_plain, c);
	a->s_plain = plain(a->s_plain, &a->cap_s_plain, s);
}

/* ---- measures */

/*
 * Shingles of both texts in one hash table of twice their number; an entry remembers
 * which texts it was seen in.  (Sorting both took half the time of a whole scan.)
 */
enum { IN_C = 1, IN_S = 2 };

static void count_shingles(struct stet_aligner *a, size_t size, size_t n, uint8_t side,
			   uint32_t *distinct, uint32_t *common)
{
	for (size_t i = 0; i < n; i++) {
		const uint64_t x = a->shingles[i];
		size_t slot = x & (size - 1);

		while (a->seen_in[slot] != 0 && a->seen[slot] != x)
			slot = (slot + 1) & (size - 1);
		if (a->seen_in[slot] & side)
			continue;
		*distinct += a->seen_in[slot] == 0;
		*common += a->seen_in[slot] != 0;
		a->seen[slot] = x;
		a->seen_in[slot] |= side;
	}
}

static void measure_jaccard(struct stet_aligner *a, const struct stet_tokens *c,
			    const struct stet_tokens *s, struct stet_measures *m)
{
	const size_t longer = c->n > s->n ? c->n : s->n;
	size_t size = 16, n;

	while (size < 2 * (c->n + s->n))
		size *= 2;
	a->shingles = stet_grow(a->shingles, &a->cap_shingles, longer, sizeof(*a->shingles));
	a->seen = stet_grow(a->seen, &a->cap_seen, size, sizeof(*a->seen));
	a->seen_in = stet_grow(a->seen_in, &a->cap_seen_in, size, sizeof(*a->seen_in));
	memset(a->seen_in, 0, size);
	n = stet_shingles(c->hash, c->class, c->n, &a->o.jaccard, a->shingles);
	count_shingles(a, size, n, IN_C, &m->shingles_all, &m->shingles_common);
	n = stet_shingles(s->hash, s->class, s->n, &a->o.jaccard, a->shingles);
	count_shingles(a, size, n, IN_S, &m->shingles_all, &m->shingles_common);
}

static void measure_core(const struct stet_aligner *a, const struct stet_tokens *c,
			 const struct stet_tokens *s, struct stet_measures *m)
{
	for (size_t i = 0; i < c->n; i++) {
		if (!a->c_plain[i])
			continue;
		m->c_core++;
		m->c_core_weight += stet_weight(c, i, i + 1);
		m->c_core_aligned += a->c_taken[i];
	}
	for (size_t i = 0; i < s->n; i++) {
		if (!a->s_plain[i])
			continue;
		m->s_core++;
		m->s_core_weight += stet_weight(s, i, i + 1);
		m->s_core_aligned += a->s_taken[i];
	}
}

/* The longest run of C outside blocks and boilerplate. */
static uint32_t longest_unique(const struct stet_aligner *a, const struct stet_tokens *c)
{
	uint32_t longest = 0, run = 0;
	size_t block = 0;

	for (size_t i = 0; i < c->n; i++) {
		bool shared;

		while (block < a->n_blocks && a->blocks[block].c_token_end <= i)
			block++;
		shared = block < a->n_blocks && a->blocks[block].c_token <= i;
		run = shared || !a->c_plain[i] ? 0 : run + stet_weight(c, i, i + 1);
		longest = run > longest ? run : longest;
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

void stet_align(struct stet_aligner *a, const struct stet_side *c, const struct stet_side *s,
		struct stet_alignment *out)
{
	const struct stet_tokens *ct = c->tokens, *st = s->tokens;
	struct stet_measures *m = &out->m;

	*m = (struct stet_measures){ .c_tokens = (uint32_t)ct->n, .s_tokens = (uint32_t)st->n };
	m->same_bytes = c->text.len == s->text.len &&
			memcmp(c->text.p, s->text.p, c->text.len) == 0;
	m->same_tokens = same_tokens(ct, st);
	prepare(a, c, s);
	if (m->same_tokens) {
		tile_whole(a, ct);
	} else {
		stet_align_intern(a, ct, st);
		stet_align_find_runs(a, ct, st, false);
		stet_align_tile(a, ct, false);
	}
	stet_align_join(a, c, s, false);
	for (size_t i = 0; i < a->n_blocks; i++)
		m->aligned += a->blocks[i].aligned;
	measure_core(a, ct, st, m);
	measure_jaccard(a, ct, st, m);
	m->longest = longest_tile(a);
	m->c_unique = longest_unique(a, ct);
	out->blocks = a->blocks;
	out->n_blocks = a->n_blocks;
	out->capped = a->capped;
}

/* ---- repeats */

static bool holds_whole_paragraph(const struct stet_aligner *a, const struct stet_tokens *t,
				  const struct stet_block *b)
{
	const struct stet_paragraph *p = stet_align_paragraph_of(t, b->c_token);
	const struct stet_paragraph *end = t->paragraphs + t->n_paragraphs;

	if (p->token < b->c_token)
		p++;
	for (; p < end && p->token + p->n_tokens <= b->c_token_end; p++) {
		const uint32_t last = p->token + p->n_tokens;

		if (stet_weight(t, p->token, last) >= a->o.min_repeat_paragraph &&
		    !memchr(a->c_taken + p->token, false, p->n_tokens))
			return true;
	}
	return false;
}

void stet_align_self(struct stet_aligner *a, const struct stet_side *d, struct stet_alignment *out)
{
	const struct stet_tokens *t = d->tokens;
	size_t kept = 0;

	prepare(a, d, d);
	stet_align_intern(a, t, t);
	stet_align_find_runs(a, t, t, true);
	stet_align_tile(a, t, true);
	stet_align_join(a, d, d, true);
	for (size_t i = 0; i < a->n_blocks; i++) {
		const struct stet_block *b = &a->blocks[i];

		if (b->weight >= a->o.min_repeat || holds_whole_paragraph(a, t, b))
			a->blocks[kept++] = *b;
	}
	a->n_blocks = kept;
	*out = (struct stet_alignment){ .blocks = a->blocks, .n_blocks = kept, .capped = a->capped };
}
