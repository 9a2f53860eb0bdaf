/* The state: what was accepted, what was left open, who may open it. */
#include "state/state.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/mem.h"
#include "state/held.h"
#include "state/journal.h"
#include "state/spool.h"
#include "state/xref.h"
#include "unit.h"

static char dir[] = "/tmp/sluice-test-state-XXXXXX";
static char *path;
static struct err err;

static const unsigned char hash_a[XREF_HASH] = "aaaaaaaaaaaaaaa";
static const unsigned char hash_b[XREF_HASH] = "bbbbbbbbbbbbbbb";

static void setup(void)
{
	ck_assert_ptr_nonnull(mkdtemp(dir));
	path = mem_printf("%s/deep/er/x.db", dir);
}

static void teardown(void)
{
	char *command = mem_printf("rm -rf '%s'", dir);

	ck_assert_int_eq(system(command), 0);
	free(command);
	free(path);
	snprintf(dir + sizeof(dir) - 7, 7, "XXXXXX");
}

static struct state *open_it(enum state_mode mode)
{
	struct state *st = state_open(path, mode, &err);

	ck_assert_msg(st != NULL, "%s", err.msg);
	return st;
}

static struct xref_put product(const char *xid, int64_t id,
			       const unsigned char *hash, const char *cells)
{
	return (struct xref_put){.xid = span_of(xid),
				 .model = SPAN("product.product"),
				 .res_id = id,
				 .hash = hash,
				 .cells = {cells, cells ? strlen(cells) : 0}};
}

static void keep(struct state *st, struct xref_put x)
{
	ck_assert_int_eq(journal_close(st, 0, &x, 1, &err), 0);
}

START_TEST(what_was_accepted_is_found_again)
{
	struct state *st = open_it(STATE_WRITE);
	struct buf text = BUF_INIT(4096);
	struct xref x;

	ck_assert_int_eq(xref_find(st, SPAN("sluice.product.P"), &x, &err), 0);
	keep(st,
	     product("sluice.product.P", 42, hash_a, "{\"name\":\"Bolt\"}"));
	keep(st, product("sluice.product.Q", 43, hash_b, "{}"));
	state_close(st);
	st = open_it(STATE_WRITE);
	ck_assert_int_eq(xref_find(st, SPAN("sluice.product.P"), &x, &err), 1);
	ck_assert_int_eq(x.res_id, 42);
	ck_assert(x.clean && !x.by_id);
	ck_assert_mem_eq(x.hash, hash_a, XREF_HASH);
	ck_assert_int_eq(xref_cells(st, SPAN("sluice.product.P"), &text, &err),
			 1);
	ck_assert_str_eq(buf_str(&text), "{\"name\":\"Bolt\"}");
	buf_clear(&text);
	ck_assert_int_eq(
		xref_by_id(st, SPAN("product.product"), 43, &text, &err), 1);
	ck_assert_str_eq(buf_str(&text), "sluice.product.Q");
	ck_assert_int_eq(xref_by_id(st, SPAN("res.partner"), 43, &text, &err),
			 0);
	buf_release(&text);
	state_close(st);
}
END_TEST

START_TEST(numbers_are_dense_and_stay)
{
	struct state *st = open_it(STATE_WRITE);
	struct xref x;
	int64_t max;

	keep(st, product("a.b", 1, hash_a, "{}"));
	keep(st, product("a.c", 2, hash_a, "{}"));
	keep(st, product("a.b", 3, hash_b, "{}"));
	ck_assert_int_eq(xref_find(st, SPAN("a.b"), &x, &err), 1);
	ck_assert_int_eq(x.n, 1);
	ck_assert_int_eq(x.res_id, 3);
	ck_assert_int_eq(xref_max(st, &max, &err), 0);
	ck_assert_int_eq(max, 2);
	state_close(st);
}
END_TEST

