/*
 * push.h - brings Odoo in line with a stream of canonical records
 *
 * Reading decides at once what is unchanged; the rest is spooled and worked
 * through entity by entity, parents before children:
 *
 *	intake.c   stream to receipts of unchanged records, and the spool
 *	rest.c     entities in the order of their references
 *	entity.c   the records of an entity, chunk by chunk
 *	chunk.c    records to items with cells
 *	readback.c what the state and Odoo have of an item
 *	survey.c   whether there is anything to look for
 *	tree.c     parents before children
 *	resolve.c  references to database ids
 *	held.c     records that wait for others
 *	adopt.c    records that exist under another identity
 *	conflict.c fields that were changed in Odoo as well
 *	plan.c     create, update which columns, or nothing; pure
 *	send.c     what calls look like and how they are settled
 *	flight.c   calls in flight: journalled, sent, judged, divided
 *	queue.c    which rows go into the next call; pure
 *	receipt.c  how each record ended; words.c, in the words of the stream;
 *	           preview.c, for people
 *	absent.c   what a full snapshot does not have any more
 *	guard.c    a day that is not like others
 *	since.c    what a state that is a copy does not know
 *	rights.c   whether the user may do this at all
 *	access.c   the same for all entities, before anything is read
 *	count.c    records without an external id: stock counts
 *
 * Spec: DESIGN section 5.
 */
#ifndef SLUICE_PUSH_H
#define SLUICE_PUSH_H

#include "core/hash.h"
#include "core/hset.h"
#include "core/job.h"
#include "core/progress.h"
#include "core/stream.h"
#include "odoo/session.h"
#include "push/batch.h"
#include "push/binding.h"
#include "push/item.h"
#include "state/spool.h"
#include "state/state.h"

/* What is sensitive, as contracts say; NULL members: nothing is. */
struct push_masks {
	void *context;
	/* Whether a canonical field of an entity is. */
	bool (*hides)(void *context, struct span entity, struct span field);
	/* Append the record, what is sensitive in it masked. */
	void (*mask)(void *context, struct span record, struct buf *out);
};

struct push_options {
	bool full;         /* send everything, whatever the state says */
	bool verify;       /* ask Odoo, whatever the state says */
	bool dry_run;      /* say what would happen */
	bool broke_off;    /* the run before left calls of unknown outcome */
	bool plan_text;    /* dry run: for people, not as JSON */
	bool colour;       /* ... on a terminal */
	bool snapshot;     /* what the stream does not have is to be archived */
	bool guarded;      /* ... and `max_change` of what is known, at most */
	double max_change; /* 0 to 1 */
	enum bind_conflict conflicts; /* the rule for all, or UNASKED */
	struct push_masks masks;
	int64_t batch;   /* rows in a call at most; 0: the target's */
	const char *dir; /* --profiles or NULL */
};

enum push_right { RIGHT_ASK, RIGHT_HELD };

struct push_entity {
	char *name;
	struct binding *binding; /* NULL: there is none */
	bool learned;            /* the server's field types are known */
	/* When its turn came, Odoo had no record with an external id of ours,
	 * and none with the natural key: there is nothing to be found. */
	bool no_xids, no_keys;
	enum push_right may_create, may_write;
	struct batch_size create, update;        /* rows in a call */
	bool marked, wrote;                      /* since.c */
	bool in_stream;                          /* not only held before */
	uint64_t n_known, n_created, n_archived; /* guard.c */
	int64_t noted_ms;
};

struct push {
	struct job *job;
	struct stream_out *out;
	struct session *session;
	struct state *state;
	struct spool *spool;
	struct push_options opt;
	struct push_entity *entity; /* in the order met */
	size_t n_entities, cap_entities;
	struct hash hash;
	struct buf text;      /* for short-lived text */
	struct buf xid;       /* of the record being taken in */
	unsigned char *seen;  /* bit map by xref n */
	unsigned char *stale; /* the same: written since the state knew */
	size_t seen_bits;
	struct progress progress;
	uint64_t finished;   /* records with a receipt or reject */
	struct buf feed;     /* of the stream */
	struct hset sites;   /* absent.c: sites the stream has */
	bool rehearsal;      /* guard.c: nothing is said */
	bool incomplete;     /* a snapshot with rejects: 1 at the end */
	bool joined;         /* held records are in the spool */
	uint64_t n_rejected; /* guard.c */
	uint64_t *claimed;   /* adopt.c: hashes of natural keys that several
				records of the entity have, ascending */
	size_t n_claimed;
	bool last_pass;      /* the second, of what was deferred */
	uint64_t n_deferred; /* records that wait for it */
	struct err broken;   /* what push_receipt could not do */
	bool no_xids;        /* this user may not write external ids */
	/* held.c */
	struct hset waited; /* external ids the state held at first */
	uint64_t n_held;    /* of the stream, now held */
	uint64_t n_waiting; /* held before, and still */
	struct buf let_go;  /* rejected, not yet gone from the state: external
			       ids, each with a line end */
};

