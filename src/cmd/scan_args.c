/*
 * scan_args.c - the options of `stet scan`
 *
 * Options that are numbers go straight into struct stet_scan_options; those that
 * have to be looked up, opened or read are texts until stet_scan_args_complete.
 */
#include "scan_args.h"
#include "stet/cpu.h"
#include "stet/err.h"

#include <stdlib.h>
#include <string.h>

#define KIB ((uint64_t)1 << 10)
#define MIB ((uint64_t)1 << 20)
#define GIB ((uint64_t)1 << 30)

#define MAX_THREADS	256
#define MAX_WORDS	1000000		/* of a limit in word equivalents; fits 32 bits as weight */

static const char *const formats[] = {
	[STET_AUTO] = "auto", [STET_JSONL] = "jsonl", [STET_JSON] = "json", [STET_TEXT] = "text",
	[STET_HTML] = "html",
};
static const char *const date_formats[] = { "DD/MM/YYYY", "MM/DD/YYYY", "epoch", "epoch-ms" };

static const char *format_name(size_t i)
{
	return i < sizeof(formats) / sizeof(formats[0]) ? formats[i] : NULL;
}

static const char *date_format_name(size_t i)
{
	return i < sizeof(date_formats) / sizeof(date_formats[0]) ? date_formats[i] : NULL;
}

static const char *preset_name(size_t i)
{
	return stet_presets[i].name;
}

static const char *kernels_name(size_t i)
{
	return i < STET_N_ISA ? stet_isa_all[i].name : NULL;
}

#define HEADING(text) { .help = text, .kind = STET_OPT_HEADING }
#define VARIABLE(type, member) .at = STET_OPT_AT(type, stet_scan_args, member)
#define FLAG(member) STET_OPT_FLAG, VARIABLE(bool, member)
#define TEXT(member) STET_OPT_TEXT, VARIABLE(const char *, member), .min = 1
#define FIELD(member) STET_OPT_TEXT, VARIABLE(const char *, fields.member)
#define CHOICE(member, names) STET_OPT_CHOICE, VARIABLE(const char *, member), .choice = names
#define NUMBER(member, least, most) \
	STET_OPT_NUMBER, VARIABLE(uint32_t, member), .min = least, .max = most
#define WORDS(member) STET_OPT_WORDS, VARIABLE(uint32_t, member), .min = 1, .max = MAX_WORDS
#define SHARE(member) STET_OPT_SHARE, VARIABLE(uint32_t, member)
#define SIZE(member, least, most) \
	STET_OPT_SIZE, VARIABLE(uint64_t, member), .min = least, .max = most

