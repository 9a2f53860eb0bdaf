#include "report/odoo_side.h"

#include <stdlib.h>
#include <unistd.h>

#include "core/fs.h"
#include "core/stream.h"
#include "core/xid.h"
#include "odoo/reads.h"
#include "report/streams.h"

/* ---- entities ----------------------------------------------------------- */

static json_t *names_of(const struct binding *b)
{
	json_t *names = json_array();
	size_t i;

	for (i = 0; i < b->n_fields; i++)
		json_array_append_new(names, json_string(b->field[i].read));
	return names;
}

static int learn(struct odoo_side *o, struct odoo_entity *e, struct err *err)
{
	const json_t *fields;

	e->b = binding_load(o->opt->profiles, e->name,
			    session_release(o->session), err);
	if (!e->b)
		return err->code == ERR_NONE ? 0 : -1;
	fields = session_fields(o->session, e->b->model, err);
	if (!fields)
		binding_blame(e->b, NULL, err);
	if (!fields || binding_learn(e->b, fields, err) < 0)
		return -1;
	e->names = names_of(e->b);
	return 0;
}

/* Its place in o->entity; made, with its binding, where it is new.  -1. */
static int find_entity(struct odoo_side *o, struct span name, size_t *at,
		       struct err *err)
{
	struct odoo_entity *e;

	for (*at = 0; *at < o->n_entities; ++*at)
		if (span_is(name, o->entity[*at].name))
			return 0;
	o->entity = mem_grow(o->entity, o->n_entities, &o->cap_entities,
			     sizeof(*o->entity));
	e = &o->entity[o->n_entities++];
	*e = (struct odoo_entity){.name = mem_dup(name.p, name.len),
				  .arena = ARENA_INIT};
	return learn(o, e, err);
}

static void empty_handful(struct odoo_entity *e)
{
	size_t i;

	for (i = 0; i < e->n; i++)
		json_decref(e->item[i]->row);
	e->n = 0;
	arena_clear(&e->arena);
}

static void release_entity(struct odoo_entity *e)
{
	empty_handful(e);
	free(e->name);
	binding_free(e->b);
	json_decref(e->names);
	arena_release(&e->arena);
	free(e->item);
	hset_release(&e->seen);
	hset_release(&e->sites);
}

struct difference odoo_base(const struct odoo_entity *e,
			    const struct odoo_item *it, enum diff_kind kind)
{
	return (struct difference){.kind = kind,
				   .entity = span_of(e->name),
				   .key = it->key,
				   .site = it->site,
				   .src = it->src};
}

/* ---- a handful ---------------------------------------------------------- */

static int read_rows(struct odoo_side *o, struct odoo_entity *e,
		     struct err *err)
{
	struct span *xid = mem_alloc(mem_mul(e->n, sizeof(*xid)));
	int64_t *id = mem_zalloc(mem_mul(e->n, sizeof(*id)));
	json_t **row = mem_zalloc(mem_mul(e->n, sizeof(json_t *)));
	size_t i;
	int rc;

	for (i = 0; i < e->n; i++)
		xid[i] = e->item[i]->xid;
	rc = known_ids(o->known, e->b->model, xid, id, e->n, err);
	if (rc == 0)
		rc = reads_values(o->session, e->b->model, id, e->n, e->names,
				  e->b->context, row, err);
	for (i = 0; i < e->n; i++) {
		e->item[i]->id = id[i];
		e->item[i]->row = row[i];
	}
	free(xid);
	free(id);
	free(row);
	return rc;
}

static void want_refs(struct odoo_side *o, const struct odoo_entity *e)
{
	size_t i, k;

	for (i = 0; i < e->n; i++)
		for (k = 0; k < e->b->n_fields; k++)
			if (e->item[i]->cell[k].set &&
			    bind_is_relation(&e->b->field[k]))
				refs_want(&o->refs, e->b, &e->b->field[k],
					  e->item[i]->cell[k].want);
}

static int compare_handful(struct odoo_side *o, struct odoo_entity *e,
			   struct err *err)
{
	size_t i;
	int rc;

	if (!e->n)
		return 0;
	rc = read_rows(o, e, err);
	want_refs(o, e);
	if (rc == 0)
		rc = refs_ask(&o->refs, o->known, err);
	for (i = 0; i < e->n && rc == 0; i++) {
		struct odoo_item *it = e->item[i];
		struct difference d = odoo_base(e, it, DIFF_MISSING);

		if (it->row)
			rc = odoo_compare_values(o, e, it, err);
		else if (!it->archive)
			report_put(o->report, &d);
	}
	empty_handful(e);
	return rc;
}

/* ---- from a record to an item ------------------------------------------- */

static struct span keep(struct arena *a, struct span s)
{
	return (struct span){arena_dup(a, s.p ? s.p : "", s.len), s.len};
}

