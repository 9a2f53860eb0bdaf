#include "read/xml_stream.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/mem.h"
#include "core/utf8.h"
#include "read/reader.h"
#include "read/xml_decl.h"

#define CHUNK ((size_t)256 * 1024)
/* Between the parts of a name; no XML may have it, even escaped. */
#define SEPARATOR '\x1F'

/* Entities may not make more than this of what the file has (the second:
 * before which it is not looked at). */
#define GROWTH_MAX    20.0f
#define GROWTH_IGNORE ((unsigned long long)1 << 20)

void xml_name_of(const char *text, struct xml_name *name)
{
	const char *end = text + strlen(text);
	const char *one = strchr(text, SEPARATOR), *two;

	*name = (struct xml_name){.local = {text, (size_t)(end - text)}};
	if (!one)
		return;
	name->uri = (struct span){text, (size_t)(one - text)};
	two = strchr(one + 1, SEPARATOR);
	name->local =
		(struct span){one + 1, (size_t)((two ? two : end) - one - 1)};
	if (two)
		name->prefix = (struct span){two + 1, (size_t)(end - two - 1)};
}

static uint64_t event_byte(const struct xml_stream *s)
{
	XML_Index at = XML_GetCurrentByteIndex(s->parser);

	return s->base + (at < 0 ? 0 : (uint64_t)at);
}

static uint64_t event_line(const struct xml_stream *s)
{
	return (uint64_t)XML_GetCurrentLineNumber(s->parser);
}

/* ---- bytes that are no characters ------------------------------------ */

/* The first remembered byte before `end`, all before it are forgotten. */
static uint64_t take_bad(struct xml_stream *s, uint64_t end)
{
	uint64_t first = UINT64_MAX;

	while (s->next_bad < s->n_bad &&
	       s->chunk_at + s->bad[s->next_bad] < end) {
		if (first == UINT64_MAX)
			first = s->chunk_at + s->bad[s->next_bad];
		s->next_bad++;
	}
	return first;
}

static void add_bad(struct xml_stream *s, size_t at)
{
	s->bad = mem_grow(s->bad, s->n_bad, &s->cap_bad, sizeof(*s->bad));
	s->bad[s->n_bad++] = (uint32_t)at;
}

static bool is_control(unsigned char c)
{
	return c < ' ' && c != '\t' && c != '\n' && c != '\r';
}

/* In blocks, which compilers make few instructions of. */
static bool has_control(const char *p, size_t len)
{
	unsigned char any = 0;
	size_t i, k;

	for (i = 0; i + 64 <= len && !any; i += 64)
		for (k = 0; k < 64; k++) {
			unsigned char c = (unsigned char)p[i + k];

			any |= (unsigned char)((c < ' ') & (c != '\t') &
					       (c != '\n') & (c != '\r'));
		}
	for (; i < len && !any; i++)
		any = is_control((unsigned char)p[i]);
	return any;
}

/*
 * Put '?' for what is none in text of single bytes or UTF-8, and remember
 * where.  The last bytes of the chunk may be the beginning of a character:
 * the number of bytes that are whole is returned.
 */
static size_t mark_bad(struct xml_stream *s, char *p, size_t len, bool last)
{
	size_t i, at = 0, seq;

	/* The end of file of DOS. */
	if (last && p[len - 1] == '\x1A')
		p[len - 1] = '\n';
	if (s->cs.kind == CHARSET_UTF8) {
		while ((at += utf8_check(p + at, len - at)) < len) {
			seq = len - at;
			if (!last && seq < 4 && (p[at] & 0xC0) == 0xC0) {
				len = at;
				break;
			}
			add_bad(s, at);
			p[at] = '?';
		}
	} else {
		for (i = 0; i < len; i++)
			if (!s->cs.byte[(unsigned char)p[i]].len) {
				add_bad(s, i);
				p[i] = '?';
			}
	}
	if (!has_control(p, len))
		return len;
	s->n_bad = 0;
	for (i = 0; i < len; i++) {
		bool marked = p[i] == '?' && s->chunk[i] != '?';

		if (!marked && !is_control((unsigned char)p[i]))
			continue;
		add_bad(s, i);
		p[i] = '?';
	}
	return len;
}

/* ---- records --------------------------------------------------------- */

