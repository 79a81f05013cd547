/*
 * verdict.c - what a pair is called: the first that fits
 */
#include "stet/cluster.h"

void stet_verdict_options_init(struct stet_verdict_options *o)
{
	*o = (struct stet_verdict_options){
		.near = 8000, .abridged = 8000, .revised = 5000, .extended = 8000,
		.min_tokens = STET_WORDS(20), .min_shared = STET_WORDS(50),
	};
}

static const char *const names[STET_N_VERDICTS] = {
	[STET_REJECTED] = "rejected",
	[STET_IDENTICAL] = "identical",
	[STET_SAME] = "same",
	[STET_TEMPLATE] = "template",
	[STET_NEAR] = "near",
	[STET_ABRIDGED] = "abridged",
	[STET_REVISED] = "revised",
	[STET_EXTENDED] = "extended",
	[STET_SHARES] = "shares",
};

const char *stet_verdict_name(enum stet_verdict v)
{
	return names[v];
}

uint32_t stet_share(uint64_t part, uint64_t whole)
{
	return whole == 0 ? 0 : (uint32_t)((part * 10000 + whole / 2) / whole);
}

static enum stet_verdict judge_core(const struct stet_measures *m,
				    const struct stet_verdict_options *o)
{
	const uint32_t core = stet_share(m->c_core_aligned, m->c_core);
	const uint32_t covers = stet_share(m->s_core_aligned, m->s_core);

	if (m->c_core_weight < o->min_tokens || m->s_core_weight < o->min_tokens)
		return STET_REJECTED;
	if (core >= o->near && covers >= o->near)
		return STET_NEAR;
	if (core >= o->abridged)
		return STET_ABRIDGED;
	if (core >= o->revised && covers >= o->revised)
		return STET_REVISED;
	if (covers >= o->extended)
		return STET_EXTENDED;
	return STET_REJECTED;
}

enum stet_verdict stet_judge_blocks(const struct stet_block *blocks, size_t n_blocks,
				    const struct stet_verdict_options *o)
{
	for (size_t i = 0; i < n_blocks; i++)
		if (blocks[i].weight >= o->min_shared)
			return STET_SHARES;
	return STET_REJECTED;
}

enum stet_verdict stet_judge(const struct stet_measures *m, const struct stet_block *blocks,
			     size_t n_blocks, const struct stet_verdict_options *o)
{
	enum stet_verdict v;

	if (m->same_bytes)
		return STET_IDENTICAL;
	if (m->same_tokens)
		return STET_SAME;
	v = judge_core(m, o);
	return v == STET_REJECTED ? stet_judge_blocks(blocks, n_blocks, o) : v;
}
