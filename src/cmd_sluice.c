/*
 * cmd_sluice.c - one way in: `sluice CMD` is `sluice-CMD`
 *
 * With a main() of its own: what stands behind the command's name belongs to
 * that command, options among it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "config.h"
#include "core/log.h"
#include "core/mem.h"
#include "core/proc.h"
#include "core/suggest.h"

/* In the order data flows. */
static const char *const commands[] = {
	"extract",   "map", "validate", "push",
	"reconcile", "run", "sandbox",  NULL,
};

/* Full disks and the like show when what was printed is written. */
static int printed(FILE *to)
{
	if (fflush(to) == 0)
		return 0;
	log_error("cannot write the output");
	return ERR_IO;
}

static int usage(FILE *to)
{
	size_t i;

	fputs("usage: sluice COMMAND [ARGUMENTS]\n"
	      "       sluice help [COMMAND]\n\n"
	      "Moves file-based legacy exports into Odoo. Commands:\n",
	      to);
	for (i = 0; commands[i]; i++)
		fprintf(to, "  %s\n", commands[i]);
	fputs("\n'sluice help COMMAND' opens its manual.\n", to);
	return printed(to);
}

static int unknown(const char *word)
{
	const char *near = suggest(span_of(word), commands);

	if (near)
		log_error("unknown command '%s'; did you mean '%s'?", word,
			  near);
	else
		log_error("unknown command '%s'; see sluice --help", word);
	return ERR_USAGE;
}

static int manual(const char *command)
{
	char *page = command ? mem_printf("sluice-%s", command)
			     : mem_strdup("sluice");

	execlp("man", "man", page, (char *)NULL);
	log_error("cannot run man; the page is %s(1)", page);
	free(page);
	return ERR_OS;
}

static int start(char **argv)
{
	struct err err = ERR_INIT;
	char *program = mem_printf("sluice-%s", argv[1]);
	char *path = strchr(argv[1], '/') ? NULL : proc_find(program, &err);

	if (!path) {
		free(program);
		return unknown(argv[1]);
	}
	argv[1] = program;
	execv(path, argv + 1);
	log_error("cannot run %s", path);
	free(path);
	free(program);
	return ERR_OS;
}

int main(int argc, char **argv)
{
	if (argc < 2) {
		usage(stderr);
		return ERR_USAGE;
	}
	if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h"))
		return usage(stdout);
	if (!strcmp(argv[1], "--version") || !strcmp(argv[1], "-V")) {
		printf("sluice %s\n", PACKAGE_VERSION);
		return printed(stdout);
	}
	if (!strcmp(argv[1], "help"))
		return manual(argv[2]);
	if (argv[1][0] == '-') {
		log_error("unknown option %s; see sluice --help", argv[1]);
		return ERR_USAGE;
	}
	return start(argv);
}
