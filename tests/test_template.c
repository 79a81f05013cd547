/*
 * test_template.c - frames with other facts, told from copies, on texts like real ones
 */
#include "stet/cluster.h"
#include "stet/cpu.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define MAX_TEXT 4000
#define COUNT(a) (sizeof(a) / sizeof(*(a)))

struct document {
	char text[MAX_TEXT + 64];
	struct stet_tokens tokens;
	struct stet_side side;
};

static void load(struct document *d, const char *text)
{
	const size_t n = strlen(text);

	assert_true(n < MAX_TEXT);
	memset(d, 0, sizeof(*d));
	memcpy(d->text, text, n);
	d->side.text = (struct stet_span){ d->text, n };
	stet_tokenize(d->side.text, stet_isa_pick(NULL), &d->tokens);
	d->side.tokens = &d->tokens;
}

struct compared {
	struct stet_measures m;
	struct stet_slots slots;
	enum stet_verdict verdict;
};

static struct compared compare_marked(const char *stands, const char *copy,
				      const bool *boilerplate)
{
	static struct document s, c;
	struct stet_align_options ao;
	struct stet_verdict_options vo;
	struct stet_alignment found;
	struct stet_aligner *a;
	struct compared out;

	stet_align_options_init(&ao);
	stet_verdict_options_init(&vo);
	a = stet_aligner_alloc(&ao);
	load(&s, stands);
	load(&c, copy);
	s.side.boilerplate = c.side.boilerplate = boilerplate;
	stet_aligner_hold(a, &s.side);
	stet_aligner_bring(a, &c.side);
	stet_align(a, &found);
	out.m = found.m;
	out.verdict = stet_judge(&found.m, found.blocks, found.n_blocks, &vo);
	stet_align_slots(a, &out.slots);
	stet_tokens_release(&s.tokens);
	stet_tokens_release(&c.tokens);
	stet_aligner_free(a);
	return out;
}

static struct compared compare(const char *stands, const char *copy)
{
	return compare_marked(stands, copy, NULL);
}

static const struct stet_relation siblings = { .same_source = true, .dates = true };

static enum stet_frame frame(const char *stands, const char *copy, const struct stet_relation *r)
{
	const struct compared x = compare(stands, copy);
	struct stet_template_options o;

	stet_template_options_init(&o);
	return stet_judge_frame(x.verdict, &x.m, &x.slots, r, &o);
}

/* ---- texts: forms */

#define HOURS(month, a, b, town, hall) \
	"Congresswoman Ann Lee announces mobile office hours for residents of the district " \
	"who need help with a federal agency. Date: Wednesday, " month " " a ", from 9 a.m. " \
	"to noon at the public library of " town ". Date: Thursday, " month " " b ", from 1 " \
	"to 4 p.m. in the meeting room of " hall ". No appointment is needed; those who " \
	"cannot come may call the district office, which helps all year round."

#define VISIT(day, country, name) \
	"央视网消息（新闻联播）：国务院总理" day "日下午在北京人民大会堂东门外广场举行仪式，欢迎" \
	country "总理" name "对我国进行正式访问。国务委员兼国务院秘书长等出席欢迎仪式。军乐团奏两国国歌。随后" \
	name "检阅了中国人民解放军三军仪仗队。两国总理观看分列式，并同前来欢迎的青少年代表合影留念。"

#define CASES(day, cases, tests) \
	"ประกาศสถานการณ์โรคติดต่อของหน่วยงาน ประจำวันที่ " day " พฤษภาคม " \
	"พบพนักงานติดเชื้อไวรัสเพิ่มจำนวน " cases " ราย " \
	"ได้รับการรักษาในโรงพยาบาลแล้วทั้งหมด " \
	"และตรวจหาเชื้อในกลุ่มเสี่ยงแล้วจำนวน " tests " คน " \
	"หน่วยงานขอให้ประชาชนสวมหน้ากากอนามัย และล้างมือบ่อยๆ ตลอดการเดินทาง"

#define GOLD(day, date, price, was) \
	"Harga emas yang dijual pada perdagangan hari " day " " date " September di pasar kota " \
	"tercatat sebesar " price " rupiah per gram, setelah pada penutupan sebelumnya emas " \
	"batangan itu dibanderol " was " rupiah per gram. Harga tersebut berlaku di semua butik " \
	"dan dapat berubah sewaktu waktu tanpa pemberitahuan kepada para pelanggan."

