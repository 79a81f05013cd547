/*
 * keep.c - the values of --keep and --fail-over
 */
#include "scan_args.h"
#include "stet/err.h"

#include <string.h>

#define SOURCE_PREFIX "source:"

static const struct {
	const char *name;
	enum stet_keep_rule rule;
} rules[] = {
	{ "earliest", STET_KEEP_EARLIEST },
	{ "longest", STET_KEEP_LONGEST },
	{ "first", STET_KEEP_FIRST },
};

static bool equals(struct stet_span s, const char *text)
{
	return s.len == strlen(text) && memcmp(s.p, text, s.len) == 0;
}

/* The part of *rest before `sep`, which is taken off with it. */
static struct stet_span cut(struct stet_span *rest, char sep)
{
	const char *end = memchr(rest->p, sep, rest->len);
	const size_t len = end ? (size_t)(end - rest->p) : rest->len;
	const struct stet_span part = { rest->p, len };
	const size_t gone = len + (end != NULL);

	*rest = (struct stet_span){ rest->p + gone, rest->len - gone };
	return part;
}

static size_t count(struct stet_span s, char c)
{
	size_t n = 0;

	for (size_t i = 0; i < s.len; i++)
		n += s.p[i] == c;
	return n;
}

/* A>B>C: no name may be empty. */
static bool parse_sources(struct stet_span list, struct stet_keep *keep, struct stet_arena *mem)
{
	const size_t n = count(list, '>') + 1;
	struct stet_span *v = stet_arena_alloc(mem, n * sizeof(*v));

	list = stet_arena_copy(mem, list);
	for (size_t i = 0; i < n; i++) {
		v[i] = cut(&list, '>');
		if (v[i].len == 0)
			return false;
	}
	keep->sources = v;
	keep->n_sources = n;
	return true;
}

static bool parse_rule(struct stet_span text, struct stet_keep *keep, struct stet_arena *mem,
		       enum stet_keep_rule *rule)
{
	const size_t prefix = strlen(SOURCE_PREFIX);

	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
		if (equals(text, rules[i].name)) {
			*rule = rules[i].rule;
			return true;
		}
	if (text.len < prefix || memcmp(text.p, SOURCE_PREFIX, prefix) != 0)
		return false;
	*rule = STET_KEEP_SOURCE;
	return parse_sources((struct stet_span){ text.p + prefix, text.len - prefix }, keep, mem);
}

static bool has_rule(const struct stet_keep *keep, enum stet_keep_rule rule)
{
	for (size_t i = 0; i < keep->n_rules; i++)
		if (keep->rules[i] == rule)
			return true;
	return false;
}

int stet_keep_parse(const char *text, struct stet_keep *keep, struct stet_arena *mem,
		    struct stet_err *err)
{
	struct stet_span rest = { text, strlen(text) };
	const size_t n = count(rest, ',') + 1;

	*keep = (struct stet_keep){ 0 };
	for (size_t i = 0; i < n; i++) {
		const struct stet_span part = cut(&rest, ',');
		enum stet_keep_rule rule;

		if (!parse_rule(part, keep, mem, &rule))
			return stet_fail(err, STET_EUSAGE,
					 "--keep wants earliest, longest, first, source:A>B>C, "
					 "with commas between, not '%.*s'",
					 (int)part.len, part.p);
		if (has_rule(keep, rule))
			return stet_fail(err, STET_EUSAGE, "--keep has the rule of '%.*s' twice",
					 (int)part.len, part.p);
		keep->rules[keep->n_rules++] = rule;	/* there is room: no rule comes twice */
	}
	return 0;
}

int stet_fail_over_parse(const char *text, struct stet_fail_over *over, struct stet_err *err)
{
	const size_t len = strlen(text);
	const bool is_share = len > 0 && text[len - 1] == '%';
	uint64_t limit;

	if (!stet_parse_decimal(text, len - is_share, is_share ? 2 : 0, &limit) ||
	    (is_share && limit > 10000))
		return stet_fail(err, STET_EUSAGE,
				 "--fail-over wants a number of documents, or 0%% to 100%% with "
				 "at most 2 decimals, not '%s'",
				 text);
	*over = (struct stet_fail_over){ .given = true, .is_share = is_share, .limit = limit };
	return 0;
}

/* Documents are counted in 32 bits, so neither product overflows. */
bool stet_fail_over_bites(const struct stet_fail_over *over, uint64_t removed, uint64_t documents)
{
	if (!over->given)
		return false;
	if (over->is_share)
		return removed * 10000 > over->limit * documents;
	return removed > over->limit;
}
