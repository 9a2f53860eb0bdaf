/*
 * cmd_validate_records.c - records held to their contracts
 *
 * A record whose reference may still come is held back to the end of the
 * stream and goes out behind the others.  With --wait-refs those of its entity
 * that come later wait behind it, so that they stay in order.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd_validate.h"
#include "core/log.h"
#include "core/mem.h"

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

/* Nothing is held to it: only what is sensitive must be known.  The newest
 * contract of the entity, or of the one that may be meant. */
static const struct schema *nearest(struct validate *v, struct span entity)
{
	const struct contract *k = contracts_near(&v->contracts, entity);

	return k ? k->schema : NULL;
}

/* Hold v->rec to everything; `again` for a record that was held back. */
static int check_record(struct validate *v, struct envelope *e, bool again,
			struct err *err)
{
	struct check *c = &v->check;
	const struct contract *k;

	check_begin(c, &v->rec);
	v->applied = NULL;
	if (!envelope_read(e, c) && (!e->entity.len || !e->key.len)) {
		v->applied = nearest(v, e->entity);
		return 0;
	}
	k = find_contract(v, e);
	c->entity = k ? k->id : rules_entity(v->rules, e->entity);
	c->site = e->site;
	c->partial = envelope_is_partial(e);
	if (!again) {
		rules_begin(v->rules, &v->rec, e->src);
		if (v->contracts.any_duplicates &&
		    keys_add(&v->keys, e->key, err) < 0)
			return -1;
		if (!rules_add_key(v->rules, c->entity, e->site, e->key))
			repeated_key(v, e);
	}
	v->applied = k ? k->schema : nearest(v, e->entity);
	if (!k)
		return 0;
	if (e->fields)
		schema_check(k->schema, c, e->fields);
	if (k->judge)
		judge_record(k->judge, c, e, &v->wish);
	if (v->wish.failed)
		*err = v->twins_err;
	return v->wish.failed ? -1 : 0;
}

static int take_record(struct validate *v, struct span line, bool again,
		       struct err *err)
{
	struct envelope e;

	if (check_record(v, &e, again, err) < 0)
		return -1;
	rules_count_unchecked(v->rules,
			      v->check.n_pending && !v->check.n_failed);
	if (rules_trouble(v->rules, err) < 0 ||
	    (v->beyond && validate_beyond_record(v, v->check.entity, err) < 0))
		return -1;
	if (v->check.n_failed)
		return validate_reject(v, line, e.src, err);
	if (v->check.n_pending)
		return validate_hold(v, line, false, err);
	if (!again && validate_is_behind(v, v->check.entity))
		return validate_hold(v, line, true, err);
	validate_put(v, line);
	return 0;
}

/* Only what is asked on the way matters. */
static int gather_refs(struct validate *v, struct span line, bool good,
		       struct err *err)
{
	struct envelope e;

	(void)line;
	if (good)
		return 0;
	if (check_record(v, &e, true, err) < 0)
		return -1;
	rules_count_unchecked(v->rules, true);
	return validate_beyond_ask(v, false, err);
}

static int take_again(struct validate *v, struct span line, bool good,
		      struct err *err)
{
	if (!good)
		return take_record(v, line, true, err);
	validate_put(v, line);
	return 0;
}

/* What was held back, now that nothing more comes. */
static int take_held(struct validate *v, struct err *err)
{
	if (!v->held.any)
		return 0;
	v->check.last_word = true;
	if (v->o->wait_refs)
		rules_wait(v->rules, true);
	if (validate_beyond_gather(v) &&
	    (validate_each_held(v, gather_refs, err) < 0 ||
	     validate_beyond_ask(v, true, err) < 0))
		return -1;
	return validate_each_held(v, take_again, err);
}

static int refuse_cut(struct validate *v, struct span line, bool good,
		      struct err *err)
{
	struct envelope e;
	const struct contract *k;

	if (good && rec_parse(&v->rec, line.p, line.len, err) < 0)
		return -1;
	check_begin(&v->check, &v->rec);
	envelope_read(&e, &v->check);
	k = contracts_find(&v->contracts, e.entity, e.version);
	v->applied = k ? k->schema : nearest(v, e.entity);
	check_fail(&v->check, "record", "cut-short", NULL,
		   "it waited for records that may be in the part of the "
		   "stream that did not come");
	/* the stream is what failed, whatever --max-rejects says */
	if (validate_reject(v, line, e.src, err) < 0 && err->code != ERR_SOME)
		return -1;
	return 0;
}

/* Nothing can be said of what waits for the part that is missing. */
static void give_back_held(struct validate *v)
{
	struct err err = ERR_INIT;

	if (v->o->wait_refs && v->held.any &&
	    validate_each_held(v, refuse_cut, &err) < 0)
		log_warn("%s", err.msg);
}

static void tell_unchecked(void *to, const char *entity, uint64_t n,
			   bool came_later)
{
	const struct validate *v = to;

	if (came_later)
		log_warn("references to %s that were not checked: %llu, which "
			 "came before its first record; put the records of %s "
			 "first",
			 entity, (unsigned long long)n, entity);
	else if (v->o->refs.n)
		log_warn("references to %s that were not checked: %llu; no "
			 "record of it is in the stream, nor in a reference "
			 "file",
			 entity, (unsigned long long)n);
}

static void count_unchecked(struct validate *v)
{
	uint64_t n = rules_each_unchecked(v->rules, tell_unchecked, v);

	if (n)
		job_count(v->job, "unchecked", n);
}

static int take_stream(struct validate *v, int argc, char **argv,
		       struct err *err)
{
	struct stream_in in;
	int rc = 0, done = 0;

	stream_in_init(&in, argv, (size_t)argc, v->o->allow_filtered);
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
			rc = validate_reject_line(v, in.line, err);
			break;
		case STREAM_END:
			done = 1;
			break;
		case STREAM_FATAL:
			give_back_held(v);
			rc = -1;
			break;
		}
	}
	v->out.earlier = in.n_rejects;
	stream_in_release(&in);
	if (rc == 0)
		rc = take_held(v, err);
	if (rc == 0)
		count_unchecked(v);
	return rc;
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

	stream_in_init(&in, &path, 1, v->o->allow_filtered);
	while (rc == 0 && !done) {
		switch (stream_next(&in, &v->rec, err)) {
		case STREAM_OPEN:
			break;
		case STREAM_RECORD:
			add_known(v);
			rc = rules_trouble(v->rules, err);
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

int validate_records(struct validate *v, int argc, char **argv, struct err *err)
{
	bool assert_formats =
		!v->o->formats || !strcmp(v->o->formats, "assert");
	size_t i;
	int rc = 0;

	v->rules = v->check.rules = rules_new();
	if (contracts_load(&v->contracts, v->o->contracts, v->job->opt.profiles,
			   assert_formats, v->rules, err) < 0)
		return -1;
	rc = validate_twins_begin(v, err);
	for (i = 0; rc == 0 && i < v->o->refs.n; i++) {
		char *path = mem_strdup(v->o->refs.item[i]);

		rc = take_refs(v, path, err);
		free(path);
	}
	if (rc == 0)
		rc = validate_beyond_open(v, err);
	if (v->o->wait_refs)
		rules_wait(v->rules, false);
	if (rc == 0)
		rc = take_stream(v, argc, argv, err);
	deprecations_tell(&v->contracts.deprecations);
	if (validate_twins_end(v, rc == 0 ? err : &v->twins_err) < 0)
		rc = -1;
	return rc;
}
