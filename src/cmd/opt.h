/*
 * opt.h - command-line options as a table
 *
 * A row says everything about one option; parsing and --help both read it.  The
 * default is what the variable holds when --help is printed.  popt walks the
 * command line: options may stand anywhere, `--` ends them, `-` is an operand.
 */
#ifndef STET_OPT_H
#define STET_OPT_H

#include "stet/mem.h"

#include <stdbool.h>
#include <stdio.h>

struct stet_err;

/* The variable, and how its value is written. */
enum stet_opt_kind {
	STET_OPT_HEADING,	/* none: `help` stands above the rows that follow */
	STET_OPT_FLAG,		/* bool */
	STET_OPT_TEXT,		/* const char *; empty = NULL, where `min` allows it */
	STET_OPT_CHOICE,	/* const char *: one of `choice` */
	STET_OPT_NUMBER,	/* uint32_t */
	STET_OPT_WORDS,		/* uint32_t weight, in word equivalents */
	STET_OPT_SHARE,		/* uint32_t ten thousandths, as 0 to 1 */
	STET_OPT_SIZE,		/* uint64_t bytes, with K, M, G or T */
};

struct stet_opt {
	char key;			/* short form, or 0 */
	const char *name;		/* long form */
	const char *arg;		/* what --help calls the value; NULL for a flag */
	const char *help;		/* NULL in the row that ends the table */
	enum stet_opt_kind kind;
	size_t at;			/* where in the settings the variable is */
	uint64_t min, max;		/* of numbers and sizes; least length of a text */
	const char *(*choice)(size_t i);	/* the names, then NULL */
};

/* Where `member`, which must have type `type`, is in struct `of`. */
#define STET_OPT_AT(type, of, member) \
	(offsetof(struct of, member) + 0 * sizeof(&((struct of *)0)->member == (type *)0))

/* What is left when the options are gone.  All zero bytes = empty. */
struct stet_operands {
	struct stet_arena mem;		/* owns them and the texts in the settings */
	const char **v;
	size_t n;
};
void stet_operands_release(struct stet_operands *o);

/* Fill in `settings` and *left; STET_EUSAGE with a message that names the range. */
int stet_opt_parse(const struct stet_opt *opts, void *settings, int argc, char *argv[],
		   struct stet_operands *left, struct stet_err *err);
void stet_opt_help(const struct stet_opt *opts, const void *settings, FILE *fp);

/* Digits with at most `decimals` of them behind a point, as a number of the smallest unit. */
bool stet_parse_decimal(const char *text, size_t len, unsigned decimals, uint64_t *value);

#endif
