/*
 * cmd_reconcile.c - what differs between a canonical stream and Odoo, or
 * between two streams
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "conf/target.h"
#include "core/mem.h"
#include "odoo/session.h"
#include "push/server.h"
#include "report/odoo_side.h"
#include "report/streams.h"

static struct {
	const char *target, *targets, *state, *format;
	struct opt_list tolerance, entity;
	bool allow_filtered, no_extra;
} o;

static const struct opt options[] = {
	{"target", 0, OPT_TEXT, &o.target, "T",
	 "compare with this Odoo of targets.yaml"},
	{"targets", 0, OPT_TEXT, &o.targets, "FILE",
	 "the targets file (default: targets.yaml of the profiles)"},
	{"state", 0, OPT_TEXT, &o.state, "FILE",
	 "the state of sluice-push (default: that of the target)"},
	{"entity", 0, OPT_LIST, &o.entity, "E",
	 "only records of this entity; may be repeated"},
	{"tolerance", 0, OPT_LIST, &o.tolerance, "FIELD=N",
	 "numbers of this field may differ by so much; may be repeated"},
	{"no-extra", 0, OPT_FLAG, &o.no_extra, NULL,
	 "the stream carries only a part: say nothing of what it lacks"},
	{"format", 0, OPT_TEXT, &o.format, "json|table|csv",
	 "form of the differences (default: table on a terminal, else json)"},
	{"allow-filtered", 0, OPT_FLAG, &o.allow_filtered, NULL,
	 "accept an end line that counts other records than were read"},
	{NULL, 0, OPT_FLAG, NULL, NULL, NULL},
};

static int check_usage(int argc, struct err *err)
{
	if (o.target)
		return 0;
	if (argc != 2)
		return err_set(err, ERR_USAGE,
			       "two streams to compare, or --target and one");
	if (o.targets || o.state || o.no_extra)
		return err_set(err, ERR_USAGE, "%s goes with --target",
			       o.targets ? "--targets"
			       : o.state ? "--state"
					 : "--no-extra");
	return 0;
}

static int compare_streams(struct job *job, char **argv,
			   const struct tolerances *tolerances,
			   struct report *report, struct err *err)
{
	const struct streams_options opt = {.tolerances = tolerances,
					    .entities = &o.entity,
					    .allow_filtered = o.allow_filtered};

	if (!strcmp(argv[0], "-") && !strcmp(argv[1], "-"))
		return err_set(err, ERR_USAGE,
			       "only one of the streams is standard input");
	return streams_compare(job, &opt, argv[0], argv[1], report, err);
}

static struct state *open_state(struct err *err)
{
	char *path = o.state ? mem_strdup(o.state) : state_path(o.target);
	struct state *state = state_open(path, STATE_READ, err);

	free(path);
	return state;
}

static int compare_odoo(struct job *job, int argc, char **argv,
			const struct tolerances *tolerances,
			struct report *report, struct err *err)
{
	const struct odoo_options opt = {.tolerances = tolerances,
					 .entities = &o.entity,
					 .profiles = job->opt.profiles,
					 .allow_filtered = o.allow_filtered,
					 .no_extra = o.no_extra};
	struct target *target;
	struct known known = {.session = NULL};
	bool forgotten = false;
	int rc = -1;

	target = target_load(job->opt.profiles, o.targets, o.target, err);
	if (target)
		known.state = open_state(err);
	if (known.state && target_read_key(target, err) == 0)
		known.session = session_open(&target->endpoint, err);
	if (known.session &&
	    server_bind(known.state, known.session, &forgotten, err) == 0) {
		rc = odoo_compare(job, &opt, &known, argv, (size_t)argc, report,
				  err);
		job_count(job, "requests",
			  session_counts(known.session)->requests);
	}
	session_close(known.session);
	state_close(known.state);
	target_free(target);
	return rc;
}

static void count_differences(struct job *job, const struct report *report)
{
	size_t i;

	job_count(job, "differences", report_count(report));
	for (i = 0; i < DIFF_KINDS; i++)
		job_count(job, diff_kind_word[i], report->n[i]);
}

static int run(struct job *job, int argc, char **argv, struct err *err)
{
	static struct tolerances tolerances;
	struct report report = {.ops = NULL};
	const char *format = o.format;
	int rc = -1;

	if (!format)
		format = isatty(STDOUT_FILENO) ? "table" : "json";
	if (check_usage(argc, err) < 0 ||
	    tolerances_read(&tolerances, &o.tolerance, err) < 0 ||
	    report_init(&report, format, STDOUT_FILENO, job->opt.unbuffered,
			err) < 0)
		goto out;
	rc = o.target ? compare_odoo(job, argc, argv, &tolerances, &report, err)
		      : compare_streams(job, argv, &tolerances, &report, err);
	count_differences(job, &report);
	if (rc == 0)
		rc = report_end(&report, err);
	if (rc == 0 && report_count(&report))
		rc = ERR_SOME;
out:
	report_release(&report);
	opt_list_release(&o.tolerance);
	opt_list_release(&o.entity);
	return rc;
}

const struct command command = {
	.name = "sluice-reconcile",
	.stage = "reconcile",
	.synopsis = "[option ...] A B\n"
		    "       sluice-reconcile --target T [option ...] [FILE...]",
	.summary = "Says what differs between two canonical streams, or "
		   "between one and Odoo.",
	.options = options,
	.reads_stream = true,
	.run = run,
};
