#include "map/merge.h"

#include <stdlib.h>

#include "conf/profile.h"
#include "core/mem.h"
#include "core/suggest.h"

static const char *const keys[] = {"merge",  "version",  "entity",  "sources",
				   "match",  "require",  "missing", "rejects",
				   "fields", "examples", NULL};
/* In the order of enum merge_how; the second needs a field. */
static const char *const hows[] = {"first", "latest", "all",
				   "max",   "min",    "longest"};
#define N_HOWS (sizeof(hows) / sizeof(hows[0]))

static int how_of(const char *word)
{
	size_t i;

	for (i = 0; i < N_HOWS; i++)
		if (!strcmp(word, hows[i]))
			return (int)i;
	return -1;
}

static bool is_identifier(const char *s)
{
	const char *p;

	for (p = s; *p; p++)
		if (!(*p >= 'a' && *p <= 'z') && *p != '_' &&
		    !(p > s && *p >= '0' && *p <= '9'))
			return false;
	return p > s;
}

int merge_source(const struct merge *m, struct span feed)
{
	size_t i;

	for (i = 0; i < m->n_sources; i++)
		if (span_is(feed, m->source[i]))
			return (int)i;
	return -1;
}

const struct merge_rule *merge_rule_of(const struct merge *m, struct span field)
{
	size_t i;

	for (i = 0; i < m->n_rules; i++)
		if (span_is(field, m->rule[i].field))
			return &m->rule[i];
	return &m->rest;
}

/* ---- sources ---------------------------------------------------------------
 */

static int load_source(struct merge *m, const struct yt_node *n,
		       struct err *err)
{
	if (yt_want(n, YT_SCALAR, "the name of a feed", err) < 0)
		return -1;
	if (!n->len)
		return yt_err(n, err, "the name of a feed is missing");
	if (how_of(n->text) >= 0)
		return yt_err(n, err,
			      "'%s' is a word of the rules and cannot be the "
			      "name of a source",
			      n->text);
	if (merge_source(m, span_of(n->text)) >= 0)
		return yt_err(n, err, "'%s' stands here twice", n->text);
	if (m->n_sources == MERGE_SOURCES_MAX)
		return yt_err(n, err, "more than %d sources",
			      MERGE_SOURCES_MAX);
	m->source[m->n_sources++] = n->text;
	return 0;
}

static int load_sources(struct merge *m, struct err *err)
{
	const struct yt_node *n = yt_get(m->root, "sources"), *c;

	if (!n)
		return yt_err(m->root, err, "'sources' is missing");
	if (yt_want(n, YT_LIST, "sources", err) < 0)
		return -1;
	if (!n->n)
		return yt_err(n, err, "'sources' names no feed");
	yt_each (n, c)
		if (load_source(m, c, err) < 0)
			return -1;
	return 0;
}

static int unknown_source(const struct merge *m, const struct yt_node *n,
			  bool words, struct err *err)
{
	const char *known[MERGE_SOURCES_MAX + N_HOWS + 1];
	const char *near;
	size_t i, count = 0;

	for (i = 0; i < m->n_sources; i++)
		known[count++] = m->source[i];
	for (i = 0; words && i < N_HOWS; i++)
		known[count++] = hows[i];
	known[count] = NULL;
	near = suggest(span_of(n->text), known);
	return yt_err(n, err, "'%s' is not one of the sources%s%s%s%s", n->text,
		      words ? ", nor a rule" : "",
		      near ? "; did you mean '" : "", near ? near : "",
		      near ? "'?" : "");
}

/* Add the source `n` names to *list, once. */
static int add_source(const struct merge *m, const struct yt_node *n,
		      bool words, unsigned *list, size_t *n_list,
		      struct err *err)
{
	int source;
	size_t i;

	if (yt_want(n, YT_SCALAR, "the name of a source", err) < 0)
		return -1;
	source = merge_source(m, (struct span){n->text, n->len});
	if (source < 0)
		return unknown_source(m, n, words, err);
	for (i = 0; i < *n_list; i++)
		if (list[i] == (unsigned)source)
			return yt_err(n, err, "'%s' stands here twice",
				      n->text);
	list[(*n_list)++] = (unsigned)source;
	return 0;
}

/* A source or a list of some. */
static int load_order(const struct merge *m, const struct yt_node *n,
		      bool words, unsigned **list, size_t *n_list,
		      struct err *err)
{
	const struct yt_node *c;

