#include "contract/uri.h"

void uri_cut(struct span ref, struct span *uri, struct span *fragment)
{
	const char *hash = ref.len ? memchr(ref.p, '#', ref.len) : NULL;

	*uri = ref;
	*fragment = (struct span){"", 0};
	if (!hash)
		return;
	uri->len = (size_t)(hash - ref.p);
	*fragment = (struct span){hash + 1, ref.len - uri->len - 1};
}

static bool is_alpha(char c)
{
	return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}

/* Length of the scheme, without its colon; 0 where there is none. */
static size_t scheme_len(struct span s)
{
	size_t i;

	for (i = 0; i < s.len; i++) {
		if (s.p[i] == ':')
			return i;
		if (!is_alpha(s.p[i]) &&
		    (!i || ((s.p[i] < '0' || s.p[i] > '9') && s.p[i] != '+' &&
			    s.p[i] != '-' && s.p[i] != '.')))
			return 0;
	}
	return 0;
}

struct uri uri_split(struct span s)
{
	struct uri u = {.path = {NULL, 0}};
	size_t n = scheme_len(s);

	if (n) {
		u.scheme = (struct span){s.p, n};
		s.p += n + 1;
		s.len -= n + 1;
	}
	if (s.len >= 2 && s.p[0] == '/' && s.p[1] == '/') {
		for (n = 2; n < s.len && s.p[n] != '/' && s.p[n] != '?'; n++)
			;
		u.authority = (struct span){s.p + 2, n - 2};
		s.p += n;
		s.len -= n;
	}
	for (n = 0; n < s.len && s.p[n] != '?'; n++)
		;
	u.path = (struct span){s.p, n};
	if (n < s.len)
		u.query = (struct span){s.p + n + 1, s.len - n - 1};
	return u;
}

/* Take the last segment, and the slash before it, off out behind `from`. */
static void drop_segment(struct buf *out, size_t from)
{
	while (out->len > from && out->data[out->len - 1] != '/')
		out->len--;
	if (out->len > from)
		out->len--;
}

/* Append the path without its "." and ".." (section 5.2.4). */
static void put_path(struct span p, struct buf *out)
{
	size_t from = out->len, i = 0;

	while (i < p.len) {
		size_t end = i + (p.p[i] == '/');
		size_t n;

		while (end < p.len && p.p[end] != '/')
			end++;
		n = end - i;
		if (n == 2 && !memcmp(p.p + i, "/.", 2)) {
			if (end == p.len)
				buf_addc(out, '/');
		} else if (n == 3 && !memcmp(p.p + i, "/..", 3)) {
			drop_segment(out, from);
			if (end == p.len)
				buf_addc(out, '/');
		} else if (!(n == 1 && p.p[i] == '.') &&
			   !(n == 2 && p.p[i] == '.' && p.p[i + 1] == '.')) {
			buf_add(out, p.p + i, n);
		} else if (end < p.len) {
			end++; /* "./x" is "x" */
		}
		i = end;
	}
}

/* The path of the base up to its last slash, and the reference's behind it. */
static void merge(const struct uri *base, struct span path, struct buf *out)
{
	struct buf whole = BUF_INIT(out->ceiling);
	size_t n = base->path.len;

	while (n && base->path.p[n - 1] != '/')
		n--;
	if (base->authority.p && !base->path.len)
		buf_addc(&whole, '/');
	buf_add(&whole, base->path.p, n);
	buf_add_span(&whole, path);
	if (whole.len)
		put_path(buf_span(&whole), out);
	out->over |= whole.over;
	buf_release(&whole);
}

void uri_resolve(struct span base, struct span ref, struct buf *out)
{
	struct uri b = uri_split(base), r = uri_split(ref);
	struct uri from = r.scheme.p ? r : b;
	bool whole = r.scheme.p || r.authority.p;
	struct span query = r.query, authority;

	authority = whole ? r.authority : b.authority;
	if (from.scheme.p) {
		buf_add_span(out, from.scheme);
		buf_addc(out, ':');
	}
	if (authority.p) {
		buf_adds(out, "//");
		buf_add_span(out, authority);
	}
	if (whole || (r.path.len && r.path.p[0] == '/')) {
		put_path(r.path, out);
	} else if (r.path.len) {
		merge(&b, r.path, out);
	} else {
		buf_add_span(out, b.path);
		if (!query.p)
			query = b.query;
	}
	if (query.p) {
		buf_addc(out, '?');
		buf_add_span(out, query);
	}
}

static int hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')
		return (c | 0x20) - 'a' + 10;
	return -1;
}

int uri_decode(struct span text, struct buf *out)
{
	size_t i;

	for (i = 0; i < text.len; i++) {
		int hi, lo;

		if (text.p[i] != '%') {
			buf_addc(out, text.p[i]);
			continue;
		}
		if (text.len - i < 3)
			return -1;
		hi = hex(text.p[i + 1]);
		lo = hex(text.p[i + 2]);
		if (hi < 0 || lo < 0 || (!hi && !lo))
			return -1;
		buf_addc(out, (char)(hi * 16 + lo));
		i += 2;
	}
	return 0;
}
