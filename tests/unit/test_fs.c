#include "core/fs.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "unit.h"

static char dir[] = "/tmp/sluice-test-fs-XXXXXX";
static char file[64], other[64];
static struct buf text = BUF_INIT(100);
static struct err err;

static void setup(void)
{
	ck_assert_ptr_nonnull(mkdtemp(dir));
	snprintf(file, sizeof(file), "%s/file", dir);
	snprintf(other, sizeof(other), "%s/link", dir);
	buf_clear(&text);
	buf_adds(&text, "new\n");
}

static void teardown(void)
{
	unlink(file);
	unlink(other);
	rmdir(dir);
	memcpy(dir + sizeof(dir) - 7, "XXXXXX", 6);
}

static void is_new(const char *path)
{
	struct buf b = BUF_INIT(100);

	ck_assert_int_eq(fs_read_file(path, &b, &err), 0);
	ck_assert_str_eq(buf_str(&b), "new\n");
	buf_release(&b);
}

START_TEST(a_file_is_replaced)
{
	ck_assert_int_eq(fs_replace(file, &text, 0640, &err), 0);
	ck_assert_int_eq(fs_replace(file, &text, 0640, &err), 0);
	is_new(file);
}
END_TEST

START_TEST(a_link_stays_one)
{
	struct stat st;

	ck_assert_int_eq(fs_replace(file, &text, 0640, &err), 0);
	ck_assert_int_eq(symlink("file", other), 0);
	ck_assert_int_eq(fs_replace(other, &text, 0640, &err), 0);
	ck_assert_int_eq(lstat(other, &st), 0);
	ck_assert(S_ISLNK(st.st_mode));
	is_new(file);
}
END_TEST

START_TEST(a_device_is_written_to)
{
	struct stat st;

	/* A link, so that a failure does not cost the machine its device. */
	ck_assert_int_eq(symlink("/dev/null", other), 0);
	ck_assert_int_eq(fs_replace(other, &text, 0640, &err), 0);
	ck_assert_int_eq(lstat(other, &st), 0);
	ck_assert(S_ISLNK(st.st_mode));
	ck_assert_int_eq(unlink(other), 0);
	ck_assert_int_eq(symlink("/dev/full", other), 0);
	ck_assert_int_eq(fs_replace(other, &text, 0640, &err), -1);
	ck_assert_int_eq(err.code, ERR_IO);
}
END_TEST

Suite *unit_suite(void)
{
	TCase *tc;
	Suite *s = unit_new("fs", &tc);

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, a_file_is_replaced);
	tcase_add_test(tc, a_link_stays_one);
	tcase_add_test(tc, a_device_is_written_to);
	return s;
}
