/*
 * page_charts.c - what was found, as pictures: bars of SVG and a table of sources
 *
 * Each picture has its numbers beside it as text, for those who cannot see it and for those
 * who want to copy them.
 */
#include "page.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WIDTH 640
#define BAR_HEIGHT 22
#define LABEL_WIDTH 150
#define NUMBER_WIDTH 90

/* A bar: what it is of, how long it is. */
struct bar {
	char label[40];
	const char *class;
	uint64_t n;
};

static uint64_t longest(const struct bar *v, size_t n)
{
	uint64_t most = 1;

	for (size_t i = 0; i < n; i++)
		most = v[i].n > most ? v[i].n : most;
	return most;
}

/* Bars under one another, all to one scale; `title` is also what is read out. */
static void put_bars(struct stet_out *o, const char *title, const struct bar *v, size_t n)
{
	const uint64_t most = longest(v, n);
	const unsigned room = WIDTH - LABEL_WIDTH - NUMBER_WIDTH;

	stet_out_printf(o, "<figure><figcaption>%s</figcaption><svg role=img "
			   "viewBox=\"0 0 %d %zu\" "
			   "aria-label=\"%s\">\n", title, WIDTH, n * BAR_HEIGHT, title);
	for (size_t i = 0; i < n; i++) {
		const size_t y = i * BAR_HEIGHT;
		const unsigned length = (unsigned)((unsigned __int128)v[i].n * room / most);

		stet_out_printf(o, "<text class=label x=%d y=%zu>%s</text>"
				   "<rect class=%s x=%d y=%zu "
				   "width=%u height=%d /><text x=%u y=%zu>",
				LABEL_WIDTH - 8, y + 15,
				v[i].label, v[i].class, LABEL_WIDTH, y + 3,
				v[i].n > 0 && length == 0 ? 1 : length, BAR_HEIGHT - 6,
				LABEL_WIDTH + length + 6, y + 15);
		stet_page_number(o, v[i].n);
		stet_out_puts(o, "</text>\n");
	}
	stet_out_puts(o, "</svg></figure>\n");
}

/* ---- by verdict */

static void put_verdicts(struct stet_out *o, const struct stet_findings *f)
{
	struct bar bars[STET_N_VERDICTS] = { 0 };

	for (int v = 0; v < STET_N_VERDICTS; v++) {
		snprintf(bars[v].label, sizeof(bars[v].label), "%s",
			 stet_verdict_name((enum stet_verdict)v));
		bars[v].class = stet_verdict_is_copy((enum stet_verdict)v) ? "copy" : "other";
	}
	for (size_t i = 0; i < f->proofs->n; i++)
		bars[f->proofs->v[i].verdict].n++;
	/* What was compared in vain is told in the head, and would dwarf the rest. */
	put_bars(o, "Pairs by verdict", bars + 1, STET_N_VERDICTS - 1);
}

/* ---- cluster sizes */

#define N_SIZES 12

static void put_sizes(struct stet_out *o, const struct stet_report *r)
{
	struct bar bars[N_SIZES] = { 0 };
	const uint32_t n = stet_documents_count(r->f->documents);
	size_t last = 0;

	for (size_t i = 0; i < N_SIZES; i++) {
		const unsigned from = i == 0 ? 2 : (1u << i) + 1, to = 2u << i;

		bars[i].class = "copy";
		if (from == to)
			snprintf(bars[i].label, sizeof(bars[i].label), "%u documents", to);
		else if (i + 1 < N_SIZES)
			snprintf(bars[i].label, sizeof(bars[i].label), "%u to %u", from, to);
		else
			snprintf(bars[i].label, sizeof(bars[i].label), "%u and more", from);
	}
	for (uint32_t rank = 0; rank < n; rank++) {
		const uint64_t size = 1 + stet_count_copies(r->f, rank);
		size_t i = 0;

		if (size == 1)
			continue;
		while (i + 1 < N_SIZES && size > 2u << i)
			i++;
		bars[i].n++;
		last = i > last ? i : last;
	}
	put_bars(o, "Clusters by size", bars, last + 1);
}

/* ---- similarity */

#define N_SHARES 20

/* The smaller of the two core shares: what `near` and `revised` go by. */
static uint32_t share_of_both(const struct stet_measures *m)
{
	const uint32_t c = stet_share(m->c_core_aligned, m->c_core);
	const uint32_t s = stet_share(m->s_core_aligned, m->s_core);

	return c < s ? c : s;
}

