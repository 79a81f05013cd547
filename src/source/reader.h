/*
 * reader.h - what only tests ask of a reader
 */
#ifndef STET_SOURCE_READER_H
#define STET_SOURCE_READER_H

#include <stddef.h>

struct stet_reader;

/* Ask for at most `n` bytes at a time, of files and when cutting records. */
void stet_reader_limit_reads(struct stet_reader *r, size_t n);

#endif
