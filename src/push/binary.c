#include "push/binary.h"

#include "core/hash.h"

static bool is_letter(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
	       (c >= '0' && c <= '9') || c == '+' || c == '/';
}

bool binary_is_base64(struct span text)
{
	size_t n = text.len, i;

	if (n % 4)
		return false;
	if (n && text.p[n - 1] == '=')
		n -= text.p[n - 2] == '=' ? 2 : 1;
	for (i = 0; i < n; i++)
		if (!is_letter(text.p[i]))
			return false;
	return true;
}

void binary_put_digest(struct span text, struct buf *out)
{
	unsigned char digest[HASH_LEN];
	char hex[HASH_HEX_MAX];
	struct hash h;
	size_t from = 0, i;

	if (!text.len)
		return;
	hash_init(&h);
	for (i = 0; i <= text.len; i++)
		if (i == text.len || text.p[i] == '\n' || text.p[i] == '\r') {
			hash_add(&h, text.p + from, i - from);
			from = i + 1;
		}
	hash_end(&h, digest);
	hash_hex(digest, hex);
	hash_release(&h);
	buf_addf(out, "sha256:%s", hex);
}
