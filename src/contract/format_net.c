#include "contract/format_net.h"

#include "contract/uri.h"

#define LABEL_MAX 63
#define HOST_MAX  253
#define LOCAL_MAX 64

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_alnum(char c)
{
	return is_digit(c) || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}

static bool is_hex(char c)
{
	return is_digit(c) || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f');
}

static bool is_one_of(char c, const char *list)
{
	return c && strchr(list, c);
}

static bool is_wide(char c)
{
	return (unsigned char)c >= 0x80;
}

/* The text up to the character, which is taken off too; all where there is
   none. */
static struct span take_to(struct span *s, char c)
{
	const char *at = s->len ? memchr(s->p, c, s->len) : NULL;
	struct span part = *s;

	if (at)
		part.len = (size_t)(at - s->p);
	s->p += part.len + (at != NULL);
	s->len -= part.len + (at != NULL);
	return part;
}

/* ---- hosts -------------------------------------------------------------- */

static bool is_label(struct span s, bool wide)
{
	size_t i;

	if (!s.len || s.len > LABEL_MAX || s.p[0] == '-' ||
	    s.p[s.len - 1] == '-')
		return false;
	for (i = 0; i < s.len; i++)
		if (!is_alnum(s.p[i]) && s.p[i] != '-' &&
		    !(wide && is_wide(s.p[i])))
			return false;
	/* two hyphens there are the mark of an international name */
	return s.len < 4 || s.p[2] != '-' || s.p[3] != '-' ||
	       ((s.p[0] | 0x20) == 'x' && (s.p[1] | 0x20) == 'n' && s.len > 4);
}

static bool is_host(struct span s, bool wide)
{
	if (!s.len || s.len > HOST_MAX || s.p[s.len - 1] == '.')
		return false;
	while (s.len)
		if (!is_label(take_to(&s, '.'), wide))
			return false;
	return true;
}

bool format_is_hostname(struct span s)
{
	return is_host(s, false);
}

bool format_is_ipv4(struct span s)
{
	int parts = 0;

	if (s.len && s.p[s.len - 1] == '.')
		return false;
	for (; s.len; parts++) {
		struct span part = take_to(&s, '.');
		int value = 0;
		size_t i;

		if (!part.len || part.len > 3 ||
		    (part.len > 1 && part.p[0] == '0'))
			return false;
		for (i = 0; i < part.len; i++) {
			if (!is_digit(part.p[i]))
				return false;
			value = value * 10 + part.p[i] - '0';
		}
		if (value > 255)
			return false;
	}
	return parts == 4;
}

/* Groups of up to four hexadecimal digits between colons, the last may be an
   IPv4 address, which is two.  How many, or -1. */
static int count_groups(struct span s, bool ipv4)
{
	int groups = 0;

	if (s.len && s.p[s.len - 1] == ':')
		return -1;
	while (s.len) {
		struct span part = take_to(&s, ':');
		size_t i;

		if (!s.len && ipv4 && memchr(part.p, '.', part.len))
			return format_is_ipv4(part) ? groups + 2 : -1;
		if (!part.len || part.len > 4)
			return -1;
		for (i = 0; i < part.len; i++)
			if (!is_hex(part.p[i]))
				return -1;
		groups++;
	}
	return groups;
}

bool format_is_ipv6(struct span s)
{
	size_t i;
	int before, behind;

	for (i = 0; i + 1 < s.len; i++)
		if (s.p[i] == ':' && s.p[i + 1] == ':')
			break;
	if (i + 1 >= s.len)
		return s.len && count_groups(s, true) == 8;
	before = count_groups((struct span){s.p, i}, false);
	behind = count_groups((struct span){s.p + i + 2, s.len - i - 2}, true);
	return before >= 0 && behind >= 0 && before + behind < 8;
}

/* ---- addresses ---------------------------------------------------------- */

static bool is_quoted(struct span s, bool wide)
{
	size_t i;

	if (s.len < 2 || s.p[0] != '"' || s.p[s.len - 1] != '"')
		return false;
	for (i = 1; i + 1 < s.len; i++) {
		if (s.p[i] == '\\' && ++i + 1 >= s.len)
			return false;
		if (is_wide(s.p[i]) ? !wide : s.p[i] < ' ' || s.p[i] == 0x7F)
			return false;
		if (s.p[i] == '"' && s.p[i - 1] != '\\')
			return false;
	}
	return true;
}

static bool is_dotted(struct span s, bool wide)
{
	size_t i;

	if (!s.len || s.p[0] == '.' || s.p[s.len - 1] == '.')
		return false;
	for (i = 0; i < s.len; i++) {
		if (s.p[i] == '.' && s.p[i - 1] == '.')
			return false;
		if (!is_alnum(s.p[i]) &&
		    !is_one_of(s.p[i], ".!#$%&'*+-/=?^_`{|}~") &&
		    !(wide && is_wide(s.p[i])))
			return false;
	}
	return true;
}

static bool is_address(struct span s, bool wide)
{
	struct span local, host;
	size_t at = s.len;

	while (at && s.p[at - 1] != '@')
		at--;
	if (!at)
		return false;
	local = (struct span){s.p, at - 1};
	host = (struct span){s.p + at, s.len - at};
	if ((!wide && local.len > LOCAL_MAX) ||
	    (!is_dotted(local, wide) && !is_quoted(local, wide)))
		return false;
	if (host.len > 2 && host.p[0] == '[' && host.p[host.len - 1] == ']') {
		host.p++;
		host.len -= 2;
		if (host.len > 5 && !memcmp(host.p, "IPv6:", 5))
			return format_is_ipv6(
				(struct span){host.p + 5, host.len - 5});
		return format_is_ipv4(host);
	}
	return is_host(host, wide);
}

