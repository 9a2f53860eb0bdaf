#include "read/input.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/fs.h"
#include "core/mem.h"
#include "read/lzw.h"

#define READ_SIZE ((size_t)256 * 1024)
/* Packed bytes: a read behind what look_for_gzip had to read. */
#define PACKED_SIZE (READ_SIZE * 2)
#define NOWHERE     ((struct input_seek){0, 0})

static int damaged(const struct input *in, struct err *err, const char *what)
{
	return err_set(err, ERR_DATA, "%s: %s", in->path, what);
}

/* Read up to `room` stored bytes; 0 at the end, -1 on failure. */
static ssize_t read_stored(struct input *in, void *to, size_t room,
			   struct err *err)
{
	ssize_t n;

	if (in->source)
		return in->source->read(in->source_ctx, to, room, err);
	do {
		n = read(in->fd, to, room);
	} while (n < 0 && errno == EINTR);
	if (n < 0) {
		err_sys(err, "cannot read %s", in->path);
		return -1;
	}
	in->file_read += (uint64_t)n;
	return n;
}

/* More packed bytes behind those there.  1, 0 at the end, -1. */
static int fill_packed(struct input *in, struct err *err)
{
	ssize_t n;

	if (in->packed_from) {
		in->packed_to -= in->packed_from;
		memmove(in->packed, in->packed + in->packed_from,
			in->packed_to);
		in->packed_from = 0;
	}
	n = read_stored(in, in->packed + in->packed_to,
			PACKED_SIZE - in->packed_to, err);
	if (n < 0)
		return -1;
	in->packed_to += (size_t)n;
	return n > 0;
}

/*
 * Begin the next member of a gzip file.  1, 0 at the end of the file, -1.
 * What follows a member is another one or damage, not padding.
 */
static int next_member(struct input *in, struct err *err)
{
	while (in->packed_to - in->packed_from < 2) {
		int more = fill_packed(in, err);

		if (more < 0)
			return -1;
		if (!more && in->packed_to == in->packed_from)
			return 0;
		if (!more)
			return damaged(in, err,
				       "bytes after the last gzip member");
	}
	if (in->packed[in->packed_from] != 0x1F ||
	    in->packed[in->packed_from + 1] != 0x8B)
		return damaged(in, err, "bytes after the last gzip member");
	if (inflateReset(&in->gz) != Z_OK)
		return err_set(err, ERR_BUG, "zlib cannot be reset");
	in->member_open = true;
	return 1;
}

/* Inflate up to `room` bytes; 0 at the end, -1. */
static ssize_t read_gzip(struct input *in, char *to, size_t room,
			 struct err *err)
{
	in->gz.next_out = (unsigned char *)to;
	in->gz.avail_out = (unsigned)room;
	while (in->gz.avail_out == room) {
		int rc, more = 1;

		if (in->broken)
			return damaged(in, err, in->broken);
		if (!in->member_open) {
			rc = next_member(in, err);
			if (rc <= 0)
				return rc;
		}
		if (in->packed_from == in->packed_to)
			more = fill_packed(in, err);
		if (more < 0)
			return -1;
		if (!more)
			return damaged(in, err, "the gzip member is cut short");
		in->gz.next_in = in->packed + in->packed_from;
		in->gz.avail_in = (unsigned)(in->packed_to - in->packed_from);
		rc = inflate(&in->gz, Z_NO_FLUSH);
		in->packed_from = in->packed_to - in->gz.avail_in;
		if (rc == Z_STREAM_END)
			in->member_open = false;
		else if (rc == Z_MEM_ERROR)
			return err_set(err, ERR_OS, "out of memory");
		else if (rc != Z_OK && rc != Z_BUF_ERROR)
			in->broken = in->gz.msg ? in->gz.msg : "not valid gzip";
	}
	return (ssize_t)(room - in->gz.avail_out);
}

/* ---- compress(1) --------------------------------------------------------- */

