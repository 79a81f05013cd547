/*
 * scan.c - the main job, from archives to a published report
 */
#include "stet/cpu.h"
#include "stet/io.h"
#include "stet/log.h"

#include "run.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define MIB ((uint64_t)1 << 20)

void stet_scan_options_init(struct stet_scan_options *o)
{
	*o = (struct stet_scan_options){
		.keep = { .rules = { STET_KEEP_EARLIEST }, .n_rules = 1 },
		.keep_text = "earliest",
		.fields_text = "stet",
		.max_rounds = 16,
		.max_unique = STET_WORDS(50),
		.batch_bytes = MIB,
		.threads = stet_cpu_count(),
		.memory = 2048 * MIB,
		.isa = stet_isa_pick(NULL),
	};
	stet_source_options_init(&o->source);
	stet_sketch_options_init(&o->sketch);
	stet_match_options_init(&o->match);
	stet_align_options_init(&o->align);
	stet_verdict_options_init(&o->verdict);
	stet_boilerplate_options_init(&o->boilerplate);
	stet_template_options_init(&o->templates);
}

/* ---- stages */

static int read_all(struct stet_run *r, struct stet_err *err)
{
	const struct stet_scan_options *o = r->o;

	r->documents = stet_documents_open(o->tmp, err);
	if (!r->documents)
		return err->code;
	r->texts = stet_texts_open(&r->budget, o->memory / 2, o->tmp);
	r->keys = stet_key_store_open(&r->budget, o->memory / 4);
	if (stet_run_read(r, err) < 0)
		return err->code;
	stet_steps_end(&r->steps, "read");
	stet_run_rank(r);
	stet_steps_end(&r->steps, "rank");
	return 0;
}

static int match_all(struct stet_run *r, struct stet_err *err)
{
	struct stet_match_options o = r->o->match;
	uint32_t *number_ranks = r->n_stretches > 0 ? stet_run_number_ranks(r) : NULL;
	int rc;

	o.n_threads = r->o->threads;
	o.min_common = r->o->boilerplate.min_components;
	rc = stet_match(r->keys, number_ranks ? number_ranks : r->rank, r->n, &o, &r->budget,
			&r->matches, err);
	free(number_ranks);
	r->spilled += stet_key_store_spilled(r->keys) + r->matches.spilled;
	stet_key_store_close(r->keys);
	r->keys = NULL;
	if (rc == 0 && r->o->exact > 0)
		rc = stet_run_match_exact(r, err);
	stet_steps_end(&r->steps, "match");
	r->counts.candidates = r->matches.n_pairs;
	stet_log_detail("%zu candidate pairs, %zu common paragraphs", r->matches.n_pairs,
			r->matches.n_common);
	return rc;
}

/* Take out the proofs that a wrong suspicion went into, and list their pairs; blocks stay. */
static size_t take_outdated(struct stet_run *r, uint64_t *pairs)
{
	struct stet_proofs *all = &r->proofs;
	size_t n = 0, kept = 0;

	for (size_t i = 0; i < all->n; i++) {
		const struct stet_proof *p = &all->v[i];

		if (r->misjudged[p->stands] || r->misjudged[p->copy])
			pairs[n++] = stet_pair(p->stands, p->copy);
		else
			all->v[kept++] = *p;
	}
	all->n = kept;
	stet_budget_give(&r->budget, n * sizeof(*all->v));
	return n;
}

/*
 * All candidates.  What is boilerplate shows only in the components that comparing
 * gives, so it is suspected at first, and where the suspicion was wrong documents
 * are compared again.  So are the holders of text that is in too many documents to
 * propose pairs, and no boilerplate.
 */
static int prove_candidates(struct stet_run *r, struct stet_err *err)
{
	uint64_t *again;
	size_t n, cap = 0;
	int rc;

	stet_run_suspect_boilerplate(r);
	if (stet_run_prove(r, r->matches.pairs, r->matches.n_pairs, err) < 0)
		return err->code;
	stet_steps_end(&r->steps, "prove");
	stet_clusters_connect(&r->clusters, &r->proofs, true);
	if (stet_run_decide_boilerplate(r, err) < 0)
		return err->code;
	stet_steps_end(&r->steps, "boilerplate");
	again = stet_grow(NULL, &cap, r->proofs.n, sizeof(*again));
	n = take_outdated(r, again);
	n = stet_run_add_travelling(r, &again, n, &cap);
	stet_log_detail("%zu boilerplate paragraphs, %zu pairs to compare again",
			r->n_boilerplate, n);
	rc = stet_run_prove(r, again, n, err);
	free(again);
	stet_steps_end(&r->steps, "prove again");
	return rc;
}

