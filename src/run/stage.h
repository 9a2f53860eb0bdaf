/*
 * stage.h - one program of a pipeline: how it is called, how it ended, what it
 * counted
 *
 * Each stage writes three files into the run's folder, named after a stem:
 * STEM.STAGE.rejects (JSON lines), STEM.STAGE.summary (JSON), STEM.STAGE.log
 * (its standard error).
 */
#ifndef SLUICE_STAGE_H
#define SLUICE_STAGE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "core/buf.h"
#include "core/err.h"
#include "core/proc.h"

#define STAGE_COUNT_MAX 24

struct stage_count {
	char name[32];
	uint64_t n;
};

struct stage {
	const char *name; /* "map"; a literal */
	char *program;    /* path */
	char **argv;      /* NULL at its end */
	size_t argc, cap_args;
	char *rejects, *summary, *log;
	pid_t pid; /* 0: does not run */
	struct proc_end end;
	/* from the summary */
	bool counted; /* there was one */
	bool whole;   /* it came to the end of its input */
	uint64_t in, out, rejected, skipped;
	struct stage_count count[STAGE_COUNT_MAX]; /* all numbers it has */
	size_t n_counts;
};

/*
 * A stage `name` of the run whose folder is `dir`; its options --rejects,
 * --summary and --profiles are set.  -1 where there is no such program.
 */
int stage_init(struct stage *s, const char *name, const char *dir,
	       const char *stem, const char *profiles, struct err *err);
void stage_release(struct stage *s);

/* Add an operand, or an option and its value; a NULL value adds nothing. */
void stage_add(struct stage *s, const char *arg);
void stage_option(struct stage *s, const char *option, const char *value);

/* Start it on these descriptors; its standard error goes to the log. */
int stage_start(struct stage *s, int in, int out, struct err *err);

/* After its end: read the summary it left. */
int stage_read_summary(struct stage *s, struct err *err);

/* A number of the summary, 0 where it has none of this name. */
uint64_t stage_number(const struct stage *s, const char *name);

/*
 * Whether it did its work: 0, also where it rejected some; or the exit status
 * that says why not.
 */
int stage_verdict(const struct stage *s);

/* What it said last on standard error, without its name in front. */
void stage_words(const struct stage *s, struct buf *out);

/* Remove files that say nothing: the summary, an empty log, no rejects. */
void stage_tidy(struct stage *s);

#endif
