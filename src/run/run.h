/*
 * run.h - one flow, end to end
 *
 *	run_open    lock, history, what a killed run left behind
 *	run_inputs  each feed's files through the stages, then archived
 *	run_reconcile
 *	            what was sent, compared with what the target now holds
 *	... the caller tells the result (summary.h) ...
 *	run_close   and only then the history says that the run ended
 *
 * In the work folder, per flow: FLOW/lock, FLOW/history.jsonl, and FLOW/RUN/
 * with the rejects, receipts and differences of a run.
 *
 * Killed at any instant and run again it ends as if never killed: an input
 * leaves the inbox only after the history says that all of its records are
 * accounted for and its copy in the archive was read back; until then it is
 * simply processed again, and push sends nothing twice.
 */
#ifndef SLUICE_RUN_H
#define SLUICE_RUN_H

#include "core/opt.h"
#include "run/flow.h"
#include "run/history.h"
#include "run/inbox.h"
#include "run/pipeline.h"

struct run_options {
	const char *flow;        /* its name */
	const char *profiles;    /* --profiles, or NULL */
	const char *target;      /* instead of the flow's, or NULL */
	const char *targets;     /* --targets, or NULL */
	const char *state;       /* --state, or NULL */
	const char *base;        /* of the flow's folders */
	const char *max_rejects; /* instead of the flow's, or NULL */
	const struct opt_list *only;
	bool again, dry_run;
};

enum run_state {
	RUN_DONE,    /* accounted for and archived (with --dry-run: it would) */
	RUN_SEEN,    /* done before; out of the inbox */
	RUN_GROWING, /* still being written */
	RUN_MISSING, /* required, and not there */
	RUN_FAILED,  /* stays in the inbox */
	RUN_BLOCKED, /* a feed it needs failed, or a file before it */
};

struct run_input {
	const struct flow_feed *feed;
	char *name;    /* below the inbox; the pattern where RUN_MISSING */
	char *archive; /* below the archive; NULL until done */
	enum run_state state;
	int status;   /* the exit status it means; 0 all well */
	bool started; /* `line` was initialised */
	struct pipeline line;
	char *why; /* in words, where it did not end well; or NULL */
};

struct run {
	const struct run_options *opt;
	const char *id;
	const char *target;
	struct flow flow;
	int lock_fd;
	struct history history;
	char *folder; /* of the flow in the work folder */
	char *dir;    /* of this run; made when the first input is there */
	bool begun;   /* ... and the history knows */
	struct run_input *input;
	size_t n_inputs, cap_inputs;
	size_t n_earlier; /* entries of the history that nobody was told of */
	bool reconciled;
	struct stage reconcile;
	char *differences; /* file */
	uint64_t n_differences;
	int status; /* exit status so far, the worst of all */
	char *stop; /* why the run stopped before its end, or NULL */
};

/* -1: ERR_AGAIN where another run has the lock, ERR_CONFIG, ERR_CREATE ... */
int run_open(struct run *r, const struct run_options *opt, const char *id,
	     struct err *err);
/* 0 also where inputs failed: r->status.  -1: the run cannot go on. */
int run_inputs(struct run *r, struct err *err);
int run_reconcile(struct run *r, struct err *err);
/* Take files away that say nothing, write the end into the history. */
int run_close(struct run *r, struct err *err);
/* Takes a zeroed one, or one that run_open did not open, too. */
void run_release(struct run *r);

/* Whether somebody has to look; else a later run sets it right, or nothing is
 * wrong. */
bool run_needs_person(const struct run *r);

/* ---- between the files of this folder ---------------------------------- */

/* The run's status becomes this one where it weighs more. */
void run_note_status(struct run *r, int status);
/* The first thing to do is there: a folder, and the history knows. */
int run_begin(struct run *r, struct err *err);

#endif