START_TEST(open_intents_make_records_dirty)
{
	struct state *st = open_it(STATE_WRITE);
	struct journal_head head = {"run", "product", "product.product",
				    "update", SPAN("[\".id\"]")};
	struct journal_intent v[] = {{SPAN("a.b"), hash_b},
				     {SPAN("a.new"), hash_b}};
	int64_t batch = 0;
	size_t n = 9;
	struct xref x;

	keep(st, product("a.b", 1, hash_a, "{}"));
	keep(st, product("a.c", 2, hash_a, "{}"));
	ck_assert_int_eq(journal_open(st, &head, v, 2, &batch, &err), 0);
	state_close(st); /* as if killed here */
	st = open_it(STATE_WRITE);
	ck_assert_int_eq(journal_recover(st, &n, &err), 0);
	ck_assert_uint_eq(n, 2);
	ck_assert_int_eq(xref_find(st, SPAN("a.b"), &x, &err), 1);
	ck_assert(!x.clean);
	ck_assert_int_eq(x.res_id, 1);
	ck_assert_int_eq(xref_find(st, SPAN("a.c"), &x, &err), 1);
	ck_assert(x.clean);
	ck_assert_int_eq(xref_find(st, SPAN("a.new"), &x, &err), 0);
	ck_assert_int_eq(journal_recover(st, &n, &err), 0);
	ck_assert_uint_eq(n, 0);
	state_close(st);
}
END_TEST

START_TEST(a_closed_batch_is_not_open)
{
	struct state *st = open_it(STATE_WRITE);
	struct journal_head head = {"run", "product", "product.product",
				    "create", SPAN("[]")};
	struct journal_intent v[] = {{SPAN("a.b"), hash_b},
				     {SPAN("a.c"), hash_b}};
	struct xref_put done = product("a.b", 5, hash_b, "{}");
	int64_t batch = 0;
	size_t n = 9;
	struct xref x;

	ck_assert_int_eq(journal_open(st, &head, v, 2, &batch, &err), 0);
	ck_assert_int_eq(journal_close(st, batch, &done, 1, &err), 0);
	ck_assert_int_eq(journal_recover(st, &n, &err), 0);
	ck_assert_uint_eq(n, 0);
	ck_assert_int_eq(xref_find(st, SPAN("a.b"), &x, &err), 1);
	ck_assert(x.clean);
	ck_assert_int_eq(xref_find(st, SPAN("a.c"), &x, &err), 0);
	state_close(st);
}
END_TEST

START_TEST(one_at_a_time_and_private)
{
	struct state *st = open_it(STATE_WRITE);
	struct stat info;
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		struct err e = ERR_INIT;
		struct state *other = state_open(path, STATE_WRITE, &e);

		_exit(other ? 1 : (int)e.code);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_int_eq(WEXITSTATUS(status), ERR_AGAIN);
	ck_assert_int_eq(stat(path, &info), 0);
	ck_assert_int_eq(info.st_mode & 0777, 0600);
	state_close(st);
	/* The lock file stays; the lock does not. */
	state_close(open_it(STATE_WRITE));
}
END_TEST

START_TEST(reading_makes_nothing)
{
	struct state *st = open_it(STATE_READ);
	struct xref x;

	ck_assert(!state_writable(st));
	ck_assert_int_eq(xref_find(st, SPAN("a.b"), &x, &err), 0);
	state_close(st);
	ck_assert_int_ne(access(path, F_OK), 0);
	st = open_it(STATE_WRITE);
	keep(st, product("a.b", 1, hash_a, "{}"));
	state_close(st);
	st = open_it(STATE_READ);
	ck_assert_int_eq(xref_find(st, SPAN("a.b"), &x, &err), 1);
	state_close(st);
}
END_TEST

START_TEST(what_is_no_state_is_refused)
{
	struct state *st = open_it(STATE_WRITE);
	FILE *f;

	state_close(st);
	f = fopen(path, "w");
	ck_assert_ptr_nonnull(f);
	fputs("this is no database, however long the text may be, and it has "
	      "to be longer than a header for SQLite to look at it closely\n",
	      f);
	fclose(f);
	ck_assert_ptr_null(state_open(path, STATE_WRITE, &err));
	ck_assert_int_eq(err.code, ERR_IO);
}
END_TEST

