/*
 * test_charset.c - charsets by label and by looks
 *
 * Thai is from the government's news, Chinese from the items of a news programme (MIT), Arabic
 * from a news corpus (Apache-2.0); the rest was written for this.
 */
#include "../src/source/charset.h"
#include "../src/source/charset_labels.h"

#include <iconv.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define FFFD "\xef\xbf\xbd"

static const char thai[] =
	"นายกรัฐมนตรี Kick off โครงการนำร่องยางพาราฯ มุ่งเน้นให้หน่วยงานภาครัฐใช้ยางพารามากขึ้น "
	"ร่วมกันขับเคลื่อนประเทศตามนโยบาย “รวมใจ ไทยสร้างชาติ” วันนี้ เวลา 15.15 น.\n";
static const char plain_thai[] =
	"นายกรัฐมนตรี Kick off โครงการนำร่องยางพาราฯ มุ่งเน้นให้หน่วยงานภาครัฐใช้ยางพารามากขึ้น "
	"ร่วมกันขับเคลื่อนประเทศตามนโยบาย วันนี้ เวลา 15.15 น.\n";
static const char chinese[] =
	"央视网消息（新闻联播）：今年以来，面对复杂严峻的外贸发展环境，我国各地区持续出台稳外贸系列举措，"
	"推动外贸稳大盘、扩优势、增活力。在浙江，宁波承接了上海等地外溢的跨境电商业务。\n";
static const char taiwanese[] =
	"今天早上，市政府召開記者會，說明新的公車路線將從下個月開始行駛，並請市民多加利用。"
	"許多學生表示，這樣上學就方便多了。\n";
static const char arabic[] =
	"أسدل الستار مساء أمس السبت على الدورة 16 للمهرجان العربي للإذاعة والتلفزيون "
	"الذي انتظم بمدينة الحمامات انطلاقا من 12 ماي الجاري.\n";
static const char indonesian[] =
	"Seorang pria mengatakan – “tidak benar” – bahwa ia didenda £100 di kafé itu.\n";
static const char plain_latin[] =
	"Le président a déclaré hier à l'Assemblée que la réforme, très critiquée, "
	"serait présentée dès l'été prochain aux députés français.\n";
static const char russian[] =
	"Сегодня утром в городе открылась новая библиотека, в которой собраны редкие книги "
	"и старые газеты; первыми читателями стали школьники.\n";
static const char ukrainian[] =
	"Сьогодні вранці у місті відкрилася нова бібліотека, її першими читачами стали діти.\n";
static const char japanese[] =
	"けさ、市の新しい図書館が開館しました。古い新聞や珍しい本も集められており、"
	"最初の利用者は近くの小学生たちでした。カタカナも少しあります。\n";
static const char korean[] =
	"오늘 아침 시내에 새 도서관이 문을 열었습니다. 오래된 신문과 희귀한 책도 모아 두었으며, "
	"첫 이용자는 근처 초등학교 학생들이었습니다.\n";
static const char polish[] =
	"Dziś rano w mieście otwarto nową bibliotekę; pierwszymi czytelnikami byli uczniowie, "
	"którzy przyszli zobaczyć, że książki są już na półkach.\n";
static const char greek[] =
	"Σήμερα το πρωί άνοιξε στην πόλη μια νέα βιβλιοθήκη και οι πρώτοι αναγνώστες ήταν "
	"οι μαθητές του δημοτικού σχολείου.\n";
static const char turkish[] =
	"Bu sabah şehirde yeni bir kütüphane açıldı; ilk okuyucuları yakındaki ilkokulun "
	"öğrencileriydi ve çoğu ağır kitapları aldı.\n";
static const char hebrew[] =
	"הבוקר נפתחה בעיר ספרייה חדשה, והקוראים הראשונים היו תלמידי בית הספר הסמוך.\n";
static const char baltic[] =
	"Šodien pilsētā atvēra jaunu bibliotēku, un pirmie lasītāji bija skolēni "
	"no tuvējās skolas.\n";
