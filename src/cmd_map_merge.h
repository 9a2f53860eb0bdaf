/*
 * cmd_map_merge.h - sluice-map --merge: records of several feeds to one stream
 */
#ifndef SLUICE_CMD_MAP_MERGE_H
#define SLUICE_CMD_MAP_MERGE_H

#include "core/job.h"

enum merge_task { MERGE_FILES, MERGE_CHECK, MERGE_EXPLAIN };

/* The operands are canonical streams; none for the other two tasks. */
int merge_command(struct job *job, const char *name, enum merge_task task,
		  bool allow_filtered, int argc, char **argv, struct err *err);

#endif