static void put_threshold(struct stet_out *o, unsigned share, const char *name)
{
	const unsigned x = share * WIDTH / 10000;

	stet_out_printf(o, "<line class=mark x1=%u x2=%u y1=0 y2=140 /><text class=mark x=%u y=12>"
			   "%s</text>\n", x, x, x + 4, name);
}

static uint64_t parameter(const struct stet_findings *f, const char *name)
{
	for (size_t i = 0; i < f->n_parameters; i++)
		if (strcmp(f->parameters[i].name, name) == 0)
			return f->parameters[i].number;
	return 0;
}

static void put_similarity(struct stet_out *o, const struct stet_findings *f)
{
	static const char title[] = "Proven pairs by how much of both texts they have in common";
	uint64_t n[N_SHARES] = { 0 }, most = 1;

	for (size_t i = 0; i < f->proofs->n; i++) {
		const struct stet_proof *p = &f->proofs->v[i];
		const uint32_t share = share_of_both(&p->m);

		if (p->verdict != STET_REJECTED)
			n[share >= 10000 ? N_SHARES - 1 : share * N_SHARES / 10000]++;
	}
	for (size_t i = 0; i < N_SHARES; i++)
		most = n[i] > most ? n[i] : most;
	stet_out_printf(o, "<figure><figcaption>%s</figcaption><svg role=img "
			   "viewBox=\"0 0 %d 160\" "
			   "aria-label=\"%s\">\n", title, WIDTH, title);
	for (unsigned i = 0; i < N_SHARES; i++) {
		const unsigned h = (unsigned)((unsigned __int128)n[i] * 120 / most);
		const unsigned high = n[i] > 0 && h == 0 ? 1 : h;

		stet_out_printf(o, "<rect class=copy x=%u y=%u width=%u height=%u><title>"
				   "%u to %u %%: "
				   "%" PRIu64 "</title></rect>\n",
				i * WIDTH / N_SHARES + 1, 140 - high,
				WIDTH / N_SHARES - 2, high, i * 5, i * 5 + 5, n[i]);
	}
	put_threshold(o, (unsigned)parameter(f, "revised"), "revised");
	put_threshold(o, (unsigned)parameter(f, "near"), "near");
	stet_out_printf(o, "<text x=0 y=156>0 %%</text><text class=label x=%d y=156>100 %%</text>"
			   "</svg></figure>\n", WIDTH);
}

/* ---- time */

/* The days between the two of a proof; false where the date of one is not known. */
static bool find_lag(const struct stet_findings *f, const struct stet_proof *p, int64_t *days)
{
	const struct stet_row s = stet_row_of(f, p->stands), c = stet_row_of(f, p->copy);

	if (s.date_key == STET_NO_DATE || c.date_key == STET_NO_DATE)
		return false;
	*days = stet_date_day(c.date_key) - stet_date_day(s.date_key);
	*days = *days < 0 ? -*days : *days;
	return true;
}

static void put_lags(struct stet_out *o, const struct stet_findings *f)
{
	static const struct {
		int64_t most;
		const char *name;
	} lags[] = {
		{ 0, "the same day" }, { 1, "1 day" }, { 7, "2 to 7 days" }, { 30, "8 to 30 days" },
		{ 365, "31 to 365 days" }, { INT64_MAX, "more than a year" },
	};
	struct bar bars[sizeof(lags) / sizeof(*lags)] = { 0 };
	const size_t n = sizeof(lags) / sizeof(*lags);
	bool any = false;

	for (size_t i = 0; i < n; i++) {
		bars[i].class = "copy";
		snprintf(bars[i].label, sizeof(bars[i].label), "%s", lags[i].name);
	}
	for (size_t i = 0; i < f->proofs->n; i++) {
		const struct stet_proof *p = &f->proofs->v[i];
		int64_t days;
		size_t k = 0;

		if (!stet_is_member(f->clusters, p) || !find_lag(f, p, &days))
			continue;
		while (days > lags[k].most)
			k++;
		bars[k].n++;
		any = true;
	}
	if (any)
		put_bars(o, "Copies by days between them and the text that stands", bars, n);
}

/* ---- sources */

#define MOST_SOURCES 12

/* A copy between two known sources. */
struct flow {
	struct stet_span from, to;
};

struct source {
	struct stet_span name;
	uint64_t n;
};

static int by_name(const void *a, const void *b)
{
	return stet_span_compare(*(const struct stet_span *)a, *(const struct stet_span *)b);
}

static int by_count(const void *a, const void *b)
{
	const struct source *x = a, *y = b;

	return x->n != y->n ? (x->n < y->n ? 1 : -1) : stet_span_compare(x->name, y->name);
}

