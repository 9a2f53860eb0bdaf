/*
 * copy_file.h - the file that a COPY names
 */
#ifndef SLUICE_COPY_FILE_H
#define SLUICE_COPY_FILE_H

#include "core/err.h"
#include "core/span.h"

/*
 * The path of the file called `name` (a word, or a literal with its quotes)
 * in the folder of `beside`; case does not count, and an extension that
 * copybooks have (.cpy, .cbl, .cob, .copy, .cpb, .inc, .txt) may be left out.
 * No name leads out of the folder.  Free it.  NULL with ERR_CONFIG.
 */
char *copy_file(const char *beside, struct span name, struct err *err);

#endif
