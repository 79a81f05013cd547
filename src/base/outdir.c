/*
 * outdir.c - a directory that appears whole: DIR.partial, locked, then renamed
 *
 * Whoever holds the lock of the directory now called DIR.partial owns that name.
 * The lock belongs to the directory, not to the name, so after locking one has
 * to look whether the name still means it: a run that published in between has
 * taken its directory away.
 */
#include "stet/io.h"
#include "stet/mem.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define OPEN_DIR (O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
#define MAX_DEPTH 64		/* of a tree that is removed */

static char *join(const char *a, const char *b)
{
	const size_t n = strlen(a), m = strlen(b);
	char *s = stet_calloc(n + m + 1, 1);

	memcpy(s, a, n);
	memcpy(s + n, b, m);
	return s;
}

static int remove_below(int dir, int depth);

/* A directory, or anything else; links are removed, not followed.  0, or -1 with errno. */
static int remove_entry(int dir, const char *name, int depth)
{
	int fd, rc;

	if (unlinkat(dir, name, 0) == 0 || errno == ENOENT)
		return 0;
	fd = errno == EISDIR || errno == EPERM ? openat(dir, name, OPEN_DIR) : -1;
	if (fd < 0)
		return -1;
	rc = remove_below(fd, depth + 1);
	close(fd);
	return rc == 0 ? unlinkat(dir, name, AT_REMOVEDIR) : -1;
}

static int remove_below(int dir, int depth)
{
	const int fd = depth > MAX_DEPTH ? -1 : openat(dir, ".", OPEN_DIR);
	DIR *list = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *e;
	int rc = 0, saved;

	if (!list) {
		if (fd >= 0)
			close(fd);
		if (depth > MAX_DEPTH)
			errno = ELOOP;
		return -1;
	}
	while (rc == 0 && (errno = 0, e = readdir(list)))
		if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0)
			rc = remove_entry(dir, e->d_name, depth);
	if (errno != 0)
		rc = -1;
	saved = errno;
	closedir(list);
	errno = saved;
	return rc;
}

/* Whether `path` may be made, or replaced. */
static int check_target(struct stet_outdir *d, bool force, const char *ours, struct stet_err *err)
{
	struct stat st, mark;
	bool is_ours;
	int fd;

	d->replace = false;
	if (lstat(d->path, &st) != 0)
		return errno == ENOENT ? 0 : stet_fail_errno(err, "cannot look at %s", d->path);
	if (!force)
		return stet_fail(err, STET_EIO, "%s exists; --force replaces a report", d->path);
	fd = open(d->path, OPEN_DIR);
	is_ours = fd >= 0 && fstatat(fd, ours, &mark, AT_SYMLINK_NOFOLLOW) == 0 &&
		  S_ISREG(mark.st_mode);
	if (fd >= 0)
		close(fd);
	if (!is_ours)
		return stet_fail(err, STET_EIO, "%s exists and is not replaced: it holds no %s",
				 d->path, ours);
	d->replace = true;
	return 0;
}

/* Make DIR.partial where it is missing, and open it. */
static int open_partial(const char *partial, struct stet_err *err)
{
	int fd;

	if (mkdir(partial, 0777) != 0 && errno != EEXIST)
		return stet_fail_errno(err, "cannot create %s", partial);
	fd = open(partial, OPEN_DIR);
	if (fd < 0)
		return stet_fail_errno(err, "cannot open %s", partial);
	return fd;
}

static bool still_named(int fd, const char *path)
{
	struct stat held, named;

	return fstat(fd, &held) == 0 && lstat(path, &named) == 0 && held.st_dev == named.st_dev &&
	       held.st_ino == named.st_ino;
}

static int lock_partial(struct stet_outdir *d, struct stet_err *err)
{
	for (;;) {
		d->lock = open_partial(d->partial, err);
		if (d->lock < 0)
			return d->lock;
		if (flock(d->lock, LOCK_EX | LOCK_NB) != 0) {
			if (errno == EWOULDBLOCK)
				return stet_fail(err, STET_EAGAIN, "another run is writing %s",
						 d->partial);
			return stet_fail_errno(err, "cannot lock %s", d->partial);
		}
		if (still_named(d->lock, d->partial))
			return 0;
		close(d->lock);
	}
}

static void forget(struct stet_outdir *d)
{
	if (d->lock >= 0)
		close(d->lock);
	free(d->path);
	free(d->partial);
	*d = (struct stet_outdir){ 0 };
}