static bool outside_is_good(struct xml_stream *s, uint64_t end)
{
	uint64_t at = take_bad(s, end);

	if (at == UINT64_MAX)
		return true;
	xml_fail(s, "byte %llu (0x%02X) is no character",
		 (unsigned long long)at,
		 (unsigned char)s->chunk[at - s->chunk_at]);
	return false;
}

void xml_record_begin(struct xml_stream *s)
{
	s->from = event_byte(s);
	s->line = event_line(s);
	if (!outside_is_good(s, s->from))
		return;
	s->in_record = true;
	s->bad_at = UINT64_MAX;
	buf_clear(&s->shown);
}

/* Keep what the chunk has of the record, up to `end` of the input. */
static void keep_bytes(struct xml_stream *s, uint64_t end)
{
	uint64_t from = s->from > s->chunk_at ? s->from : s->chunk_at;
	size_t n = (size_t)(end - from);

	if (end <= from || s->recode)
		return;
	if (n > RD_SHOWN - s->shown.len)
		n = RD_SHOWN - s->shown.len;
	buf_add(&s->shown, s->chunk + (from - s->chunk_at), n);
}

static void note_bad(struct xml_stream *s, uint64_t end)
{
	uint64_t at = take_bad(s, end);

	if (s->bad_at == UINT64_MAX)
		s->bad_at = at;
}

void xml_record_end(struct xml_stream *s)
{
	s->to = event_byte(s) + (uint64_t)XML_GetCurrentByteCount(s->parser);
	note_bad(s, s->to);
	s->in_record = false;
}

struct span xml_record_bytes(struct xml_stream *s)
{
	keep_bytes(s, s->to);
	return buf_span(&s->shown);
}

/* ---- handlers -------------------------------------------------------- */

void xml_pause(struct xml_stream *s)
{
	s->paused = true;
	XML_StopParser(s->parser, XML_TRUE);
}

void xml_fail(struct xml_stream *s, const char *fmt, ...)
{
	struct buf what = BUF_INIT(ERR_MSG_MAX);
	va_list ap;
	char text[ERR_MSG_MAX / 2];

	if (s->failed)
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	utf8_repair(&what, span_of(text));
	err_set(&s->trouble, ERR_DATA, "%s:%llu: byte %llu: %s", s->in->path,
		(unsigned long long)event_line(s),
		(unsigned long long)event_byte(s), buf_str(&what));
	buf_release(&what);
	s->failed = true;
	XML_StopParser(s->parser, XML_FALSE);
}

static void on_start(void *ctx, const char *text, const char **att)
{
	struct xml_stream *s = ctx;
	struct xml_name name;

	if (s->failed)
		return;
	xml_name_of(text, &name);
	if (s->depth == XML_DEPTH_MAX) {
		xml_fail(s, "elements are nested deeper than %d levels",
			 XML_DEPTH_MAX);
		return;
	}
	s->depth++;
	s->events->start(s->ctx, &name, att);
}

static void on_end(void *ctx, const char *text)
{
	struct xml_stream *s = ctx;

	(void)text;
	if (s->failed)
		return;
	s->events->end(s->ctx);
	s->depth--;
	if (!s->in_record && s->next_bad < s->n_bad && !s->paused)
		outside_is_good(s, event_byte(s));
}

static void on_text(void *ctx, const char *text, int len)
{
	struct xml_stream *s = ctx;

	if (!s->failed)
		s->events->text(s->ctx, (struct span){text, (size_t)len});
}

static int on_external(XML_Parser parser, const char *context, const char *base,
		       const char *system, const char *public)
{
	(void)parser;
	(void)context;
	(void)base;
	(void)system;
	(void)public;
	return XML_STATUS_ERROR;
}

static void on_skipped(void *ctx, const char *name, int is_parameter)
{
	if (!is_parameter)
		xml_fail(ctx, "entity &%.100s; is not defined in the file",
			 name);
}

static int on_encoding(void *ctx, const char *name, XML_Encoding *info)
{
	struct xml_stream *s = ctx;
	int i;

	(void)name;
	for (i = 0; i < 256; i++) {
		const struct charset_byte *b = &s->cs.byte[i];

		info->map[i] = b->len ? (int)utf8_get(b->text, b->len) : -1;
	}
	info->data = NULL;
	info->convert = NULL;
	info->release = NULL;
	return XML_STATUS_OK;
}

