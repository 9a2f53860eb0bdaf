/*
 * bank_check.h - whether the balances of statements agree with their lines
 *
 * A statement that does not balance is no reason to stop: its lines and those
 * of the statements behind it are delivered, and the file is damaged at its
 * end.
 */
#ifndef SLUICE_BANK_CHECK_H
#define SLUICE_BANK_CHECK_H

#include <stdbool.h>
#include <stdint.h>

#include "core/dec.h"
#include "core/err.h"

struct bank_check {
	struct err first; /* what was wrong first */
	uint64_t n;       /* how much was */
};

/* Something does not agree; the message stands alone. */
void bank_wrong(struct bank_check *c, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* At the end of the file: 0, or -1 with ERR_DATA where anything was wrong. */
int bank_settle(const struct bank_check *c, struct err *err);

/* A sum, as long as it is known. */
struct bank_sum {
	struct dec sum;
	bool unknown; /* too many digits, or a line could not be read */
};

void bank_add(struct bank_sum *s, struct dec d);

/*
 * Hold a sum against what the file says of it: "FILE: WHERE: WHAT is X, but
 * ...".  Nothing where the sum is not known.
 */
void bank_compare(struct bank_check *c, const char *path, const char *where,
		  const char *what, struct dec says, const struct bank_sum *s);

#endif