#define GRANT(town, street, chief) \
	"The Department of Homeland Security has approved a grant for the fire department of " \
	town ". This is outstanding news for the families there, and the money will help the " \
	"first responders of " street " to be better prepared to save lives, said the member " \
	"of the committee, who called " chief " with the good news before the announcement."

static void forms_are_frames(void **unused)
{
	const struct { const char *a, *b; enum stet_frame want; } pairs[] = {
		{ HOURS("March", "3", "11", "Easton", "Hill Hall"),
		  HOURS("April", "7", "22", "Weston", "Park Hall"), STET_FRAME_ALONE },
		{ VISIT("25", "越南", "范明政"), VISIT("10", "所罗门群岛", "索加瓦雷"),
		  STET_FRAME_STRONG },
		{ CASES("5", "2", "340"), CASES("20", "11", "512"), STET_FRAME_ALONE },
		{ GOLD("Rabu", "11", "751000", "754000"), GOLD("Kamis", "12", "752000", "750500"),
		  STET_FRAME_ALONE },
		{ GRANT("Delphos", "Elm Street", "Tom Orr"),
		  GRANT("Bluffton", "Oak Road", "Jim Ray"), STET_FRAME_ALONE },
	};

	(void)unused;
	for (size_t i = 0; i < COUNT(pairs); i++) {
		assert_int_equal(frame(pairs[i].a, pairs[i].b, &siblings), pairs[i].want);
		assert_int_equal(frame(pairs[i].b, pairs[i].a, &siblings), pairs[i].want);
	}
}

/* A page of a site that was fetched twice has no date, and other numbers all over. */
static void undated_pages_need_a_third(void **unused)
{
	const struct stet_relation undated = { .same_source = true };

	(void)unused;
	assert_int_equal(frame(HOURS("March", "3", "11", "Easton", "Hill Hall"),
			       HOURS("April", "7", "22", "Weston", "Park Hall"), &undated),
			 STET_FRAME_STRONG);
}

static void two_other_facts_need_a_third_document(void **unused)
{
	(void)unused;
	assert_int_equal(frame(GRANT("Delphos", "Elm Street", "Tom Orr"),
			       GRANT("Bluffton", "Oak Road", "Tom Orr"), &siblings),
			 STET_FRAME_STRONG);
}

/* Tomorrow's bulletin: one passage of today's, with other figures, in a text of its own. */
static void a_passage_filled_in_anew_is_a_frame(void **unused)
{
#define OWN(x) \
	x "1 " x "2 " x "3 " x "4 " x "5 " x "6 " x "7 " x "8 " x "9 " x "a " x "b " x "c " x "d " \
	x "e " x "f " x "g " x "h " x "i " x "j " x "k " x "l " x "m " x "n " x "o " x "p " x "q "
	static const char today[] = OWN("ua") OWN("ub") OWN("uc")
				    HOURS("March", "3", "11", "Easton", "Hill Hall");
	static const char tomorrow[] = OWN("va") OWN("vb") OWN("vc")
				       HOURS("April", "7", "22", "Weston", "Park Hall");
	static const char quoted[] = OWN("wa") OWN("wb") OWN("wc")
				     HOURS("March", "3", "12", "Easton", "Hill Hall");
	const struct stet_relation strangers = { 0 };

	(void)unused;
	assert_int_equal(compare(today, tomorrow).verdict, STET_SHARES);
	assert_int_equal(compare(today, quoted).verdict, STET_SHARES);
	assert_int_equal(frame(today, tomorrow, &siblings), STET_FRAME_ALONE);
	assert_int_equal(frame(today, quoted, &siblings), STET_FRAME_NONE);
	assert_int_equal(frame(today, tomorrow, &strangers), STET_FRAME_NONE);
}

/* Half of the text is the same form, as it is the year after: a follow-up, or the form again? */
static void a_form_comes_again_in_a_longer_text(void **unused)
{
	static const char today[] = OWN("ua")
				    HOURS("March", "3", "11", "Easton", "Hill Hall");
	static const char next_year[] = OWN("va")
					HOURS("April", "7", "22", "Weston", "Park Hall");
	const struct stet_relation year = { .same_source = true, .dates = true, .days = 365 };

	(void)unused;
	assert_int_equal(compare(today, next_year).verdict, STET_REVISED);
	assert_int_equal(frame(today, next_year, &year), STET_FRAME_ALONE);
	assert_int_equal(frame(today, next_year, &siblings), STET_FRAME_WEAK);
}