/* ---- opening --------------------------------------------------------- */

/* What expat is to take the bytes for. */
static const char *expat_name(struct xml_stream *s)
{
	if (s->recode || s->cs.kind == CHARSET_UTF8)
		return "UTF-8";
	if (s->cs.kind == CHARSET_WIDE)
		return s->cs.big_endian ? "UTF-16BE" : "UTF-16LE";
	return "x-sluice"; /* on_encoding has its table */
}

static int make_parser(struct xml_stream *s, struct err *err)
{
	XML_Parser p = XML_ParserCreateNS(NULL, SEPARATOR);

	if (!p)
		return err_set(err, ERR_OS, "out of memory");
	s->parser = p;
	XML_SetUserData(p, s);
	XML_SetReturnNSTriplet(p, 1);
	XML_SetElementHandler(p, on_start, on_end);
	XML_SetCharacterDataHandler(p, on_text);
	XML_SetExternalEntityRefHandler(p, on_external);
	XML_SetSkippedEntityHandler(p, on_skipped);
	XML_SetUnknownEncodingHandler(p, on_encoding, s);
	XML_SetEncoding(p, expat_name(s));
	XML_SetBillionLaughsAttackProtectionMaximumAmplification(p, GROWTH_MAX);
	XML_SetBillionLaughsAttackProtectionActivationThreshold(p,
								GROWTH_IGNORE);
	return 0;
}

int xml_open(struct xml_stream *s, struct input *in, const char *encoding,
	     const struct xml_events *events, void *ctx, struct err *err)
{
	*s = (struct xml_stream){.in = in,
				 .events = events,
				 .ctx = ctx,
				 .bad_at = UINT64_MAX,
				 .recoded = BUF_INIT(8 * LINE_CEILING),
				 .shown = BUF_INIT(RD_SHOWN)};
	s->cs.conv = (iconv_t)-1;
	if (xml_charset(&s->cs, in, encoding, err) < 0)
		return -1;
	s->recode = s->cs.kind == CHARSET_MULTI || s->cs.unit == 4 ||
		    (s->cs.kind == CHARSET_BYTE && !s->cs.ascii);
	s->base = in->offset + in->at;
	s->chunk = mem_alloc(CHUNK);
	return make_parser(s, err);
}

void xml_close(struct xml_stream *s)
{
	if (s->parser)
		XML_ParserFree(s->parser);
	charset_release(&s->cs);
	free(s->chunk);
	free(s->bad);
	buf_release(&s->recoded);
	buf_release(&s->shown);
	*s = (struct xml_stream){.parser = NULL};
	s->cs.conv = (iconv_t)-1;
}

/* ---- going on -------------------------------------------------------- */

/* What expat found wrong. */
static enum xml_got fail_parse(struct xml_stream *s, struct err *err)
{
	enum XML_Error code = XML_GetErrorCode(s->parser);
	unsigned long long line = event_line(s), byte = event_byte(s);
	const char *path = s->in->path;

	if (s->failed) {
		*err = s->trouble;
		return XML_FAILED;
	}
	switch (code) {
	case XML_ERROR_NO_MEMORY:
		err_set(err, ERR_OS, "out of memory");
		break;
	case XML_ERROR_NO_ELEMENTS:
	case XML_ERROR_UNCLOSED_TOKEN:
	case XML_ERROR_PARTIAL_CHAR:
	case XML_ERROR_UNCLOSED_CDATA_SECTION:
		if (s->final && (s->depth || code != XML_ERROR_NO_ELEMENTS))
			err_set(err, ERR_DATA,
				"%s:%llu: byte %llu: the file is cut within "
				"%s",
				path, line, byte,
				s->depth ? "an element" : "its beginning");
		else if (s->final)
			err_set(err, ERR_DATA, "%s: there is no element in it",
				path);
		else
			err_set(err, ERR_DATA, "%s:%llu: byte %llu: %s", path,
				line, byte, XML_ErrorString(code));
		break;
	case XML_ERROR_EXTERNAL_ENTITY_HANDLING:
		err_set(err, ERR_DATA,
			"%s:%llu: byte %llu: an entity that is another file; "
			"no other file is read",
			path, line, byte);
		break;
	case XML_ERROR_AMPLIFICATION_LIMIT_BREACH:
		err_set(err, ERR_DATA,
			"%s:%llu: byte %llu: entities that expand without "
			"bound",
			path, line, byte);
		break;
	default:
		err_set(err, ERR_DATA, "%s:%llu: byte %llu: %s", path, line,
			byte, XML_ErrorString(code));
	}
	return XML_FAILED;
}

