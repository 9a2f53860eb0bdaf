/*
 * command.h - what a command is
 *
 * Each program is main.c and one cmd_*.c, which defines `command`.
 */
#ifndef SLUICE_COMMAND_H
#define SLUICE_COMMAND_H

#include "core/err.h"
#include "core/job.h"
#include "core/opt.h"

struct command {
	const char *name;     /* "sluice-extract" */
	const char *stage;    /* "extract" */
	const char *synopsis; /* what stands behind the name in the usage */
	const char *summary;  /* one sentence */
	const struct opt *options; /* its own; the common ones are added */
	bool catches_signals;      /* sig_install: it finishes what it began */
	bool reads_stream;       /* without operands it reads standard input: a
				    terminal there gets the usage text */
	bool (*no_stream)(void); /* the options say it reads none; or NULL */
	/*
	 * 0 done, 1 done but some records were not (ERR_SOME), or -1 with err.
	 * argv[0..argc) are the operands.
	 */
	int (*run)(struct job *job, int argc, char **argv, struct err *err);
};

extern const struct command command;

#endif
