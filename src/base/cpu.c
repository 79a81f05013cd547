/*
 * cpu.c - instruction sets, processors and memory of this process
 */
#include "stet/cpu.h"
#include "cgroup.h"

#include <errno.h>
#include <sched.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

static const struct stet_cgroup own_cgroup = { "/proc/self/cgroup", "/sys/fs/cgroup" };

static bool always(void)
{
	return true;
}

/* The kernels also use the bit instructions that came with AVX2; all are asked for. */
static bool have_avx2(void)
{
#ifdef __x86_64__
	return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") &&
	       __builtin_cpu_supports("bmi2") &&
	       __builtin_cpu_supports("popcnt");
#else
	return false;
#endif
}

static bool have_avx512(void)
{
#ifdef __x86_64__
	return have_avx2() && __builtin_cpu_supports("avx512f") &&
	       __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
	       __builtin_cpu_supports("avx512vl");
#else
	return false;
#endif
}

/* All 64-bit ARM has it; the kernels are written for the little-endian kind. */
static bool have_neon(void)
{
#ifdef __AARCH64EL__
	return true;
#else
	return false;
#endif
}

const struct stet_isa stet_isa_all[STET_N_ISA] = {
	{ STET_AVX512, "avx512", have_avx512 },
	{ STET_AVX2,   "avx2",   have_avx2 },
	{ STET_NEON,   "neon",   have_neon },
	{ STET_SCALAR, "scalar", always },
};

const struct stet_isa *stet_isa_pick(const char *name)
{
	for (size_t i = 0; i < STET_N_ISA; i++) {
		const struct stet_isa *isa = &stet_isa_all[i];

		if ((!name || strcmp(name, isa->name) == 0) && isa->usable())
			return isa;
	}
	return NULL;
}

/* Processors in the affinity mask, however many the machine has. */
static unsigned affinity(void)
{
	for (int n = CPU_SETSIZE; n <= 1 << 20; n *= 2) {
		const size_t size = CPU_ALLOC_SIZE(n);
		cpu_set_t *set = CPU_ALLOC(n);
		int count = 0;

		if (set && sched_getaffinity(0, size, set) == 0)
			count = CPU_COUNT_S(size, set);
		CPU_FREE(set);
		if (count > 0)
			return (unsigned)count;
		if (errno != EINVAL)	/* EINVAL: the mask is too small */
			break;
	}
	return 1;
}

unsigned stet_cpu_count(void)
{
	const unsigned n = affinity();
	const uint64_t quota = stet_cgroup_cpus(&own_cgroup);

	return quota < n ? (unsigned)quota : n;
}

uint64_t stet_memory_limit(void)
{
	const uint64_t pages = (uint64_t)sysconf(_SC_PHYS_PAGES);
	const uint64_t machine = pages * (uint64_t)sysconf(_SC_PAGESIZE);
	const uint64_t cgroup = stet_cgroup_memory(&own_cgroup);

	return cgroup < machine ? cgroup : machine;
}

double stet_cpu_seconds(void)
{
	struct rusage u;

	getrusage(RUSAGE_SELF, &u);
	return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
	       (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) * 1e-6;
}

uint64_t stet_peak_memory(void)
{
	struct rusage u;

	getrusage(RUSAGE_SELF, &u);
	return (uint64_t)u.ru_maxrss * 1024;
}

double stet_clock_seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}
