/*
 * yaml_call.h - expressions with braces, as people write them in YAML
 *
 *	active: STATUS | table({A: true, X: false})
 *
 * is no YAML: plain text must not contain ": ".  Such lines are given the
 * quotes they lack.  As the line was an error before, no valid file changes.
 */
#ifndef SLUICE_YAML_CALL_H
#define SLUICE_YAML_CALL_H

#include "core/buf.h"

/* Lines that got quotes, from 1, ascending. */
struct yaml_calls {
	size_t *line;
	size_t n, cap;
};

/*
 * Append `text` to `out`, with single quotes around the plain value of each
 * line "KEY: VALUE" whose VALUE begins with a name and has "({".
 */
void yaml_quote_calls(struct span text, struct buf *out,
		      struct yaml_calls *calls);
bool yaml_call_on(const struct yaml_calls *calls, size_t line);
void yaml_calls_release(struct yaml_calls *calls);

#endif
