/*
 * dbf_memo.h - the memo file beside a DBF file
 *
 * dBase III: blocks of 512 bytes, a text ends with 0x1A.  dBase IV: blocks as
 * its header says, a text has its length in front.  FoxPro: numbers are big
 * endian and a block has a kind besides.
 */
#ifndef SLUICE_DBF_MEMO_H
#define SLUICE_DBF_MEMO_H

#include <sys/types.h>

#include "core/buf.h"
#include "read/dbf_head.h"

enum dbf_memo_kind { DBF_DBT_III, DBF_DBT_IV, DBF_FPT };

struct dbf_memo {
	int fd; /* -1: there is none */
	char *path;
	enum dbf_memo_kind kind;
	uint64_t block; /* bytes */
	off_t size;
};

/* Look for the memo file of `path`, in any case; that there is none is no
 * error yet.  dbf_memo_close it also after -1. */
int dbf_memo_open(struct dbf_memo *m, const char *path,
		  const struct dbf_head *h, struct err *err);
void dbf_memo_close(struct dbf_memo *m);

/*
 * Append memo `number` (not 0) to `out`; *is_text says what it is (FoxPro).
 * -1 with ERR_DATA where there is none in the file, or not all of it, and with
 * ERR_IO.
 */
int dbf_memo_read(const struct dbf_memo *m, uint64_t number, struct buf *out,
		  bool *is_text, struct err *err);

#endif
