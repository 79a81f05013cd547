/*
 * plant.c - small archives with known copies in them, for tests/cli
 *
 *	plant CASE [SEED] > OUT.jsonl
 *
 * Words are made up from syllables and drawn so that some are common and most
 * are rare; two texts share no run of words that was not planted.  Every case
 * comes with BACKGROUND documents that have nothing to do with it.  The ids say
 * what is what; tests/cli/planted.bats says what must be found.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { N_WORDS = 6000, MAX_WORDS = 2000, MAX_WORD = 24, BACKGROUND = 200 };

static char word[N_WORDS][MAX_WORD];
static uint64_t state;

struct story {
	int w[MAX_WORDS];
	size_t n;
};

/* splitmix64 */
static uint64_t draw(void)
{
	uint64_t x = state += 0x9e3779b97f4a7c15;

	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9;
	x = (x ^ x >> 27) * 0x94d049bb133111eb;
	return x ^ x >> 31;
}

static size_t below(size_t n)
{
	return (size_t)(draw() % n);
}

static void make_words(void)
{
	static const char *const syllable[] = {
		"ba", "de", "fin", "gor", "hu", "jal", "ker", "lo", "mi", "nas", "pe", "quo",
		"ra", "sti", "tem", "ul", "va", "wer", "xi", "yon", "za", "cha", "ope", "ing",
	};

	for (size_t i = 0; i < N_WORDS; i++)
		for (size_t rest = i + 24; rest > 0; rest /= 24)
			strcat(word[i], syllable[rest % 24]);
}

/* Square of a uniform number: word 0 is the commonest. */
static int any_word(void)
{
	const uint64_t u = below(N_WORDS);

	return (int)(u * u / N_WORDS);
}

static struct story write_story(size_t n)
{
	struct story s = { .n = n };

	for (size_t i = 0; i < n; i++)
		s.w[i] = any_word();
	return s;
}

static void append(struct story *s, const struct story *more, size_t first, size_t last)
{
	for (size_t i = first; i < last && s->n < MAX_WORDS; i++)
		s->w[s->n++] = more->w[i];
}

/* Replace exactly `n` words, at random places, by others. */
static void reword(struct story *s, size_t n)
{
	bool done[MAX_WORDS] = { false };

	while (n > 0) {
		const size_t i = below(s->n);
		const int other = any_word();

		if (done[i] || other == s->w[i])
			continue;
		s->w[i] = other;
		done[i] = true;
		n--;
	}
}

/* A sentence has 12 words, a paragraph of `per_paragraph` words ends in a line end. */
static size_t render(const struct story *s, size_t per_paragraph, char *out)
{
	char *p = out;

	for (size_t i = 0; i < s->n; i++) {
		const bool ends_paragraph = (i + 1) % per_paragraph == 0 || i + 1 == s->n;
		const bool ends_sentence = ends_paragraph || (i % per_paragraph) % 12 == 11;

		p += sprintf(p, "%s", word[s->w[i]]);
		p += sprintf(p, "%s", ends_paragraph ? ".\n" : ends_sentence ? ". " : " ");
	}
	return (size_t)(p - out);
}

/* A share of the characters, line ends apart, become random letters. */
static void add_noise(char *text, size_t n, double share)
{
	for (size_t wrong = (size_t)((double)n * share); wrong > 0;) {
		char *c = &text[below(n)];
		const char other = (char)('a' + below(26));

		if (*c == '\n' || *c == other)
			continue;
		*c = other;
		wrong--;
	}
}

/* Day `day` after 2019-12-31, in a calendar of months with 28 days. */
static void print_document(const char *id, size_t number, const char *source, size_t day,
			   const char *text, size_t len)
{
	printf("{\"id\":\"%s-%zu\",\"url\":\"https://%s.example/%s/%zu\",", id, number, source, id,
	       number);
	printf("\"source\":\"%s.example\"", source);
	printf(",\"date\":\"%zu-%02zu-%02zu\",\"title\":\"%s %zu\",\"text\":\"", 2020 + day / 336,
	       1 + day / 28 % 12, 1 + day % 28, id, number);
	for (size_t i = 0; i < len; i++)
		if (text[i] == '\n')
			fputs("\\n", stdout);
		else
			putchar(text[i]);
	puts("\"}");
}

static void print_story(const char *id, size_t number, const char *source, size_t day,
			const struct story *s)
{
	static char text[MAX_WORDS * (MAX_WORD + 2)];

	print_document(id, number, source, day, text, render(s, 48, text));
}

