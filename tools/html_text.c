/*
 * html_text.c - the text of a page that comes from standard input, for tools/eval/articles
 *
 * usage: html_text [--facts | --links | --time N] < PAGE
 *
 * --facts prints title, date and language instead, a line each; --links prints what part of
 * the text is links; --time takes the text N times, and prints MB of HTML per second.
 */
#include "../src/source/html.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static char *read_all(size_t *len)
{
	size_t cap = 0, n;
	char *page = NULL;

	*len = 0;
	do {
		page = stet_grow(page, &cap, *len + 65536, 1);
		n = fread(page + *len, 1, 65536, stdin);
		*len += n;
	} while (n > 0);
	return page;
}

static void print_line(struct stet_span s)
{
	printf("%.*s\n", (int)s.len, s.p);
}

static void take_time(struct stet_span page, int times)
{
	struct stet_arena mem = { 0 };
	struct stet_html out = { 0 };
	const clock_t begin = clock();
	double seconds;

	for (int i = 0; i < times; i++) {
		stet_arena_reset(&mem);
		stet_html_text(page, &mem, &out);
	}
	seconds = (double)(clock() - begin) / CLOCKS_PER_SEC;
	printf("%.0f MB/s of HTML, %.3f of it text\n", (double)page.len * times / 1e6 / seconds,
	       (double)out.text.len / (double)page.len);
	stet_arena_release(&mem);
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";
	struct stet_arena mem = { 0 };
	struct stet_html out;
	struct stet_span page;
	char *bytes;

	bytes = read_all(&page.len);
	page.p = bytes;
	stet_html_text(page, &mem, &out);
	if (strcmp(what, "--time") == 0 && argc > 2) {
		take_time(page, atoi(argv[2]));
	} else if (strcmp(what, "--facts") == 0) {
		print_line(out.title);
		print_line(out.date);
		print_line(out.language);
	} else if (strcmp(what, "--links") == 0) {
		for (size_t i = 0; i < out.n_links; i++)
			print_line((struct stet_span){ out.text.p + out.links[i].begin,
						       out.links[i].end - out.links[i].begin });
	} else {
		print_line(out.text);
	}
	stet_arena_release(&mem);
	free(bytes);
	return 0;
}
