/*
 * fuzz_cluster.c - clusters of any table of verdicts
 *
 * Laws: a member was compared with the document that stands, and is its copy; what
 * stands comes first; the order in which proofs came does not matter.
 */
#include "fuzz.h"
#include "stet/cluster.h"

#define MAX_N 24

struct table {
	uint32_t n;
	enum stet_verdict truth[MAX_N][MAX_N];
	enum stet_frame frame[MAX_N][MAX_N];
	bool first[MAX_N][MAX_N];	/* compared before all rounds */
};

static void take_table(struct table *t, struct fuzz_input *in)
{
	memset(t, 0, sizeof(*t));
	t->n = 1 + fuzz_take(in) % MAX_N;
	for (uint32_t s = 0; s < t->n; s++)
		for (uint32_t c = s + 1; c < t->n; c++) {
			const uint8_t b = fuzz_take(in);

			t->truth[s][c] = (enum stet_verdict)(b % 16 % STET_N_VERDICTS);
			t->frame[s][c] = (enum stet_frame)(b >> 4 & 3);
			t->first[s][c] = b >> 6 & 1;
		}
}

static void compare(const struct table *t, struct stet_proofs *p, uint32_t s, uint32_t c)
{
	const struct stet_proof proof = {
		.stands = s, .copy = c, .verdict = t->truth[s][c], .plain = t->truth[s][c],
		.frame = t->frame[s][c],
	};

	LAW(s < c && c < t->n);
	stet_proofs_add(p, &proof, NULL);
}

static void compare_wanted(const struct table *t, const struct stet_clusters *c,
			   struct stet_proofs *p)
{
	LAW(c->n_wanted > 0);
	for (size_t i = 0; i < c->n_wanted; i++) {
		const uint32_t s = (uint32_t)(c->wanted[i] >> 32), k = (uint32_t)c->wanted[i];

		stet_proofs_sort(p);
		LAW(!stet_proofs_find(p, s, k));	/* what was compared is not wanted again */
		compare(t, p, s, k);
	}
	stet_proofs_sort(p);
}

/* The pairs that are compared before all rounds, from the front or from behind. */
static void compare_first(const struct table *t, struct stet_proofs *p, bool backwards)
{
	for (uint32_t i = 0; i < t->n * t->n; i++) {
		const uint32_t at = backwards ? t->n * t->n - 1 - i : i;

		if (t->first[at / t->n][at % t->n])
			compare(t, p, at / t->n, at % t->n);
	}
	stet_proofs_sort(p);
}

static void run(const struct table *t, struct stet_clusters *c, struct stet_proofs *p,
		struct stet_siblings *siblings, bool backwards)
{
	struct stet_template_options o;

	stet_template_options_init(&o);
	compare_first(t, p, backwards);
	stet_siblings_gather(siblings, t->n, p, &o);
	stet_judge_templates(p, siblings);
	stet_clusters_init(c, t->n);
	stet_clusters_connect(c, p, false);
	while (stet_clusters_advance(c, p, false))
		compare_wanted(t, c, p);
	while (stet_clusters_follow(c, p))
		compare_wanted(t, c, p);
	LAW(c->capped == 0);
}

static void check_star(const struct stet_clusters *c, const struct stet_proofs *p)
{
	for (uint32_t i = 0; i < c->n; i++) {
		const uint32_t stands = c->stands[i];
		const struct stet_proof *proof;

		if (stands == STET_NOBODY || stands == i)
			continue;
		LAW(stands < i && c->stands[stands] == stands);
		proof = stet_proofs_find(p, stands, i);
		LAW(proof && stet_verdict_is_copy(proof->verdict));
	}
}

/* A component is called by its lowest rank, and holds every pair that connects. */
static void check_components(const struct stet_clusters *c, const struct stet_proofs *p)
{
	for (uint32_t i = 0; i < c->n; i++)
		LAW(c->component[i] <= i && c->component[c->component[i]] == c->component[i]);
	for (size_t i = 0; i < p->n; i++)
		if (stet_verdict_connects(p->v[i].verdict))
			LAW(c->component[p->v[i].stands] == c->component[p->v[i].copy]);
}

static void check_again(const struct stet_clusters *c, const struct stet_proofs *p)
{
	struct stet_clusters again;

	stet_clusters_init(&again, c->n);
	stet_clusters_regroup(&again, c, p);
	while (stet_clusters_advance(&again, p, true))
		;
	for (uint32_t i = 0; i < c->n; i++) {
		const uint32_t stands = again.stands[i];

		LAW(stands == STET_NOBODY || stands == i || c->stands[i] == c->stands[stands]);
	}
	stet_clusters_release(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input in = { data, size };
	struct stet_clusters one, two;
	struct stet_proofs p = { 0 }, q = { 0 };
	struct stet_siblings of_one = { 0 }, of_two = { 0 };
	struct table t;

	take_table(&t, &in);
	run(&t, &one, &p, &of_one, false);
	run(&t, &two, &q, &of_two, true);
	LAW(memcmp(one.stands, two.stands, t.n * sizeof(*one.stands)) == 0);
	LAW(memcmp(of_one.first, of_two.first, t.n * sizeof(*of_one.first)) == 0);
	check_components(&one, &p);
	check_star(&one, &p);
	check_again(&one, &p);
	stet_siblings_release(&of_one);
	stet_siblings_release(&of_two);
	stet_clusters_release(&one);
	stet_clusters_release(&two);
	stet_proofs_release(&p);
	stet_proofs_release(&q);
	return 0;
}
