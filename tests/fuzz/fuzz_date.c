/*
 * fuzz_date.c - dates, each format; source maps and numbers of options, which are as small
 */
#include "../../src/cmd/opt.h"
#include "../../src/source/source_map.h"
#include "fuzz.h"
#include "stet/err.h"
#include "stet/hash.h"
#include "stet/io.h"
#include "stet/source.h"

#include <sys/mman.h>
#include <unistd.h>

static void check_dates(struct stet_span text)
{
	static const char *const formats[] = {
		NULL, "DD/MM/YYYY", "MM/DD/YYYY", "epoch", "epoch-ms",
	};

	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		const int64_t key = stet_date_key(text, formats[i]);

		LAW(key == stet_date_key(text, formats[i]));
		if (key != STET_NO_DATE)
			(void)stet_date_day(key);
	}
}

/* With a zero in front it is the same number, or too long for one. */
static void check_decimal(struct stet_span text)
{
	uint64_t value = 0, longer = 0;
	char *again;

	if (!stet_parse_decimal(text.p, text.len, 4, &value))
		return;
	again = stet_calloc(text.len + 1, 1);
	again[0] = '0';
	memcpy(again + 1, text.p, text.len);
	LAW(!stet_parse_decimal(again, text.len + 1, 4, &longer) || longer == value);
	free(again);
}

static void check_map(const struct fuzz_input *in, struct stet_span text)
{
	const int fd = memfd_create("fuzz", MFD_CLOEXEC);
	struct stet_err err = { 0 };
	struct stet_source_map *m;
	char path[40];

	LAW(fd >= 0 && stet_write_fully(fd, in->p, in->n) == 0);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	m = stet_source_map_open(path, &err);
	LAW(m || (err.code < 0 && !strchr(err.msg, '\n')));
	if (m)
		(void)stet_source_map_find(m, text);
	stet_source_map_close(m);
	close(fd);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct fuzz_input in = { data, size };
	char *exact = stet_calloc(size ? size : 1, 1);
	const struct stet_span text = { memcpy(exact, data, size), size };

	check_dates(text);
	check_decimal(text);
	check_map(&in, text);
	free(exact);
	return 0;
}
