/*
 * sniff.h - what a file seems to be, by its first bytes
 *
 * A format that says what it is (ISA, UNB, EDI_DC40, PK, <) is known for sure;
 * lines without signs are csv, which detect.h looks at more closely.
 */
#ifndef SLUICE_SNIFF_H
#define SLUICE_SNIFF_H

#include "core/buf.h"
#include "read/input.h"

/*
 * The name of the format that `in` seems to have; nothing is taken.  Why goes
 * to `why`, a sentence.  NULL with err where it cannot be read, or is what no
 * reader makes sense of.
 */
const char *sniff_format(struct input *in, struct buf *why, struct err *err);

/* Whether what begins as a zip archive does has the parts of a workbook. */
bool sniff_is_workbook(struct input *in);

#endif
