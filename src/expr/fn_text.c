/* Filters on text: white space, case, parts of it. */
#include <locale.h>
#include <wctype.h>

#include "core/utf8.h"
#include "expr/fn.h"

/* Longest text that pad makes. */
#define PAD_MAX 10000
/* A line has no more characters. */
#define CUT_MAX ((int64_t)LINE_CEILING)

FN_RUN(fn_trim)
{
	(void)call;
	(void)e;
	v->text = utf8_trim(v->text);
	return 0;
}

/* Bytes of the white space at the start of `s`; 0 for none. */
static size_t space_at(struct span s)
{
	size_t n;

	if (!((unsigned char)s.p[0] & 0x80))
		return span_is_space(s.p[0]);
	n = utf8_seq(s.p, s.len);
	return n && utf8_is_space(utf8_get(s.p, n)) ? n : 0;
}

/* Whether squeeze has something to do; `s` is trimmed. */
static bool is_loose(struct span s)
{
	for (; s.len; s.p++, s.len--) {
		if (utf8_is_graph(s.p[0]))
			continue;
		if (s.p[0] != ' ' ? space_at(s) : span_is_space(s.p[1]))
			return true;
	}
	return false;
}

FN_RUN(fn_squeeze)
{
	struct span s = utf8_trim(v->text);
	size_t n = 0, space;
	char *out;

	(void)call;
	v->text = s;
	if (!is_loose(s))
		return 0; /* nothing to copy */
	out = arena_alloc(e->arena, s.len);
	while (s.len) {
		space = utf8_is_graph(s.p[0]) ? 0 : space_at(s);
		if (!space)
			out[n++] = s.p[0];
		else if (n && out[n - 1] != ' ')
			out[n++] = ' ';
		s.p += space ? space : 1;
		s.len -= space ? space : 1;
	}
	v->text = (struct span){out, n};
	return 0;
}

/*
 * Case by the C library's tables of the C.UTF-8 locale, one code point to one
 * code point: Latin, Greek, Cyrillic and the like; sharp s stays.
 */
static int change_case(struct expr_env *e, struct val *v, locale_t locale,
		       wint_t (*change)(wint_t, locale_t))
{
	struct span s = v->text;
	/* A code point may need a byte more in the other case. */
	char *out = arena_alloc(e->arena, mem_mul(s.len, 2));
	size_t i = 0, n = 0;

	while (i < s.len) {
		size_t seq = utf8_seq(s.p + i, s.len - i);

		if (!seq) {
			out[n++] = s.p[i++];
			continue;
		}
		n += utf8_put(out + n,
			      (uint32_t)change(utf8_get(s.p + i, seq), locale));
		i += seq;
	}
	v->text = (struct span){out, n};
	return 0;
}

/* Made once; without C.UTF-8 only ASCII letters change. */
static locale_t unicode_locale(void)
{
	static locale_t locale;

	if (!locale)
		locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
	if (!locale)
		locale = newlocale(LC_CTYPE_MASK, "C", (locale_t)0);
	return locale;
}

FN_RUN(fn_upper)
{
	(void)call;
	return change_case(e, v, unicode_locale(), towupper_l);
}

FN_RUN(fn_lower)
{
	(void)call;
	return change_case(e, v, unicode_locale(), towlower_l);
}

FN_PREPARE(fn_cut_prepare)
{
	const struct expr *from = call->arg[1];

	if (from->n == 0)
		return expr_refuse(c, from->text.p,
				   "%s: the first character is 1",
				   call->fn->synopsis);
	if (fn_check_range(call, c, 0, -CUT_MAX, CUT_MAX) < 0)
		return -1;
	return fn_check_range(call, c, 1, 0, CUT_MAX);
}

/* The byte where character `n` (from 0) starts, at most the end. */
static size_t byte_of(struct span s, size_t n)
{
	size_t i;

	for (i = 0; i < s.len; i++)
		if (((unsigned char)s.p[i] & 0xC0) != 0x80 && !n--)
			return i;
	return s.len;
}

FN_RUN(fn_cut)
{
	int64_t from = fn_num_arg(call, 0, 1), skip;
	int64_t length = fn_num_arg(call, 1, INT64_MAX);
	struct span s = v->text;
	size_t start;

	(void)e;
	skip = from - 1;
	if (from < 0) {
		skip = (int64_t)utf8_chars(s.p, s.len) + from;
		if (skip < 0)
			skip = 0;
	}
	start = byte_of(s, (size_t)skip);
	s.p += start;
	s.len -= start;
	if ((uint64_t)length < s.len)
		s.len = byte_of(s, (size_t)length);
	v->text = s;
	return 0;
}

