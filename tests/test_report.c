/*
 * test_report.c - small findings made by hand, and the bytes of every file
 */
#include "stet/report.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define MAX_DOCUMENTS 256
#define MAX_FILE ((size_t)1 << 20)
#define SPAN(s) ((struct stet_span){ s, sizeof(s) - 1 })

/* A run in miniature: documents are added with their text; ranks are given at the end. */
struct run {
	char root[64], out[80];
	struct stet_budget budget;
	struct stet_documents *documents;
	struct stet_texts *texts;
	struct stet_input inputs_v[2];
	struct stet_inputs inputs;
	struct stet_proofs proofs;
	struct stet_clusters clusters, again;
	struct stet_passages passages;
	struct stet_keep keep;
	struct stet_counts counts;
	uint32_t rank[MAX_DOCUMENTS], ordinal[MAX_DOCUMENTS];
	bool removed[MAX_DOCUMENTS];
	struct stet_findings f;
	struct stet_outdir dir;
	char *got;
};

static int setup(void **state)
{
	struct run *r = calloc(1, sizeof(*r));
	struct stet_err err;

	strcpy(r->root, "/tmp/stet-report-XXXXXX");
	assert_non_null(mkdtemp(r->root));
	snprintf(r->out, sizeof(r->out), "%s/out", r->root);
	r->budget.limit = 1 << 26;
	r->documents = stet_documents_open(r->root, &err);
	assert_non_null(r->documents);
	r->texts = stet_texts_open(&r->budget, 1 << 24, r->root);
	r->inputs_v[0] = (struct stet_input){ .path = "a.jsonl", .bytes = 1234, .text_bytes = 9876,
					      .digest = { 0x12, 0xab } };
	r->inputs_v[1] = (struct stet_input){ .path = "b\t\xff.zip", .state = STET_INPUT_MISSING,
					      .why = "no such file" };
	r->inputs.v = r->inputs_v;
	r->inputs.n = 2;
	r->keep = (struct stet_keep){ .rules = { STET_KEEP_EARLIEST }, .n_rules = 1 };
	for (uint32_t i = 0; i < MAX_DOCUMENTS; i++)
		r->rank[i] = r->ordinal[i] = i;
	r->got = calloc(1, MAX_FILE + 1);
	assert_int_equal(stet_outdir_open(&r->dir, r->out, false, STET_REPORT_SUMMARY, &err), 0);
	*state = r;
	return 0;
}

static int teardown(void **state)
{
	struct run *r = *state;

	stet_outdir_close(&r->dir);
	stet_documents_close(r->documents);
	stet_texts_close(r->texts);
	stet_proofs_release(&r->proofs);
	stet_clusters_release(&r->clusters);
	stet_clusters_release(&r->again);
	stet_passages_release(&r->passages);
	rmdir(r->root);
	free(r->got);
	free(r);
	return 0;
}

/* Add a document; the hash of its text is (its number + 1, 0). */
static void add(struct run *r, struct stet_row row, struct stet_span text)
{
	struct stet_err err;

	row.text_hash.lo = stet_documents_count(r->documents) + 1;
	row.text_len = (uint32_t)text.len;
	assert_int_equal(stet_texts_add(r->texts, text, &row.text_place, &err), 0);
	assert_int_equal(stet_documents_add(r->documents, &row, &err), 0);
}

/* Documents are all there: ready for proofs. */
static void finish(struct run *r)
{
	struct stet_err err;

	assert_int_equal(stet_texts_finish(r->texts, &err), 0);
	assert_int_equal(stet_documents_finish(r->documents, &err), 0);
	stet_clusters_init(&r->clusters, stet_documents_count(r->documents));
	stet_clusters_init(&r->again, stet_documents_count(r->documents));
	r->f = (struct stet_findings){
		.inputs = &r->inputs, .documents = r->documents, .texts = r->texts,
		.rank = r->rank, .ordinal = r->ordinal, .keep = &r->keep,
		.proofs = &r->proofs, .clusters = &r->clusters, .again = &r->again,
		.passages = &r->passages,
		.removed = r->removed, .version = "9.9", .counts = &r->counts,
	};
}

/* Clusters from the proofs so far, and all files. */
static void write_report(struct run *r)
{
	struct stet_err err = { 0 };

	stet_proofs_sort(&r->proofs);
	stet_clusters_connect(&r->clusters, &r->proofs, false);
	stet_clusters_advance(&r->clusters, &r->proofs, true);
	assert_int_equal(stet_clusters_follow(&r->clusters, &r->proofs), 0);
	stet_clusters_regroup(&r->again, &r->clusters, &r->proofs);
	stet_clusters_advance(&r->again, &r->proofs, true);
	assert_int_equal(stet_clusters_follow(&r->again, &r->proofs), 0);
	if (stet_report_write(&r->f, &r->dir, 2, &err) < 0)
		fail_msg("%s", err.msg);
}

