/*
 * text_oracle.h - src/DESIGN.md, "Text", read slowly: for test_text.c
 *
 * Folds with utf8proc, looks ahead instead of keeping a state, and compares every
 * place to cut with every other.
 */
#ifndef TEXT_ORACLE_H
#define TEXT_ORACLE_H

struct oracle_token {
	uint32_t begin, end, at, len;
	int class;
};

struct oracle_tokens {
	struct oracle_token *v;
	size_t n;
	char *folded;
	struct stet_paragraph *paragraphs;
	size_t n_paragraphs;
};

enum oracle_class { O_SEPARATOR, O_LETTER, O_DIGIT, O_MARK, O_HAN, O_CLUSTER, O_APOSTROPHE };

/* One folded code point, where it is from. */
struct oracle_item {
	int32_t cp;
	enum oracle_class class;
	uint32_t begin, end;
};

static bool oracle_in(int32_t cp, const int32_t (*r)[2], size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (cp >= r[i][0] && cp <= r[i][1])
			return true;
	return false;
}

static enum oracle_class oracle_class_of(int32_t cp)
{
	static const int32_t han[][2] = {
		{ 0x3005, 0x3007 }, { 0x3021, 0x3029 }, { 0x3031, 0x3035 }, { 0x3038, 0x303b },
		{ 0x3041, 0x312f }, { 0x31a0, 0x31bf }, { 0x31f0, 0x31ff }, { 0x3400, 0x4dbf },
		{ 0x4e00, 0x9fff }, { 0xf900, 0xfaff }, { 0x1aff0, 0x1b16f }, { 0x20000, 0x323af },
	};
	static const int32_t cluster[][2] = {
		{ 0xe00, 0xeff }, { 0xf00, 0xfff }, { 0x1000, 0x109f }, { 0x1780, 0x17ff },
		{ 0xa9e0, 0xa9ff }, { 0xaa60, 0xaa7f },
	};
	const utf8proc_category_t c = utf8proc_category(cp);
	const bool letter = c >= UTF8PROC_CATEGORY_LU && c <= UTF8PROC_CATEGORY_LO;
	const bool number = c >= UTF8PROC_CATEGORY_ND && c <= UTF8PROC_CATEGORY_NO;

	if (cp == 0x27 || cp == 0x2018 || cp == 0x2019 || cp == 0x201b || cp == 0x2bc)
		return O_APOSTROPHE;
	if ((letter || number) && oracle_in(cp, han, sizeof(han) / sizeof(han[0])))
		return O_HAN;
	if (letter && oracle_in(cp, cluster, sizeof(cluster) / sizeof(cluster[0])))
		return O_CLUSTER;
	if (c >= UTF8PROC_CATEGORY_MN && c <= UTF8PROC_CATEGORY_ME)
		return O_MARK;
	return letter ? O_LETTER : number ? O_DIGIT : O_SEPARATOR;
}

/*
 * Unassigned code points that are default-ignorable all the same (U+2065, U+FFF0
 * to U+FFF8, holes among the tags): NFKC_Casefold drops them, utf8proc, which has
 * no properties of what is unassigned, does not.
 */
static bool oracle_ignores(int32_t cp)
{
	return utf8proc_category(cp) == UTF8PROC_CATEGORY_CN &&
	       (cp == 0x2065 || (cp >= 0xfff0 && cp <= 0xfff8) ||
		(cp >= 0xe0000 && cp < 0xe1000));
}

static size_t oracle_items(const char *text, size_t len, struct oracle_item *out)
{
	const utf8proc_option_t options = UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT |
					  UTF8PROC_CASEFOLD | UTF8PROC_IGNORE;
	size_t n = 0;

	for (size_t at = 0; at < len;) {
		int32_t cp, folded[64];
		utf8proc_ssize_t n_bytes = utf8proc_iterate((const uint8_t *)text + at,
							    (utf8proc_ssize_t)(len - at), &cp);
		utf8proc_ssize_t n_folded = 1;

		folded[0] = 0xfffd;
		if (n_bytes > 0)
			n_folded = utf8proc_decompose((const uint8_t *)text + at, n_bytes, folded,
						      64, options);
		else
			n_bytes = 1;
		if (oracle_ignores(folded[0]))
			n_folded = 0;
		for (utf8proc_ssize_t i = 0; i < n_folded; i++)
			out[n++] = (struct oracle_item){
				folded[i], oracle_class_of(folded[i]), (uint32_t)at,
				(uint32_t)(at + (size_t)n_bytes) };
		at += (size_t)n_bytes;
	}
	return n;
}

