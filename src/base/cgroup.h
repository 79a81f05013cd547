/*
 * cgroup.h - the limits a container or a batch system sets on this process
 *
 * Both versions of the interface are read; of several levels the tightest
 * counts.  The two places are parameters so that tests can make their own.
 */
#ifndef STET_CGROUP_H
#define STET_CGROUP_H

#include <stdint.h>

struct stet_cgroup {
	const char *self;	/* /proc/self/cgroup */
	const char *mount;	/* /sys/fs/cgroup */
};

/* Whole processors, rounded up, at least 1; UINT64_MAX = no limit. */
uint64_t stet_cgroup_cpus(const struct stet_cgroup *g);

/* Bytes; UINT64_MAX = no limit. */
uint64_t stet_cgroup_memory(const struct stet_cgroup *g);

#endif