static const char *content(struct run *r, const char *name)
{
	const int fd = openat(r->dir.lock, name, O_RDONLY);
	int64_t n;

	assert_true(fd >= 0);
	n = stet_read_fully(fd, r->got, MAX_FILE);
	assert_true(n >= 0);
	r->got[n] = '\0';
	close(fd);
	return r->got;
}

/* The id of the cluster of document `ordinal`, as the report makes it. */
static const char *cluster_id(uint32_t ordinal)
{
	static char id[4][17];
	static unsigned turn;
	char *to = id[turn++ % 4];

	snprintf(to, 17, "%016llx",
		 (unsigned long long)stet_mix64((uint64_t)(ordinal + 1) ^ stet_mix64(0)));
	return to;
}

static void prove(struct run *r, uint32_t stands, uint32_t copy, enum stet_verdict v,
		  const struct stet_block *blocks, uint32_t n_blocks)
{
	const struct stet_proof p = {
		.stands = stands, .copy = copy, .verdict = v, .n_blocks = n_blocks,
		.syndicated = v == STET_NEAR, .updated = v == STET_REVISED,
		.m = { .c_tokens = 3, .s_tokens = 30000, .aligned = 2, .c_core = 8, .s_core = 0,
		       .c_core_aligned = 8, .shingles_common = 1, .shingles_all = 20000,
		       .longest = 2 },
	};

	stet_proofs_add(&r->proofs, &p, blocks);
}

/* Four documents: 0 in full, 1 with odd bytes, 2 a member without id, 3 without anything. */
static void add_four(struct run *r)
{
	add(r, (struct stet_row){ .record = 7, .id = SPAN("one"), .source = SPAN("x.com"),
				  .date = SPAN("2019-09-12"), .date_key = 5, .n_tokens = 12,
				  .title = SPAN("A \"title\" \\ \x01\xe2\x82\xac") },
	    SPAN("0123456789"));
	add(r, (struct stet_row){ .record = 8, .id = SPAN("t\tw\no\r\\\xc3"), .date_key = 6,
				  .date = SPAN("2020"), .source = SPAN("y.com") },
	    SPAN("abcdefghij"));
	add(r, (struct stet_row){ .input = 1, .record = 0, .member = SPAN("m/\xf0\x9f\x98.txt"),
				  .date_key = STET_NO_DATE },
	    SPAN("klmnopqrst"));
	add(r, (struct stet_row){ .input = 1, .record = 3, .date_key = STET_NO_DATE },
	    SPAN("uvwxyzuvwx"));
	finish(r);
}

static const struct stet_block two_blocks[] = {
	{ .c_begin = 1, .c_end = 4, .s_begin = 2, .s_end = 5, .aligned = 2 },
	{ .c_begin = 6, .c_end = 9, .s_begin = 7, .s_end = 10, .aligned = 1 },
};

