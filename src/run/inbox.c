#include "run/inbox.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "core/buf.h"
#include "core/fs.h"
#include "core/mem.h"

#define CHUNK 65536

int inbox_digest(int fd, char out[HASH_HEX_MAX], struct err *err)
{
	unsigned char digest[HASH_LEN];
	char *chunk = mem_alloc(CHUNK);
	struct hash h;
	ssize_t n;

	hash_init(&h);
	for (;;) {
		n = read(fd, chunk, CHUNK);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		hash_add(&h, chunk, (size_t)n);
	}
	if (n < 0)
		err_sys(err, "cannot read");
	hash_end(&h, digest);
	hash_hex(digest, out);
	hash_release(&h);
	free(chunk);
	return n < 0 ? -1 : 0;
}

/* Its stat and digest.  1 taken, 0 passed over, -1 with err. */
static int look(struct inbox_file *f, int64_t settle_s, struct err *err)
{
	int fd = open(f->path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	int rc;

	if (fd < 0) {
		if (errno == ENOENT || errno == ELOOP)
			return 0;
		return err_sys(err, "cannot open %s", f->path);
	}
	if (fstat(fd, &f->st) < 0) {
		rc = err_sys(err, "cannot look at %s", f->path);
	} else if (!S_ISREG(f->st.st_mode)) {
		rc = 0;
	} else if (settle_s && time(NULL) - f->st.st_mtime < settle_s) {
		f->growing = true;
		rc = 1;
	} else {
		rc = inbox_digest(fd, f->sha256, err);
		if (rc < 0)
			err_wrap(err, "%s", f->path);
		else
			rc = 1;
	}
	close(fd);
	return rc;
}

/* `folder`/ with what glob would read as a pattern escaped. */
static void put_escaped(struct buf *b, const char *folder)
{
	for (; *folder; folder++) {
		if (strchr("*?[\\", *folder))
			buf_addc(b, '\\');
		buf_addc(b, *folder);
	}
}

static int by_name(const void *a, const void *b)
{
	const struct inbox_file *x = a, *y = b;

	return strcmp(x->name, y->name);
}

static int add(struct inbox *in, const char *path, size_t folder_len,
	       int64_t settle_s, struct err *err)
{
	struct inbox_file f = {.path = mem_strdup(path),
			       .name = mem_strdup(path + folder_len)};
	int rc = look(&f, settle_s, err);

	if (rc <= 0) {
		free(f.path);
		free(f.name);
		return rc;
	}
	in->file = mem_grow(in->file, in->n, &in->cap, sizeof(*in->file));
	in->file[in->n++] = f;
	return 0;
}

int inbox_scan(struct inbox *in, const char *folder, const char *pattern,
	       int64_t settle_s, struct err *err)
{
	struct buf b = BUF_INIT(4 * PATH_CEILING);
	size_t folder_len = strlen(folder) + 1, i;
	glob_t found = {.gl_pathc = 0};
	int rc;

	*in = (struct inbox){.file = NULL};
	put_escaped(&b, folder);
	buf_addc(&b, '/');
	buf_adds(&b, pattern);
	rc = glob(buf_str(&b), GLOB_NOSORT, NULL, &found);
	buf_release(&b);
	if (rc == GLOB_NOSPACE || rc == GLOB_ABORTED)
		return err_set(err, ERR_IO, "cannot search %s for %s", folder,
			       pattern);
	rc = 0;
	for (i = 0; rc == 0 && i < found.gl_pathc; i++)
		rc = add(in, found.gl_pathv[i], folder_len, settle_s, err);
	globfree(&found);
	if (rc < 0)
		inbox_release(in);
	else if (in->n)
		qsort(in->file, in->n, sizeof(*in->file), by_name);
	return rc;
}

void inbox_release(struct inbox *in)
{
	size_t i;

	for (i = 0; i < in->n; i++) {
		free(in->file[i].path);
		free(in->file[i].name);
	}
	free(in->file);
	*in = (struct inbox){.file = NULL};
}

bool inbox_same(const struct inbox_file *f)
{
	struct stat st;

	return lstat(f->path, &st) == 0 && st.st_dev == f->st.st_dev &&
	       st.st_ino == f->st.st_ino && st.st_size == f->st.st_size &&
	       st.st_mtim.tv_sec == f->st.st_mtim.tv_sec &&
	       st.st_mtim.tv_nsec == f->st.st_mtim.tv_nsec;
}
