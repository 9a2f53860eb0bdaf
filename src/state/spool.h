/*
 * spool.h - the records of a run that need more than a look-up, kept aside
 * until their turn comes
 *
 * A private temporary SQLite file that vanishes with the process, so that
 * memory stays flat whatever the stream's length.  Also remembers, for the
 * run, which references were looked for in Odoo and how that ended.
 */
#ifndef SLUICE_SPOOL_H
#define SLUICE_SPOOL_H

#include <stdbool.h>
#include <stdint.h>

#include "core/buf.h"
#include "core/err.h"
#include "core/span.h"

struct spool;

struct spool_rec {
	int64_t seq; /* from 1, in the order of the stream */
	uint32_t level;
	struct span xid;     /* valid until the next spool_next */
	struct span line;    /* the record */
	struct span since;   /* when it began to wait; empty: it did not */
	struct span note;    /* why it cannot go, as text; or empty */
	struct span outcome; /* what it came to so far, if it was deferred */
	bool released;       /* kept from an earlier run, not of the stream */
};

struct spool *spool_new(struct err *err); /* NULL with ERR_IO */
void spool_free(struct spool *sp);        /* takes NULL */

/*
 * Keep a record of an entity (a number of the caller's).  1 kept, 0 there is
 * one with this external id already, -1 with err.
 */
int spool_put(struct spool *sp, unsigned entity, struct span xid,
	      struct span line, struct err *err);

/* The record waited `since` then; `released`: it is not of the stream. */
int spool_waited(struct spool *sp, struct span xid, struct span since,
		 bool released, struct err *err);

uint64_t spool_count(const struct spool *sp, unsigned entity);

/* 1 and its `seq`, 0 not there, -1 with err. */
int spool_find(struct spool *sp, struct span xid, int64_t *seq,
	       struct err *err);

/* Records of a higher level come after those of lower ones; at first all
 * have 0. */
int spool_level(struct spool *sp, int64_t seq, uint32_t level, struct err *err);

/* Why a record cannot go; without a NUL. */
int spool_note(struct spool *sp, int64_t seq, struct span note,
	       struct err *err);
/* Append the external id of a record. */
int spool_name(struct spool *sp, int64_t seq, struct buf *out, struct err *err);

/* The record is to be worked on a second time; this is its outcome so far. */
int spool_defer(struct spool *sp, int64_t seq, struct span outcome,
		struct err *err);

/* No record is: the work begins anew. */
int spool_defer_none(struct spool *sp, struct err *err);

/* Walk the records of an entity, by level and then by `seq`; or those that
 * were deferred, by `seq`. */
int spool_first(struct spool *sp, unsigned entity, bool deferred,
		struct err *err);
/* 1 a record, 0 no more, -1 with err. */
int spool_next(struct spool *sp, struct spool_rec *out, struct err *err);
/* End a walk before its end. */
void spool_stop(struct spool *sp);

/* The record did not make it: those that name it need not be tried. */
int spool_failed(struct spool *sp, struct span xid, struct err *err);

enum spool_ref {
	SPOOL_REF_ERROR = -1,
	SPOOL_REF_UNKNOWN, /* nobody asked yet */
	SPOOL_REF_FOUND,   /* *res_id is its database id */
	SPOOL_REF_MISSING, /* Odoo does not have it */
	SPOOL_REF_FAILED,  /* a record of this run that was rejected */
};

/* Forget what was looked for, and who did not make it. */
int spool_refs_clear(struct spool *sp, struct err *err);

enum spool_ref spool_ref(struct spool *sp, struct span xid, int64_t *res_id,
			 struct err *err);
/* Remember an answer; res_id 0: missing. */
int spool_ref_put(struct spool *sp, struct span xid, int64_t res_id,
		  struct err *err);
/* Forget what Odoo did not have: it may by now. */
int spool_ask_again(struct spool *sp, struct err *err);

#endif