START_TEST(paths)
{
	char *p;

	setenv("SLUICE_STATE", "/a", 1);
	p = state_path("t");
	ck_assert_str_eq(p, "/a/t.db");
	free(p);
	unsetenv("SLUICE_STATE");
	setenv("XDG_STATE_HOME", "/x", 1);
	p = state_path("t");
	ck_assert_str_eq(p,
			 geteuid() ? "/x/sluice/t.db" : "/var/lib/sluice/t.db");
	free(p);
}
END_TEST

START_TEST(the_spool_keeps_order_and_keys)
{
	struct spool *sp = spool_new(&err);
	struct spool_rec r;
	int64_t seq, id;

	ck_assert_ptr_nonnull(sp);
	ck_assert_int_eq(spool_put(sp, 0, SPAN("x.a"), SPAN("{a}"), &err), 1);
	ck_assert_int_eq(spool_put(sp, 1, SPAN("x.o"), SPAN("{o}"), &err), 1);
	ck_assert_int_eq(spool_put(sp, 0, SPAN("x.b"), SPAN("{b}"), &err), 1);
	ck_assert_int_eq(spool_put(sp, 0, SPAN("x.a"), SPAN("{c}"), &err), 0);
	ck_assert_uint_eq(spool_count(sp, 0), 2);
	ck_assert_uint_eq(spool_count(sp, 7), 0);
	ck_assert_int_eq(spool_find(sp, SPAN("x.a"), &seq, &err), 1);
	ck_assert_int_eq(spool_level(sp, seq, 1, &err), 0);
	ck_assert_int_eq(spool_first(sp, 0, false, &err), 0);
	ck_assert_int_eq(spool_next(sp, &r, &err), 1);
	ck_assert(span_is(r.line, "{b}"));
	ck_assert_int_eq(spool_next(sp, &r, &err), 1);
	ck_assert(span_is(r.line, "{a}"));
	ck_assert_uint_eq(r.level, 1);
	ck_assert_int_eq(spool_next(sp, &r, &err), 0);
	ck_assert_int_eq(spool_first(sp, 0, true, &err), 0);
	ck_assert_int_eq(spool_next(sp, &r, &err), 0);
	ck_assert_int_eq(spool_defer(sp, seq, SPAN("created"), &err), 0);
	ck_assert_int_eq(spool_note(sp, seq, SPAN("a -> a"), &err), 0);
	ck_assert_int_eq(spool_waited(sp, SPAN("x.a"), SPAN("s"), true, &err),
			 0);
	ck_assert_int_eq(spool_first(sp, 0, true, &err), 0);
	ck_assert_int_eq(spool_next(sp, &r, &err), 1);
	ck_assert(span_is(r.line, "{a}") && span_is(r.outcome, "created"));
	ck_assert(span_is(r.note, "a -> a") && span_is(r.since, "s"));
	ck_assert(r.released);
	ck_assert_int_eq(spool_next(sp, &r, &err), 0);
	ck_assert_int_eq(spool_ref(sp, SPAN("x.a"), &id, &err),
			 SPOOL_REF_UNKNOWN);
	ck_assert_int_eq(spool_ref_put(sp, SPAN("x.a"), 7, &err), 0);
	ck_assert_int_eq(spool_ref(sp, SPAN("x.a"), &id, &err),
			 SPOOL_REF_FOUND);
	ck_assert_int_eq(id, 7);
	ck_assert_int_eq(spool_ref_put(sp, SPAN("x.q"), 0, &err), 0);
	ck_assert_int_eq(spool_ref(sp, SPAN("x.q"), &id, &err),
			 SPOOL_REF_MISSING);
	ck_assert_int_eq(spool_ask_again(sp, &err), 0);
	ck_assert_int_eq(spool_ref(sp, SPAN("x.q"), &id, &err),
			 SPOOL_REF_UNKNOWN);
	ck_assert_int_eq(spool_failed(sp, SPAN("x.a"), &err), 0);
	ck_assert_int_eq(spool_ref(sp, SPAN("x.a"), &id, &err),
			 SPOOL_REF_FAILED);
	spool_free(sp);
}
END_TEST

