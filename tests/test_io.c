/*
 * test_io.c - an output directory appears whole or not at all
 */
#include "stet/io.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define OURS "summary.json"

static char old_dir[4096], work[64];

/* Every test has a directory of its own and stands in it. */
static int enter(void **state)
{
	(void)state;
	strcpy(work, "/tmp/stet-test-io.XXXXXX");
	if (!getcwd(old_dir, sizeof(old_dir)) || !mkdtemp(work) || chmod(work, 0755) != 0)
		return -1;
	return chdir(work);
}

static int leave(void **state)
{
	char command[80];

	(void)state;
	snprintf(command, sizeof(command), "rm -rf %s", work);
	return chdir(old_dir) == 0 ? system(command) : -1;
}

static void make(const char *path, const char *text)
{
	const int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);

	assert_true(fd >= 0);
	assert_int_equal(stet_write_fully(fd, text, strlen(text)), 0);
	close(fd);
}

static bool exists(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0;
}

static void holds(const char *path, const char *want)
{
	char got[256] = "";
	const int fd = open(path, O_RDONLY);

	assert_true(fd >= 0);
	assert_true(stet_read_fully(fd, got, sizeof(got) - 1) >= 0);
	close(fd);
	assert_string_equal(got, want);
}

static void write_one(const struct stet_outdir *d, const char *text)
{
	struct stet_err err = { 0 };
	struct stet_out o;

	assert_int_equal(stet_out_open(&o, d, OURS, &err), 0);
	stet_out_puts(&o, text);
	assert_int_equal(stet_out_close(&o, &err), 0);
}

static void publish(const char *path, bool force, const char *text)
{
	struct stet_err err = { 0 };
	struct stet_outdir d;

	assert_int_equal(stet_outdir_open(&d, path, force, OURS, &err), 0);
	write_one(&d, text);
	assert_int_equal(stet_outdir_publish(&d, &err), 0);
	stet_outdir_close(&d);
}

static void refused(const char *path, bool force, int code, const char *why)
{
	struct stet_err err = { 0 };
	struct stet_outdir d;

	assert_int_equal(stet_outdir_open(&d, path, force, OURS, &err), code);
	if (!strstr(err.msg, why))
		fail_msg("\"%s\" does not say \"%s\"", err.msg, why);
	stet_outdir_close(&d);
}

static void appears_at_publish(void **state)
{
	struct stet_err err = { 0 };
	struct stet_outdir d;

	(void)state;
	assert_int_equal(stet_outdir_open(&d, "out//", false, OURS, &err), 0);
	write_one(&d, "1\n");
	assert_false(exists("out"));
	assert_true(exists("out.partial/" OURS));
	assert_int_equal(stet_outdir_publish(&d, &err), 0);
	stet_outdir_close(&d);
	assert_false(exists("out.partial"));
	holds("out/" OURS, "1\n");
}

static void unpublished_leaves_nothing(void **state)
{
	struct stet_err err = { 0 };
	struct stet_outdir d;

	(void)state;
	assert_int_equal(stet_outdir_open(&d, "out", false, OURS, &err), 0);
	write_one(&d, "1\n");
	stet_outdir_close(&d);
	assert_false(exists("out"));
	assert_false(exists("out.partial"));
}

static void existing_is_kept(void **state)
{
	(void)state;
	assert_int_equal(mkdir("out", 0755), 0);
	make("out/thesis.txt", "mine");
	refused("out", false, STET_EIO, "--force");
	refused("out", true, STET_EIO, OURS);
	make("file", "mine");
	refused("file", true, STET_EIO, "not replaced");
	assert_int_equal(mkdir("out/" OURS, 0755), 0);	/* the name alone is not enough */
	refused("out", true, STET_EIO, OURS);
	holds("out/thesis.txt", "mine");
	assert_false(exists("out.partial"));
}

static void force_replaces_ours(void **state)
{
	(void)state;
	publish("out", false, "1\n");
	assert_int_equal(mkdir("out/deep", 0755), 0);
	make("out/deep/note", "old");
	refused("out", false, STET_EIO, "out exists");
	publish("out", true, "2\n");
	holds("out/" OURS, "2\n");
	assert_false(exists("out/deep"));
	assert_false(exists("out.partial"));
	assert_false(exists("out.old"));
}

/* Guards against replacing by name what `force` was never asked about. */
static void links_are_not_followed(void **state)
{
	(void)state;
	publish("real", false, "1\n");
	assert_int_equal(symlink("real", "out"), 0);
	refused("out", true, STET_EIO, "not replaced");
	assert_int_equal(symlink("real", "new.partial"), 0);
	refused("new", false, STET_EIO, "cannot open new.partial");
	assert_int_equal(mkdir("third.partial", 0755), 0);
	assert_int_equal(symlink("../real", "third.partial/link"), 0);
	publish("third", false, "3\n");
	holds("real/" OURS, "1\n");
	assert_false(exists("third/link"));
}