/* Runs of up to 32 marks in v[first, n) with a combining class, by class. */
static void oracle_order(struct oracle_item *v, size_t first, size_t n)
{
	for (size_t i = first, end; i < n; i = end) {
		end = i;
		while (end < n && end - i < 32 && v[end].class == O_MARK &&
		       utf8proc_get_property(v[end].cp)->combining_class > 0)
			end++;
		for (size_t pass = i; pass < end; pass++)
			for (size_t k = i; k + 1 < end; k++)
				if (utf8proc_get_property(v[k].cp)->combining_class >
				    utf8proc_get_property(v[k + 1].cp)->combining_class) {
					const struct oracle_item x = v[k];

					v[k] = v[k + 1];
					v[k + 1] = x;
				}
		end += end == i;
	}
}

static void oracle_tokens(const char *text, size_t len, struct oracle_tokens *out)
{
	struct oracle_item *v = calloc(len * 18 + 2, sizeof(*v));
	const size_t n = oracle_items(text, len, v);
	uint32_t at = 0;

	*out = (struct oracle_tokens){ .v = calloc(n + 1, sizeof(*out->v)),
				       .folded = calloc(4 * n + 4, 1) };
	for (size_t i = 0, end; i < n; i = end) {
		struct oracle_token *t = &out->v[out->n];
		const enum oracle_class class = v[i].class;

		end = i + 1;
		if (class == O_SEPARATOR || class == O_APOSTROPHE)
			continue;
		t->class = class == O_HAN ? STET_HAN :
			   class == O_CLUSTER ? STET_CLUSTER : STET_WORD;
		for (; end < n; end++) {
			const enum oracle_class next = v[end].class, before = v[end - 1].class;

			if (next == O_MARK && before != O_APOSTROPHE)
				continue;
			if (t->class == STET_WORD && next == O_DIGIT && before != O_APOSTROPHE)
				continue;
			if (t->class == STET_WORD && next == O_LETTER)
				continue;
			if (t->class == STET_WORD && next == O_APOSTROPHE && end + 1 < n &&
			    v[end + 1].class == O_LETTER &&
			    (before == O_LETTER || before == O_MARK))
				continue;
			break;
		}
		t->begin = v[i].begin;
		t->end = v[end - 1].end;
		t->at = at;
		oracle_order(v, i, end);
		for (size_t k = i; k < end; k++)
			if (v[k].class != O_APOSTROPHE)
				at += (uint32_t)utf8proc_encode_char(v[k].cp,
								     (uint8_t *)out->folded + at);
		t->len = at - t->at;
		out->n++;
	}
	free(v);
}

/* ---- paragraphs, from given tokens */

static bool oracle_is(const char *p, const char *end, const char *bytes)
{
	return (size_t)(end - p) >= strlen(bytes) && memcmp(p, bytes, strlen(bytes)) == 0;
}

static size_t oracle_any(const char *p, const char *end, const char *const *v)
{
	for (; *v; v++)
		if (oracle_is(p, end, *v))
			return strlen(*v);
	return 0;
}

static bool oracle_sentence(const char *p, const char *end, bool clusters)
{
	static const char *const white[] = {
		" ", "\t", "\n", "\v", "\f", "\r", "\u00a0", "\u3000", NULL,
	};
	static const char *const stops[] = {
		"。", "！", "？", "．", "；", "｡", "।", "۔", "؟", "…", NULL,
	};

	for (; p < end; p++)
		if (oracle_any(p, end, stops) || (clusters && *p == ' ') ||
		    (strchr(".!?", *p) && *p && oracle_any(p + 1, end, white)))
			return true;
	return false;
}

static uint64_t oracle_rotl(uint64_t x, int by)
{
	return x << by | x >> (64 - by);
}

static uint64_t oracle_rank(const char *text, const struct stet_tokens *t, size_t i)
{
	const bool clusters = t->class[i] == STET_CLUSTER && t->class[i - 1] == STET_CLUSTER;
	uint64_t x = t->hash[i - 2] + oracle_rotl(t->hash[i - 1], 16) +
		     oracle_rotl(t->hash[i], 32) + oracle_rotl(t->hash[i + 1], 48);

	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
	x = (x ^ x >> 27) * 0x94d049bb133111ebu;
	x ^= x >> 31;
	if (!oracle_sentence(text + t->end[i - 1], text + t->begin[i], clusters))
		return x / 2 + ((uint64_t)1 << 63);
	return x / 2;
}

