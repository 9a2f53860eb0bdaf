/*
 * job.h - what one run of a command carries: common options, the ledger of
 * records, the rejects
 *
 * Conservation (DESIGN section 2): in = out + rejected + skipped, where
 * records kept from an earlier run (`released`) count as read.  main() checks
 * it at the end of a run that succeeded and calls a difference a bug.
 */
#ifndef SLUICE_JOB_H
#define SLUICE_JOB_H

#include <stdbool.h>
#include <stdint.h>

#include "core/err.h"
#include "core/out.h"
#include "core/span.h"

#define JOB_RUN_MAX 40

/* Options every command has. */
struct job_options {
	bool help, version, quiet, verbose, unbuffered;
	const char *rejects;     /* file, or NULL: readable on stderr */
	const char *max_rejects; /* "N" or "P%", or NULL */
	const char *summary;     /* file, or NULL */
	const char *log_format;  /* "text" or "json", or NULL */
	const char *profiles;    /* folder, or NULL */
};

/* A further count in the summary: "held", "unchanged", ... */
struct job_count {
	const char *name; /* a literal */
	uint64_t n;
};

#define JOB_COUNTS_MAX 24

struct job {
	const char *stage;     /* "extract" */
	const char *program;   /* "sluice-extract" */
	char run[JOB_RUN_MAX]; /* id of the run: $SLUICE_RUN or a new one */
	struct job_options opt;

	uint64_t in, out, rejected, skipped; /* records */
	uint64_t released; /* kept from an earlier run, and out or rejected */
	struct job_count count[JOB_COUNTS_MAX];
	size_t n_counts;

	struct out reject_out; /* where rejects go as JSON lines */
	bool reject_file;      /* ... is open */
	bool rejects_lost; /* job_settle said that it could not be written */
	bool max_is_share;
	uint64_t max_count; /* UINT64_MAX: no limit */
	double max_share;   /* of records, 0 to 1 */
	int64_t started_ms; /* clock_ms() */
};

/* What a reject says; spans are borrowed.  Empty members are left out. */
struct reject {
	const char *code;   /* "bad-date": stable, for machines */
	struct span field;  /* the field's name */
	struct span value;  /* its value as text */
	struct span why;    /* a sentence a clerk understands */
	struct span rule;   /* what refused it, or empty; extra has it, too */
	struct span record; /* the record as raw JSON */
	struct span src;    /* its src member as raw JSON */
	struct span extra;  /* further members, as JSON text without braces */
	bool again;         /* counted already: a second reason for a record */
};

/* Open the rejects file, read --max-rejects, make the run's id. */
int job_begin(struct job *job, struct err *err);

/*
 * Write a reject: a JSON line in the rejects file, or one readable line on
 * standard error.  Counts it.  -1 with ERR_SOME where --max-rejects is
 * passed: the command stops.
 */
int job_reject(struct job *job, const struct reject *r, struct err *err);

/*
 * At the end of the input, before an end line is written.  What is left of the
 * rejects is written: an end line must not count what is lost, -1 with ERR_IO.
 * A share given with --max-rejects is judged from SHARE_FROM records on while
 * they come, and of all of them here, however few: -1 with ERR_SOME.
 */
int job_settle(struct job *job, struct err *err);

/* Add to the count called `name` (a literal), made at its first use. */
void job_count(struct job *job, const char *name, uint64_t n);

/*
 * Close the rejects file and write the summary.  `whole` says whether the
 * run came to its end; `status` is the exit status to be.
 */
int job_end(struct job *job, bool whole, int status, struct err *err);

#endif