/* "DIR", "a/DIR/": a directory that can stand beside its own DIR.partial. */
static int set_path(struct stet_outdir *d, const char *path, struct stet_err *err)
{
	size_t n = strlen(path);
	const char *last;

	while (n > 0 && path[n - 1] == '/')
		n--;
	*d = (struct stet_outdir){ .path = join(path, ""), .lock = -1 };
	d->path[n] = '\0';
	d->partial = join(d->path, ".partial");
	last = strrchr(d->path, '/');
	last = last ? last + 1 : d->path;
	if (*last == '\0' || strcmp(last, ".") == 0 || strcmp(last, "..") == 0)
		return stet_fail(err, STET_EUSAGE, "'%s' does not name an output directory", path);
	return 0;
}

int stet_outdir_open(struct stet_outdir *d, const char *path, bool force, const char *ours,
		     struct stet_err *err)
{
	bool locked = false;
	int rc = set_path(d, path, err);

	if (rc == 0)
		rc = check_target(d, force, ours, err);
	if (rc == 0) {
		rc = lock_partial(d, err);
		locked = rc == 0;
	}
	if (rc == 0)		/* again: another run may have published before the lock was ours */
		rc = check_target(d, force, ours, err);
	if (rc == 0 && remove_below(d->lock, 0) != 0)
		rc = stet_fail_errno(err, "cannot empty %s", d->partial);
	if (rc < 0) {
		if (locked)
			rmdir(d->partial);	/* stays where it holds anything */
		forget(d);
	}
	return rc;
}

/* Renamed without replacing; where the file system cannot promise that, the look comes first. */
static int rename_new(const char *from, const char *to)
{
	struct stat st;

	if (renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0)
		return 0;
	if (errno != EINVAL && errno != ENOSYS)
		return -1;
	if (lstat(to, &st) == 0) {
		errno = EEXIST;
		return -1;
	}
	return rename(from, to);
}

/* Swap the two names, or move the old one out of the way first; *old is where it went. */
static int swap(const struct stet_outdir *d, char **old)
{
	int saved;

	if (renameat2(AT_FDCWD, d->partial, AT_FDCWD, d->path, RENAME_EXCHANGE) == 0) {
		*old = join(d->partial, "");
		return 0;
	}
	if (errno != EINVAL && errno != ENOSYS)
		return -1;
	*old = join(d->path, ".old");
	if (rename_new(d->path, *old) != 0)
		return -1;
	if (rename(d->partial, d->path) == 0)
		return 0;
	saved = errno;
	rename_new(*old, d->path);
	errno = saved;
	return -1;
}

/*
 * What was replaced is removed under its own lock, so that a run which takes it
 * for its DIR.partial waits for the next time.  What cannot be removed is left:
 * the report stands, and the next run sweeps DIR.partial.
 */
static int replace(const struct stet_outdir *d)
{
	const int fd = open(d->path, OPEN_DIR);
	char *old = NULL;
	int rc = -1, saved;

	if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0) {
		rc = swap(d, &old);
		if (rc == 0 && remove_below(fd, 0) == 0)
			rmdir(old);
	}
	saved = errno;
	if (fd >= 0)
		close(fd);
	free(old);
	errno = saved;
	return rc;
}

/* Make the rename last.  A parent that may not be read, or cannot be synced, is let be. */
static int sync_parent(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *parent = slash ? join(path, "") : join(".", "");
	int fd, rc = 0;

	if (slash)
		parent[slash == path ? 1 : slash - path] = '\0';
	fd = open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	free(parent);
	if (fd < 0)
		return 0;
	if (fsync(fd) != 0 && errno != EINVAL && errno != EROFS)
		rc = errno;
	close(fd);
	errno = rc;
	return rc ? -1 : 0;
}

int stet_outdir_publish(struct stet_outdir *d, struct stet_err *err)
{
	if (fsync(d->lock) != 0 && errno != EINVAL)
		return stet_fail_errno(err, "cannot sync %s", d->partial);
	if ((d->replace ? replace(d) : rename_new(d->partial, d->path)) != 0)
		return stet_fail_errno(err, "cannot rename %s to %s", d->partial, d->path);
	free(d->partial);
	d->partial = NULL;		/* published: nothing for close to remove */
	if (sync_parent(d->path) != 0)
		return stet_fail_errno(err, "cannot sync the directory of %s", d->path);
	return 0;
}

void stet_outdir_close(struct stet_outdir *d)
{
	if (!d->path)
		return;
	if (d->partial && remove_below(d->lock, 0) == 0)
		rmdir(d->partial);
	forget(d);
}