static size_t collect_flows(const struct stet_findings *f, struct flow **flows)
{
	size_t n = 0, cap = 0;

	*flows = NULL;
	for (size_t i = 0; i < f->proofs->n; i++) {
		const struct stet_proof *p = &f->proofs->v[i];

		if (!p->syndicated || !stet_is_member(f->clusters, p))
			continue;
		*flows = stet_grow(*flows, &cap, n + 1, sizeof(**flows));
		(*flows)[n++] = (struct flow){ stet_row_of(f, p->stands).source,
					       stet_row_of(f, p->copy).source };
	}
	return n;
}

/* The sources that the most flows come from or go to. */
static size_t top_sources(const struct flow *flows, size_t n, struct source *top)
{
	struct stet_span *names = stet_calloc(2 * n, sizeof(*names));
	struct source *all = stet_calloc(2 * n, sizeof(*all));
	size_t n_all = 0;

	for (size_t i = 0; i < n; i++) {
		names[2 * i] = flows[i].from;
		names[2 * i + 1] = flows[i].to;
	}
	qsort(names, 2 * n, sizeof(*names), by_name);
	for (size_t i = 0; i < 2 * n; i++) {
		if (i == 0 || stet_span_compare(names[i], names[i - 1]) != 0)
			all[n_all++].name = names[i];
		all[n_all - 1].n++;
	}
	qsort(all, n_all, sizeof(*all), by_count);
	n_all = n_all < MOST_SOURCES ? n_all : MOST_SOURCES;
	memcpy(top, all, n_all * sizeof(*all));
	free(all);
	free(names);
	return n_all;
}

static size_t find_source(const struct source *top, size_t n, struct stet_span name)
{
	size_t i = 0;

	while (i < n && stet_span_compare(top[i].name, name) != 0)
		i++;
	return i;
}

static void put_matrix(struct stet_out *o, const struct source *top, size_t n,
		       const uint64_t *count)
{
	uint64_t most = 1;

	for (size_t i = 0; i < n * n; i++)
		most = count[i] > most ? count[i] : most;
	stet_out_puts(o, "<div class=wide role=region tabindex=0 "
			 "aria-label=\"Who copies from whom\">"
			 "<table class=matrix><caption>Who copies from whom: the row "
			 "stands, the column has the copy</caption><thead><tr><td></td>");
	for (size_t k = 0; k < n; k++) {
		stet_out_puts(o, "<th scope=col><bdi>");
		stet_page_text(o, top[k].name, 40);
		stet_out_puts(o, "</bdi></th>");
	}
	stet_out_puts(o, "</tr></thead><tbody>\n");
	for (size_t i = 0; i < n; i++) {
		stet_out_puts(o, "<tr><th scope=row><bdi>");
		stet_page_text(o, top[i].name, 40);
		stet_out_puts(o, "</bdi></th>");
		for (size_t k = 0; k < n; k++) {
			const uint64_t c = count[i * n + k];

			stet_out_printf(o, "<td class=h%u>",
					c == 0 ? 0 : 1 + (unsigned)(c * 4 / most));
			if (c > 0)
				stet_page_number(o, c);
			stet_out_puts(o, "</td>");
		}
		stet_out_puts(o, "</tr>\n");
	}
	stet_out_puts(o, "</tbody></table></div>\n");
}

static void put_sources(struct stet_out *o, const struct stet_findings *f)
{
	struct source top[MOST_SOURCES];
	struct flow *flows;
	const size_t n = collect_flows(f, &flows);
	uint64_t count[MOST_SOURCES * MOST_SOURCES] = { 0 };
	size_t n_top;

	if (n > 0) {
		n_top = top_sources(flows, n, top);
		for (size_t i = 0; i < n; i++) {
			const size_t from = find_source(top, n_top, flows[i].from);
			const size_t to = find_source(top, n_top, flows[i].to);

			if (from < n_top && to < n_top)
				count[from * n_top + to]++;
		}
		put_matrix(o, top, n_top, count);
	}
	free(flows);
}

void stet_page_charts(struct stet_out *o, const struct stet_report *r)
{
	stet_out_puts(o, "<section id=pictures><h2>In pictures</h2>\n<div class=charts>\n");
	put_verdicts(o, r->f);
	put_sizes(o, r);
	put_similarity(o, r->f);
	put_lags(o, r->f);
	stet_out_puts(o, "</div>\n");
	put_sources(o, r->f);
	stet_out_puts(o, "</section>\n");
}