/* What the record says of the field, for people, and where it says so. */
static struct span words_of(struct odoo_side *o, const struct bind_field *f,
			    const struct envelope *env, struct span want,
			    struct span *field)
{
	const struct rec_node *n;

	*field = odoo_field_name(f);
	for (; f; f = f->other) {
		if (!f->from)
			continue;
		n = !strcmp(f->from, BIND_KEY)
			    ? rec_get(&o->rec, o->rec.node, "key")
		    : env->fields ? rec_get(&o->rec, env->fields, f->from)
				  : NULL;
		if (!n || n->type == REC_NULL || !n->len)
			continue;
		if (strcmp(f->from, BIND_KEY) != 0)
			*field = span_of(f->from);
		return rec_text(&o->rec, n);
	}
	return want.len ? want : (struct span){NULL, 0};
}

static int bad_cell(struct odoo_side *o, const struct bind_field *f,
		    const char *code, const char *why, struct span line,
		    struct err *err)
{
	struct reject r = {.code = code,
			   .field = odoo_field_name(f),
			   .why = span_of(why),
			   .record = line};

	return job_reject(o->job, &r, err) < 0 ? -1 : 1;
}

/* 0, 1 where the record was rejected, -1. */
static int make_cells(struct odoo_side *o, struct odoo_entity *e,
		      struct odoo_item *it, const struct envelope *env,
		      struct span line, struct err *err)
{
	const struct binding *b = e->b;
	size_t size = mem_mul(b->n_fields, sizeof(*it->cell)), k;

	it->cell = arena_alloc(&e->arena, size);
	memset(it->cell, 0, size);
	for (k = 0; k < b->n_fields; k++) {
		const struct bind_field *f = &b->field[k];
		struct odoo_cell *c = &it->cell[k];
		struct err why = ERR_INIT;
		const char *code = "";
		enum cell_got got;
		struct span words;

		if (f->owner != OWNER_LEGACY)
			continue;
		buf_clear(&o->text);
		got = cell_make(f, &o->rec, env->fields, env->site, &o->text,
				&code, &why);
		if (got == CELL_BAD)
			return bad_cell(o, f, code, why.msg, line, err);
		c->set = got == CELL_SET;
		if (!c->set)
			continue;
		c->want = keep(&e->arena, buf_span(&o->text));
		words = words_of(o, f, env, c->want, &c->field);
		if (words.p)
			c->words = keep(&e->arena, words);
	}
	return 0;
}

/* Archived records must not be active; nothing else is asked of them. */
static void want_archived(const struct odoo_entity *e, struct odoo_item *it)
{
	int active = binding_index(e->b, "active");
	size_t k;

	it->archive = true;
	for (k = 0; k < e->b->n_fields; k++)
		it->cell[k].set = false;
	if (active < 0)
		return;
	it->cell[active] = (struct odoo_cell){.set = true,
					      .want = SPAN("0"),
					      .words = SPAN("false"),
					      .field = SPAN("active")};
}

static void note_seen(struct odoo_entity *e, const struct odoo_item *it)
{
	struct sip h;
	bool fresh;

	sip_init(&h);
	sip_add_span(&h, it->xid);
	hset_add(&e->seen, sip_end(&h), 0, &fresh);
	sip_init(&h);
	sip_add_span(&h, it->site);
	hset_add(&e->sites, sip_end(&h), 0, &fresh);
}

static int make_xid(struct odoo_side *o, struct odoo_entity *e,
		    const struct envelope *env, struct odoo_item *it,
		    struct err *err)
{
	struct xid parts = {env->entity, {NULL, 0}, env->key};
	struct reject r = {.code = "bad-key", .field = SPAN("key")};

	if (e->b->per_site)
		parts.site = env->site;
	buf_clear(&o->text);
	if (xid_put(&o->text, &parts, err) == 0) {
		it->xid = keep(&e->arena, buf_span(&o->text));
		return 0;
	}
	r.value = env->key;
	r.why = span_of(err->msg);
	return job_reject(o->job, &r, err) < 0 ? -1 : 1;
}

/* 0, 1 where the record was rejected, -1. */
static int add_item(struct odoo_side *o, struct odoo_entity *e,
		    const struct envelope *env, struct span line,
		    struct err *err)
{
	struct odoo_item *it = arena_alloc(&e->arena, sizeof(*it));
	int rc;

	*it = (struct odoo_item){.present = env->op == ENVELOPE_CREATE};
	it->key = keep(&e->arena, env->key);
	it->site = keep(&e->arena, env->site);
	if (env->src)
		it->src = keep(&e->arena, rec_raw(env->src));
	rc = make_xid(o, e, env, it, err);
	if (rc == 0)
		rc = make_cells(o, e, it, env, line, err);
	if (rc)
		return rc;
	if (env->op == ENVELOPE_ARCHIVE)
		want_archived(e, it);
	note_seen(e, it);
	e->item = mem_grow(e->item, e->n, &e->cap, sizeof(struct odoo_item *));
	e->item[e->n++] = it;
	return 0;
}

