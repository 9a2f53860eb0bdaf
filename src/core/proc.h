/*
 * proc.h - programs of the family: where they are
 */
#ifndef SLUICE_PROC_H
#define SLUICE_PROC_H

#include "core/err.h"

/*
 * The path of a program of the family ("sluice-map"): beside the running one,
 * else found in $PATH.  Free it.  NULL with ERR_USAGE where there is none.
 */
char *proc_find(const char *program, struct err *err);

#endif