bool format_is_email(struct span s)
{
	return is_address(s, false);
}

bool format_is_idn_email(struct span s)
{
	return is_address(s, true);
}

/* ---- URIs
 * -------------------------------------------------------------------- */

#define UNRESERVED "-._~"
#define SUB_DELIMS "!$&'()*+,;="

static bool is_percent(const char *p, const char *end)
{
	return end - p >= 3 && *p == '%' && is_hex(p[1]) && is_hex(p[2]);
}

/* For private use: U+E000 to U+F8FF, U+F0000 and beyond. */
static bool is_private(const char *p)
{
	unsigned char a = (unsigned char)p[0], b = (unsigned char)p[1];

	return a == 0xEE || (a == 0xEF && b < 0xA4) || a == 0xF4 ||
	       (a == 0xF3 && b >= 0xB0);
}

enum wide { WIDE_NONE, WIDE_MOST, WIDE_ALL };

/* Unreserved, sub-delimiters, percent escapes, and `more`. */
static bool is_made_of(struct span s, const char *more, enum wide wide)
{
	const char *p = s.p, *end = s.p + s.len;

	for (; p < end; p++) {
		if (is_alnum(*p) || is_one_of(*p, UNRESERVED SUB_DELIMS) ||
		    is_one_of(*p, more))
			continue;
		if (is_percent(p, end))
			p += 2;
		else if (!is_wide(*p) || wide == WIDE_NONE ||
			 (wide == WIDE_MOST && end - p > 1 && is_private(p)))
			return false;
	}
	return true;
}

/* Between brackets: an IPv6 address, or what is to come ("v1.x"). */
static bool is_literal(struct span s)
{
	struct span version;

	if (!s.len || (s.p[0] | 0x20) != 'v')
		return format_is_ipv6(s);
	s.p++;
	s.len--;
	version = take_to(&s, '.');
	for (; version.len; version.p++, version.len--)
		if (!is_hex(version.p[0]))
			return false;
	return s.len && !memchr(s.p, '%', s.len) &&
	       is_made_of(s, ":", WIDE_NONE);
}

static bool is_authority(struct span s, enum wide wide)
{
	const char *at = s.len ? memchr(s.p, '@', s.len) : NULL;
	size_t n = s.len;

	if (at && !is_made_of(take_to(&s, '@'), ":", wide))
		return false;
	for (n = s.len; n && is_digit(s.p[n - 1]); n--)
		;
	if (n && s.p[n - 1] == ':')
		s.len = n - 1;
	if (s.len && s.p[0] == '[')
		return s.p[s.len - 1] == ']' &&
		       is_literal((struct span){s.p + 1, s.len - 2});
	return is_made_of(s, "", wide);
}

static bool is_reference(struct span s, enum wide wide, bool whole)
{
	enum wide query = wide == WIDE_NONE ? WIDE_NONE : WIDE_ALL;
	struct span fragment, first, rest;
	struct uri u;

	uri_cut(s, &rest, &fragment);
	u = uri_split(rest);
	if (whole && !u.scheme.p)
		return false;
	if (u.authority.p && !is_authority(u.authority, wide))
		return false;
	first = u.path;
	first = take_to(&first, '/');
	/* what looks like a scheme and is none */
	if (!u.scheme.p && !u.authority.p && first.len &&
	    memchr(first.p, ':', first.len))
		return false;
	return is_made_of(u.path, ":@/", wide) &&
	       (!u.query.p || is_made_of(u.query, ":@/?", query)) &&
	       is_made_of(fragment, ":@/?", wide);
}

bool format_is_uri(struct span s)
{
	return is_reference(s, WIDE_NONE, true);
}

bool format_is_uri_reference(struct span s)
{
	return is_reference(s, WIDE_NONE, false);
}

bool format_is_iri(struct span s)
{
	return is_reference(s, WIDE_MOST, true);
}

bool format_is_iri_reference(struct span s)
{
	return is_reference(s, WIDE_MOST, false);
}

/* ---- templates
 * ---------------------------------------------------------------- */

/* A variable and how it is cut: "name", "name:3", "name*". */
static bool is_variable(struct span s)
{
	const char *p = s.p, *end = s.p + s.len;
	bool any = false; /* of the name, behind a point */

	for (; p < end && *p != ':' && *p != '*'; p++) {
		if (*p == '.' && any) {
			any = false;
			continue;
		}
		any = true;
		if (is_percent(p, end))
			p += 2;
		else if (!is_alnum(*p) && *p != '_')
			return false;
	}
	if (!any || p == end)
		return any;
	if (*p++ == '*')
		return p == end;
	if (p == end || end - p > 4 || *p == '0')
		return false;
	for (; p < end; p++)
		if (!is_digit(*p))
			return false;
	return true;
}

static bool is_expression(struct span s)
{
	if (s.len && is_one_of(s.p[0], "+#./;?&=,!@|")) {
		s.p++;
		s.len--;
	}
	if (!s.len || s.p[s.len - 1] == ',')
		return false;
	while (s.len)
		if (!is_variable(take_to(&s, ',')))
			return false;
	return true;
}

bool format_is_uri_template(struct span s)
{
	const char *p = s.p, *end = s.p + s.len, *close;

	for (; p < end; p++) {
		if (*p == '{') {
			close = memchr(p, '}', (size_t)(end - p));
			if (!close || !is_expression((struct span){
					      p + 1, (size_t)(close - p - 1)}))
				return false;
			p = close;
		} else if (*p == '%' ? !is_percent(p, end)
				     : (!is_wide(*p) && *p <= ' ') ||
					       *p == 0x7F ||
					       is_one_of(*p, "\"<>\\^`|}")) {
			return false;
		}
	}
	return true;
}
