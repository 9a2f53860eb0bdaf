/*
 * seed.h - the records a fresh database has, with Odoo's external ids
 */
#ifndef SLUICE_SANDBOX_SEED_H
#define SLUICE_SANDBOX_SEED_H

#include "core/err.h"
#include "sandbox/call.h"

/* Fill a fresh store, in one transaction. */
int seed_records(struct service *s, struct err *err);

/* One row of seed_data.c: cells as load takes them. */
struct seed_row {
	const char *xid; /* "module.name"; NULL ends the table */
	const char *model;
	const char *cells; /* "column=cell|column=cell" */
	int only;          /* 14 or 19; 0: both */
};

extern const struct seed_row seed_first[], seed_last[];
/* "US United States", NULL at the end; "base.us". */
extern const char *const seed_countries[];
/* "us_1 AL Alabama": base.state_us_1. */
extern const char *const seed_states[];

#endif
