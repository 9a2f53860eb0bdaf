/*
 * json_tree.h - a JSON file as the tree that YAML files are read into
 *
 * Most JSON is YAML, but not all of it, and the messages are better from its
 * own codec.  A scalar that was a string in JSON is one with quotes.
 */
#ifndef SLUICE_JSON_TREE_H
#define SLUICE_JSON_TREE_H

#include "conf/yaml_tree.h"

/* Read a file as JSON, or where it is none, as YAML.  As yt_load. */
struct yt_node *json_tree_load(const char *path, struct err *err);

#endif
