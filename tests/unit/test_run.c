/* The parts of a run that need no stages: lock, inbox, history, archive. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "core/fs.h"
#include "core/lock.h"
#include "core/mem.h"
#include "core/proc.h"
#include "run/archive.h"
#include "run/flow.h"
#include "run/history.h"
#include "run/inbox.h"
#include "unit.h"

static char dir[] = "/tmp/sluice-test-run-XXXXXX";
static struct err err;

static void setup(void)
{
	memcpy(dir + sizeof(dir) - 7, "XXXXXX", 6);
	ck_assert_ptr_nonnull(mkdtemp(dir));
	ck_assert_int_eq(chdir(dir), 0);
	setenv("SLUICE_NOW", "2024-01-31T12:00:00Z", 1);
	unsetenv("SLUICE_PROFILES");
	setenv("XDG_CONFIG_HOME", dir, 1);
	err = (struct err)ERR_INIT;
}

static void teardown(void)
{
	char *const argv[] = {(char[]){"rm"}, (char[]){"-rf"}, dir, NULL};
	struct proc_fds fds = {-1, -1, -1};
	struct proc_end end;
	pid_t pid = proc_start("/bin/rm", argv, fds, &err);

	while (!proc_ended(pid, &end))
		usleep(1000);
}

static void put(const char *path, const char *text)
{
	struct buf b = BUF_INIT(100000);
	char *folder = fs_dir(path);

	buf_adds(&b, text);
	ck_assert_int_eq(fs_mkdirs(folder, 0700, &err), 0);
	ck_assert_int_eq(fs_replace(path, &b, 0600, &err), 0);
	free(folder);
	buf_release(&b);
}

static char *get(const char *path)
{
	struct buf b = BUF_INIT(100000);
	char *text;

	ck_assert_int_eq(fs_read_file(path, &b, &err), 0);
	text = mem_strdup(buf_str(&b));
	buf_release(&b);
	return text;
}

/* ---- lock, processes ------------------------------------------------------
 */

START_TEST(a_lock_is_held_until_its_owner_ends)
{
	int fd = lock_take("lock", &err), second;
	pid_t pid;
	int status;

	ck_assert_int_ge(fd, 0);
	second = lock_take("lock", &err);
	ck_assert_int_eq(second, -1);
	ck_assert_int_eq(err.code, ERR_AGAIN);
	ck_assert_ptr_nonnull(strstr(err.msg, "process "));
	lock_release(fd);
	ck_assert(fs_is_file("lock"));
	pid = fork();
	if (pid == 0)
		_exit(lock_take("lock", &err) >= 0 ? 0 : 1);
	waitpid(pid, &status, 0);
	ck_assert_int_eq(status, 0);
	fd = lock_take("lock", &err);
	ck_assert_int_ge(fd, 0);
	lock_release(fd);
}
END_TEST

static struct proc_end run_shell(const char *script)
{
	char *const argv[] = {(char[]){"sh"}, (char[]){"-c"},
			      mem_strdup(script), NULL};
	struct proc_fds fds = {-1, -1, -1};
	struct proc_end end = {.status = -1};
	pid_t pid = proc_start("/bin/sh", argv, fds, &err);

	ck_assert_int_gt(pid, 0);
	while (!proc_ended(pid, &end))
		usleep(1000);
	free(argv[2]);
	return end;
}

START_TEST(a_process_tells_how_it_ended)
{
	struct proc_end end = run_shell("exit 65");

	ck_assert_int_eq(end.status, 65);
	ck_assert_int_eq(end.signalled, 0);
	end = run_shell("kill -9 $$");
	ck_assert_int_eq(end.signalled, 9);
	signal(SIGPIPE, SIG_IGN);
	end = run_shell("kill -PIPE $$");
	ck_assert_int_eq(end.signalled, SIGPIPE);
	signal(SIGPIPE, SIG_DFL);
}
END_TEST

START_TEST(a_program_that_is_not_there_is_71)
{
	char *const argv[] = {(char[]){"nothing"}, NULL};
	struct proc_fds fds = {-1, -1, -1};
	struct proc_end end;
	pid_t pid = proc_start("/nonexistent/nothing", argv, fds, &err);

	while (!proc_ended(pid, &end))
		usleep(1000);
	ck_assert_int_eq(end.status, ERR_OS);
}
END_TEST

/* ---- inbox ------------------------------------------------------------------
 */

