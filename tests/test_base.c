/*
 * test_base.c - what this machine lets us use; lines on standard error
 */
#include "../src/base/cgroup.h"
#include "stet/cpu.h"
#include "stet/log.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static char old_dir[4096], work[64];
static const struct stet_cgroup fake = { "self", "mount" };

static int enter(void **state)
{
	(void)state;
	strcpy(work, "/tmp/stet-test-base.XXXXXX");
	return getcwd(old_dir, sizeof(old_dir)) && mkdtemp(work) ? chdir(work) : -1;
}

static int leave(void **state)
{
	char command[80];

	(void)state;
	snprintf(command, sizeof(command), "rm -rf %s", work);
	return chdir(old_dir) == 0 ? system(command) : -1;
}

/* A file with all directories above it. */
static void make(const char *path, const char *text)
{
	char dir[256];
	FILE *fp;

	for (const char *p = path; (p = strchr(p, '/')); p++) {
		snprintf(dir, sizeof(dir), "%.*s", (int)(p - path), path);
		mkdir(dir, 0755);
	}
	fp = fopen(path, "w");
	assert_non_null(fp);
	fputs(text, fp);
	fclose(fp);
}

static void last_kernel_always_works(void **state)
{
	(void)state;
	assert_true(stet_isa_all[STET_N_ISA - 1].usable());
	assert_int_equal(stet_isa_all[STET_N_ISA - 1].id, STET_SCALAR);
	assert_int_equal(stet_isa_pick("scalar")->id, STET_SCALAR);
	assert_true(stet_isa_pick(NULL)->usable());
	assert_null(stet_isa_pick("abacus"));
	assert_null(stet_isa_pick(""));
}

static void this_machine_has_something(void **state)
{
	(void)state;
	assert_in_range(stet_cpu_count(), 1, 1 << 20);
	assert_in_range(stet_memory_limit(), 1 << 20, (uint64_t)1 << 60);
	assert_in_range(stet_peak_memory(), 100 << 10, (uint64_t)1 << 40);
	assert_true(stet_cpu_seconds() >= 0);
	assert_true(stet_clock_seconds() > 0);
}

static void no_cgroup_is_no_limit(void **state)
{
	(void)state;
	assert_int_equal(stet_cgroup_cpus(&fake), UINT64_MAX);
	assert_int_equal(stet_cgroup_memory(&fake), UINT64_MAX);
	make("self", "0::/\n");
	assert_int_equal(stet_cgroup_cpus(&fake), UINT64_MAX);
	make("mount/cpu.max", "max 100000\n");
	make("mount/memory.max", "max\n");
	assert_int_equal(stet_cgroup_cpus(&fake), UINT64_MAX);
	assert_int_equal(stet_cgroup_memory(&fake), UINT64_MAX);
}

static void version_two_takes_the_tightest_level(void **state)
{
	(void)state;
	make("self", "0::/batch/job:7\n");
	make("mount/batch/job:7/cpu.max", "250000 100000\n");
	make("mount/batch/memory.max", "1073741824\n");
	make("mount/batch/job:7/memory.max", "2147483648\n");
	assert_int_equal(stet_cgroup_cpus(&fake), 3);
	assert_int_equal(stet_cgroup_memory(&fake), 1073741824);
	make("mount/batch/cpu.max", "100000 100000\n");
	assert_int_equal(stet_cgroup_cpus(&fake), 1);
	make("mount/batch/cpu.max", "1000 100000\n");
	assert_int_equal(stet_cgroup_cpus(&fake), 1);
}

/* In a container the path of the group is the host's and does not exist below the mount. */
static void version_one_and_containers(void **state)
{
	(void)state;
	make("self", "12:cpuset:/x\n7:cpu,cpuacct:/docker/abc\n4:memory:/docker/abc\n0::/y\n");
	make("mount/cpu,cpuacct/cpu.cfs_quota_us", "150000\n");
	make("mount/cpu,cpuacct/cpu.cfs_period_us", "100000\n");
	make("mount/memory/memory.limit_in_bytes", "536870912\n");
	assert_int_equal(stet_cgroup_cpus(&fake), 2);
	assert_int_equal(stet_cgroup_memory(&fake), 536870912);
	make("mount/cpu,cpuacct/cpu.cfs_quota_us", "-1\n");
	assert_int_equal(stet_cgroup_cpus(&fake), UINT64_MAX);
}

static void garbage_is_no_limit(void **state)
{
	(void)state;
	make("self", "\n::\nno colon\n0:\n0::\n0::/a/b/c\n:cpu:\n");
	make("mount/cpu.max", "");
	make("mount/memory.max", "many\n");
	assert_int_equal(stet_cgroup_cpus(&fake), UINT64_MAX);
	assert_int_equal(stet_cgroup_memory(&fake), UINT64_MAX);
	make("mount/cpu.max", "100000 0\n");
	assert_int_equal(stet_cgroup_cpus(&fake), UINT64_MAX);
	make("mount/cpu.max", "100000");
	assert_int_equal(stet_cgroup_cpus(&fake), UINT64_MAX);
}

static void say(enum stet_log_level level)
{
	stet_log_init("scan", level);
	stet_log_error("bad");
	stet_log_warn("%d odd", 2);
	stet_log_info("done");
	stet_log_detail("more");
	stet_log_progress("50 %%");	/* not on a file */
}

/* What body(level) writes to standard error. */
static const char *stderr_of(void (*body)(enum stet_log_level), enum stet_log_level level)
{
	static char text[8192];
	const int saved = dup(STDERR_FILENO), fd = open("err", O_RDWR | O_CREAT | O_TRUNC, 0600);
	ssize_t n;

	dup2(fd, STDERR_FILENO);
	body(level);
	dup2(saved, STDERR_FILENO);
	close(saved);
	n = pread(fd, text, sizeof(text) - 1, 0);
	text[n > 0 ? n : 0] = '\0';
	close(fd);
	return text;
}

static void levels(void **state)
{
	(void)state;
	assert_string_equal(stderr_of(say, STET_QUIET), "stet scan: bad\n");
	assert_string_equal(stderr_of(say, STET_NORMAL),
			    "stet scan: bad\nstet scan: warning: 2 odd\nstet scan: done\n");
	assert_string_equal(stderr_of(say, STET_VERBOSE),
			    "stet scan: bad\nstet scan: warning: 2 odd\nstet scan: done\n"
			    "stet scan: more\n");
}

static void say_hostile(enum stet_log_level level)
{
	char longest[4000];

	memset(longest, 'x', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	stet_log_init("", level);
	stet_log_error("a\033[2J\nb\x7f\xc2\x9bH \xc3\xa4");
	stet_log_error("%s", longest);
}

static void names_cannot_steer_a_terminal(void **state)
{
	const char *text = stderr_of(say_hostile, STET_NORMAL);
	const char *want = "stet: a?[2J?b???H \xc3\xa4\n";

	(void)state;
	assert_memory_equal(text, want, strlen(want));
	assert_int_equal(strlen(text + strlen(want)), 1023);
	assert_int_equal(text[strlen(text) - 1], '\n');
}

int main(void)
{
#define IN_DIR(test) cmocka_unit_test_setup_teardown(test, enter, leave)
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(last_kernel_always_works),
		cmocka_unit_test(this_machine_has_something),
		IN_DIR(no_cgroup_is_no_limit),
		IN_DIR(version_two_takes_the_tightest_level),
		IN_DIR(version_one_and_containers),
		IN_DIR(garbage_is_no_limit),
		IN_DIR(levels),
		IN_DIR(names_cannot_steer_a_terminal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