static const char vietnamese[] = "Hôm nay thành phô mở thư viện, đầu tiên là học sinh.\n";
static const char maltese[] = "Illum il-ħin ġie żgħir, ċert ħafna.\n";
static const char icelandic[] = "Í dag opnaði nýtt bókasafn; þar eru Šamar ok đakkar, ŋ.\n";
static const char welsh[] = "Mae yn y tŷ, ŷd a dŵr.";
static const char romanian[] =
	"Astăzi s-a deschis în oraș o bibliotecă și mulți școlari au venit, €.\n";

/* ---- what is written in a charset comes back */

static const struct trip {
	const char *text, *charset;	/* as iconv knows it */
	const char *label;		/* declared */
	bool detected;			/* without a label, too */
} trips[] = {
	{ indonesian, "WINDOWS-1252", "windows-1252", true },
	{ indonesian, "WINDOWS-1252", "ISO-8859-1", true },
	{ plain_latin, "ISO-8859-1", "latin1", true },
	{ polish, "WINDOWS-1250", "windows-1250", true },
	{ russian, "WINDOWS-1251", "CP1251", true },
	{ greek, "WINDOWS-1253", "windows-1253", true },
	{ turkish, "WINDOWS-1254", "windows-1254", true },
	{ hebrew, "WINDOWS-1255", "windows-1255", true },
	{ arabic, "WINDOWS-1256", "windows-1256", true },
	{ baltic, "WINDOWS-1257", "windows-1257", true },
	{ "Đường phô", "WINDOWS-1258", "windows-1258", false },
	{ polish, "ISO-8859-2", "latin2", true },
	{ maltese, "ISO-8859-3", "iso-8859-3", false },
	{ "Šodien ņēma ģitāru.", "ISO-8859-4", "latin4", false },
	{ russian, "ISO-8859-5", "cyrillic", true },
	{ arabic, "ISO-8859-6", "ISO-8859-6", true },
	{ greek, "ISO-8859-7", "greek", true },
	{ hebrew, "ISO-8859-8", "iso-8859-8-i", true },
	{ turkish, "ISO-8859-9", "latin5", true },
	{ icelandic, "ISO-8859-10", "iso-8859-10", false },
	{ plain_thai, "TIS-620", "iso-8859-11", true },
	{ baltic, "ISO-8859-13", "iso-8859-13", true },
	{ welsh, "ISO-8859-14", "iso-8859-14", false },
	{ plain_latin, "ISO-8859-15", "latin-9", true },
	{ romanian, "ISO-8859-16", "iso-8859-16", false },
	{ russian, "KOI8-R", "koi8-r", true },
	{ ukrainian, "KOI8-U", "koi8-u", false },
	{ russian, "IBM866", "cp866", true },
	{ russian, "MAC-UK", "x-mac-cyrillic", false },
	{ indonesian, "MACINTOSH", "macintosh", false },
	{ plain_thai, "TIS-620", "tis-620", true },
	{ thai, "CP874", "windows-874", true },
	{ chinese, "GB18030", "gb18030", true },
	{ chinese, "GBK", "GBK", true },
	{ chinese, "GB2312", "gb_2312-80", true },
	{ taiwanese, "BIG5", "big5", true },
	{ japanese, "SHIFT_JIS", "Shift_JIS", true },
	{ japanese, "CP932", "x-sjis", true },
	{ japanese, "EUC-JP", "euc-jp", true },
	{ japanese, "ISO-2022-JP", "iso-2022-jp", false },
	{ korean, "EUC-KR", "ks_c_5601-1987", true },
	{ korean, "UHC", "euc-kr", true },
	{ indonesian, "UTF-16LE", "utf-16", true },
	{ indonesian, "UTF-16BE", "utf-16be", true },
	{ vietnamese, "UTF-8", "utf-8", false },
};

