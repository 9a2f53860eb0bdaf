/*
 * cmd_push.c - canonical records to Odoo
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "conf/target.h"
#include "contract/contract.h"
#include "contract/rule.h"
#include "core/crash.h"
#include "core/log.h"
#include "core/mem.h"
#include "core/num.h"
#include "core/sig.h"
#include "core/stream.h"
#include "odoo/session.h"
#include "push/access.h"
#include "push/preview.h"
#include "push/push.h"
#include "push/server.h"
#include "state/journal.h"

static struct {
	const char *target, *targets, *state, *plan, *max_change, *conflicts;
	bool full, verify, dry_run, allow_filtered, show_sensitive, held;
	bool check_access, snapshot;
	const char *priority;
	int64_t batch;
} given;

static const struct opt options[] = {
	{"target", 't', OPT_TEXT, &given.target, "NAME",
	 "which Odoo, by its name in the targets file"},
	{"targets", 0, OPT_TEXT, &given.targets, "FILE",
	 "the targets file (default: targets.yaml beside the profiles)"},
	{"state", 0, OPT_TEXT, &given.state, "FILE",
	 "the state file (default: TARGET.db in the state folder)"},
	{"dry-run", 'n', OPT_FLAG, &given.dry_run, NULL,
	 "say what would happen; change nothing"},
	{"plan", 0, OPT_TEXT, &given.plan, "text|json",
	 "form of what --dry-run says (default: text on a terminal)"},
	{"conflicts", 0, OPT_TEXT, &given.conflicts, "legacy|odoo|person",
	 "who wins where Odoo was changed as well (default: by the binding)"},
	{"show-sensitive", 0, OPT_FLAG, &given.show_sensitive, NULL,
	 "do not mask sensitive fields in receipts and rejects"},
	{"held", 0, OPT_FLAG, &given.held, NULL,
	 "list the records that wait for others; change nothing"},
	{"full", 0, OPT_FLAG, &given.full, NULL,
	 "send every record, also those that did not change"},
	{"verify", 0, OPT_FLAG, &given.verify, NULL,
	 "compare every record with Odoo, whatever the state says"},
	{"snapshot", 0, OPT_FLAG, &given.snapshot, NULL,
	 "the stream has all records: archive those it does not have"},
	{"max-change", 0, OPT_TEXT, &given.max_change, "P%",
	 "stop before more than this share is created, archived or rejected"},
	{"batch", 0, OPT_COUNT, &given.batch, "N",
	 "at most N records in a call"},
	{"allow-filtered", 0, OPT_FLAG, &given.allow_filtered, NULL,
	 "accept fewer records than the end line says"},
	{"priority", 0, OPT_TEXT, &given.priority, "urgent|normal|bulk",
	 "who goes first where several push (default: normal)"},
	{"check-access", 0, OPT_FLAG, &given.check_access, NULL,
	 "read nothing; say whether the user may do what is needed (operands: "
	 "entities)"},
	{NULL, 0, OPT_FLAG, NULL, NULL, NULL},
};

/* The run is that of the stream, where it names one. */
static void take_run(struct job *job, struct rec *r)
{
	struct span run = rec_text(r, rec_get(r, r->node, "run"));

	if (run.len && run.len < sizeof(job->run)) {
		memcpy(job->run, run.p, run.len);
		job->run[run.len] = '\0';
	}
}

static int reject_line(struct push *p, const struct stream_in *in,
		       const struct err *bad, struct err *err)
{
	struct item it = {.line = in->line};

	p->job->in++;
	/* What is no JSON cannot be carried as JSON. */
	it.line.len = 0;
	return push_reject(p, &it, "bad-json", SPAN(""), in->line, bad->msg,
			   err);
}

/*
 * Read the stream to its end.  -1 where the run is to stop; where only the
 * stream broke off, `cut` says how and what was read is worked through.
 */
static int read_stream(struct push *p, struct stream_in *in, struct err *cut,
		       struct err *err)
{
	struct rec rec = REC_INIT;
	struct err what = ERR_INIT;
	bool opened = false;
	int rc = 0;