/* Templates are settled before documents are put into clusters; rounds go by the same. */
static void judge_templates(struct stet_run *r)
{
	stet_siblings_gather(&r->siblings, r->n, &r->proofs, &r->o->templates);
	stet_judge_templates(&r->proofs, &r->siblings);
}

static void count_accepted(struct stet_run *r)
{
	for (size_t i = 0; i < r->proofs.n; i++)
		r->counts.accepted += r->proofs.v[i].verdict != STET_REJECTED;
	r->counts.rejected = r->proofs.n - r->counts.accepted;
}

static int prove_wanted(struct stet_run *r, struct stet_clusters *c, struct stet_err *err)
{
	c->n_wanted = stet_pairs_unique(c->wanted, c->n_wanted);
	stet_log_detail("round %u: %zu pairs", c->rounds, c->n_wanted);
	return stet_run_prove(r, c->wanted, c->n_wanted, err);
}

/* Compare what is wanted and put documents into clusters, round by round. */
static int run_rounds(struct stet_run *r, struct stet_clusters *c, struct stet_err *err)
{
	while (stet_clusters_advance(c, &r->proofs, c->rounds == r->o->max_rounds))
		if (prove_wanted(r, c, err) < 0)
			return err->code;
	while (stet_clusters_follow(c, &r->proofs))
		if (prove_wanted(r, c, err) < 0)
			return err->code;
	return 0;
}

/* Every document of a component with the one that stands; then the revised ones once more. */
static int cluster_all(struct stet_run *r, struct stet_err *err)
{
	stet_clusters_connect(&r->clusters, &r->proofs, false);
	if (run_rounds(r, &r->clusters, err) < 0)
		return err->code;
	stet_clusters_init(&r->again, r->n);
	stet_clusters_regroup(&r->again, &r->clusters, &r->proofs);
	return run_rounds(r, &r->again, err);
}

static int find_all(struct stet_run *r, struct stet_err *err)
{
	if (read_all(r, err) < 0 || match_all(r, err) < 0)
		return err->code;
	stet_clusters_init(&r->clusters, r->n);
	if (prove_candidates(r, err) < 0)
		return err->code;
	judge_templates(r);
	count_accepted(r);
	if (cluster_all(r, err) < 0)
		return err->code;
	stet_steps_end(&r->steps, "cluster");
	if (stet_run_visit(r, err) < 0)
		return err->code;
	stet_steps_end(&r->steps, "visit");
	if (stet_run_pick_exhibits(r, err) < 0)
		return err->code;
	stet_steps_end(&r->steps, "exhibits");
	return 0;
}

/* ---- the report */

static struct stet_named number(const char *name, uint64_t value)
{
	return (struct stet_named){ .name = name, .number = value };
}

static struct stet_named text(const char *name, const char *value)
{
	return (struct stet_named){ .name = name, .text = value };
}

static int write_findings(struct stet_run *r, const struct stet_outdir *dir, struct stet_err *err)
{
	const struct stet_scan_options *o = r->o;
	const struct stet_named parameters[] = {
		text("fields", o->fields_text),
		text("keep", o->keep_text),
		number("near", o->verdict.near),
		number("abridged", o->verdict.abridged),
		number("revised", o->verdict.revised),
		number("extended", o->verdict.extended),
		number("min_tokens", o->verdict.min_tokens / STET_WEIGHT_WORD),
		number("min_shared", o->verdict.min_shared / STET_WEIGHT_WORD),
		number("min_repeat", o->align.min_repeat / STET_WEIGHT_WORD),
		number("min_run", o->align.min_run / STET_WEIGHT_WORD),
		number("max_gap", o->align.max_gap / STET_WEIGHT_WORD),
		number("max_unique", o->max_unique / STET_WEIGHT_WORD),
		number("document_bands", o->sketch.document_bands),
		number("document_rows", o->sketch.document_rows),
		number("paragraph_bands", o->sketch.paragraph_bands),
		number("paragraph_rows", o->sketch.paragraph_rows),
		number("anchor_window", o->sketch.window / STET_WEIGHT_WORD),
		number("max_frequency", o->match.max_documents),
		number("max_leaders", o->match.max_leaders),
		number("min_boilerplate", o->boilerplate.min_components),
		number("max_rounds", o->max_rounds),
		number("exact", o->exact),
		number("max_record", o->source.max_record),
		number("max_document", o->source.max_document),
	};
	const struct stet_named caps[] = {
		number("frequency_anchors", r->matches.capped_keys[STET_ANCHOR]),
		number("frequency_paragraphs", r->matches.capped_keys[STET_PARAGRAPH_EXACT]),
		number("frequency_paragraph_bands", r->matches.capped_keys[STET_PARAGRAPH_BAND]),
		number("leaders", r->matches.capped_leaders),
		number("places", r->capped_places),
		number("rounds", r->clusters.capped + r->again.capped),
	};
	const struct stet_findings f = {
		.inputs = &r->inputs, .documents = r->documents, .texts = r->texts,
		.rank = r->rank, .ordinal = r->ordinal, .keep = &o->keep,
		.exact = o->exact > 0, .overlaps = r->overlaps, .n_overlaps = r->n_overlaps,
		.proofs = &r->proofs, .clusters = &r->clusters,
		.again = &r->again, .passages = &r->passages,
		.removed = r->removed,
		.exhibits = r->exhibits.v, .n_exhibits = r->exhibits.n,
		.skips = r->skips, .n_skips = r->n_skips,
		.parameters = parameters, .n_parameters = sizeof(parameters) / sizeof(*parameters),
		.caps = caps, .n_caps = sizeof(caps) / sizeof(*caps),
		.version = STET_VERSION, .counts = &r->counts,
	};

	return stet_report_write(&f, dir, o->threads, err);
}

