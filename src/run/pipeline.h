/*
 * pipeline.h - the stages of one input, joined by pipes, and what they add
 * up to
 *
 * An input travels in two steps.  The first, extract | map | validate, ends
 * in a spool file.  Only when all three came to their end, when the counts
 * balance from stage to stage and the limit of rejects is kept, the second
 * begins: push reads the spool.  So nothing of a damaged or half-written file
 * reaches Odoo.
 */
#ifndef SLUICE_PIPELINE_H
#define SLUICE_PIPELINE_H

#include "run/stage.h"

struct pipeline_conf {
	const char *profiles; /* option, or NULL */
	const char *target;
	const char *targets, *state; /* options of push, or NULL */
	const char *dir;             /* of the run */
	const char *max_change;      /* option of push, or NULL */
	bool snapshot;
	bool dry_run;
};

struct pipeline_outcome {
	char name[32]; /* "created" */
	uint64_t n;
};

#define PIPELINE_STAGES   4
#define PIPELINE_OUTCOMES 16

struct pipeline {
	const char *feed;
	char *stem; /* of its files in the run's folder */
	char *spool;
	char *receipts; /* those that changed something */
	struct stage stage[PIPELINE_STAGES];
	size_t n_stages;
	uint64_t spooled; /* records in the spool */
	struct pipeline_outcome outcome[PIPELINE_OUTCOMES]; /* of receipts */
	size_t n_outcomes;
	/* where it failed */
	int status;    /* 0, or the exit status it means */
	size_t failed; /* the stage at fault; n_stages: the counts */
	struct buf why;
};

void pipeline_init(struct pipeline *p, const struct pipeline_conf *conf,
		   const char *feed, const char *stem);
void pipeline_release(struct pipeline *p);

/*
 * `path` through extract, map and validate into the spool.  `max_rejects`
 * ("N" or "P%", or NULL) holds for all three together.
 *
 * 0; p->status says whether all is well.  -1 with err: the run cannot go on
 * (ERR_OS, ERR_CREATE, ERR_IO; ERR_AGAIN after a signal).
 */
int pipeline_prepare(struct pipeline *p, const struct pipeline_conf *conf,
		     const char *path, const char *max_rejects,
		     struct err *err);

/* The spool into the target.  As pipeline_prepare. */
int pipeline_push(struct pipeline *p, const struct pipeline_conf *conf,
		  const char *max_rejects, struct err *err);

/* Rejected records of all stages; receipts that are no success too. */
uint64_t pipeline_rejected(const struct pipeline *p);
uint64_t pipeline_outcome(const struct pipeline *p, const char *name);

/*
 * Start `n` stages, each reading what the one before writes, between `in` and
 * `out` (-1: /dev/null), wait for all and read their summaries.
 */
int pipeline_join(struct stage *v, size_t n, int in, int out, struct err *err);

#endif
