/*
 * item.h - a record on its way, and the ones that travel together
 */
#ifndef SLUICE_ITEM_H
#define SLUICE_ITEM_H

#include <stdbool.h>
#include <stdint.h>

#include "core/hash.h"
#include "core/mem.h"
#include "core/rec.h"
#include "push/binding.h"

enum item_op { OP_UPSERT, OP_CREATE, OP_UPDATE, OP_ARCHIVE };

/* One field of one record. */
struct item_cell {
	struct span want; /* as cell_make says it */
	struct span
		data; /* of a binary field: the text `want` is the digest of */
	struct span ids; /* of a relation, once resolved: database ids */
	struct span had; /* what Odoo holds: a cell, relations as ids where it
			    was read, as `want` where the state says it */
	struct span before;   /* count.c: what Odoo held before the call */
	struct span accepted; /* conflict.c: what the state says */
	bool was_accepted;
	struct span odoo; /* conflict.c: what Odoo holds, in words */
	struct span name; /* of a relation that was read: its record, as
			     people know it; or empty */
	bool set;         /* the record says something, maybe "clear it" */
	bool by_default;  /* only for creation */
	bool resolved;    /* `ids` holds */
	bool send_ids;    /* no external id: to be sent by database id */
	bool known;       /* `had` holds */
};

struct item {
	struct span xid, line, key, src; /* line, src: raw JSON */
	struct span site;                /* raw JSON, or empty */
	struct span identity;            /* count.c: who it is in Odoo */
	struct span since; /* waited in the state from then on; or empty */
	struct span waits; /* JSON array: what it waits for now; or empty */
	struct span extra; /* further members of its reject, without braces */
	enum item_op op;
	unsigned char hash[HASH_128];
	struct item_cell *cell; /* as many as the binding has fields */
	int64_t res_id;         /* 0: not in Odoo, as far as known */
	bool hidden;            /* archived: `.id` does not find it by itself */
	bool by_id;             /* known to Odoo by database id only */
	bool adopted;           /* found by natural key in this run */
	bool in_state;          /* the state knew it when the run began */
	bool reread;         /* Odoo is to be asked, the state does not say */
	bool read;           /* `had` is what Odoo said just now */
	bool code;           /* stands for a record of Odoo's own */
	bool finished;       /* has its receipt or reject, or waits on */
	bool last_pass;      /* its deferred references are to be there now */
	bool made;           /* ... and it was created in the first pass */
	struct span outcome; /* last pass: "created", "adopted", or empty */
	int64_t seq;         /* in the spool */
	uint64_t later;      /* bits: fields that wait for the last pass */
	bool released;       /* comes from the state, not from the stream */
	bool untouched;   /* to be created only, and there: nothing accepted */
	bool fresh;       /* count.c: there was none before */
	bool filled;      /* count.c: one of them holds something */
	unsigned matches; /* count.c: records in Odoo that are it */
	uint64_t columns; /* bits: fields to be sent */
	uint64_t left; /* bits: fields that differ and are left as they are */
	const char *why_left; /* "owner", "exists", "conflict" */
	uint64_t kept;        /* bits: conflicts that Odoo won, and */
	uint64_t quiet;       /* those among them that are no news */
	uint64_t overwrites;  /* bits: conflicts that the record won */
	int64_t ms;
};

/* A handful of records of one entity; lives in its arena. */
struct chunk {
	struct arena arena;
	struct item **item;
	size_t n, cap;
	size_t bytes; /* of the lines */
};

/* Large enough that what is in flight when a chunk ends does not matter. */
#define CHUNK_ITEMS 5000
#define CHUNK_BYTES ((size_t)8 << 20)

#endif