int push_init(struct push *p, struct job *job, struct stream_out *out,
	      struct session *session, struct state *state,
	      const struct push_options *opt, struct err *err);
void push_release(struct push *p);

/* Take in one record of the stream (intake.c). */
int push_take(struct push *p, struct rec *r, struct span line, struct err *err);

/* Work through what is spooled. */
int push_rest(struct push *p, struct err *err);

/* held.c: what waits, as JSON lines; changes nothing. */
int push_held_list(struct state *state, struct stream_out *out,
		   struct err *err);

/* ---- between the files of this folder --------------------------------- */

/* The entity's number; made at its first use.  -1: its profile is wrong. */
int push_entity_find(struct push *p, struct span name, unsigned *out,
		     struct err *err);
/* The entity of a binding. */
struct push_entity *push_entity_of(struct push *p, const struct binding *b);
/* Whether the record with this xref n was in the stream. */
bool push_seen(const struct push *p, int64_t n);
/* Hash, line, src, and whether it is a code, from the record in `r`. */
void push_item_fill(struct push *p, const struct binding *b, struct rec *r,
		    struct span line, struct item *it);

/* entity.c: hold the binding to the server's fields, once. */
int push_learn(struct push *p, struct push_entity *e, struct err *err);

/*
 * absent.c: a record of a per-site entity came from `site`; records that a
 * whole snapshot does not name join the run, to be archived.
 */
void push_absent_site(struct push *p, const struct binding *b,
		      struct span site);
int push_absent(struct push *p, struct err *err);

/*
 * guard.c: before anything is sent, and at the end of a dry run: -1 with
 * ERR_SOME where more would change than --max-change allows.
 */
int push_guard(struct push *p, struct err *err);
int push_guard_judge(struct push *p, struct err *err);

/*
 * since.c: find the records of a model that this user wrote after the state
 * was last told (it may be a copy); note how far it knows now.  `end`: not
 * only if the last time is a minute ago.
 */
int push_since_check(struct push *p, struct push_entity *e, struct err *err);
int push_since_note(struct push *p, struct push_entity *e, bool end,
		    struct err *err);
/* Whether the state cannot vouch for the record with this xref n. */
bool push_stale(const struct push *p, int64_t n);

/*
 * chunk.c: add a record of the spool; a value that cannot be bound rejects it.
 * Empty the chunk for the next ones.
 */
int chunk_add(struct push *p, const struct binding *b, struct chunk *c,
	      struct rec *r, const struct spool_rec *s, struct err *err);
void chunk_clear(struct chunk *c);

/* entity.c: all records of an entity. */
int push_entity_run(struct push *p, unsigned number, struct err *err);

/*
 * survey.c: where many records come, ask first whether Odoo has any of the
 * kind (no_xids, no_keys): in a first load there is no need to look for each.
 * A call that is still at work on the server from before cannot double
 * anything: `load` finds its external ids.
 */
int push_survey(struct push *p, struct push_entity *e, unsigned number,
		struct err *err);

/* entity.c: leave the item for the last pass; `outcome` so far, or "". */
int push_defer(struct push *p, struct item *it, const char *outcome,
	       struct err *err);

/* tree.c: give the spooled records of a tree their levels. */
int push_set_levels(struct push *p, const struct binding *b, unsigned number,
		    struct err *err);

/*
 * resolve.c: database ids for the relations of these items that need them;
 * items whose references are not there are rejected.
 */
int push_resolve(struct push *p, const struct binding *b, struct arena *arena,
		 struct item **v, size_t n, struct err *err);

