/*
 * main.c - the only main(): options, signals, run, stdout check, exit status
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "config.h"
#include "core/fs.h"
#include "core/log.h"
#include "core/sig.h"

/*
 * Descriptors 0 to 2 must be open, or a file opened later becomes one.  A
 * missing one is opened the wrong way round: who reads or writes there fails
 * instead of reading nothing or writing into the void.
 */
static void open_standard_fds(void)
{
	int fd;

	do {
		bool input = fcntl(STDIN_FILENO, F_GETFD) < 0;

		fd = open("/dev/null", input ? O_WRONLY : O_RDONLY);
	} while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd > STDERR_FILENO)
		close(fd);
}

static int print_help(const struct opt *common, struct err *err)
{
	struct buf b = BUF_INIT(256 * 1024);
	int rc;

	buf_addf(&b, "usage: %s %s\n\n%s\n", command.name, command.synopsis,
		 command.summary);
	if (command.options && command.options->name) {
		buf_adds(&b, "\nOptions:\n");
		opt_help(&b, command.options);
	}
	buf_adds(&b, "\nCommon options:\n");
	opt_help(&b, common);
	buf_addf(&b, "\nThe manual: man %s\n", command.name);
	rc = fs_write_all(STDOUT_FILENO, b.data, b.len, err);
	buf_release(&b);
	return rc;
}

static int print_version(struct err *err)
{
	struct buf b = BUF_INIT(1024);
	int rc;

	buf_addf(&b, "%s %s\n", command.name, PACKAGE_VERSION);
	rc = fs_write_all(STDOUT_FILENO, b.data, b.len, err);
	buf_release(&b);
	return rc;
}

/* Full disks and the like show at the latest when stdout is closed. */
static int close_stdout(struct err *err)
{
	if (close(STDOUT_FILENO) < 0 && errno != EBADF)
		return err_sys(err, "cannot close the output");
	return 0;
}

/*
 * The ledger: every record read, or kept from an earlier run and taken up
 * again, is carried on, rejected or skipped.  A command that makes several
 * records of one counts the one it read.
 */
static int check_ledger(const struct job *job, struct err *err)
{
	if (job->in + job->released == job->out + job->rejected + job->skipped)
		return 0;
	return err_set(err, ERR_BUG,
		       "the ledger does not add up: %llu in, %llu released, "
		       "%llu out, %llu rejected, %llu skipped; please report "
		       "this",
		       (unsigned long long)job->in,
		       (unsigned long long)job->released,
		       (unsigned long long)job->out,
		       (unsigned long long)job->rejected,
		       (unsigned long long)job->skipped);
}

static int run(struct job *job, int argc, char **argv, struct err *err)
{
	struct err late = ERR_INIT;
	enum log_level show = job->opt.quiet     ? LOG_ERROR
			      : job->opt.verbose ? LOG_DEBUG
						 : LOG_INFO;
	int status, rc;

	if (command.catches_signals)
		sig_install();
	if (job_begin(job, err) < 0) {
		log_error("%s", err->msg);
		return (int)err->code;
	}
	log_setup(command.name, job->run, show,
		  job->opt.log_format && !strcmp(job->opt.log_format, "json"));
	rc = command.run(job, argc, argv, err);
	if (rc >= 0 && check_ledger(job, err) < 0)
		rc = -1;
	status = rc < 0 ? (int)err->code : rc;
	if (status == 0 && job->rejected)
		status = ERR_SOME;
	if (rc < 0)
		log_error("%s", err->msg);
	if (job_end(job, rc >= 0, status, &late) < 0 ||
	    close_stdout(&late) < 0) {
		log_error("%s", late.msg);
		if (status == 0 || status == ERR_SOME)
			status = (int)late.code;
	}
	return status;
}

int main(int argc, char **argv)
{
	static struct job job;
	struct job_options *o = &job.opt;
	const struct opt common[] = {
		{"help", 'h', OPT_FLAG, &o->help, NULL, "print this and exit"},
		{"version", 'V', OPT_FLAG, &o->version, NULL,
		 "print the version and exit"},
		{"quiet", 'q', OPT_FLAG, &o->quiet, NULL,
		 "only errors on standard error"},
		{"verbose", 'v', OPT_FLAG, &o->verbose, NULL,
		 "say more on standard error"},
		{"rejects", 0, OPT_TEXT, &o->rejects, "FILE",
		 "rejects as JSON lines (default: readable on standard error)"},
		{"max-rejects", 0, OPT_TEXT, &o->max_rejects, "N|P%",
		 "stop beyond so many rejects, exit 1"},
		{"summary", 0, OPT_TEXT, &o->summary, "FILE",
		 "write the counts as one JSON object"},
		{"log-format", 0, OPT_TEXT, &o->log_format, "text|json",
		 "form of messages on standard error"},
		{"profiles", 0, OPT_TEXT, &o->profiles, "DIR",
		 "where profiles are looked for first"},
		{"unbuffered", 0, OPT_FLAG, &o->unbuffered, NULL,
		 "write each record at once"},
		{NULL, 0, OPT_FLAG, NULL, NULL, NULL},
	};
	struct err err = ERR_INIT;
	size_t n = 0;
	int status;

	open_standard_fds();
	job.stage = command.stage;
	job.program = command.name;
	log_setup(command.name, "", LOG_INFO, false);
	if (opt_parse(argc, argv, command.options, common, &n, &err) < 0)
		goto fail;
	if (o->help || o->version) {
		if ((o->help ? print_help(common, &err) : print_version(&err)) <
			    0 ||
		    close_stdout(&err) < 0)
			goto fail;
		return 0;
	}
	if (o->log_format && strcmp(o->log_format, "text") != 0 &&
	    strcmp(o->log_format, "json") != 0) {
		err_set(&err, ERR_USAGE, "--log-format is text or json, not %s",
			o->log_format);
		goto fail;
	}
	if (command.reads_stream && !n && isatty(STDIN_FILENO) &&
	    !(command.no_stream && command.no_stream())) {
		fprintf(stderr, "usage: %s %s\ntry '%s --help'\n", command.name,
			command.synopsis, command.name);
		return ERR_USAGE;
	}
	status = run(&job, (int)n, argv + 1, &err);
	if (command.catches_signals && sig_stop())
		sig_reraise();
	return status;
fail:
	log_error("%s", err.msg);
	return (int)err.code;
}
