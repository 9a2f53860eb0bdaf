/*
 * fuzz_replay.c - a fuzz target over the files of its corpus, as TAP
 *
 * The corpus is tests/fuzz/corpus/X for the program fuzz_X, or the files and
 * folders given.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/fs.h"
#include "core/log.h"
#include "core/mem.h"
#include "fuzz.h"

static unsigned n_tests;

static void replay_file(const char *path)
{
	struct buf b = BUF_INIT((size_t)64 << 20);
	struct err err = ERR_INIT;
	char *copy;

	if (fs_read_file(path, &b, &err) < 0) {
		printf("not ok %u - %s\n", ++n_tests, err.msg);
		return;
	}
	/* Memory of just this size, so that a sanitizer sees an overrun. */
	copy = b.len ? malloc(b.len) : malloc(1);
	if (b.len)
		memcpy(copy, b.data, b.len);
	LLVMFuzzerTestOneInput((const uint8_t *)copy, b.len);
	free(copy);
	buf_release(&b);
	printf("ok %u - %s\n", ++n_tests, fs_base(path));
}

static void replay(const char *path)
{
	struct dirent **names;
	int n, i;

	if (!fs_is_dir(path)) {
		replay_file(path);
		return;
	}
	n = scandir(path, &names, NULL, alphasort);
	for (i = 0; i < n; i++) {
		char *full = fs_join(path, names[i]->d_name);

		if (names[i]->d_name[0] != '.')
			replay_file(full);
		free(full);
		free(names[i]);
	}
	if (n >= 0)
		free(names);
}

int main(int argc, char **argv)
{
	const char *source = getenv("SLUICE_SOURCE");
	const char *name = fs_base(argv[0]);
	int i;

	setvbuf(stdout, NULL, _IOLBF, 0);
	/* What the target says of bad input is not news. */
	log_setup("fuzz", "", LOG_ERROR, false);
	for (i = 1; i < argc; i++)
		replay(argv[i]);
	if (argc == 1 && source && !strncmp(name, "fuzz_", 5)) {
		char *dir =
			mem_printf("%s/tests/fuzz/corpus/%s", source, name + 5);

		replay(dir);
		free(dir);
	}
	printf("1..%u\n", n_tests);
	return n_tests ? 0 : 1;
}