	while (rc == 0 && !sig_stop()) {
		enum stream_got got = stream_next(in, &rec, &what);

		if (got == STREAM_END)
			break;
		switch (got) {
		case STREAM_OPEN:
			if (!opened) {
				take_run(p->job, &rec);
				buf_add_span(&p->feed,
					     rec_text(&rec,
						      rec_get(&rec, rec.node,
							      "feed")));
				if (!p->opt.plan_text)
					stream_open_from(p->out, "push", &rec);
			}
			opened = true;
			break;
		case STREAM_RECORD:
			rc = push_take(p, &rec, in->line, err);
			break;
		case STREAM_REJECT:
			rc = reject_line(p, in, &what, err);
			break;
		case STREAM_FATAL:
			*cut = what;
			goto out;
		case STREAM_END:
			break;
		}
	}
	if (rc == 0 && sig_stop())
		rc = err_set(err, ERR_AGAIN, "stopped by a signal");
out:
	rec_release(&rec);
	return rc;
}

/*
 * What a snapshot lacks is only absent where the snapshot is whole and nothing
 * of it was rejected on the way.  1 it is, 0 it is not, -1 with err.
 */
static int may_archive_absent(const struct push *p, const struct stream_in *in,
			      const struct err *cut, struct err *err)
{
	uint64_t rejects = in->n_rejects + p->job->rejected;

	if (cut->code)
		return 0;
	if (!in->any_framed)
		return err_set(err, ERR_DATA,
			       "--snapshot wants a stream with an opening and "
			       "an end line: nothing was sent");
	if (!rejects)
		return 1;
	log_warn("%llu records of the snapshot were rejected, so it is not "
		 "whole: nothing is archived",
		 (unsigned long long)rejects);
	return 0;
}

static int take_absent(struct push *p, const struct stream_in *in,
		       const struct err *cut, struct err *err)
{
	int may;

	if (!p->opt.snapshot)
		return 0;
	may = may_archive_absent(p, in, cut, err);
	if (may < 0)
		return -1;
	p->incomplete = !may;
	return may ? push_absent(p, err) : 0;
}

static int push_all(struct push *p, struct stream_in *in, struct err *err)
{
	struct err cut = ERR_INIT;

	if (read_stream(p, in, &cut, err) < 0)
		return -1;
	crash_point("stream read");
	if (take_absent(p, in, &cut, err) < 0 || push_guard(p, err) < 0 ||
	    push_rest(p, err) < 0)
		return -1;
	crash_point("all settled");
	if (cut.code == ERR_NONE)
		return 0;
	*err = cut;
	return -1;
}

/* What a crash left open is settled by asking Odoo again. */
static int recover(struct state *state, bool *broke_off, struct err *err)
{
	size_t n = 0;

	if (!state_writable(state))
		return 0;
	if (journal_recover(state, &n, err) < 0)
		return -1;
	*broke_off = n > 0;
	if (n)
		log_info("%zu records of a run that broke off will be looked "
			 "up in Odoo",
			 n);
	return 0;
}

static struct state *open_state(struct err *err)
{
	char *path = given.state ? mem_strdup(given.state)
				 : state_path(given.target);
	struct state *st = state_open(
		path, given.dry_run || given.held ? STATE_READ : STATE_WRITE,
		err);

	free(path);
	return st;
}

/* What is remembered holds for the server it was learned from. */
static int bind_state(struct state *state, struct session *session,
		      struct err *err)
{
	bool forgotten = false;

	if (server_bind(state, session, &forgotten, err) < 0)
		return -1;
	if (forgotten)
		log_warn("the state is about another database: it is "
			 "forgotten, and all records are looked up");
	return 0;
}

static void count_requests(struct job *job, struct session *session)
{
	const struct session_counts *n = session_counts(session);

	job_count(job, "requests", n->requests);
	job_count(job, "retries", n->retries);
}

/* ---- what is sensitive ------------------------------------------------- */

static bool hides(void *context, struct span entity, struct span field)
{
	const struct contract *k = contracts_find(context, entity, 0);

	return k && schema_hides(k->schema, field);
}

