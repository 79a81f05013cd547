/*
 * cgroup.c - processor and memory limits of this process's control groups
 *
 * A line of /proc/self/cgroup names a group: "0::/path" in version 2, and
 * "7:cpu,cpuacct:/path" in version 1.  Inside a container that path may not
 * exist below the mount, but then the mount itself is the group; so every level
 * from the path up to the mount is asked, and files that are not there say nothing.
 */
#include "cgroup.h"

#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NO_LIMIT UINT64_MAX

static uint64_t least(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* The first line of DIR/NAME, "" where there is none. */
static const char *first_line(char line[128], const char *dir, const char *name)
{
	char path[PATH_MAX];
	FILE *fp;

	line[0] = '\0';
	if (snprintf(path, sizeof(path), "%s/%s", dir, name) >= (int)sizeof(path))
		return line;
	fp = fopen(path, "re");
	if (!fp)
		return line;
	if (!fgets(line, 128, fp))
		line[0] = '\0';
	fclose(fp);
	return line;
}

/* A number, or NO_LIMIT for "max", "-1" and what is no number at all. */
static uint64_t number(const char *s, char **end)
{
	if (*s < '0' || *s > '9') {
		*end = (char *)s;
		return NO_LIMIT;
	}
	return strtoull(s, end, 10);
}

static uint64_t processors(uint64_t quota, uint64_t period)
{
	if (quota == NO_LIMIT || period == NO_LIMIT || period == 0)
		return NO_LIMIT;
	return quota == 0 ? 1 : (quota - 1) / period + 1;
}

static uint64_t cpus_of(const char *dir)
{
	char line[128], *end;
	uint64_t quota = number(first_line(line, dir, "cpu.max"), &end), period;
	const uint64_t unified = processors(quota, number(end + (*end == ' '), &end));

	quota = number(first_line(line, dir, "cpu.cfs_quota_us"), &end);
	period = number(first_line(line, dir, "cpu.cfs_period_us"), &end);
	return least(unified, processors(quota, period));
}

static uint64_t memory_of(const char *dir)
{
	char line[128], *end;
	const uint64_t unified = number(first_line(line, dir, "memory.max"), &end);

	return least(unified, number(first_line(line, dir, "memory.limit_in_bytes"), &end));
}

/* The least limit of MOUNT/SUBDIR/PATH and all above it, up to the mount of the controllers. */
static uint64_t walk_up(const char *mount, const char *subdir, const char *path,
			uint64_t (*limit_of)(const char *dir))
{
	uint64_t limit = NO_LIMIT;
	char dir[PATH_MAX];
	const int top = snprintf(dir, sizeof(dir), "%s%s%s", mount, *subdir ? "/" : "", subdir);

	if (top >= (int)sizeof(dir) ||
	    snprintf(dir + top, sizeof(dir) - (size_t)top, "%s", path) >= (int)sizeof(dir) - top)
		return NO_LIMIT;
	for (;;) {
		char *slash = strrchr(dir + top, '/');

		limit = least(limit, limit_of(dir));
		if (!slash)
			return limit;
		*slash = '\0';
	}
}

static bool has_controller(const char *list, const char *controller)
{
	const size_t len = strlen(controller);

	for (const char *p = list; p; p = strchr(p, ',')) {
		p += *p == ',';
		if (strncmp(p, controller, len) == 0 && (p[len] == ',' || p[len] == '\0'))
			return true;
	}
	return false;
}

static uint64_t limit(const struct stet_cgroup *g, const char *controller,
		      uint64_t (*limit_of)(const char *dir))
{
	uint64_t found = NO_LIMIT;
	char line[PATH_MAX];
	FILE *fp = fopen(g->self, "re");

	if (!fp)
		return NO_LIMIT;
	while (fgets(line, sizeof(line), fp)) {
		char *list = strchr(line, ':'), *path = list ? strchr(list + 1, ':') : NULL;

		if (!path)
			continue;
		*path++ = '\0';
		path[strcspn(path, "\n")] = '\0';
		if (list[1] == '\0')
			found = least(found, walk_up(g->mount, "", path, limit_of));
		else if (has_controller(list + 1, controller))
			found = least(found, walk_up(g->mount, list + 1, path, limit_of));
	}
	fclose(fp);
	return found;
}

uint64_t stet_cgroup_cpus(const struct stet_cgroup *g)
{
	return limit(g, "cpu", cpus_of);
}

uint64_t stet_cgroup_memory(const struct stet_cgroup *g)
{
	return limit(g, "memory", memory_of);
}