static const struct stet_opt options[] = {
	HEADING("The run"),
	{ 'o', "output", "DIR", "directory of the report; appears whole", TEXT(o.out) },
	{ 0, "force", NULL, "replace DIR, if it holds a report", FLAG(o.force) },
	{ 't', "threads", "N", "worker threads", NUMBER(o.threads, 1, MAX_THREADS) },
	{ 0, "memory", "SIZE", "what keys, texts and pairs may hold",
	  SIZE(o.memory, MIB, 1024 * 1024 * GIB) },
	{ 0, "tmp", "DIR", "for what does not fit; $TMPDIR, else /tmp", TEXT(o.tmp) },
	{ 0, "kernels", "NAME", "vector kernels: see stet kernels", CHOICE(kernels, kernels_name) },
	{ 0, "fail-over", "N|N%", "end with 4 if more is in remove.tsv", TEXT(fail_over) },
	{ 'q', "quiet", NULL, "print errors only", FLAG(quiet) },
	{ 'v', "verbose", NULL, "print details", FLAG(verbose) },
	{ 0, "timings", NULL, "print what each step took (run.json has it always)", FLAG(timings) },
	{ 'h', "help", NULL, "print this text", FLAG(help) },
	{ 0, "version", NULL, "print the version", FLAG(version) },

	{ 0, "documents", "N", "about so many: fewer and longer keys from 10 million on",
	  NUMBER(documents, 1, UINT32_MAX) },
	{ 0, "explain", NULL, "print what will be found, and what it costs; no input is read",
	  FLAG(explain) },

	HEADING("What is read"),
	{ 0, "files-from", "FILE", "more archives, one a line; - is stdin", TEXT(files_from) },
	{ '0', "null", NULL, "there, a NUL ends each name", FLAG(nul) },
	{ 0, "skip-missing", NULL, "go on without archives not readable", FLAG(o.skip_missing) },
	{ 0, "format", "FORMAT", "auto, jsonl, json, text or html", CHOICE(format, format_name) },
	{ 0, "max-record", "SIZE", "longest raw record", SIZE(o.source.max_record, KIB, 2 * GIB) },
	{ 0, "max-document", "SIZE", "longest text",
	  SIZE(o.source.max_document, KIB, STET_MAX_TEXT) },

	HEADING("Where a JSON record keeps what (dotted paths, empty for nowhere)"),
	{ 0, "preset", "NAME", "all of them, as this corpus does", CHOICE(preset, preset_name) },
	{ 0, "text-field", "PATH", "text", FIELD(text), .min = 1 },
	{ 0, "id-field", "PATH", "id", FIELD(id) },
	{ 0, "url-field", "PATH", "url", FIELD(url) },
	{ 0, "source-field", "PATH", "source; else the host of the url", FIELD(source) },
	{ 0, "date-field", "PATH", "date", FIELD(date) },
	{ 0, "title-field", "PATH", "title", FIELD(title) },
	{ 0, "with-title", NULL, "compare titles too, as first paragraphs",
	  FLAG(o.source.with_title) },
	{ 0, "repair-mojibake", NULL, "compare texts as they were before a wrong charset",
	  FLAG(o.source.repair_mojibake) },
	{ 0, "date-format", "F", "DD/MM/YYYY, MM/DD/YYYY, epoch, epoch-ms",
	  CHOICE(date_format, date_format_name) },
	{ 0, "source-map", "FILE", "lines of source, tab, group", TEXT(source_map) },

	HEADING("What is a copy, and which one stands (lengths in words)"),
	{ 0, "keep", "RULE,...", "earliest, longest, first, source:A>B>C", TEXT(o.keep_text) },
	{ 0, "near", "SHARE", "least coverage of both", SHARE(o.verdict.near) },
	{ 0, "abridged", "SHARE", "of the copy", SHARE(o.verdict.abridged) },
	{ 0, "revised", "SHARE", "of both", SHARE(o.verdict.revised) },
	{ 0, "extended", "SHARE", "of the one that stands", SHARE(o.verdict.extended) },
	{ 0, "min-tokens", "N", "shorter: identical and same only", WORDS(o.verdict.min_tokens) },
	{ 0, "min-shared", "N", "least block of `shares`", WORDS(o.verdict.min_shared) },
	{ 0, "min-repeat", "N", "least repeat within a text", WORDS(o.align.min_repeat) },
	{ 0, "max-unique", "N", "so long a run of its own keeps a copy", WORDS(o.max_unique) },
	{ 0, "min-boilerplate", "N", "clusters that make it boilerplate",
	  NUMBER(o.boilerplate.min_components, 2, 1000000) },

	HEADING("Limits of the search (those that bite are counted in summary.json)"),
	{ 0, "max-leaders", "N", "compared with, per bucket",
	  NUMBER(o.match.max_leaders, 1, 1000000) },
	{ 0, "max-frequency", "N", "documents of a key that proposes",
	  NUMBER(o.match.max_documents, 2, 1000000) },
	{ 0, "exact", "SHARE", "none: all pairs with so much of the smaller in common",
	  SHARE(o.exact) },
	{ 0, "max-rounds", "N", "of comparing with those that stand",
	  NUMBER(o.max_rounds, 1, 1000000) },
	{ .help = NULL },
};

/* ---- defaults */

static uint64_t default_memory(uint64_t most)
{
	const uint64_t share = stet_memory_limit() / 4 * 3 / MIB * MIB;

	if (share < MIB)
		return MIB;
	return share < most ? share : most;
}

static const char *default_tmp(void)
{
	const char *tmp = getenv("TMPDIR");

	return tmp && *tmp ? tmp : "/tmp";
}

void stet_scan_args_init(struct stet_scan_args *a)
{
	*a = (struct stet_scan_args){
		.preset = stet_presets[0].name,
		.fields = stet_presets[0].fields,
		.format = formats[STET_AUTO],
		.documents = 1000000,
	};
	stet_scan_options_init(&a->o);
	a->o.memory = default_memory(a->o.memory);
	a->o.tmp = default_tmp();
	a->kernels = a->o.isa->name;
	if (a->o.threads > MAX_THREADS)
		a->o.threads = MAX_THREADS;
}

void stet_scan_args_release(struct stet_scan_args *a)
{
	stet_source_map_close(a->map);
	stet_operands_release(&a->operands);
}

/* ---- from texts to options */

struct field {
	const char *name;
	size_t at;	/* in struct stet_fields */
};

static const struct field fields[] = {
	{ "text", offsetof(struct stet_fields, text) },
	{ "id", offsetof(struct stet_fields, id) },
	{ "url", offsetof(struct stet_fields, url) },
	{ "source", offsetof(struct stet_fields, source) },
	{ "date", offsetof(struct stet_fields, date) },
	{ "title", offsetof(struct stet_fields, title) },
};
#define N_FIELDS (sizeof(fields) / sizeof(fields[0]))

static const char **field_of(const struct stet_fields *f, size_t i)
{
	return (const char **)((char *)f + fields[i].at);
}

/* Add " name=value" to the text of how records are read. */
static void describe(FILE *fp, const char *name, const char *value)
{
	fprintf(fp, " %s=%s", name, value ? value : "");
}