START_TEST(another_server_makes_it_forget)
{
	struct state *st = open_it(STATE_WRITE);
	struct xref x;

	ck_assert_int_eq(state_bind(st, SPAN("factory 2024"), &err), 0);
	keep(st, product("x.a", 7, hash_a, "{}"));
	ck_assert_int_eq(state_bind(st, SPAN("factory 2024"), &err), 0);
	ck_assert_int_eq(xref_find(st, SPAN("x.a"), &x, &err), 1);
	state_close(st);

	st = open_it(STATE_READ);
	ck_assert_int_eq(state_bind(st, SPAN("factory 2025"), &err), 1);
	ck_assert_int_eq(xref_find(st, SPAN("x.a"), &x, &err), 0);
	state_close(st);
	st = open_it(STATE_READ);
	ck_assert_int_eq(state_bind(st, SPAN("factory 2024"), &err), 0);
	ck_assert_int_eq(xref_find(st, SPAN("x.a"), &x, &err), 1);
	state_close(st);

	st = open_it(STATE_WRITE);
	ck_assert_int_eq(state_bind(st, SPAN("factory 2025"), &err), 1);
	ck_assert_int_eq(xref_find(st, SPAN("x.a"), &x, &err), 0);
	state_close(st);
}
END_TEST

/* ---- records that wait ----------------------------------------------------
 */

static struct held waits(const char *xid, const char *line, const char *since)
{
	return (struct held){.xid = span_of(xid),
			     .entity = SPAN("product"),
			     .key = SPAN("P"),
			     .line = span_of(line),
			     .since = span_of(since),
			     .waits_for = SPAN("[]")};
}

/* "xid line since tries;..." of all that wait. */
static char *all_held(struct state *st)
{
	struct buf b = BUF_INIT(4096);
	struct held h;
	char *text;
	int rc;

	ck_assert_int_eq(held_first(st, &err), 0);
	while ((rc = held_next(st, &h, &err)) > 0)
		buf_addf(&b, "%.*s %.*s %.*s %lld;", SPAN_FMT(h.xid),
			 SPAN_FMT(h.line), SPAN_FMT(h.since),
			 (long long)h.tries);
	ck_assert_int_eq(rc, 0);
	text = mem_strdup(buf_str(&b));
	buf_release(&b);
	return text;
}

static void expect_held(struct state *st, const char *expected)
{
	char *text = all_held(st);
	int64_t n, semicolons = 0;
	const char *c;

	ck_assert_str_eq(text, expected);
	for (c = text; *c; c++)
		semicolons += *c == ';';
	ck_assert_int_eq(held_count(st, &n, &err), 0);
	ck_assert_int_eq(n, semicolons);
	free(text);
}

START_TEST(what_waits_is_kept_in_order)
{
	struct state *st = open_it(STATE_WRITE);
	struct held v[] = {waits("x.b", "1", "s1"), waits("x.a", "2", "s1")};
	struct held again = waits("x.b", "3", "s1");
	struct span gone[] = {SPAN("x.b"), SPAN("x.none")};

	expect_held(st, "");
	ck_assert_int_eq(held_put(st, v, 2, &err), 0);
	expect_held(st, "x.b 1 s1 1;x.a 2 s1 1;");
	ck_assert_int_eq(held_put(st, &again, 1, &err), 0);
	state_close(st);
	st = open_it(STATE_READ);
	expect_held(st, "x.b 3 s1 2;x.a 2 s1 1;");
	state_close(st);
	st = open_it(STATE_WRITE);
	ck_assert_int_eq(held_drop(st, gone, 2, &err), 0);
	expect_held(st, "x.a 2 s1 1;");
	state_close(st);
}
END_TEST

START_TEST(what_is_accepted_waits_no_longer)
{
	struct state *st = open_it(STATE_WRITE);
	struct held v[] = {waits("x.a", "1", "s"), waits("x.b", "2", "s")};
	struct xref_put x = product("x.a", 7, hash_a, "{}");

	ck_assert_int_eq(held_put(st, v, 2, &err), 0);
	ck_assert_int_eq(journal_close(st, 0, &x, 1, &err), 0);
	expect_held(st, "x.a 1 s 1;x.b 2 s 1;");
	x.held = true;
	ck_assert_int_eq(journal_close(st, 0, &x, 1, &err), 0);
	expect_held(st, "x.b 2 s 1;");
	state_close(st);
}
END_TEST