FN_PREPARE(fn_pad_prepare)
{
	struct span fill = fn_text_arg(call, 1, SPAN(" "));
	struct span side = fn_text_arg(call, 2, SPAN("left"));

	if (utf8_chars(fill.p, fill.len) != 1)
		return expr_refuse(c, call->arg[2]->text.p,
				   "%s: one character expected",
				   call->fn->synopsis);
	if (!span_is(side, "left") && !span_is(side, "right"))
		return expr_refuse(c, call->arg[3]->text.p,
				   "%s: left or right expected",
				   call->fn->synopsis);
	return fn_check_range(call, c, 0, 1, PAD_MAX);
}

FN_RUN(fn_pad)
{
	size_t want = (size_t)fn_num_arg(call, 0, 0);
	size_t have = utf8_chars(v->text.p, v->text.len), fill_len, i;
	struct span fill = fn_text_arg(call, 1, SPAN(" "));
	bool right = fn_text_arg(call, 2, SPAN("left")).p[0] == 'r';
	char *out, *to;

	if (have >= want)
		return 0;
	fill_len = (want - have) * fill.len;
	out = arena_alloc(e->arena, mem_add(v->text.len, fill_len));
	to = right ? out + v->text.len : out;
	if (v->text.len)
		memcpy(right ? out : out + fill_len, v->text.p, v->text.len);
	for (i = 0; i < fill_len; i += fill.len)
		memcpy(to + i, fill.p, fill.len);
	v->text = (struct span){out, v->text.len + fill_len};
	v->plain = false;
	return 0;
}

FN_RUN(fn_strip_zeros)
{
	(void)call;
	(void)e;
	while (v->text.len > 1 && v->text.p[0] == '0') {
		v->text.p++;
		v->text.len--;
	}
	return 0;
}

FN_PREPARE(fn_replace_prepare)
{
	if (call->arg[1]->value.text.len)
		return 0;
	return expr_refuse(c, call->arg[1]->text.p,
			   "%s: the text to replace is empty",
			   call->fn->synopsis);
}

/* Where `what` is in `s`, from byte `from`; s.len where it is not. */
static size_t find(struct span s, size_t from, struct span what)
{
	const char *p = from < s.len ? memmem(s.p + from, s.len - from, what.p,
					      what.len)
				     : NULL;

	return p ? (size_t)(p - s.p) : s.len;
}

FN_RUN(fn_replace)
{
	struct span old = call->arg[1]->value.text;
	struct span new = call->arg[2]->value.text, s = v->text;
	size_t at = find(s, 0, old), count = 0, from = 0, n = 0;
	char *out;

	if (at == s.len)
		return 0;
	for (; at < s.len; at = find(s, at + old.len, old))
		count++;
	out = arena_alloc(e->arena, mem_add(s.len - count * old.len,
					    mem_mul(count, new.len)));
	while (from < s.len) {
		at = find(s, from, old);
		memcpy(out + n, s.p + from, at - from);
		n += at - from;
		if (at == s.len)
			break;
		if (new.len)
			memcpy(out + n, new.p, new.len);
		n += new.len;
		from = at + old.len;
	}
	if (n > LINE_CEILING)
		return expr_fail(e, call, v, "too-long",
				 "the text becomes too long");
	v->text = (struct span){out, n};
	v->plain = false;
	return 0;
}

FN_PREPARE(fn_replace_pattern_prepare)
{
	const struct expr *pattern = call->arg[1], *by = call->arg[2];
	struct err why = ERR_INIT;
	size_t at = 0;

	call->pattern = pattern_keep(c->scope, pattern->value.text, &at, &why);
	if (!call->pattern)
		return expr_refuse(c, pattern->value.text.p + at, "%s",
				   why.msg);
	if (pattern_check_replacement(call->pattern, by->value.text, &at,
				      &why) < 0)
		return expr_refuse(c, by->value.text.p + at, "%s", why.msg);
	return 0;
}

FN_RUN(fn_replace_pattern)
{
	int n = pattern_replace(call->pattern, v->text,
				call->arg[2]->value.text, e->arena, &v->text);

	if (n == -1)
		return expr_fail(e, call, v, "pattern-limit",
				 "the regular expression takes too long on "
				 "this value");
	if (n < 0)
		return expr_fail(e, call, v, "too-long",
				 "the text becomes too long");
	if (n > 0)
		v->plain = false;
	return 0;
}
