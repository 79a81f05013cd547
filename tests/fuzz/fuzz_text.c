/*
 * fuzz_text.c - folding, tokens and paragraphs: by every kernel, and by the oracle
 */
#include "../../src/source/charset.h"
#include "fuzz.h"
#include "stet/cpu.h"
#include "stet/hash.h"
#include "stet/text.h"

#include <utf8proc.h>

#include "../text_oracle.h"

#define ORACLE_BYTES 2000	/* it compares all with all */

/* Of what is no UTF-8 only the oracle knows what a character is. */
static bool begins_character(struct stet_span text, uint32_t at)
{
	return at == text.len || ((unsigned char)text.p[at] & 0xc0) != 0x80 ||
	       stet_utf8_prefix(text) < text.len;
}

static void check_token(struct stet_span text, const struct stet_tokens *t, size_t i)
{
	LAW(t->begin[i] < t->end[i] && t->end[i] <= text.len);
	LAW(begins_character(text, t->begin[i]) && begins_character(text, t->end[i]));
	LAW(i == 0 || (t->begin[i] >= t->begin[i - 1] && t->end[i] >= t->end[i - 1]));
	LAW(t->folded_at[i] < t->folded_at[i + 1]);
	LAW(t->class[i] < STET_N_CLASSES && t->weight_at[i] < t->weight_at[i + 1]);
}

static void check_paragraphs(struct stet_span text, const struct stet_tokens *t)
{
	uint32_t token = 0, end = 0;

	for (size_t i = 0; i < t->n_paragraphs; i++) {
		const struct stet_paragraph *p = &t->paragraphs[i];

		LAW(p->begin >= end && p->begin < p->end && p->end <= text.len);
		LAW(p->token == token && p->n_tokens > 0);
		LAW(begins_character(text, p->begin) && begins_character(text, p->end));
		token += p->n_tokens;
		end = p->end;
		LAW(t->begin[p->token] >= p->begin && t->end[token - 1] <= p->end);
	}
	LAW(token == t->n);
}

#define SAME(a, b, n) LAW((n) == 0 || memcmp((a), (b), (n) * sizeof(*(a))) == 0)

static void check_equal(const struct stet_tokens *a, const struct stet_tokens *b)
{
	LAW(a->n == b->n && a->n_paragraphs == b->n_paragraphs);
	SAME(a->hash, b->hash, a->n);
	SAME(a->begin, b->begin, a->n);
	SAME(a->end, b->end, a->n);
	SAME(a->class, b->class, a->n);
	SAME(a->folded_at, b->folded_at, a->n + 1);
	SAME(a->weight_at, b->weight_at, a->n + 1);
	SAME(a->folded, b->folded, a->folded_at[a->n]);
	SAME(a->paragraphs, b->paragraphs, a->n_paragraphs);
}

static void check_oracle(struct stet_span text, const struct stet_tokens *t)
{
	struct oracle_tokens want;

	oracle_tokens(text.p, text.len, &want);
	LAW(want.n == t->n);
	for (size_t i = 0; i < t->n; i++) {
		const struct oracle_token *o = &want.v[i];

		LAW(o->begin == t->begin[i] && o->end == t->end[i] && o->class == t->class[i]);
		LAW(o->len == t->folded_at[i + 1] - t->folded_at[i]);
		LAW(memcmp(want.folded + o->at, t->folded + t->folded_at[i], o->len) == 0);
	}
	oracle_paragraphs(text.p, text.len, t, &want);
	LAW(want.n_paragraphs == t->n_paragraphs);
	SAME(want.paragraphs, t->paragraphs, t->n_paragraphs);
	oracle_release(&want);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct fuzz_input in = { data, size };
	const struct stet_span text = fuzz_rest(&in);
	struct stet_tokens t = { 0 }, other = { 0 };

	LAW(stet_tokenize(text, stet_isa_pick("scalar"), &t));
	for (size_t i = 0; i < t.n; i++)
		check_token(text, &t, i);
	check_paragraphs(text, &t);
	for (size_t i = 0; i < STET_N_ISA; i++)
		if (stet_isa_all[i].usable()) {
			LAW(stet_tokenize(text, &stet_isa_all[i], &other));
			check_equal(&t, &other);
		}
	if (size <= ORACLE_BYTES)
		check_oracle(text, &t);
	stet_tokens_release(&t);
	stet_tokens_release(&other);
	fuzz_free(text);
	return 0;
}
