/*
 * inputs.c - the list of inputs: what was named, and what stands below directories
 */
#include "sniff.h"
#include "stet/err.h"
#include "stet/io.h"
#include "stet/log.h"
#include "stet/source.h"
#include "stream.h"
#include "unpack.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct found {
	struct stet_input in;
	dev_t dev;
	ino_t ino;
	size_t place;		/* in the order found */
};

struct collection {
	struct stet_arena *mem;
	const struct stet_source_options *o;
	struct found *v;
	size_t n, cap;
};

static const char *keep_text(struct stet_arena *mem, const char *text)
{
	return stet_arena_copy(mem, (struct stet_span){ text, strlen(text) }).p;
}

static struct found *add(struct collection *c, const char *path, bool below)
{
	struct found *f;

	c->v = stet_grow(c->v, &c->cap, c->n + 1, sizeof(*c->v));
	f = &c->v[c->n++];
	*f = (struct found){ .in.path = keep_text(c->mem, path), .in.below_directory = below };
	return f;
}

static void miss(struct collection *c, struct found *f, const char *why)
{
	f->in.state = STET_INPUT_MISSING;
	f->in.why = keep_text(c->mem, why);
}

/* ---- files */

/*
 * What the file is by its first bytes: NULL, or why it is none that can be read.
 * One that is damaged so early is for the reader to tell about.
 */
static const char *look_into(struct stet_file *file, const struct stet_source_options *o,
			     struct stet_arena *mem)
{
	struct stet_unpacked u = { 0 };
	struct stet_stream *plain = stet_unpack(&u, &file->s, 1);
	const struct stet_span head = stet_stream_peek(plain);
	char start[STET_START_CHARS], why[128];
	const char *said = NULL;

	if (file->error) {
		said = keep_text(mem, strerror(file->error));
	} else if (!stet_stream_why(plain) &&
		   stet_sniff_container(head, head.len < STET_PEEK_BYTES) == STET_NO_CONTAINER &&
		   stet_sniff_framing(head, o->format) == STET_FRAME_NONE) {
		snprintf(why, sizeof(why), "unknown format (%s%s)", stet_sniff_start(head, start),
			 plain == &file->s ? "" : " when decompressed");
		said = keep_text(mem, why);
	}
	stet_unpacked_release(&u);
	return said;
}

static const char *probe(const char *path, const struct stet_source_options *o,
			 struct stet_arena *mem)
{
	struct stet_file file;
	struct stet_err err;
	const char *why;

	if (stet_file_open(&file, path, &err) < 0)
		return keep_text(mem, strerror(errno));
	why = look_into(&file, o, mem);
	stet_file_close(&file);
	return why;
}

/*
 * Named files are opened and looked into; those below directories only have to
 * be readable.  Pipes and devices are left alone, since looking would consume them.
 */
static void add_file(struct collection *c, const char *path, const struct stat *st, bool below)
{
	struct found *f = add(c, path, below);
	const char *why;

	f->dev = st->st_dev;
	f->ino = st->st_ino;
	f->in.bytes = S_ISREG(st->st_mode) ? (uint64_t)st->st_size : 0;
	if (S_ISSOCK(st->st_mode)) {
		miss(c, f, "is a socket");
	} else if (access(path, R_OK) < 0) {
		miss(c, f, strerror(errno));
	} else if (!below && S_ISREG(st->st_mode)) {
		why = probe(path, c->o, c->mem);
		if (why)
			miss(c, f, why);
	}
}

static void add_stdin(struct collection *c)
{
	struct found *f = add(c, "-", false);
	struct stat st;

	if (fstat(STDIN_FILENO, &st) < 0) {
		miss(c, f, strerror(errno));
		return;
	}
	f->dev = st.st_dev;
	f->ino = st.st_ino;
}

/* ---- directories */

static void add_below(struct collection *c, const char *path);

static void add_entry(struct collection *c, const char *path)
{
	struct stat st;

	if (lstat(path, &st) < 0)
		miss(c, add(c, path, true), strerror(errno));
	else if (S_ISDIR(st.st_mode))
		add_below(c, path);
	else if (S_ISREG(st.st_mode))
		add_file(c, path, &st, true);
	/* Links would lead out of the directory or round in it; pipes would wait. */
}

static char *join(const char *dir, const char *name)
{
	const size_t n = strlen(dir);
	const size_t size = n + strlen(name) + 2;
	char *path = stet_calloc(size, 1);

	snprintf(path, size, "%s%s%s", dir, n > 0 && dir[n - 1] == '/' ? "" : "/", name);
	return path;
}

/* Names that begin with a dot are passed over: version control, editors, caches. */
static void add_below(struct collection *c, const char *dir)
{
	DIR *d = opendir(dir);
	const struct dirent *e;

	if (!d) {
		miss(c, add(c, dir, true), strerror(errno));
		return;
	}
	while ((e = readdir(d))) {
		char *path;

		if (e->d_name[0] == '.')
			continue;
		path = join(dir, e->d_name);
		add_entry(c, path);
		free(path);
	}
	closedir(d);
}

static int by_path(const void *a, const void *b)
{
	return strcmp(((const struct found *)a)->in.path, ((const struct found *)b)->in.path);
}

static void add_directory(struct collection *c, const char *path)
{
	const size_t first = c->n;

	add_below(c, path);
	if (c->n == first + 1 && strcmp(c->v[first].in.path, path) == 0)
		c->v[first].in.below_directory = false;		/* it could not be read */
	else if (c->n > first)
		qsort(c->v + first, c->n - first, sizeof(*c->v), by_path);
}

