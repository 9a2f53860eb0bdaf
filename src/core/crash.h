/*
 * crash.h - a place where a test may kill the process
 *
 * Surviving a crash is shown by crashing: with SLUICE_CRASH_AT=N in the
 * environment the process kills itself (SIGKILL, so that nothing is tidied
 * up) at the N-th point it passes.  Without it a point costs a comparison.
 */
#ifndef SLUICE_CRASH_H
#define SLUICE_CRASH_H

/* `where` names the point for whoever traces the process (--verbose). */
void crash_point(const char *where);

/*
 * Read this variable instead, before the first point: for a program that
 * starts others, which read SLUICE_CRASH_AT.  `name` is kept.
 */
void crash_variable(const char *name);

#endif