static void oracle_add(struct oracle_tokens *out, uint32_t begin, uint32_t end, size_t a, size_t b)
{
	out->paragraphs[out->n_paragraphs++] = (struct stet_paragraph){
		begin, end, (uint32_t)a, (uint32_t)(b - a), false };
}

static void oracle_unit(const char *text, uint32_t begin, uint32_t end, const struct stet_tokens *t,
			struct oracle_tokens *out)
{
	size_t a = 0, b, first;

	while (a < t->n && t->begin[a] < begin)
		a++;
	for (b = a; b < t->n && t->begin[b] < end;)
		b++;
	if (a == b)
		return;
	first = a;
	for (size_t i = a + 1; i < b && stet_weight(t, first, b) > 2000; i++) {
		bool lowest = t->begin[i] >= t->end[i - 1];

		if (stet_weight(t, first, i) < 500 || stet_weight(t, i, b) < 500)
			continue;
		for (size_t k = first + 1; k < b && lowest; k++) {
			const uint32_t apart = k < i ? stet_weight(t, k, i) : stet_weight(t, i, k);
			uint64_t mine, theirs;

			if (k == i || apart > 1000 || stet_weight(t, first, k) < 500 ||
			    stet_weight(t, k, b) < 500 || t->begin[k] < t->end[k - 1])
				continue;
			mine = oracle_rank(text, t, i);
			theirs = oracle_rank(text, t, k);
			lowest = mine < theirs || (mine == theirs && i < k);
		}
		if (lowest) {
			oracle_add(out, a == first ? begin : t->begin[a], t->end[i - 1], a, i);
			a = i;
		}
	}
	oracle_add(out, a == first ? begin : t->begin[a], end, a, b);
}

struct oracle_line {
	uint32_t begin, end, length;
	bool blank;
};

static size_t oracle_lines(const char *text, size_t len, struct oracle_line *v)
{
	static const char *const ends[] = { "\r\n", "\r", "\n", "\u2028", "\u2029", NULL };
	static const char *const blanks[] = { " ", "\t", "\u00a0", "\u3000", NULL };
	const char *end = text + len;
	size_t n = 0;

	for (const char *p = text, *begin = p; p <= end;) {
		const size_t n_end = p < end ? oracle_any(p, end, ends) : 1;

		if (n_end == 0) {
			p++;
			continue;
		}
		v[n] = (struct oracle_line){ .begin = (uint32_t)(begin - text),
					     .end = (uint32_t)(p - text), .blank = true };
		for (const char *q = begin; q < p;) {
			const size_t n_blank = oracle_any(q, p, blanks);

			v[n].blank = v[n].blank && n_blank;
			q += n_blank ? n_blank : 1;
		}
		for (const char *q = begin; q < p; q++)
			v[n].length += (*q & 0xc0) != 0x80;
		n++;
		p += n_end;
		begin = p;
	}
	return n;
}

static bool oracle_wrapped(const struct oracle_line *v, size_t n)
{
	uint32_t longest = 0, inner = 0, full = 0;
	bool seen = false, gap = false, blank = false;

	for (size_t i = 0; i < n; i++) {
		gap = gap || (seen && blank && !v[i].blank);
		seen = seen || !v[i].blank;
		blank = v[i].blank;
		if (i + 1 < n && !v[i].blank && !v[i + 1].blank) {
			inner++;
			longest = v[i].length > longest ? v[i].length : longest;
		}
	}
	for (size_t i = 0; i + 1 < n; i++)
		full += !v[i].blank && !v[i + 1].blank && v[i].length >= .7 * longest - 1e-9;
	return gap && inner >= 8 && longest >= 40 && longest <= 120 && full >= .75 * inner;
}

static void oracle_paragraphs(const char *text, size_t len, const struct stet_tokens *t,
			      struct oracle_tokens *out)
{
	struct oracle_line *v = calloc(len + 2, sizeof(*v));
	const size_t n = oracle_lines(text, len, v);
	const bool wrapped = oracle_wrapped(v, n);

	out->paragraphs = calloc(t->n + 1, sizeof(*out->paragraphs));
	for (size_t i = 0, last; i < n; i = last + 1) {
		last = i;
		while (wrapped && !v[i].blank && last + 1 < n && !v[last + 1].blank)
			last++;
		if (!v[i].blank)
			oracle_unit(text, v[i].begin, v[last].end, t, out);
	}
	free(v);
}

static void oracle_release(struct oracle_tokens *o)
{
	free(o->v);
	free(o->folded);
	free(o->paragraphs);
}

#endif
