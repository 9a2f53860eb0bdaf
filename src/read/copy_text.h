/*
 * copy_text.h - the words of a COBOL copybook
 *
 * Column format (7 marks comments and continued lines, 8 to 72 are text) and
 * free format are told apart by where level numbers stand.  COPY brings in
 * files of the same folder, with their text replaced.
 *
 * Spec: ISO/IEC 1989:2014, reference format and the COPY statement; the column
 * format also as in IBM Enterprise COBOL for z/OS 6.4, Language Reference.
 */
#ifndef SLUICE_COPY_TEXT_H
#define SLUICE_COPY_TEXT_H

#include <stdbool.h>

#include "core/err.h"
#include "core/mem.h"
#include "core/span.h"

enum copy_kind {
	COPY_WORD,
	COPY_LITERAL, /* with its quotes */
	COPY_PSEUDO,  /* what stands between == and == */
	COPY_PERIOD,
};

struct copy_token {
	enum copy_kind kind;
	struct span text;
	const char *file; /* for messages */
	size_t line;      /* from 1 */
};

struct copy_text {
	struct arena arena; /* of texts and names */
	struct copy_token *token;
	size_t n, cap;
	size_t n_files;
};

/* Read `path` and all it copies.  -1 with ERR_CONFIG and the like. */
int copy_text_load(struct copy_text *t, const char *path, struct err *err);
void copy_text_release(struct copy_text *t);

/* Whether a word is `upper`; case does not count. */
bool copy_is(const struct copy_token *t, const char *upper);

#endif