static void mask(void *context, struct span record, struct buf *out)
{
	const struct contract *k = NULL;
	struct rec r = REC_INIT;
	struct err ignored = ERR_INIT;
	const struct rec_node *m;

	if (rec_parse(&r, record.p, record.len, &ignored) == 0 &&
	    r.node->type == REC_OBJECT)
		k = contracts_find(context,
				   rec_text(&r, rec_get(&r, r.node, "entity")),
				   0);
	if (!k || !k->schema->masks) {
		buf_add_span(out, record);
		rec_release(&r);
		return;
	}
	rec_put_open(out, '{');
	rec_each (&r, r.node, m) {
		rec_put_key_raw(out, (struct span){m->key, m->key_len});
		if (span_is(rec_key(&r, m), "fields"))
			schema_put_masked(k->schema, &r, m, out);
		else
			rec_put_node(out, &r, m);
	}
	rec_put_close(out, '}');
	rec_release(&r);
}

/* ---- the run ----------------------------------------------------------- */

/* How a dry run talks (to people on a terminal, else as JSON lines), and who
 * wins a conflict. */
static int read_words(struct push_options *opt, struct err *err)
{
	const char *no_colour = getenv("NO_COLOR");
	bool terminal = isatty(STDOUT_FILENO);

	if (given.plan && strcmp(given.plan, "text") != 0 &&
	    strcmp(given.plan, "json") != 0)
		return err_set(err, ERR_USAGE, "--plan is text or json, not %s",
			       given.plan);
	if (given.conflicts &&
	    binding_conflict(given.conflicts, &opt->conflicts) < 0)
		return err_set(err, ERR_USAGE,
			       "--conflicts is legacy, odoo or person, not %s",
			       given.conflicts);
	if (given.plan && !given.dry_run)
		return err_set(err, ERR_USAGE, "--plan goes with --dry-run");
	opt->plan_text =
		given.dry_run && (given.plan ? given.plan[0] == 't' : terminal);
	opt->colour = opt->plan_text && terminal && !(no_colour && *no_colour);
	return 0;
}

/* --max-change; a snapshot has a limit in any case. */
static int choose_guard(struct push_options *opt, struct err *err)
{
	struct span s = span_of(given.max_change ? given.max_change : "10%");
	int64_t percent = 0;

	if (given.snapshot && given.allow_filtered)
		return err_set(err, ERR_USAGE,
			       "a filtered stream is no --snapshot");
	opt->snapshot = given.snapshot;
	opt->guarded = given.snapshot || given.max_change;
	if (s.len && s.p[s.len - 1] == '%')
		s.len--;
	if (num_parse(s, 0, 100, &percent) < 0)
		return err_set(err, ERR_USAGE,
			       "--max-change wants a share such as 5%%, not "
			       "'%s'",
			       given.max_change);
	opt->max_change = (double)percent / 100;
	return 0;
}

static void put_totals(const struct job *job, struct push *p)
{
	struct buf text = BUF_INIT(4096);

	preview_totals(job, &text);
	if (p->opt.plan_text)
		buf_addf(&p->out->out.buf, "\nThis would be: %s.\n",
			 buf_str(&text));
	else
		log_info("nothing was changed; this would be: %s",
			 buf_str(&text));
	buf_release(&text);
}

/* What waits, and is not of this stream. */
static void tell_waiting(struct job *job, const struct push *p)
{
	if (!p->n_waiting)
		return;
	job_count(job, "waiting", p->n_waiting);
	log_info("%llu records of earlier runs still wait for others "
		 "(--held lists them)",
		 (unsigned long long)p->n_waiting);
}

static int work(struct job *job, struct session *session, struct state *state,
		bool broke_off, struct stream_in *in, struct stream_out *out,
		struct err *err)
{
	struct push_options opt = {.full = given.full,
				   .verify = given.verify,
				   .dry_run = given.dry_run,
				   .broke_off = broke_off,
				   .batch = given.batch,
				   .dir = job->opt.profiles};
	struct contracts contracts = CONTRACTS_INIT;
	struct rules *rules = rules_new();
	struct push p;
	struct err late = ERR_INIT;
	uint64_t held = 0;
	bool incomplete = false;
	int rc = read_words(&opt, err);

