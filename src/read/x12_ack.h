/*
 * x12_ack.h - functional acknowledgments (997) that answer what was read
 *
 * One interchange an interchange, one functional group FA with one 997 a
 * group, with the separators and the release of what is answered, sender and
 * receiver swapped.  Control numbers are those of the interchange and the
 * group answered, so that the same file gives the same answer.  Groups FA are
 * not answered.
 *
 * Spec: ASC X12 997, releases 004010 and later; X12.5.
 */
#ifndef SLUICE_X12_ACK_H
#define SLUICE_X12_ACK_H

#include "core/err.h"
#include "read/x12_marks.h"

/* A functional group: elements of its GS. */
struct x12_group {
	char code[X12_TEXT_MAX + 1];
	char sender[X12_TEXT_MAX + 1];
	char receiver[X12_TEXT_MAX + 1];
	char date[X12_TEXT_MAX + 1];
	char time[X12_TEXT_MAX + 1];
	char number[X12_TEXT_MAX + 1];
	char version[X12_TEXT_MAX + 1];
};

/* What is wrong with a transaction; the first error found. */
struct x12_fault {
	unsigned set;      /* AK502, element 718: 2 no trailer, 3 number, 4
			      count, 5 segments in error; 0 accepted */
	unsigned segment;  /* AK304, element 720; 0: no AK3 */
	struct span tag;   /* AK301 */
	uint64_t position; /* AK302: in the transaction, ST is 1 */
	unsigned element;  /* AK401; 0: no AK4 */
	unsigned data;     /* AK403, element 723 */
};

/* What is wrong with a group, AK905, element 716; 0 is nothing. */
enum x12_group_fault {
	X12_GROUP_GOOD = 0,
	X12_GROUP_NO_TRAILER = 3,
	X12_GROUP_NUMBER = 4,
	X12_GROUP_COUNT = 5,
};

struct x12_ack;

struct x12_ack *x12_ack_new(void);
void x12_ack_free(struct x12_ack *a); /* takes NULL */

/* In the order of the file; all take NULL for `a`, which is then nothing. */
void x12_ack_interchange(struct x12_ack *a, const struct x12_isa *isa);
void x12_ack_group(struct x12_ack *a, const struct x12_group *g);
void x12_ack_set(struct x12_ack *a, struct span type, struct span number,
		 const struct x12_fault *fault);
/* `included`: what the trailer says, GE01; len 0 where there is none. */
void x12_ack_group_end(struct x12_ack *a, struct span included,
		       enum x12_group_fault fault);
void x12_ack_interchange_end(struct x12_ack *a);

/* Replace `path`: at the end of the file, when all of it was read. */
int x12_ack_write(const struct x12_ack *a, const char *path, struct err *err);

#endif