START_TEST(an_inbox_is_sorted_and_regular)
{
	struct inbox in;

	put("in[box]/erp/B.csv", "b");
	put("in[box]/erp/A.csv", "abc");
	put("in[box]/erp/.hidden.csv", "h");
	put("in[box]/erp/deeper/C.csv", "c");
	ck_assert_int_eq(mkdir("in[box]/erp/D.csv", 0700), 0);
	ck_assert_int_eq(symlink("A.csv", "in[box]/erp/L.csv"), 0);
	ck_assert_int_eq(mkfifo("in[box]/erp/F.csv", 0600), 0);
	ck_assert_int_eq(inbox_scan(&in, "in[box]", "erp/*.csv", 0, &err), 0);
	ck_assert_uint_eq(in.n, 2);
	ck_assert_str_eq(in.file[0].name, "erp/A.csv");
	ck_assert_str_eq(in.file[1].name, "erp/B.csv");
	ck_assert_str_eq(in.file[0].sha256, "ba7816bf8f01cfea414140de5dae2223"
					    "b00361a396177a9cb410ff61f20015ad");
	ck_assert(inbox_same(&in.file[0]));
	put("in[box]/erp/A.csv", "abd");
	ck_assert(!inbox_same(&in.file[0]));
	inbox_release(&in);
	ck_assert_int_eq(inbox_scan(&in, "nowhere", "*", 0, &err), 0);
	ck_assert_uint_eq(in.n, 0);
}
END_TEST

START_TEST(a_young_file_is_still_being_written)
{
	struct timespec old[2] = {{.tv_sec = time(NULL) - 100},
				  {.tv_sec = time(NULL) - 100}};
	struct inbox in;

	put("inbox/A", "a");
	put("inbox/B", "b");
	ck_assert_int_eq(utimensat(AT_FDCWD, "inbox/A", old, 0), 0);
	ck_assert_int_eq(inbox_scan(&in, "inbox", "*", 60, &err), 0);
	ck_assert(!in.file[0].growing);
	ck_assert(in.file[1].growing);
	inbox_release(&in);
}
END_TEST

/* ---- archive
 * ------------------------------------------------------------------ */

#define SHA_ABC                            \
	"ba7816bf8f01cfea414140de5dae2223" \
	"b00361a396177a9cb410ff61f20015ad"

START_TEST(an_archive_holds_what_was_read)
{
	struct stat before, after;

	put("inbox/A", "abc");
	ck_assert_int_eq(archive_store("inbox/A", SHA_ABC, "arc/x/A.gz", &err),
			 0);
	ck_assert_int_eq(stat("arc/x/A.gz", &before), 0);
	ck_assert_int_eq(before.st_mode & 0777, 0600);
	/* again: nothing is written */
	ck_assert_int_eq(archive_store("inbox/A", SHA_ABC, "arc/x/A.gz", &err),
			 0);
	ck_assert_int_eq(stat("arc/x/A.gz", &after), 0);
	ck_assert_uint_eq(before.st_ino, after.st_ino);
	/* what a crash left half-written, or damaged, is written anew */
	put("arc/x/A.gz.part", "half");
	ck_assert_int_eq(truncate("arc/x/A.gz", before.st_size - 4), 0);
	ck_assert_int_eq(archive_store("inbox/A", SHA_ABC, "arc/x/A.gz", &err),
			 0);
	ck_assert_int_eq(stat("arc/x/A.gz", &after), 0);
	ck_assert_int_eq(before.st_size, after.st_size);
	ck_assert(!fs_is_file("arc/x/A.gz.part"));
	ck_assert_int_eq(archive_remove("inbox/A", &err), 0);
	ck_assert_int_eq(archive_remove("inbox/A", &err), 0);
	ck_assert(!fs_is_file("inbox/A"));
}
END_TEST

START_TEST(an_input_that_changed_is_not_archived)
{
	put("inbox/A", "abd");
	ck_assert_int_eq(archive_store("inbox/A", SHA_ABC, "arc/A.gz", &err),
			 -1);
	ck_assert_int_eq(err.code, ERR_AGAIN);
	ck_assert(!fs_is_file("arc/A.gz"));
	ck_assert(!fs_is_file("arc/A.gz.part"));
}
END_TEST

/* ---- history
 * ------------------------------------------------------------------- */