/* A record that there is nothing to say about. */
static int pass_over(struct odoo_side *o, const char *why)
{
	o->job->skipped++;
	job_count(o->job, why, 1);
	return 0;
}

static int take_record(struct odoo_side *o, struct span line, struct err *err)
{
	struct odoo_entity *e;
	struct envelope env;
	size_t at;
	int rc;

	check_begin(&o->check, &o->rec);
	if (!envelope_read(&env, &o->check)) {
		struct reject r = {.code = "bad-record",
				   .why = SPAN("no canonical record"),
				   .record = line};

		return job_reject(o->job, &r, err);
	}
	if (!streams_wants(o->opt->entities, env.entity))
		return pass_over(o, "not_asked");
	if (env.op == ENVELOPE_CANCEL)
		return pass_over(o, "not_bound");
	if (find_entity(o, env.entity, &at, err) < 0)
		return -1;
	e = &o->entity[at];
	if (!e->b)
		return pass_over(o, "not_bound");
	if (binding_code(e->b, env.key))
		return pass_over(o, "codes");
	rc = add_item(o, e, &env, line, err);
	if (rc)
		return rc < 0 ? -1 : 0;
	o->job->out++;
	if (e->n == ODOO_HANDFUL && !e->b->n_identity)
		return compare_handful(o, e, err);
	return 0;
}

/* ---- the stream --------------------------------------------------------- */

/* Read it to its end into `spool`. */
static int spool_stream(struct odoo_side *o, char **files, size_t n_files,
			struct out *spool, struct err *err)
{
	struct stream_in in;
	struct reject r = {.code = "bad-json"};
	int rc = 0, done = 0;

	stream_in_init(&in, files, n_files, o->opt->allow_filtered);
	while (rc == 0 && !done) {
		switch (stream_next(&in, &o->rec, err)) {
		case STREAM_OPEN:
			break;
		case STREAM_RECORD:
			o->job->in++;
			buf_add_span(&spool->buf, in.line);
			buf_addc(&spool->buf, '\n');
			out_tick(spool);
			break;
		case STREAM_REJECT:
			o->job->in++;
			r.why = span_of(err->msg);
			rc = job_reject(o->job, &r, err);
			break;
		case STREAM_END:
			done = 1;
			break;
		case STREAM_FATAL:
			rc = -1;
			break;
		}
	}
	o->framed = in.any_framed;
	stream_in_release(&in);
	if (rc == 0)
		rc = out_flush(spool, err);
	if (rc == 0 && lseek(spool->fd, 0, SEEK_SET) < 0)
		rc = err_sys(err, "cannot read the stream again");
	return rc;
}

static int take_spool(struct odoo_side *o, int fd, struct err *err)
{
	struct lines lines;
	struct span line;
	enum lines_got got = LINES_END;
	int rc = 0;

	lines_init(&lines, fd);
	while (rc == 0 &&
	       (got = lines_next(&lines, &line, err)) == LINES_LINE) {
		rc = rec_parse(&o->rec, line.p, line.len, err);
		if (rc == 0)
			rc = take_record(o, line, err);
	}
	lines_release(&lines);
	return rc == 0 && got != LINES_END
		       ? err_set(err, ERR_IO, "cannot read the stream again")
		       : rc;
}

static int finish(struct odoo_side *o, struct err *err)
{
	size_t i;
	int rc = 0;

	for (i = 0; i < o->n_entities && rc == 0; i++) {
		struct odoo_entity *e = &o->entity[i];

		if (!e->b)
			continue;
		if (e->b->n_identity) {
			rc = odoo_compare_counts(o, e, err);
			continue;
		}
		rc = compare_handful(o, e, err);
		if (rc == 0 && o->framed && !o->opt->no_extra)
			rc = odoo_report_extra(o, e, err);
	}
	return rc;
}

int odoo_compare(struct job *job, const struct odoo_options *opt,
		 const struct known *known, char **files, size_t n_files,
		 struct report *report, struct err *err)
{
	struct odoo_side o = {.job = job,
			      .opt = opt,
			      .known = known,
			      .session = known->session,
			      .report = report,
			      .rec = REC_INIT,
			      .text = BUF_INIT(LINE_CEILING)};
	struct out spool;
	int fd = fs_temp(err), rc = -1;
	size_t i;

	if (fd < 0)
		return -1;
	check_init(&o.check);
	out_init(&spool, fd, false);
	if (spool_stream(&o, files, n_files, &spool, err) == 0 &&
	    take_spool(&o, fd, err) == 0)
		rc = finish(&o, err);
	for (i = 0; i < o.n_entities; i++)
		release_entity(&o.entity[i]);
	free(o.entity);
	refs_release(&o.refs);
	check_release(&o.check);
	rec_release(&o.rec);
	buf_release(&o.text);
	out_release(&spool);
	close(fd);
	return rc;
}
