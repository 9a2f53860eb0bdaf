/* Lines of a file, of any line end, across reads of any size, and of gzip. */
#include "read/input.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "core/fs.h"
#include "unit.h"

static struct err err;

/* An input over a file of these bytes that is gone again. */
static void open_bytes(struct input *in, struct span bytes)
{
	char path[] = "/tmp/sluice-test-input-XXXXXX";
	int fd = mkstemp(path);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(fs_write_all(fd, bytes.p, bytes.len, &err), 0);
	close(fd);
	ck_assert_int_eq(input_open(in, path, &err), 0);
	unlink(path);
}

/* The lines, each in brackets. */
static const char *lines(struct span bytes, const char *charset, bool lf_only)
{
	static struct buf b = BUF_INIT(1 << 20);
	struct charset cs;
	struct input in;
	struct span line;
	enum input_got got;

	buf_clear(&b);
	open_bytes(&in, bytes);
	ck_assert_int_eq(charset_open(&cs, charset, SPAN(""), &err), 0);
	input_set_charset(&in, &cs);
	in.lf_only = lf_only;
	for (;;) {
		input_mark(&in);
		got = input_line(&in, &line, &err);
		if (got != INPUT_LINE)
			break;
		buf_addc(&b, '[');
		buf_add_span(&b, line);
		buf_addc(&b, ']');
	}
	ck_assert_int_eq(got, INPUT_END);
	charset_release(&cs);
	input_close(&in);
	return buf_str(&b);
}

START_TEST(test_line_ends)
{
	ck_assert_str_eq(lines(SPAN(""), "UTF-8", false), "");
	ck_assert_str_eq(lines(SPAN("a"), "UTF-8", false), "[a]");
	ck_assert_str_eq(lines(SPAN("a\nb\r\nc\rd"), "UTF-8", false),
			 "[a\n][b\r\n][c\r][d]");
	ck_assert_str_eq(lines(SPAN("\r\r\n\n\r"), "UTF-8", false),
			 "[\r][\r\n][\n][\r]");
	ck_assert_str_eq(lines(SPAN("a\rb\r\nc"), "UTF-8", true),
			 "[a\rb\r\n][c]");
}
END_TEST

START_TEST(test_wide_line_ends)
{
	struct span le = SPAN("\x0A\x0A\x0A\0x\0\x0D\0\x0A\0y\0");
	struct span be = SPAN("\x0A\x0A\0\x0A\0x\0\x0D\0\x0A\x0D\0");
	struct charset cs;
	struct input in;
	struct span line;
	static const size_t want_le[] = {4, 6, 2}, want_be[] = {4, 6, 2};
	size_t i;

	ck_assert_int_eq(charset_open(&cs, "UTF-16LE", SPAN(""), &err), 0);
	open_bytes(&in, le);
	input_set_charset(&in, &cs);
	for (i = 0; i < 3; i++) {
		ck_assert_int_eq(input_line(&in, &line, &err), INPUT_LINE);
		ck_assert_uint_eq(line.len, want_le[i]);
	}
	input_close(&in);
	charset_release(&cs);
	ck_assert_int_eq(charset_open(&cs, "UTF-16BE", SPAN(""), &err), 0);
	open_bytes(&in, be);
	input_set_charset(&in, &cs);
	for (i = 0; i < 3; i++) {
		ck_assert_int_eq(input_line(&in, &line, &err), INPUT_LINE);
		ck_assert_uint_eq(line.len, want_be[i]);
	}
	input_close(&in);
	charset_release(&cs);
}
END_TEST

/* A pipe gives what its writer wrote at once: every cut is tried. */
START_TEST(test_reads_of_any_size)
{
	static const char text[] = "ab\r\nc\rd\n\r\ne";
	size_t len = sizeof(text) - 1, first, second;

	for (first = 0; first <= len; first++) {
		for (second = first; second <= len; second++) {
			int fd[2];
			struct input in;
			struct span line;
			struct buf got = BUF_INIT(256);

			ck_assert_int_eq(pipe(fd), 0);
			in = (struct input){.path = "pipe",
					    .name = "pipe",
					    .fd = fd[0],
					    .unit = 1,
					    .lf = '\n',
					    .cr = '\r'};
			ck_assert_int_eq(write(fd[1], text, first),
					 (ssize_t)first);
			if (first) {
				struct span ahead;

				ck_assert_int_eq(input_peek(&in, first, &ahead,
							    &err),
						 0);
			}
			ck_assert_int_eq(write(fd[1], text + first,
					       second - first),
					 (ssize_t)(second - first));
			if (second) {
				struct span ahead;

				ck_assert_int_eq(input_peek(&in, second, &ahead,
							    &err),
						 0);
			}
			ck_assert_int_eq(write(fd[1], text + second,
					       len - second),
					 (ssize_t)(len - second));
			close(fd[1]);
			while (input_line(&in, &line, &err) == INPUT_LINE) {
				buf_addc(&got, '[');
				buf_add_span(&got, line);
				buf_addc(&got, ']');
			}
			ck_assert_str_eq(buf_str(&got),
					 "[ab\r\n][c\r][d\n][\r\n][e]");
			buf_release(&got);
			input_close(&in);
		}
	}
}
END_TEST

