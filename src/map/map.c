/* One raw record to its canonical ones. */
#include "core/mem.h"
#include "map/group.h"
#include "map/inner.h"

/* "lines[2].qty": the field of the element at hand. */
static struct span place_of(struct run *u, struct span to)
{
	const struct map_frame *f;
	struct span s = to;

	for (f = u->frame; f && f->name; f = f->up) {
		struct buf b = BUF_INIT(LINE_CEILING);

		buf_addf(&b, "%s[%zu]%s%.*s", f->name, f->index,
			 s.len ? "." : "", SPAN_FMT(s));
		s.p = arena_dup(&u->m->arena, buf_str(&b), b.len);
		s.len = b.len;
		buf_release(&b);
	}
	return s;
}

static void add_fault(struct run *u, struct map_fault f)
{
	const struct map_frame *frame = u->frame;
	struct map *m = u->m;
	struct buf b = BUF_INIT(LINE_CEILING);

	if (u->rows && m->n_faults == GROUP_FAULTS_MAX)
		return;
	while (frame && frame->name)
		frame = frame->up;
	if (frame) {
		buf_addf(&b, "%.*s (element %zu of %.*s)", SPAN_FMT(f.why),
			 frame->index + 1,
			 SPAN_FMT(expr_source(u->e->each->each)));
		f.why.p = arena_dup(&m->arena, buf_str(&b), b.len);
		f.why.len = b.len;
		buf_release(&b);
	}
	m->fault = mem_grow(m->fault, m->n_faults, &m->cap_faults,
			    sizeof(*m->fault));
	f.entity = u->e ? u->e->entity : NULL;
	f.row = u->row;
	f.to = place_of(u, f.to);
	m->fault[m->n_faults++] = f;
}