static void did(struct history *h, const char *target, const char *file,
		const char *sha)
{
	struct history_done d = {.run = (char[]){"r1"},
				 .target = mem_strdup(target),
				 .feed = (char[]){"f"},
				 .file = mem_strdup(file),
				 .sha256 = mem_strdup(sha),
				 .archive = mem_printf("%s-%s.gz", file, sha),
				 .spool = (char[]){"r1/f.spool"},
				 .why = (char[]){"map: 3 rejected"},
				 .records = 7,
				 .rejected = 3};

	ck_assert_int_eq(history_done(h, &d, &err), 0);
	free(d.target);
	free(d.file);
	free(d.sha256);
	free(d.archive);
}

START_TEST(a_change_taken_back_is_a_change)
{
	struct history h;

	ck_assert_int_eq(history_open(&h, "h.jsonl", &err), 0);
	did(&h, "t", "A", "1");
	ck_assert_ptr_nonnull(history_seen(&h, "t", "f", "A", "1"));
	ck_assert_ptr_null(history_seen(&h, "u", "f", "A", "1"));
	ck_assert_ptr_null(history_seen(&h, "t", "g", "A", "1"));
	/* the same bytes under another name, nothing in between */
	ck_assert_ptr_nonnull(history_seen(&h, "t", "f", "B", "1"));
	did(&h, "t", "A", "2");
	ck_assert_ptr_null(history_seen(&h, "t", "f", "A", "1"));
	did(&h, "t", "B", "3");
	ck_assert_ptr_nonnull(history_seen(&h, "t", "f", "A", "2"));
	ck_assert_ptr_null(history_seen(&h, "t", "f", "C", "2"));
	history_close(&h);
	/* and read back */
	ck_assert_int_eq(history_open(&h, "h.jsonl", &err), 0);
	ck_assert_uint_eq(h.n_done, 3);
	ck_assert_str_eq(history_seen(&h, "t", "f", "A", "2")->archive,
			 "A-2.gz");
	ck_assert_ptr_null(history_seen(&h, "t", "f", "A", "1"));
	history_close(&h);
}
END_TEST

START_TEST(what_nobody_was_told_stays_untold)
{
	struct history h;

	ck_assert_int_eq(history_open(&h, "h.jsonl", &err), 0);
	ck_assert_int_eq(history_begin(&h, "r1", "n", "t", &err), 0);
	did(&h, "t", "A", "1");
	history_close(&h);
	ck_assert_int_eq(history_open(&h, "h.jsonl", &err), 0);
	ck_assert_uint_eq(h.n_open, 1);
	ck_assert(!h.done[0].told);
	ck_assert_uint_eq(h.done[0].rejected, 3);
	ck_assert_str_eq(h.done[0].why, "map: 3 rejected");
	ck_assert_int_eq(history_begin(&h, "r2", "n", "t", &err), 0);
	ck_assert_int_eq(history_end(&h, "r2", 1, &err), 0);
	history_close(&h);
	ck_assert_int_eq(history_open(&h, "h.jsonl", &err), 0);
	ck_assert_uint_eq(h.n_open, 0);
	ck_assert(h.done[0].told);
	history_close(&h);
}
END_TEST

START_TEST(a_line_cut_by_a_crash_is_taken_away)
{
	struct history h;
	char *text;

	put("h.jsonl", "{\"event\":\"begin\",\"run\":\"r1\"}\n{\"event\":\"do");
	ck_assert_int_eq(history_open(&h, "h.jsonl", &err), 0);
	ck_assert_uint_eq(h.n_open, 1);
	ck_assert_int_eq(history_end(&h, "r2", 0, &err), 0);
	history_close(&h);
	text = get("h.jsonl");
	ck_assert_str_eq(text, "{\"event\":\"begin\",\"run\":\"r1\"}\n"
			       "{\"event\":\"end\",\"run\":\"r1\",\"status\":0,"
			       "\"at\":\"2024-01-31T12:00:00Z\"}\n"
			       "{\"event\":\"end\",\"run\":\"r2\",\"status\":0,"
			       "\"at\":\"2024-01-31T12:00:00Z\"}\n");
	free(text);
	put("h.jsonl", "{\"event\":\"begin\",\"run\":\"r1\"}\nrubbish\n");
	ck_assert_int_eq(history_open(&h, "h.jsonl", &err), -1);
	ck_assert_int_eq(err.code, ERR_DATA);
	ck_assert_ptr_nonnull(strstr(err.msg, "h.jsonl:2: "));
}
END_TEST

/* ---- flow
 * --------------------------------------------------------------------- */