static long read_lzw(void *ctx, uint8_t *to, size_t room)
{
	struct input *in = ctx;
	size_t n = in->packed_to - in->packed_from;

	if (!n) {
		int more = fill_packed(in, in->err);

		if (more <= 0)
			return more;
		n = in->packed_to - in->packed_from;
	}
	if (n > room)
		n = room;
	memcpy(to, in->packed + in->packed_from, n);
	in->packed_from += n;
	return (long)n;
}

static ssize_t unpack_lzw(struct input *in, char *to, size_t room,
			  struct err *err)
{
	const char *why;
	long n;

	in->err = err;
	n = lzw_unpack(in->lzw, read_lzw, in, to, room, &why);
	return n == -2 ? damaged(in, err, why) : (ssize_t)n;
}

static void shift_seek(struct input_seek *s, size_t by)
{
	s->at = s->at > by ? s->at - by : 0;
	s->scanned = s->scanned > by ? s->scanned - by : 0;
}

/* Read more behind what is there; sets eof.  What the mark let go goes. */
static int fill(struct input *in, struct err *err)
{
	ssize_t n;

	if (in->mark) {
		memmove(in->data, in->data + in->mark, in->to - in->mark);
		in->offset += in->mark;
		in->to -= in->mark;
		in->at -= in->mark;
		shift_seek(&in->next_lf, in->mark);
		shift_seek(&in->next_cr, in->mark);
		in->mark = 0;
	}
	if (in->cap - in->to < READ_SIZE) {
		in->cap = in->cap ? mem_mul(in->cap, 2) : READ_SIZE * 2;
		in->data = mem_realloc(in->data, in->cap);
	}
	if (in->gzip)
		n = read_gzip(in, in->data + in->to, READ_SIZE, err);
	else if (in->lzw)
		n = unpack_lzw(in, in->data + in->to, READ_SIZE, err);
	else
		n = read_stored(in, in->data + in->to, READ_SIZE, err);
	if (n < 0)
		return -1;
	in->to += (size_t)n;
	in->eof = n == 0;
	return 0;
}

/* Packers that are told apart, and what unpacks them. */
static const struct {
	const char *head;
	size_t len;
	const char *name, *with;
} foreign[] = {
	{"\xFD"
	 "7zXZ\0",
	 6, "xz", "unxz"},
	{"\x28\xB5\x2F\xFD", 4, "zstd", "unzstd"},
	{"7z\xBC\xAF\x27\x1C", 6, "7z", "7z x"},
	{"Rar!\x1A\x07", 6, "rar", "unrar x"},
	{"\x04\x22\x4D\x18", 4, "lz4", "unlz4"},
	{"LZIP\x01", 5, "lzip", "lunzip"},
};

static int refuse(const struct input *in, const char *name, const char *with,
		  struct err *err)
{
	return err_set(err, ERR_DATA,
		       "%s: packed with %s; unpack it first (%s)", in->path,
		       name, with);
}

/* Whether the packer is one that is not read: refused by its name. */
static int look_for_foreign(const struct input *in, struct span head,
			    struct err *err)
{
	size_t i, len = strlen(in->name);

	for (i = 0; i < sizeof(foreign) / sizeof(*foreign); i++)
		if (head.len >= foreign[i].len &&
		    !memcmp(head.p, foreign[i].head, foreign[i].len))
			return refuse(in, foreign[i].name, foreign[i].with,
				      err);
	if (head.len >= 10 && !memcmp(head.p, "BZh", 3) &&
	    !memcmp(head.p + 4, "1AY&SY", 6))
		return refuse(in, "bzip2", "bunzip2", err);
	/* Two bytes say little: records of a host begin with any. */
	if (len > 2 &&
	    (!strcmp(in->name + len - 2, ".z") ||
	     !strcmp(in->name + len - 2, ".Z")) &&
	    head.len >= 2 &&
	    (!memcmp(head.p, "\x1F\x1E", 2) || !memcmp(head.p, "\x1F\xA0", 2)))
		return refuse(in, head.p[1] == '\x1E' ? "pack" : "compress -H",
			      "gzip -d", err);
	return 0;
}

/* What has been read is packed. */
static void set_packed(struct input *in, struct span head)
{
	in->packed = mem_alloc(PACKED_SIZE);
	memcpy(in->packed, head.p, head.len);
	in->packed_to = head.len;
	in->to = 0;
	in->eof = false;
}

