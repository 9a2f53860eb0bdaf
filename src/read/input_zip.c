#include "read/input_zip.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/fs.h"
#include "core/mem.h"

int input_zip_open(struct input_zip *z, struct input *archive,
		   const char *pattern, struct err *err)
{
	*z = (struct input_zip){.archive = archive->name, .pattern = pattern};
	return zip_set_open(&z->set, archive, err);
}

void input_zip_close(struct input_zip *z)
{
	zip_set_close(&z->set);
	free(z->path);
	z->path = NULL;
}

static bool is_plain(const struct input_zip *z, uint64_t i, const char *name)
{
	zip_uint32_t attributes;
	zip_uint8_t system;
	size_t len = strlen(name);

	if (!len || name[len - 1] == '/' || name[len - 1] == '\\')
		return false;
	if (!strncmp(name, "__MACOSX/", 9) ||
	    !strcmp(fs_base(name), ".DS_Store"))
		return false;
	if (zip_file_get_external_attributes(z->set.zip, i, 0, &system,
					     &attributes) < 0 ||
	    system != ZIP_OPSYS_UNIX)
		return true;
	/* What came from a pipe says that it is one. */
	return !S_ISLNK(attributes >> 16) && !S_ISDIR(attributes >> 16);
}

static bool is_wanted(const struct input_zip *z, uint64_t i)
{
	const char *name = zip_set_name(&z->set, i);

	return is_plain(z, i, name) &&
	       (!z->pattern || fnmatch(z->pattern, name, 0) == 0 ||
		fnmatch(z->pattern, fs_base(name), 0) == 0);
}

bool input_zip_more(const struct input_zip *z)
{
	uint64_t i;

	for (i = z->at; i < z->set.n; i++)
		if (is_wanted(z, i))
			return true;
	return false;
}

void input_zip_pattern(const char *name, struct buf *b)
{
	for (; *name; name++) {
		if (strchr("*?[\\", *name))
			buf_addc(b, '\\');
		buf_addc(b, *name);
	}
}

static int none_matched(const struct input_zip *z, struct err *err)
{
	struct buf names = BUF_INIT(ERR_MSG_MAX / 2);
	uint64_t i;

	for (i = 0; i < z->set.n && !names.over; i++)
		if (is_plain(z, i, zip_set_name(&z->set, i)))
			buf_addf(&names, "%s%s", names.len ? ", " : "",
				 zip_set_name(&z->set, i));
	if (z->pattern)
		err_set(err, ERR_DATA,
			"%s: no member matches '%s'; there %s %s", z->set.path,
			z->pattern, names.len ? "are:" : "is",
			names.len ? buf_str(&names) : "none at all");
	else
		err_set(err, ERR_DATA, "%s: an archive without members",
			z->set.path);
	buf_release(&names);
	return -1;
}

static ssize_t read_member(void *ctx, void *to, size_t room, struct err *err)
{
	return zip_part_read(ctx, to, room, err);
}

static void close_member(void *ctx)
{
	zip_part_close(ctx);
}

static const struct input_source member_source = {
	.read = read_member,
	.close = close_member,
};

int input_zip_next(struct input_zip *z, struct input *member, struct err *err)
{
	while (z->at < z->set.n && !is_wanted(z, z->at))
		z->at++;
	if (z->at == z->set.n)
		return z->given ? 0 : none_matched(z, err);
	z->given++;
	if (zip_part_open(&z->part, &z->set, z->at++, err) < 0)
		return -1;
	free(z->path);
	z->path = mem_printf("%s: %s", z->set.path, z->part.name);
	if (input_open_source(member, &member_source, &z->part, z->path,
			      z->part.name, z->archive, err) == 0)
		return 1;
	input_close(member);
	return -1;
}