/* The preset's fields, but those that were given; a default's pointer was not. */
static void set_fields(struct stet_scan_args *a, FILE *fp)
{
	const struct stet_fields *unset = &stet_presets[0].fields;

	a->o.source.fields = stet_preset_find(a->preset)->fields;
	fputs(a->preset, fp);
	for (size_t i = 0; i < N_FIELDS; i++) {
		const char *given = *field_of(&a->fields, i);

		if (given == *field_of(unset, i))
			continue;
		*field_of(&a->o.source.fields, i) = given;
		describe(fp, fields[i].name, given);
	}
}

static void set_source(struct stet_scan_args *a, FILE *fp)
{
	struct stet_source_options *o = &a->o.source;

	set_fields(a, fp);
	for (size_t i = 0; format_name(i); i++)
		if (strcmp(a->format, formats[i]) == 0)
			o->format = (enum stet_format)i;
	o->date_format = a->date_format;
	o->source_map = a->map;
	if (o->format != STET_AUTO)
		describe(fp, "format", a->format);
	if (a->date_format)
		describe(fp, "date-format", a->date_format);
	if (a->source_map)
		describe(fp, "source-map", a->source_map);
	if (o->with_title)
		fputs(" with-title", fp);
	if (o->repair_mojibake)
		fputs(" repair-mojibake", fp);
}

/* All that decides how a record is read, set and in one line for the report. */
static void set_and_describe_source(struct stet_scan_args *a)
{
	char *text = NULL;
	size_t len;
	FILE *fp = open_memstream(&text, &len);

	if (!fp)
		abort();	/* out of memory */
	set_source(a, fp);
	fclose(fp);
	a->o.fields_text = stet_arena_copy(&a->operands.mem, (struct stet_span){ text, len }).p;
	free(text);
}

static int pick_kernels(struct stet_scan_args *a, struct stet_err *err)
{
	a->o.isa = stet_isa_pick(a->kernels);
	if (!a->o.isa)
		return stet_fail(err, STET_EUSAGE, "--kernels: this CPU cannot run '%s'",
				 a->kernels);
	return 0;
}

static bool reads_stdin(const struct stet_scan_args *a)
{
	for (size_t i = 0; i < a->operands.n; i++)
		if (strcmp(a->operands.v[i], "-") == 0)
			return true;
	return false;
}

/* Operands, then what --files-from lists. */
static int gather_paths(struct stet_scan_args *a, struct stet_err *err)
{
	const struct stet_operands *given = &a->operands;
	struct stet_arena *mem = &a->operands.mem;
	const char **listed = NULL;
	size_t n = 0;

	if (a->files_from && stet_files_from(a->files_from, a->nul, mem, &listed, &n, err) < 0)
		return err->code;
	a->n_paths = given->n + n;
	a->paths = stet_arena_alloc(mem, (a->n_paths + 1) * sizeof(*a->paths));
	memcpy(a->paths, given->v, given->n * sizeof(*a->paths));
	if (n > 0)
		memcpy(a->paths + given->n, listed, n * sizeof(*a->paths));
	return 0;
}

static int check(const struct stet_scan_args *a, struct stet_err *err)
{
	if (a->operands.n == 0 && !a->files_from)
		return stet_fail(err, STET_EUSAGE, "no archives; usage: stet scan [options] "
				 "ARCHIVE... -o DIR");
	if (!a->o.out)
		return stet_fail(err, STET_EUSAGE, "no directory for the report; usage: stet scan "
				 "[options] ARCHIVE... -o DIR");
	if (a->nul && !a->files_from)
		return stet_fail(err, STET_EUSAGE, "--null says how --files-from is read, which is "
				 "not there");
	if (a->quiet && a->verbose)
		return stet_fail(err, STET_EUSAGE, "--quiet and --verbose exclude each other");
	if (a->files_from && strcmp(a->files_from, "-") == 0 && reads_stdin(a))
		return stet_fail(err, STET_EUSAGE, "standard input cannot be both an archive and "
				 "the list of --files-from");
	return 0;
}

int stet_scan_args_parse(struct stet_scan_args *a, int argc, char *argv[], struct stet_err *err)
{
	const int rc = stet_opt_parse(options, a, argc, argv, &a->operands, err);

	if (rc == 0)
		stet_sketch_plan(&a->o.sketch, a->documents);
	return rc;
}

int stet_scan_args_complete(struct stet_scan_args *a, struct stet_err *err)
{
	if (check(a, err) < 0 || pick_kernels(a, err) < 0 ||
	    stet_keep_parse(a->o.keep_text, &a->o.keep, &a->operands.mem, err) < 0)
		return err->code;
	if (a->fail_over && stet_fail_over_parse(a->fail_over, &a->over, err) < 0)
		return err->code;
	if (a->source_map) {
		a->map = stet_source_map_open(a->source_map, err);
		if (!a->map)
			return err->code;
	}
	set_and_describe_source(a);
	return gather_paths(a, err);
}

void stet_scan_args_help(const struct stet_scan_args *a, FILE *fp)
{
	stet_opt_help(options, a, fp);
}
