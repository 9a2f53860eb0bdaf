/*
 * edifact_ack.h - CONTRL messages that answer what was read
 *
 * One interchange with one CONTRL an interchange, with the separators, the
 * syntax identifier and the version of what is answered, sender and receiver
 * swapped, its control reference the same, so that the same file gives the
 * same answer.  Every message is named: action 7 (acknowledged) or 4
 * (rejected) with a code of data element 0085.  An interchange with a wrong
 * trailer keeps action 7, since its messages were taken, and has the code.
 * CONTRL messages are not answered.
 *
 * Spec: CONTRL D.3 of the UN/EDIFACT syntax rules (ISO 9735:1988, versions 1
 * to 3); ISO 9735-4:2002 (version 4, CONTRL 4:1).
 */
#ifndef SLUICE_EDIFACT_ACK_H
#define SLUICE_EDIFACT_ACK_H

#include <stdint.h>

#include "core/err.h"
#include "core/span.h"
#include "read/edifact_syntax.h"

/* Data element 0085, syntax error. */
enum edifact_code {
	EDIFACT_GOOD = 0,
	EDIFACT_MISSING = 13,
	EDIFACT_NOT_HERE = 15,
	EDIFACT_UNSPECIFIED = 18,
	EDIFACT_BAD_CHARACTER = 21,
	EDIFACT_BAD_REFERENCE = 28,
	EDIFACT_BAD_COUNT = 29,
	EDIFACT_TOO_MANY = 35,
};

/* What is wrong with a message, a group or an interchange. */
struct edifact_fault {
	enum edifact_code code;
	const char *tag;   /* the segment of the envelope it is in, or NULL */
	uint64_t position; /* of the segment in the message, UNH is 1; 0: the
			      fault is not in one */
};

struct edifact_ack;

struct edifact_ack *edifact_ack_new(void);
void edifact_ack_free(struct edifact_ack *a); /* takes NULL */

/*
 * In the order of the file; all take NULL for `a`, which is then nothing.
 * Segments and elements are as they stand in the file.
 */
void edifact_ack_interchange(struct edifact_ack *a,
			     const struct edifact_marks *m, struct span unb,
			     bool version_4);
void edifact_ack_group(struct edifact_ack *a, struct span ung);
/* `reference`: UNH01, `header`: UNH02, `contrl`: it is an answer itself. */
void edifact_ack_message(struct edifact_ack *a, struct span reference,
			 struct span header, bool contrl,
			 const struct edifact_fault *fault);
void edifact_ack_group_end(struct edifact_ack *a,
			   const struct edifact_fault *fault);
void edifact_ack_interchange_end(struct edifact_ack *a,
				 const struct edifact_fault *fault);

/* Replace `path`: at the end of the file, when all of it was read. */
int edifact_ack_write(const struct edifact_ack *a, const char *path,
		      struct err *err);

#endif
