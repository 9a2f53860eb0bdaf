/*
 * checksum.h - a file held against the checksum beside it, and its marker
 *
 * FILE.sha256 or FILE.md5 is what sha256sum and md5sum write (also with --tag),
 * or the digits alone.  A marker says that a file is whole: FILE.done, or with
 * the last suffix replaced, ITEMS.done for ITEMS.csv.
 *
 * Spec: coreutils 9.1, "cksum output modes"; FIPS 180-4, RFC 1321.
 */
#ifndef SLUICE_CHECKSUM_H
#define SLUICE_CHECKSUM_H

#include "core/err.h"

/* -1 with ERR_DATA where the sum differs or there is none, ERR_IO. */
int checksum_check(const char *path, struct err *err);

/* -1 with ERR_AGAIN where there is no marker yet. */
int checksum_marker(const char *path, const char *suffix, struct err *err);

#endif
