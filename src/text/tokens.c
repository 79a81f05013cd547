/*
 * tokens.c - a text to tokens, in one pass
 *
 * The text is taken in chunks that stay in the nearest cache.  A kernel turns a
 * chunk into bit masks; the edges of the runs between ASCII separators become a
 * list; a short run of ASCII letters and digits is a token as it stands, and any
 * other run goes through fold.c, on its own, since a separator ends everything.
 * A run that a chunk cuts begins the next chunk.
 */
#include "fold.h"
#include "paragraphs.h"
#include "stet/hash.h"
#include "text_kernels.h"

#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define CHUNK (TEXT_CHUNK_BLOCKS * TEXT_BLOCK)
#define SHORT 16u	/* bytes of a token that two loads hold */
#define FOLDED_BEHIND 64u	/* bytes that can be read behind the folded ones */

static_assert(CHUNK >= FOLD_SLICE_TOKENS && CHUNK >= FOLD_SLICE_BYTES,
	      "take_runs does not make room for a slice");
static_assert((uint64_t)STET_MAX_TEXT * STET_MAX_WEIGHT_PER_BYTE <= UINT32_MAX,
	      "weight_at would overflow");

struct chunk {
	struct stet_text_masks m;
	uint16_t edge[CHUNK + 8];	/* of runs: first byte, byte behind, and so on */
	size_t n_edges;
};

void stet_tokens_reserve(struct stet_tokens *t, size_t tokens, size_t bytes)
{
	const size_t need = t->n + tokens + 1;
	const size_t need_folded =
		(t->folded_at ? t->folded_at[t->n] : 0) + bytes + FOLDED_BEHIND;
	size_t cap[6];

	if (need > t->cap) {
		for (int i = 0; i < 6; i++)
			cap[i] = t->cap;
		t->hash = stet_grow(t->hash, &cap[0], need, sizeof(*t->hash));
		t->begin = stet_grow(t->begin, &cap[1], need, sizeof(*t->begin));
		t->end = stet_grow(t->end, &cap[2], need, sizeof(*t->end));
		t->folded_at = stet_grow(t->folded_at, &cap[3], need, sizeof(*t->folded_at));
		t->weight_at = stet_grow(t->weight_at, &cap[4], need, sizeof(*t->weight_at));
		t->class = stet_grow(t->class, &cap[5], need, sizeof(*t->class));
		t->cap = cap[0];
	}
	if (need_folded > t->cap_folded)
		t->folded = stet_grow(t->folded, &t->cap_folded, need_folded, 1);
}

void stet_tokens_release(struct stet_tokens *t)
{
	free(t->hash);
	free(t->begin);
	free(t->end);
	free(t->folded_at);
	free(t->weight_at);
	free(t->class);
	free(t->folded);
	free(t->paragraphs);
	free(t->lines);
	*t = (struct stet_tokens){ 0 };
}

static void *copy(const void *from, size_t n, size_t size, size_t behind, struct stet_arena *mem)
{
	void *to = stet_arena_alloc(mem, n * size + behind);

	if (n > 0)
		memcpy(to, from, n * size);
	return to;
}

struct stet_tokens stet_tokens_copy(const struct stet_tokens *t, struct stet_arena *mem)
{
	const size_t n = t->n, edges = n + 1;

	return (struct stet_tokens){
		.n = n,
		.hash = copy(t->hash, n, sizeof(*t->hash), 0, mem),
		.begin = copy(t->begin, n, sizeof(*t->begin), 0, mem),
		.end = copy(t->end, n, sizeof(*t->end), 0, mem),
		.folded_at = copy(t->folded_at, edges, sizeof(*t->folded_at), 0, mem),
		.weight_at = copy(t->weight_at, edges, sizeof(*t->weight_at), 0, mem),
		.class = copy(t->class, n, sizeof(*t->class), 0, mem),
		.folded = copy(t->folded, t->folded_at[n], 1, FOLDED_BEHIND, mem),
		.paragraphs = copy(t->paragraphs, t->n_paragraphs, sizeof(*t->paragraphs), 0, mem),
		.n_paragraphs = t->n_paragraphs,
	};
}

static uint64_t load8(const char *p)
{
	uint64_t x;

	memcpy(&x, p, sizeof(x));
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	x = __builtin_bswap64(x);
#endif
	return x;
}

