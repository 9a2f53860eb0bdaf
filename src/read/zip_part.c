#include "read/zip_part.h"

#include <fcntl.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/fs.h"

#define COPY_SIZE ((size_t)256 * 1024)

bool zip_is_head(struct span head)
{
	/* A local file, or the end of a directory without entries. */
	return head.len >= 4 &&
	       (!memcmp(head.p, "PK\3\4", 4) || !memcmp(head.p, "PK\5\6", 4));
}

/* Copy what `in` has to a file without a name. */
static int spool(struct input *in, struct err *err)
{
	int fd = fs_temp(err);

	while (fd >= 0) {
		struct span ahead;

		if (input_peek(in, COPY_SIZE, &ahead, err) < 0 ||
		    fs_write_all(fd, ahead.p, ahead.len, err) < 0) {
			close(fd);
			return -1;
		}
		if (!ahead.len)
			break;
		input_skip(in, ahead.len);
	}
	return fd;
}

int zip_seekable(struct input *in, struct err *err)
{
	int fd;

	if (!input_is_plain_file(in))
		return spool(in, err);
	fd = fcntl(in->fd, F_DUPFD_CLOEXEC, 3);
	if (fd < 0)
		return err_sys(err, "cannot read %s", in->path);
	return fd;
}

/* What libzip says of a file, graded. */
static int failed(const char *path, const char *part, zip_error_t *e,
		  struct err *err)
{
	const char *sep = part ? ": " : "", *name = part ? part : "";

	switch (zip_error_code_zip(e)) {
	case ZIP_ER_MEMORY:
		return err_set(err, ERR_OS, "out of memory");
	case ZIP_ER_SEEK:
	case ZIP_ER_READ:
	case ZIP_ER_TELL:
	case ZIP_ER_OPEN:
		return err_set(err, ERR_IO, "cannot read %s%s%s: %s", path, sep,
			       name, strerror(zip_error_code_system(e)));
	case ZIP_ER_NOPASSWD:
	case ZIP_ER_WRONGPASSWD:
	case ZIP_ER_ENCRNOTSUPP:
		return err_set(err, ERR_DATA,
			       "%s%s%s: encrypted; nothing can be read without "
			       "its password",
			       path, sep, name);
	case ZIP_ER_COMPNOTSUPP:
		return err_set(err, ERR_DATA,
			       "%s%s%s: packed with a method that is not known "
			       "here; pack it with deflate",
			       path, sep, name);
	case ZIP_ER_NOZIP:
		return err_set(err, ERR_DATA,
			       "%s: no zip archive, or one that is cut short",
			       path);
	case ZIP_ER_CRC:
		return err_set(err, ERR_DATA,
			       "%s%s%s: damaged, the checksum differs", path,
			       sep, name);
	default:
		return err_set(err, ERR_DATA,
			       "%s%s%s: the archive is damaged: %s", path, sep,
			       name, zip_error_strerror(e));
	}
}

int zip_set_open(struct zip_file_set *s, struct input *in, struct err *err)
{
	int fd = zip_seekable(in, err), code = 0;
	zip_error_t e;

	*s = (struct zip_file_set){.path = in->path};
	if (fd < 0)
		return -1;
	s->zip = zip_fdopen(fd, 0, &code);
	if (!s->zip) {
		zip_error_init_with_code(&e, code);
		failed(s->path, NULL, &e, err);
		zip_error_fini(&e);
		close(fd);
		return -1;
	}
	s->n = (uint64_t)zip_get_num_entries(s->zip, 0);
	return 0;
}

void zip_set_close(struct zip_file_set *s)
{
	if (s->zip)
		zip_discard(s->zip);
	s->zip = NULL;
}

const char *zip_set_name(const struct zip_file_set *s, uint64_t i)
{
	const char *name = zip_get_name(s->zip, i, 0);

	return name ? name : "";
}

static bool same_name(const char *a, const char *b)
{
	for (; *a && *b; a++, b++) {
		char x = *a == '\\' ? '/' : *a, y = *b == '\\' ? '/' : *b;

		if (x >= 'A' && x <= 'Z')
			x = (char)(x + 32);
		if (y >= 'A' && y <= 'Z')
			y = (char)(y + 32);
		if (x != y)
			return false;
	}
	return *a == *b;
}

int64_t zip_set_find(const struct zip_file_set *s, const char *name)
{
	uint64_t i;

	while (*name == '/')
		name++;
	for (i = 0; i < s->n; i++)
		if (same_name(zip_set_name(s, i), name))
			return (int64_t)i;
	return -1;
}

int zip_part_open(struct zip_part *p, const struct zip_file_set *s, uint64_t i,
		  struct err *err)
{
	zip_stat_t st;

	*p = (struct zip_part){.set = s, .name = zip_set_name(s, i)};
	zip_stat_init(&st);
	if (zip_stat_index(s->zip, i, 0, &st) == 0 &&
	    (st.valid & ZIP_STAT_COMP_SIZE))
		p->packed = st.comp_size;
	p->file = zip_fopen_index(s->zip, i, 0);
	if (!p->file)
		return failed(s->path, p->name, zip_get_error(s->zip), err);
	return 0;
}

ssize_t zip_part_read(struct zip_part *p, void *to, size_t room,
		      struct err *err)
{
	zip_int64_t n = zip_fread(p->file, to, room);

	if (n < 0)
		return failed(p->set->path, p->name,
			      zip_file_get_error(p->file), err);
	p->got += (uint64_t)n;
	if (p->got > ZIP_BOMB_SIZE && p->got / ZIP_BOMB_RATIO > p->packed)
		return err_set(err, ERR_DATA,
			       "%s: %s: unpacks to more than %llu times its "
			       "size: no table does",
			       p->set->path, p->name,
			       (unsigned long long)ZIP_BOMB_RATIO);
	return (ssize_t)n;
}

void zip_part_close(struct zip_part *p)
{
	if (p->file)
		zip_fclose(p->file);
	p->file = NULL;
}
