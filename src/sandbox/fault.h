/*
 * fault.h - faults on demand: what goes wrong with which request
 *
 *	[drop-after@2:res.partner.load]  KIND[=ARG]@WHEN[:MODEL.METHOD]
 *
 *	KIND	drop-before	the connection is closed, nothing was done
 *		drop-after	it was done, the connection is closed
 *		die-before, die-after	the server kills itself (SIGKILL)
 *		cut-body	it was done, half of the answer arrives
 *		delay=SECONDS	the answer comes late
 *		429[=SECONDS]	refused, with Retry-After
 *		502, 503[=S], 504
 *		serialization	it lost against a concurrent update
 *		restart[=S]	the server stops, and is back after S (1)
 *	WHEN	3,7  10-12  10-  every20  5%
 *
 * WHEN counts requests from 1: all of them, or those of MODEL.METHOD alone
 * where it is given ("*" for any model or method).  A share falls evenly by
 * the number: the same requests every time.
 */
#ifndef SLUICE_SANDBOX_FAULT_H
#define SLUICE_SANDBOX_FAULT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"

enum fault_kind {
	FAULT_NONE,
	FAULT_DROP_BEFORE,
	FAULT_DROP_AFTER,
	FAULT_DIE_BEFORE,
	FAULT_DIE_AFTER,
	FAULT_CUT_BODY,
	FAULT_DELAY,
	FAULT_STATUS,
	FAULT_SERIALIZATION,
	FAULT_RESTART,
};

#define FAULT_RANGES_MAX 16
#define FAULT_NAME_MAX   64

struct fault {
	enum fault_kind kind;
	const char *spec; /* borrowed, as it was given */
	int status;       /* FAULT_STATUS */
	double arg;       /* seconds; 0: none */
	struct {
		uint64_t from, to;
	} range[FAULT_RANGES_MAX];
	size_t n_ranges;
	uint64_t every; /* 0: no */
	double share;   /* of requests, 0 to 1; 0: no */
	char model[FAULT_NAME_MAX], method[FAULT_NAME_MAX]; /* "": any */
	uint64_t seen; /* requests it was asked about */
};

/* -1 with ERR_USAGE; `spec` is kept, not copied. */
int fault_parse(const char *spec, struct fault *out, struct err *err);

/*
 * Whether the fault strikes this request, counting it.  `n` is its number;
 * model and method may be NULL.
 */
bool fault_strikes(struct fault *f, uint64_t n, const char *model,
		   const char *method);

#endif
