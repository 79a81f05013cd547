/*
 * fuzz_charset.c - bytes of any charset to UTF-8
 */
#include "../../src/source/charset.h"
#include "fuzz.h"

static void check_repair(struct stet_span bytes, struct stet_arena *mem)
{
	uint32_t n = 0, again = 0;
	const struct stet_span out = stet_utf8_repair(bytes, mem, &n);
	const struct stet_span twice = stet_utf8_repair(out, mem, &again);

	LAW(stet_utf8_prefix(out) == out.len);
	LAW(again == 0 && twice.p == out.p && twice.len == out.len);
	LAW((n == 0) == (stet_utf8_prefix(bytes) == bytes.len));
	LAW(n > 0 || (out.p == bytes.p && out.len == bytes.len));
}

static void check_decode(struct stet_span bytes, struct stet_arena *mem)
{
	uint32_t n = 0;
	bool converted = false;
	const struct stet_span out = stet_charset_decode(bytes, mem, &n, &converted);

	LAW(stet_utf8_prefix(out) == out.len);
	if (stet_utf8_prefix(bytes) == bytes.len && !memchr(bytes.p, 0, bytes.len))
		LAW(!converted && n == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct fuzz_input in = { data, size };
	const struct stet_span bytes = fuzz_rest(&in);
	struct stet_arena mem = { 0 };

	check_repair(bytes, &mem);
	check_decode(bytes, &mem);
	stet_arena_release(&mem);
	fuzz_free(bytes);
	return 0;
}
