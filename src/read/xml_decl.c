#include "read/xml_decl.h"

#include <strings.h>

#include "read/reader.h"

/* A declaration is shorter. */
#define LOOK ((size_t)1024)

/* The value of encoding="..." in a declaration; false: none is there. */
static bool declared(struct span head, char name[CHARSET_NAME_MAX])
{
	const char *end = head.p + head.len, *p, *from;
	char quote;

	if (head.len < 6 || memcmp(head.p, "<?xml", 5) != 0 ||
	    !span_is_space(head.p[5]))
		return false;
	end = memchr(head.p, '>', head.len);
	if (!end)
		return false;
	for (p = head.p + 5; end - p > 8; p++)
		if (span_is_space(p[-1]) && !memcmp(p, "encoding", 8))
			break;
	if (end - p <= 8)
		return false;
	for (p += 8; p < end && (span_is_space(*p) || *p == '='); p++)
		;
	quote = p < end ? *p : '\0';
	if (quote != '"' && quote != '\'')
		return false;
	for (from = ++p; p < end && *p != quote; p++)
		;
	if (p == end || p == from || p - from >= CHARSET_NAME_MAX)
		return false;
	memcpy(name, from, (size_t)(p - from));
	name[p - from] = '\0';
	return true;
}

/* UTF-16 without a mark: "<" or white space with a NUL beside it. */
static const char *wide(struct span head)
{
	if (head.len < 2)
		return NULL;
	if (!head.p[0] && head.p[1])
		return "UTF-16BE";
	return head.p[0] && !head.p[1] ? "UTF-16LE" : NULL;
}

int xml_charset(struct charset *cs, struct input *in, const char *encoding,
		struct err *err)
{
	char name[CHARSET_NAME_MAX];
	struct span head;
	size_t mark;

	if (input_peek(in, LOOK, &head, err) < 0)
		return -1;
	if (head.len > LOOK)
		head.len = LOOK;
	if (encoding || charset_bom(head, &mark))
		return rd_charset(cs, in, encoding, err);
	if (wide(head))
		return rd_charset(cs, in, wide(head), err);
	if (!declared(head, name))
		return rd_charset(cs, in, "UTF-8", err);
	/* A file that says UTF-16 in single bytes is wrong about it: whoever
	 * stored it anew made UTF-8 of it. */
	if (!strncasecmp(name, "UTF-16", 6) || !strncasecmp(name, "UCS-2", 5) ||
	    !strncasecmp(name, "ISO-10646-UCS", 13))
		return rd_charset(cs, in, "UTF-8", err);
	if (rd_charset(cs, in, name, err) == 0)
		return 0;
	if (err->code == ERR_USAGE)
		err->code = ERR_DATA;
	return err_wrap(err, "%s:1", in->path);
}