/* ---- the run */

static void run_release(struct stet_run *r)
{
	stet_exhibits_release(&r->exhibits);
	stet_passages_release(&r->passages);
	stet_siblings_release(&r->siblings);
	stet_clusters_release(&r->again);
	stet_clusters_release(&r->clusters);
	stet_proofs_release(&r->proofs);
	stet_matches_release(&r->matches);
	free(r->overlaps);
	stet_key_store_close(r->keys);
	stet_texts_close(r->texts);
	stet_documents_close(r->documents);
	stet_inputs_release(&r->inputs);
	stet_arena_release(&r->strings);
	free(r->skips);
	free(r->stretches);
	free(r->rank);
	free(r->ordinal);
	free(r->boilerplate);
	free(r->has_boilerplate);
	free(r->misjudged);
	free(r->removed);
}

static void set_facts(const struct stet_run *r, double began, struct stet_scan_result *result)
{
	const struct stet_steps *steps = &r->steps;

	result->counts = r->counts;
	result->facts = (struct stet_run_facts){
		.started = result->started,
		.wall_seconds = stet_clock_seconds() - began,
		.cpu_seconds = stet_cpu_seconds(),
		.peak_memory = stet_peak_memory(),
		.memory = r->o->memory,
		.spilled = stet_texts_spilled(r->texts) + r->spilled,
		.threads = r->o->threads,
		.kernels = r->o->isa->name,
		.n_steps = steps->n,
	};
	memcpy(result->facts.steps, steps->v, sizeof(steps->v));
}

static void note_start(struct stet_scan_result *result)
{
	const time_t now = time(NULL);
	struct tm utc;

	gmtime_r(&now, &utc);
	strftime(result->started, sizeof(result->started), "%Y-%m-%dT%H:%M:%SZ", &utc);
}

static int publish(struct stet_run *r, struct stet_outdir *dir, double began,
		   struct stet_scan_result *result, struct stet_err *err)
{
	if (write_findings(r, dir, err) < 0)
		return err->code;
	stet_steps_end(&r->steps, "report");
	set_facts(r, began, result);
	if (stet_report_write_run(&result->facts, dir, err) < 0 || stet_check_stopped(err) < 0)
		return err->code;
	return stet_outdir_publish(dir, err);
}

int stet_scan(const struct stet_scan_options *o, const char *const paths[], size_t n_paths,
	      struct stet_scan_result *result, struct stet_err *err)
{
	const double began = stet_clock_seconds();
	struct stet_run r = { .o = o, .budget = { .limit = o->memory, .tmp = o->tmp } };
	struct stet_outdir dir;
	int rc;

	note_start(result);
	stet_steps_begin(&r.steps);
	stet_perms_init(&r.perms);
	rc = stet_inputs_collect(&r.inputs, paths, n_paths, &o->source, o->skip_missing, err);
	if (rc < 0)
		goto out;
	for (size_t i = 0; i < r.inputs.n; i++)
		r.counts.missing_inputs += r.inputs.v[i].state == STET_INPUT_MISSING;
	rc = stet_run_check_space(&r, err);
	if (rc < 0)
		goto out;
	rc = stet_outdir_open(&dir, o->out, o->force, STET_REPORT_SUMMARY, err);
	if (rc < 0)
		goto out;
	rc = find_all(&r, err);
	if (rc == 0)
		rc = publish(&r, &dir, began, result, err);
	stet_outdir_close(&dir);
out:
	run_release(&r);
	return rc;
}
