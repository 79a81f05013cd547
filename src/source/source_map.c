/*
 * source_map.c - which sources count as one: a sorted table, searched by halves
 */
#include "source_map.h"
#include "stet/err.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct entry {
	struct stet_span source, group;
	uint64_t line;
};

struct stet_source_map {
	struct stet_arena mem;
	struct entry *v;
	size_t n, cap;
};

static int compare_entries(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;
	const int order = stet_span_compare(x->source, y->source);

	return order ? order : (x->line > y->line) - (x->line < y->line);
}

/* A line without its end; blank ones are fine and say nothing. */
static int add_line(struct stet_source_map *m, const char *line, size_t len, uint64_t number,
		    struct stet_err *err)
{
	const char *tab = memchr(line, '\t', len);
	struct entry *e;
	size_t at;

	if (len == 0)
		return 0;
	if (!tab || tab == line || tab == line + len - 1 ||
	    memchr(tab + 1, '\t', len - (size_t)(tab + 1 - line)))
		return stet_fail(err, STET_EFORMAT, "line %llu: expected a source, a tab, a group",
				 (unsigned long long)number);
	at = (size_t)(tab - line);
	m->v = stet_grow(m->v, &m->cap, m->n + 1, sizeof(*m->v));
	e = &m->v[m->n++];
	e->source = stet_arena_copy(&m->mem, (struct stet_span){ line, at });
	e->group = stet_arena_copy(&m->mem, (struct stet_span){ tab + 1, len - at - 1 });
	e->line = number;
	return 0;
}

static int read_lines(struct stet_source_map *m, FILE *fp, struct stet_err *err)
{
	char *line = NULL;
	size_t cap = 0;
	ssize_t len;
	int rc = 0;

	for (uint64_t number = 1; rc == 0 && (len = getline(&line, &cap, fp)) >= 0; number++) {
		if (len > 0 && line[len - 1] == '\n')
			len--;
		if (len > 0 && line[len - 1] == '\r')
			len--;
		rc = add_line(m, line, (size_t)len, number, err);
	}
	if (rc == 0 && ferror(fp))
		rc = stet_fail_errno(err, "cannot read");
	free(line);
	return rc;
}

/* A source may be named twice, but not with two groups. */
static int check_twice(const struct stet_source_map *m, struct stet_err *err)
{
	for (size_t i = 1; i < m->n; i++) {
		const struct entry *a = &m->v[i - 1], *b = &m->v[i];

		if (stet_span_compare(a->source, b->source) == 0 &&
		    stet_span_compare(a->group, b->group) != 0)
			return stet_fail(err, STET_EFORMAT,
					 "line %llu: '%.100s' has another group in line %llu",
					 (unsigned long long)b->line, b->source.p,
					 (unsigned long long)a->line);
	}
	return 0;
}

struct stet_source_map *stet_source_map_open(const char *path, struct stet_err *err)
{
	struct stet_source_map *m;
	FILE *fp = fopen(path, "re");
	int rc;

	if (!fp) {
		stet_fail_errno(err, "cannot open %s", path);
		return NULL;
	}
	m = stet_calloc(1, sizeof(*m));
	rc = read_lines(m, fp, err);
	fclose(fp);
	if (rc == 0 && m->n > 0) {
		qsort(m->v, m->n, sizeof(*m->v), compare_entries);
		rc = check_twice(m, err);
	}
	if (rc == 0)
		return m;
	stet_wrap(err, "%s", path);
	stet_source_map_close(m);
	return NULL;
}

void stet_source_map_close(struct stet_source_map *m)
{
	if (!m)
		return;
	stet_arena_release(&m->mem);
	free(m->v);
	free(m);
}

struct stet_span stet_source_map_find(const struct stet_source_map *m, struct stet_span source)
{
	size_t low = 0, high = m->n;

	if (source.len == 0)
		return source;
	while (low < high) {
		const size_t middle = low + (high - low) / 2;
		const int order = stet_span_compare(m->v[middle].source, source);

		if (order == 0)
			return m->v[middle].group;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return source;
}
