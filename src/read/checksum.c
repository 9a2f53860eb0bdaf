#include "read/checksum.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "core/buf.h"
#include "core/fs.h"
#include "core/mem.h"

#define SIDECAR_MAX ((size_t)1 << 20)
#define CHUNK       ((size_t)256 * 1024)

static const struct sum_kind {
	const char *suffix, *tag;
	const EVP_MD *(*md)(void);
	size_t digits;
} kinds[] = {
	{".sha256", "SHA256 (", EVP_sha256, 64},
	{".md5", "MD5 (", EVP_md5, 32},
};

static bool is_hex(struct span s, size_t digits)
{
	size_t i;

	for (i = 0; i < s.len; i++)
		if (!strchr("0123456789abcdefABCDEF", s.p[i]))
			return false;
	return s.len == digits;
}

/* The base name in `s`, which may have a path of either kind. */
static struct span base(struct span s)
{
	size_t i;

	for (i = s.len; i > 0; i--)
		if (s.p[i - 1] == '/' || s.p[i - 1] == '\\')
			return (struct span){s.p + i, s.len - i};
	return s;
}

/* The sum of file `name` in one line.  False where it is of another, or none.
 */
static bool read_line(struct span line, const struct sum_kind *k,
		      const char *name, struct span *sum)
{
	size_t tag = strlen(k->tag);
	struct span file;

	line = span_trim(line);
	if (line.len > tag + 4 + k->digits && !memcmp(line.p, k->tag, tag)) {
		*sum = (struct span){line.p + line.len - k->digits, k->digits};
		file = (struct span){line.p + tag,
				     line.len - tag - k->digits - 4};
		return !memcmp(sum->p - 4, ") = ", 4) &&
		       is_hex(*sum, k->digits) && span_is(base(file), name);
	}
	if (line.len && line.p[0] == '\\')
		line.p++, line.len--;
	if (line.len < k->digits)
		return false;
	*sum = (struct span){line.p, k->digits};
	file = (struct span){line.p + k->digits, line.len - k->digits};
	if (!is_hex(*sum, k->digits))
		return false;
	if (!file.len)
		return true;
	if (file.p[0] != ' ' && file.p[0] != '\t')
		return false;
	file = span_trim(file);
	if (file.len && file.p[0] == '*')
		file.p++, file.len--;
	return span_is(base(file), name);
}

static bool find_sum(struct span text, const struct sum_kind *k,
		     const char *name, struct span *sum)
{
	while (text.len) {
		const char *end = memchr(text.p, '\n', text.len);
		struct span line = text;

		if (end)
			line.len = (size_t)(end - text.p);
		if (read_line(line, k, name, sum))
			return true;
		text.p += line.len;
		text.len -= line.len;
		if (text.len)
			text.p++, text.len--;
	}
	return false;
}

static int digest(const char *path, const struct sum_kind *k, char *hex,
		  struct err *err)
{
	unsigned char out[EVP_MAX_MD_SIZE], *chunk;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	EVP_MD_CTX *ctx;
	unsigned len = 0, i;
	ssize_t n = 0;
	bool good;

	if (fd < 0)
		return err_sys(err, "cannot open %s", path);
	ctx = EVP_MD_CTX_new();
	chunk = mem_alloc(CHUNK);
	good = ctx && EVP_DigestInit_ex(ctx, k->md(), NULL);
	while (good && (n = read(fd, chunk, CHUNK)) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			break;
		good = EVP_DigestUpdate(ctx, chunk, (size_t)n);
	}
	if (n < 0)
		err_sys(err, "cannot read %s", path);
	else if (!good || !EVP_DigestFinal_ex(ctx, out, &len))
		n = err_set(err, ERR_OS, "%s: OpenSSL has no %s here", path,
			    k->suffix + 1);
	for (i = 0; i < len; i++)
		snprintf(hex + (size_t)i * 2, 3, "%02x", out[i]);
	EVP_MD_CTX_free(ctx);
	free(chunk);
	close(fd);
	return n < 0 ? -1 : 0;
}

static int compare(const char *path, const char *sidecar,
		   const struct sum_kind *k, struct err *err)
{
	struct buf text = BUF_INIT(SIDECAR_MAX);
	char hex[2 * EVP_MAX_MD_SIZE + 1];
	struct span sum = {NULL, 0};
	int rc = fs_read_file(sidecar, &text, err);

	if (rc == 0 && !find_sum(buf_span(&text), k, fs_base(path), &sum))
		rc = err_set(err, ERR_DATA, "%s: no checksum of %s in it",
			     sidecar, fs_base(path));
	if (rc == 0)
		rc = digest(path, k, hex, err);
	if (rc == 0 && strncasecmp(hex, sum.p, k->digits) != 0)
		rc = err_set(err, ERR_DATA,
			     "%s: damaged: its checksum is not that of %s",
			     path, sidecar);
	buf_release(&text);
	return rc;
}

int checksum_check(const char *path, struct err *err)
{
	size_t i;

	for (i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		char *sidecar = mem_printf("%s%s", path, kinds[i].suffix);
		int rc = 1;

		if (fs_is_file(sidecar))
			rc = compare(path, sidecar, &kinds[i], err);
		free(sidecar);
		if (rc <= 0)
			return rc;
	}
	return err_set(err, ERR_DATA,
		       "%s: there is no checksum beside it (%s.sha256 or .md5)",
		       path, fs_base(path));
}

int checksum_marker(const char *path, const char *suffix, struct err *err)
{
	const char *dot = strrchr(fs_base(path), '.');
	char *whole = mem_printf("%s%s", path, suffix), *stem = NULL;
	bool there = fs_is_file(whole);

	if (!there && dot && dot != fs_base(path)) {
		stem = mem_printf("%.*s%s", (int)(dot - path), path, suffix);
		there = fs_is_file(stem);
	}
	free(whole);
	free(stem);
	if (there)
		return 0;
	return err_set(err, ERR_AGAIN,
		       "%s: no marker yet (%s%s): whoever writes it is not "
		       "done",
		       path, fs_base(path), suffix);
}
