/*
 * cmd_validate.c - canonical records held to their contracts: good ones on as
 * the bytes they came in, bad ones aside
 */
#include "cmd_validate.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "core/mem.h"
#include "core/utf8.h"

static struct validate_options o;

static const struct opt options[] = {
	{"contracts", 0, OPT_TEXT, &o.contracts, "DIR",
	 "folder of the contracts (default: contracts/ of the profiles)"},
	{"refs", 0, OPT_LIST, &o.refs, "FILE",
	 "canonical records that may be referred to; may be repeated"},
	{"wait-refs", 0, OPT_FLAG, &o.wait_refs, NULL,
	 "hold back what refers to records that did not come yet"},
	{"schema", 0, OPT_TEXT, &o.schema, "FILE",
	 "hold any JSON value a line to this JSON Schema instead"},
	{"schema-map", 0, OPT_LIST, &o.maps, "URL=DIR",
	 "schemas whose URI begins with URL are files in DIR; may be repeated"},
	{"formats", 0, OPT_TEXT, &o.formats, "assert|annotate",
	 "whether format refuses values (default: in contracts it does)"},
	{"target", 0, OPT_TEXT, &o.target, "T",
	 "hold bindings and references to this Odoo, too"},
	{"targets", 0, OPT_TEXT, &o.targets, "FILE",
	 "the targets file (default: targets.yaml of the profiles)"},
	{"state", 0, OPT_TEXT, &o.state, "FILE",
	 "the state of sluice-push: references to its records are known"},
	{"compat", 0, OPT_FLAG, &o.compat, NULL,
	 "read no records; say whether contract NEW may follow OLD (operands)"},
	{"duplicates", 0, OPT_TEXT, &o.duplicates, "FILE",
	 "list there what contracts hold for a duplicate"},
	{"quarantine", 0, OPT_TEXT, &o.quarantine, "exact|likely|none",
	 "which duplicates are rejects (default: exact)"},
	{"show-sensitive", 0, OPT_FLAG, &o.show_sensitive, NULL,
	 "do not mask sensitive fields in rejects"},
	{"allow-filtered", 0, OPT_FLAG, &o.allow_filtered, NULL,
	 "accept an end line that counts other records than were read"},
	{NULL, 0, OPT_FLAG, NULL, NULL, NULL},
};

static int read_options(struct err *err)
{
	if (o.formats && strcmp(o.formats, "assert") != 0 &&
	    strcmp(o.formats, "annotate") != 0)
		return err_set(err, ERR_USAGE,
			       "--formats is assert or annotate, not %s",
			       o.formats);
	if (o.schema && (o.contracts || o.refs.n || o.wait_refs))
		return err_set(err, ERR_USAGE,
			       "--schema stands alone: no --contracts, no "
			       "--refs, no --wait-refs");
	if ((o.schema || o.compat) && (o.target || o.state))
		return err_set(err, ERR_USAGE,
			       "--%s asks no server: no --target, no --state",
			       o.schema ? "schema" : "compat");
	if (o.targets && !o.target)
		return err_set(err, ERR_USAGE, "--targets goes with --target");
	if (o.compat && (o.schema || o.refs.n || o.wait_refs))
		return err_set(err, ERR_USAGE,
			       "--compat reads no records: no --schema, no "
			       "--refs, no --wait-refs");
	if (o.schema && (o.duplicates || o.quarantine))
		return err_set(err, ERR_USAGE,
			       "--schema stands alone: --duplicates and "
			       "--quarantine are for contracts");
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

	if (!v->applied || !v->applied->masks || v->o->show_sensitive ||
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
	if (v->check.repeated || v->check.has_first) {
		if (v->check.has_first)
			rules_put_record(v->rules, v->check.first, &first);
		else
			rules_put_first(v->rules, &first);
		if (first.len)
			rec_add_raw(&v->extra, "first", buf_span(&first));
	}
	buf_release(&first);
}

/* All that is wrong: one JSON line, or a line on standard error for each. */
int validate_reject(struct validate *v, struct span line,
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

int validate_reject_line(struct validate *v, struct span line, struct err *err)
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

void validate_put(struct validate *v, struct span line)
{
	buf_add_span(&v->out.out.buf, line);
	stream_put_end(&v->out);
	v->job->out++;
}

static bool no_stream(void)
{
	return o.compat;
}

static int run(struct job *job, int argc, char **argv, struct err *err)
{
	struct validate v = {.o = &o,
			     .job = job,
			     .rec = REC_INIT,
			     .record = BUF_INIT(LINE_CEILING * 2),
			     .extra = BUF_INIT(LINE_CEILING)};
	int rc;

	if (read_options(err) < 0)
		return -1;
	if (o.compat)
		return validate_compat(job, &o, argc, argv, err);
	check_init(&v.check);
	v.check.show_sensitive = o.show_sensitive;
	stream_out_init(&v.out, STDOUT_FILENO, job->opt.unbuffered);
	progress_begin(&v.progress, "records", job->opt.quiet);
	rc = read_maps(&v.map, err);
	if (rc == 0)
		rc = o.schema ? validate_schema(&v, argc, argv, err)
			      : validate_records(&v, argc, argv, err);
	progress_end(&v.progress);
	if (rc == 0)
		rc = job_settle(job, err);
	if (rc == 0)
		rc = stream_close(&v.out, job->rejected, err);
	else
		out_flush(&v.out.out, &(struct err){.code = ERR_NONE});
	stream_out_release(&v.out);
	validate_held_release(&v);
	validate_beyond_close(&v);
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
	.synopsis =
		"[--contracts DIR] [--refs FILE]... [--target T] [FILE...]\n"
		"       sluice-validate --schema FILE [--schema-map "
		"URL=DIR]... "
		"[FILE...]\n"
		"       sluice-validate --compat [--contracts DIR] OLD NEW",
	.summary = "Holds canonical records to their contracts: good ones go "
		   "on, bad ones aside.",
	.options = options,
	.reads_stream = true,
	.no_stream = no_stream,
	.run = run,
};
