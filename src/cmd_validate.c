/*
 * cmd_validate.c - canonical records held to their contracts: good ones on as
 * the bytes they came in, bad ones aside
 *
 * A record whose reference may still come is held back to the end of the
 * stream, in a file without a name, and goes out behind the others.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "conf/json_tree.h"
#include "contract/contract.h"
#include "contract/rule.h"
#include "contract/schema_docs.h"
#include "core/fs.h"
#include "core/mem.h"
#include "core/progress.h"
#include "core/stream.h"
#include "core/utf8.h"

static struct {
	const char *contracts, *schema, *formats;
	struct opt_list refs, maps;
	bool allow_filtered, show_sensitive;
} o;

static const struct opt options[] = {
	{"contracts", 0, OPT_TEXT, &o.contracts, "DIR",
	 "folder of the contracts (default: contracts/ of the profiles)"},
	{"refs", 0, OPT_LIST, &o.refs, "FILE",
	 "canonical records that may be referred to; may be repeated"},
	{"schema", 0, OPT_TEXT, &o.schema, "FILE",
	 "hold any JSON value a line to this JSON Schema instead"},
	{"schema-map", 0, OPT_LIST, &o.maps, "URL=DIR",
	 "schemas whose URI begins with URL are files in DIR; may be repeated"},
	{"formats", 0, OPT_TEXT, &o.formats, "assert|annotate",
	 "whether format refuses values (default: in contracts it does)"},
	{"show-sensitive", 0, OPT_FLAG, &o.show_sensitive, NULL,
	 "do not mask sensitive fields in rejects"},
	{"allow-filtered", 0, OPT_FLAG, &o.allow_filtered, NULL,
	 "accept an end line that counts other records than were read"},
	{NULL, 0, OPT_FLAG, NULL, NULL, NULL},
};

struct validate {
	struct job *job;
	struct stream_out out;
	struct progress progress;
	struct rec rec;
	struct check check;
	struct contracts contracts;
	struct rules *rules;
	struct schema *schema;        /* --schema */
	struct schema_map map;        /* --schema-map */
	const struct schema *applied; /* to the record in hand */
	struct out held;              /* records that wait for a reference */
	bool any_held;
	struct buf record, extra; /* of the reject being made */
};

static int read_options(struct err *err)
{
	if (o.formats && strcmp(o.formats, "assert") != 0 &&
	    strcmp(o.formats, "annotate") != 0)
		return err_set(err, ERR_USAGE,
			       "--formats is assert or annotate, not %s",
			       o.formats);
	if (o.schema && (o.contracts || o.refs.n))
		return err_set(err, ERR_USAGE,
			       "--schema stands alone: no --contracts, no "
			       "--refs");
	if (o.maps.n && !o.schema)
		return err_set(err, ERR_USAGE,
			       "--schema-map goes with "
			       "--schema");
	return 0;
}

static int read_maps(struct schema_map *map, struct err *err)
{
	char **uri = mem_zalloc(mem_mul(o.maps.n, sizeof(*uri)));
	const char **dir = mem_zalloc(mem_mul(o.maps.n, sizeof(*dir)));

	map->uri = (const char *const *)uri;
	map->dir = dir;
	for (; map->n < o.maps.n; map->n++) {
		const char *item = o.maps.item[map->n];
		const char *cut = strchr(item, '=');

		if (!cut || cut == item || !cut[1])
			return err_set(err, ERR_USAGE,
				       "--schema-map is URL=DIR, not %s", item);
		uri[map->n] = mem_dup(item, (size_t)(cut - item));
		dir[map->n] = cut + 1;
	}
	return 0;
}

static void release_maps(struct schema_map *map)
{
	char **uri = (char **)(uintptr_t)map->uri;

	while (map->n)
		free(uri[--map->n]);
	free(uri);
	free((void *)(uintptr_t)map->dir);
}

/* ---- rejects ---------------------------------------------------------- */

/* The record with what is sensitive in its fields masked. */
static struct span masked_record(struct validate *v, struct span line)
{
	struct rec *r = &v->rec;
	const struct rec_node *m;

	if (!v->applied || !v->applied->masks || o.show_sensitive ||
	    r->node->type != REC_OBJECT)
		return line;
	buf_clear(&v->record);
	rec_put_open(&v->record, '{');
	rec_each (r, r->node, m) {
		rec_put_key_raw(&v->record, (struct span){m->key, m->key_len});
		if (span_eq(rec_key(r, m), SPAN("fields")))
			schema_put_masked(v->applied, r, m, &v->record);
		else
			rec_put_node(&v->record, r, m);
	}
	rec_put_close(&v->record, '}');
	return buf_span(&v->record);
}

