/*
 * proc.h - programs of the family: where they are, starting one, how it ended
 *
 * A child dies with the process that started it: it gets SIGTERM when its
 * parent is gone, so that no stage works on behind the back of a next run.
 */
#ifndef SLUICE_PROC_H
#define SLUICE_PROC_H

#include <stdbool.h>
#include <sys/types.h>

#include "core/err.h"

/*
 * The path of a program of the family ("sluice-map"): beside the running one,
 * else found in $PATH.  Free it.  NULL with ERR_USAGE where there is none.
 */
char *proc_find(const char *program, struct err *err);

struct proc_fds {
	int in, out, err; /* -1: /dev/null */
};

/*
 * Start `path` with `argv` (NULL at its end, argv[0] the name) on these
 * descriptors, which stay the caller's.  Signals are as a shell leaves them.
 * The child's id, or -1 with ERR_OS.  A program that cannot be run ends with
 * ERR_OS.
 */
pid_t proc_start(const char *path, char *const *argv, struct proc_fds fds,
		 struct err *err);

struct proc_end {
	int status;    /* exit status; meaningless where signalled */
	int signalled; /* the signal that ended it, or 0 */
};

/*
 * Whether it has ended: then `end` says how and the process is gone for good.
 * Does not wait, so that the caller can look for signals of its own.
 */
bool proc_ended(pid_t pid, struct proc_end *end);

/* A pipe, both ends close-on-exec: fd[0] reads. */
int proc_pipe(int fd[2], struct err *err);

#endif