static void stale_partial_is_swept(void **state)
{
	(void)state;
	assert_int_equal(mkdir("out.partial", 0755), 0);
	assert_int_equal(mkdir("out.partial/deep", 0755), 0);
	make("out.partial/deep/rest", "x");
	make("out.partial/pairs.tsv", "half a li");
	publish("out", false, "1\n");
	assert_false(exists("out/pairs.tsv"));
	assert_false(exists("out/deep"));
}

static void bad_places_are_named(void **state)
{
	(void)state;
	refused("no/such/out", false, STET_EIO, "no/such/out.partial: No such file");
	make("file", "");
	refused("file/out", false, STET_EIO, "file/out");
	refused(".", false, STET_EUSAGE, "'.'");
	refused("/", false, STET_EUSAGE, "'/'");
	refused("", false, STET_EUSAGE, "''");
}

/* Run `body` in a child that is nobody in particular: the superuser may write anywhere. */
static void as_nobody(void (*body)(void))
{
	int status;
	const pid_t pid = fork();

	if (pid == 0) {
		if (geteuid() == 0 && setresuid(65534, 65534, 65534) != 0)
			_exit(9);
		body();
		_exit(8);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

static void try_read_only(void)
{
	struct stet_err err = { 0 };
	struct stet_outdir d;
	const int code = stet_outdir_open(&d, "closed/out", false, OURS, &err);

	if (code != STET_EIO || !strstr(err.msg, "closed/out.partial: Permission denied"))
		_exit(1);
	_exit(stet_temp_file("closed", &err) == STET_EIO ? 0 : 2);
}

static void read_only_place_is_named(void **state)
{
	(void)state;
	assert_int_equal(mkdir("closed", 0555), 0);
	as_nobody(try_read_only);
}

/* A child holds the lock until the pipe is closed. */
static pid_t hold_lock(int release[2])
{
	int ready[2];
	char byte;
	pid_t pid;

	assert_int_equal(pipe(ready), 0);
	assert_int_equal(pipe(release), 0);
	pid = fork();
	if (pid == 0) {
		struct stet_err err = { 0 };
		struct stet_outdir d;

		close(release[1]);
		if (stet_outdir_open(&d, "out", false, OURS, &err) < 0)
			_exit(1);
		write_one(&d, "child\n");
		if (write(ready[1], "r", 1) != 1 || read(release[0], &byte, 1) < 0)
			_exit(2);
		_exit(stet_outdir_publish(&d, &err) == 0 ? 0 : 3);
	}
	close(release[0]);
	assert_int_equal(read(ready[0], &byte, 1), 1);
	close(ready[0]);
	close(ready[1]);
	return pid;
}

static void locked_means_try_again(void **state)
{
	int release[2], status;
	const pid_t pid = hold_lock(release);

	(void)state;
	refused("out", false, STET_EAGAIN, "another run is writing out.partial");
	holds("out.partial/" OURS, "child\n");
	close(release[1]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	holds("out/" OURS, "child\n");
	refused("out", false, STET_EIO, "out exists");
}

static void killed_run_is_swept(void **state)
{
	int release[2], status;
	const pid_t pid = hold_lock(release);

	(void)state;
	kill(pid, SIGKILL);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	close(release[1]);
	assert_true(exists("out.partial/" OURS));
	publish("out", false, "1\n");
	holds("out/" OURS, "1\n");
}

static void made_meanwhile_is_not_replaced(void **state)
{
	struct stet_err err = { 0 };
	struct stet_outdir d;

	(void)state;
	assert_int_equal(stet_outdir_open(&d, "out", false, OURS, &err), 0);
	write_one(&d, "1\n");
	assert_int_equal(mkdir("out", 0755), 0);
	assert_int_equal(stet_outdir_publish(&d, &err), STET_EIO);
	stet_outdir_close(&d);
	assert_true(exists("out"));
	assert_false(exists("out.partial"));
}

static void buffer_keeps_order_and_count(void **state)
{
	struct stet_err err = { 0 };
	struct stet_outdir d;
	struct stet_out o;
	uint64_t written;
	struct stat st;
	char *big = malloc(700001), *back = malloc(2000000);
	size_t at = 0;
	int fd;

	(void)state;
	memset(big, 'b', 700000);
	big[700000] = '\0';
	assert_int_equal(stet_outdir_open(&d, "out", false, OURS, &err), 0);
	assert_int_equal(stet_out_open(&o, &d, OURS, &err), 0);
	for (int i = 0; i < 60000; i++)
		stet_out_printf(&o, "%d\n", i);
	stet_out_write(&o, big, 700000);
	stet_out_printf(&o, "[%s]", big);
	stet_out_write(&o, NULL, 0);
	written = o.written;
	assert_int_equal(stet_out_close(&o, &err), 0);
	assert_int_equal(stet_out_close(&o, &err), 0);
	fd = openat(d.lock, OURS, O_RDONLY);
	assert_int_equal(fstat(fd, &st), 0);
	assert_int_equal(st.st_size, written);
	assert_int_equal(stet_read_fully(fd, back, 2000000), written);
	for (int i = 0; i < 60000; i++) {
		char line[16];
		const int n = snprintf(line, sizeof(line), "%d\n", i);

		assert_memory_equal(back + at, line, (size_t)n);
		at += (size_t)n;
	}
	assert_memory_equal(back + at, big, 700000);
	assert_int_equal(back[at + 700000], '[');
	assert_memory_equal(back + at + 700001, big, 700000);
	assert_int_equal(back[written - 1], ']');
	assert_int_equal(stet_pread_fully(fd, back, 10, written - 3), 3);
	assert_memory_equal(back, "bb]", 3);
	assert_int_equal(stet_pread_fully(fd, back, 10, UINT64_MAX), -1);
	close(fd);
	stet_outdir_close(&d);
	free(big);
	free(back);
}

/* What a write could not do is told at close: /dev/full in place of the file. */
static void full_disk_means_try_again(void **state)
{
	struct stet_err err = { 0 };
	struct stet_outdir d;
	struct stet_out o;

	(void)state;
	assert_int_equal(stet_outdir_open(&d, "out", false, OURS, &err), 0);
	assert_int_equal(stet_out_open(&o, &d, OURS, &err), 0);
	close(o.fd);
	o.fd = open("/dev/full", O_WRONLY);
	assert_true(o.fd >= 0);
	for (int i = 0; i < 100000; i++)
		stet_out_puts(&o, "a line that does not fit\n");
	assert_int_equal(stet_out_close(&o, &err), STET_EAGAIN);
	assert_string_equal(err.msg, "cannot write " OURS ": No space left on device");
	assert_int_equal(stet_out_open(&o, &d, "given-up", &err), 0);
	stet_out_puts(&o, "x");
	assert_int_equal(stet_out_close(&o, NULL), 0);
	stet_outdir_close(&d);
	assert_false(exists("out.partial"));
}

static void zero_is_closed(void **state)
{
	struct stet_outdir d = { 0 };
	struct stet_out o = { 0 };
	struct stet_err err = { 0 };

	(void)state;
	assert_int_equal(stet_out_close(&o, &err), 0);
	stet_outdir_close(&d);
}

static void temporary_file_has_no_name(void **state)
{
	struct stet_err err = { 0 };
	const int fd = stet_temp_file(".", &err);
	char back[8] = "";

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(stet_write_fully(fd, "spool", 5), 0);
	assert_int_equal(stet_pread_fully(fd, back, sizeof(back), 0), 5);
	assert_string_equal(back, "spool");
	close(fd);
	assert_int_equal(rmdir("."), -1);
	assert_int_equal(chdir("/"), 0);
	assert_int_equal(rmdir(work), 0);	/* it was empty */
	assert_int_equal(stet_temp_file(work, &err), STET_EIO);
	assert_int_equal(mkdir(work, 0755), 0);
}

/* The child waits for input that never comes; one signal ends the wait, cleanly. */
static void signal_ends_a_wait(void **state)
{
	int silent[2], ready[2], status;
	char byte;
	pid_t pid;

	(void)state;
	assert_int_equal(pipe(silent), 0);
	assert_int_equal(pipe(ready), 0);
	pid = fork();
	if (pid == 0) {
		struct stet_err err = { 0 };

		signal(SIGTERM, SIG_DFL);
		stet_catch_signals();
		if (stet_check_stopped(&err) != 0 || write(ready[1], "r", 1) != 1)
			_exit(1);
		if (stet_read_fully(silent[0], &byte, 1) != -1 || errno != EINTR)
			_exit(2);
		if (stet_fail_errno(&err, "cannot read") != STET_ESTOPPED)
			_exit(3);
		if (stet_caught_signal() != SIGTERM || stet_check_stopped(&err) != STET_ESTOPPED)
			_exit(4);
		_exit(strcmp(err.msg, "stopped by SIGTERM") == 0 ? 0 : 5);
	}
	assert_int_equal(read(ready[0], &byte, 1), 1);
	kill(pid, SIGTERM);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	for (int i = 0; i < 2; i++) {
		close(silent[i]);
		close(ready[i]);
	}
}

static void second_signal_ends_the_process(void **state)
{
	int status;
	const pid_t pid = fork();

	(void)state;
	if (pid == 0) {
		signal(SIGTERM, SIG_DFL);
		stet_catch_signals();
		raise(SIGTERM);
		raise(SIGTERM);
		_exit(1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGTERM);
}

int main(void)
{
#define IN_DIR(test) cmocka_unit_test_setup_teardown(test, enter, leave)
	const struct CMUnitTest tests[] = {
		IN_DIR(appears_at_publish),
		IN_DIR(unpublished_leaves_nothing),
		IN_DIR(existing_is_kept),
		IN_DIR(force_replaces_ours),
		IN_DIR(links_are_not_followed),
		IN_DIR(stale_partial_is_swept),
		IN_DIR(bad_places_are_named),
		IN_DIR(read_only_place_is_named),
		IN_DIR(locked_means_try_again),
		IN_DIR(killed_run_is_swept),
		IN_DIR(made_meanwhile_is_not_replaced),
		IN_DIR(buffer_keeps_order_and_count),
		IN_DIR(full_disk_means_try_again),
		IN_DIR(zero_is_closed),
		IN_DIR(temporary_file_has_no_name),
		IN_DIR(signal_ends_a_wait),
		IN_DIR(second_signal_ends_the_process),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