static void only_one_source_fills_in_a_form(void **unused)
{
	const char *a = GRANT("Delphos", "Elm Street", "Tom Orr");
	const char *b = GRANT("Bluffton", "Oak Road", "Jim Ray");
	const struct stet_relation strangers = { .same_date = true };
	const struct stet_relation rewritten = { .same_source = true, .same_url = true };
	const struct stet_relation one_day = { .same_source = true, .dates = true,
					       .same_date = true };

	(void)unused;
	assert_int_equal(frame(a, b, &strangers), STET_FRAME_NONE);
	assert_int_equal(frame(a, b, &rewritten), STET_FRAME_NONE);
	assert_int_equal(frame(a, b, &one_day), STET_FRAME_ALONE);
}

/* ---- texts: copies */

static void copies_are_no_frames(void **unused)
{
	const char *text = GRANT("Delphos", "Elm Street", "Tom Orr");
	const struct { const char *a, *b; } pairs[] = {
		/* longer by a sentence in front, another inside */
		{ text, GRANT("Delphos, where the old house of the fighters burned down in the "
			      "spring and had to be built again", "Elm Street", "Tom Orr") },
		/* other words, no other facts */
		{ text, "The Department of Homeland Security has approved a grant for the fire "
			"department of Delphos. This is excellent news for all people there, and "
			"the money will help the first responders of Elm Street to be much readier "
			"to save lives, said the member of the committee, who called Tom Orr with "
			"the happy news before the announcement." },
		{ text, text },
		/* new facts, but as a story grows, not as a form is filled in */
		{ text, GRANT("Delphos", "Elm Street, Maple Street, Long Lane and all of the farms "
			      "that lie between the river and the hills in the north of Ohio",
			      "Tom Orr") },
	};

	(void)unused;
	for (size_t i = 0; i < COUNT(pairs); i++)
		assert_int_equal(frame(pairs[i].a, pairs[i].b, &siblings), STET_FRAME_NONE);
	/* what grew to nine times its length is no slot */
	assert_int_equal(compare(text, GRANT("Delphos", "Kent, Lima and all of the farms that lie "
					     "between the river and the hills of Ohio",
					     "Tom Orr")).slots.n, 0);
}

static void respelled_is_not_filled_in(void **unused)
{
	const struct compared x = compare(GRANT("Mac Donald", "Elm Street", "Tom Orr"),
					  GRANT("MacDonald", "Elmstreet", "Tom Orr Junior"));
	const struct compared y = compare(GOLD("Rabu", "11", "1", "km16"),
					  GOLD("Rabu", "11", "12", "km 16"));
	const struct compared z = compare(GRANT("MacDonald", "MacArthur", "Tom Orr"),
					  GRANT("Donald", "MacArthurs", "Tom Orr"));

	(void)unused;
	assert_int_equal(x.slots.fillings, 0);
	assert_int_equal(z.slots.n, 2);
	assert_int_equal(z.slots.fillings, 0);
	assert_int_equal(y.slots.fillings, 1);	/* 1 and 12 are two numbers, km16 is km 16 */
}

static void one_other_number_is_a_correction(void **unused)
{
	const struct stet_relation one_day = { .same_source = true, .dates = true,
					       .same_date = true };
	const char *a = GOLD("Rabu", "11", "751000", "754000");
	const char *b = GOLD("Rabu", "11", "751000", "753000");
	const char *c = GOLD("Rabu", "11", "752000", "753000");

	(void)unused;
	assert_int_equal(frame(a, b, &siblings), STET_FRAME_WEAK);
	assert_int_equal(frame(a, b, &one_day), STET_FRAME_NONE);
	assert_int_equal(frame(a, c, &one_day), STET_FRAME_STRONG);
}