static size_t encode(const char *text, const char *charset, char *out, size_t size)
{
	iconv_t cd = iconv_open(charset, "UTF-8");
	char *in = (char *)(uintptr_t)text, *to = out;
	size_t in_left = strlen(text), left = size;

	assert_true(cd != (iconv_t)-1);
	if (iconv(cd, &in, &in_left, &to, &left) == (size_t)-1)
		fail_msg("%s cannot hold %s", charset, in);
	iconv(cd, NULL, NULL, &to, &left);
	iconv_close(cd);
	return size - left;
}

static bool comes_back(const struct trip *t, const char *label)
{
	struct stet_arena mem = { 0 };
	uint32_t n_replaced = 0;
	bool converted = false, same;
	char bytes[2048];
	struct stet_span text = { bytes, encode(t->text, t->charset, bytes, sizeof(bytes)) };

	text = stet_charset_decode_declared(text, (struct stet_span){ label, strlen(label) }, &mem,
					    &n_replaced, &converted);
	same = text.len == strlen(t->text) && memcmp(text.p, t->text, text.len) == 0 &&
	       n_replaced == 0 && converted == (strcmp(t->charset, "UTF-8") != 0);
	stet_arena_release(&mem);
	return same;
}

static void test_round_trips(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(trips) / sizeof(trips[0]); i++) {
		if (!comes_back(&trips[i], trips[i].label))
			fail_msg("%s, declared as %s", trips[i].charset, trips[i].label);
		if (trips[i].detected && !comes_back(&trips[i], ""))
			fail_msg("%s is not detected: %.40s", trips[i].charset, trips[i].text);
	}
}

/* ---- what says which charset it is */

static const struct decode_case {
	const char *bytes, *label, *text;
	size_t len;		/* 0 = up to the NUL */
	uint32_t n_replaced;
	bool converted;
} decodes[] = {
	/* a BOM is first, then that it is UTF-8 */
	{ .bytes = "\xef\xbb\xbf\xc3\xa9", .label = "big5", .text = "é" },
	{ .bytes = "\xff\xfeh\0", .len = 4, .label = "utf-8", .text = "h", .converted = true },
	{ .bytes = "caf\xc3\xa9", .label = "windows-1252", .text = "café" },
	{ .bytes = "\xc3\xa9\xc3\xa8\xc3\xa0\xc3\xaa\xc3\xa9\xc3\xa8\xc3\xa0\xc3\xaa",
	  .label = "gbk", .text = "éèàêéèàê" },
	{ .bytes = "plain", .label = "utf-16", .text = "plain" },
	/* of a few characters the label is believed */
	{ .bytes = "\xc1\xaa\xcd\xa8", .label = "gbk", .text = "联通", .converted = true },
	{ .bytes = "\xce\xe2\xcd\xa8", .label = "gb2312", .text = "吴通", .converted = true },
	/* a label that is none, or wrong for sure */
	{ .bytes = "caf\xe9", .label = " Latin1\n", .text = "café", .converted = true },
	{ .bytes = "caf\xe9 \xe0 \xe9t\xe9 l'\xe9t\xe9 dernier, d\xe9j\xe0", .label = "utf-8",
	  .text = "café à été l'été dernier, déjà", .converted = true },
	{ .bytes = "caf\xe9 \xe0 \xe9t\xe9 l'\xe9t\xe9 dernier, d\xe9j\xe0", .label = "x-none",
	  .text = "café à été l'été dernier, déjà", .converted = true },
	{ .bytes = "h\0i\0 \0t\0h\0e\0r\0e\0", .len = 16, .label = "koi8-r",
	  .text = "hi there", .converted = true },
	/* what is no character of the charset */
	{ .bytes = "a\x81z", .label = "windows-1252", .text = "a" FFFD "z", .n_replaced = 1,
	  .converted = true },
	{ .bytes = "\xa4\xa4\xa4", .label = "big5", .text = "中" FFFD, .n_replaced = 1,
	  .converted = true },
	{ .bytes = "h\0i\0 \0t\0h\0e\0r\0e\0x", .len = 17, .label = "", .converted = true,
	  .text = "hi there" FFFD, .n_replaced = 1 },
};

