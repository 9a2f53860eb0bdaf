/*
 * fx_layout.h - where the fields of a fixed-width record are
 *
 * A layout is a YAML file: record types, each with a rule that tells it, its
 * fields by position, and for headers and trailers what they count and add up.
 * It is loaded once and not changed.
 *
 * Format: sluice-formats(7), section fixed.
 */
#ifndef SLUICE_FX_LAYOUT_H
#define SLUICE_FX_LAYOUT_H

#include <stdbool.h>

#include "conf/yaml_tree.h"
#include "core/err.h"
#include "expr/expr.h"

/* The furthest position, and the longest record_length. */
#define FX_POSITION_MAX ((int64_t)1 << 20)
/* The name under which a rule has the whole line. */
#define FX_LINE "LINE"

enum fx_kind { FX_TEXT, FX_DECIMAL };
enum fx_sign {
	FX_ANY, /* - or + in front or behind */
	FX_NONE,
	FX_LEADING,
	FX_TRAILING,
	FX_OVERPUNCH,
	FX_OVERPUNCH_LEADING,
};
enum fx_trim { FX_RIGHT, FX_BOTH, FX_LEFT, FX_KEEP };
enum fx_role { FX_DETAIL, FX_HEADER, FX_TRAILER, FX_TOTAL, FX_SKIP };
enum fx_unit { FX_CHARACTERS, FX_BYTES };

struct fx_field {
	const char *name;
	struct span prefix; /* "NAME": escaped */
	size_t from, len;   /* position from 0; characters or bytes */
	enum fx_kind kind;
	enum fx_sign sign;
	enum fx_trim trim;
	bool implied; /* no point: `scale` digits are behind it */
	unsigned scale;
	char point;
	struct span groups;
};

enum fx_want { FX_SAME, FX_BLANKS, FX_ZEROS };

/* A text at a position; one of several. */
struct fx_literal {
	size_t from, len;
	enum fx_want want;
	bool ascii;
	bool negate;
	struct span *is;
	size_t n;
};

/* All literals and the condition must hold; none: always. */
struct fx_rule {
	struct fx_literal *lit;
	size_t n, cap;
	struct expr *when;
	struct expr_scope scope;
	size_t *field; /* by column of the scope; SIZE_MAX: the line */
	bool has_scope;
};

/* What a trailer or a total says of other records. */
enum fx_sum_kind { FX_COUNT, FX_SUM, FX_HASH };

struct fx_sum {
	enum fx_sum_kind kind;
	size_t says;        /* field of the trailer */
	const char *column; /* that is added up; NULL for a count */
	size_t *of;         /* by record type: its field, or a FX_ value */
};

#define FX_NOT_OF  SIZE_MAX       /* the type is not counted */
#define FX_COUNTED (SIZE_MAX - 1) /* it is, and has no amount */

struct fx_record {
	const char *name;
	enum fx_role role;
	struct fx_rule rule;
	struct fx_field *field;
	size_t n, cap;
	size_t length;    /* characters or bytes; what is beyond is too
			     much */
	const char *into; /* member of the records that follow, or NULL */
	bool deliver;     /* it is a record of its own */
	size_t opens;     /* trailer: the type it closes; SIZE_MAX: the
			     file */
	struct fx_sum *sum;
	size_t n_sums, cap_sums;
	const struct yt_node *at;
};

struct fx_layout {
	struct yt_node *root;
	struct arena arena;
	enum fx_unit unit;
	size_t record_length; /* 0: lines */
	enum fx_trim trim;
	bool nul_blank, figurative, short_reject, read_blank;
	bool paged, asa;
	size_t heading; /* lines at the top of a page */
	const char *type_member;
	bool typed; /* there are several record types */
	struct fx_rule *skip;
	size_t n_skip, cap_skip;
	struct fx_record *record;
	size_t n, cap;
};

/* NULL with ERR_CONFIG at file:line:column.  `profiles` for the tables that
 * conditions use; borrowed, as is `path`. */
struct fx_layout *fx_layout_load(const char *path, const char *profiles,
				 struct err *err);
void fx_layout_free(struct fx_layout *l); /* takes NULL */

#endif
