/*
 * cpu.h - what this machine lets this process use
 *
 * Instruction sets are chosen once, by name or the best there is, and handed
 * down; every module with vector code has one set of functions per entry of the
 * table, equal bit for bit, and tests walk the table.
 */
#ifndef STET_CPU_H
#define STET_CPU_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum stet_isa_id {
	STET_SCALAR,
	STET_AVX2,
	STET_AVX512,
	STET_NEON,
	STET_N_ISA,
};

struct stet_isa {
	enum stet_isa_id id;
	const char *name;		/* as in --kernels NAME */
	bool (*usable)(void);		/* compiled in, and this CPU can run it */
};

/* Fastest first; the last is portable C, always usable. */
extern const struct stet_isa stet_isa_all[STET_N_ISA];

/* The fastest usable one, or the usable one called `name`; NULL if there is none. */
const struct stet_isa *stet_isa_pick(const char *name);

/* Processors this process may use: affinity and the cgroup's quota, at least 1. */
unsigned stet_cpu_count(void);

/* Bytes of memory this process may use: the machine's, or the cgroup's limit if lower. */
uint64_t stet_memory_limit(void);

/* Of this process so far: CPU seconds, peak resident bytes; seconds of a steady clock. */
double stet_cpu_seconds(void);
uint64_t stet_peak_memory(void);
double stet_clock_seconds(void);

#endif