static void put_extra(struct validate *v, const char *rule)
{
	struct buf first = BUF_INIT(LINE_CEILING);

	buf_clear(&v->extra);
	rec_add_str(&v->extra, "rule", span_of(rule));
	rec_put_key(&v->extra, SPAN("violations"));
	check_put_json(&v->check, &v->extra);
	if (v->check.n_failed > v->check.n_told)
		rec_add_count(&v->extra, "more",
			      v->check.n_failed - v->check.n_told);
	if (v->check.repeated) {
		rules_put_first(v->rules, &first);
		if (first.len)
			rec_add_raw(&v->extra, "first", buf_span(&first));
	}
	buf_release(&first);
}

/* All that is wrong: one JSON line, or a line on standard error for each. */
static int reject(struct validate *v, struct span line,
		  const struct rec_node *src, struct err *err)
{
	const struct check *c = &v->check;
	size_t i, n = v->job->reject_file ? 1 : c->n_told;

	put_extra(v, c->violation[0].rule);
	for (i = 0; i < n; i++) {
		const struct violation *w = &c->violation[i];
		struct reject r = {
			.code = w->code,
			.field = check_text(c, w->field, w->field_len),
			.value = check_text(c, w->value, w->value_len),
			.why = check_text(c, w->why, w->why_len),
			.record = masked_record(v, line),
			.extra = buf_span(&v->extra),
			.again = i > 0,
		};

		if (src)
			r.src = rec_raw(src);
		if (job_reject(v->job, &r, err) < 0)
			return -1;
	}
	return 0;
}

static int reject_line(struct validate *v, struct span line, struct err *err)
{
	struct err why = *err;
	struct reject r = {.code = "bad-json", .why = span_of(why.msg)};
	struct buf quoted = BUF_INIT(LINE_CEILING * 6);
	struct buf clean = BUF_INIT(LINE_CEILING * 3);
	int rc;

	/* what is no JSON goes into the reject as a text */
	if (line.len) {
		utf8_repair(&clean, line);
		rec_put_str(&quoted, buf_span(&clean));
		r.record = buf_span(&quoted);
	}
	rc = job_reject(v->job, &r, err);
	buf_release(&clean);
	buf_release(&quoted);
	return rc;
}

/* ---- records ---------------------------------------------------------- */

static void repeated_key(struct validate *v, const struct envelope *e)
{
	struct buf where = BUF_INIT(400);

	v->check.repeated = true;
	rules_say_first(v->rules, &where);
	check_enter(&v->check, SPAN("key"), 0);
	check_fail(&v->check, "record", "duplicate",
		   rec_get(&v->rec, v->rec.node, "key"),
		   "the same %.*s came before (%s)", SPAN_FMT(e->entity),
		   buf_str(&where));
	check_leave(&v->check);
	buf_release(&where);
}

static const struct contract *find_contract(struct validate *v,
					    const struct envelope *e)
{
	const struct contract *k =
		contracts_find(&v->contracts, e->entity, e->version);

	if (k)
		return k;
	check_enter(&v->check, SPAN("entity"), 0);
	if (contracts_know(&v->contracts, e->entity))
		check_fail(&v->check, "record", "no-contract",
			   rec_get(&v->rec, v->rec.node, "entity"),
			   "there is no version %u of this contract",
			   e->version);
	else
		check_fail(&v->check, "record", "no-contract",
			   rec_get(&v->rec, v->rec.node, "entity"),
			   "there is no contract for this entity");
	check_leave(&v->check);
	return NULL;
}

/* Hold v->rec to everything; `again` for a record that was held back. */
static void check_record(struct validate *v, struct envelope *e, bool again)
{
	struct check *c = &v->check;
	const struct contract *k;

	check_begin(c, &v->rec);
	v->applied = NULL;
	if (!envelope_read(e, c) && (!e->entity.len || !e->key.len))
		return;
	k = find_contract(v, e);
	c->entity = k ? k->id : rules_entity(v->rules, e->entity);
	c->site = e->site;
	c->partial = envelope_is_partial(e);
	if (!again) {
		rules_begin(v->rules, &v->rec, e->src);
		if (!rules_add_key(v->rules, c->entity, e->site, e->key))
			repeated_key(v, e);
	}
	if (!k)
		return;
	v->applied = k->schema;
	if (e->fields)
		schema_check(k->schema, c, e->fields);
}

