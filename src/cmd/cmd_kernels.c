/*
 * cmd_kernels.c - `stet kernels`: which vector kernels this CPU can run
 */
#include "cmd.h"
#include "opt.h"
#include "stet/cpu.h"
#include "stet/err.h"

static const struct stet_opt options[] = {
	{ 'h', "help", NULL, "print this text", STET_OPT_FLAG, .at = 0 },
	{ .help = NULL },
};

static void list(void)
{
	const struct stet_isa *chosen = stet_isa_pick(NULL);

	for (size_t i = 0; i < STET_N_ISA; i++) {
		const struct stet_isa *isa = &stet_isa_all[i];

		printf("%-8s %s%s\n", isa->name, isa->usable() ? "usable" : "not usable",
		       isa == chosen ? ", chosen" : "");
	}
}

static int kernels(const struct stet_cmd *self, int argc, char *argv[], struct stet_err *err)
{
	struct stet_operands left = { 0 };
	bool help = false;
	int rc = stet_opt_parse(options, &help, argc, argv, &left, err);

	if (rc == 0 && help) {
		printf("usage: stet %s\n\n%s\n\n", self->name, self->summary);
		stet_opt_help(options, &help, stdout);
	} else if (rc == 0 && left.n > 0) {
		rc = stet_fail(err, STET_EUSAGE, "takes no operands, but there is '%s'", left.v[0]);
	} else if (rc == 0) {
		list();
	}
	stet_operands_release(&left);
	return rc;
}

const struct stet_cmd stet_cmd_kernels = {
	.name = "kernels",
	.operands = "",
	.summary = "list the vector kernels, those this CPU can run, and the one chosen",
	.run = kernels,
};