static void test_clusters(void **state)
{
	struct run *r = *state;
	char want[4096];

	add_four(r);
	prove(r, 0, 1, STET_NEAR, two_blocks, 2);
	prove(r, 0, 2, STET_REVISED, NULL, 0);
	prove(r, 0, 3, STET_EXTENDED, two_blocks, 1);
	prove(r, 1, 3, STET_EXTENDED, NULL, 0);		/* of a copy: no cluster to name */
	write_report(r);
	snprintf(want, sizeof(want),
		 "{\"cluster\":\"%s\",\"size\":3,\"stands\":{\"id\":\"one\",\"source\":\"x.com\","
		 "\"date\":\"2019-09-12\",\"title\":\"A \\\"title\\\" \\\\ \\u0001\xe2\x82\xac\","
		 "\"input\":\"a.jsonl\",\"record\":7,\"bytes\":10},"
		 "\"reason\":\"earliest 2019-09-12\",\"syndicated\":true,\"part_of\":[\"%s\"],"
		 "\"copies\":[{\"id\":\"t\\tw\\no\\r\\\\\xef\xbf\xbd\",\"source\":\"y.com\","
		 "\"date\":\"2020\",\"input\":\"a.jsonl\",\"record\":8,\"verdict\":\"near\","
		 "\"coverage\":0.6667,\"covers\":0.0001,\"jaccard\":0.0001,\"core\":1.0000,"
		 "\"core_covers\":0.0000,\"longest\":2,\"syndicated\":true,"
		 "\"blocks\":[{\"at\":[1,4],\"in\":[2,5],\"tokens\":2},"
		 "{\"at\":[6,9],\"in\":[7,10],\"tokens\":1}]},"
		 "{\"id\":\"m/\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd.txt\",\"source\":\"\","
		 "\"date\":\"\",\"input\":\"b\\t\xef\xbf\xbd.zip\",\"record\":0,"
		 "\"verdict\":\"revised\",\"coverage\":0.6667,\"covers\":0.0001,"
		 "\"jaccard\":0.0001,\"core\":1.0000,\"core_covers\":0.0000,\"longest\":2,"
		 "\"syndicated\":false,\"updated\":true,\"blocks\":[]}]}\n"
		 "{\"cluster\":\"%s\",\"size\":1,\"stands\":{\"id\":\"b\\t\xef\xbf\xbd.zip#3\","
		 "\"source\":\"\",\"date\":\"\",\"title\":\"\",\"input\":\"b\\t\xef\xbf\xbd.zip\","
		 "\"record\":3,\"bytes\":10},\"reason\":\"only\",\"syndicated\":false,"
		 "\"part_of\":[\"%s\"],\"copies\":[]}\n",
		 cluster_id(0), cluster_id(3), cluster_id(3), cluster_id(0));
	assert_string_equal(content(r, "clusters.jsonl"), want);
	assert_int_equal(r->counts.clusters, 2);
	assert_int_equal(r->counts.copies, 2);
}

/* Rows go by address, whatever the ranks; rejected pairs have none. */
static void test_pairs(void **state)
{
	struct run *r = *state;

	for (uint32_t i = 0; i < 4; i++)
		r->rank[i] = r->ordinal[i] = 3 - i;
	add_four(r);
	prove(r, 0, 3, STET_SHARES, two_blocks, 2);
	prove(r, 0, 2, STET_NEAR, NULL, 0);
	prove(r, 0, 1, STET_REJECTED, NULL, 0);
	prove(r, 1, 3, STET_SHARES, NULL, 0);
	write_report(r);
	assert_string_equal(
		content(r, "pairs.tsv"),
		"id1\tid2\tverdict\tcoverage1\tcoverage2\tjaccard\tlongest\tcore1\tcore2\tblocks\t"
		"input1\trecord1\tinput2\trecord2\n"
		"one\tm/\xf0\x9f\x98.txt\tshares\t0.6667\t0.0001\t0.0001\t2\t1.0000\t0.0000\t\t"
		"a.jsonl\t7\tb\\t\xff.zip\t0\n"
		"one\tb\\t\xff.zip#3\tshares\t0.6667\t0.0001\t0.0001\t2\t1.0000\t0.0000\t"
		"1-4:2-5,6-9:7-10\ta.jsonl\t7\tb\\t\xff.zip\t3\n"
		"t\\tw\\no\\r\\\\\xc3\tb\\t\xff.zip#3\tnear\t0.6667\t0.0001\t0.0001\t2\t1.0000\t"
		"0.0000\t\ta.jsonl\t8\tb\\t\xff.zip\t3\n");
	assert_int_equal(r->counts.pairs, 3);
}

static void test_tables(void **state)
{
	struct run *r = *state;
	const struct stet_skip skips[] = {
		{ .input = 0, .record = 4, .offset = 99, .kind = STET_SKIP_DAMAGED,
		  .reason = SPAN("not\nJSON") },
		{ .input = 1, .record = 9, .member = SPAN("a\\b"), .kind = STET_SKIP_PASSED,
		  .reason = SPAN("not text") },
	};
	char want[1024];

	add_four(r);
	r->f.skips = skips;
	r->f.n_skips = COUNT(skips);
	prove(r, 0, 1, STET_NEAR, NULL, 0);
	prove(r, 0, 2, STET_IDENTICAL, NULL, 0);
	r->removed[1] = r->removed[2] = true;
	write_report(r);
	snprintf(want, sizeof(want),
		 "id\tcluster\tkept\tverdict\tcoverage\tjaccard\tinput\trecord\tkept_input\t"
		 "kept_record\n"
		 "t\\tw\\no\\r\\\\\xc3\t%s\tone\tnear\t0.6667\t0.0001\ta.jsonl\t8\ta.jsonl\t7\n"
		 "m/\xf0\x9f\x98.txt\t%s\tone\tidentical\t0.6667\t0.0001\tb\\t\xff.zip\t0\t"
		 "a.jsonl\t7\n",
		 cluster_id(0), cluster_id(0));
	assert_string_equal(content(r, "remove.tsv"), want);
	assert_int_equal(r->counts.removed, 2);
	assert_string_equal(content(r, "skipped.tsv"),
			    "input\trecord\tmember\toffset\treason\n"
			    "a.jsonl\t4\t\t99\tnot\\nJSON\n"
			    "b\\t\xff.zip\t9\ta\\\\b\t0\tnot text\n");
}

