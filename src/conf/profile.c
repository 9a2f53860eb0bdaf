#include "conf/profile.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "core/buf.h"
#include "core/fs.h"
#include "core/mem.h"
#include "core/suggest.h"

#define PLACES_MAX 32
#define NAMES_MAX  512

/* The folders to search, in order. */
struct places {
	char *dir[PLACES_MAX];
	size_t n;
};

static void add_place(struct places *p, char *dir)
{
	if (p->n < PLACES_MAX)
		p->dir[p->n++] = dir;
	else
		free(dir);
}

static void find_places(struct places *p, const char *option)
{
	const char *env = getenv("SLUICE_PROFILES");
	const char *xdg = getenv("XDG_CONFIG_HOME");
	const char *home = getenv("HOME");

	p->n = 0;
	if (option)
		add_place(p, mem_strdup(option));
	while (env && *env) {
		size_t len = strcspn(env, ":");

		if (len)
			add_place(p, mem_dup(env, len));
		env += len + (env[len] == ':');
	}
	if (xdg && *xdg)
		add_place(p, mem_printf("%s/sluice", xdg));
	else if (home && *home)
		add_place(p, mem_printf("%s/.config/sluice", home));
	add_place(p, mem_strdup("/etc/sluice"));
	add_place(p, mem_strdup(SLUICE_PROFILEDIR));
}

static void release_places(struct places *p)
{
	while (p->n)
		free(p->dir[--p->n]);
}

static int check_name(const char *name, struct err *err)
{
	const char *p = name;

	if (!*name || *name == '/')
		return err_set(err, ERR_CONFIG, "'%s' is no profile name",
			       name);
	while ((p = strstr(p, ".."))) {
		if ((p == name || p[-1] == '/') && (!p[2] || p[2] == '/'))
			return err_set(err, ERR_CONFIG,
				       "'%s' leaves the profiles folder", name);
		p += 2;
	}
	return 0;
}

static char *look(const struct places *p, const char *relative)
{
	size_t i;

	for (i = 0; i < p->n; i++) {
		char *path = mem_printf("%s/%s", p->dir[i], relative);

		if (fs_is_file(path))
			return path;
		free(path);
	}
	return NULL;
}

/* The name of a profile of this kind that looks like `name`; free it. */
static char *nearest(const struct places *p, const char *folder,
		     const char *name)
{
	const char *words[NAMES_MAX + 1];
	char *owned[NAMES_MAX];
	const char *near;
	size_t n = 0, i;
	char *found = NULL;

	for (i = 0; i < p->n; i++) {
		char *path = mem_printf("%s/%s", p->dir[i], folder);
		DIR *d = opendir(path);
		struct dirent *e;

		free(path);
		while (d && n < NAMES_MAX && (e = readdir(d))) {
			size_t len = strlen(e->d_name);

			if (len > 5 && !strcmp(e->d_name + len - 5, ".yaml"))
				owned[n++] = mem_dup(e->d_name, len - 5);
		}
		if (d)
			closedir(d);
	}
	for (i = 0; i < n; i++)
		words[i] = owned[i];
	words[n] = NULL;
	near = suggest(span_of(name), words);
	if (near)
		found = mem_strdup(near);
	while (n)
		free(owned[--n]);
	return found;
}

static void not_found(const struct places *p, const char *folder,
		      const char *name, struct err *err)
{
	struct buf where = BUF_INIT(ERR_MSG_MAX);
	char *near = nearest(p, folder, name);
	size_t i;

	for (i = 0; i < p->n; i++)
		buf_addf(&where, "%s%s", i ? ", " : "", p->dir[i]);
	if (near)
		err_set(err, ERR_CONFIG,
			"no %s%s%s.yaml; did you mean '%s'? (looked in %s)",
			folder, *folder ? "/" : "", name, near,
			buf_str(&where));
	else
		err_set(err, ERR_CONFIG, "no %s%s%s.yaml (looked in %s)",
			folder, *folder ? "/" : "", name, buf_str(&where));
	free(near);
	buf_release(&where);
}

static char *find(const char *option, const char *folder, const char *name,
		  bool required, struct err *err)
{
	struct places places;
	size_t len = strlen(name);
	char *relative, *path;

	err->code = ERR_NONE;
	if (strchr(name, '/') && len > 5 && !strcmp(name + len - 5, ".yaml"))
		return mem_strdup(name);
	if (check_name(name, err) < 0)
		return NULL;
	find_places(&places, option);
	relative = mem_printf("%s%s%s.yaml", folder, *folder ? "/" : "", name);
	path = look(&places, relative);
	if (!path && required)
		not_found(&places, folder, name, err);
	free(relative);
	release_places(&places);
	return path;
}

char *profile_find(const char *option, const char *folder, const char *name,
		   struct err *err)
{
	return find(option, folder, name, true, err);
}

char *profile_find_optional(const char *option, const char *folder,
			    const char *name, struct err *err)
{
	return find(option, folder, name, false, err);
}

char *profile_file(const char *option, const char *profile_path,
		   const char *name, struct err *err)
{
	struct places places;
	char *dir, *up, *path;

	if (check_name(name, err) < 0)
		return NULL;
	dir = fs_dir(profile_path);
	up = mem_printf("%s/../%s", dir, name);
	free(dir);
	if (fs_is_file(up))
		return up;
	free(up);
	find_places(&places, option);
	path = look(&places, name);
	release_places(&places);
	if (!path)
		err_set(err, ERR_CONFIG, "%s: there is no file %s",
			profile_path, name);
	return path;
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

char **profile_names(const char *option, const char *folder)
{
	struct places places;
	char **names = NULL;
	size_t n = 0, cap = 0, i, kept = 0;

	find_places(&places, option);
	for (i = 0; i < places.n; i++) {
		char *path = mem_printf("%s/%s", places.dir[i], folder);
		DIR *d = opendir(path);
		struct dirent *e;

		free(path);
		while (d && (e = readdir(d))) {
			size_t len = strlen(e->d_name);

			if (len <= 5 ||
			    strcmp(e->d_name + len - 5, ".yaml") != 0)
				continue;
			names = mem_grow(names, n, &cap, sizeof(*names));
			names[n++] = mem_dup(e->d_name, len - 5);
		}
		if (d)
			closedir(d);
	}
	release_places(&places);
	if (n)
		qsort(names, n, sizeof(*names), by_text);
	for (i = 0; i < n; i++) {
		if (kept && !strcmp(names[kept - 1], names[i]))
			free(names[i]);
		else
			names[kept++] = names[i];
	}
	names = mem_grow(names, kept, &cap, sizeof(*names));
	names[kept] = NULL;
	return names;
}

void profile_names_free(char **names)
{
	size_t i;

	for (i = 0; names && names[i]; i++)
		free(names[i]);
	free(names);
}