/* As many words were changed as facts: somebody wrote it anew. */
static void a_rewritten_form_is_weak(void **unused)
{
	const char *a = GOLD("Rabu", "11", "751000", "754000");
	const char *b = GOLD("Kamis", "12", "752000", "750500") " Analis dari sekuritas itu "
		"mengatakan bahwa harga masih akan naik sampai akhir tahun depan karena "
		"permintaan dari luar negeri terus bertambah dan nilai tukar melemah lagi.";
	const char *c = "the first second third fourth fifth 11 words of this old text were left "
		"alone by small editors who came later and wrote other things into it 12 times "
		"but always kept these last five words here";
	const char *d = "the first second third fourth fifth 21 words of this old text stayed left "
		"alone by small editors who came after and wrote other things onto it 22 times "
		"but always saved these last five words here";
	const struct compared x = compare(c, d);

	(void)unused;
	assert_int_equal(frame(a, b, &siblings), STET_FRAME_WEAK);
	assert_int_equal(x.slots.fillings, 2);
	assert_true(x.slots.n > 4);
	assert_int_equal(frame(c, d, &siblings), STET_FRAME_WEAK);
}

/* Two other numbers are little in a long text: an encyclopedia's page, fetched twice. */
static void a_long_text_has_other_numbers(void **unused)
{
	static char a[MAX_TEXT], b[MAX_TEXT];
	size_t n = 0;

	(void)unused;
	for (unsigned word = 100; n < MAX_TEXT - 200; word++) {
		const char letters[] = { (char)('a' + word % 26), (char)('a' + word / 26 % 26),
					 (char)('a' + word / 676), ' ' };

		memcpy(a + n, letters, sizeof(letters));
		memcpy(b + n, letters, sizeof(letters));
		n += sizeof(letters);
	}
	memcpy(a + 400, "111 ", 4);
	memcpy(b + 400, "222 ", 4);
	memcpy(a + 900, "333 ", 4);
	memcpy(b + 900, "444 ", 4);
	assert_int_equal(compare(a, b).slots.fillings, 2);
	assert_int_equal(frame(a, b, &siblings), STET_FRAME_WEAK);
	for (size_t i = 1000; i < 3400; i += 400) {
		memcpy(a + i, "555 ", 4);
		memcpy(b + i, "666 ", 4);
	}
	assert_int_equal(frame(a, b, &siblings), STET_FRAME_ALONE);
}

/* ---- what is counted */

static void slots_are_counted(void **unused)
{
	const struct compared x = compare("25 one two three four five Ann six seven eight nine ten "
					  "same eleven twelve thirteen fourteen fifteen, 1999",
					  "26 one two three four five Bob six seven eight nine ten "
					  "other eleven twelve thirteen fourteen fifteen");

	(void)unused;
	assert_int_equal(x.slots.n, 2);
	assert_int_equal(x.slots.facts, 1);	/* Ann, Bob; the ends are no slots */
	assert_int_equal(x.slots.fillings, 1);
	assert_int_equal(x.slots.c_even, STET_WORDS(3));	/* 26 too is as long as 25 */
	assert_int_equal(x.slots.s_even, STET_WORDS(3));
	assert_int_equal(x.slots.c_loose, 0);
	assert_int_equal(x.slots.s_loose, STET_WORDS(1));	/* 1999 */
}

static void what_comes_again_is_a_fact(void **unused)
{
	const struct compared x = compare("one two three four five north six seven eight nine ten "
					  "north eleven twelve thirteen fourteen fifteen",
					  "one two three four five south six seven eight nine ten "
					  "south eleven twelve thirteen fourteen fifteen");

	(void)unused;
	assert_int_equal(x.slots.n, 2);
	assert_int_equal(x.slots.facts, 2);
	assert_int_equal(x.slots.fillings, 1);
}

static void serial_numbers_are_no_numbers(void **unused)
{
	const struct compared x = compare("one two three four five vide2rmaqa6hpbs six seven "
					  "eight nine ten",
					  "one two three four five videyz5sxi7bpga six seven "
					  "eight nine ten");

	(void)unused;
	assert_int_equal(x.slots.n, 1);
	assert_int_equal(x.slots.facts, 0);
}

static void digits_of_other_scripts_are_numbers(void **unused)
{
	const char *const pairs[][2] = {
		{ "๑๔", "๑๕" }, { "٣", "٧" }, { "१२", "१३" }, { "３", "８" },
	};

	(void)unused;
	for (size_t i = 0; i < COUNT(pairs); i++) {
		char a[200], b[200];

		snprintf(a, sizeof(a), "one two three four five %s six seven eight nine ten",
			 pairs[i][0]);
		snprintf(b, sizeof(b), "one two three four five %s six seven eight nine ten",
			 pairs[i][1]);
		assert_int_equal(compare(a, b).slots.facts, 1);
	}
}

