#include "read/sniff.h"

#include <string.h>
#include <strings.h>

#include "read/reader.h"

/* What is looked at. */
#define SNIFF_BYTES ((size_t)64 * 1024)

static bool begins(struct span s, const char *with)
{
	size_t len = strlen(with);

	return s.len >= len && !memcmp(s.p, with, len);
}

static bool has(struct span s, const char *text)
{
	return s.len && memmem(s.p, s.len, text, strlen(text)) != NULL;
}

static struct span skip_blanks(struct span s)
{
	while (s.len && strchr(" \t\r\n", *s.p) && *s.p) {
		s.p++;
		s.len--;
	}
	return s;
}

static struct span first_line(struct span s)
{
	const char *end = s.len ? memchr(s.p, '\n', s.len) : NULL;

	if (end)
		s.len = (size_t)(end - s.p);
	while (s.len && s.p[s.len - 1] == '\r')
		s.len--;
	return s;
}

/* A table of dBase: version, a date, lengths that fit together. */
static bool is_dbf(struct span s)
{
	static const char versions[] = "\x02\x03\x04\x05\x30\x31\x32\x43\x63"
				       "\x7B\x83\x8B\x8C\xCB\xE5\xF5\xFB";
	const unsigned char *p = (const unsigned char *)s.p;
	unsigned head, row;

	if (s.len < 33 || !*p || !strchr(versions, *s.p))
		return false;
	if (*p == 2)
		return p[4] >= 1 && p[4] <= 12 && p[5] <= 31;
	head = p[8] | (unsigned)p[9] << 8;
	row = p[10] | (unsigned)p[11] << 8;
	return p[2] >= 1 && p[2] <= 12 && p[3] >= 1 && p[3] <= 31 &&
	       head >= 33 && row >= 2;
}

/*
 * EBCDIC: blanks, letters and digits of it, and little of ASCII's.  Zeros are
 * passed over: they stand in binary fields and before records.
 */
static bool is_ebcdic(struct span s)
{
	size_t i, n = 0, ebcdic = 0, ascii = 0;

	for (i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.p[i];

		n += c != 0;
		ebcdic += c == 0x40 || (c >= 0xF0 && c <= 0xF9) ||
			  (c >= 0xC1 && c <= 0xE9) || (c >= 0x81 && c <= 0xA9);
		ascii += c == ' ' || c == '\n' || (c >= '0' && c <= '9') ||
			 (c >= 'a' && c <= 'z');
	}
	return n >= 40 && ebcdic * 10 > n * 6 && ascii * 10 < n;
}

/* Whether there are NULs that no UTF-16 or UTF-32 accounts for. */
static bool is_binary(struct span s)
{
	size_t nul[4] = {0, 0, 0, 0}, i, all = 0, most, wide = 0, len;

	if (charset_bom(s, &len))
		return false;
	for (i = 0; i < s.len; i++) {
		nul[i % 4] += !s.p[i];
		all += !s.p[i];
	}
	if (!all)
		return false;
	/* Of wide text nearly every unit has its zeros at the same places. */
	most = s.len / 4 - s.len / 16;
	for (i = 0; i < 4; i++)
		wide += nul[i] >= most;
	return s.len < 16 || !wide || wide == 4;
}

/* `01,sender,receiver,...,/` of BAI2 and behind it `02,`. */
static bool is_bai2(struct span s)
{
	const char *end;

	if (!begins(s, "01,"))
		return false;
	end = memchr(s.p, '/', s.len);
	if (!end || (size_t)(end - s.p) > first_line(s).len)
		end = memchr(s.p, '\n', s.len);
	if (!end)
		return false;
	s.len -= (size_t)(end + 1 - s.p);
	s.p = end + 1;
	return begins(skip_blanks(s), "02,");
}

/* `!ACCNT<tab>NAME...` of IIF. */
static bool is_iif(struct span s)
{
	size_t i = 1;

	if (!begins(s, "!"))
		return false;
	while (i < s.len && ((s.p[i] >= 'A' && s.p[i] <= 'Z') ||
			     (s.p[i] >= '0' && s.p[i] <= '9') || s.p[i] == '_'))
		i++;
	return i > 1 && i < s.len && strchr("\t\r\n", s.p[i]) && s.p[i] &&
	       has(s, "\t");
}

static bool is_sql(struct span s)
{
	return has(s, "INSERT INTO ") || has(s, "insert into ") ||
	       has(s, "CREATE TABLE ") || has(s, "create table ") ||
	       (has(s, "COPY ") && has(s, " FROM stdin"));
}

/*
 * Lines of one length with blanks between their parts, and none of the usual
 * delimiters in each of them.
 */
static bool is_fixed(struct span s)
{
	size_t lines = 0, width = 0, blanks = 0, same = 0;
	size_t delimited[4] = {0, 0, 0, 0}, i;

	while (s.len) {
		struct span line = first_line(s);
		const char *end = memchr(s.p, '\n', s.len);

		if (!end)
			break;
		s.len -= (size_t)(end + 1 - s.p);
		s.p = end + 1;
		if (!lines++)
			width = line.len;
		same += line.len == width;
		blanks += has(line, "  ");
		for (i = 0; i < 4; i++)
			delimited[i] += line.len &&
					memchr(line.p, ",;\t|"[i], line.len);
	}
	if (lines < 3 || width < 20 || same != lines || blanks * 2 < lines)
		return false;
	for (i = 0; i < 4; i++)
		if (delimited[i] == lines)
			return false;
	return true;
}