static void put_line(struct validate *v, struct span line)
{
	buf_add_span(&v->out.out.buf, line);
	stream_put_end(&v->out);
	v->job->out++;
}

static int hold(struct validate *v, struct span line, struct err *err)
{
	if (!v->any_held) {
		int fd = fs_temp(err);

		if (fd < 0)
			return -1;
		out_init(&v->held, fd, false);
		v->any_held = true;
	}
	buf_add_span(&v->held.buf, line);
	buf_addc(&v->held.buf, '\n');
	out_tick(&v->held);
	return 0;
}

static int take_record(struct validate *v, struct span line, bool again,
		       struct err *err)
{
	struct envelope e;

	check_record(v, &e, again);
	if (v->check.n_failed)
		return reject(v, line, e.src, err);
	if (v->check.n_pending)
		return hold(v, line, err);
	put_line(v, line);
	return 0;
}

/* What was held back, now that nothing more comes. */
static int take_held(struct validate *v, struct err *err)
{
	struct lines lines;
	struct span line;
	enum lines_got got;
	int rc = 0;

	if (!v->any_held)
		return 0;
	if (out_flush(&v->held, err) < 0)
		return err_wrap(err, "records held back");
	if (lseek(v->held.fd, 0, SEEK_SET) < 0)
		return err_sys(err, "records held back");
	v->check.last_word = true;
	lines_init(&lines, v->held.fd);
	while (rc == 0 &&
	       (got = lines_next(&lines, &line, err)) == LINES_LINE) {
		rc = rec_parse(&v->rec, line.p, line.len, err);
		if (rc == 0)
			rc = take_record(v, line, true, err);
	}
	lines_release(&lines);
	if (rc == 0 && got != LINES_END)
		rc = err_set(err, ERR_IO,
			     "records held back: cannot read "
			     "them again");
	return rc;
}

static int take_stream(struct validate *v, int argc, char **argv,
		       struct err *err)
{
	struct stream_in in;
	int rc = 0, done = 0;

	stream_in_init(&in, argv, (size_t)argc, o.allow_filtered);
	while (rc == 0 && !done) {
		switch (stream_next(&in, &v->rec, err)) {
		case STREAM_OPEN:
			if (!v->out.framed)
				stream_open_from(&v->out, v->job->stage,
						 &v->rec);
			break;
		case STREAM_RECORD:
			v->job->in++;
			rc = take_record(v, in.line, false, err);
			progress_tick(&v->progress, v->job->in, 0, 0);
			break;
		case STREAM_REJECT:
			v->job->in++;
			rc = reject_line(v, in.line, err);
			break;
		case STREAM_END:
			done = 1;
			break;
		case STREAM_FATAL:
			rc = -1;
			break;
		}
	}
	v->out.earlier = in.n_rejects;
	stream_in_release(&in);
	return rc == 0 ? take_held(v, err) : rc;
}

static void add_known(struct validate *v)
{
	struct envelope e;

	check_begin(&v->check, &v->rec);
	envelope_read(&e, &v->check);
	if (e.entity.len && e.key.len)
		rules_add_known(v->rules, rules_entity(v->rules, e.entity),
				e.site, e.key);
}

/* Keys that the records may refer to besides those of the stream. */
static int take_refs(struct validate *v, char *path, struct err *err)
{
	struct stream_in in;
	int rc = 0, done = 0;

	stream_in_init(&in, &path, 1, o.allow_filtered);
	while (rc == 0 && !done) {
		switch (stream_next(&in, &v->rec, err)) {
		case STREAM_OPEN:
			break;
		case STREAM_RECORD:
			add_known(v);
			break;
		case STREAM_REJECT:
			rc = err_wrap(err, "%s:%llu", in.name,
				      (unsigned long long)in.lines.number);
			break;
		case STREAM_END:
			done = 1;
			break;
		case STREAM_FATAL:
			rc = -1;
			break;
		}
	}
	stream_in_release(&in);
	return rc;
}

static int run_contracts(struct validate *v, int argc, char **argv,
			 struct err *err)
{
	bool assert_formats = !o.formats || !strcmp(o.formats, "assert");
	size_t i;
	int rc = 0;

	v->rules = v->check.rules = rules_new();
	if (contracts_load(&v->contracts, o.contracts, v->job->opt.profiles,
			   assert_formats, v->rules, err) < 0)
		return -1;
	for (i = 0; rc == 0 && i < o.refs.n; i++) {
		char *path = mem_strdup(o.refs.item[i]);

		rc = take_refs(v, path, err);
		free(path);
	}
	return rc == 0 ? take_stream(v, argc, argv, err) : rc;
}

