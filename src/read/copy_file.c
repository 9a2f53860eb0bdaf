#include "read/copy_file.h"

#include <dirent.h>
#include <stdlib.h>
#include <strings.h>

#include "core/fs.h"
#include "core/mem.h"

static const char *const extensions[] = {".cpy", ".cbl", ".cob", ".copy",
					 ".cpb", ".inc", ".txt", NULL};

/* How well a file's name fits: 0 not at all, the more the better. */
static unsigned fit(const char *file, struct span name)
{
	size_t i;

	if (span_is(name, file))
		return 3;
	if (strncasecmp(file, name.p, name.len) != 0)
		return 0;
	if (!file[name.len])
		return 2;
	for (i = 0; extensions[i]; i++)
		if (!strcasecmp(file + name.len, extensions[i]))
			return 1;
	return 0;
}

static bool is_plain(struct span name)
{
	return name.len && name.len < 256 && name.p[0] != '.' &&
	       !memchr(name.p, '/', name.len) && !memchr(name.p, 0, name.len);
}

char *copy_file(const char *beside, struct span name, struct err *err)
{
	char *dir, *best = NULL, *path;
	unsigned best_fit = 0;
	struct dirent *e;
	DIR *d;

	if (name.len > 1 && (*name.p == '"' || *name.p == '\''))
		name = (struct span){name.p + 1, name.len - 2};
	if (!is_plain(name)) {
		err_set(err, ERR_CONFIG,
			"COPY %.*s: the name of a file in the copybook's "
			"folder wanted",
			SPAN_FMT(name));
		return NULL;
	}
	dir = fs_dir(beside);
	d = opendir(dir);
	while (d && (e = readdir(d))) {
		unsigned f = fit(e->d_name, name);

		/* Of those that fit alike the first by name: the order of a
		 * folder is nobody's. */
		if (f > best_fit ||
		    (f && f == best_fit && strcmp(e->d_name, best) < 0)) {
			free(best);
			best = mem_strdup(e->d_name);
			best_fit = f;
		}
	}
	if (d)
		closedir(d);
	path = best ? fs_join(dir, best) : NULL;
	if (!path)
		err_set(err, ERR_CONFIG,
			"COPY %.*s: there is no such file in %s",
			SPAN_FMT(name), dir);
	free(best);
	free(dir);
	return path;
}
