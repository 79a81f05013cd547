/*
 * tokens.c - a text to tokens, in one pass
 *
 * The text is taken in chunks that stay in the nearest cache.  A kernel turns a
 * chunk into bit masks; the runs between plain separators (ASCII, typographic quotes and
 * dashes) become a list; a short run of ASCII letters and digits is a token as it stands, so
 * nearly is one with an apostrophe inside, and any other run goes through fold.c, on its own,
 * since a separator ends everything.  A run that a chunk cuts begins the next chunk.
 */
#include "fold.h"
#include "paragraphs.h"
#include "stet/hash.h"
#include "text_kernels.h"
#include "token_hash.h"

#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define CHUNK (TEXT_CHUNK_BLOCKS * TEXT_BLOCK)
#define FOLDED_BEHIND 64u	/* bytes that can be read behind the folded ones */

static_assert(CHUNK >= FOLD_SLICE_TOKENS && CHUNK >= FOLD_SLICE_BYTES,
	      "take_runs does not make room for a slice");

struct chunk {
	struct stet_text_masks m;
	uint32_t at;			/* its first byte in the text */
	size_t n;			/* runs that end in it */
	/* Bytes of the chunk; the lists are written some at a time. */
	uint32_t begin[CHUNK / 2 + 16], end[CHUNK / 2 + 16];
	uint32_t hard[CHUNK / 2 + 16];	/* ends of runs that are not all ASCII letters and digits */
	size_t n_hard;
	bool open;			/* one more run begins and does not end in it */
	bool open_is_hard;
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

		t->hash[i] = len <= SHORT_TOKEN ? short_hash(load_le64(p), load_le64(p + 8), len)
						: stet_hash64(p, len, 0);
		total += weight[t->class[i]];
		t->weight_at[i + 1] = total;
	}
}

/* Whether U+20xx with last byte `x` is a dash or a double quote, a bullet or dots: no letter. */
static bool is_typographic(unsigned char x)
{
	return (x >= 0x90 && x <= 0x96) || (x >= 0x9c && x <= 0xa7);
}

/*
 * Make what is_typographic() plain separators, three bytes each.  The last may reach over the
 * chunk: the next one begins with what is left of it, which separates as well.
 */
static void part_at_quotes(struct stet_text_masks *m, const char *p, size_t n_blocks)
{
	uint64_t carry = 0;

	for (size_t k = 0; k < n_blocks; k++, p += TEXT_BLOCK) {
		unsigned __int128 part = carry;

		for (uint64_t e2 = m->e2[k]; e2; e2 &= e2 - 1) {
			const int i = __builtin_ctzll(e2);

			if (p[i + 1] == (char)0x80 && is_typographic((unsigned char)p[i + 2]))
				part |= (unsigned __int128)7 << i;
		}
		m->run[k] &= ~(uint64_t)part;
		m->odd[k] &= ~(uint64_t)part;
		carry = (uint64_t)(part >> 64);
	}
}

/*
 * List the runs in the first `n` bytes at text.p + c->at.  A run added to its odd bytes
 * carries into the byte behind it, so the sum tells the ends of hard runs.
 */
static void find_runs(struct chunk *c, const struct stet_text_kernels *kernels, size_t n)
{
	const size_t n_blocks = (n + TEXT_BLOCK - 1) / TEXT_BLOCK;
	uint64_t begin[TEXT_CHUNK_BLOCKS], end[TEXT_CHUNK_BLOCKS], hard[TEXT_CHUNK_BLOCKS];
	uint64_t before = 0, carry = 0, any = 0;

	if (n % TEXT_BLOCK) {
		c->m.run[n_blocks - 1] &= low_bits(n % TEXT_BLOCK);
		c->m.odd[n_blocks - 1] &= low_bits(n % TEXT_BLOCK);
	}
	for (size_t k = 0; k < n_blocks; k++) {
		const uint64_t run = c->m.run[k], behind = run << 1 | before;
		const unsigned __int128 sum = (unsigned __int128)run + c->m.odd[k] + carry;

		begin[k] = run & ~behind;
		end[k] = behind & ~run;
		hard[k] = (uint64_t)sum & ~run;
		carry = (uint64_t)(sum >> 64);
		before = run >> 63;
		any |= hard[k];
	}
	c->n = kernels->list(end, n_blocks, c->end);
	kernels->list(begin, n_blocks, c->begin);
	c->n_hard = any ? kernels->list(hard, n_blocks, c->hard) : 0;
	c->open = before;
	c->open_is_hard = carry;
}