	*list = mem_alloc(mem_mul(m->n_sources, sizeof(**list)));
	*n_list = 0;
	if (n->type == YT_SCALAR)
		return add_source(m, n, words, *list, n_list, err);
	if (yt_want(n, YT_LIST, "a source or a list of sources", err) < 0)
		return -1;
	if (!n->n)
		return yt_err(n, err, "the list names no source");
	yt_each (n, c)
		if (add_source(m, c, false, *list, n_list, err) < 0)
			return -1;
	return 0;
}

/* ---- rules -----------------------------------------------------------------
 */

/* Behind those that are named come the others, in the general order. */
static void add_others(const struct merge *m, struct merge_rule *r)
{
	unsigned i;
	size_t j, named = r->n_order;

	if (!r->order)
		r->order = mem_alloc(mem_mul(m->n_sources, sizeof(*r->order)));
	for (i = 0; i < m->n_sources; i++) {
		for (j = 0; j < named && r->order[j] != i; j++)
			;
		if (j == named)
			r->order[r->n_order++] = i;
	}
}

/* {latest: FIELD} or {only: SOURCES} */
static int load_rule_map(struct merge *m, struct merge_rule *r,
			 const struct yt_node *n, struct err *err)
{
	static const char *const words[] = {"latest", "only", NULL};
	const struct yt_node *latest, *only;

	if (yt_check_keys(n, words, err) < 0)
		return -1;
	latest = yt_get(n, "latest");
	only = yt_get(n, "only");
	if (!latest && !only)
		return yt_err(n, err,
			      "a rule is a source, a list of sources, all, "
			      "max, min, longest, {latest: FIELD} or {only: "
			      "SOURCES}");
	if (only && load_order(m, only, false, &r->order, &r->n_order, err) < 0)
		return -1;
	if (latest) {
		if (yt_text(n, "latest", &r->latest, err) < 0)
			return -1;
		if (!is_identifier(r->latest))
			return yt_err(latest, err,
				      "'%s' is no field name: small letters, "
				      "digits and _",
				      r->latest);
		r->how = MERGE_LATEST;
	}
	if (!only)
		add_others(m, r);
	return 0;
}

static int load_rule(struct merge *m, struct merge_rule *r,
		     const struct yt_node *n, struct err *err)
{
	int how;

	if (!is_identifier(n->key))
		return yt_err_key(n, err,
				  "'%s' is no field name: small letters, "
				  "digits and _",
				  n->key);
	r->field = n->key;
	if (n->type == YT_MAP)
		return load_rule_map(m, r, n, err);
	how = n->type == YT_SCALAR ? how_of(n->text) : -1;
	if (how == MERGE_LATEST)
		return yt_err(n, err,
			      "'latest' needs the field with the date: "
			      "{latest: updated}");
	if (how >= 0)
		r->how = (enum merge_how)how;
	else if (load_order(m, n, true, &r->order, &r->n_order, err) < 0)
		return -1;
	add_others(m, r);
	return 0;
}

static int load_fields(struct merge *m, struct err *err)
{
	const struct yt_node *n = yt_get(m->root, "fields"), *c;

	add_others(m, &m->rest);
	if (!n)
		return 0;
	if (yt_want(n, YT_MAP, "fields", err) < 0)
		return -1;
	m->rule = mem_zalloc(mem_mul(n->n, sizeof(*m->rule)));
	yt_each (n, c)
		if (load_rule(m, &m->rule[m->n_rules++], c, err) < 0)
			return -1;
	return 0;
}

/* ---- the rest --------------------------------------------------------------
 */

static int load_match(struct merge *m, struct err *err)
{
	const struct yt_node *n = yt_get(m->root, "match"), *c;

	if (!n || (n->type == YT_SCALAR && !strcmp(n->text, "key")))
		return 0;
	if (n->type != YT_LIST)
		return yt_err(n, err,
			      "match is 'key' or a list of fields, such as "
			      "[gtin]");
	if (!n->n)
		return yt_err(n, err, "'match' names no field");
	m->match = mem_alloc(mem_mul(n->n, sizeof(*m->match)));
	yt_each (n, c) {
		if (yt_want(c, YT_SCALAR, "a field", err) < 0)
			return -1;
		if (!is_identifier(c->text))
			return yt_err(c, err,
				      "'%s' is no field name: small letters, "
				      "digits and _",
				      c->text);
		m->match[m->n_match++] = c->text;
	}
	return 0;
}