	if (rc == 0)
		rc = choose_guard(&opt, err);

	if (rc == 0 && !given.show_sensitive) {
		rc = contracts_load(&contracts, NULL, job->opt.profiles, false,
				    rules, err);
		opt.masks = (struct push_masks){&contracts, hides, mask};
	}
	if (rc < 0)
		goto out;
	rc = push_init(&p, job, out, session, state, &opt, err);
	if (rc == 0)
		rc = push_all(&p, in, err);
	held = p.n_held;
	incomplete = p.incomplete;
	tell_waiting(job, &p);
	if (rc == 0 && given.dry_run)
		put_totals(job, &p);
	if (rc == 0 && given.dry_run)
		rc = push_guard_judge(&p, err);
	push_release(&p);
	count_requests(job, session);
	if (rc == 0)
		rc = job_settle(job, err);
	if (rc == 0) {
		out->earlier = in->n_rejects;
		rc = stream_close(out, job->rejected, err);
		if (rc == 0 && (held || incomplete))
			rc = ERR_SOME;
		goto out;
	}
	/* Receipts of what was done are true whatever came after. */
	if (out_flush(&out->out, &late) < 0)
		log_error("%s", late.msg);
	rc = -1;
out:
	contracts_release(&contracts);
	rules_free(rules);
	return rc;
}

static bool no_stream(void)
{
	return given.check_access || given.held;
}

/* Print what the user may; 77 where something is missing. */
static int check_access(struct job *job, struct session *session, int argc,
			char **argv, struct err *err)
{
	json_t *report = NULL;
	struct out out;
	long missing = access_check(session, job->opt.profiles, argv,
				    (size_t)argc, &report, err);
	int rc = missing < 0 ? -1 : 0;

	out_init(&out, STDOUT_FILENO, job->opt.unbuffered);
	if (rc == 0 && isatty(STDOUT_FILENO))
		access_table(&out.buf, report);
	else if (rc == 0)
		access_lines(&out.buf, report);
	if (rc == 0)
		rc = out_flush(&out, err);
	if (rc == 0 && missing)
		rc = err_set(err, ERR_PERM,
			     "%s lacks %ld of the rights and fields asked for",
			     session_endpoint(session)->login, missing);
	out_release(&out);
	json_decref(report);
	return rc;
}

static int run(struct job *job, int argc, char **argv, struct err *err)
{
	struct target *target = NULL;
	struct session *session = NULL;
	struct state *state = NULL;
	struct stream_in in;
	struct stream_out out;
	bool broke_off = false;
	int rc = -1;

	stream_in_init(&in, argv, given.check_access ? 0 : (size_t)argc,
		       given.allow_filtered);
	stream_out_init(&out, STDOUT_FILENO, job->opt.unbuffered);
	if (!given.target) {
		err_set(err, ERR_USAGE, "--target says which Odoo");
		goto out;
	}
	if (given.held) {
		state = open_state(err);
		rc = state ? push_held_list(state, &out, err) : -1;
		goto out;
	}
	target = target_load(job->opt.profiles, given.targets, given.target,
			     err);
	if (!target || target_priority(target, given.priority, err) < 0 ||
	    target_read_key(target, err) < 0)
		goto out;
	if (given.check_access) {
		session = session_open(&target->endpoint, err);
		if (session)
			rc = check_access(job, session, argc, argv, err);
		goto out;
	}
	state = open_state(err);
	if (!state || recover(state, &broke_off, err) < 0)
		goto out;
	session = session_open(&target->endpoint, err);
	if (session && bind_state(state, session, err) == 0)
		rc = work(job, session, state, broke_off, &in, &out, err);
out:
	session_close(session);
	state_close(state);
	target_free(target);
	stream_in_release(&in);
	stream_out_release(&out);
	return rc;
}

const struct command command = {
	.name = "sluice-push",
	.stage = "push",
	.synopsis = "--target NAME [OPTION...] [FILE...]",
	.summary = "Brings Odoo in line with canonical records.",
	.options = options,
	.catches_signals = true,
	.reads_stream = true,
	.no_stream = no_stream,
	.run = run,
};
