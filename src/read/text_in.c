#include "read/text_in.h"

#include "read/reader.h"

#define CHUNK ((size_t)64 * 1024)

int text_in_open(struct text_in *t, struct input *in, const char *encoding,
		 struct err *err)
{
	*t = (struct text_in){
		.in = in, .text = BUF_INIT(8 * LINE_CEILING), .line = 1};
	t->cs.conv = (iconv_t)-1;
	if (rd_charset(&t->cs, in, encoding, err) < 0)
		return -1;
	t->plain = t->cs.kind == CHARSET_UTF8;
	t->offset = in->offset + in->at;
	return 0;
}

void text_in_close(struct text_in *t)
{
	charset_release(&t->cs);
	buf_release(&t->text);
}

/* Whole characters of the input's next bytes; 0 at the end. */
static int next_bytes(struct text_in *t, struct span *raw, struct err *err)
{
	size_t unit = t->cs.unit;
	unsigned char high;

	if (t->cs.kind == CHARSET_MULTI) {
		enum input_got got = input_line(t->in, raw, err);

		input_mark(t->in);
		return got == INPUT_FAIL ? -1 : got != INPUT_END;
	}
	if (input_peek(t->in, CHUNK, raw, err) < 0)
		return -1;
	if (raw->len > CHUNK)
		raw->len = CHUNK;
	else if (raw->len % unit)
		return err_set(err, ERR_DATA,
			       "%s: the file is cut in the middle of a "
			       "character",
			       t->in->path);
	if (unit == 2 && raw->len == CHUNK) {
		high = (unsigned char)
			       raw->p[raw->len - (t->cs.big_endian ? 2 : 1)];
		if ((high & 0xFC) == 0xD8)
			raw->len -= 2;
	}
	input_skip(t->in, raw->len);
	return raw->len > 0;
}

bool text_in_more(struct text_in *t, struct err *err)
{
	size_t had = t->view.len, bad;
	struct span raw;
	int rc;

	if (t->plain) {
		t->failed = input_peek(t->in, had + 1, &t->view, err) < 0;
		return !t->failed && t->view.len > had;
	}
	if (t->text_from > t->text.len / 2) {
		t->text.len -= t->text_from;
		memmove(t->text.data, t->text.data + t->text_from, t->text.len);
		t->text_from = 0;
	}
	rc = next_bytes(t, &raw, err);
	t->failed = rc < 0;
	if (rc <= 0)
		return false;
	charset_convert(&t->cs, raw, &t->text, &bad);
	t->view = (struct span){t->text.data + t->text_from,
				t->text.len - t->text_from};
	return t->view.len > had || text_in_more(t, err);
}

void text_in_drop(struct text_in *t)
{
	const char *p = t->view.p, *end = p + t->at;

	while (p < end && (p = memchr(p, '\n', (size_t)(end - p)))) {
		t->line++;
		p++;
	}
	t->offset += t->at;
	if (t->plain)
		input_skip(t->in, t->at);
	else
		t->text_from += t->at;
	if (t->at) {
		t->view.p += t->at;
		t->view.len -= t->at;
	}
	t->at = 0;
}
