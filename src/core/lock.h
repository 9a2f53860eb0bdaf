/*
 * lock.h - one run at a time
 *
 * The lock is a file of its own, flocked, close-on-exec, never renamed or
 * removed; the kernel lets go of it when the process ends, however it ends.
 * The file holds the process id of its last owner, for people.
 */
#ifndef SLUICE_LOCK_H
#define SLUICE_LOCK_H

#include "core/err.h"

/*
 * Take the lock at `path`, making the file where there is none.  Returns its
 * descriptor, or -1: ERR_AGAIN where another process has it, which the
 * message names; ERR_CREATE, ERR_PERM, ERR_IO.
 */
int lock_take(const char *path, struct err *err);

/* Let go; takes -1. */
void lock_release(int fd);

#endif