void map_fault_env(struct run *u, const struct expr_env *env, struct span to)
{
	const struct expr_fault *f = &env->fault;
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

void map_fault_plain(struct run *u, const char *code, struct span to,
		     const struct val *v, const char *why)
{
	add_fault(u, (struct map_fault){.code = code,
					.to = to,
					.value = val_shown(v, &u->m->arena),
					.why = span_of(why)});
}

void map_fault_rule(struct run *u, const struct expr *x)
{
	struct map_fault *f = &u->m->fault[u->m->n_faults - 1];

	f->rule = expr_source(x);
	f->column = expr_origin(x);
}

static void put_key(struct run *u, struct expr_env *env)
{
	struct val v;

	if (expr_eval(u->e->key, env, &v) < 0) {
		map_fault_env(u, env, SPAN("key"));
		return;
	}
	if (val_is_empty(&v)) {
		map_fault_plain(u, "missing-key", SPAN("key"), &v,
				"the record has no key");
		map_fault_rule(u, u->e->key);
		return;
	}
	if ((v.type != VAL_TEXT && v.type != VAL_NUMBER) ||
	    val_to_text(&v, &u->m->arena) < 0) {
		map_fault_plain(u, "bad-key", SPAN("key"), &v,
				"a key is text or a number");
		return;
	}
	val_put(u->out, u->r, &v);
}

/* Text of a constant or computed member; false where there is a fault. */
static bool value_text(struct run *u, struct expr_env *env,
		       const struct map_value *from, const char *name,
		       struct val *v)
{
	if (!from->value) {
		val_set_text(v, from->text);
		return true;
	}
	if (expr_eval(from->value, env, v) < 0) {
		map_fault_env(u, env, span_of(name));
		return false;
	}
	if (val_is_empty(v) || val_to_text(v, &u->m->arena) < 0) {
		map_fault_plain(u, "missing-value", span_of(name), v,
				"a value is required");
		return false;
	}
	return true;
}

static void put_op(struct run *u, struct expr_env *env)
{
	const char *const *word = map_ops;
	struct val v;

	if (!value_text(u, env, &u->e->op, "op", &v))
		return;
	while (*word && !span_is(v.text, *word))
		word++;
	if (!*word)
		map_fault_plain(u, "bad-op", SPAN("op"), &v,
				"op is upsert, create, update, archive or "
				"cancel");
	rec_add_str(u->out, "op", v.text);
}

void map_put_fields(struct run *u, struct expr_env *env,
		    const struct map_field *field, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		const struct map_field *f = &field[i];
		struct val v;

		if (f->list) {
			map_put_list(u, env, f);
			continue;
		}
		if (expr_eval(f->value, env, &v) < 0) {
			map_fault_env(u, env, span_of(f->name));
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

/* The member `name` of a src, or NULL. */
static const struct rec_node *src_member(struct run *u,
					 const struct rec_node *src,
					 const char *name)
{
	return rec_is(src, REC_OBJECT) ? rec_get(u->r, src, name) : NULL;
}

/* That of the first row, and where the last one is. */
static void put_group_src(struct run *u)
{
	const struct rec_node *last = u->rows->array + 1, *m, *from, *to;
	size_t i;

	for (i = 0; i < (u->rows->n - 1) * u->rows->stride; i++)
		last = u->r->node + last->next;
	last = rec_get(u->r, last, "src");
	from = src_member(u, u->src, "row");
	to = src_member(u, last, "row");
	if (!from || !to) {
		rec_put_node(u->out, u->r, u->src);
		return;
	}
	rec_put_open(u->out, '{');
	rec_each (u->r, u->src, m) {
		rec_put_key_raw(u->out, (struct span){m->key, m->key_len});
		rec_put_node(u->out, u->r, m);
	}
	if (span_eq(rec_text(u->r, src_member(u, u->src, "file")),
		    rec_text(u->r, src_member(u, last, "file")))) {
		rec_put_key_raw(u->out, SPAN("rows"));
		rec_put_open(u->out, '[');
		rec_put_node(u->out, u->r, from);
		rec_put_node(u->out, u->r, to);
		rec_put_close(u->out, ']');
	} else {
		rec_put_key_raw(u->out, SPAN("last"));
		rec_put_node(u->out, u->r, last);
	}
	rec_put_close(u->out, '}');
}

/* src and what we do not know travel on. */
static void put_rest(struct run *u)
{
	const struct rec_node *m;

	if (u->src) {
		rec_put_key_raw(u->out, SPAN("src"));
		if (u->rows && u->e->grouped)
			put_group_src(u);
		else
			rec_put_node(u->out, u->r, u->src);
	}
	rec_each (u->r, u->whole, m) {
		if (m == u->raw || m == u->src || is_ours(rec_key(u->r, m)))
			continue;
		rec_put_key_raw(u->out, (struct span){m->key, m->key_len});
		rec_put_node(u->out, u->r, m);
	}
}

static void put_record(struct run *u, struct expr_env *env)
{
	size_t begin = u->out->len;
	struct val site;

	buf_add_span(u->out, u->e->head);
	put_key(u, env);
	if (u->e->middle.len) {
		buf_add_span(u->out, u->e->middle);
	} else {
		put_op(u, env);
		if (u->e->has_site &&
		    value_text(u, env, &u->e->site, "site", &site))
			rec_add_str(u->out, "site", site.text);
		rec_put_raw(u->out, SPAN("\"fields\":{"));
	}
	map_put_fields(u, env, u->e->field, u->e->n_fields);
	put_rest(u);
	rec_put_close(u->out, '}');
	if (u->out->over || u->out->len - begin > LINE_CEILING)
		add_fault(u, (struct map_fault){
				     .code = "too-long",
				     .why = SPAN("the mapped record has more "
						 "than 16 MiB")});
	buf_addc(u->out, '\n');
}

static void run_each(struct run *u, struct expr_env *env)
{
	struct map_frame frame = {.name = NULL};
	struct map_walk w;

	if (!map_walk_begin(&w, u, u->e->each, env, SPAN("each")))
		return;
	u->frame = &frame;
	while (map_walk_next(&w)) {
		frame.index = w.i - 1;
		if (u->m->trace)
			map_trace_entry(u->m->trace, u, &w.env);
		if (map_walk_wants(&w, u, u->e->when)) {
			put_record(u, &w.env);
			u->n_records++;
		}
	}
	u->frame = NULL;
}

static void run_entry(struct run *u, struct expr_env *env)
{
	bool yes = true;

	if (u->m->trace && !u->e->each)
		map_trace_entry(u->m->trace, u, env);
	if (u->e->each)
		run_each(u, env);
	else if (u->e->when && expr_true(u->e->when, env, &yes) < 0)
		map_fault_env(u, env, SPAN("when"));
	else if (yes) {
		put_record(u, env);
		u->n_records++;
	}
}

/* The raw record `whole` is the one at hand.  false: it is none. */
static bool enter(struct run *u, const struct rec_node *whole)
{
	u->whole = whole;
	u->raw = rec_get(u->r, whole, "raw");
	u->src = rec_get(u->r, whole, "src");
	if (rec_is(u->raw, REC_OBJECT)) {
		members_load(&u->m->members, u->r, u->raw);
		return true;
	}
	add_fault(u, (struct map_fault){
			     .code = "bad-record",
			     .why = SPAN("no raw record: it has no object "
					 "'raw'")});
	return false;
}

/* Running values see every record, also one that is a reject. */
static bool begin(struct run *u, struct expr_env *env)
{
	struct map *m = u->m;
	bool good;

	m->n_faults = 0;
	arena_clear(&m->arena);
	good = enter(u, u->r->node);
	env->column = m->members.val;
	env->rec = u->r;
	env->arena = &m->arena;
	env->outer = NULL;
	env->running = NULL;
	if (!m->running)
		return good;
	env->running = running_values(m->running);
	if (!good)
		running_forget(m->running, "a row before this is a reject");
	else {
		if (map_gap(u->r, u->src))
			running_forget(m->running,
				       "rows before this are rejects");
		running_step(m->running, env);
	}
	return good;
}

static enum map_got end(struct run *u, size_t from, size_t *n_records)
{
	if (u->m->trace)
		map_trace_end(u->m->trace, u);
	*n_records = u->n_records;
	if (!u->m->n_faults)
		return u->n_records ? MAP_DONE : MAP_SKIP;
	u->out->len = from;
	u->out->over = false;
	*n_records = 0;
	return MAP_REJECT;
}

enum map_got map_run(struct map *m, struct rec *r, struct buf *out,
		     size_t *n_records)
{
	struct run u = {.m = m, .r = r, .out = out};
	struct expr_env env; /* not all of it: it has room for a message */
	size_t from = out->len, i;

	if (begin(&u, &env))
		for (i = 0; i < m->n_entries; i++) {
			u.e = &m->entry[i];
			run_entry(&u, &env);
		}
	return end(&u, from, n_records);
}

/* ---- groups ----------------------------------------------------------------
 */

bool map_enter(struct map *m, struct rec *r, struct expr_env *env)
{
	struct run u = {.m = m, .r = r};

	return begin(&u, env);
}

void map_fault_whole(struct map *m, const struct expr_env *env,
		     const char *code, const char *to, struct span why)
{
	struct run u = {.m = m};

	if (env)
		map_fault_env(&u, env, span_of(to));
	else
		add_fault(&u, (struct map_fault){.code = code,
						 .to = span_of(to),
						 .why = why});
}

void map_load_row(struct run *u, const struct rec_node *row, size_t i)
{
	const struct map_rows *rows = u->rows;

	u->row = i;
	if (rows->n_running)
		running_load(rows->at, rows->n_running, rows->rec,
			     rows->rec->node + row->next);
}

/* An entry that is not grouped, on every row. */
static void run_rows_one(struct run *u, struct expr_env *env)
{
	const struct map_rows *rows = u->rows;
	const struct rec_node *row = rows->array + 1;
	size_t i, skip;

	env->running = rows->at;
	for (i = 0; i < rows->n; i++) {
		map_load_row(u, row, i);
		enter(u, row);
		run_entry(u, env);
		for (skip = rows->stride; skip; skip--)
			row = rows->rec->node + row->next;
	}
	u->row = 0;
	env->running = rows->first;
	enter(u, rows->array + 1);
}

/* What `$rows` is. */
static struct val list_rows(struct map *m, const struct map_rows *rows)
{
	struct val *item = arena_alloc(&m->arena,
				       mem_mul(rows->n, sizeof(*item))),
		   v;
	const struct rec_node *row;
	size_t i = 0;

	rec_each (rows->rec, rows->array, row) {
		if (i % rows->stride == 0)
			val_of_node(&item[i / rows->stride], rows->rec,
				    rec_get(rows->rec, row, "raw"));
		i++;
	}
	val_set(&v, VAL_LIST);
	v.n = rows->n;
	v.item = item;
	return v;
}

enum map_got map_run_rows(struct map *m, const struct map_rows *rows,
			  struct buf *out, size_t *n_records)
{
	struct run u = {.m = m, .r = rows->rec, .rows = rows, .out = out};
	struct expr_env env;
	struct val all;
	size_t from = out->len, i;

	m->n_faults = 0;
	arena_clear(&m->arena);
	env.column = m->members.val;
	env.rec = rows->rec;
	env.arena = &m->arena;
	env.outer = NULL;
	env.running = rows->first;
	if (rows->n_running)
		running_load(rows->first, rows->n_running, rows->rec,
			     rows->rec->node + rows->array[1].next);
	if (m->scope.uses_rows) {
		all = list_rows(m, rows);
		env.rows = &all;
	}
	enter(&u, rows->array + 1);
	for (i = 0; i < m->n_entries; i++) {
		u.e = &m->entry[i];
		if (u.e->grouped)
			run_entry(&u, &env);
		else
			run_rows_one(&u, &env);
	}
	return end(&u, from, n_records);
}