#define HEAD "flow: n\ninbox: in\narchive: /arc\nwork: w\n"

static int load(struct flow *f, const char *text)
{
	put("p/feeds/a.yaml", "feed: a\n");
	put("p/feeds/b.yaml", "feed: b\n");
	put("p/flows/n.yaml", text);
	return flow_load(f, "p", "n", "base", &err);
}

START_TEST(a_flow_is_loaded)
{
	struct flow f;

	ck_assert_int_eq(load(&f, HEAD
			      "target: t\nmax_rejects: 5%\nsettle_s: 60\n"
			      "reconcile: [product]\nfeeds:\n"
			      "  - {feed: a, files: A*.csv, required: true}\n"
			      "  - {feed: b, files: b/*, needs: [a],\n"
			      "     max_rejects: 7}\n"),
			 0);
	ck_assert_str_eq(f.inbox, "base/in");
	ck_assert_str_eq(f.archive, "/arc");
	ck_assert_int_eq(f.settle_s, 60);
	ck_assert_uint_eq(f.n_feeds, 2);
	ck_assert_str_eq(f.feed[0].max_rejects, "5%");
	ck_assert(f.feed[0].required);
	ck_assert_str_eq(f.feed[1].max_rejects, "7");
	ck_assert(flow_needs(&f.feed[1], "a"));
	ck_assert(!flow_needs(&f.feed[0], "b"));
	ck_assert(f.reconcile);
	ck_assert_str_eq(f.entity[0], "product");
	flow_release(&f);
}
END_TEST

#define FEEDS "feeds:\n  - {feed: a, files: x}\n"

START_TEST(a_wrong_flow_says_where)
{
	static const struct {
		const char *text, *says;
	} cases[] = {
		{HEAD FEEDS "targt: t\n", "p/flows/n.yaml:7:1: "},
		{HEAD FEEDS "targt: t\n", "target"},
		{"flow: n\narchive: a\nwork: w\n" FEEDS, "inbox"},
		{"flow: n\ninbox: a\narchive: a\nwork: w\n" FEEDS,
		 "cannot be the inbox"},
		{"flow: ../n\ninbox: a\narchive: b\nwork: w\n" FEEDS,
		 "without /"},
		{HEAD, "a flow needs feeds"},
		{HEAD "feeds: []\n", "none"},
		{HEAD "feeds:\n  - {feed: a, files: ../x}\n",
		 "below the inbox"},
		{HEAD "feeds:\n  - {feed: a, files: /x}\n", "below the inbox"},
		{HEAD "feeds:\n  - {feed: aa, files: x}\n", "n.yaml:6:12: "},
		{HEAD FEEDS "  - {feed: a, files: y}\n", "already"},
		{HEAD "feeds:\n  - {feed: a, files: x, needs: [b]}\n"
		      "  - {feed: b, files: y}\n",
		 "no feed b before"},
		{HEAD FEEDS "max_rejects: many\n", "number or P%"},
		{HEAD FEEDS "max_rejects: 101%\n", "number or P%"},
		{HEAD FEEDS "reconcile: often\n", "list of entities"},
		{HEAD FEEDS "settle_s: -1\n", "settle_s"},
	};
	struct flow f;
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		ck_assert_int_eq(load(&f, cases[i].text), -1);
		ck_assert_int_eq(err.code, ERR_CONFIG);
		ck_assert_msg(strstr(err.msg, cases[i].says) != NULL,
			      "'%s' not in '%s'", cases[i].says, err.msg);
	}
}
END_TEST

Suite *unit_suite(void)
{
	TCase *tc;
	Suite *s = unit_new("run", &tc);

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, a_lock_is_held_until_its_owner_ends);
	tcase_add_test(tc, a_process_tells_how_it_ended);
	tcase_add_test(tc, a_program_that_is_not_there_is_71);
	tcase_add_test(tc, an_inbox_is_sorted_and_regular);
	tcase_add_test(tc, a_young_file_is_still_being_written);
	tcase_add_test(tc, an_archive_holds_what_was_read);
	tcase_add_test(tc, an_input_that_changed_is_not_archived);
	tcase_add_test(tc, a_change_taken_back_is_a_change);
	tcase_add_test(tc, what_nobody_was_told_stays_untold);
	tcase_add_test(tc, a_line_cut_by_a_crash_is_taken_away);
	tcase_add_test(tc, a_flow_is_loaded);
	tcase_add_test(tc, a_wrong_flow_says_where);
	return s;
}