/*
 * Of `len` bytes, the first eight in a, the others in b, whatever follows them.  A branch
 * on the length would be missed at every third token.  No operand of the product can be 0:
 * the bytes fe and ff of the constants are in no UTF-8.
 */
static inline uint64_t short_hash(uint64_t a, uint64_t b, size_t len)
{
	static const uint64_t mask[SHORT + 1 + 8] = {
		0, 0, 0, 0, 0, 0, 0, 0, 0,
		0xff, 0xffff, 0xffffff, 0xffffffff, 0xffffffffff, 0xffffffffffff,
		0xffffffffffffff, ~(uint64_t)0, ~(uint64_t)0, ~(uint64_t)0, ~(uint64_t)0,
		~(uint64_t)0, ~(uint64_t)0, ~(uint64_t)0, ~(uint64_t)0, ~(uint64_t)0,
	};
	const unsigned __int128 x =
		(unsigned __int128)((a & mask[len + 8]) ^ 0xff51afd7ed558ccdu) *
		((b & mask[len]) ^ 0xc4ceb9fe1a85ec53u);
	uint64_t h = (uint64_t)x ^ (uint64_t)(x >> 64);

	h = (h ^ h >> 32) * 0x9e3779b97f4a7c15u;
	return h ^ h >> 29;
}

/* Hashes and weights, for tokens from `first` on. */
static void finish(struct stet_tokens *t, size_t first)
{
	static const uint8_t weight[STET_N_CLASSES] = {
		STET_WEIGHT_WORD, STET_WEIGHT_HAN, STET_WEIGHT_CLUSTER,
	};
	const char *folded = t->folded;
	const uint32_t *folded_at = t->folded_at;
	uint32_t total = t->weight_at[first];

	for (size_t i = first, n = t->n; i < n; i++) {
		const char *p = folded + folded_at[i];
		const size_t len = folded_at[i + 1] - folded_at[i];

		t->hash[i] = len <= SHORT ? short_hash(load8(p), load8(p + 8), len)
					  : stet_hash64(p, len, 0);
		total += weight[t->class[i]];
		t->weight_at[i + 1] = total;
	}
}

static uint32_t count_bits(uint64_t x)
{
	x -= x >> 1 & 0x5555555555555555u;
	x = (x & 0x3333333333333333u) + (x >> 2 & 0x3333333333333333u);
	x = (x + (x >> 4)) & 0x0f0f0f0f0f0f0f0fu;
	return (uint32_t)(x * 0x0101010101010101u >> 56);
}

/*
 * The places of the set bits from `edge` on; up to 7 places behind them are
 * written too, for eight at a time cost less than a branch for each.
 */
static uint16_t *list_bits(uint16_t *edge, uint64_t bits, size_t base)
{
	uint16_t *const end = edge + count_bits(bits);

	do {
		for (int i = 0; i < 8; i++) {
			edge[i] = (uint16_t)(base + (size_t)__builtin_ctzll(bits | 1ull << 63));
			bits &= bits - 1;
		}
		edge += 8;
	} while (bits);
	return end;
}

/* List the edges of the runs in the first `n` bytes; a run at the end stays open. */
static void find_edges(struct chunk *c, size_t n)
{
	const size_t n_blocks = (n + TEXT_BLOCK - 1) / TEXT_BLOCK;
	uint16_t *edge = c->edge;
	uint64_t before = 0;

	if (n % TEXT_BLOCK)
		c->m.run[n_blocks - 1] &= low_bits(n % TEXT_BLOCK);
	for (size_t k = 0; k < n_blocks; k++) {
		const uint64_t run = c->m.run[k];

		edge = list_bits(edge, run ^ (run << 1 | before), k * TEXT_BLOCK);
		before = run >> 63;
	}
	c->n_edges = (size_t)(edge - c->edge);
}

/* Whether bits [begin, begin + len) are all clear; len from 1 to 64. */
static inline bool all_clear(const uint64_t *mask, size_t begin, size_t len)
{
	const size_t k = begin / 64, last = (begin + len - 1) / 64;
	uint64_t bits;

	if (!(mask[k] | mask[last]))	/* most blocks are all plain */
		return true;
	bits = mask[k] >> begin % 64 | mask[last] << 1 << (63 - begin % 64);

	return !(bits << (64 - len));
}

/*
 * Runs from edge `i` on, up to one that is no short token; returns its edge.
 * There must be room for all of them.
 */
