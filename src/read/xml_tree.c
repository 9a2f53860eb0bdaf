#include "read/xml_tree.h"

#include <stdlib.h>

#define XSI "http://www.w3.org/2001/XMLSchema-instance"

void xml_tree_init(struct xml_tree *t, const struct xml_lists *lists)
{
	*t = (struct xml_tree){.tree = TREE_INIT,
			       .lists = lists,
			       .text = BUF_INIT(LINE_CEILING),
			       .name = BUF_INIT(LINE_CEILING)};
	buf_reserve(&t->text, 1); /* spans point into it */
}

void xml_tree_release(struct xml_tree *t)
{
	tree_release(&t->tree);
	buf_release(&t->text);
	buf_release(&t->name);
}

static int cmp_name(const void *a, const void *b)
{
	return span_cmp(*(const struct span *)a, *(const struct span *)b);
}

static bool is_list(const struct xml_tree *t, struct span name)
{
	return t->lists && t->lists->n &&
	       bsearch(&name, t->lists->name, t->lists->n, sizeof(name),
		       cmp_name);
}

void xml_tree_begin(struct xml_tree *t)
{
	tree_begin(&t->tree);
	buf_clear(&t->text);
	t->run = 0;
	t->depth = 1;
	t->deep = t->over = false;
	t->level[0] = (struct xml_level){0};
}

static bool is_blank(struct span s)
{
	return !span_trim(s).len;
}

/* Text between two tags, one of them an element in it, counts if it is any. */
static void end_run(struct xml_tree *t)
{
	if (is_blank(
		    (struct span){t->text.data + t->run, t->text.len - t->run}))
		t->text.len = t->run;
	t->run = t->text.len;
}

static void put_attributes(struct xml_tree *t, struct xml_level *l,
			   const char **att)
{
	for (; *att; att += 2) {
		struct span value = span_of(att[1]);
		struct xml_name name;

		xml_name_of(att[0], &name);
		if (span_is(name.local, "nil") && span_is(name.uri, XSI) &&
		    (span_is(value, "true") || span_is(value, "1"))) {
			l->nil = true;
			continue;
		}
		buf_clear(&t->name);
		buf_addc(&t->name, '@');
		buf_add_span(&t->name, name.local);
		tree_text(&t->tree, buf_span(&t->name), value, false);
	}
}

void xml_tree_start(struct xml_tree *t, const struct xml_name *name,
		    const char **att)
{
	struct xml_level *l;

	if (!t->depth) {
		xml_tree_begin(t);
	} else {
		t->depth++;
		if (t->depth > XML_TREE_DEPTH_MAX - 1)
			t->deep = true;
		if (xml_tree_fails(t))
			return;
		l = &t->level[t->depth - 2];
		l->parts = true;
		end_run(t);
		tree_open(&t->tree, name->local, is_list(t, name->local));
	}
	l = &t->level[t->depth - 1];
	*l = (struct xml_level){.text = t->text.len};
	put_attributes(t, l, att);
	t->over = t->tree.over;
}

void xml_tree_text(struct xml_tree *t, struct span text)
{
	if (xml_tree_fails(t))
		return;
	buf_add_span(&t->text, text);
	if (t->text.over)
		t->over = true;
}

static void close_level(struct xml_tree *t, const struct xml_level *l,
			struct span text)
{
	bool bare = tree_is_empty(&t->tree) && t->depth > 1;

	if (bare && l->nil && !text.len) {
		tree_close_as_null(&t->tree);
		return;
	}
	if (l->nil)
		tree_text(&t->tree, SPAN("@nil"), SPAN("true"), false);
	if (bare && !l->nil) {
		tree_close_as_text(&t->tree, text);
		return;
	}
	if (text.len)
		tree_text(&t->tree, SPAN("#text"), text, false);
	if (t->depth > 1)
		tree_close(&t->tree);
}

bool xml_tree_end(struct xml_tree *t)
{
	struct xml_level *l;

	if (!xml_tree_fails(t)) {
		l = &t->level[t->depth - 1];
		if (l->parts)
			end_run(t);
		close_level(t, l,
			    (struct span){t->text.data + l->text,
					  t->text.len - l->text});
		t->text.len = t->run = l->text;
		t->over = t->tree.over;
	}
	return --t->depth == 0;
}