static void boilerplate_counts_as_neither(void **unused)
{
	const bool second[] = { false, true };
	const char *a = "one two three four five Ann six seven eight nine ten\nmore news here 12";
	const char *b = "one two three four five Bob six seven eight nine ten\nless news here 13";
	const struct compared x = compare_marked(a, b, second);

	(void)unused;
	assert_int_equal(x.slots.n, 1);
	assert_int_equal(x.slots.c_even, STET_WORDS(1));
	assert_int_equal(x.slots.c_loose, 0);
}

static void blocks_in_another_order_have_no_ends(void **unused)
{
	const struct compared x = compare("alpha one two three four five 1 six seven eight nine "
					  "ten omega",
					  "a b c d six seven eight nine ten 2 one two three four "
					  "five w x y z");

	(void)unused;
	assert_int_equal(x.slots.n, 0);
	assert_int_equal(x.slots.c_even, 0);
	assert_int_equal(x.slots.c_loose, STET_WORDS(9));
}

/* ---- groups */

static void add(struct stet_proofs *p, uint32_t stands, uint32_t copy, enum stet_frame f)
{
	const struct stet_block block = {
		.c_token = 1, .c_token_end = 9, .s_token = 2, .s_token_end = 10,
		.c_begin = 10 + copy, .c_end = 90, .s_begin = 20, .s_end = 100 + copy,
	};
	const struct stet_proof proof = {
		.stands = stands, .copy = copy, .verdict = STET_NEAR, .plain = STET_NEAR,
		.frame = f, .updated = true, .n_blocks = 1,
	};

	stet_proofs_add(p, &proof, &block);
}

static enum stet_verdict verdict(const struct stet_proofs *p, uint32_t stands, uint32_t copy)
{
	return stet_proofs_find(p, stands, copy)->verdict;
}

static void a_template_has_three_siblings(void **unused)
{
	struct stet_template_options o;
	struct stet_proofs p = { 0 };
	struct stet_siblings s;

	(void)unused;
	stet_template_options_init(&o);
	add(&p, 1, 4, STET_FRAME_STRONG);	/* a template of 1, 2, 4 */
	add(&p, 2, 4, STET_FRAME_STRONG);
	add(&p, 1, 2, STET_FRAME_WEAK);
	add(&p, 5, 6, STET_FRAME_STRONG);	/* only two */
	add(&p, 2, 5, STET_FRAME_WEAK);		/* of none, and of two */
	add(&p, 3, 5, STET_FRAME_WEAK);		/* of none both */
	add(&p, 0, 1, STET_FRAME_NONE);		/* a copy of a member */
	add(&p, 1, 7, STET_FRAME_WEAK);
	stet_proofs_sort(&p);
	stet_siblings_gather(&s, 9, &p, &o);
	stet_judge_templates(&p, &s);
	assert_int_equal(s.first[4], 1);
	assert_int_equal(s.first[5], STET_NOBODY);
	assert_int_equal(verdict(&p, 1, 4), STET_TEMPLATE);
	assert_int_equal(verdict(&p, 2, 4), STET_TEMPLATE);
	assert_int_equal(verdict(&p, 1, 2), STET_TEMPLATE);
	assert_int_equal(verdict(&p, 5, 6), STET_NEAR);
	assert_int_equal(verdict(&p, 2, 5), STET_NEAR);
	assert_int_equal(verdict(&p, 3, 5), STET_NEAR);
	assert_int_equal(verdict(&p, 0, 1), STET_NEAR);
	assert_int_equal(verdict(&p, 1, 7), STET_NEAR);
	assert_false(stet_proofs_find(&p, 1, 2)->updated);
	assert_true(stet_proofs_find(&p, 5, 6)->updated);
	assert_int_equal(stet_proofs_find(&p, 1, 2)->plain, STET_NEAR);

	add(&p, 2, 8, STET_FRAME_STRONG);	/* compared in a later round */
	stet_proofs_sort(&p);
	stet_judge_templates(&p, &s);
	assert_int_equal(verdict(&p, 2, 8), STET_TEMPLATE);
	stet_siblings_release(&s);
	stet_proofs_release(&p);
}