/* One sign of a format. */
struct sign {
	const char *format, *why;
	bool yes;
};

/* Whether the first member is a workbook itself. */
static bool holds_workbook(struct span head)
{
	static const char *const ends[] = {".xlsx", ".xlsm", ".ods"};
	struct span name = {head.p + 30, 0};
	size_t i, len;

	if (head.len < 30)
		return false;
	name.len = (size_t)(unsigned char)head.p[26] |
		   (size_t)(unsigned char)head.p[27] << 8;
	for (i = 0; i < sizeof(ends) / sizeof(*ends); i++) {
		len = strlen(ends[i]);
		if (name.len >= len && name.len <= head.len - 30 &&
		    !strncasecmp(name.p + name.len - len, ends[i], len))
			return true;
	}
	return false;
}

static const char *zip_format(struct span head, struct buf *why)
{
	if (holds_workbook(head))
		return NULL;
	/* The first member's name, or one of those near it. */
	if (has(head, "mimetypeapplication/vnd.oasis.opendocument")) {
		buf_adds(why, "a zip archive that says it is OpenDocument");
		return "ods";
	}
	if (has(head, "[Content_Types].xml") || has(head, "xl/") ||
	    has(head, "_rels/")) {
		buf_adds(why, "a zip archive with the parts of a workbook");
		return "xlsx";
	}
	return NULL;
}

static const char *by_signs(struct span head, struct span text, struct buf *why)
{
	const struct sign signs[] = {
		{"x12", "begins with ISA", begins(text, "ISA")},
		{"edifact", "begins with UNA or UNB",
		 begins(text, "UNA") || begins(text, "UNB")},
		{"edifact", "begins with STX= of TRADACOMS",
		 begins(text, "STX=")},
		{"idoc", "has a control record EDI_DC40",
		 begins(text, "EDI_DC") ||
			 (begins(text, "<") && has(head, "<EDI_DC40"))},
		{"camt", "is XML of ISO 20022, camt",
		 begins(text, "<") &&
			 has(head, "urn:iso:std:iso:20022:tech:xsd:camt")},
		{"xml", "begins with <", begins(text, "<")},
		{"json", "begins with [", begins(text, "[")},
		{"iif", "begins with a header line of IIF", is_iif(text)},
		{"mt940", "has the tags :20: and :25:",
		 (begins(text, ":20:") || begins(text, "{1:") ||
		  has(head, "\n:20:")) &&
			 has(head, ":25:")},
		{"bai2", "has the records 01 and 02", is_bai2(text)},
		{"sqldump", "has statements of SQL", is_sql(head)},
		{"dbf", "has the header of a dBase table", is_dbf(head)},
		{"xls", "is a compound file of Office",
		 begins(head, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1")},
		{"cobol", "has the bytes of EBCDIC", is_ebcdic(head)},
	};
	size_t i;

	for (i = 0; i < sizeof(signs) / sizeof(*signs); i++) {
		if (!signs[i].yes)
			continue;
		buf_adds(why, signs[i].why);
		return signs[i].format;
	}
	return NULL;
}

/* One object a line, or one document? */
static const char *json_kind(struct span text, struct buf *why)
{
	struct span line = first_line(text);

	if (line.len < text.len && line.len > 1 &&
	    line.p[line.len - 1] == '}') {
		buf_adds(why, "has an object on its first line");
		return "jsonl";
	}
	buf_adds(why, "begins with {");
	return "json";
}

const char *sniff_format(struct input *in, struct buf *why, struct err *err)
{
	struct span head, text;
	const char *format = NULL;

	if (input_peek(in, SNIFF_BYTES, &head, err) < 0)
		return NULL;
	if (head.len > SNIFF_BYTES)
		head.len = SNIFF_BYTES;
	if (!head.len) {
		err_set(err, ERR_DATA, "%s: the file is empty", in->path);
		return NULL;
	}
	text = head;
	if (begins(text, "\xEF\xBB\xBF")) {
		text.p += 3;
		text.len -= 3;
	}
	text = skip_blanks(text);
	if (begins(head, "PK\3\4"))
		format = zip_format(head, why);
	else if (begins(text, "{") && !begins(text, "{1:"))
		format = json_kind(text, why);
	else
		format = by_signs(head, text, why);
	if (!format && is_fixed(head)) {
		buf_adds(why, "has lines of one length and no delimiter");
		format = "fixed";
	}
	if (!format && is_binary(head)) {
		err_set(err, ERR_DATA,
			"%s: its bytes are no text, and no format that is "
			"known by its first bytes",
			in->path);
		return NULL;
	}
	if (!format) {
		buf_adds(why, "has lines");
		format = "csv";
	}
	return format;
}

bool sniff_is_workbook(struct input *in)
{
	struct buf why = BUF_INIT(256);
	struct err ignored = ERR_INIT;
	struct span head;
	bool is = false;

	if (input_peek(in, SNIFF_BYTES, &head, &ignored) == 0)
		is = zip_format(head, &why) != NULL;
	buf_release(&why);
	return is;
}