/*
 * Runs from `i` on, up to the one that ends at `hard` or is no short token; returns its
 * number.  There must be room for all of them.
 */
static size_t take_easy_runs(const struct chunk *c, const struct stet_text_kernels *kernels,
			     size_t i, uint32_t hard, struct stet_tokens *t)
{
	const struct text_words w = {
		.text = c->m.lower, .begin = c->begin + i, .end = c->end + i, .n = c->n - i,
		.stop = hard, .at = c->at,
	};
	const size_t n = kernels->take_words(&w, t);

	memset(t->class + t->n, STET_WORD, n);
	t->n += n;
	return i + n;
}

/* The 64 bits of `mask` from bit `at` on; what is behind the mask is not asked for. */
static uint64_t bits_from(const uint64_t *mask, size_t at, size_t n)
{
	const size_t k = at / 64, last = (at + n - 1) / 64;
	uint64_t bits = mask[k] >> at % 64;

	if (last > k)
		bits |= mask[last] << (64 - at % 64);
	return bits & low_bits(n);
}

static bool is_lower(char c)
{
	return c >= 'a' && c <= 'z';
}

/* Length of the apostrophe at `p`, the only bytes of a run that `odd` has; 0 if it is none. */
static uint32_t apostrophe_len(const char *p, uint64_t odd)
{
	if (odd == 1 && *p == '\'')
		return 1;
	return odd == 7 && memcmp(p, "\u2019", 3) == 0 ? 3 : 0;
}

/* Run `i`, if it is letters, an apostrophe and perhaps letters again, and short. */
static bool take_contraction(const struct chunk *c, size_t i, struct stet_tokens *t)
{
	const uint32_t from = c->begin[i], len = c->end[i] - c->begin[i];
	const char *p = c->m.lower + from;
	const size_t n = t->n;
	char *folded = t->folded + t->folded_at[n];
	uint32_t left, mark, right;
	uint64_t odd;

	if (len > SHORT_TOKEN)
		return false;
	odd = bits_from(c->m.odd, from, len);
	left = (uint32_t)__builtin_ctzll(odd);
	mark = apostrophe_len(p + left, odd >> left);
	if (left == 0 || mark == 0 || !is_lower(p[left - 1]))
		return false;
	right = len - left - mark;
	if (right > 0 && !is_lower(p[left + mark]))
		return false;

	memcpy(folded, p, SHORT_TOKEN);
	memcpy(folded + left, p + left + mark, SHORT_TOKEN);
	t->hash[n] = short_hash(load_le64(folded), load_le64(folded + 8), left + right);
	t->begin[n] = c->at + from;
	t->end[n] = c->at + from + (right > 0 ? len : left);
	t->class[n] = STET_WORD;
	t->folded_at[n + 1] = t->folded_at[n] + left + right;
	t->weight_at[n + 1] = t->weight_at[n] + STET_WEIGHT_WORD;
	t->n++;
	return true;
}

/* Any run, by code points. */
static void take_run(const char *text, uint32_t begin, uint32_t end, struct stet_tokens *t)
{
	const size_t first = t->n;

	stet_fold_run(t, text, begin, end);
	finish(t, first);
}

/* The runs of a chunk. */
static void take_runs(struct chunk *c, const struct stet_text_kernels *kernels, const char *text,
		      struct stet_tokens *t)
{
	size_t hard = 0;

