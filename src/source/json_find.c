/*
 * json_find.c - the wanted fields of an object
 *
 * Only objects on a wanted path are entered, by recursion, so its depth is
 * bounded by the paths and not by the input.
 */
#include "json_walk.h"

#include <assert.h>
#include <string.h>

/* The key each path wants in the object being walked; p NULL = nothing of it is here. */
struct wanted {
	struct stet_span key[STET_JSON_MAX_PATHS];	/* inside the path: '.' or NUL follows */
	struct stet_json_value *v;
	size_t n;
};

static struct stet_span first_key(const char *path)
{
	return (struct stet_span){ path, path ? strcspn(path, ".") : 0 };
}

static bool key_equals(struct stet_span key, bool escaped, struct stet_span name)
{
	if (escaped)
		return name.p && stet_json_equals(key, name);
	if (key.len != name.len || !name.p)
		return false;
	return key.len == 0 || (*key.p == *name.p && memcmp(key.p, name.p, key.len) == 0);
}

/*
 * Which paths does this key continue?  Those that go deeper are put into *deeper;
 * the bits returned are of those that end here.  Both forget what an earlier key
 * of the same name gave them.
 */
static unsigned match_key(const struct wanted *want, struct stet_span key, bool escaped,
			  struct wanted *deeper, bool *any_deeper)
{
	unsigned here = 0;

	*any_deeper = false;
	for (size_t i = 0; i < want->n; i++) {
		const struct stet_span name = want->key[i];

		if (!key_equals(key, escaped, name))
			continue;
		want->v[i].kind = STET_JSON_ABSENT;
		if (name.p[name.len] == '.') {
			deeper->key[i] = first_key(name.p + name.len + 1);
			*any_deeper = true;
		} else {
			here |= 1u << i;
		}
	}
	return here;
}

/* The value at `p`, which paths end at: behind it, or NULL. */
static const char *take_value(const struct stet_json_walk *w, const char *p, unsigned outer,
			      struct stet_json_value *v)
{
	const char *first = p;
	struct stet_json_string s;

	*v = (struct stet_json_value){ .ascii = true };
	if (p < w->end && *p == '"') {
		p = stet_json_take_string(w, p + 1, &s);
		if (!p)
			return NULL;
		v->kind = STET_JSON_STRING;
		v->raw = (struct stet_span){ first + 1, (size_t)(s.end - first - 1) };
		v->escaped = s.escaped;
		v->ascii = !s.high;
		return p;
	}
	p = stet_json_step_over(w, p, outer);
	if (p && (*first == '-' || (*first >= '0' && *first <= '9'))) {
		v->kind = STET_JSON_NUMBER;
		v->raw = (struct stet_span){ first, (size_t)(p - first) };
	}
	return p;
}

static const char *walk_object(const struct stet_json_walk *w, const char *p, unsigned outer,
			       const struct wanted *want);

/* The value of `key`, at `p`, inside `depth` containers: behind it, or NULL. */
static const char *walk_member(const struct stet_json_walk *w, const char *p, unsigned depth,
			       const struct wanted *want, struct stet_span key, bool escaped)
{
	struct wanted deeper = { .v = want->v, .n = want->n };
	struct stet_json_value v;
	bool any_deeper;
	const unsigned here = match_key(want, key, escaped, &deeper, &any_deeper);

	if (any_deeper && p < w->end && *p == '{')
		return walk_object(w, p, depth, &deeper);
	if (!here)
		return stet_json_step_over(w, p, depth);

	p = take_value(w, p, depth, &v);
	for (size_t i = 0; i < want->n; i++)
		if (here >> i & 1)
			want->v[i] = v;
	return p;
}

/* The object at `p`, itself inside `outer` containers: behind it, or NULL. */
static const char *walk_object(const struct stet_json_walk *w, const char *p, unsigned outer,
			       const struct wanted *want)
{
	struct stet_span key;
	struct stet_json_string s;

	if (outer == STET_JSON_MAX_DEPTH)
		return stet_json_fail(w, p, NULL);
	p = stet_json_space(w, p + 1);
	if (p < w->end && *p == '}')
		return p + 1;
	for (;; p++) {
		p = stet_json_take_key(w, p, &key, &s);
		if (p)
			p = walk_member(w, p, outer + 1, want, key, s.escaped);
		if (!p)
			return NULL;
		p = stet_json_space(w, p);
		if (p < w->end && *p == '}')
			return p + 1;
		if (p == w->end || *p != ',')
			return stet_json_fail(w, p, "expected ',' or '}'");
	}
}

bool stet_json_find(struct stet_span text, const char *const paths[], struct stet_json_value v[],
		    size_t n, struct stet_json_fault *fault)
{
	const struct stet_json_walk w = { .end = text.p + text.len, .fault = fault };
	struct wanted want = { .v = v, .n = n };
	const char *p = stet_json_space(&w, stet_json_skip_bom(text.p, w.end));

	assert(n <= STET_JSON_MAX_PATHS);
	for (size_t i = 0; i < n; i++) {
		want.key[i] = first_key(paths[i]);
		v[i] = (struct stet_json_value){ .kind = STET_JSON_ABSENT };
	}
	if (p < w.end && *p == '{')
		return stet_json_check_end(&w, walk_object(&w, p, 0, &want));
	if (stet_json_check_end(&w, stet_json_step_over(&w, p, 0)))
		stet_json_fail(&w, p, "expected an object");
	return false;
}
