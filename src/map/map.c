#include "map/map.h"

#include <stdlib.h>

#include "core/mem.h"
#include "expr/ast.h"

/* ---- compiling ----------------------------------------------------------- */

static const char *const entry_keys[] = {"entity", "key",    "site", "op",
					 "when",   "fields", NULL};
static const char *const ops[] = {"upsert",  "create", "update",
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

static int compile_fields(struct map *m, struct map_entry *e,
			  const struct yt_node *n, struct err *err)
{
	const struct yt_node *c;

	if (yt_want(n, YT_MAP, "fields", err) < 0)
		return -1;
	e->field =
		arena_alloc(&m->scope.arena, mem_mul(n->n, sizeof(*e->field)));
	yt_each (n, c) {
		struct map_field *f = &e->field[e->n_fields];

		if (!is_identifier(c->key))
			return yt_err_key(c, err,
					  "'%s' is no field name: small "
					  "letters, digits and _",
					  c->key);
		f->name = c->key;
		f->prefix = member_prefix(m, c->key);
		f->value = expr_compile(&m->scope, c, err);
		if (!f->value)
			return -1;
		e->n_fields++;
	}
	return 0;
}

/* Text is constant; {from: EXPRESSION} is computed. */
static int compile_value(struct map *m, const struct yt_node *n,
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
	v->value = expr_compile(&m->scope, from, err);
	return v->value ? 0 : -1;
}

static int compile_op(struct map *m, struct map_entry *e,
		      const struct yt_node *n, struct err *err)
{
	const struct yt_node *op = yt_get(n, "op");
	int i = 0;

	e->op.text = SPAN("upsert");
	if (!op)
		return 0;
	if (op->type == YT_SCALAR && yt_word(n, "op", ops, &i, err) < 0)
		return -1;
	return compile_value(m, op, "op", &e->op, err);
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

static int compile_entry(struct map *m, struct map_entry *e,
			 const struct yt_node *n, struct err *err)
{
	const struct yt_node *key = yt_get(n, "key"), *when = yt_get(n, "when");
	const struct yt_node *site = yt_get(n, "site");
	const struct yt_node *fields = yt_get(n, "fields");
	struct buf head = BUF_INIT(LINE_CEILING);

	if (yt_check_keys(n, entry_keys, err) < 0 ||
	    yt_text_required(n, "entity", &e->entity, err) < 0)
		return -1;
	if (!is_identifier(e->entity))
		return yt_err(yt_get(n, "entity"), err,
			      "'%s' is no entity name: small letters, digits "
			      "and _",
			      e->entity);
	if (!key)
		return yt_err(n, err, "'key' is missing");
	rec_put_open(&head, '{');
	rec_add_str(&head, "entity", span_of(e->entity));
	rec_put_key(&head, SPAN("key"));
	e->head = keep(m, &head);
	e->key = expr_compile(&m->scope, key, err);
	if (!e->key || compile_op(m, e, n, err) < 0)
		return -1;
	e->has_site = site != NULL;
	if (site && compile_value(m, site, "site", &e->site, err) < 0)
		return -1;
	if (when) {
		e->when = expr_compile(&m->scope, when, err);
		if (!e->when)
			return -1;
	}
	compile_middle(m, e);
	return fields ? compile_fields(m, e, fields, err) : 0;
}

int map_compile(struct map *m, const struct feed *f, const char *profiles,
		struct err *err)
{
	const struct yt_node *c;

	*m = (struct map){.feed = f, .arena = ARENA_INIT};
	expr_scope_init(&m->scope, profiles, f->path);
	if (!f->map) {
		yt_err(f->root, err, "the feed has no 'map' section");
		goto fail;
	}
	if (!f->map->n) {
		yt_err(f->map, err, "'map' has no entries");
		goto fail;
	}
	m->entry = mem_zalloc(mem_mul(f->map->n, sizeof(*m->entry)));
	yt_each (f->map, c) {
		if (compile_entry(m, &m->entry[m->n_entries], c, err) < 0)
			goto fail;
		m->n_entries++;
	}
	members_init(&m->members, &m->scope);
	return 0;
fail:
	map_release(m);
	return -1;
}

void map_release(struct map *m)
{
	members_release(&m->members);
	expr_scope_release(&m->scope);
	arena_release(&m->arena);
	free(m->entry);
	free(m->fault);
	*m = (struct map){.arena = ARENA_INIT};
}

int map_check_columns(const struct map *m, struct rec *opening, struct err *err)
{
	const struct rec_node *columns =
		rec_get(opening, opening->node, "columns");
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
	free(names);
	return rc;
}

/* ---- running ------------------------------------------------------------- */

/* One raw record on its way. */
struct run {
	struct map *m;
	struct rec *r;
	struct expr_env env;
	const struct map_entry *e;
	const struct rec_node *raw, *src;
	struct buf *out;
};

static void add_fault(struct run *u, struct map_fault f)
{
	struct map *m = u->m;

	m->fault = mem_grow(m->fault, m->n_faults, &m->cap_faults,
			    sizeof(*m->fault));
	f.entity = u->e ? u->e->entity : NULL;
	m->fault[m->n_faults++] = f;
}

/* What the evaluation left in the environment. */
static void add_env_fault(struct run *u, struct span to)
{
	const struct expr_fault *f = &u->env.fault;
	size_t len = strlen(f->why.msg);

	add_fault(u, (struct map_fault){
			     .code = f->code,
			     .to = to,
			     .column = f->column,
			     .value = f->value,
			     .rule = f->rule,
			     .why = {arena_dup(&u->m->arena, f->why.msg, len),
				     len}});
}

static void add_plain_fault(struct run *u, const char *code, struct span to,
			    const struct val *v, const char *why)
{
	add_fault(u, (struct map_fault){.code = code,
					.to = to,
					.value = val_shown(v, &u->m->arena),
					.why = span_of(why)});
}

static void put_key(struct run *u)
{
	struct val v;

	if (expr_eval(u->e->key, &u->env, &v) < 0) {
		add_env_fault(u, SPAN("key"));
		return;
	}
	if (val_is_empty(&v)) {
		add_plain_fault(u, "missing-key", SPAN("key"), &v,
				"the record has no key");
		u->m->fault[u->m->n_faults - 1].rule = expr_source(u->e->key);
		u->m->fault[u->m->n_faults - 1].column = expr_origin(u->e->key);
		return;
	}
	if ((v.type != VAL_TEXT && v.type != VAL_NUMBER) ||
	    val_to_text(&v, &u->m->arena) < 0) {
		add_plain_fault(u, "bad-key", SPAN("key"), &v,
				"a key is text or a number");
		return;
	}
	val_put(u->out, u->r, &v);
}

/* Text of a constant or computed member; false where there is a fault. */
static bool value_text(struct run *u, const struct map_value *from,
		       const char *name, struct val *v)
{
	if (!from->value) {
		val_set_text(v, from->text);
		return true;
	}
	if (expr_eval(from->value, &u->env, v) < 0) {
		add_env_fault(u, span_of(name));
		return false;
	}
	if (val_is_empty(v) || val_to_text(v, &u->m->arena) < 0) {
		add_plain_fault(u, "missing-value", span_of(name), v,
				"a value is required");
		return false;
	}
	return true;
}

static void put_op(struct run *u)
{
	const char *const *word = ops;
	struct val v;

	if (!value_text(u, &u->e->op, "op", &v))
		return;
	while (*word && !span_is(v.text, *word))
		word++;
	if (!*word)
		add_plain_fault(u, "bad-op", SPAN("op"), &v,
				"op is upsert, create, update, archive or "
				"cancel");
	rec_add_str(u->out, "op", v.text);
}

static void put_fields(struct run *u)
{
	size_t i;

	for (i = 0; i < u->e->n_fields; i++) {
		const struct map_field *f = &u->e->field[i];
		struct val v;

		if (expr_eval(f->value, &u->env, &v) < 0) {
			add_env_fault(u, span_of(f->name));
			continue;
		}
		if (v.type == VAL_ABSENT)
			continue;
		rec_put_raw(u->out, f->prefix);
		val_put(u->out, u->r, &v);
	}
	rec_put_close(u->out, '}');
}

/* Members of the raw record that have no place in a canonical one. */
static bool is_ours(struct span name)
{
	static const char *const ours[] = {"raw", "src",  "entity", "key",
					   "op",  "site", "fields", NULL};
	const char *const *o = ours;

	while (*o && !span_is(name, *o))
		o++;
	return *o != NULL;
}

/* src and what we do not know travel on. */
static void put_rest(struct run *u)
{
	const struct rec_node *m;

	if (u->src) {
		rec_put_key_raw(u->out, SPAN("src"));
		rec_put_node(u->out, u->r, u->src);
	}
	rec_each (u->r, u->r->node, m) {
		if (m == u->raw || m == u->src || is_ours(rec_key(u->r, m)))
			continue;
		rec_put_key_raw(u->out, (struct span){m->key, m->key_len});
		rec_put_node(u->out, u->r, m);
	}
}

static void put_record(struct run *u)
{
	size_t begin = u->out->len;
	struct val site;

	buf_add_span(u->out, u->e->head);
	put_key(u);
	if (u->e->middle.len) {
		buf_add_span(u->out, u->e->middle);
	} else {
		put_op(u);
		if (u->e->has_site && value_text(u, &u->e->site, "site", &site))
			rec_add_str(u->out, "site", site.text);
		rec_put_raw(u->out, SPAN("\"fields\":{"));
	}
	put_fields(u);
	put_rest(u);
	rec_put_close(u->out, '}');
	if (u->out->over || u->out->len - begin > LINE_CEILING)
		add_fault(u, (struct map_fault){
				     .code = "too-long",
				     .why = SPAN("the mapped record has more "
						 "than 16 MiB")});
	buf_addc(u->out, '\n');
}

enum map_got map_run(struct map *m, struct rec *r, struct buf *out,
		     size_t *n_records)
{
	struct run u;
	size_t begin = out->len, i;

	m->n_faults = 0;
	*n_records = 0;
	arena_clear(&m->arena);
	/* Not all of it: u.env has room for a message. */
	u.m = m;
	u.r = r;
	u.e = NULL;
	u.raw = rec_get(r, r->node, "raw");
	u.src = rec_get(r, r->node, "src");
	u.out = out;
	if (!rec_is(u.raw, REC_OBJECT)) {
		add_fault(&u, (struct map_fault){
				      .code = "bad-record",
				      .why = SPAN("no raw record: it has no "
						  "object 'raw'")});
		return MAP_REJECT;
	}
	members_load(&m->members, r, u.raw);
	u.env.column = m->members.val;
	u.env.rec = r;
	u.env.arena = &m->arena;
	for (i = 0; i < m->n_entries; i++) {
		bool yes = true;

		u.e = &m->entry[i];
		if (u.e->when && expr_true(u.e->when, &u.env, &yes) < 0)
			add_env_fault(&u, SPAN("when"));
		else if (yes) {
			put_record(&u);
			++*n_records;
		}
	}
	if (!m->n_faults)
		return *n_records ? MAP_DONE : MAP_SKIP;
	out->len = begin;
	out->over = false;
	*n_records = 0;
	return MAP_REJECT;
}
