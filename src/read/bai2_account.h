/*
 * bai2_account.h - one account of a BAI2 file: records 03, 16 and 49
 *
 * Amounts are whole units of the currency's smallest coin.  The control total
 * of 49 is the sum of all amounts of the account as they stand.
 *
 * Spec: Cash Management Balance Reporting Specifications, Version 2 (BAI,
 * 2005); ISO 4217 for the decimals.
 */
#ifndef SLUICE_BAI2_ACCOUNT_H
#define SLUICE_BAI2_ACCOUNT_H

#include <stdbool.h>
#include <stdint.h>

#include "core/buf.h"
#include "core/dec.h"
#include "core/span.h"

struct bai2_account {
	struct buf json;   /* the record's members so far */
	char currency[4];  /* of the account, or else of its group */
	bool transactions; /* the list is open */
	struct dec total;  /* of all amounts */
	uint64_t records;  /* 03, 16, 88 and 49 */
	/* what cannot be read, or NULL; first of it */
	const char *code, *field;
	char why[160];
};

/*
 * Fields of a record: separated by commas, and by the line ends that come from
 * continuation records.  False where there is none any more.
 */
bool bai2_field(struct span *rest, struct span *field);

/* The rest is a text. */
struct span bai2_text(struct span rest);

/* Record 03 without its code; `group_currency` as 02 has it. */
void bai2_begin(struct bai2_account *a, struct span text,
		struct span group_currency);
/* Record 16. */
void bai2_transaction(struct bai2_account *a, struct span text);
/* Record 49: whether total and count agree is in a->code then. */
void bai2_end(struct bai2_account *a, struct span text);

/* A member, where the field is not empty; a date as ISO. */
void bai2_put(struct buf *b, const char *name, struct span text);
void bai2_put_date(struct buf *b, const char *name, struct span text);

#endif