static void some_pairs_need_no_third(void **unused)
{
	const uint32_t want[] = { STET_NOBODY, 1, 1, 3, 3, 3, STET_NOBODY, STET_NOBODY };
	struct stet_template_options o;
	struct stet_proofs p = { 0 };
	struct stet_siblings s;

	(void)unused;
	stet_template_options_init(&o);
	add(&p, 1, 2, STET_FRAME_ALONE);
	add(&p, 3, 4, STET_FRAME_STRONG);	/* two on one day, and one a year later */
	add(&p, 4, 5, STET_FRAME_ALONE);
	stet_proofs_sort(&p);
	stet_siblings_gather(&s, COUNT(want), &p, &o);
	assert_memory_equal(s.first, want, sizeof(want));
	add(&p, 6, 7, STET_FRAME_ALONE);	/* compared later */
	stet_proofs_sort(&p);
	stet_judge_templates(&p, &s);
	assert_int_equal(verdict(&p, 1, 2), STET_TEMPLATE);
	assert_int_equal(verdict(&p, 3, 4), STET_TEMPLATE);
	assert_int_equal(verdict(&p, 6, 7), STET_TEMPLATE);
	stet_siblings_release(&s);
	stet_proofs_release(&p);
}

static void editions_come_later_on_other_pages(void **unused)
{
	const struct stet_relation year = { .same_source = true, .days = 365 };
	const struct stet_relation week = { .same_source = true, .days = 7 };
	const struct stet_relation before = { .same_source = true, .days = -8 };
	const struct stet_relation rewritten = { .same_source = true, .same_url = true, .days = 9 };
	const struct stet_relation reprint = { .days = 365 };

	(void)unused;
	assert_true(stet_is_edition(&year));
	assert_true(stet_is_edition(&before));
	assert_false(stet_is_edition(&week));
	assert_false(stet_is_edition(&rewritten));
	assert_false(stet_is_edition(&reprint));
}

static void a_follow_up_is_no_copy(void **unused)
{
	static const struct {
		enum stet_verdict before, by_blocks, after;
		enum stet_frame frame, becomes;
	} cases[] = {
		{ STET_REVISED, STET_SHARES, STET_SHARES, STET_FRAME_NONE, STET_FRAME_NONE },
		{ STET_REVISED, STET_REJECTED, STET_REJECTED, STET_FRAME_NONE, STET_FRAME_NONE },
		{ STET_REVISED, STET_SHARES, STET_SHARES, STET_FRAME_WEAK, STET_FRAME_NONE },
		{ STET_REVISED, STET_REJECTED, STET_REVISED, STET_FRAME_WEAK, STET_FRAME_ALONE },
		{ STET_REVISED, STET_SHARES, STET_REVISED, STET_FRAME_STRONG, STET_FRAME_ALONE },
		{ STET_NEAR, STET_SHARES, STET_NEAR, STET_FRAME_WEAK, STET_FRAME_ALONE },
		{ STET_ABRIDGED, STET_SHARES, STET_ABRIDGED, STET_FRAME_WEAK, STET_FRAME_ALONE },
		{ STET_EXTENDED, STET_SHARES, STET_EXTENDED, STET_FRAME_WEAK, STET_FRAME_WEAK },
		{ STET_NEAR, STET_SHARES, STET_NEAR, STET_FRAME_NONE, STET_FRAME_NONE },
	};

	(void)unused;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct stet_proof p = { .verdict = cases[i].before, .frame = cases[i].frame };

		stet_judge_edition(&p, cases[i].by_blocks);
		assert_int_equal(p.verdict, cases[i].after);
		assert_int_equal(p.frame, cases[i].becomes);
	}
}

static void weak_pairs_join_templates(void **unused)
{
	const uint32_t want[] = { 0, 0, 0, 3, 3, 0, 0, 0, STET_NOBODY, 3 };
	struct stet_template_options o;
	struct stet_proofs p = { 0 };
	struct stet_siblings s;

	(void)unused;
	stet_template_options_init(&o);
	add(&p, 0, 1, STET_FRAME_STRONG);
	add(&p, 0, 2, STET_FRAME_STRONG);
	add(&p, 3, 4, STET_FRAME_STRONG);
	add(&p, 3, 9, STET_FRAME_STRONG);
	add(&p, 5, 6, STET_FRAME_STRONG);
	add(&p, 6, 7, STET_FRAME_STRONG);
	add(&p, 2, 7, STET_FRAME_WEAK);
	add(&p, 4, 8, STET_FRAME_WEAK);
	add(&p, 7, 8, STET_FRAME_WEAK);
	stet_proofs_sort(&p);
	stet_siblings_gather(&s, COUNT(want), &p, &o);
	assert_memory_equal(s.first, want, sizeof(want));
	add(&p, 1, 4, STET_FRAME_WEAK);		/* of two templates, compared later */
	stet_proofs_sort(&p);
	stet_judge_templates(&p, &s);
	assert_int_equal(verdict(&p, 2, 7), STET_TEMPLATE);
	assert_int_equal(verdict(&p, 1, 4), STET_TEMPLATE);
	assert_int_equal(verdict(&p, 4, 8), STET_NEAR);
	stet_siblings_release(&s);
	stet_proofs_release(&p);
}