/*
 * adopt.c: note the natural keys of all spooled records of an entity, so that
 * two with the same one are known before the first is taken over.
 */
int push_adopt_prepare(struct push *p, const struct binding *b, unsigned number,
		       struct err *err);

/*
 * adopt.c: look for items that are not in Odoo under another identity, and
 * take those over that are found once.
 */
int push_adopt(struct push *p, const struct binding *b, struct arena *arena,
	       struct item **v, size_t n, struct err *err);

/*
 * send.c: items with columns to send, to their receipts and rejects.  An
 * item that Odoo does not have any more comes back unfinished, with res_id 0.
 */
int push_send(struct push *p, const struct binding *b, struct item **v,
	      size_t n, struct err *err);

/*
 * readback.c: what the state knows of an item (`reread` stays set where Odoo
 * has to be asked); where items are in Odoo; `had` of these, as Odoo says,
 * where a res_id that is not there becomes 0.
 */
int push_consult_state(struct push *p, const struct binding *b,
		       struct arena *arena, struct item *it, struct err *err);
int push_look_up(struct push *p, const struct binding *b, struct item **v,
		 size_t n, struct err *err);
int push_read(struct push *p, const struct binding *b, struct arena *arena,
	      struct item **v, size_t n, struct err *err);

/*
 * rights.c: after Odoo refused a record for `code`: where that is for rights,
 * whether the user has the `right` ("create", "write") on the model.  0: it is
 * about that record; -1 with ERR_PERM: no record of this kind will work.
 */
int push_check_right(struct push *p, const struct binding *b, const char *code,
		     const char *right, struct err *err);

/* held.c: what the state holds at the start; which of it join the spool. */
int push_held_init(struct push *p, struct err *err);
int push_held_join(struct push *p, struct err *err);
/* The record in the stream is not news, and outdates one that waits. */
int push_held_outdated(struct push *p, struct span xid, struct err *err);
/* Settle in the state what was rejected since the last call. */
int push_held_settle(struct push *p, struct err *err);

/* A record whose reference is not there: it->waits says what, and here is
 * the first of it. */
struct push_wait {
	struct item *it;
	const struct bind_field *f;
	struct span text; /* as a cell names it */
	char *why;        /* a sentence; owned */
};

/* Hold these, or reject what waited too long. */
int push_hold(struct push *p, const struct binding *b, struct push_wait *v,
	      size_t n, struct err *err);

/*
 * conflict.c: fields of records that are there, about to be sent, which
 * somebody changed in Odoo: sent all the same, left to Odoo, or the record is
 * rejected.
 */
int push_conflicts(struct push *p, const struct binding *b, struct arena *arena,
		   struct item **v, size_t n, struct err *err);
bool push_has_conflicts(const struct push *p, const struct binding *b);

/* count.c: records of a binding with an identity of its own. */
int push_counts(struct push *p, const struct binding *b, struct arena *arena,
		struct item **v, size_t n, struct err *err);

/*
 * receipt.c: -1 with ERR_IO where receipts or rejects cannot be written: what
 * nobody hears of is not to be done.
 */
int push_check_out(struct push *p, struct err *err);

/* receipt.c: how a record ended. */
/* The outcome of an item that was sent. */
const char *push_outcome(const struct item *it, bool existed);
/* The outcome of one that needed nothing sent. */
const char *push_rest_outcome(const struct item *it);
void push_receipt(struct push *p, const struct binding *b, struct item *it,
		  const char *outcome);
int push_reject(struct push *p, struct item *it, const char *code,
		struct span field, struct span value, const char *why,
		struct err *err);
/* A reject that names the canonical field behind field number `i` (-1:
 * none). */
int push_reject_field(struct push *p, const struct binding *b, struct item *it,
		      const char *code, int i, const char *why,
		      struct err *err);
/* The same for one of the records field `f` names, as a cell names it. */
int push_reject_ref(struct push *p, const struct bind_field *f, struct item *it,
		    const char *code, struct span text, const char *why,
		    struct err *err);
/* The external id Odoo knows the item by. */
struct span push_item_xid(const struct binding *b, const struct item *it);
/*
 * Commit what was accepted of these items as the outcome of `batch` (0:
 * no request was needed).
 */
int push_commit(struct push *p, const struct binding *b, int64_t batch,
		struct item *const *v, size_t n, struct err *err);

#endif
