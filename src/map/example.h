/*
 * example.h - what examples of feeds and of merges have in common
 */
#ifndef SLUICE_EXAMPLE_H
#define SLUICE_EXAMPLE_H

#include "conf/yaml_tree.h"
#include "core/rec.h"

/*
 * Whether a value is what the example wants: numbers are compared as such, a
 * map asks for its members only, a list for all elements.
 */
bool example_equals(struct rec *r, const struct rec_node *have,
		    const struct yt_node *want);

#endif