static size_t take_short_runs(const struct chunk *c, size_t i, uint32_t at, struct stet_tokens *t)
{
	const size_t first = t->n;
	uint32_t *begin = t->begin + first, *end = t->end + first;
	uint32_t *folded_at = t->folded_at + first, *weight_at = t->weight_at + first;
	uint64_t *hash = t->hash + first;
	char *folded = t->folded + *folded_at;
	const uint32_t base = *folded_at;
	uint32_t total = 0, weight = *weight_at;
	size_t n = 0;

	for (; i < c->n_edges; i += 2, n++) {
		const uint32_t from = c->edge[i], len = c->edge[i + 1] - from;

		if (len > SHORT || !all_clear(c->m.odd, from, len))
			break;
		memcpy(folded + total, c->m.lower + from, SHORT);
		hash[n] = short_hash(load8(c->m.lower + from), load8(c->m.lower + from + 8), len);
		begin[n] = at + from;
		end[n] = at + from + len;
		total += len;
		folded_at[n + 1] = base + total;
		weight += STET_WEIGHT_WORD;
		weight_at[n + 1] = weight;
	}
	memset(t->class + first, STET_WORD, n);
	t->n += n;
	return i;
}

/* Any run, by code points. */
static void take_run(const char *text, uint32_t begin, uint32_t end, struct stet_tokens *t)
{
	const size_t first = t->n;

	stet_fold_run(t, text, begin, end);
	finish(t, first);
}

/* The runs of a chunk that begins at byte `at`. */
static void take_runs(const struct chunk *c, const char *text, uint32_t at, struct stet_tokens *t)
{
	for (size_t i = 0; i < c->n_edges; i += 2) {
		stet_tokens_reserve(t, CHUNK, CHUNK);
		i = take_short_runs(c, i, at, t);
		if (i < c->n_edges)
			take_run(text, at + c->edge[i], at + c->edge[i + 1], t);
	}
}

/* The end of the run that goes through byte `at`. */
static size_t run_end(struct stet_span text, size_t at, const struct stet_text_kernels *k,
		      struct chunk *c)
{
	while (at < text.len) {
		size_t i = 0, n = text.len - at < CHUNK ? text.len - at : CHUNK;
		const size_t n_blocks = (n + TEXT_BLOCK - 1) / TEXT_BLOCK;

		k->classify(text.p + at, n_blocks, &c->m);
		while (i < n_blocks && c->m.run[i] == ~(uint64_t)0)
			i++;
		if (i < n_blocks)
			n = i * TEXT_BLOCK + (size_t)__builtin_ctzll(~c->m.run[i]);
		at += n;
		if (i < n_blocks)
			break;
	}
	return at < text.len ? at : text.len;
}

/* Take the chunk at byte `at`; returns where the next one begins. */
static size_t take_chunk(struct stet_span text, size_t at, const struct stet_text_kernels *k,
			 struct chunk *c, struct stet_tokens *t)
{
	const size_t n = text.len - at < CHUNK ? text.len - at : CHUNK;
	size_t next = at + n;

	k->classify(text.p + at, (n + TEXT_BLOCK - 1) / TEXT_BLOCK, &c->m);
	find_edges(c, n);
	if (c->n_edges % 2) {
		const size_t open = c->edge[c->n_edges - 1];

		if (next == text.len) {
			c->edge[c->n_edges++] = (uint16_t)n;
		} else if (open > 0) {
			next = at + open;
			c->n_edges--;
		} else {
			next = run_end(text, next, k, c);
			stet_tokens_reserve(t, CHUNK, CHUNK);
			take_run(text.p, (uint32_t)at, (uint32_t)next, t);
			return next;
		}
	}
	take_runs(c, text.p, (uint32_t)at, t);
	return next;
}

void stet_tokenize(struct stet_span text, const struct stet_isa *isa, struct stet_tokens *out)
{
	const struct stet_text_kernels *k = stet_text_kernels_of(isa);
	struct chunk c;

	assert(text.len <= STET_MAX_TEXT);
	out->n = 0;
	stet_tokens_reserve(out, 0, 0);
	out->folded_at[0] = out->weight_at[0] = 0;
	for (size_t at = 0; at < text.len;)
		at = take_chunk(text, at, k, &c, out);
	stet_paragraphs(text, k, out);
}
