#include "run/archive.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "core/fs.h"
#include "core/hash.h"
#include "core/mem.h"

#define CHUNK 65536

static int fail_gz(gzFile gz, const char *path, struct err *err)
{
	int number;
	const char *what = gzerror(gz, &number);

	if (number == Z_ERRNO)
		return err_sys(err, "%s", path);
	return err_set(err, ERR_IO, "%s: %s", path, what);
}

/* 1 it holds these bytes, 0 it does not or is damaged or not there. */
static int holds(const char *path, const char *sha256)
{
	unsigned char digest[HASH_LEN];
	char hex[HASH_HEX_MAX];
	char *chunk;
	struct hash h;
	gzFile gz;
	int n, rc;

	if (!fs_is_file(path) || !(gz = gzopen(path, "rbe")))
		return 0;
	chunk = mem_alloc(CHUNK);
	hash_init(&h);
	while ((n = gzread(gz, chunk, CHUNK)) > 0)
		hash_add(&h, chunk, (size_t)n);
	hash_end(&h, digest);
	hash_hex(digest, hex);
	hash_release(&h);
	free(chunk);
	/* gzclose_r tells of a member that was cut */
	rc = gzclose_r(gz);
	return n == 0 && rc == Z_OK && !strcmp(hex, sha256);
}

static int copy(int in, gzFile gz, const char *to, struct err *err)
{
	char *chunk = mem_alloc(CHUNK);
	int rc = 0;
	ssize_t n;

	while (rc == 0) {
		n = read(in, chunk, CHUNK);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			rc = err_sys(err, "cannot read");
		if (n <= 0)
			break;
		if (gzwrite(gz, chunk, (unsigned)n) != (int)n)
			rc = fail_gz(gz, to, err);
	}
	free(chunk);
	return rc;
}

/* `fd` stays open, to be synced once all is in it. */
static int compress_into(const char *from, int fd, const char *to,
			 struct err *err)
{
	int in = open(from, O_RDONLY | O_CLOEXEC | O_NOFOLLOW), rc;
	gzFile gz;

	if (in < 0)
		return err_sys(err, "cannot open %s", from);
	/* the descriptor belongs to gz from here */
	gz = gzdopen(fcntl(fd, F_DUPFD_CLOEXEC, 3), "wb6");
	if (!gz) {
		close(in);
		return err_set(err, ERR_IO, "cannot write %s", to);
	}
	rc = copy(in, gz, to, err);
	close(in);
	if (gzclose_w(gz) != Z_OK && rc == 0)
		rc = err_sys(err, "cannot write %s", to);
	if (rc == 0 && fsync(fd) < 0)
		rc = err_sys(err, "cannot sync %s", to);
	return rc;
}

static int write_new(const char *from, const char *sha256, const char *to,
		     struct err *err)
{
	char *part = mem_printf("%s.part", to);
	int fd = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	int rc;

	if (fd < 0) {
		err_sys(err, "cannot create %s", part);
		err->code = ERR_CREATE;
		free(part);
		return -1;
	}
	rc = compress_into(from, fd, part, err);
	close(fd);
	if (rc == 0 && !holds(part, sha256))
		rc = err_set(err, ERR_AGAIN,
			     "%s changed while it was being archived", from);
	if (rc == 0 && rename(part, to) < 0)
		rc = err_sys(err, "cannot name %s", to);
	if (rc < 0)
		unlink(part);
	free(part);
	return rc;
}

int archive_store(const char *from, const char *sha256, const char *to,
		  struct err *err)
{
	char *dir;
	int rc;

	if (holds(to, sha256))
		return 0;
	dir = fs_dir(to);
	rc = fs_mkdirs(dir, 0700, err);
	free(dir);
	if (rc < 0 || write_new(from, sha256, to, err) < 0)
		return -1;
	return fs_sync_parent(to, err);
}

int archive_remove(const char *path, struct err *err)
{
	if (unlink(path) < 0 && errno != ENOENT)
		return err_sys(err, "cannot remove %s", path);
	return fs_sync_parent(path, err);
}