static int load_require(struct merge *m, struct err *err)
{
	static const char *const words[] = {"reject", "skip", NULL};
	static const char *const what[] = {"refuse", "accept", NULL};
	const struct yt_node *n = yt_get(m->root, "require");
	int missing = 0, rejects = 0;

	if (yt_word(m->root, "rejects", what, &rejects, err) < 0)
		return -1;
	m->accept_rejects = rejects == 1;

	if (yt_word(m->root, "missing", words, &missing, err) < 0)
		return -1;
	m->skip_missing = missing == 1;
	if (n)
		return load_order(m, n, false, &m->require, &m->n_require, err);
	if (yt_get(m->root, "missing"))
		return yt_err(yt_get(m->root, "missing"), err,
			      "'missing' says what becomes of records without "
			      "the sources that 'require' names");
	return 0;
}

static int load(struct merge *m, struct err *err)
{
	if (yt_want(m->root, YT_MAP, "a merge", err) < 0 ||
	    yt_check_keys(m->root, keys, err) < 0 ||
	    yt_text_required(m->root, "merge", &m->name, err) < 0 ||
	    yt_int(m->root, "version", 1, INT64_MAX, &m->version, err) < 0 ||
	    yt_text_required(m->root, "entity", &m->entity, err) < 0)
		return -1;
	if (!is_identifier(m->entity))
		return yt_err(yt_get(m->root, "entity"), err,
			      "'%s' is no entity name: small letters, digits "
			      "and _",
			      m->entity);
	m->examples = yt_get(m->root, "examples");
	if (m->examples && yt_want(m->examples, YT_LIST, "examples", err) < 0)
		return -1;
	if (load_sources(m, err) < 0 || load_match(m, err) < 0 ||
	    load_require(m, err) < 0)
		return -1;
	return load_fields(m, err);
}

int merge_load(struct merge *m, const char *profiles, const char *name,
	       struct err *err)
{
	*m = (struct merge){.version = 1};
	m->path = profile_find(profiles, "merges", name, err);
	if (!m->path)
		return -1;
	m->root = yt_load(m->path, err);
	if (m->root && load(m, err) == 0)
		return 0;
	merge_release(m);
	return -1;
}

void merge_release(struct merge *m)
{
	size_t i;

	for (i = 0; i < m->n_rules; i++)
		free(m->rule[i].order);
	free(m->rule);
	free(m->rest.order);
	free(m->require);
	free(m->match);
	free(m->path);
	yt_free(m->root);
	*m = (struct merge){.version = 1};
}

/* ---- for a person ----------------------------------------------------------
 */

static void put_order(const struct merge *m, const unsigned *order, size_t n,
		      struct buf *out)
{
	size_t i;

	for (i = 0; i < n; i++)
		buf_addf(out, "%s%s", i ? ", " : "", m->source[order[i]]);
	buf_addc(out, '\n');
}

static void put_rule(const struct merge *m, const struct merge_rule *r,
		     struct buf *out)
{
	buf_addf(out, "  %-16s ", r->field ? r->field : "all others");
	switch (r->how) {
	case MERGE_FIRST:
		buf_adds(out, "the first of ");
		break;
	case MERGE_LATEST:
		buf_addf(out, "the latest by %s, then the first of ",
			 r->latest);
		break;
	case MERGE_ALL:
		buf_adds(out, "all of ");
		break;
	case MERGE_MAX:
		buf_adds(out, "the greatest of ");
		break;
	case MERGE_MIN:
		buf_adds(out, "the least of ");
		break;
	case MERGE_LONGEST:
		buf_adds(out, "the longest of ");
		break;
	}
	put_order(m, r->order, r->n_order, out);
}

void merge_explain(const struct merge *m, struct buf *out)
{
	size_t i;

	buf_addf(out, "merge %s, version %lld\nfile %s\nentity %s\n", m->name,
		 (long long)m->version, m->path, m->entity);
	buf_adds(out, "sources ");
	put_order(m, m->rest.order, m->rest.n_order, out);
	buf_adds(out, "the same by site, ");
	for (i = 0; i < m->n_match; i++)
		buf_addf(out, "%s%s", i ? ", " : "", m->match[i]);
	buf_adds(out, m->n_match ? "\n" : "key\n");
	if (m->n_require) {
		buf_addf(out, "%s without ",
			 m->skip_missing ? "skipped" : "rejected");
		put_order(m, m->require, m->n_require, out);
	}
	buf_adds(out, m->accept_rejects
			      ? "made also without records that were refused\n"
			      : "rejected where a record that was refused "
				"could have counted\n");
	buf_addc(out, '\n');
	for (i = 0; i < m->n_rules; i++)
		put_rule(m, &m->rule[i], out);
	put_rule(m, &m->rest, out);
}