/* Places by address although they lie by rank; blocks by their first place, then kind. */
static void test_passages(void **state)
{
	struct run *r = *state;
	struct stet_place shared[] = { { 0, 2, 6 }, { 1, 0, 4 }, { 3, 1, 5 } };
	struct stet_place repeat[] = { { 3, 1, 5 }, { 3, 6, 9 } };
	struct stet_place early[] = { { 3, 0, 5 }, { 2, 6, 9 } };

	for (uint32_t i = 0; i < 4; i++)
		r->rank[i] = r->ordinal[i] = 3 - i;
	add_four(r);
	stet_passages_add(&r->passages, STET_PASSAGE_SHARED, 0xb, 4, shared, COUNT(shared));
	stet_passages_add(&r->passages, STET_PASSAGE_REPEAT, 0xc, 3, repeat, COUNT(repeat));
	stet_passages_add(&r->passages, STET_PASSAGE_BOILERPLATE, 0xa, 2, early, COUNT(early));
	write_report(r);
	assert_string_equal(
		content(r, "blocks.jsonl"),
		"{\"block\":\"000000000000000a\",\"kind\":\"boilerplate\",\"tokens\":2,"
		"\"documents\":2,\"places\":["
		"{\"id\":\"one\",\"input\":\"a.jsonl\",\"record\":7,\"span\":[0,5]},"
		"{\"id\":\"t\\tw\\no\\r\\\\\xef\xbf\xbd\",\"input\":\"a.jsonl\",\"record\":8,"
		"\"span\":[6,9]}],\"text\":\"01234\"}\n"
		"{\"block\":\"000000000000000c\",\"kind\":\"repeat\",\"tokens\":3,"
		"\"documents\":1,\"places\":["
		"{\"id\":\"one\",\"input\":\"a.jsonl\",\"record\":7,\"span\":[1,5]},"
		"{\"id\":\"one\",\"input\":\"a.jsonl\",\"record\":7,\"span\":[6,9]}],"
		"\"text\":\"1234\"}\n"
		"{\"block\":\"000000000000000b\",\"kind\":\"shared\",\"tokens\":4,"
		"\"documents\":3,\"places\":["
		"{\"id\":\"one\",\"input\":\"a.jsonl\",\"record\":7,\"span\":[1,5]},"
		"{\"id\":\"m/\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd.txt\","
		"\"input\":\"b\\t\xef\xbf\xbd.zip\",\"record\":0,\"span\":[0,4]},"
		"{\"id\":\"b\\t\xef\xbf\xbd.zip#3\",\"input\":\"b\\t\xef\xbf\xbd.zip\","
		"\"record\":3,\"span\":[2,6]}],\"text\":\"1234\"}\n");
	assert_string_equal(
		content(r, "places.tsv"),
		"block\tkind\tinput\trecord\tid\tstart\tend\n"
		"000000000000000a\tboilerplate\ta.jsonl\t7\tone\t0\t5\n"
		"000000000000000b\tshared\ta.jsonl\t7\tone\t1\t5\n"
		"000000000000000c\trepeat\ta.jsonl\t7\tone\t1\t5\n"
		"000000000000000c\trepeat\ta.jsonl\t7\tone\t6\t9\n"
		"000000000000000a\tboilerplate\ta.jsonl\t8\tt\\tw\\no\\r\\\\\xc3\t6\t9\n"
		"000000000000000b\tshared\tb\\t\xff.zip\t0\tm/\xf0\x9f\x98.txt\t0\t4\n"
		"000000000000000b\tshared\tb\\t\xff.zip\t3\tb\\t\xff.zip#3\t2\t6\n");
	assert_int_equal(r->counts.blocks, 3);
}

static size_t count(const char *text, const char *what)
{
	size_t n = 0;

	for (; (text = strstr(text, what)); text += strlen(what))
		n++;
	return n;
}

