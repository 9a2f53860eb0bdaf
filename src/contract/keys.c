#include "contract/keys.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "core/fs.h"
#include "core/mem.h"

#define KEYS_A_MARK 64
#define BLOCK       4096

int keys_add(struct keys *k, struct span key, struct err *err)
{
	uint32_t len = (uint32_t)key.len; /* a line has 16 MiB at most */

	if (!k->open) {
		int fd = fs_temp(err);

		if (fd < 0)
			return -1;
		out_init(&k->out, fd, false);
		k->open = true;
	}
	if (k->n++ % KEYS_A_MARK == 0) {
		k->mark = mem_grow(k->mark, k->n_marks, &k->cap,
				   sizeof(*k->mark));
		k->mark[k->n_marks++] = k->size;
	}
	buf_add(&k->out.buf, &len, sizeof(len));
	buf_add_span(&k->out.buf, key);
	k->size += sizeof(len) + len;
	out_tick(&k->out);
	return 0;
}

static int read_at(const struct keys *k, uint64_t at, char *to, size_t len,
		   struct err *err)
{
	while (len) {
		ssize_t n = pread(k->out.fd, to, len, (off_t)at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_sys(err, "keys of the records");
		if (!n)
			return err_set(err, ERR_IO,
				       "keys of the records: the file is "
				       "shorter than it was");
		to += n;
		at += (uint64_t)n;
		len -= (size_t)n;
	}
	return 0;
}

/* Where the key of `number` begins, behind its length. */
static int find(const struct keys *k, uint64_t number, uint64_t *at,
		uint32_t *len, struct err *err)
{
	uint64_t pos = k->mark[number / KEYS_A_MARK], from = 0;
	unsigned left = (unsigned)(number % KEYS_A_MARK);
	char block[BLOCK];
	size_t have = 0;

	for (;;) {
		if (pos < from || pos + sizeof(*len) > from + have) {
			from = pos;
			have = k->size - pos < BLOCK ? (size_t)(k->size - pos)
						     : BLOCK;
			if (read_at(k, from, block, have, err) < 0)
				return -1;
		}
		memcpy(len, block + (pos - from), sizeof(*len));
		pos += sizeof(*len);
		if (!left--)
			break;
		pos += *len;
	}
	*at = pos;
	return 0;
}

int keys_get(struct keys *k, uint64_t number, struct buf *to, struct err *err)
{
	uint64_t at;
	uint32_t len;
	char *room;

	if (number >= k->n)
		return err_set(err, ERR_BUG, "no key of record %llu",
			       (unsigned long long)number);
	if (out_flush(&k->out, err) < 0)
		return err_wrap(err, "keys of the records");
	if (find(k, number, &at, &len, err) < 0)
		return -1;
	room = buf_reserve(to, len);
	if (!room)
		return 0;
	to->len += len;
	return read_at(k, at, room, len, err);
}

void keys_release(struct keys *k)
{
	if (k->open) {
		close(k->out.fd);
		out_release(&k->out);
	}
	free(k->mark);
	*k = (struct keys)KEYS_INIT;
}
