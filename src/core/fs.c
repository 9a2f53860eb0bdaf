#include "core/fs.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/mem.h"

int fs_write_all(int fd, const char *p, size_t len, struct err *err)
{
	while (len) {
		ssize_t n = write(fd, p, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_sys(err, "cannot write");
		p += n;
		len -= (size_t)n;
	}
	return 0;
}

int fs_read_file(const char *path, struct buf *out, struct err *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	int rc = -1;

	if (fd < 0)
		return err_sys(err, "cannot open %s", path);
	for (;;) {
		char *to = buf_reserve(out, 1);
		ssize_t n;

		if (!to) {
			err_set(err, ERR_DATA, "%s: more than %zu bytes", path,
				out->ceiling);
			break;
		}
		n = read(fd, to, out->cap - out->len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			err_sys(err, "cannot read %s", path);
			break;
		}
		if (!n) {
			rc = 0;
			break;
		}
		out->len += (size_t)n;
	}
	close(fd);
	return rc;
}

/* A device or a pipe is written to: renaming a file over it would lose it. */
static int write_in_place(const char *path, const struct buf *content,
			  struct err *err)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	int rc;

	if (fd < 0) {
		err_sys(err, "cannot open %s", path);
		err->code = ERR_CREATE;
		return -1;
	}
	rc = fs_write_all(fd, content->data, content->len, err);
	if (rc < 0)
		err_wrap(err, "%s", path);
	if (close(fd) < 0 && rc == 0)
		rc = err_sys(err, "cannot close %s", path);
	return rc;
}

static int replace_file(const char *path, const struct buf *content,
			mode_t mode, struct err *err)
{
	char *tmp = mem_printf("%s.XXXXXX", path);
	mode_t mask = umask(0);
	int fd, rc = -1;

	umask(mask);
	fd = mkostemp(tmp, O_CLOEXEC);
	if (fd < 0) {
		err_sys(err, "cannot create %s", tmp);
		err->code = ERR_CREATE;
		goto out;
	}
	if (fs_write_all(fd, content->data, content->len, err) < 0) {
		err_wrap(err, "%s", path);
		goto out;
	}
	if (fchmod(fd, mode & ~mask) < 0 || fsync(fd) < 0 ||
	    rename(tmp, path) < 0) {
		err_sys(err, "cannot replace %s", path);
		goto out;
	}
	rc = fs_sync_parent(path, err);
out:
	if (fd >= 0) {
		close(fd);
		if (rc < 0)
			unlink(tmp); /* already gone once renamed */
	}
	free(tmp);
	return rc;
}

int fs_replace(const char *path, const struct buf *content, mode_t mode,
	       struct err *err)
{
	struct stat st;
	char *real;
	int rc;

	if (stat(path, &st) == 0 && !S_ISREG(st.st_mode))
		return write_in_place(path, content, err);
	/* Where the path is a link, what it leads to is replaced. */
	real = realpath(path, NULL);
	rc = replace_file(real ? real : path, content, mode, err);
	free(real);
	return rc;
}

int fs_sync_parent(const char *path, struct err *err)
{
	char *dir = fs_dir(path);
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int rc = 0;

	if (fd < 0 || fsync(fd) < 0)
		rc = err_sys(err, "cannot sync %s", dir);
	if (fd >= 0)
		close(fd);
	free(dir);
	return rc;
}

int fs_mkdirs(const char *path, mode_t mode, struct err *err)
{
	char *copy = mem_strdup(path), *p;
	int rc = 0;

	for (p = copy + 1; rc == 0; p++) {
		char c = *p;

		if (c != '/' && c)
			continue;
		*p = '\0';
		if (mkdir(copy, mode) < 0 && errno != EEXIST) {
			rc = err_sys(err, "cannot create %s", copy);
			err->code = ERR_CREATE;
		}
		*p = c;
		if (!c)
			break;
	}
	free(copy);
	return rc;
}

int fs_temp(struct err *err)
{
	const char *dir = getenv("TMPDIR");
	char *path = mem_printf("%s/sluice.XXXXXX", dir && *dir ? dir : "/tmp");
	int fd = mkostemp(path, O_CLOEXEC);

	if (fd < 0) {
		err_sys(err, "cannot create %s", path);
		err->code = ERR_CREATE;
	} else {
		unlink(path);
	}
	free(path);
	return fd;
}

bool fs_is_file(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

bool fs_is_dir(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

const char *fs_base(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

char *fs_dir(const char *path)
{
	const char *slash = strrchr(path, '/');

	if (!slash)
		return mem_strdup(".");
	if (slash == path)
		return mem_strdup("/");
	return mem_dup(path, (size_t)(slash - path));
}

char *fs_join(const char *dir, const char *name)
{
	if (name[0] == '/')
		return mem_strdup(name);
	return mem_printf("%s/%s", dir, name);
}
