#include "read/dbf_memo.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/fs.h"
#include "core/mem.h"

#define DBT_BLOCK 512
#define CHUNK     4096

static bool ends_with(const char *s, const char *end)
{
	size_t a = strlen(s), b = strlen(end);

	return a > b && !strcasecmp(s + a - b, end);
}

/* The name without .gz and .dbf: what the memo file's begins with. */
static char *stem_of(const char *path)
{
	char *stem = mem_strdup(fs_base(path));
	char *dot;

	if (ends_with(stem, ".gz"))
		stem[strlen(stem) - 3] = '\0';
	dot = strrchr(stem, '.');
	if (dot && dot > stem)
		*dot = '\0';
	return stem;
}

/* STEM.EXT in the folder, in any case; the very case is preferred. */
static char *find_beside(const char *folder, const char *stem, const char *ext)
{
	char *want = mem_printf("%s.%s", stem, ext), *found = NULL;
	size_t n = strlen(stem);
	DIR *dir = opendir(folder);
	const struct dirent *e;

	while (dir && (e = readdir(dir))) {
		if (strcasecmp(e->d_name, want) != 0)
			continue;
		if (found && strncmp(e->d_name, stem, n) != 0)
			continue;
		free(found);
		found = fs_join(folder, e->d_name);
	}
	if (dir)
		closedir(dir);
	free(want);
	return found;
}

static int read_at(const struct dbf_memo *m, uint64_t at, char *to, size_t len,
		   size_t *got, struct err *err)
{
	*got = 0;
	while (*got < len) {
		ssize_t n =
			pread(m->fd, to + *got, len - *got, (off_t)(at + *got));

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_sys(err, "%s", m->path);
		if (!n)
			break;
		*got += (size_t)n;
	}
	return 0;
}

static int read_header(struct dbf_memo *m, struct err *err)
{
	char head[24] = "";
	size_t got;

	if (read_at(m, 0, head, sizeof(head), &got, err) < 0)
		return -1;
	m->block = DBT_BLOCK;
	if (m->kind == DBF_DBT_IV && dbf_u16(head + 20))
		m->block = dbf_u16(head + 20);
	if (m->kind == DBF_FPT)
		m->block = dbf_u32_big(head + 4) & 0xFFFF;
	if (m->kind == DBF_FPT && !m->block)
		m->block = 1;
	return 0;
}

int dbf_memo_open(struct dbf_memo *m, const char *path,
		  const struct dbf_head *h, struct err *err)
{
	bool fox = h->family == DBF_FOX || h->family == DBF_VISUAL;
	char *folder, *stem;
	struct stat st;

	*m = (struct dbf_memo){.fd = -1};
	if (!strcmp(path, "-"))
		return 0;
	folder = fs_dir(path);
	stem = stem_of(path);
	m->path = find_beside(folder, stem, fox ? "fpt" : "dbt");
	m->kind = fox                    ? DBF_FPT
		  : h->family == DBF_III ? DBF_DBT_III
					 : DBF_DBT_IV;
	if (!m->path) {
		m->path = find_beside(folder, stem, fox ? "dbt" : "fpt");
		m->kind = fox ? DBF_DBT_III : DBF_FPT;
	}
	free(folder);
	free(stem);
	if (!m->path)
		return 0;
	m->fd = open(m->path, O_RDONLY | O_CLOEXEC);
	if (m->fd < 0 || fstat(m->fd, &st) < 0)
		return err_sys(err, "%s", m->path);
	m->size = st.st_size;
	return read_header(m, err);
}

void dbf_memo_close(struct dbf_memo *m)
{
	if (m->fd >= 0)
		close(m->fd);
	free(m->path);
	*m = (struct dbf_memo){.fd = -1};
}

static int cut(const struct dbf_memo *m, uint64_t number, struct err *err)
{
	return err_set(err, ERR_DATA,
		       "%s ends before the end of memo %llu, which the record "
		       "has",
		       fs_base(m->path), (unsigned long long)number);
}

/* Up to 0x1A, which a text of dBase III has at its end. */
static int read_ended(const struct dbf_memo *m, uint64_t at, uint64_t number,
		      struct buf *out, struct err *err)
{
	char chunk[CHUNK];
	const char *end = NULL;
	size_t got;

	while (!end && !out->over) {
		if (read_at(m, at, chunk, sizeof(chunk), &got, err) < 0)
			return -1;
		if (!got)
			return cut(m, number, err);
		end = memchr(chunk, 0x1A, got);
		buf_add(out, chunk, end ? (size_t)(end - chunk) : got);
		at += got;
	}
	return 0;
}

static int read_counted(const struct dbf_memo *m, uint64_t at, uint64_t len,
			uint64_t number, struct buf *out, struct err *err)
{
	size_t got;
	char *to;

	if (at + len > (uint64_t)m->size)
		return cut(m, number, err);
	to = buf_reserve(out, (size_t)len);
	if (!to)
		return 0; /* out->over */
	if (read_at(m, at, to, (size_t)len, &got, err) < 0)
		return -1;
	if (got < len)
		return cut(m, number, err);
	out->len += got;
	return 0;
}

int dbf_memo_read(const struct dbf_memo *m, uint64_t number, struct buf *out,
		  bool *is_text, struct err *err)
{
	uint64_t at = number * m->block;
	char head[8];
	size_t got;

	*is_text = true;
	if (m->kind == DBF_DBT_III)
		return read_ended(m, at, number, out, err);
	if (read_at(m, at, head, sizeof(head), &got, err) < 0)
		return -1;
	if (got < sizeof(head))
		return cut(m, number, err);
	if (m->kind == DBF_FPT) {
		*is_text = dbf_u32_big(head) == 1;
		return read_counted(m, at + 8, dbf_u32_big(head + 4), number,
				    out, err);
	}
	/* FF FF 08 00, and the length with these 8 bytes. */
	if (dbf_u32(head) != UINT32_C(0x0008FFFF))
		return read_ended(m, at, number, out, err);
	if (dbf_u32(head + 4) < 8)
		return err_set(err, ERR_DATA, "%s: memo %llu has no length",
			       fs_base(m->path), (unsigned long long)number);
	return read_counted(m, at + 8, dbf_u32(head + 4) - 8, number, out, err);
}