START_TEST(what_waits_outlives_another_server)
{
	struct state *st = open_it(STATE_WRITE);
	struct held v = waits("x.a", "1", "s");

	ck_assert_int_eq(state_bind(st, SPAN("2024"), &err), 0);
	ck_assert_int_eq(held_put(st, &v, 1, &err), 0);
	state_close(st);
	st = open_it(STATE_READ);
	ck_assert_int_eq(state_bind(st, SPAN("2025"), &err), 1);
	expect_held(st, "x.a 1 s 1;");
	state_close(st);
	st = open_it(STATE_WRITE);
	ck_assert_int_eq(state_bind(st, SPAN("2025"), &err), 1);
	expect_held(st, "x.a 1 s 1;");
	state_close(st);
}
END_TEST

/* A file as the first version made it, with one record. */
static void make_version_1(void)
{
	static const char sql[] =
		"CREATE TABLE xref (xid TEXT PRIMARY KEY, n INTEGER NOT NULL, "
		"model TEXT NOT NULL, res_id INTEGER NOT NULL, by_id INTEGER "
		"NOT NULL DEFAULT 0, hash BLOB) WITHOUT ROWID;"
		"CREATE UNIQUE INDEX xref_n ON xref (n);"
		"CREATE INDEX xref_res ON xref (model, res_id);"
		"CREATE TABLE accepted (xid TEXT PRIMARY KEY, cells TEXT NOT "
		"NULL) WITHOUT ROWID;"
		"CREATE TABLE batch (id INTEGER PRIMARY KEY, run TEXT NOT "
		"NULL, entity TEXT NOT NULL, model TEXT NOT NULL, op TEXT NOT "
		"NULL, columns TEXT NOT NULL, at TEXT NOT NULL);"
		"CREATE TABLE intent (batch INTEGER NOT NULL, xid TEXT NOT "
		"NULL, hash BLOB, PRIMARY KEY (batch, xid)) WITHOUT ROWID;"
		"INSERT INTO xref VALUES ('x.a', 1, 'product.product', 7, 0, "
		"NULL);"
		"PRAGMA user_version = 1";
	sqlite3 *db;

	state_close(open_it(STATE_WRITE)); /* for its folder */
	ck_assert_int_eq(remove(path), 0);
	ck_assert_int_eq(sqlite3_open(path, &db), SQLITE_OK);
	ck_assert_int_eq(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
}

START_TEST(an_older_state_is_carried_on)
{
	struct held v = waits("x.b", "1", "s");
	struct xref x;
	struct state *st;

	make_version_1();
	st = open_it(STATE_READ);
	expect_held(st, "");
	ck_assert_int_eq(xref_find(st, SPAN("x.a"), &x, &err), 1);
	state_close(st);
	st = open_it(STATE_WRITE);
	ck_assert_int_eq(xref_find(st, SPAN("x.a"), &x, &err), 1);
	ck_assert_int_eq(x.res_id, 7);
	ck_assert_int_eq(held_put(st, &v, 1, &err), 0);
	state_close(st);
	st = open_it(STATE_WRITE);
	expect_held(st, "x.b 1 s 1;");
	state_close(st);
}
END_TEST

Suite *unit_suite(void)
{
	TCase *tc;
	Suite *s = unit_new("state", &tc);

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, what_was_accepted_is_found_again);
	tcase_add_test(tc, numbers_are_dense_and_stay);
	tcase_add_test(tc, open_intents_make_records_dirty);
	tcase_add_test(tc, a_closed_batch_is_not_open);
	tcase_add_test(tc, one_at_a_time_and_private);
	tcase_add_test(tc, reading_makes_nothing);
	tcase_add_test(tc, what_is_no_state_is_refused);
	tcase_add_test(tc, another_server_makes_it_forget);
	tcase_add_test(tc, what_waits_is_kept_in_order);
	tcase_add_test(tc, what_is_accepted_waits_no_longer);
	tcase_add_test(tc, what_waits_outlives_another_server);
	tcase_add_test(tc, an_older_state_is_carried_on);
	tcase_add_test(tc, paths);
	tcase_add_test(tc, the_spool_keeps_order_and_keys);
	return s;
}