/* A hundred places and a hundred copies with blocks; 160 characters, of any length in bytes. */
static void test_limits(void **state)
{
	struct run *r = *state;
	struct stet_place places[150];
	char text[500], want[600];

	for (size_t i = 0; i < sizeof(text) - 2; i += 3)
		memcpy(text + i, "\xe2\x82\xac", 3);
	for (uint32_t i = 0; i < 150; i++) {
		add(r, (struct stet_row){ .record = i, .date_key = STET_NO_DATE },
		    (struct stet_span){ text, 498 });
		places[i] = (struct stet_place){ i, 0, 498 };
	}
	finish(r);
	for (uint32_t i = 1; i < 150; i++)
		prove(r, 0, i, STET_NEAR, two_blocks, 1);
	stet_passages_add(&r->passages, STET_PASSAGE_SHARED, 1, 166, places, 150);
	write_report(r);
	assert_int_equal(count(content(r, "clusters.jsonl"), "\"blocks\""), 100);
	assert_int_equal(count(r->got, "\"verdict\""), 149);
	assert_int_equal(count(r->got, "\"size\":150"), 1);
	assert_int_equal(count(content(r, "blocks.jsonl"), "\"span\""), 100);
	snprintf(want, sizeof(want), "\"text\":\"%.480s\"}\n", text);
	assert_non_null(strstr(r->got, want));
	assert_int_equal(count(content(r, "places.tsv"), "\n"), 151);
	assert_int_equal(r->counts.copies, 149);
}

/* The document that stands is told from its first copy; each rule in its words. */
static void test_reasons(void **state)
{
	static const struct stet_span sources[] = { { "x.com", 5 } };
	static const struct reason {
		enum stet_keep_rule rule;
		bool same;		/* the rule does not tell the two apart */
		const char *want;
	} cases[] = {
		{ STET_KEEP_EARLIEST, false, "\"reason\":\"earliest 2019\\\"\"," },
		{ STET_KEEP_EARLIEST, true, "\"reason\":\"tie\"," },
		{ STET_KEEP_SOURCE, false, "\"reason\":\"source x.com\"," },
		{ STET_KEEP_LONGEST, false, "\"reason\":\"longest 512 tokens\"," },
		{ STET_KEEP_FIRST, false, "\"reason\":\"first\"," },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct run *r;
		void *mine;

		setup(&mine);
		r = mine;
		r->keep = (struct stet_keep){ .rules = { cases[i].rule }, .n_rules = 1,
					      .sources = sources, .n_sources = 1 };
		add(r, (struct stet_row){ .source = SPAN("x.com"), .date = SPAN("2019\""),
					  .date_key = 1, .n_tokens = 512 }, SPAN("a"));
		add(r, (struct stet_row){ .source = SPAN("y.com"), .record = 1,
					  .date_key = cases[i].same ? 1 : STET_NO_DATE,
					  .n_tokens = 500 }, SPAN("b"));
		finish(r);
		prove(r, 0, 1, STET_NEAR, NULL, 0);
		write_report(r);
		assert_non_null(strstr(content(r, "clusters.jsonl"), cases[i].want));
		teardown(&mine);
	}
	(void)state;
}

static void test_summary(void **state)
{
	struct run *r = *state;
	const struct stet_named parameters[] = { { "keep", "earliest", 0 },
						 { "near", NULL, 8000 } };
	const struct stet_named caps[] = { { "rounds", NULL, 1 } };

	add_four(r);
	r->f.parameters = parameters;
	r->f.n_parameters = COUNT(parameters);
	r->f.caps = caps;
	r->f.n_caps = COUNT(caps);
	r->counts = (struct stet_counts){ .documents = 4, .paragraphs = 5, .tokens = 6,
		.text_bytes = 40, .read_bytes = 1234, .candidates = 3, .accepted = 2,
		.rejected = 1, .damaged = 7, .passed = 8, .empty = 9, .replaced = 10,
		.converted = 11, .mojibake = 13, .bad_dates = 12, .missing_inputs = 1,
		.clusters = 77 };
	prove(r, 0, 1, STET_NEAR, NULL, 0);
	prove(r, 2, 3, STET_REJECTED, NULL, 0);
	write_report(r);
	assert_string_equal(
		content(r, "summary.json"),
		"{\n  \"version\": \"9.9\",\n  \"parameters\": {\n    \"keep\": \"earliest\",\n"
		"    \"near\": 8000\n  },\n  \"inputs\": [\n"
		"    {\"path\":\"a.jsonl\",\"bytes\":1234,\"text_bytes\":9876,"
		"\"digest\":\"00000000000000ab0000000000000012\",\"state\":\"fine\"},\n"
		"    {\"path\":\"b\\t\xef\xbf\xbd.zip\",\"bytes\":0,\"text_bytes\":0,"
		"\"digest\":\"\",\"state\":\"missing\",\"why\":\"no such file\"}\n  ],\n"
		"  \"documents\": 4,\n  \"paragraphs\": 5,\n  \"tokens\": 6,\n"
		"  \"text_bytes\": 40,\n  \"read_bytes\": 1234,\n  \"candidates\": 3,\n"
		"  \"accepted\": 2,\n  \"rejected\": 1,\n  \"accepted_share\": 0.6667,\n"
		"  \"pairs\": 1,\n  \"clusters\": 1,\n  \"copies\": 1,\n  \"removed\": 0,\n"
		"  \"replaced\": 10,\n  \"converted\": 11,\n  \"mojibake\": 13,\n"
		"  \"bad_dates\": 12,\n"
		"  \"missing_inputs\": 1,\n  \"verdicts\": {\n    \"rejected\": 1,\n"
		"    \"identical\": 0,\n    \"same\": 0,\n    \"template\": 0,\n    \"near\": 1,\n"
		"    \"abridged\": 0,\n    \"revised\": 0,\n    \"extended\": 0,\n"
		"    \"shares\": 0\n  },\n  \"blocks\": {\n    \"repeat\": 0,\n"
		"    \"shared\": 0,\n    \"boilerplate\": 0,\n    \"template\": 0\n"
		"  },\n  \"skipped\": {\n"
		"    \"damaged\": 7,\n    \"passed_over\": 8,\n    \"empty\": 9\n  },\n"
		"  \"caps\": {\n    \"rounds\": 1\n  }\n}\n");
}

