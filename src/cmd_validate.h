/*
 * cmd_validate.h - what the parts of sluice-validate share
 *
 * cmd_validate.c has the options and the rejects, cmd_validate_records.c holds
 * records to contracts, cmd_validate_held.c keeps those that wait,
 * cmd_validate_schema.c holds any JSON to a schema, and cmd_validate_compat.c a
 * contract to the one it is to follow.
 */
#ifndef SLUICE_CMD_VALIDATE_H
#define SLUICE_CMD_VALIDATE_H

#include "contract/contract.h"
#include "contract/keys.h"
#include "contract/rule.h"
#include "contract/schema_docs.h"
#include "core/job.h"
#include "core/opt.h"
#include "core/progress.h"
#include "core/stream.h"

struct validate_options {
	const char *contracts, *schema, *formats;
	const char *duplicates, *quarantine;
	struct opt_list refs, maps;
	bool allow_filtered, show_sensitive;
	bool compat, wait_refs;
	const char *target, *targets, *state;
};

/* Records held back, in a file without a name; see cmd_validate_held.c. */
struct validate_held {
	struct out out;
	bool any;
	bool *behind; /* by number of the entity: one of it is held */
	size_t n_behind;
};

struct validate {
	const struct validate_options *o;
	struct job *job;
	struct stream_out out;
	struct progress progress;
	struct rec rec;
	struct check check;
	struct contracts contracts;
	struct rules *rules;
	struct schema *schema;          /* --schema */
	struct schema_map map;          /* --schema-map */
	const struct schema *applied;   /* to the record in hand */
	struct validate_held held;      /* records that wait for a reference */
	struct validate_beyond *beyond; /* --target, --state; or NULL */
	struct buf record, extra;       /* of the reject being made */

	/* cmd_validate_twins.c */
	struct judge_wish wish;
	struct keys keys;     /* where a contract looks for duplicates */
	struct out twins_out; /* --duplicates */
	bool twins_open;
	uint64_t n_told; /* and not set aside */
	struct err twins_err;
};

/* ---- cmd_validate.c ---------------------------------------------------- */

/* A good record goes on as the bytes it came in. */
void validate_put(struct validate *v, struct span line);

/*
 * All that is wrong with the record in hand: one JSON line, or a line on
 * standard error for each.  `src` may be NULL.
 */
int validate_reject(struct validate *v, struct span line,
		    const struct rec_node *src, struct err *err);

/* A line that is no JSON; `err` says why, and is used again. */
int validate_reject_line(struct validate *v, struct span line, struct err *err);

/* ---- cmd_validate_held.c ------------------------------------------------ */

/*
 * Keep a record for the end of the stream.  `good`: all is known of it, it
 * only waits behind another of its entity.  -1: the disk is full.
 */
int validate_hold(struct validate *v, struct span line, bool good,
		  struct err *err);
/* Whether a record of the entity has to wait behind another of it. */
bool validate_is_behind(const struct validate *v, uint32_t entity);
/* All of them in order, each parsed into v->rec unless it is good. */
typedef int validate_held_fn(struct validate *v, struct span line, bool good,
			     struct err *err);
int validate_each_held(struct validate *v, validate_held_fn *fn,
		       struct err *err);
void validate_held_release(struct validate *v);

/* ---- cmd_validate_twins.c ---------------------------------------------- */

/* Before the first record, and at the end of all, also of one that failed. */
int validate_twins_begin(struct validate *v, struct err *err);
int validate_twins_end(struct validate *v, struct err *err);

/* ---- cmd_validate_target.c: --target and --state ----------------------- */

/* Hold the bindings to the server; references are known from there, too. */
int validate_beyond_open(struct validate *v, struct err *err);
void validate_beyond_close(struct validate *v);
/* After a record of this entity: what could not be asked, or Odoo does not
 * have its model. */
int validate_beyond_record(const struct validate *v, uint32_t entity,
			   struct err *err);
/* From here on unknown references are gathered; false: nobody can be asked. */
bool validate_beyond_gather(struct validate *v);
/* After each record, and at the end (`all`): ask for what was gathered. */
int validate_beyond_ask(struct validate *v, bool all, struct err *err);

/* ---- the ways of working, 0 or -1 -------------------------------------- */

int validate_records(struct validate *v, int argc, char **argv,
		     struct err *err);
int validate_schema(struct validate *v, int argc, char **argv, struct err *err);
/* --compat: two contracts; ERR_SOME where the new one is not compatible. */
int validate_compat(struct job *job, const struct validate_options *o, int argc,
		    char **argv, struct err *err);

#endif
