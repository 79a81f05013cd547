/*
 * opt_value.h - values of options: from what was typed, and back for --help
 */
#ifndef STET_OPT_VALUE_H
#define STET_OPT_VALUE_H

#include "opt.h"

/* `value` (NULL for a flag) into the variable of `o`; texts are copied to `mem`. */
int stet_opt_store(const struct stet_opt *o, const char *value, void *settings,
		   struct stet_arena *mem, struct stet_err *err);

/* What the variable holds, as it would be typed; false where there is nothing to show. */
bool stet_opt_show(const struct stet_opt *o, const void *settings, char *buf, size_t size);

#endif
