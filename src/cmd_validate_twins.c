/*
 * cmd_validate_twins.c - duplicates that contracts look for: told, counted,
 * and set aside where that is wanted
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "cmd_validate.h"
#include "core/log.h"

static void put_src(struct buf *b, struct span src)
{
	if (src.len)
		rec_add_raw(b, "src", src);
}

/* A line for each, which points to the record that was first. */
static int put_line(struct validate *v, const struct judge_twin *t,
		    struct err *err)
{
	struct buf *b = &v->twins_out.buf;
	struct buf text = BUF_INIT(LINE_CEILING);
	size_t i;
	int rc;

	rec_put_open(b, '{');
	rec_add_str(b, "entity", t->entity);
	rec_add_str(b, "key", t->key);
	rec_add_str(b, "is", span_of(t->exact ? "exact" : "likely"));
	rec_put_key(b, SPAN("by"));
	rec_put_open(b, '[');
	for (i = 0; i < t->n_by; i++)
		rec_put_str(b, span_of(t->by[i]));
	rec_put_close(b, ']');
	rec_add_bool(b, "quarantined", t->quarantined);
	rec_put_key(b, SPAN("first"));
	rec_put_open(b, '{');
	rc = keys_get(&v->keys, rules_first(v->rules), &text, err);
	rec_add_str(b, "key", buf_span(&text));
	buf_clear(&text);
	rules_put_first(v->rules, &text);
	put_src(b, buf_span(&text));
	rec_put_close(b, '}');
	if (t->src)
		put_src(b, rec_raw(t->src));
	rec_put_close(b, '}');
	buf_addc(b, '\n');
	out_tick(&v->twins_out);
	buf_release(&text);
	return rc;
}

static int found(void *to, const struct judge_twin *t, struct err *err)
{
	struct validate *v = to;

	job_count(v->job, t->exact ? "duplicates_exact" : "duplicates_likely",
		  1);
	v->n_told += !t->quarantined;
	return v->twins_open ? put_line(v, t, err) : 0;
}

int validate_twins_begin(struct validate *v, struct err *err)
{
	const char *q = v->o->quarantine ? v->o->quarantine : "exact";
	int fd;

	if (strcmp(q, "exact") != 0 && strcmp(q, "likely") != 0 &&
	    strcmp(q, "none") != 0)
		return err_set(err, ERR_USAGE,
			       "--quarantine is exact, likely or none, not %s",
			       q);
	v->wish = (struct judge_wish){
		.exact = strcmp(q, "none") != 0,
		.likely = !strcmp(q, "likely"),
		.found = found,
		.to = v,
		.err = &v->twins_err,
	};
	if (!v->o->duplicates)
		return 0;
	fd = open(v->o->duplicates, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC,
		  0600);
	if (fd < 0) {
		err_sys(err, "cannot create %s", v->o->duplicates);
		err->code = ERR_CREATE;
		return -1;
	}
	out_init(&v->twins_out, fd, false);
	v->twins_open = true;
	return 0;
}

int validate_twins_end(struct validate *v, struct err *err)
{
	struct out *o = &v->twins_out;
	int rc = 0;

	if (v->n_told && !v->twins_open)
		log_info("%llu %s not set aside; --duplicates FILE lists them",
			 (unsigned long long)v->n_told,
			 v->n_told == 1 ? "duplicate" : "duplicates");
	keys_release(&v->keys);
	if (!v->twins_open)
		return 0;
	rc = out_flush(o, err);
	/* EINVAL: a pipe or a terminal, nothing to sync */
	if (rc == 0 && fsync(o->fd) < 0 && errno != EINVAL)
		rc = err_sys(err, "cannot sync %s", v->o->duplicates);
	if (close(o->fd) < 0 && rc == 0)
		rc = err_sys(err, "cannot close %s", v->o->duplicates);
	out_release(o);
	v->twins_open = false;
	return rc;
}
