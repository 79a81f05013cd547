/*
 * replay.c - runs a target over its corpus, without a fuzzer
 *
 *	fuzz_NAME [FILE]...
 *
 * Each FILE is one input; without any the inputs are the members of
 * fixtures/fuzz/fuzz_NAME.tar.zst.  Says in TAP how many there were; where one ends
 * the process, standard error says which.
 */
#include "fuzz.h"

#include <archive.h>
#include <archive_entry.h>
#include <signal.h>
#include <unistd.h>

/* Of clang and gcc; not there without AddressSanitizer. */
void __sanitizer_set_death_callback(void (*callback)(void)) __attribute__((weak));

static char current[256];

static void say_current(void)
{
	static const char before[] = "# died on input ";

	if (write(2, before, sizeof(before) - 1) < 0 ||
	    write(2, current, strlen(current)) < 0 || write(2, "\n", 1) < 0)
		_exit(1);
}

/* It was reset when it was delivered: the same signal again ends the process. */
static void on_signal(int number)
{
	say_current();
	raise(number);
}

/* A sanitizer has handlers of its own, which say more; an abort it does not see. */
static void watch(void)
{
	const struct sigaction action = { .sa_handler = on_signal, .sa_flags = (int)SA_RESETHAND };

	sigaction(SIGABRT, &action, NULL);
	if (__sanitizer_set_death_callback) {
		__sanitizer_set_death_callback(say_current);
		return;
	}
	sigaction(SIGSEGV, &action, NULL);
	sigaction(SIGBUS, &action, NULL);
	sigaction(SIGFPE, &action, NULL);
}

static int fail(const char *path, const char *why)
{
	fprintf(stderr, "%s: %s\n", path, why ? why : "cannot be read");
	return -1;
}

/* An input in memory of its own size, so that a read behind it is seen. */
static int run_member(struct archive *a, struct archive_entry *e)
{
	const size_t n = (size_t)archive_entry_size(e);
	uint8_t *p = malloc(n ? n : 1);

	if (!p || archive_read_data(a, p, n) != (la_ssize_t)n) {
		free(p);
		return -1;
	}
	snprintf(current, sizeof(current), "%s", archive_entry_pathname(e));
	LLVMFuzzerTestOneInput(p, n);
	free(p);
	return 0;
}

/* The number of inputs, or -1. */
static int run_archive(struct archive *a, const char *path)
{
	struct archive_entry *e;
	int rc, n = 0;

	if (archive_read_open_filename(a, path, 1 << 16) != ARCHIVE_OK)
		return fail(path, archive_error_string(a));
	while ((rc = archive_read_next_header(a, &e)) == ARCHIVE_OK) {
		if (archive_entry_filetype(e) != AE_IFREG)
			continue;
		if (run_member(a, e) < 0)
			return fail(path, archive_error_string(a));
		n++;
	}
	return rc == ARCHIVE_EOF ? n : fail(path, archive_error_string(a));
}

static int replay_corpus(const char *path)
{
	struct archive *a = archive_read_new();
	int n;

	archive_read_support_filter_zstd(a);
	archive_read_support_format_tar(a);
	n = run_archive(a, path);
	archive_read_free(a);
	return n;
}

static int replay_file(const char *path)
{
	FILE *f = fopen(path, "rb");
	long n = -1;
	uint8_t *p = NULL;

	snprintf(current, sizeof(current), "%s", path);
	if (f && fseek(f, 0, SEEK_END) == 0 && (n = ftell(f)) >= 0)
		p = malloc(n ? (size_t)n : 1);
	if (!p || fseek(f, 0, SEEK_SET) != 0 || fread(p, 1, (size_t)n, f) != (size_t)n)
		n = fail(path, NULL);
	else
		LLVMFuzzerTestOneInput(p, (size_t)n);
	free(p);
	if (f)
		fclose(f);
	return n < 0 ? -1 : 0;
}

int main(int argc, char *argv[])
{
	const char *slash = strrchr(argv[0], '/'), *name = slash ? slash + 1 : argv[0];
	char corpus[256];
	int n = 0, failed = 0;

	watch();
	printf("1..1\n");
	fflush(stdout);
	snprintf(corpus, sizeof(corpus), "fixtures/fuzz/%s.tar.zst", name);
	if (argc == 1)
		n = replay_corpus(corpus);
	for (int i = 1; i < argc && !failed; i++)
		failed = replay_file(argv[i]) < 0;
	failed |= n < 0 || (argc == 1 && n == 0);
	printf("%sok 1 - %s: %d inputs\n", failed ? "not " : "", name, argc == 1 ? n : argc - 1);
	return failed;
}
