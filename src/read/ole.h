/*
 * ole.h - files of the old compound format, as far as they are told apart
 *
 * A legacy workbook (xls) is one, and so is the envelope around an encrypted
 * workbook of any kind.
 *
 * Spec: MS-CFB, MS-OFFCRYPTO 2.3.4.4.
 */
#ifndef SLUICE_OLE_H
#define SLUICE_OLE_H

#include <stdbool.h>

#include "core/err.h"
#include "read/input.h"

/* Whether a file that begins so is of the compound format. */
bool ole_is_head(struct span head);

/*
 * Whether the compound file `in` is an envelope around an encrypted workbook.
 * Takes the input.  -1 with err.
 */
int ole_is_encrypted(struct input *in, struct err *err);

#endif