START_TEST(test_mark_and_back)
{
	struct input in;
	struct span line;

	open_bytes(&in, SPAN("one\ntwo\nthree\n"));
	input_line(&in, &line, &err);
	input_mark(&in);
	ck_assert_uint_eq(input_mark_offset(&in), 4);
	input_line(&in, &line, &err);
	ck_assert_uint_eq(in.line, 2);
	input_back(&in);
	ck_assert_uint_eq(in.line, 1);
	input_line(&in, &line, &err);
	ck_assert(span_eq(line, SPAN("two\n")));
	input_line(&in, &line, &err);
	ck_assert(span_eq(input_marked(&in), SPAN("two\nthree\n")));
	ck_assert_int_eq(input_line(&in, &line, &err), INPUT_END);
	input_close(&in);
}
END_TEST

START_TEST(test_long_line_in_pieces)
{
	const size_t len = 2 * LINE_CEILING + LINE_CEILING / 2;
	struct buf b = BUF_INIT(3 * LINE_CEILING);
	struct input in;
	struct span line;
	char *p = buf_reserve(&b, len);

	memset(p, 'x', len);
	p[len - 1] = '\n';
	b.len = len;
	open_bytes(&in, buf_span(&b));
	ck_assert_int_eq(input_line(&in, &line, &err), INPUT_PIECE);
	ck_assert_uint_eq(line.len, LINE_CEILING);
	input_mark(&in);
	ck_assert_int_eq(input_line(&in, &line, &err), INPUT_PIECE);
	input_mark(&in);
	ck_assert_uint_eq(in.line, 0);
	ck_assert_int_eq(input_line(&in, &line, &err), INPUT_LINE);
	ck_assert_uint_eq(line.len, LINE_CEILING / 2);
	ck_assert_uint_eq(in.line, 1);
	input_close(&in);
	buf_release(&b);
}
END_TEST

static void add_member(struct buf *b, const char *text)
{
	z_stream z = {.next_in = (unsigned char *)(uintptr_t)text,
		      .avail_in = (unsigned)strlen(text)};
	unsigned char out[4096];

	ck_assert_int_eq(deflateInit2(&z, 9, Z_DEFLATED, 15 + 16, 8,
				      Z_DEFAULT_STRATEGY),
			 Z_OK);
	z.next_out = out;
	z.avail_out = sizeof(out);
	ck_assert_int_eq(deflate(&z, Z_FINISH), Z_STREAM_END);
	buf_add(b, out, sizeof(out) - z.avail_out);
	deflateEnd(&z);
}

/* How reading ends, and how many lines came before. */
static enum input_got drain(struct span bytes, uint64_t *n)
{
	struct input in;
	struct span line;
	enum input_got got;

	open_bytes(&in, bytes);
	do {
		input_mark(&in);
		got = input_line(&in, &line, &err);
	} while (got == INPUT_LINE);
	*n = in.line;
	input_close(&in);
	return got;
}

/* A gzip file of two members cut anywhere is damage, but between them. */
START_TEST(test_gzip_cut_at_every_byte)
{
	struct buf b = BUF_INIT(8192);
	size_t first, i;
	uint64_t n;

	add_member(&b, "a\nb\n");
	first = b.len;
	add_member(&b, "c\nd\n");
	ck_assert_int_eq(drain(buf_span(&b), &n), INPUT_END);
	ck_assert_uint_eq(n, 4);
	for (i = 2; i < b.len; i++) {
		enum input_got got = drain((struct span){b.data, i}, &n);

		if (i == first) {
			ck_assert_int_eq(got, INPUT_END);
			continue;
		}
		ck_assert_int_eq(got, INPUT_FAIL);
		ck_assert_int_eq(err.code, ERR_DATA);
		ck_assert_uint_ge(n, i > first ? 2 : 0);
	}
	buf_addc(&b, '\0');
	ck_assert_int_eq(drain(buf_span(&b), &n), INPUT_FAIL);
	ck_assert_int_eq(err.code, ERR_DATA);
	ck_assert_uint_eq(n, 4);
	buf_release(&b);
}
END_TEST

Suite *unit_suite(void)
{
	TCase *tc;
	Suite *s = unit_new("input", &tc);

	tcase_add_test(tc, test_line_ends);
	tcase_add_test(tc, test_wide_line_ends);
	tcase_add_test(tc, test_reads_of_any_size);
	tcase_add_test(tc, test_mark_and_back);
	tcase_add_test(tc, test_long_line_in_pieces);
	tcase_add_test(tc, test_gzip_cut_at_every_byte);
	return s;
}
