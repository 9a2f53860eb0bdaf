#include "conf/target.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/fs.h"
#include "core/mem.h"
#include "unit.h"

static char dir[] = "/tmp/sluice-unit-XXXXXX";
static struct err err;

/* Write dir/name with a mode; its path (free it). */
static char *put(const char *name, const char *text, mode_t mode)
{
	char *path = mem_printf("%s/%s", dir, name);
	struct buf b = BUF_INIT(100000);

	buf_adds(&b, text);
	ck_assert_int_eq(fs_replace(path, &b, mode, &err), 0);
	ck_assert_int_eq(chmod(path, mode), 0);
	buf_release(&b);
	return path;
}

static void drop(char *path)
{
	ck_assert_int_eq(unlink(path), 0);
	free(path);
}

static void setup(void)
{
	err = (struct err)ERR_INIT;
	memcpy(dir + sizeof(dir) - 7, "XXXXXX", 6);
	ck_assert_ptr_nonnull(mkdtemp(dir));
}

static void teardown(void)
{
	ck_assert_int_eq(rmdir(dir), 0);
}

static struct target *load(const char *yaml, const char *name)
{
	char *path = put("targets.yaml", yaml, 0644);
	struct target *t = target_load(NULL, path, name, &err);

	drop(path);
	return t;
}

START_TEST(a_whole_target)
{
	char *ca = put("ca.pem", "x", 0644);
	struct target *t = load(
		"plant:\n"
		"  url: https://odoo.example.com/\n"
		"  database: factory\n"
		"  login: sluice@example.com\n"
		"  key: {file: plant.key}\n"
		"  environment: test\n"
		"  release: 19\n"
		"  transport: jsonrpc\n"
		"  company: base.main_company\n"
		"  language: de_DE\n"
		"  ca_bundle: ca.pem\n"
		"  limits: {in_flight: 4, batch: 500, requests_per_minute: 90,"
		" timeout_s: 60}\n",
		"plant");
	const struct endpoint *ep = &t->endpoint;
	char *key = mem_printf("%s/plant.key", dir);

	ck_assert_ptr_nonnull(t);
	ck_assert_str_eq(ep->name, "plant");
	ck_assert_str_eq(ep->url, "https://odoo.example.com");
	ck_assert_str_eq(ep->database, "factory");
	ck_assert_str_eq(ep->login, "sluice@example.com");
	ck_assert_str_eq(t->key_from, key);
	ck_assert_int_eq(t->environment, TARGET_TEST);
	ck_assert_int_eq(ep->release, 19);
	ck_assert_int_eq(ep->transport, TRANSPORT_JSONRPC);
	ck_assert_str_eq(ep->company, "base.main_company");
	ck_assert_str_eq(ep->language, "de_DE");
	ck_assert_str_eq(ep->ca_bundle, ca);
	ck_assert_int_eq(ep->in_flight, 4);
	ck_assert_int_eq(ep->batch, 500);
	ck_assert_int_eq(ep->requests_per_minute, 90);
	ck_assert_int_eq(ep->timeout_ms, 60000);
	ck_assert(!ep->insecure);
	target_free(t);
	free(key);
	drop(ca);
}
END_TEST

#define HEAD "p:\n  url: https://o.example.com\n"
#define REST "  database: d\n  login: l\n"
#define KEY  "  key: {file: k}\n"

