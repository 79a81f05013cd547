/*
 * fuzz_sketch.c - the keys of a text: the same by every kernel, under any options
 */
#include "fuzz.h"
#include "stet/cpu.h"
#include "stet/sketch.h"

static struct stet_widths take_widths(struct fuzz_input *in)
{
	struct stet_widths w;

	for (int i = 0; i < STET_N_CLASSES; i++)
		w.by_class[i] = (uint8_t)(1 + fuzz_take(in) % 30);
	return w;
}

/* Those of a plan, or others within what is allowed. */
static struct stet_sketch_options take_options(struct fuzz_input *in)
{
	static const uint64_t plans[] = { 1, 100000000, UINT64_MAX };
	const uint8_t how = fuzz_take(in);
	struct stet_sketch_options o;

	stet_sketch_options_init(&o);
	stet_sketch_plan(&o, plans[how % 3]);
	if (how & 0x80) {
		o.lanes = take_widths(in);
		o.anchors = take_widths(in);
		o.window = 1 + fuzz_take(in) * 4u;
		o.min_document = fuzz_take(in) * 4u;
		o.min_paragraph = fuzz_take(in) * 4u;
	}
	return o;
}

static void check_equal(const struct stet_keys *a, const struct stet_keys *b)
{
	for (int f = 0; f < STET_N_FAMILIES; f++) {
		LAW(a->n[f] == b->n[f]);
		LAW(a->n[f] == 0 || memcmp(a->v[f], b->v[f], a->n[f] * sizeof(*a->v[f])) == 0);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input in = { data, size };
	const struct stet_sketch_options o = take_options(&in);
	const struct stet_isa *scalar = stet_isa_pick("scalar");
	const struct stet_span text = fuzz_rest(&in);
	struct stet_tokens t = { 0 };
	struct stet_keys want = { 0 }, got = { 0 };
	struct stet_perms p;

	stet_perms_init(&p);
	LAW(stet_tokenize(text, scalar, &t));
	if (t.n > 0) {
		stet_sketch(&t, &o, &p, scalar, &want);
		LAW(want.n[STET_DOCUMENT_EXACT] == 1);
		for (size_t i = 0; i < STET_N_ISA; i++)
			if (stet_isa_all[i].usable()) {
				stet_sketch(&t, &o, &p, &stet_isa_all[i], &got);
				check_equal(&want, &got);
			}
	}
	stet_keys_release(&want);
	stet_keys_release(&got);
	stet_tokens_release(&t);
	fuzz_free(text);
	return 0;
}