/* Whether the input is packed; its bytes are kept either way. */
static int look_for_packer(struct input *in, struct err *err)
{
	struct span head;

	if (input_peek(in, 10, &head, err) < 0 ||
	    look_for_foreign(in, head, err) < 0)
		return -1;
	if (lzw_is_head(head.p, head.len)) {
		in->lzw = mem_alloc(sizeof(*in->lzw));
		lzw_init(in->lzw);
		set_packed(in, head);
		return 0;
	}
	if (head.len < 2 || memcmp(head.p, "\x1F\x8B", 2) != 0)
		return 0;
	if (inflateInit2(&in->gz, 15 + 16) != Z_OK)
		return err_set(err, ERR_OS, "out of memory");
	in->gzip = true;
	set_packed(in, head);
	return 0;
}

static void begin(struct input *in, const char *path, const char *name)
{
	*in = (struct input){.path = path, .name = name, .fd = STDIN_FILENO};
	in->unit = 1;
	in->lf = '\n';
	in->cr = '\r';
}

int input_open(struct input *in, const char *path, struct err *err)
{
	struct stat st;

	begin(in, path, path);
	if (!strcmp(path, "-")) {
		in->path = "standard input";
	} else {
		in->name = fs_base(path);
		in->fd = open(path, O_RDONLY | O_CLOEXEC);
		if (in->fd < 0)
			return err_sys(err, "cannot open %s", path);
	}
	in->regular = fstat(in->fd, &st) == 0 && S_ISREG(st.st_mode);
	if (in->regular)
		in->file_size = (uint64_t)st.st_size;
	return look_for_packer(in, err);
}

int input_open_source(struct input *in, const struct input_source *source,
		      void *ctx, const char *path, const char *name,
		      const char *archive, struct err *err)
{
	begin(in, path, name);
	in->fd = -1;
	in->source = source;
	in->source_ctx = ctx;
	in->archive = archive;
	return look_for_packer(in, err);
}

void input_close(struct input *in)
{
	if (in->gzip)
		inflateEnd(&in->gz);
	free(in->lzw);
	free(in->packed);
	free(in->data);
	if (in->source)
		in->source->close(in->source_ctx);
	if (in->fd > STDIN_FILENO)
		close(in->fd);
	*in = (struct input){.fd = -1};
}

void input_set_charset(struct input *in, const struct charset *cs)
{
	in->unit = cs->unit;
	in->utf8 = cs->kind == CHARSET_UTF8;
	in->big_endian = cs->big_endian;
	in->lf = cs->lf;
	in->cr = cs->cr;
	in->next_lf = in->next_cr = NOWHERE;
}

int input_peek(struct input *in, size_t want, struct span *ahead,
	       struct err *err)
{
	while (in->to - in->at < want && !in->eof)
		if (fill(in, err) < 0)
			return -1;
	*ahead = (struct span){in->data + in->at, in->to - in->at};
	return 0;
}

void input_skip(struct input *in, size_t n)
{
	in->at += n;
	in->mark = in->at;
}

bool input_is_plain_file(const struct input *in)
{
	return in->regular && !in->gzip && !in->lzw && in->fd > STDIN_FILENO;
}

enum input_got input_bytes(struct input *in, size_t n, struct span *bytes,
			   struct err *err)
{
	if (input_peek(in, n, bytes, err) < 0)
		return INPUT_FAIL;
	in->line_taken = bytes->len > 0;
	in->line += in->line_taken;
	if (!bytes->len)
		return INPUT_END;
	if (bytes->len > n)
		bytes->len = n;
	in->at += bytes->len;
	return bytes->len == n ? INPUT_LINE : INPUT_PIECE;
}

/* Whether the byte at `i` is a unit of its own and not half of another. */
static bool is_unit(const struct input *in, size_t i)
{
	size_t low = in->big_endian ? in->unit - 1 : 0, j;

	if ((in->offset + i) % in->unit !=
	    (in->offset + in->at + low) % in->unit)
		return false;
	if (i < in->at + low || i - low + in->unit > in->to)
		return false;
	for (j = 0; j < in->unit; j++)
		if (j != low && in->data[i - low + j])
			return false;
	return true;
}

