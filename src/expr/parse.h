/*
 * parse.h - what the parts of the parser share: tokens, nodes, the grammar
 *
 * Functions return -1 or NULL with the error of the compilation filled; where
 * they succeed, the token behind what they read is at hand.
 */
#ifndef SLUICE_PARSE_H
#define SLUICE_PARSE_H

#include "expr/ast.h"

enum token {
	T_END,
	T_NAME,
	T_TEXT,
	T_NUMBER,
	T_COMPARE, /* = != < <= > >= */
	T_SIGN,    /* any other single character */
};

struct parser {
	struct expr_compile *c;
	const char *p, *end; /* what is still to be read */
	enum token token;    /* the one at hand */
	struct span text;    /* of it, as written */
	struct span value;   /* of T_TEXT, without quotes */
	const char *last;    /* end of the token before */
};

/* ---- lex.c ------------------------------------------------------------- */

int lex_next(struct parser *p);
bool lex_at(const struct parser *p, char sign);
bool lex_at_word(const struct parser *p, const char *word);
/* Refuse the token at hand: `wanted` was expected.  -1. */
int lex_unexpected(struct parser *p, const char *wanted);
/* Step over this sign, or refuse what stands there. */
int lex_expect(struct parser *p, char sign);

/* ---- parse_value.c ----------------------------------------------------- */

/* Arguments while they are gathered; the caller frees `item`. */
struct gather {
	struct expr **item;
	size_t n, cap;
};

void gather_add(struct gather *g, struct expr *x);
void gather_into(struct gather *g, struct parser *p, struct expr *x);

/* A node whose text reaches from `from` to the last token. */
struct expr *parse_new(struct parser *p, enum expr_kind kind, const char *from);
void parse_set_text(struct val *v, struct span s);
struct expr *parse_column(struct parser *p);
/* What begins with '$', '^' or '.': names beyond the columns at hand. */
struct expr *parse_sign_name(struct parser *p);
/* A literal, where one stands; NULL without error where none does. */
struct expr *parse_literal(struct parser *p, bool *is_one);

/* ---- parse_call.c ------------------------------------------------------ */

/* The name of a filter is at hand; `input` is NULL in name(x, ...). */
struct expr *parse_call(struct parser *p, struct expr *input);

/* ---- parse.c ----------------------------------------------------------- */

struct expr *parse_or(struct parser *p);

#endif