/*
 * Only documents of a written cluster have one in documents.stet: not the last,
 * which stands alone, as it is a copy of a copy only.
 */
static void test_documents(void **state)
{
	struct run *r = *state;
	unsigned char none[8];
	uint64_t first = 0;
	const char *at, *documents;

	memset(none, 0xff, sizeof(none));
	add_four(r);
	prove(r, 0, 2, STET_SAME, NULL, 0);
	prove(r, 2, 3, STET_NEAR, NULL, 0);
	prove(r, 0, 3, STET_REJECTED, NULL, 0);
	write_report(r);
	content(r, "documents.stet");
	documents = r->got + 24;	/* past the header and two inputs */
	for (size_t i = 0; i < r->inputs.n; i++)
		documents += 4 + strlen(r->inputs.v[i].path) + 8 + 16;
	at = documents;
	for (int i = 0; i < 4; i++) {
		unsigned char id[8];

		memcpy(id, at + 12, 8);
		for (int k = 7; i == 0 && k >= 0; k--)
			first = first << 8 | id[k];
		if (i % 2 == 1)
			assert_memory_equal(id, none, 8);
		if (i == 2)
			assert_memory_equal(id, documents + 12, 8);
		at += 12 + 8 + 8 + 16;
		at += 4 + (unsigned char)*at;
		at += 4 + (unsigned char)*at;
	}
	assert_int_equal(first, strtoull(cluster_id(0), NULL, 16));
}

/* Nothing found is a report too. */
static void test_nothing(void **state)
{
	struct run *r = *state;

	r->inputs.n = 0;
	finish(r);
	write_report(r);
	assert_string_equal(content(r, "clusters.jsonl"), "");
	assert_string_equal(content(r, "blocks.jsonl"), "");
	assert_string_equal(content(r, "places.tsv"),
			    "block\tkind\tinput\trecord\tid\tstart\tend\n");
	assert_non_null(strstr(content(r, "summary.json"), "\"accepted_share\": 0.0000"));
}

static void test_run_facts(void **state)
{
	struct run *r = *state;
	const struct stet_run_facts facts = {
		.started = "2024-05-06T07:08:09Z", .wall_seconds = 1.2345, .cpu_seconds = 2,
		.peak_memory = 10, .memory = 20, .spilled = 30, .threads = 2, .kernels = "avx2",
		.steps = { { "read", 1, 1.5 }, { "match", .2345, .5 } }, .n_steps = 2,
	};
	struct stet_err err;

	assert_int_equal(stet_report_write_run(&facts, &r->dir, &err), 0);
	assert_string_equal(content(r, "run.json"),
			    "{\n  \"started\": \"2024-05-06T07:08:09Z\",\n"
			    "  \"wall_seconds\": 1.234,\n  \"cpu_seconds\": 2.000,\n"
			    "  \"peak_memory\": 10,\n  \"memory\": 20,\n  \"spilled\": 30,\n"
			    "  \"threads\": 2,\n  \"kernels\": \"avx2\",\n  \"steps\": {\n"
			    "    \"read\": {\"wall_seconds\": 1.000, \"cpu_seconds\": 1.500},\n"
			    "    \"match\": {\"wall_seconds\": 0.234, \"cpu_seconds\": 0.500}\n"
			    "  }\n}\n");
}

