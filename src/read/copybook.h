/*
 * copybook.h - a COBOL record description as a tree with sizes
 *
 * Item 0 is the record; its children are the level 01 and 77 items, which
 * share its first byte, or the items of a copybook that begins deeper.  All
 * references are indices of `item`, in the order of the copybook; COPYBOOK_NONE
 * is none.
 *
 * Spec: ISO/IEC 1989:2014, data description entry.  Sizes and alignment as in
 * IBM Enterprise COBOL for z/OS 6.4; COMP-6 as in Micro Focus.
 */
#ifndef SLUICE_COPYBOOK_H
#define SLUICE_COPYBOOK_H

#include "read/copy_text.h"

#define COPYBOOK_NONE       SIZE_MAX
#define COPYBOOK_ITEMS_MAX  20000
#define COPYBOOK_DIGITS_MAX 38

enum copybook_kind {
	COBOL_GROUP,
	COBOL_TEXT,
	COBOL_NATIONAL, /* UTF-16, big endian */
	COBOL_ZONED,    /* digits, a sign in one of them or beside them */
	COBOL_EDITED,   /* digits with a sign and a point as printed */
	COBOL_BINARY,
	COBOL_PACKED,
	COBOL_PACKED_BARE, /* without a nibble for the sign: COMP-6 */
	COBOL_FLOAT,
	COBOL_DOUBLE,
};

/* What a picture says. */
struct copybook_picture {
	enum copybook_kind kind; /* TEXT, NATIONAL, ZONED or EDITED */
	size_t size;             /* characters */
	unsigned digits;
	int scale; /* digits behind the point; below 0: zeros to add */
	bool is_signed, has_point;
};

struct copybook_item {
	struct span name; /* len 0: FILLER */
	struct span key;  /* "NAME": as in the output, made unique */
	const char *file;
	size_t line;
	unsigned level;
	enum copybook_kind kind;
	struct copybook_picture pic;
	bool has_pic;
	bool sign_given, sign_leading, sign_separate;
	bool sync, justified, blank_zero;
	bool occurs;
	size_t size;    /* bytes of one occurrence, at most */
	size_t align;   /* of its first byte, from the record's; 1: none */
	size_t stride;  /* what the bytes of an occurrence are a multiple of */
	size_t max;     /* occurrences */
	size_t depends; /* item with the number of them */
	struct span depends_name, depends_of, redefines_name;
	size_t redefines;
	size_t parent, child, next, last; /* last: the youngest child */
	size_t set_last; /* of one that others redefine: the last of them */
	bool shown;      /* there is something to show of it */
	bool open;       /* a group whose members are those of its parent */
	bool kept;       /* its value is needed by others */
	int usage;       /* while parsing */
};

struct copybook {
	struct copy_text text;
	struct arena arena;
	struct copybook_item *item;
	size_t n, cap;
	size_t size; /* of the longest record */
};

/* -1 with ERR_CONFIG: file:line: what is wrong. */
int copybook_load(struct copybook *c, const char *path, struct err *err);
void copybook_release(struct copybook *c);

/* Fill err with "file:line: ..." of an item.  Returns -1. */
int copybook_err(const struct copybook_item *it, struct err *err,
		 const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* Sizes, references and names once all items are there. */
int copybook_layout(struct copybook *c, struct err *err);

/* A picture; -1 with err, which says what is wrong without where. */
int copybook_picture(struct span s, struct copybook_picture *p,
		     struct err *err);

bool copybook_same_name(struct span a, struct span b);

#endif