/* ---- --schema --------------------------------------------------------- */

static int take_values(struct validate *v, struct lines *lines,
		       const char *name, struct err *err)
{
	struct span line;

	for (;;) {
		bool whole = true;

		switch (lines_next(lines, &line, err)) {
		case LINES_LINE:
			break;
		case LINES_CUT:
			return err_set(err, ERR_DATA,
				       "%s: the last line has no end: it was "
				       "cut short",
				       name);
		case LINES_LONG:
			line = (struct span){"", 0};
			whole = false;
			err_set(err, ERR_DATA, "a line of more than %zu bytes",
				LINE_CEILING);
			break;
		case LINES_END:
			return 0;
		case LINES_FAIL:
			return err_wrap(err, "%s", name);
		}
		v->job->in++;
		progress_tick(&v->progress, v->job->in, 0, 0);
		if (!whole || rec_parse(&v->rec, line.p, line.len, err) < 0) {
			if (reject_line(v, line, err) < 0)
				return -1;
			continue;
		}
		check_begin(&v->check, &v->rec);
		if (schema_check(v->schema, &v->check, v->rec.node))
			put_line(v, line);
		else if (reject(v, line, NULL, err) < 0)
			return -1;
	}
}

static int take_file(struct validate *v, const char *path, struct err *err)
{
	bool is_stdin = !strcmp(path, "-");
	int fd = is_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	struct lines lines;
	int rc;

	if (fd < 0)
		return err_sys(err, "cannot open %s", path);
	lines_init(&lines, fd);
	rc = take_values(v, &lines, is_stdin ? "standard input" : path, err);
	lines_release(&lines);
	if (!is_stdin)
		close(fd);
	return rc;
}

static int run_schema(struct validate *v, int argc, char **argv,
		      struct err *err)
{
	struct schema_load l = {
		.assert_formats = o.formats && !strcmp(o.formats, "assert"),
		.map = &v->map,
	};
	struct yt_node *root = json_tree_load(o.schema, err);
	int i, rc = 0;

	if (!root)
		return -1;
	v->schema = schema_compile(root, &l, err);
	yt_free(root);
	if (!v->schema)
		return -1;
	if (!argc)
		return take_file(v, "-", err);
	for (i = 0; rc == 0 && i < argc; i++)
		rc = take_file(v, argv[i], err);
	return rc;
}

static int run(struct job *job, int argc, char **argv, struct err *err)
{
	struct validate v = {.job = job,
			     .rec = REC_INIT,
			     .record = BUF_INIT(LINE_CEILING * 2),
			     .extra = BUF_INIT(LINE_CEILING)};
	int rc;

	if (read_options(err) < 0)
		return -1;
	check_init(&v.check);
	v.check.show_sensitive = o.show_sensitive;
	stream_out_init(&v.out, STDOUT_FILENO, job->opt.unbuffered);
	progress_begin(&v.progress, "records", job->opt.quiet);
	rc = read_maps(&v.map, err);
	if (rc == 0)
		rc = o.schema ? run_schema(&v, argc, argv, err)
			      : run_contracts(&v, argc, argv, err);
	progress_end(&v.progress);
	if (rc == 0)
		rc = job_settle(job, err);
	if (rc == 0)
		rc = stream_close(&v.out, job->rejected, err);
	else
		out_flush(&v.out.out, &(struct err){.code = ERR_NONE});
	stream_out_release(&v.out);
	if (v.any_held) {
		close(v.held.fd);
		out_release(&v.held);
	}
	contracts_release(&v.contracts);
	rules_free(v.rules);
	schema_free(v.schema);
	check_release(&v.check);
	rec_release(&v.rec);
	buf_release(&v.record);
	buf_release(&v.extra);
	opt_list_release(&o.refs);
	opt_list_release(&o.maps);
	release_maps(&v.map);
	return rc;
}

const struct command command = {
	.name = "sluice-validate",
	.stage = "validate",
	.synopsis = "[--contracts DIR] [--refs FILE]... [FILE...]\n"
		    "       sluice-validate --schema FILE [--schema-map "
		    "URL=DIR]... "
		    "[FILE...]",
	.summary = "Holds canonical records to their contracts: good ones go "
		   "on, bad ones aside.",
	.options = options,
	.reads_stream = true,
	.run = run,
};