/* Index of the next `byte` from in->at on, or in->to. */
static size_t seek(struct input *in, struct input_seek *s, unsigned char byte)
{
	size_t from = s->scanned > in->at ? s->scanned : in->at;

	if (s->at >= in->at && s->at < s->scanned)
		return s->at;
	while (from < in->to) {
		const char *hit = memchr(in->data + from, byte, in->to - from);

		if (!hit)
			break;
		s->at = (size_t)(hit - in->data);
		s->scanned = s->at + 1;
		if (in->unit == 1 || is_unit(in, s->at))
			return s->at;
		from = s->scanned;
	}
	/* A unit that is not all there yet is looked at again. */
	s->scanned = in->to - (in->to - in->at) % in->unit;
	s->at = s->scanned;
	return in->to;
}

/* The index behind the line end at `i` (its low byte). */
static size_t behind(const struct input *in, size_t i)
{
	return in->big_endian ? i + 1 : i + in->unit;
}

void input_back(struct input *in)
{
	/* What was found of line ends lies behind the mark: it still holds. */
	in->at = in->mark;
	in->line -= in->line_taken;
	in->line_taken = false;
	in->unended = false;
}

/* Whether the last of `text` is the beginning of a sequence of UTF-8. */
static bool is_cut_utf8(struct span text)
{
	size_t tail = 0;
	unsigned char lead;

	while (tail < 3 && tail < text.len &&
	       (text.p[text.len - 1 - tail] & 0xC0) == 0x80)
		tail++;
	if (tail == text.len)
		return false;
	lead = (unsigned char)text.p[text.len - 1 - tail];
	if (lead < 0xC2 || lead > 0xF4)
		return false;
	return tail < (lead < 0xE0 ? 1U : lead < 0xF0 ? 2U : 3U);
}

/* Whether the input, which ends with `text`, ends within a character. */
static bool is_cut(const struct input *in, struct span text)
{
	unsigned char high;

	if (in->utf8)
		return is_cut_utf8(text);
	if (text.len % in->unit)
		return true;
	if (in->unit != 2)
		return false;
	/* Half of a pair of surrogates. */
	high = (unsigned char)text.p[text.len - (in->big_endian ? 2 : 1)];
	return (high & 0xFC) == 0xD8;
}

static enum input_got fail_cut(const struct input *in, struct err *err)
{
	err_set(err, ERR_DATA,
		"%s:%llu: the file is cut in the middle of a character",
		in->path, (unsigned long long)in->line + 1);
	return INPUT_FAIL;
}

enum input_got input_line(struct input *in, struct span *line, struct err *err)
{
	for (;;) {
		size_t lf = seek(in, &in->next_lf, in->lf);
		size_t cr =
			in->lf_only ? in->to : seek(in, &in->next_cr, in->cr);
		size_t end = 0;

		if (cr < lf) {
			size_t after = behind(in, cr);

			/* CR at the end of what is there: is LF next? */
			if (in->to - after >= in->unit || in->eof)
				end = lf < in->to && behind(in, lf) ==
							      after + in->unit
					      ? after + in->unit
					      : after;
		} else if (lf < in->to) {
			end = behind(in, lf);
		}
		if (!end && in->eof) {
			if (in->at == in->to)
				return INPUT_END;
			end = in->to;
			in->unended = true;
		}
		if (end) {
			*line = (struct span){in->data + in->at, end - in->at};
			if (in->unended && is_cut(in, *line))
				return fail_cut(in, err);
			in->at = end;
			in->line++;
			in->line_taken = true;
			return INPUT_LINE;
		}
		if (in->to - in->at > LINE_CEILING) {
			end = in->at + LINE_CEILING;
			*line = (struct span){in->data + in->at, end - in->at};
			in->at = end;
			in->line_taken = false;
			return INPUT_PIECE;
		}
		if (fill(in, err) < 0)
			return INPUT_FAIL;
	}
}