	c->hard[c->n_hard] = UINT32_MAX;
	for (size_t i = 0; i < c->n;) {
		stet_tokens_reserve(t, CHUNK, CHUNK);
		if (c->end[i] == c->hard[hard]) {
			hard++;
			if (!take_contraction(c, i, t))
				take_run(text, c->at + c->begin[i], c->at + c->end[i], t);
			i++;
		} else if (c->end[i] - c->begin[i] > SHORT_TOKEN) {
			take_run(text, c->at + c->begin[i], c->at + c->end[i], t);
			i++;
		} else {
			i = take_easy_runs(c, kernels, i, c->hard[hard], t);
		}
	}
}

static void classify(struct chunk *c, const struct stet_text_kernels *kernels, const char *p,
		     size_t n)
{
	const size_t n_blocks = (n + TEXT_BLOCK - 1) / TEXT_BLOCK;

	kernels->classify(p, n_blocks, &c->m);
	part_at_quotes(&c->m, p, n_blocks);
}

/* The end of the run that goes through byte `at`. */
static size_t run_end(struct stet_span text, size_t at, const struct stet_text_kernels *k,
		      struct chunk *c)
{
	while (at < text.len) {
		size_t i = 0, n = text.len - at < CHUNK ? text.len - at : CHUNK;
		const size_t n_blocks = (n + TEXT_BLOCK - 1) / TEXT_BLOCK;

		classify(c, k, text.p + at, n);
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

/* Can so many more bytes be counted, whatever they are? */
static bool has_room(const struct stet_tokens *t, size_t bytes)
{
	return t->weight_at[t->n] + (uint64_t)bytes * STET_MAX_WEIGHT_PER_BYTE <= UINT32_MAX &&
	       t->folded_at[t->n] + (uint64_t)bytes * STET_FOLD_MAX_GROWTH <= UINT32_MAX;
}

/* Take the chunk at byte `at`; returns where the next one begins, or 0: there is no room. */
static size_t take_chunk(struct stet_span text, size_t at, const struct stet_text_kernels *k,
			 struct chunk *c, struct stet_tokens *t)
{
	const size_t n = text.len - at < CHUNK ? text.len - at : CHUNK;
	size_t next = at + n;

	c->at = (uint32_t)at;
	classify(c, k, text.p + at, n);
	find_runs(c, k, n);
	if (c->open && next == text.len) {
		c->end[c->n++] = (uint32_t)n;
		if (c->open_is_hard)
			c->hard[c->n_hard++] = (uint32_t)n;
	} else if (c->open && c->begin[c->n] > 0) {
		next = at + c->begin[c->n];
	} else if (c->open) {
		next = run_end(text, next, k, c);
		if (!has_room(t, next - at))
			return 0;
		stet_tokens_reserve(t, CHUNK, CHUNK);
		take_run(text.p, (uint32_t)at, (uint32_t)next, t);
		return next;
	}
	if (!has_room(t, n))
		return 0;
	take_runs(c, k, text.p, t);
	return next;
}

bool stet_tokenize_alone(struct stet_span text, const struct stet_isa *isa,
			 struct stet_tokens *out)
{
	const struct stet_text_kernels *k = stet_text_kernels_of(isa);
	struct chunk c;

	assert(text.len <= STET_MAX_TEXT);
	out->n = out->n_paragraphs = 0;
	stet_tokens_reserve(out, 0, 0);
	out->folded_at[0] = out->weight_at[0] = 0;
	for (size_t at = 0; at < text.len;) {
		at = take_chunk(text, at, k, &c, out);
		if (at == 0) {
			out->n = 0;
			return false;
		}
	}
	return true;
}

bool stet_tokenize(struct stet_span text, const struct stet_isa *isa, struct stet_tokens *out)
{
	if (!stet_tokenize_alone(text, isa, out))
		return false;
	stet_paragraphs(text, stet_text_kernels_of(isa), out);
	return true;
}
