/*
 * cmd_run.c - one flow from end to end, for cron
 */
#include <stdlib.h>
#include <unistd.h>

#include "command.h"
#include "core/crash.h"
#include "core/fs.h"
#include "core/log.h"
#include "core/sig.h"
#include "run/summary.h"

#define REJECTS_CEILING ((size_t)1 << 32)

static struct {
	const char *target, *targets, *state, *base;
	struct opt_list only;
	bool again, dry_run;
} opt;

static const struct opt options[] = {
	{"target", 0, OPT_TEXT, &opt.target, "T",
	 "send to this target instead of the flow's"},
	{"targets", 0, OPT_TEXT, &opt.targets, "FILE",
	 "where targets are defined"},
	{"state", 0, OPT_TEXT, &opt.state, "FILE",
	 "state file of the target, where the default place does not suit"},
	{"base", 0, OPT_TEXT, &opt.base, "DIR",
	 "folder that the flow's folders are relative to (.)"},
	{"only", 0, OPT_LIST, &opt.only, "FEED",
	 "only this feed of the flow; may be given several times"},
	{"again", 0, OPT_FLAG, &opt.again, NULL,
	 "also files that went through before"},
	{"dry-run", 'n', OPT_FLAG, &opt.dry_run, NULL,
	 "say what would happen, change nothing"},
	{NULL, 0, OPT_FLAG, NULL, NULL, NULL},
};

/* The ledger counts files: the stages have ledgers of their own. */
static void count(struct job *job, const struct run *r)
{
	size_t i;

	for (i = 0; i < r->n_inputs; i++) {
		const struct run_input *in = &r->input[i];

		job->in++;
		switch (in->state) {
		case RUN_DONE:
			job->out++;
			job_count(job, "records", in->line.stage[0].in);
			job_count(job, "records_rejected",
				  pipeline_rejected(&in->line));
			break;
		case RUN_SEEN:
		case RUN_GROWING:
		case RUN_BLOCKED:
			job->skipped++;
			break;
		case RUN_MISSING:
		case RUN_FAILED:
			job->rejected++;
			break;
		}
	}
	job_count(job, "differences", r->n_differences);
}

/* The next run sets it right; a line says why this one did not. */
static void tell_again(const struct run *r)
{
	size_t i;

	if (r->stop)
		log_error("flow %s: %s; what is not done stays in %s for the "
			  "next run",
			  r->flow.name, r->stop, r->flow.inbox);
	for (i = 0; !r->stop && i < r->n_inputs; i++)
		if (r->input[i].state == RUN_FAILED)
			log_error("flow %s: %s: %s; it stays in %s for the "
				  "next run",
				  r->flow.name, r->input[i].name,
				  r->input[i].why, r->flow.inbox);
}

static int tell(struct job *job, const struct run *r, struct err *err)
{
	struct buf b = BUF_INIT(SUMMARY_CEILING);
	int rc = 0;

	summary_put(&b, r);
	if (run_needs_person(r) || opt.dry_run || job->opt.verbose)
		rc = fs_write_all(STDOUT_FILENO, b.data, b.len, err);
	else
		tell_again(r);
	buf_release(&b);
	if (rc == 0 && job->reject_file) {
		job->reject_out.buf.ceiling = REJECTS_CEILING;
		rc = summary_put_rejects(&job->reject_out.buf, r, err);
	}
	return rc;
}

static int run_flow(struct job *job, const struct run_options *o,
		    struct err *err)
{
	struct run r;
	int rc = run_open(&r, o, job->run, err);

	if (rc == 0)
		rc = run_inputs(&r, err);
	if (rc == 0)
		rc = run_reconcile(&r, err);
	/* What is not told now is told by the next run. */
	if (rc == 0 && !sig_stop()) {
		count(job, &r);
		rc = tell(job, &r, err);
		if (rc == 0)
			rc = run_close(&r, err);
	}
	if (rc == 0)
		rc = r.status;
	run_release(&r);
	return rc;
}

static int run(struct job *job, int argc, char **argv, struct err *err)
{
	struct run_options o = {
		.profiles = job->opt.profiles,
		.target = opt.target,
		.targets = opt.targets,
		.state = opt.state,
		.base = opt.base ? opt.base : ".",
		.max_rejects = job->opt.max_rejects,
		.only = &opt.only,
		.again = opt.again,
		.dry_run = opt.dry_run,
	};

	if (argc != 1)
		return err_set(err, ERR_USAGE, "one flow, please");
	if (setenv("SLUICE_RUN", job->run, 1) < 0)
		return err_sys(err, "cannot set SLUICE_RUN");
	crash_variable("SLUICE_RUN_CRASH_AT");
	o.flow = argv[0];
	return run_flow(job, &o, err);
}

const struct command command = {
	.name = "sluice-run",
	.stage = "run",
	.synopsis = "[OPTION]... FLOW",
	.summary = "Carries a flow's files from its inbox into its target.",
	.options = options,
	.catches_signals = true,
	.run = run,
};