/* Some documents that share nothing with anything. */
static void background(size_t first, size_t last)
{
	for (size_t i = first; i < last; i++) {
		const struct story s = write_story(60 + below(400));
		char source[32];

		snprintf(source, sizeof(source), "herald%zu", below(40));
		print_story("background", i, source, below(300), &s);
	}
}

/* A brief of 72 words is one paragraph of nine in a round-up; the one or the other is earlier. */
static void brief(bool brief_first)
{
	struct story roundup = { 0 }, parts[9];
	char text[MAX_WORDS * (MAX_WORD + 2)];

	background(0, BACKGROUND / 2);
	for (size_t i = 0; i < 9; i++) {
		parts[i] = write_story(72);
		append(&roundup, &parts[i], 0, 72);
	}
	print_document("roundup", 0, "evening", 400, text, render(&roundup, 72, text));
	background(BACKGROUND / 2, BACKGROUND);
	print_document("brief", 0, "courier", brief_first ? 399 : 401, text,
		       render(&parts[4], 72, text));
}

/* Twenty texts of 300 words and their copies, one word in eight another. */
static void reworded(void)
{
	background(0, BACKGROUND);
	for (size_t i = 0; i < 20; i++) {
		struct story s = write_story(300);

		print_story("original", i, "courier", 10, &s);
		reword(&s, 300 / 8);
		print_story("copy", i, "evening", 20, &s);
	}
}

/* Twenty texts of 300 words and their copies, three characters in a hundred wrong. */
static void noise(void)
{
	static char text[MAX_WORDS * (MAX_WORD + 2)];

	background(0, BACKGROUND);
	for (size_t i = 0; i < 20; i++) {
		const struct story s = write_story(300);
		const size_t len = render(&s, 48, text);

		print_document("original", i, "courier", 10, text, len);
		add_noise(text, len, .03);
		print_document("copy", i, "evening", 20, text, len);
	}
}

/* A, B and C: B is A's last 120 words and C's first 120; A and C share nothing. */
static void chain(void)
{
	const struct story a = write_story(200), c = write_story(200);
	struct story b = { 0 };

	append(&b, &a, 80, 200);
	append(&b, &c, 0, 120);
	print_story("c", 0, "third", 30, &c);
	background(0, BACKGROUND);
	print_story("b", 0, "second", 20, &b);
	print_story("a", 0, "first", 10, &a);
}

/* One story in `n` sources, each with a dateline and a footer, one word in 50 another. */
static void edited(size_t n)
{
	static char text[MAX_WORDS * (MAX_WORD + 2)];
	const struct story original = write_story(300);

	background(0, BACKGROUND);
	for (size_t i = 0; i < n; i++) {
		const bool is_original = i == n * 617 / 1000;
		const struct story own_footer = write_story(15);
		struct story s = write_story(4), body = original;
		char source[32];

		if (!is_original)
			reword(&body, 300 / 50);
		append(&s, &body, 0, body.n);
		snprintf(source, sizeof(source), "gazette%zu", i);
		size_t len = render(&s, 48, text);

		len += render(&own_footer, 48, text + len);
		print_document("story", i, source, is_original ? 0 : 1 + below(300), text, len);
	}
}

/* One paragraph of 60 words at the end of `n` stories of 40 papers that share nothing else. */
static void footer(size_t n)
{
	static char text[MAX_WORDS * (MAX_WORD + 2)];
	const struct story last = write_story(60);

	for (size_t i = 0; i < n; i++) {
		const struct story s = write_story(120 + below(200));
		size_t len = render(&s, 48, text);
		char source[16];

		snprintf(source, sizeof(source), "paper%zu", i % 40);
		len += render(&last, 60, text + len);
		print_document("story", i, source, below(300), text, len);
	}
}

int main(int argc, char *argv[])
{
	const char *const name = argc > 1 ? argv[1] : "";
	const size_t n = argc > 3 ? strtoull(argv[3], NULL, 10) : 2000;

	state = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;
	make_words();
	if (strcmp(name, "brief-later") == 0)
		brief(false);
	else if (strcmp(name, "brief-first") == 0)
		brief(true);
	else if (strcmp(name, "reworded") == 0)
		reworded();
	else if (strcmp(name, "noise") == 0)
		noise();
	else if (strcmp(name, "chain") == 0)
		chain();
	else if (strcmp(name, "edited") == 0)
		edited(n);
	else if (strcmp(name, "footer") == 0)
		footer(n);
	else
		return fprintf(stderr, "usage: plant CASE [SEED [STORIES]]; see the source\n"), 2;
	return fflush(stdout) == 0 ? 0 : 1;
}
