/* Streams: framing, counts, and a framed stream cut at every byte. */
#include "core/stream.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "unit.h"

#define OPEN   "{\"sluice\":1,\"stage\":\"map\",\"run\":\"r\"}\n"
#define END(n) "{\"sluice\":1,\"end\":true,\"records\":" n ",\"rejects\":0}\n"

static char path[] = "/tmp/sluice-test-stream-XXXXXX";
static struct err err;

static void write_file(const char *text, size_t len)
{
	int fd = open(path, O_WRONLY | O_TRUNC);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, text, len), (ssize_t)len);
	close(fd);
}

/* Read it all: the last thing that came, and the number of records. */
static enum stream_got read_all(const char *text, size_t len, bool filtered,
				unsigned *records)
{
	char *files[] = {path};
	struct stream_in in;
	struct rec rec = REC_INIT;
	enum stream_got got;

	write_file(text, len);
	stream_in_init(&in, files, 1, filtered);
	*records = 0;
	do {
		got = stream_next(&in, &rec, &err);
		*records += got == STREAM_RECORD;
	} while (got != STREAM_END && got != STREAM_FATAL);
	stream_in_release(&in);
	rec_release(&rec);
	return got;
}

static void setup(void)
{
	int fd = mkstemp(path);

	ck_assert_int_ge(fd, 0);
	close(fd);
}

static void teardown(void)
{
	unlink(path);
	memcpy(path + sizeof(path) - 7, "XXXXXX", 6);
}

START_TEST(cut_at_every_byte_is_noticed)
{
	static const char whole[] =
		OPEN "{\"a\":1}\n{\"a\":2}\n" END("2") OPEN END("0");
	size_t first = strlen(OPEN "{\"a\":1}\n{\"a\":2}\n" END("2"));
	unsigned n;
	size_t len;

	for (len = 0; len < sizeof(whole); len++) {
		bool good = !len || len == first || len == sizeof(whole) - 1;

		ck_assert_msg(read_all(whole, len, false, &n) ==
				      (good ? STREAM_END : STREAM_FATAL),
			      "cut to %zu bytes", len);
		if (!good)
			ck_assert_int_eq(err.code, ERR_DATA);
	}
}
END_TEST

static const struct {
	const char *text;
	bool filtered;
	enum stream_got end;
	unsigned records;
} cases[] = {
	{"{\"a\":1}\n{\"a\":2}\n", false, STREAM_END, 2},
	{"", false, STREAM_END, 0},
	{"{\"a\":1}", false, STREAM_FATAL, 0},
	{OPEN "{\"a\":1}\n" END("2"), false, STREAM_FATAL, 1},
	{OPEN "{\"a\":1}\n" END("2"), true, STREAM_END, 1},
	{OPEN "{\"a\":1}\nnot json\n" END("2"), false, STREAM_END, 1},
	{OPEN "{\"a\":1}\n" END("1") "{\"a\":2}\n", false, STREAM_FATAL, 1},
	{OPEN OPEN END("0"), false, STREAM_FATAL, 0},
	{"{\"a\":1}\n" OPEN END("0"), false, STREAM_FATAL, 1},
	{"{\"sluice\":2,\"stage\":\"map\"}\n", false, STREAM_FATAL, 0},
	{END("0"), false, STREAM_FATAL, 0},
	{OPEN "{\"sluice\":1,\"end\":true}\n", false, STREAM_FATAL, 0},
};

START_TEST(framing_and_counts)
{
	unsigned n;

	ck_assert_int_eq(read_all(cases[_i].text, strlen(cases[_i].text),
				  cases[_i].filtered, &n),
			 cases[_i].end);
	ck_assert_uint_eq(n, cases[_i].records);
}
END_TEST

START_TEST(a_line_too_long_is_a_reject_and_the_next_is_read)
{
	char *files[] = {path};
	struct buf b = BUF_INIT(2 * LINE_CEILING);
	struct stream_in in;
	struct rec rec = REC_INIT;
	char *to = buf_reserve(&b, LINE_CEILING + 1);

	memset(to, 'x', LINE_CEILING + 1);
	b.len = LINE_CEILING + 1;
	buf_adds(&b, "\n{\"a\":1}\n");
	write_file(b.data, b.len);
	stream_in_init(&in, files, 1, false);
	ck_assert_int_eq(stream_next(&in, &rec, &err), STREAM_REJECT);
	ck_assert_int_eq(stream_next(&in, &rec, &err), STREAM_RECORD);
	ck_assert_int_eq(stream_next(&in, &rec, &err), STREAM_END);
	ck_assert_uint_eq(in.n_read, 2);
	stream_in_release(&in);
	rec_release(&rec);
	buf_release(&b);
}
END_TEST

Suite *unit_suite(void)
{
	TCase *tc;
	Suite *s = unit_new("stream", &tc);

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, cut_at_every_byte_is_noticed);
	tcase_add_loop_test(tc, framing_and_counts, 0,
			    sizeof(cases) / sizeof(*cases));
	tcase_add_test(tc, a_line_too_long_is_a_reject_and_the_next_is_read);
	return s;
}