/* What the last chunk leaves behind, before the next takes its place. */
static bool leave_chunk(struct xml_stream *s)
{
	uint64_t end = s->chunk_at + s->chunk_len;

	if (s->in_record) {
		note_bad(s, end);
		keep_bytes(s, end);
		return true;
	}
	return outside_is_good(s, end);
}

/* Several bytes to a character, up to a line's end: to UTF-8. */
static int next_lines(struct xml_stream *s, bool *last, struct err *err)
{
	struct span line;
	size_t bad;

	buf_clear(&s->recoded);
	*last = false;
	while (s->recoded.len < CHUNK) {
		enum input_got got = input_line(s->in, &line, err);

		if (got == INPUT_FAIL)
			return -1;
		*last = got == INPUT_END;
		if (*last)
			break;
		charset_convert(&s->cs, line, &s->recoded, &bad);
		if (bad == SIZE_MAX)
			continue;
		return err_set(err, ERR_DATA, "%s:%llu: byte %llu is not %s",
			       s->in->path, (unsigned long long)s->in->line,
			       (unsigned long long)s->in->offset + s->in->at -
				       line.len + bad,
			       s->cs.name);
	}
	input_mark(s->in);
	return 0;
}

/* Give expat the next bytes.  Its answer, or -1 with err. */
static int feed_recoded(struct xml_stream *s, struct err *err)
{
	if (next_lines(s, &s->final, err) < 0)
		return -1;
	return (int)XML_Parse(s->parser, s->recoded.data, (int)s->recoded.len,
			      s->final);
}

static int feed(struct xml_stream *s, struct err *err)
{
	struct span ahead;
	void *to;

	if (s->recode)
		return feed_recoded(s, err);
	if (!leave_chunk(s))
		return XML_STATUS_ERROR;
	s->chunk_at = s->in->offset + s->in->at;
	if (input_peek(s->in, CHUNK, &ahead, err) < 0)
		return -1;
	s->final = ahead.len < CHUNK;
	s->chunk_len = ahead.len < CHUNK ? ahead.len : CHUNK;
	s->n_bad = s->next_bad = 0;
	to = XML_GetBuffer(s->parser, (int)CHUNK);
	if (!to)
		return XML_STATUS_ERROR;
	if (s->chunk_len) {
		memcpy(s->chunk, ahead.p, s->chunk_len);
		memcpy(to, ahead.p, s->chunk_len);
		if (s->cs.kind != CHARSET_WIDE)
			s->chunk_len = mark_bad(s, to, s->chunk_len, s->final);
	}
	input_skip(s->in, s->chunk_len);
	return (int)XML_ParseBuffer(s->parser, (int)s->chunk_len, s->final);
}

/* Whether something without an end is more than a record may be. */
static bool is_endless(const struct xml_stream *s)
{
	uint64_t fed = s->chunk_at + s->chunk_len;

	return !s->recode && fed > event_byte(s) + LINE_CEILING;
}

enum xml_got xml_run(struct xml_stream *s, struct err *err)
{
	for (;;) {
		int rc;

		if (s->paused) {
			s->paused = false;
			rc = (int)XML_ResumeParser(s->parser);
		} else if (s->final) {
			if (!leave_chunk(s))
				return fail_parse(s, err);
			return XML_DONE;
		} else {
			rc = feed(s, err);
		}
		if (rc < 0)
			return XML_FAILED;
		if (rc == XML_STATUS_ERROR)
			return fail_parse(s, err);
		if (s->paused)
			return XML_PAUSED;
		if (is_endless(s)) {
			err_set(err, ERR_DATA,
				"%s:%llu: byte %llu: a tag of more than %zu "
				"bytes",
				s->in->path, (unsigned long long)event_line(s),
				(unsigned long long)event_byte(s),
				LINE_CEILING);
			return XML_FAILED;
		}
	}
}
