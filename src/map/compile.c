/* The `map` section of a feed, compiled. */
#include <stdlib.h>

#include "core/mem.h"
#include "expr/ast.h"
#include "map/group.h"
#include "map/inner.h"

static const char *const entry_keys[] = {"entity", "name", "each", "key",
					 "site",   "op",   "when", "group",
					 "fields", NULL};
const char *const map_ops[] = {"upsert",  "create", "update",
			       "archive", "cancel", NULL};

static bool is_identifier(const char *s)
{
	const char *p;

	for (p = s; *p; p++)
		if (!(*p >= 'a' && *p <= 'z') && *p != '_' &&
		    !(p > s && *p >= '0' && *p <= '9'))
			return false;
	return p > s;
}

static struct span keep(struct map *m, struct buf *b)
{
	struct span s = {arena_dup(&m->scope.arena, buf_str(b), b->len),
			 b->len};

	buf_release(b);
	return s;
}

/* A name as it stands before its value: "name": */
static struct span member_prefix(struct map *m, const char *name)
{
	struct buf b = BUF_INIT(LINE_CEILING);

	rec_put_key(&b, span_of(name));
	return keep(m, &b);
}

int map_name_field(struct map *m, struct map_field *f, const struct yt_node *n,
		   struct err *err)
{
	if (!is_identifier(n->key))
		return yt_err_key(n, err,
				  "'%s' is no field name: small letters, "
				  "digits and _",
				  n->key);
	*f = (struct map_field){.name = n->key,
				.prefix = member_prefix(m, n->key)};
	return 0;
}

int map_compile_fields(struct map *m, struct expr_scope *s,
		       const struct yt_node *n, struct map_field **field,
		       size_t *n_fields, struct err *err)
{
	const struct yt_node *c;

	if (yt_want(n, YT_MAP, "fields", err) < 0)
		return -1;
	*field = arena_alloc(&m->scope.arena, mem_mul(n->n, sizeof(**field)));
	yt_each (n, c) {
		struct map_field *f = &(*field)[*n_fields];

		if (map_name_field(m, f, c, err) < 0)
			return -1;
		if (c->type == YT_MAP)
			f->list = map_compile_list(m, s, c, err);
		else
			f->value = expr_compile(s, c, err);
		if (!f->value && !f->list)
			return -1;
		++*n_fields;
	}
	return 0;
}

/* Text is constant; {from: EXPRESSION} is computed. */
static int compile_value(struct expr_scope *s, const struct yt_node *n,
			 const char *what, struct map_value *v, struct err *err)
{
	static const char *const keys[] = {"from", NULL};
	const struct yt_node *from;

	if (n->type == YT_SCALAR) {
		if (!n->len || (n->plain && strpbrk(n->text, "|'([")))
			return yt_err(n, err,
				      "%s is constant text; an expression is "
				      "written {from: EXPRESSION}",
				      what);
		v->text = (struct span){n->text, n->len};
		return 0;
	}
	if (yt_check_keys(n, keys, err) < 0)
		return -1;
	from = yt_get(n, "from");
	if (!from)
		return yt_err(n, err, "'from' is missing");
	v->value = expr_compile(s, from, err);
	return v->value ? 0 : -1;
}

static int compile_op(struct expr_scope *s, struct map_entry *e,
		      const struct yt_node *n, struct err *err)
{
	const struct yt_node *op = yt_get(n, "op");
	int i = 0;

	e->op.text = SPAN("upsert");
	if (!op)
		return 0;
	if (op->type == YT_SCALAR && yt_word(n, "op", map_ops, &i, err) < 0)
		return -1;
	return compile_value(s, op, "op", &e->op, err);
}

/* Where op and site are constant, all between the key and the fields is. */
static void compile_middle(struct map *m, struct map_entry *e)
{
	struct buf b = BUF_INIT(LINE_CEILING);

	if (e->op.value || e->site.value)
		return;
	buf_addc(&b, ',');
	rec_add_str(&b, "op", e->op.text);
	if (e->has_site)
		rec_add_str(&b, "site", e->site.text);
	buf_adds(&b, ",\"fields\":{");
	e->middle = keep(m, &b);
}

