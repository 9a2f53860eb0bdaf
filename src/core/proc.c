#include "core/proc.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/fs.h"
#include "core/mem.h"

static char *beside_this(const char *program)
{
	char self[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);
	char *dir, *path;

	if (n <= 0)
		return NULL;
	self[n] = '\0';
	dir = fs_dir(self);
	path = fs_join(dir, program);
	free(dir);
	if (access(path, X_OK) == 0)
		return path;
	free(path);
	return NULL;
}

static char *in_path(const char *program)
{
	const char *path = getenv("PATH");

	while (path && *path) {
		size_t len = strcspn(path, ":");
		char *dir = mem_dup(path, len);
		char *full = fs_join(len ? dir : ".", program);

		free(dir);
		if (access(full, X_OK) == 0)
			return full;
		free(full);
		path += len + (path[len] == ':');
	}
	return NULL;
}

char *proc_find(const char *program, struct err *err)
{
	char *path = beside_this(program);

	if (!path)
		path = in_path(program);
	if (!path)
		err_set(err, ERR_USAGE, "there is no program %s", program);
	return path;
}
