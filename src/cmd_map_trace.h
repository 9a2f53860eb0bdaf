/*
 * cmd_map_trace.h - sluice-map --trace: how one record becomes what it is
 */
#ifndef SLUICE_CMD_MAP_TRACE_H
#define SLUICE_CMD_MAP_TRACE_H

#include "core/job.h"
#include "map/map.h"

/*
 * Read raw records and show those whose key is `key`.  -1 with ERR_SOME where
 * there are none.
 */
int trace_command(struct job *job, struct map *m, const char *key,
		  bool allow_filtered, int argc, char **argv, struct err *err);

#endif
