/*
 * opt.c - the command line by popt, values into the settings
 */
#include "opt.h"
#include "opt_value.h"
#include "stet/err.h"
#include "suggest.h"

#include <popt.h>
#include <stdlib.h>
#include <string.h>

#define LEFT_COLUMN 30	/* of --help */

static size_t count(const struct stet_opt *opts)
{
	size_t n = 0;

	while (opts[n].help)
		n++;
	return n;
}

/* popt's table: every value as a string, `val` = the row's number from 1. */
static struct poptOption *popt_table(const struct stet_opt *opts)
{
	struct poptOption *table = stet_calloc(count(opts) + 1, sizeof(*table));
	size_t n = 0;

	for (size_t i = 0; opts[i].help; i++) {
		if (opts[i].kind == STET_OPT_HEADING)
			continue;
		table[n++] = (struct poptOption){
			.longName = opts[i].name,
			.shortName = opts[i].key,
			.argInfo = opts[i].kind == STET_OPT_FLAG ? POPT_ARG_NONE : POPT_ARG_STRING,
			.val = (int)i + 1,
		};
	}
	return table;
}

static int unknown(const struct stet_opt *opts, const char *given, struct stet_err *err)
{
	const size_t len = strcspn(given, "=");
	struct stet_suggestion s = { 0 };

	for (; opts->help && len > 2; opts++)
		if (opts->kind != STET_OPT_HEADING)
			stet_suggest(&s, given + 2, len - 2, opts->name);
	if (s.name)
		return stet_fail(err, STET_EUSAGE, "unknown option %.*s: did you mean --%s?",
				 (int)len, given, s.name);
	return stet_fail(err, STET_EUSAGE, "unknown option %.*s: see --help", (int)len, given);
}

static int complain(const struct stet_opt *opts, poptContext con, int code, struct stet_err *err)
{
	const char *given = poptBadOption(con, POPT_BADOPTION_NOALIAS);
	const int len = (int)strcspn(given, "=");

	switch (code) {
	case POPT_ERROR_BADOPT:
		return unknown(opts, given, err);
	case POPT_ERROR_NOARG:
		return stet_fail(err, STET_EUSAGE, "%.*s wants a value", len, given);
	case POPT_ERROR_UNWANTEDARG:
		return stet_fail(err, STET_EUSAGE, "%.*s takes no value", len, given);
	default:
		return stet_fail(err, STET_EUSAGE, "%s: %s", given, poptStrerror(code));
	}
}

static void keep_operands(poptContext con, struct stet_operands *left)
{
	const char **v = poptGetArgs(con);
	size_t n = 0;

	while (v && v[n])
		n++;
	left->v = stet_arena_alloc(&left->mem, (n + 1) * sizeof(*left->v));
	left->n = n;
	for (size_t i = 0; i < n; i++)
		left->v[i] = stet_arena_copy(&left->mem,
					     (struct stet_span){ v[i], strlen(v[i]) }).p;
}

static int take(const struct stet_opt *opts, void *settings, poptContext con,
		struct stet_operands *left, struct stet_err *err)
{
	int code, rc = 0;

	while (rc == 0 && (code = poptGetNextOpt(con)) > 0) {
		char *value = poptGetOptArg(con);

		rc = stet_opt_store(&opts[code - 1], value, settings, &left->mem, err);
		free(value);
	}
	if (rc < 0)
		return rc;
	if (code < -1)
		return complain(opts, con, code, err);
	keep_operands(con, left);
	return 0;
}

int stet_opt_parse(const struct stet_opt *opts, void *settings, int argc, char *argv[],
		   struct stet_operands *left, struct stet_err *err)
{
	struct poptOption *table = popt_table(opts);
	poptContext con = poptGetContext(NULL, argc, (const char **)argv, table, 0);
	int rc;

	if (con) {
		rc = take(opts, settings, con, left, err);
		poptFreeContext(con);
	} else {
		rc = stet_fail_errno(err, "cannot read the command line");
	}
	free(table);
	return rc;
}

void stet_operands_release(struct stet_operands *o)
{
	stet_arena_release(&o->mem);
	*o = (struct stet_operands){ 0 };
}

void stet_opt_help(const struct stet_opt *opts, const void *settings, FILE *fp)
{
	for (const struct stet_opt *o = opts; o->help; o++) {
		char left[64], value[128];

		if (o->kind == STET_OPT_HEADING) {
			fprintf(fp, "\n%s\n", o->help);
			continue;
		}
		snprintf(left, sizeof(left), "%s--%s%s%s",
			 o->key ? (char[]){ '-', o->key, ',', ' ', 0 } : "    ", o->name,
			 o->arg ? "=" : "", o->arg ? o->arg : "");
		fprintf(fp, "  %-*s %s", LEFT_COLUMN - 3, left, o->help);
		if (stet_opt_show(o, settings, value, sizeof(value)))
			fprintf(fp, " [%s]", value);
		putc('\n', fp);
	}
}