static void test_what_says_it(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(decodes) / sizeof(decodes[0]); i++) {
		const struct decode_case *c = &decodes[i];
		const struct stet_span bytes = { c->bytes, c->len ? c->len : strlen(c->bytes) };
		struct stet_arena mem = { 0 };
		uint32_t n_replaced = 0;
		bool converted = false;
		struct stet_span text;

		text = stet_charset_decode_declared(
			bytes, (struct stet_span){ c->label, strlen(c->label) }, &mem, &n_replaced,
			&converted);
		if (text.len != strlen(c->text) || memcmp(text.p, c->text, text.len) != 0)
			fail_msg("case %zu: '%.*s', not '%s'", i, (int)text.len, text.p, c->text);
		assert_int_equal(n_replaced, c->n_replaced);
		assert_int_equal(converted, c->converted);
		stet_arena_release(&mem);
	}
}

static void test_labels(void **state)
{
	static const char *const labels[][2] = {
		{ "utf8", "UTF-8" }, { "US-ASCII", "CP1252" }, { "iso-8859-1", "CP1252" },
		{ "iso-8859-9", "CP1254" }, { "TIS-620", "CP874" }, { "x-gbk", "GB18030" },
		{ "ks_c_5601-1987", "UHC" }, { "Windows-31J", "CP932" },
		{ "x-x-big5", "BIG5-HKSCS" },
	};
	static const char *const none[] = { "", " ", "utf", "utf-8 utf8", "hz-gb-2312", "latin" };

	(void)state;
	for (size_t i = 0; i < sizeof(labels) / sizeof(labels[0]); i++) {
		const struct stet_span label = { labels[i][0], strlen(labels[i][0]) };

		assert_string_equal(stet_charset_name(label), labels[i][1]);
	}
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
		assert_null(stet_charset_name((struct stet_span){ none[i], strlen(none[i]) }));
}

static void test_utf16_without_bom(void **state)
{
	static const char control[] = "h\0i\0 \0t\0h\0e\0\1\0e\0";
	static const char big[] = "\0h\0i\0 \0t\0h\0e\0r\0e";

	(void)state;
	assert_string_equal(stet_utf16_name((struct stet_span){ big, 16 }), "UTF-16BE");
	assert_null(stet_utf16_name((struct stet_span){ control, 16 }));
	assert_null(stet_utf16_name((struct stet_span){ "h\0i\0", 4 }));
	assert_null(stet_utf16_name((struct stet_span){ "hi there, it is text", 20 }));
}

/* ---- hostile bytes: whatever they are called, what comes out is UTF-8 and no longer than 3x */

static void test_noise(void **state)
{
	unsigned char noise[4096];
	uint64_t x = 1;

	(void)state;
	for (size_t i = 0; i < sizeof(noise); i++) {
		x = x * 6364136223846793005u + 1442695040888963407u;
		noise[i] = (unsigned char)(x >> 56);
	}
	for (size_t i = 0; i < sizeof(trips) / sizeof(trips[0]); i++) {
		const struct stet_span label = { trips[i].label, strlen(trips[i].label) };

		for (size_t len = 1; len <= sizeof(noise); len = 2 * len + len % 3) {
			struct stet_arena mem = { 0 };
			uint32_t n_replaced = 0;
			bool converted = false;
			struct stet_span text = { (const char *)noise, len };

			text = stet_charset_decode_declared(text, label, &mem, &n_replaced,
							    &converted);
			assert_int_equal(stet_utf8_prefix(text), text.len);
			assert_true(text.len <= 3 * len && n_replaced <= len);
			stet_arena_release(&mem);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trips),
		cmocka_unit_test(test_what_says_it),
		cmocka_unit_test(test_labels),
		cmocka_unit_test(test_utf16_without_bom),
		cmocka_unit_test(test_noise),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
