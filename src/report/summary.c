/*
 * summary.c - summary.json, the run in numbers, and run.json, what was so only this time
 */
#include "parts.h"
#include "put.h"
#include "stet/err.h"

#include <inttypes.h>

static void put_number(struct stet_out *o, const char *name, uint64_t number)
{
	stet_out_printf(o, "  \"%s\": %" PRIu64 ",\n", name, number);
}

/* A line of an inner object, after the name. */
static void put_inner(struct stet_out *o, bool first, const char *name)
{
	stet_out_puts(o, first ? "\n    " : ",\n    ");
	stet_put_json(o, stet_span_of(name));
	stet_out_puts(o, ": ");
}

static void put_named(struct stet_out *o, const char *key, const struct stet_named *v, size_t n)
{
	stet_out_printf(o, "  \"%s\": {", key);
	for (size_t i = 0; i < n; i++) {
		put_inner(o, i == 0, v[i].name);
		if (v[i].text)
			stet_put_json(o, stet_span_of(v[i].text));
		else
			stet_out_printf(o, "%" PRIu64, v[i].number);
	}
	stet_out_puts(o, "\n  }");
}

static void put_input(struct stet_out *o, const struct stet_input *in)
{
	static const char *const states[] = {
		[STET_INPUT_FINE] = "fine",
		[STET_INPUT_MISSING] = "missing",
		[STET_INPUT_DAMAGED] = "damaged",
	};

	stet_out_puts(o, "{\"path\":");
	stet_put_json(o, stet_span_of(in->path));
	stet_out_printf(o, ",\"bytes\":%" PRIu64 ",\"text_bytes\":%" PRIu64 ",\"digest\":\"",
			in->bytes, in->text_bytes);
	if (in->state != STET_INPUT_MISSING)
		stet_out_printf(o, "%016" PRIx64 "%016" PRIx64, in->digest.hi, in->digest.lo);
	stet_out_printf(o, "\",\"state\":\"%s\"", states[in->state]);
	if (in->state == STET_INPUT_MISSING && in->why) {
		stet_out_puts(o, ",\"why\":");
		stet_put_json(o, stet_span_of(in->why));
	}
	stet_out_puts(o, "}");
}

static void put_inputs(struct stet_out *o, const struct stet_inputs *inputs)
{
	stet_out_puts(o, "  \"inputs\": [");
	for (size_t i = 0; i < inputs->n; i++) {
		stet_out_puts(o, i == 0 ? "\n    " : ",\n    ");
		put_input(o, &inputs->v[i]);
	}
	stet_out_puts(o, "\n  ],\n");
}

static void put_counts(struct stet_out *o, const struct stet_counts *c)
{
	put_number(o, "documents", c->documents);
	put_number(o, "paragraphs", c->paragraphs);
	put_number(o, "tokens", c->tokens);
	put_number(o, "text_bytes", c->text_bytes);
	put_number(o, "read_bytes", c->read_bytes);
	put_number(o, "candidates", c->candidates);
	put_number(o, "accepted", c->accepted);
	put_number(o, "rejected", c->rejected);
	stet_out_puts(o, "  \"accepted_share\": ");
	stet_put_ratio(o, c->accepted, c->candidates);
	stet_out_puts(o, ",\n");
	put_number(o, "pairs", c->pairs);
	put_number(o, "clusters", c->clusters);
	put_number(o, "copies", c->copies);
	put_number(o, "removed", c->removed);
	put_number(o, "replaced", c->replaced);
	put_number(o, "converted", c->converted);
	put_number(o, "mojibake", c->mojibake);
	put_number(o, "bad_dates", c->bad_dates);
	put_number(o, "missing_inputs", c->missing_inputs);
}

static void put_verdicts(struct stet_out *o, const struct stet_proofs *p)
{
	struct stet_named by[STET_N_VERDICTS] = { 0 };

	for (int i = 0; i < STET_N_VERDICTS; i++)
		by[i].name = stet_verdict_name((enum stet_verdict)i);
	for (size_t i = 0; i < p->n; i++)
		by[p->v[i].verdict].number++;
	put_named(o, "verdicts", by, STET_N_VERDICTS);
	stet_out_puts(o, ",\n");
}

static void put_kinds(struct stet_out *o, const struct stet_passages *p)
{
	struct stet_named by[STET_N_PASSAGE_KINDS] = { 0 };

	for (int i = 0; i < STET_N_PASSAGE_KINDS; i++)
		by[i].name = stet_passage_kind_name((enum stet_passage_kind)i);
	for (size_t i = 0; i < p->n; i++)
		by[p->v[i].kind].number++;
	put_named(o, "blocks", by, STET_N_PASSAGE_KINDS);
	stet_out_puts(o, ",\n");
}

int stet_write_summary(const struct stet_report *r, struct stet_out *o, struct stet_err *err)
{
	const struct stet_findings *f = r->f;
	const struct stet_named skipped[] = {
		{ "damaged", NULL, f->counts->damaged },
		{ "passed_over", NULL, f->counts->passed },
		{ "empty", NULL, f->counts->empty },
	};

	(void)err;
	stet_out_puts(o, "{\n  \"version\": ");
	stet_put_json(o, stet_span_of(f->version));
	stet_out_puts(o, ",\n");
	put_named(o, "parameters", f->parameters, f->n_parameters);
	stet_out_puts(o, ",\n");
	put_inputs(o, f->inputs);
	put_counts(o, f->counts);
	put_verdicts(o, f->proofs);
	put_kinds(o, f->passages);
	put_named(o, "skipped", skipped, sizeof(skipped) / sizeof(skipped[0]));
	stet_out_puts(o, ",\n");
	put_named(o, "caps", f->caps, f->n_caps);
	stet_out_puts(o, "\n}\n");
	return 0;
}

static void put_steps(struct stet_out *o, const struct stet_run_facts *r)
{
	stet_out_puts(o, ",\n  \"steps\": {");
	for (size_t i = 0; i < r->n_steps; i++) {
		const struct stet_step *s = &r->steps[i];

		stet_out_puts(o, i > 0 ? ",\n    " : "\n    ");
		stet_put_json(o, stet_span_of(s->name));
		stet_out_printf(o, ": {\"wall_seconds\": %.3f, \"cpu_seconds\": %.3f}",
				s->wall_seconds, s->cpu_seconds);
	}
	stet_out_puts(o, "\n  }");
}

int stet_report_write_run(const struct stet_run_facts *r, const struct stet_outdir *dir,
			  struct stet_err *err)
{
	struct stet_out o = { 0 };

	if (stet_out_open(&o, dir, "run.json", err) < 0)
		return err->code;
	stet_out_puts(&o, "{\n  \"started\": ");
	stet_put_json(&o, stet_span_of(r->started));
	stet_out_printf(&o, ",\n  \"wall_seconds\": %.3f,\n  \"cpu_seconds\": %.3f,\n",
			r->wall_seconds, r->cpu_seconds);
	put_number(&o, "peak_memory", r->peak_memory);
	put_number(&o, "memory", r->memory);
	put_number(&o, "spilled", r->spilled);
	put_number(&o, "threads", r->threads);
	stet_out_puts(&o, "  \"kernels\": ");
	stet_put_json(&o, stet_span_of(r->kernels));
	put_steps(&o, r);
	stet_out_puts(&o, "\n}\n");
	return stet_out_close(&o, err);
}
