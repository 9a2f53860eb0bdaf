#include "read/xml_layout.h"

#include <stdlib.h>

#include "core/rec.h"

#define KEEP_MAX      64
#define KEEP_TEXT_MAX ((size_t)64 * 1024)

static int wrong_path(const struct yt_node *at, const char *text,
		      const struct read_conf *conf, struct buf *why,
		      struct err *err)
{
	if (at)
		yt_err(at, err, "the path '%s': %s", text, buf_str(why));
	else
		read_conf_wrong(conf, "record", err, "the path '%s': %s", text,
				buf_str(why));
	buf_release(why);
	return -1;
}

static int load_record(struct xml_layout *l, const struct read_conf *conf,
		       struct err *err)
{
	const struct yt_node *at =
		conf->record ? NULL : yt_get(l->root, "record");
	const char *text = conf->record ? conf->record : at ? at->text : NULL;
	struct buf why = BUF_INIT(1024);

	if (!text)
		return 0;
	if (at && yt_want(at, YT_SCALAR, "record", err) < 0)
		return -1;
	l->has_record = true;
	if (xml_path_parse(&l->record, text, yt_get(l->root, "namespaces"),
			   &why) < 0)
		return wrong_path(at, text, conf, &why, err);
	if (l->record.att.len) {
		buf_adds(&why, "a record is an element, no attribute");
		return wrong_path(at, text, conf, &why, err);
	}
	buf_release(&why);
	return 0;
}

static int cmp_name(const void *a, const void *b)
{
	return span_cmp(*(const struct span *)a, *(const struct span *)b);
}

static int load_lists(struct xml_layout *l, struct err *err)
{
	const struct yt_node *list = yt_get(l->root, "lists"), *n;
	size_t cap = 0;

	if (!list)
		return 0;
	if (yt_want(list, YT_LIST, "lists", err) < 0)
		return -1;
	yt_each (list, n) {
		if (yt_want(n, YT_SCALAR, "the name of an element", err) < 0)
			return -1;
		if (!n->len || strpbrk(n->text, ":/@ "))
			return yt_err(n, err,
				      "lists: '%s' is no name of an element "
				      "without its prefix",
				      n->text);
		l->lists.name = mem_grow(l->lists.name, l->lists.n, &cap,
					 sizeof(*l->lists.name));
		l->lists.name[l->lists.n++] = (struct span){n->text, n->len};
	}
	if (l->lists.n)
		qsort(l->lists.name, l->lists.n, sizeof(*l->lists.name),
		      cmp_name);
	return 0;
}

static int load_namespaces(const struct xml_layout *l, struct err *err)
{
	const struct yt_node *map = yt_get(l->root, "namespaces"), *n;

	if (!map)
		return 0;
	if (yt_want(map, YT_MAP, "namespaces", err) < 0)
		return -1;
	yt_each (map, n)
		if (yt_want(n, YT_SCALAR, "the name of a namespace", err) < 0)
			return -1;
	return 0;
}

static int load_keep(struct xml_layout *l, struct err *err)
{
	const struct yt_node *map = yt_get(l->root, "keep"), *n;
	struct buf why = BUF_INIT(1024);

	if (!map)
		return 0;
	if (yt_want(map, YT_MAP, "keep", err) < 0)
		return -1;
	if (map->n > KEEP_MAX)
		return yt_err(map, err, "keep: more than %d texts", KEEP_MAX);
	if (!l->has_record)
		return yt_err(map, err,
			      "keep: there is no record path, so nothing is "
			      "outside of the record");
	l->keep = mem_zalloc(mem_mul(map->n + 1, sizeof(*l->keep)));
	yt_each (map, n) {
		struct xml_keep *k = &l->keep[l->n_keep];

		if (yt_want(n, YT_SCALAR, "a path", err) < 0)
			return -1;
		k->text = (struct buf)BUF_INIT(KEEP_TEXT_MAX);
		k->name = span_of(n->key);
		l->n_keep++;
		if (xml_path_parse(&k->path, n->text,
				   yt_get(l->root, "namespaces"), &why) < 0)
			return wrong_path(n, n->text, NULL, &why, err);
		k->common = xml_path_common(&k->path, &l->record);
	}
	return 0;
}

int xml_layout_open(struct xml_layout *l, const struct read_conf *conf,
		    struct err *err)
{
	static const char *const known[] = {"record", "namespaces", "lists",
					    "keep", NULL};
	char *path;

	*l = (struct xml_layout){.root = NULL};
	if (conf->layout) {
		path = read_conf_file(conf, "layout", conf->layout, "xml", err);
		if (!path)
			return -1;
		l->root = yt_load(path, err);
		free(path);
		if (!l->root || yt_want(l->root, YT_MAP, "a layout", err) < 0 ||
		    yt_check_keys(l->root, known, err) < 0)
			return -1;
	}
	if (load_namespaces(l, err) < 0 || load_record(l, conf, err) < 0 ||
	    load_lists(l, err) < 0)
		return -1;
	return load_keep(l, err);
}

void xml_layout_release(struct xml_layout *l)
{
	size_t i;

	for (i = 0; i < l->n_keep; i++) {
		xml_path_release(&l->keep[i].path);
		buf_release(&l->keep[i].text);
	}
	free(l->keep);
	free(l->lists.name);
	xml_path_release(&l->record);
	yt_free(l->root);
}

static void take_attribute(struct xml_keep *k, const char **att)
{
	for (; *att; att += 2) {
		struct xml_name name;

		xml_name_of(att[0], &name);
		if (!span_eq(name.local, k->path.att))
			continue;
		buf_clear(&k->text);
		buf_adds(&k->text, att[1]);
		k->known = true;
		return;
	}
}

void xml_keep_start(struct xml_layout *l, const struct xml_name *name,
		    const char **att, unsigned depth)
{
	size_t i;

	for (i = 0; i < l->n_keep; i++) {
		struct xml_keep *k = &l->keep[i];

		if (!xml_path_enter(&k->path, name))
			continue;
		if (k->path.att.len) {
			take_attribute(k, att);
			continue;
		}
		buf_clear(&k->text);
		k->known = true;
		k->at = depth;
	}
}

void xml_keep_text(struct xml_layout *l, struct span text, unsigned depth)
{
	size_t i;

	for (i = 0; i < l->n_keep; i++)
		if (l->keep[i].at == depth)
			buf_add_span(&l->keep[i].text, text);
}

void xml_keep_end(struct xml_layout *l, unsigned depth)
{
	size_t i;

	for (i = 0; i < l->n_keep; i++) {
		struct xml_keep *k = &l->keep[i];

		xml_path_leave(&k->path);
		if (k->at == depth)
			k->at = 0;
		/* Where both paths part, a new part of the file begins. */
		if (depth == k->common)
			k->known = false;
	}
}

bool xml_keep_any(const struct xml_layout *l)
{
	size_t i;

	for (i = 0; i < l->n_keep; i++)
		if (l->keep[i].known)
			return true;
	return false;
}

void xml_keep_put(const struct xml_layout *l, struct buf *b)
{
	size_t i;

	for (i = 0; i < l->n_keep; i++) {
		const struct xml_keep *k = &l->keep[i];

		if (!k->known)
			continue;
		rec_put_key(b, k->name);
		rec_put_str(b, buf_span(&k->text));
	}
}