static const char *const broken[][2] = {
	{HEAD REST KEY "  databse: x\n", "yaml:6:3: "},
	{HEAD REST KEY "  databse: x\n", "'database'"},
	{HEAD REST KEY "  environment: production\n", "yaml:6:16: "},
	{HEAD REST KEY "  limits: {inflight: 3}\n", "'in_flight'"},
	{HEAD REST KEY "  limits: {batch: 0}\n", "yaml:6:19: "},
	{HEAD REST KEY "  release: 9\n", "yaml:6:12: "},
	{HEAD REST KEY "  ca_bundle: nowhere.pem\n", "there is no file "},
	{HEAD REST "  key: s3cret\n", "yaml:5:8: the key itself"},
	{HEAD REST "  key: {fil: x}\n", "'file'"},
	{HEAD REST "  key: {file: x, command: y}\n", "yaml:5:8: one of"},
	{HEAD REST "  key: {file: \"\"}\n", "'file' is empty"},
	{HEAD REST, "'key' is missing"},
	{HEAD KEY "  login: l\n", "database"},
	{"p:\n  url: o.example.com\n" REST KEY, "yaml:2:8: "},
	{"p:\n  url: http://o.example.com\n" REST KEY, "use https"},
	{"p:\n  url: https://u:s3cret@o.example.com\n" REST KEY, "yaml:2:8: "},
	{"plant: 3\n", "there is no target 'p'"},
	{"pl: {}\nx: {}\n", "did you mean 'pl'?"},
	{"- a\n", "yaml:1:1: "},
};

START_TEST(wrong_targets)
{
	struct target *t = load(broken[_i][0], "p");

	ck_assert_ptr_null(t);
	ck_assert_int_eq(err.code, ERR_CONFIG);
	ck_assert_msg(strstr(err.msg, broken[_i][1]), "%s", err.msg);
}
END_TEST

START_TEST(http_is_for_loopback)
{
	struct target *t =
		load("p:\n  url: http://127.0.0.1:8069\n" REST KEY, "p");

	ck_assert_ptr_nonnull(t);
	/* nobody said that it is a test: be careful */
	ck_assert_int_eq(t->environment, TARGET_PROD);
	target_free(t);
	t = load("p:\n  url: http://o.example.com\n  insecure: true\n" REST KEY,
		 "p");
	ck_assert_ptr_nonnull(t);
	target_free(t);
}
END_TEST

START_TEST(found_beside_the_profiles)
{
	char *path = put("targets.yaml", HEAD REST KEY, 0644);
	struct target *t = target_load(dir, NULL, "p", &err);

	ck_assert_msg(t != NULL, "%s", err.msg);
	ck_assert_str_eq(t->file, path);
	target_free(t);
	drop(path);
}
END_TEST

/* ---- keys --------------------------------------------------------------- */

static const struct {
	const char *text;
	mode_t mode;
	enum err_code code;
	const char *key; /* or what the message says */
} files[] = {
	{"s3cret\n", 0600, ERR_NONE, "s3cret"},
	{"s3cret", 0400, ERR_NONE, "s3cret"},
	{"s3cret\r\n\n", 0600, ERR_NONE, "s3cret"},
	{"s3cret\n", 0640, ERR_PERM, "can be read by others (mode 640)"},
	{"s3cret\n", 0604, ERR_PERM, "chmod 600"},
	{"s3cret\nmore\n", 0600, ERR_PERM, "one line"},
	{"", 0600, ERR_PERM, "one line"},
	{"\n", 0600, ERR_PERM, "one line"},
};

START_TEST(key_files)
{
	char *path = put("k", files[_i].text, files[_i].mode);
	struct secret s = SECRET_INIT;
	int rc = secret_from_file(&s, path, &err);

	if (files[_i].code == ERR_NONE) {
		ck_assert_int_eq(rc, 0);
		ck_assert_str_eq(s.text, files[_i].key);
		ck_assert_uint_eq(s.len, strlen(files[_i].key));
	} else {
		ck_assert_int_eq(rc, -1);
		ck_assert_int_eq(err.code, files[_i].code);
		ck_assert_msg(strstr(err.msg, files[_i].key), "%s", err.msg);
		ck_assert_ptr_null(strstr(err.msg, "s3cret"));
		ck_assert_ptr_null(s.text);
	}
	secret_release(&s);
	secret_release(&s);
	drop(path);
}
END_TEST

