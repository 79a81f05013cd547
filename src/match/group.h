/*
 * group.h - postings with equal keys, as linked lists; private to match
 */
#ifndef STET_GROUP_H
#define STET_GROUP_H

#include "stet/store.h"

#define STET_GROUP_END UINT32_MAX

/* Bucket i, of two postings or more, is first[i], next[first[i]], …, the last added first. */
struct stet_groups {
	uint32_t *first;
	size_t n, cap;
	uint32_t *next;
	size_t cap_next;
	uint32_t *table;		/* scratch */
	size_t cap_table;
};

void stet_group(const struct stet_postings *p, struct stet_groups *out);
void stet_groups_release(struct stet_groups *g);

void stet_ranks_sort(uint32_t *ranks, size_t n);

#endif
