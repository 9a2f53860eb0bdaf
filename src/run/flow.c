#include "run/flow.h"

#include <stdlib.h>
#include <string.h>

#include "conf/profile.h"
#include "core/fs.h"
#include "core/mem.h"
#include "core/num.h"

#define SETTLE_MAX_S ((int64_t)7 * 24 * 3600)

static const char *const flow_keys[] = {
	"flow",        "target",     "inbox",     "archive",  "work", "feeds",
	"max_rejects", "max_change", "reconcile", "settle_s", NULL};
static const char *const feed_keys[] = {"feed",        "files",      "required",
					"max_rejects", "max_change", "snapshot",
					"needs",       NULL};

/* Whether `path` climbs out of the folder it is joined to. */
static bool climbs(const char *path)
{
	const char *p = path;

	while (*p) {
		size_t len = strcspn(p, "/");

		if (len == 2 && !strncmp(p, "..", 2))
			return true;
		p += len + (p[len] == '/');
	}
	return false;
}

/* A share such as 5%, or, with `counts`, a number of records. */
static int take_limit(const struct yt_node *n, const char *key, bool counts,
		      const char **out, struct err *err)
{
	const struct yt_node *at = yt_get(n, key);
	struct span s;
	int64_t v;

	if (!at)
		return 0;
	if (yt_text(n, key, out, err) < 0)
		return -1;
	s = span_of(*out);
	if (s.len && s.p[s.len - 1] == '%') {
		s.len--;
		if (num_parse(s, 0, 100, &v) == 0)
			return 0;
	} else if (counts && num_parse(s, 0, INT64_MAX, &v) == 0) {
		return 0;
	}
	return yt_err(at, err, "%s is a %s, not '%s'", key,
		      counts ? "number or P%" : "share such as 5%", *out);
}

static int take_folder(const struct yt_node *root, const char *key,
		       const char *base, char **out, struct err *err)
{
	const char *text;

	if (yt_text_required(root, key, &text, err) < 0)
		return -1;
	if (!*text)
		return yt_err(yt_get(root, key), err, "%s: a folder", key);
	*out = strcmp(base, ".") ? fs_join(base, text) : mem_strdup(text);
	return 0;
}

/* Only what comes before can have failed. */
static int take_needs(const struct flow *f, const struct yt_node *n,
		      struct flow_feed *to, struct err *err)
{
	const struct yt_node *list = yt_get(n, "needs"), *m;

	if (!list)
		return 0;
	if (yt_want(list, YT_LIST, "needs", err) < 0)
		return -1;
	yt_each (list, m) {
		if (yt_want(m, YT_SCALAR, "the name of a feed", err) < 0)
			return -1;
		if (!flow_feed(f, m->text))
			return yt_err(m, err,
				      "needs: no feed %s before this one in "
				      "the flow",
				      m->text);
	}
	to->needs = list;
	return 0;
}

static int take_feed(struct flow *f, const struct yt_node *n,
		     const char *profiles, struct err *err)
{
	struct flow_feed *to = &f->feed[f->n_feeds];
	struct err e = ERR_INIT;
	char *path;

	if (yt_want(n, YT_MAP, "a feed of the flow", err) < 0 ||
	    yt_check_keys(n, feed_keys, err) < 0 ||
	    yt_text_required(n, "feed", &to->feed, err) < 0 ||
	    yt_text_required(n, "files", &to->files, err) < 0 ||
	    yt_bool(n, "required", &to->required, err) < 0)
		return -1;
	to->max_rejects = f->max_rejects;
	to->max_change = f->max_change;
	if (take_limit(n, "max_rejects", true, &to->max_rejects, err) < 0 ||
	    take_limit(n, "max_change", false, &to->max_change, err) < 0 ||
	    yt_bool(n, "snapshot", &to->snapshot, err) < 0)
		return -1;
	if (!*to->files || to->files[0] == '/' || climbs(to->files))
		return yt_err(yt_get(n, "files"), err,
			      "files: a pattern below the inbox, not '%s'",
			      to->files);
	if (flow_feed(f, to->feed))
		return yt_err(yt_get(n, "feed"), err,
			      "the feed %s is in this flow already", to->feed);
	if (take_needs(f, n, to, err) < 0)
		return -1;
	path = profile_find(profiles, "feeds", to->feed, &e);
	if (!path)
		return yt_err(yt_get(n, "feed"), err, "%s", e.msg);
	free(path);
	f->n_feeds++;
	return 0;
}