START_TEST(long_key_files)
{
	char *text = mem_zalloc(SECRET_MAX + 3), *path;
	struct secret s = SECRET_INIT;

	memset(text, 'k', SECRET_MAX);
	path = put("k", text, 0600);
	ck_assert_int_eq(secret_from_file(&s, path, &err), 0);
	ck_assert_uint_eq(s.len, SECRET_MAX);
	secret_release(&s);
	drop(path);
	text[SECRET_MAX] = 'k';
	path = put("k", text, 0600);
	ck_assert_int_eq(secret_from_file(&s, path, &err), -1);
	ck_assert_int_eq(err.code, ERR_PERM);
	drop(path);
	free(text);
}
END_TEST

START_TEST(a_missing_key_file)
{
	struct secret s = SECRET_INIT;

	ck_assert_int_eq(secret_from_file(&s, "/nonexistent/k", &err), -1);
	ck_assert_int_eq(err.code, ERR_CONFIG);
	ck_assert_int_eq(secret_from_file(&s, dir, &err), -1);
	ck_assert_int_eq(err.code, ERR_CONFIG);
}
END_TEST

START_TEST(no_core_file_holds_a_key)
{
	char *path = put("k", "s3cret\n", 0600);
	struct secret s = SECRET_INIT;
	struct rlimit core;

	ck_assert_int_eq(secret_from_file(&s, path, &err), 0);
	ck_assert_int_eq(getrlimit(RLIMIT_CORE, &core), 0);
	ck_assert_uint_eq(core.rlim_cur, 0);
	secret_release(&s);
	drop(path);
}
END_TEST

START_TEST(service_credentials)
{
	char *path = put("plant", "s3cret\n", 0440);
	struct secret s = SECRET_INIT;

	unsetenv("CREDENTIALS_DIRECTORY");
	ck_assert_int_eq(secret_from_credential(&s, "plant", &err), -1);
	ck_assert_int_eq(err.code, ERR_CONFIG);
	setenv("CREDENTIALS_DIRECTORY", dir, 1);
	ck_assert_int_eq(secret_from_credential(&s, "plant", &err), 0);
	ck_assert_str_eq(s.text, "s3cret");
	secret_release(&s);
	ck_assert_int_eq(secret_from_credential(&s, "../plant", &err), -1);
	ck_assert_int_eq(err.code, ERR_CONFIG);
	drop(path);
}
END_TEST

START_TEST(key_commands)
{
	struct secret s = SECRET_INIT;

	ck_assert_int_eq(secret_from_command(&s, "echo s3cret", &err), 0);
	ck_assert_str_eq(s.text, "s3cret");
	secret_release(&s);
	ck_assert_int_eq(secret_from_command(&s, "echo s3cret; exit 3", &err),
			 -1);
	ck_assert_int_eq(err.code, ERR_PERM);
	ck_assert_str_eq(err.msg, "the key command ended with 3");
	ck_assert_ptr_null(s.text);
	ck_assert_int_eq(secret_from_command(&s, "kill -9 $$", &err), -1);
	ck_assert_str_eq(err.msg, "the key command was ended by signal 9");
	ck_assert_int_eq(secret_from_command(&s, "true", &err), -1);
	ck_assert_int_eq(err.code, ERR_PERM);
	/* it gets no input: one that asks for a password ends */
	ck_assert_int_eq(secret_from_command(&s, "cat", &err), -1);
}
END_TEST

#define N_OF(a) ((int)(sizeof(a) / sizeof(*(a))))

Suite *unit_suite(void)
{
	TCase *tc;
	Suite *s = unit_new("target", &tc);

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, a_whole_target);
	tcase_add_loop_test(tc, wrong_targets, 0, N_OF(broken));
	tcase_add_test(tc, http_is_for_loopback);
	tcase_add_test(tc, found_beside_the_profiles);
	tcase_add_loop_test(tc, key_files, 0, N_OF(files));
	tcase_add_test(tc, long_key_files);
	tcase_add_test(tc, a_missing_key_file);
	tcase_add_test(tc, no_core_file_holds_a_key);
	tcase_add_test(tc, service_credentials);
	tcase_add_test(tc, key_commands);
	return s;
}
