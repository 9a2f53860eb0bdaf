#include "read/texts.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "core/fs.h"
#include "core/mem.h"

static int write_block(struct texts_store *s, const struct texts_slot *slot,
		       struct err *err)
{
	size_t done = 0;

	if (s->fd < 0 && (s->fd = fs_temp(err)) < 0)
		return -1;
	while (done < TEXTS_BLOCK) {
		ssize_t n = pwrite(s->fd, slot->data + done, TEXTS_BLOCK - done,
				   (off_t)(slot->block * TEXTS_BLOCK + done));

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_sys(err, "shared strings, in $TMPDIR");
		done += (size_t)n;
	}
	return 0;
}

static int read_block(struct texts_store *s, struct texts_slot *slot,
		      struct err *err)
{
	size_t done = 0;

	while (done < TEXTS_BLOCK) {
		ssize_t n = pread(s->fd, slot->data + done, TEXTS_BLOCK - done,
				  (off_t)(slot->block * TEXTS_BLOCK + done));

		if (n < 0 && errno == EINTR)
			continue;
		if (!n)
			errno = EIO;
		if (n <= 0)
			return err_sys(err, "shared strings, in $TMPDIR: "
					    "cannot read");
		done += (size_t)n;
	}
	return 0;
}

/* Block `i` in memory; a new one behind the last is zeroed.  NULL with err. */
static struct texts_slot *block(struct texts_store *s, uint64_t i,
				struct err *err)
{
	struct texts_slot *slot = &s->slot[i % TEXTS_SLOTS];
	bool fresh = i * TEXTS_BLOCK >= s->length;

	if (slot->used && slot->block == i)
		return slot;
	if (slot->used && slot->dirty && write_block(s, slot, err) < 0)
		return NULL;
	if (!slot->data)
		slot->data = mem_zalloc(TEXTS_BLOCK);
	slot->used = true;
	slot->dirty = false;
	slot->block = i;
	if (!fresh && read_block(s, slot, err) < 0) {
		slot->used = false;
		return NULL;
	}
	return slot;
}

static int add_bytes(struct texts_store *s, struct span text, struct err *err)
{
	while (text.len) {
		struct texts_slot *slot =
			block(s, s->length / TEXTS_BLOCK, err);
		size_t at = s->length % TEXTS_BLOCK, n = TEXTS_BLOCK - at;

		if (!slot)
			return -1;
		if (n > text.len)
			n = text.len;
		memcpy(slot->data + at, text.p, n);
		slot->dirty = true;
		s->length += n;
		text.p += n;
		text.len -= n;
	}
	return 0;
}

static int get_bytes(struct texts_store *s, uint64_t from, uint64_t to,
		     struct buf *out, struct err *err)
{
	while (from < to) {
		struct texts_slot *slot = block(s, from / TEXTS_BLOCK, err);
		size_t at = from % TEXTS_BLOCK, n = TEXTS_BLOCK - at;

		if (!slot)
			return -1;
		if (n > to - from)
			n = (size_t)(to - from);
		buf_add(out, slot->data + at, n);
		if (out->over)
			return 0;
		from += n;
	}
	return 0;
}

/* Where text `i` ends; a number never lies across two blocks. */
static int get_end(struct texts *t, uint64_t i, uint64_t *end, struct err *err)
{
	uint64_t at = i * sizeof(*end);
	struct texts_slot *slot = block(&t->ends, at / TEXTS_BLOCK, err);

	if (!slot)
		return -1;
	memcpy(end, slot->data + at % TEXTS_BLOCK, sizeof(*end));
	return 0;
}

void texts_init(struct texts *t)
{
	*t = (struct texts){.n = 0};
	t->bytes.fd = t->ends.fd = -1;
}

int texts_add(struct texts *t, struct span text, struct err *err)
{
	uint64_t end = t->bytes.length + text.len;

	if (add_bytes(&t->bytes, text, err) < 0 ||
	    add_bytes(&t->ends, (struct span){(const char *)&end, sizeof(end)},
		      err) < 0)
		return -1;
	t->n++;
	return 0;
}

int texts_get(struct texts *t, uint64_t i, struct buf *out, struct err *err)
{
	uint64_t from = 0, to;

	if ((i && get_end(t, i - 1, &from, err) < 0) ||
	    get_end(t, i, &to, err) < 0)
		return -1;
	return get_bytes(&t->bytes, from, to, out, err);
}

static void release(struct texts_store *s)
{
	size_t i;

	for (i = 0; i < TEXTS_SLOTS; i++)
		free(s->slot[i].data);
	if (s->fd >= 0)
		close(s->fd);
}

void texts_release(struct texts *t)
{
	release(&t->bytes);
	release(&t->ends);
	texts_init(t);
}