/* A file that cannot be made stops the report and is named. */
static void test_failure(void **state)
{
	struct run *r = *state;
	struct stet_err err = { 0 };
	int fd;

	add_four(r);
	stet_clusters_connect(&r->clusters, &r->proofs, false);
	assert_int_equal(mkdirat(r->dir.lock, "blocks.jsonl", 0777), 0);
	assert_true(stet_report_write(&r->f, &r->dir, 2, &err) < 0);
	assert_non_null(strstr(err.msg, "blocks.jsonl"));
	fd = openat(r->dir.lock, STET_REPORT_SUMMARY, O_RDONLY);
	assert_int_equal(fd, -1);
}

/* What is no UTF-8 by the book: one U+FFFD a byte; what is stays. */
static void test_bad_utf8(void **state)
{
#define R "\xef\xbf\xbd"
	static const struct {
		struct stet_span title;
		const char *want;
	} cases[] = {
		{ SPAN("\xc0\x80"), R R },		/* too long a form */
		{ SPAN("\xe0\x9f\xbf"), R R R },
		{ SPAN("\xf0\x8f\xbf\xbf"), R R R R },
		{ SPAN("\xed\xa0\x80"), R R R },	/* a surrogate */
		{ SPAN("\xf4\x90\x80\x80"), R R R R },	/* above U+10FFFF */
		{ SPAN("\xf8"), R },
		{ SPAN("\xe2\x82"), R R },		/* cut short by the end */
		{ SPAN("\xe2\x82x"), R R "x" },
		{ SPAN("\xf4\x8f\xbf\xbf\x7f\xc3\xa9"), "\xf4\x8f\xbf\xbf\x7f\xc3\xa9" },
		{ SPAN("\0\x1f/\b\f"), "\\u0000\\u001f/\\b\\f" },
	};
#undef R
	struct run *r = *state;

	for (uint32_t i = 0; i < COUNT(cases); i++)
		add(r, (struct stet_row){ .record = i, .title = cases[i].title }, SPAN("x"));
	finish(r);
	for (uint32_t i = 0; i + 1 < COUNT(cases); i++)
		prove(r, i, i + 1, STET_EXTENDED, NULL, 0);
	write_report(r);
	content(r, "clusters.jsonl");
	assert_int_equal(r->counts.clusters, COUNT(cases));
	for (size_t i = 0; i < COUNT(cases); i++) {
		char want[128];

		snprintf(want, sizeof(want),
			 "\"title\":\"%s\",\"input\":\"a.jsonl\",\"record\":%zu,", cases[i].want,
			 i);
		if (!strstr(r->got, want))
			fail_msg("%s is not in %s", want, r->got);
	}
}

/* ---- report.html */

#define EVIL "<script>alert(1)</script>\"><img src=x onerror=alert(1)>\x01\x1b[2J\xff"

static void assert_has(const char *page, const char *what)
{
	if (!strstr(page, what))
		fail_msg("%s is not on the page", what);
}

/* Wherever a name, a title or a text comes, it comes as text. */
static void test_page_escapes(void **state)
{
	struct run *r = *state;
	struct stet_exhibit e = { .stands = 0, .copy = 1, .s_text = SPAN(EVIL),
				  .c_text = SPAN("a " EVIL) };
	const struct stet_block b = { .s_begin = 0, .s_end = 10, .c_begin = 2, .c_end = 12 };

	add(r, (struct stet_row){ .title = SPAN(EVIL), .source = SPAN(EVIL), .date = SPAN(EVIL) },
	    SPAN(EVIL));
	add(r, (struct stet_row){ .record = 1, .id = SPAN(EVIL), .member = SPAN(EVIL),
				  .source = SPAN("b") }, SPAN("a " EVIL));
	r->inputs_v[0].path = EVIL;
	finish(r);
	prove(r, 0, 1, STET_NEAR, &b, 1);
	e.blocks = &b;
	e.n_blocks = 1;
	r->f.exhibits = &e;
	r->f.n_exhibits = 1;
	stet_passages_add(&r->passages, STET_PASSAGE_REPEAT, 1, 50,
			  (struct stet_place[]){ { 0, 0, 20 }, { 0, 20, 40 } }, 2);
	write_report(r);
	content(r, "report.html");
	assert_null(strstr(r->got, "<script"));
	assert_null(strstr(r->got, "<img"));
	assert_null(strchr(r->got, 0x01));
	assert_null(strchr(r->got, 0x1b));
	assert_null(strchr(r->got, 0xff));
	assert_has(r->got, "&lt;script&gt;alert(1)&lt;/script&gt;\"&gt;&lt;img src=x "
			   "onerror=alert(1)&gt;\xe2\x90\x81\xe2\x90\x9b[2J\xef\xbf\xbd");
	assert_has(r->got, "default-src 'none'");
}

