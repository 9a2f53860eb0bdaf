#include "read/xml_path.h"

#define PATH_TEXT_MAX ((size_t)4096)

static struct span until(const char *p, const char *stops)
{
	return (struct span){p, strcspn(p, stops)};
}

/* The namespace of the step's prefix, where the layout binds it. */
static void bind(struct xml_step *s, const struct yt_node *namespaces)
{
	char prefix[64];
	const struct yt_node *n;

	if (!s->prefix.len || s->prefix.len >= sizeof(prefix))
		return;
	memcpy(prefix, s->prefix.p, s->prefix.len);
	prefix[s->prefix.len] = '\0';
	n = yt_get(namespaces, prefix);
	if (n)
		s->uri = (struct span){n->text, n->len};
}

static bool is_name(struct span s)
{
	size_t i;

	for (i = 0; i < s.len; i++)
		if (span_is_space(s.p[i]) || strchr("[]()@'\"=|,<>&", s.p[i]))
			return false;
	return s.len > 0;
}

/* One step at `p`; what follows it, or NULL. */
static const char *parse_step(struct xml_path *path, const char *p,
			      const struct yt_node *namespaces, struct buf *why)
{
	struct xml_step *s = &path->step[path->n];
	struct span name;

	if (*p == '{') {
		s->uri = until(p + 1, "}");
		if (!s->uri.p[s->uri.len]) {
			buf_adds(why, "a } is missing");
			return NULL;
		}
		p = s->uri.p + s->uri.len + 1;
	}
	name = until(p, "/");
	if (!is_name(name)) {
		if (!name.len)
			buf_adds(why, "a name is missing");
		else
			buf_addf(why,
				 "'%.*s' is no name of an element; a path has "
				 "names, * and prefixes, but no conditions",
				 SPAN_FMT(name));
		return NULL;
	}
	s->local = name;
	if (!s->uri.len && memchr(name.p, ':', name.len)) {
		s->prefix = until(name.p, ":");
		s->local.p += s->prefix.len + 1;
		s->local.len -= s->prefix.len + 1;
		if (!s->prefix.len || !s->local.len) {
			buf_addf(why, "'%.*s' is no name", SPAN_FMT(name));
			return NULL;
		}
		bind(s, namespaces);
	}
	if (span_is(s->local, "*"))
		s->local.len = 0;
	path->n++;
	return name.p + name.len;
}

int xml_path_parse(struct xml_path *path, const char *text,
		   const struct yt_node *namespaces, struct buf *why)
{
	const char *p;

	*path = (struct xml_path){.text = BUF_INIT(PATH_TEXT_MAX)};
	buf_adds(&path->text, text);
	p = buf_str(&path->text);
	if (path->text.over || !*p) {
		buf_adds(why,
			 path->text.over ? "it is too long" : "it is empty");
		return -1;
	}
	path->step[0].deep = *p != '/' || p[1] == '/';
	p += *p == '/' ? 1 + (p[1] == '/') : 0;
	for (;;) {
		if (path->n && *p == '@') {
			path->att = until(p + 1, "/:");
			if (!is_name(path->att) || path->att.p[path->att.len]) {
				buf_adds(why, "after @ stands the name of an "
					      "attribute, without a prefix");
				return -1;
			}
			break;
		}
		if (path->n == XML_STEPS_MAX) {
			buf_adds(why, "it has too many steps");
			return -1;
		}
		p = parse_step(path, p, namespaces, why);
		if (!p)
			return -1;
		if (!*p)
			break;
		p++;
		if (path->n < XML_STEPS_MAX && *p == '/') {
			path->step[path->n].deep = true;
			p++;
		}
	}
	path->state[0] = 1;
	return 0;
}

void xml_path_release(struct xml_path *p)
{
	buf_release(&p->text);
}

static bool matches(const struct xml_step *s, const struct xml_name *name)
{
	if (s->local.len && !span_eq(s->local, name->local))
		return false;
	if (s->uri.len)
		return span_eq(s->uri, name->uri);
	return !s->prefix.len || span_eq(s->prefix, name->prefix);
}

bool xml_path_enter(struct xml_path *p, const struct xml_name *name)
{
	uint32_t from = p->state[p->depth], to = 0;
	unsigned i;

	for (i = 0; i < p->n; i++) {
		if (!(from >> i & 1))
			continue;
		if (p->step[i].deep)
			to |= UINT32_C(1) << i;
		if (matches(&p->step[i], name))
			to |= UINT32_C(2) << i;
	}
	p->state[++p->depth] = to;
	return to >> p->n & 1;
}

void xml_path_leave(struct xml_path *p)
{
	p->depth--;
}

unsigned xml_path_common(const struct xml_path *a, const struct xml_path *b)
{
	unsigned i;

	for (i = 0; i < a->n && i < b->n; i++) {
		const struct xml_step *s = &a->step[i], *t = &b->step[i];

		if (s->deep || t->deep || !span_eq(s->local, t->local) ||
		    !span_eq(s->prefix, t->prefix) || !span_eq(s->uri, t->uri))
			break;
	}
	return i;
}
