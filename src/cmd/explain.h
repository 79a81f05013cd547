/*
 * explain.h - `stet scan --explain`: what a scan with these options will find, and need
 */
#ifndef STET_EXPLAIN_H
#define STET_EXPLAIN_H

#include "stet/pipeline.h"

#include <stdio.h>

void stet_explain(const struct stet_scan_options *o, uint32_t n_documents, FILE *fp);

#endif