static int compile_head(struct map *m, struct map_entry *e,
			const struct yt_node *n, struct err *err)
{
	struct buf head = BUF_INIT(LINE_CEILING);

	if (yt_check_keys(n, entry_keys, err) < 0 ||
	    yt_text_required(n, "entity", &e->entity, err) < 0)
		return -1;
	if (!is_identifier(e->entity))
		return yt_err(yt_get(n, "entity"), err,
			      "'%s' is no entity name: small letters, digits "
			      "and _",
			      e->entity);
	if (!yt_get(n, "key"))
		return yt_err(n, err, "'key' is missing");
	rec_put_open(&head, '{');
	rec_add_str(&head, "entity", span_of(e->entity));
	rec_put_key(&head, SPAN("key"));
	e->head = keep(m, &head);
	return 0;
}

static int compile_entry(struct map *m, struct map_entry *e,
			 const struct yt_node *n, struct err *err)
{
	const struct yt_node *each = yt_get(n, "each");
	const struct yt_node *when = yt_get(n, "when");
	const struct yt_node *site = yt_get(n, "site");
	const struct yt_node *fields = yt_get(n, "fields");
	const struct yt_node *group = yt_get(n, "group");
	struct expr_scope *s = &m->scope;

	if (compile_head(m, e, n, err) < 0)
		return -1;
	e->grouped = group != NULL;
	if (group && each)
		return yt_err(each, err,
			      "an entry has 'group' or 'each', not both");
	if (group && group_compile(m, group, err) < 0)
		return -1;
	m->scope.has_rows = e->grouped;
	if (each) {
		e->each = map_new_list(m, s);
		e->each->each = expr_compile(s, each, err);
		if (!e->each->each)
			return -1;
		s = &e->each->scope;
	}
	e->key = expr_compile(s, yt_get(n, "key"), err);
	if (!e->key || compile_op(s, e, n, err) < 0)
		return -1;
	e->has_site = site != NULL;
	if (site && compile_value(s, site, "site", &e->site, err) < 0)
		return -1;
	if (when) {
		e->when = expr_compile(s, when, err);
		if (!e->when)
			return -1;
	}
	compile_middle(m, e);
	if (fields &&
	    map_compile_fields(m, s, fields, &e->field, &e->n_fields, err) < 0)
		return -1;
	m->scope.has_rows = false;
	return group ? group_compile_lists(m, e, group, err) : 0;
}

int map_compile(struct map *m, const struct feed *f, const char *profiles,
		struct err *err)
{
	const struct yt_node *c, *running = yt_get(f->root, "running");

	*m = (struct map){.feed = f, .arena = ARENA_INIT};
	m->file = (struct buf)BUF_INIT(LINE_CEILING);
	expr_scope_init(&m->scope, profiles, f->path);
	if (!f->map) {
		yt_err(f->root, err, "the feed has no 'map' section");
		goto fail;
	}
	if (!f->map->n) {
		yt_err(f->map, err, "'map' has no entries");
		goto fail;
	}
	if (running) {
		m->running = running_compile(m, running, err);
		if (!m->running)
			goto fail;
	}
	m->entry = mem_zalloc(mem_mul(f->map->n, sizeof(*m->entry)));
	yt_each (f->map, c) {
		if (compile_entry(m, &m->entry[m->n_entries], c, err) < 0)
			goto fail;
		m->n_entries++;
	}
	members_init(&m->members, &m->scope);
	map_ready_lists(m);
	return 0;
fail:
	map_release(m);
	return -1;
}

void map_release(struct map *m)
{
	members_release(&m->members);
	map_release_lists(m);
	running_free(m->running);
	group_free(m->group);
	expr_scope_release(&m->scope);
	arena_release(&m->arena);
	buf_release(&m->file);
	free(m->entry);
	free(m->fault);
	*m = (struct map){.arena = ARENA_INIT};
}

int map_check_columns(const struct map *m, struct rec *opening, struct err *err)
{
	const struct rec_node *columns =
		rec_get(opening, opening->node, "columns");
	const struct map_list *l;
	const struct rec_node *c;
	struct span *names;
	size_t n = 0;
	int rc;

	if (!rec_is(columns, REC_ARRAY))
		return 0;
	names = mem_alloc(mem_mul(columns->count, sizeof(*names)));
	rec_each (opening, columns, c)
		names[n++] = rec_text(opening, c);
	rc = expr_check_columns(&m->scope, names, n, err);
	/* Rows of a group have the same columns. */
	for (l = m->lists; l && rc == 0; l = l->next)
		if (!l->each || expr_is_rows(l->each))
			rc = expr_check_columns(&l->scope, names, n, err);
	free(names);
	return rc;
}