static void the_order_of_proofs_does_not_matter(void **unused)
{
	const uint32_t pairs[][2] = { { 0, 5 }, { 2, 5 }, { 2, 3 }, { 1, 4 }, { 4, 6 } };
	struct stet_template_options o;

	(void)unused;
	stet_template_options_init(&o);
	for (size_t turn = 0; turn < COUNT(pairs); turn++) {
		const uint32_t want[] = { 0, 1, 0, 0, 1, 0, 1, STET_NOBODY };
		struct stet_proofs p = { 0 };
		struct stet_siblings s;

		for (size_t i = 0; i < COUNT(pairs); i++) {
			const uint32_t *pair = pairs[(i + turn) % COUNT(pairs)];

			add(&p, pair[0], pair[1], STET_FRAME_STRONG);
		}
		stet_siblings_gather(&s, COUNT(want), &p, &o);
		assert_memory_equal(s.first, want, sizeof(want));
		stet_siblings_release(&s);
		stet_proofs_release(&p);
	}
}

static void templates_are_passages(void **unused)
{
	struct stet_template_options o;
	struct stet_passages out = { 0 };
	struct stet_proofs p = { 0 };
	struct stet_siblings s;

	(void)unused;
	stet_template_options_init(&o);
	add(&p, 1, 2, STET_FRAME_STRONG);
	add(&p, 1, 4, STET_FRAME_STRONG);
	add(&p, 6, 7, STET_FRAME_STRONG);
	stet_siblings_gather(&s, 8, &p, &o);
	stet_judge_templates(&p, &s);
	stet_passages_add_templates(&out, &p, &s);
	assert_int_equal(out.n, 1);
	assert_int_equal(out.v[0].kind, STET_PASSAGE_TEMPLATE);
	assert_int_equal(out.v[0].tokens, 8);
	assert_int_equal(out.v[0].n_documents, 3);
	assert_int_equal(out.v[0].n_places, 3);
	assert_int_equal(out.places[0].rank, 1);
	assert_int_equal(out.places[0].begin, 20);
	assert_int_equal(out.places[0].end, 104);	/* the widest of its pairs */
	assert_int_equal(out.places[2].rank, 4);
	assert_int_equal(out.places[2].begin, 14);
	stet_passages_release(&out);
	stet_siblings_release(&s);
	stet_proofs_release(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(forms_are_frames),
		cmocka_unit_test(undated_pages_need_a_third),
		cmocka_unit_test(two_other_facts_need_a_third_document),
		cmocka_unit_test(a_passage_filled_in_anew_is_a_frame),
		cmocka_unit_test(a_form_comes_again_in_a_longer_text),
		cmocka_unit_test(only_one_source_fills_in_a_form),
		cmocka_unit_test(copies_are_no_frames),
		cmocka_unit_test(respelled_is_not_filled_in),
		cmocka_unit_test(one_other_number_is_a_correction),
		cmocka_unit_test(a_rewritten_form_is_weak),
		cmocka_unit_test(a_long_text_has_other_numbers),
		cmocka_unit_test(slots_are_counted),
		cmocka_unit_test(what_comes_again_is_a_fact),
		cmocka_unit_test(serial_numbers_are_no_numbers),
		cmocka_unit_test(digits_of_other_scripts_are_numbers),
		cmocka_unit_test(boilerplate_counts_as_neither),
		cmocka_unit_test(blocks_in_another_order_have_no_ends),
		cmocka_unit_test(a_template_has_three_siblings),
		cmocka_unit_test(some_pairs_need_no_third),
		cmocka_unit_test(editions_come_later_on_other_pages),
		cmocka_unit_test(a_follow_up_is_no_copy),
		cmocka_unit_test(weak_pairs_join_templates),
		cmocka_unit_test(the_order_of_proofs_does_not_matter),
		cmocka_unit_test(templates_are_passages),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