static void add_named(struct collection *c, const char *path)
{
	struct stat st;

	if (strcmp(path, "-") == 0)
		add_stdin(c);
	else if (stat(path, &st) < 0)
		miss(c, add(c, path, false), strerror(errno));
	else if (S_ISDIR(st.st_mode))
		add_directory(c, path);
	else
		add_file(c, path, &st, false);
}

/* ---- a file that comes twice */

static int by_file(const void *a, const void *b)
{
	const struct found *x = a, *y = b;

	if (x->dev != y->dev)
		return x->dev < y->dev ? -1 : 1;
	if (x->ino != y->ino)
		return x->ino < y->ino ? -1 : 1;
	return x->place < y->place ? -1 : x->place > y->place;
}

static int by_place(const void *a, const void *b)
{
	const struct found *x = a, *y = b;

	return x->place < y->place ? -1 : x->place > y->place;
}

/* Those that are missing have no file: they stay. */
static void drop_repeats(struct collection *c)
{
	size_t kept = 0, last = 0;

	if (c->n == 0)
		return;
	for (size_t i = 0; i < c->n; i++)
		c->v[i].place = i;
	qsort(c->v, c->n, sizeof(*c->v), by_file);
	for (size_t i = 0; i < c->n; i++) {
		const struct found f = c->v[i];

		if (kept > 0 && f.ino != 0 && f.dev == c->v[last].dev && f.ino == c->v[last].ino) {
			stet_log_warn("%s is the same file as %s: read once", f.in.path,
				      c->v[last].in.path);
			continue;
		}
		last = kept;
		c->v[kept++] = f;
	}
	c->n = kept;
	qsort(c->v, c->n, sizeof(*c->v), by_place);
}

/* ---- the list */

static int report_missing(const struct stet_inputs *in, struct stet_err *err)
{
	const struct stet_input *first = NULL;
	size_t n = 0;

	for (size_t i = 0; i < in->n; i++) {
		if (in->v[i].state != STET_INPUT_MISSING || in->v[i].below_directory)
			continue;
		if (n++ == 0)
			first = &in->v[i];
	}
	if (n == 0)
		return 0;
	if (n == 1)
		return stet_fail(err, STET_EIO, "%s: %s (--skip-missing goes on without it)",
				 first->path, first->why);
	return stet_fail(err, STET_EIO,
			 "%s: %s (and %zu more; --skip-missing goes on without them)",
			 first->path, first->why, n - 1);
}

int stet_inputs_collect(struct stet_inputs *in, const char *const paths[], size_t n,
			const struct stet_source_options *o, bool skip_missing,
			struct stet_err *err)
{
	struct collection c = { .o = o };

	*in = (struct stet_inputs){ 0 };
	c.mem = &in->mem;
	for (size_t i = 0; i < n; i++)
		add_named(&c, paths[i]);
	drop_repeats(&c);
	in->v = stet_calloc(c.n, sizeof(*in->v));
	in->n = c.n;
	for (size_t i = 0; i < c.n; i++)
		in->v[i] = c.v[i].in;
	free(c.v);
	return skip_missing ? 0 : report_missing(in, err);
}

void stet_inputs_release(struct stet_inputs *in)
{
	stet_arena_release(&in->mem);
	free(in->v);
	*in = (struct stet_inputs){ 0 };
}

/* ---- lists of paths */

static int read_all(const char *path, char **text, size_t *n, struct stet_err *err)
{
	struct stet_file file;
	size_t cap = 0, got;
	int rc;

	*text = NULL;
	*n = 0;
	if (stet_file_open(&file, path, err) < 0)
		return err->code;
	do {
		*text = stet_grow(*text, &cap, *n + STET_PEEK_BYTES, 1);
		got = stet_stream_read(&file.s, *text + *n, cap - *n);
		*n += got;
	} while (got > 0);
	rc = stet_file_check(&file, err);
	stet_file_close(&file);
	if (rc < 0) {
		free(*text);
		*text = NULL;
	}
	return rc;
}

/* How many pieces that are not empty; puts them into `paths` where there is one. */
static size_t split(const char *text, size_t n, char by, struct stet_arena *mem, const char **paths)
{
	size_t count = 0;

	for (size_t at = 0; at < n; ) {
		const char *stop = memchr(text + at, by, n - at);
		const size_t len = stop ? (size_t)(stop - text) - at : n - at;

		if (len > 0 && paths)
			paths[count] = stet_arena_copy(mem, (struct stet_span){ text + at, len }).p;
		count += len > 0;
		at += len + 1;
	}
	return count;
}

int stet_files_from(const char *list, bool nul, struct stet_arena *mem, const char ***paths,
		    size_t *n, struct stet_err *err)
{
	const char by = nul ? '\0' : '\n';
	char *text;
	size_t len;

	if (read_all(list, &text, &len, err) < 0)
		return err->code;
	if (!nul && len > 0 && memchr(text, 0, len)) {
		free(text);
		return stet_fail(err, STET_EFORMAT,
				 "%s: a list of paths with zero bytes wants -0", list);
	}
	*n = split(text, len, by, mem, NULL);
	*paths = stet_arena_alloc(mem, (*n + 1) * sizeof(**paths));
	split(text, len, by, mem, *paths);
	free(text);
	return 0;
}
