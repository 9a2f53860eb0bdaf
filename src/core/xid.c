#include "core/xid.h"

static const char prefix[] = XID_MODULE ".";

static bool is_entity(struct span s)
{
	size_t i;

	for (i = 0; i < s.len; i++) {
		char c = s.p[i];

		if (!(c >= 'a' && c <= 'z') &&
		    !(i && ((c >= '0' && c <= '9') || c == '_')))
			return false;
	}
	return s.len > 0;
}

static bool stays(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '-';
}

static void put_escaped(struct buf *out, struct span s)
{
	static const char hex[] = "0123456789ABCDEF";
	size_t i;

	for (i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (stays(c)) {
			buf_addc(out, (char)c);
		} else {
			char esc[3] = {'_', hex[c >> 4], hex[c & 15]};

			buf_add(out, esc, sizeof(esc));
		}
	}
}

int xid_put(struct buf *out, const struct xid *parts, struct err *err)
{
	size_t from = out->len;

	if (!is_entity(parts->entity))
		return err_set(err, ERR_DATA, "'%.*s' is no entity name",
			       SPAN_FMT(parts->entity));
	if (!parts->key.len)
		return err_set(err, ERR_DATA, "the key is empty");
	if (parts->key.len > XID_MAX || parts->site.len > XID_MAX)
		goto too_long;
	buf_adds(out, prefix);
	buf_add_span(out, parts->entity);
	buf_addc(out, '.');
	if (parts->site.len) {
		put_escaped(out, parts->site);
		buf_addc(out, '.');
	}
	put_escaped(out, parts->key);
	if (!out->over && out->len - from <= XID_MAX)
		return 0;
	out->len = from;
too_long:
	return err_set(err, ERR_DATA,
		       "the key is too long for an external id (%d bytes)",
		       XID_MAX);
}

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Decode one part; -1 where xid_put would not have written it like this. */
static int get_escaped(struct buf *store, struct span s)
{
	size_t i;

	if (!s.len)
		return -1;
	for (i = 0; i < s.len; i++) {
		int hi, lo;
		unsigned char c;

		if (stays((unsigned char)s.p[i])) {
			buf_addc(store, s.p[i]);
			continue;
		}
		if (s.p[i] != '_' || s.len - i < 3)
			return -1;
		hi = hex_value(s.p[i + 1]);
		lo = hex_value(s.p[i + 2]);
		if (hi < 0 || lo < 0)
			return -1;
		c = (unsigned char)(hi << 4 | lo);
		if (stays(c))
			return -1;
		buf_addc(store, (char)c);
		i += 2;
	}
	return store->over ? -1 : 0;
}

/* Cut `s` at its first dot; false where there is none. */
static bool cut_at_dot(struct span *s, struct span *head)
{
	const char *dot = s->len ? memchr(s->p, '.', s->len) : NULL;

	if (!dot)
		return false;
	head->p = s->p;
	head->len = (size_t)(dot - s->p);
	s->p = dot + 1;
	s->len -= head->len + 1;
	return true;
}

int xid_parse(struct span text, struct buf *store, struct xid *parts)
{
	struct span entity, site = {NULL, 0}, rest = text;
	size_t at_site, at_key;

	buf_clear(store);
	if (text.len > XID_MAX || text.len < sizeof(prefix) ||
	    memcmp(text.p, prefix, sizeof(prefix) - 1) != 0)
		return -1;
	rest.p += sizeof(prefix) - 1;
	rest.len -= sizeof(prefix) - 1;
	if (!cut_at_dot(&rest, &entity) || !is_entity(entity))
		return -1;
	buf_add_span(store, entity);
	at_site = store->len;
	if (cut_at_dot(&rest, &site) && get_escaped(store, site) < 0)
		return -1;
	at_key = store->len;
	if (get_escaped(store, rest) < 0)
		return -1;
	parts->entity = (struct span){store->data, at_site};
	parts->site = (struct span){store->data + at_site, at_key - at_site};
	parts->key = (struct span){store->data + at_key, store->len - at_key};
	return 0;
}