static int take_feeds(struct flow *f, const char *profiles, struct err *err)
{
	const struct yt_node *list = yt_get(f->root, "feeds"), *n;

	if (!list)
		return yt_err(f->root, err, "a flow needs feeds");
	if (yt_want(list, YT_LIST, "feeds", err) < 0)
		return -1;
	if (!list->n)
		return yt_err(list, err, "feeds: none");
	f->feed = mem_zalloc(mem_mul(list->n, sizeof(*f->feed)));
	yt_each (list, n)
		if (take_feed(f, n, profiles, err) < 0)
			return -1;
	return 0;
}

static int take_reconcile(struct flow *f, struct err *err)
{
	const struct yt_node *r = yt_get(f->root, "reconcile"), *n;

	if (!r || yt_is_false(r))
		return 0;
	f->reconcile = true;
	if (yt_is_true(r))
		return 0;
	if (r->type != YT_LIST || !r->n)
		return yt_err(r, err,
			      "reconcile: true, false or a list of entities");
	f->entity = mem_zalloc(mem_mul(r->n, sizeof(*f->entity)));
	yt_each (r, n) {
		if (yt_want(n, YT_SCALAR, "an entity", err) < 0)
			return -1;
		f->entity[f->n_entities++] = n->text;
	}
	return 0;
}

static int take(struct flow *f, const char *profiles, const char *base,
		struct err *err)
{
	const struct yt_node *root = f->root;

	if (yt_want(root, YT_MAP, "a flow", err) < 0 ||
	    yt_check_keys(root, flow_keys, err) < 0 ||
	    yt_text_required(root, "flow", &f->name, err) < 0 ||
	    yt_text(root, "target", &f->target, err) < 0 ||
	    take_folder(root, "inbox", base, &f->inbox, err) < 0 ||
	    take_folder(root, "archive", base, &f->archive, err) < 0 ||
	    take_folder(root, "work", base, &f->work, err) < 0 ||
	    take_limit(root, "max_rejects", true, &f->max_rejects, err) < 0 ||
	    take_limit(root, "max_change", false, &f->max_change, err) < 0 ||
	    yt_int(root, "settle_s", 0, SETTLE_MAX_S, &f->settle_s, err) < 0)
		return -1;
	if (!*f->name || strchr(f->name, '/') || f->name[0] == '.')
		return yt_err(yt_get(root, "flow"), err,
			      "flow: a name, without / and no dot in front");
	if (!strcmp(f->inbox, f->archive))
		return yt_err(yt_get(root, "archive"), err,
			      "the archive cannot be the inbox");
	if (take_feeds(f, profiles, err) < 0)
		return -1;
	return take_reconcile(f, err);
}

int flow_load(struct flow *f, const char *profiles, const char *name,
	      const char *base, struct err *err)
{
	char *path;

	*f = (struct flow){.root = NULL};
	path = profile_find(profiles, "flows", name, err);
	if (!path)
		return -1;
	f->root = yt_load(path, err);
	free(path);
	if (f->root && take(f, profiles, base, err) == 0)
		return 0;
	flow_release(f);
	return -1;
}

void flow_release(struct flow *f)
{
	free(f->inbox);
	free(f->archive);
	free(f->work);
	free(f->feed);
	free(f->entity);
	yt_free(f->root);
	*f = (struct flow){.root = NULL};
}

const struct flow_feed *flow_feed(const struct flow *f, const char *name)
{
	size_t i;

	for (i = 0; i < f->n_feeds; i++)
		if (!strcmp(f->feed[i].feed, name))
			return &f->feed[i];
	return NULL;
}

bool flow_needs(const struct flow_feed *f, const char *other)
{
	const struct yt_node *m;

	if (!f->needs)
		return false;
	yt_each (f->needs, m)
		if (!strcmp(m->text, other))
			return true;
	return false;
}