/* Blocks in order of the copy, each beside its like; what is between them before it. */
static void test_page_side_by_side(void **state)
{
	static const struct stet_block blocks[] = {
		{ .s_begin = 20, .s_end = 29, .c_begin = 4, .c_end = 13 },
		{ .s_begin = 4, .s_end = 13, .c_begin = 20, .c_end = 31 },
	};
	static const struct stet_range of_c[] = { { 25, 27 } };
	struct run *r = *state;
	const struct stet_exhibit e = {
		.stands = 0, .copy = 1,
		.s_text = SPAN("one first one two  second on three"),
		.c_text = SPAN("uno second on dos   firstXXone tres"),
		.blocks = blocks, .n_blocks = 2, .c_other = of_c, .n_c_other = 1,
	};

	add(r, (struct stet_row){ .title = SPAN("A") }, e.s_text);
	add(r, (struct stet_row){ .title = SPAN("B"), .record = 1 }, e.c_text);
	finish(r);
	prove(r, 0, 1, STET_REVISED, blocks, 2);
	r->f.exhibits = &e;
	r->f.n_exhibits = 1;
	write_report(r);
	content(r, "report.html");
	assert_has(r->got,
		   "<tr class=apart><td dir=auto> two  s</td><td dir=auto>uno </td></tr>\n"
		   "<tr class=alike><td dir=auto>econd on </td><td dir=auto>second on</td></tr>\n"
		   "<tr class=apart><td dir=auto>one </td><td dir=auto> dos   </td></tr>\n"
		   "<tr class=alike><td dir=auto>first one</td>"
		   "<td dir=auto>first<mark>XX</mark>one </td></tr>\n"
		   "<tr class=apart><td dir=auto>three</td><td dir=auto>tres</td></tr>\n");
}

/* However long texts are, and however many, the page stays below 5 MB. */
static void test_page_is_bounded(void **state)
{
	enum { TEXT = 1 << 18, PAIRS = 200 };
	struct run *r = *state;
	char *text = malloc(TEXT);
	struct stet_exhibit e[PAIRS];
	struct stat st;

	memset(text, '<', TEXT);
	add(r, (struct stet_row){ .title = { text, TEXT } }, (struct stet_span){ text, TEXT });
	add(r, (struct stet_row){ .title = { text, TEXT }, .record = 1 },
	    (struct stet_span){ text, TEXT });
	finish(r);
	prove(r, 0, 1, STET_NEAR, NULL, 0);
	for (int i = 0; i < PAIRS; i++)
		e[i] = (struct stet_exhibit){ .stands = 0, .copy = 1, .s_text = { text, TEXT },
					      .c_text = { text, TEXT } };
	r->f.exhibits = e;
	r->f.n_exhibits = PAIRS;
	write_report(r);
	assert_int_equal(fstatat(r->dir.lock, "report.html", &st, 0), 0);
	assert_in_range(st.st_size, 1 << 20, 5000000);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_clusters, setup, teardown),
		cmocka_unit_test_setup_teardown(test_pairs, setup, teardown),
		cmocka_unit_test_setup_teardown(test_tables, setup, teardown),
		cmocka_unit_test_setup_teardown(test_passages, setup, teardown),
		cmocka_unit_test_setup_teardown(test_limits, setup, teardown),
		cmocka_unit_test(test_reasons),
		cmocka_unit_test_setup_teardown(test_summary, setup, teardown),
		cmocka_unit_test_setup_teardown(test_documents, setup, teardown),
		cmocka_unit_test_setup_teardown(test_nothing, setup, teardown),
		cmocka_unit_test_setup_teardown(test_run_facts, setup, teardown),
		cmocka_unit_test_setup_teardown(test_failure, setup, teardown),
		cmocka_unit_test_setup_teardown(test_bad_utf8, setup, teardown),
		cmocka_unit_test_setup_teardown(test_page_escapes, setup, teardown),
		cmocka_unit_test_setup_teardown(test_page_side_by_side, setup, teardown),
		cmocka_unit_test_setup_teardown(test_page_is_bounded, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
