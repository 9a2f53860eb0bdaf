#include "core/extsort.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/fs.h"
#include "core/mem.h"

#define LIMIT_MIN ((size_t)64 * 1024)
#define BLOCK_MAX ((size_t)64 * 1024)
#define BLOCK_MIN ((size_t)4 * 1024)
#define FAN_MIN   ((size_t)4)

/* An item in memory: its key, then its payload, from `at` in `data` on. */
struct item {
	uint64_t prefix; /* the key's first 8 bytes, big-endian */
	size_t at;
	uint32_t key_len, len;
};

/* In the file an item is this, its key and its payload. */
struct head {
	uint32_t key_len, len;
};

/* A sorted run in the file. */
struct run {
	uint64_t from, to; /* bytes */
};

/* Where a run is being read. */
struct cursor {
	uint64_t next, end;     /* of the file: not read yet */
	char *data;             /* a block; more for a longer key */
	size_t from, have, cap; /* unread bytes are data[from..have) */
	struct head head;       /* of the item at hand */
	uint64_t prefix;        /* of its key, which begins at data[from] */
	size_t number;          /* of the run: equal keys go by it */
};

struct extsort {
	size_t limit, block;
	uint64_t n_added;
	char *data; /* keys and payloads of the items in memory */
	size_t len, cap;
	struct item *item;
	size_t n_items, cap_items, next_item;
	bool sorted; /* the first extsort_next was called */

	int fd; /* of the file, or -1 */
	uint64_t written;
	struct run *run;
	size_t n_runs, cap_runs;
	char *out; /* a block being filled */
	size_t out_len;

	struct cursor *cursor;
	size_t n_cursors;
	struct cursor **heap; /* the smallest first */
	size_t n_heap;
	bool taken;    /* the payload of heap[0] was handed out */
	char *payload; /* one that lies across blocks */
	size_t cap_payload;
};

struct extsort *extsort_new(size_t limit)
{
	struct extsort *s = mem_zalloc(sizeof(*s));

	s->limit = limit < LIMIT_MIN ? LIMIT_MIN : limit;
	s->block = s->limit / 16;
	if (s->block > BLOCK_MAX)
		s->block = BLOCK_MAX;
	if (s->block < BLOCK_MIN)
		s->block = BLOCK_MIN;
	s->fd = -1;
	return s;
}

static void free_cursors(struct extsort *s)
{
	size_t i;

	for (i = 0; i < s->n_cursors; i++)
		free(s->cursor[i].data);
	free(s->cursor);
	free(s->heap);
	s->cursor = NULL;
	s->heap = NULL;
	s->n_cursors = s->n_heap = 0;
	s->taken = false;
}

static void free_items(struct extsort *s)
{
	free(s->data);
	free(s->item);
	s->data = NULL;
	s->item = NULL;
	s->len = s->cap = 0;
	s->n_items = s->cap_items = 0;
}

void extsort_free(struct extsort *s)
{
	if (!s)
		return;
	free_items(s);
	free_cursors(s);
	free(s->run);
	free(s->out);
	free(s->payload);
	if (s->fd >= 0)
		close(s->fd);
	free(s);
}

uint64_t extsort_count(const struct extsort *s)
{
	return s->n_added;
}

size_t extsort_runs(const struct extsort *s)
{
	return s->n_runs;
}

/* ---- order ---------------------------------------------------------------
 */

static uint64_t prefix_of(const char *key, size_t len)
{
	uint64_t p = 0;
	size_t i;

	for (i = 0; i < 8; i++)
		p = p << 8 | (i < len ? (unsigned char)key[i] : 0);
	return p;
}

static int key_cmp(const char *a, size_t a_len, const char *b, size_t b_len)
{
	int cmp = memcmp(a, b, a_len < b_len ? a_len : b_len);

	return cmp ? cmp : (a_len > b_len) - (a_len < b_len);
}

/* Whether the key of `a` is before that of `b`; sorting keeps equal ones. */
static bool item_before(const char *data, const struct item *a,
			const struct item *b)
{
	if (a->prefix != b->prefix)
		return a->prefix < b->prefix;
	return key_cmp(data + a->at, a->key_len, data + b->at, b->key_len) < 0;
}

/* Merge sort of `n` items at `a`, with room for as many at `spare`. */
static void sort_items(const char *data, struct item *a, struct item *spare,
		       size_t n)
{
	size_t half = n / 2, i, j, k;

	if (n < 12) {
		for (i = 1; i < n; i++) {
			struct item x = a[i];

			for (j = i; j && item_before(data, &x, &a[j - 1]); j--)
				a[j] = a[j - 1];
			a[j] = x;
		}
		return;
	}
	sort_items(data, a, spare, half);
	sort_items(data, a + half, spare, n - half);
	if (!item_before(data, &a[half], &a[half - 1]))
		return;
	memcpy(spare, a, half * sizeof(*a));
	for (i = 0, j = half, k = 0; i < half; k++)
		a[k] = j < n && item_before(data, &a[j], &spare[i])
			       ? a[j++]
			       : spare[i++];
}

static void sort_memory(struct extsort *s)
{
	struct item *spare;

	if (s->n_items < 2)
		return;
	spare = mem_alloc(mem_mul(s->n_items / 2, sizeof(*spare)));
	sort_items(s->data, s->item, spare, s->n_items);
	free(spare);
}

/* ---- writing runs -----------------------------------------------------------
 */

static int file_write(struct extsort *s, const char *p, size_t len,
		      struct err *err)
{
	if (fs_write_all(s->fd, p, len, err) < 0)
		return err_wrap(err,
				"the file for sorting (TMPDIR says where)");
	s->written += len;
	return 0;
}

static int out_flush_block(struct extsort *s, struct err *err)
{
	size_t len = s->out_len;

	s->out_len = 0;
	return len ? file_write(s, s->out, len, err) : 0;
}

static int put_bytes(struct extsort *s, const char *p, size_t len,
		     struct err *err)
{
	if (len > s->block - s->out_len && out_flush_block(s, err) < 0)
		return -1;
	if (len > s->block)
		return file_write(s, p, len, err);
	if (len)
		memcpy(s->out + s->out_len, p, len);
	s->out_len += len;
	return 0;
}

static int put_item(struct extsort *s, struct span key, struct span payload,
		    struct err *err)
{
	struct head h = {(uint32_t)key.len, (uint32_t)payload.len};

	if (put_bytes(s, (const char *)&h, sizeof(h), err) < 0 ||
	    put_bytes(s, key.p, key.len, err) < 0)
		return -1;
	return put_bytes(s, payload.p, payload.len, err);
}

static int begin_run(struct extsort *s, struct err *err)
{
	if (s->fd < 0)
		s->fd = fs_temp(err);
	if (s->fd < 0)
		return -1;
	if (!s->out)
		s->out = mem_alloc(s->block);
	s->run = mem_grow(s->run, s->n_runs, &s->cap_runs, sizeof(*s->run));
	s->run[s->n_runs++] = (struct run){s->written, s->written};
	return 0;
}

static int end_run(struct extsort *s, struct err *err)
{
	if (out_flush_block(s, err) < 0)
		return -1;
	s->run[s->n_runs - 1].to = s->written;
	return 0;
}

/* What is in memory becomes a run. */
static int spill(struct extsort *s, struct err *err)
{
	size_t i;

	if (!s->n_items)
		return 0;
	if (begin_run(s, err) < 0)
		return -1;
	sort_memory(s);
	for (i = 0; i < s->n_items; i++) {
		const struct item *it = &s->item[i];
		const char *key = s->data + it->at;

		if (put_item(s, (struct span){key, it->key_len},
			     (struct span){key + it->key_len, it->len},
			     err) < 0)
			return -1;
	}
	s->n_items = s->len = 0;
	return end_run(s, err);
}

/* ---- adding -----------------------------------------------------------------
 */

/* Sorting needs room for half as many items again. */
#define ITEM_COST (sizeof(struct item) + sizeof(struct item) / 2)

/* Grow by half, but not beyond what the limit leaves. */
static void reserve(struct extsort *s, size_t need)
{
	size_t cap = s->cap ? s->cap + s->cap / 2 : s->limit / 16;

	if (s->data && need <= s->cap)
		return;
	if (cap > s->limit)
		cap = s->limit;
	if (cap < need)
		cap = need;
	s->data = mem_realloc(s->data, cap);
	s->cap = cap;
}

int extsort_add(struct extsort *s, struct span key, struct span payload,
		struct err *err)
{
	size_t size = mem_add(key.len, payload.len);
	struct item it = {prefix_of(key.p, key.len), 0, (uint32_t)key.len,
			  (uint32_t)payload.len};

	if (key.len > UINT32_MAX || payload.len > UINT32_MAX)
		return err_set(err, ERR_DATA, "an item of 4 GiB to be sorted");
	if (s->len + (s->n_items + 1) * ITEM_COST + size > s->limit &&
	    spill(s, err) < 0)
		return -1;
	s->n_added++;
	if (size + ITEM_COST > s->limit) {
		/* Too large for memory: a run of its own. */
		if (begin_run(s, err) < 0 || put_item(s, key, payload, err) < 0)
			return -1;
		return end_run(s, err);
	}
	reserve(s, s->len + size);
	it.at = s->len;
	if (key.len)
		memcpy(s->data + s->len, key.p, key.len);
	if (payload.len)
		memcpy(s->data + s->len + key.len, payload.p, payload.len);
	s->len += size;
	if (s->n_items == s->cap_items) {
		s->cap_items += s->cap_items / 2 + 64;
		s->item = mem_realloc(s->item,
				      mem_mul(s->cap_items, sizeof(*s->item)));
	}
	s->item[s->n_items++] = it;
	return 0;
}

/* ---- reading runs -----------------------------------------------------------
 */

static int file_read(const struct extsort *s, char *to, size_t len, uint64_t at,
		     struct err *err)
{
	while (len) {
		ssize_t n = pread(s->fd, to, len, (off_t)at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_sys(err, "cannot read the file for sorting");
		if (!n)
			return err_set(err, ERR_IO,
				       "the file for sorting became shorter");
		to += n;
		at += (uint64_t)n;
		len -= (size_t)n;
	}
	return 0;
}

/* At least `need` unread bytes in the block, which grows for a longer key. */
static int fill(const struct extsort *s, struct cursor *c, size_t need,
		struct err *err)
{
	size_t have = c->have - c->from, more;

	if (have >= need)
		return 0;
	if (have)
		memmove(c->data, c->data + c->from, have);
	c->from = 0;
	c->have = have;
	if (need > c->cap) {
		c->data = mem_realloc(c->data, need);
		c->cap = need;
	}
	more = c->cap - have;
	if (more > c->end - c->next)
		more = (size_t)(c->end - c->next);
	if (have + more < need)
		return err_set(err, ERR_IO, "the file for sorting is damaged");
	if (file_read(s, c->data + have, more, c->next, err) < 0)
		return -1;
	c->next += more;
	c->have += more;
	return 0;
}

/* 1 with the head and key of the next item in the block, 0 at the end, -1. */
static int load_item(const struct extsort *s, struct cursor *c, struct err *err)
{
	if (c->from == c->have && c->next == c->end)
		return 0;
	if (fill(s, c, sizeof(c->head), err) < 0)
		return -1;
	memcpy(&c->head, c->data + c->from, sizeof(c->head));
	c->from += sizeof(c->head);
	if (fill(s, c, c->head.key_len, err) < 0)
		return -1;
	c->prefix = prefix_of(c->data + c->from, c->head.key_len);
	return 1;
}

static bool cursor_before(const struct cursor *a, const struct cursor *b)
{
	int cmp;

	if (a->prefix != b->prefix)
		return a->prefix < b->prefix;
	cmp = key_cmp(a->data + a->from, a->head.key_len, b->data + b->from,
		      b->head.key_len);
	return cmp ? cmp < 0 : a->number < b->number;
}

static void sift_down(struct extsort *s, size_t i)
{
	struct cursor *x = s->heap[i];

	for (;;) {
		size_t child = 2 * i + 1;

		if (child >= s->n_heap)
			break;
		if (child + 1 < s->n_heap &&
		    cursor_before(s->heap[child + 1], s->heap[child]))
			child++;
		if (!cursor_before(s->heap[child], x))
			break;
		s->heap[i] = s->heap[child];
		i = child;
	}
	s->heap[i] = x;
}

/* Ready to read the runs [first, first + n) together. */
static int open_runs(struct extsort *s, size_t first, size_t n, struct err *err)
{
	size_t i;

	s->cursor = mem_zalloc(mem_mul(n, sizeof(*s->cursor)));
	s->heap = mem_alloc(mem_mul(n, sizeof(struct cursor *)));
	s->n_cursors = n;
	for (i = 0; i < n; i++) {
		struct cursor *c = &s->cursor[i];
		int rc;

		c->next = s->run[first + i].from;
		c->end = s->run[first + i].to;
		c->cap = s->block;
		c->data = mem_alloc(c->cap);
		c->number = i;
		rc = load_item(s, c, err);
		if (rc < 0)
			return -1;
		if (rc)
			s->heap[s->n_heap++] = c;
	}
	for (i = s->n_heap / 2; i-- > 0;)
		sift_down(s, i);
	return 0;
}

/* Go on behind the item that was handed out. */
static int advance(struct extsort *s, struct err *err)
{
	struct cursor *c = s->heap[0];
	int rc = load_item(s, c, err);

	s->taken = false;
	if (rc < 0)
		return -1;
	if (!rc)
		s->heap[0] = s->heap[--s->n_heap];
	if (s->n_heap)
		sift_down(s, 0);
	return 0;
}

/* Key and payload of the smallest; a payload beyond the block is put
 * together in s->payload, which all runs share. */
static int take(struct extsort *s, struct span *key, struct span *payload,
		struct err *err)
{
	struct cursor *c = s->heap[0];
	size_t key_len = c->head.key_len, len = c->head.len, have;

	*key = (struct span){c->data + c->from, key_len};
	have = c->have - c->from - key_len;
	if (have >= len) {
		*payload = (struct span){c->data + c->from + key_len, len};
		c->from += key_len + len;
		s->taken = true;
		return 0;
	}
	if (len > s->cap_payload) {
		free(s->payload);
		s->payload = mem_alloc(len);
		s->cap_payload = len;
	}
	memcpy(s->payload, c->data + c->from + key_len, have);
	if (len - have > c->end - c->next)
		return err_set(err, ERR_IO, "the file for sorting is damaged");
	if (file_read(s, s->payload + have, len - have, c->next, err) < 0)
		return -1;
	c->next += len - have;
	c->from = c->have; /* the key stays where it is until advance() */
	*payload = (struct span){s->payload, len};
	s->taken = true;
	return 0;
}

static int merged_next(struct extsort *s, struct span *key,
		       struct span *payload, struct err *err)
{
	if (s->taken && advance(s, err) < 0)
		return -1;
	if (!s->n_heap)
		return 0;
	return take(s, key, payload, err) < 0 ? -1 : 1;
}

/* ---- merging ----------------------------------------------------------------
 */

/* The runs [first, first + n) become one at the end of the file. */
static int merge_runs(struct extsort *s, size_t first, size_t n,
		      struct err *err)
{
	struct span key, payload;
	int rc;

	if (open_runs(s, first, n, err) < 0 || begin_run(s, err) < 0)
		return -1;
	while ((rc = merged_next(s, &key, &payload, err)) > 0)
		if (put_item(s, key, payload, err) < 0)
			return -1;
	free_cursors(s);
	return rc < 0 ? -1 : end_run(s, err);
}

/* One pass: each `fan` neighbours become one, so that their order stays. */
static int merge_pass(struct extsort *s, size_t fan, struct err *err)
{
	size_t old = s->n_runs, first, n;

	for (first = 0; first < old; first += n) {
		n = old - first < fan ? old - first : fan;
		if (n > 1) {
			if (merge_runs(s, first, n, err) < 0)
				return -1;
			continue;
		}
		begin_run(s, err); /* there is a file: it cannot fail */
		s->run[s->n_runs - 1] = s->run[first];
	}
	memmove(s->run, s->run + old, (s->n_runs - old) * sizeof(*s->run));
	s->n_runs -= old;
	return 0;
}

static int begin_reading(struct extsort *s, struct err *err)
{
	size_t fan = s->limit / s->block - 1; /* one block is for writing */

	s->sorted = true;
	if (!s->n_runs) {
		sort_memory(s);
		return 0;
	}
	if (spill(s, err) < 0)
		return -1;
	free_items(s);
	if (fan < FAN_MIN)
		fan = FAN_MIN;
	while (s->n_runs > fan)
		if (merge_pass(s, fan, err) < 0)
			return -1;
	return open_runs(s, 0, s->n_runs, err);
}

int extsort_next(struct extsort *s, struct span *key, struct span *payload,
		 struct err *err)
{
	const struct item *it;
	const char *p;

	if (!s->sorted && begin_reading(s, err) < 0)
		return -1;
	if (s->n_runs)
		return merged_next(s, key, payload, err);
	if (s->next_item == s->n_items)
		return 0;
	it = &s->item[s->next_item++];
	p = s->data + it->at;
	*key = (struct span){p, it->key_len};
	*payload = (struct span){p + it->key_len, it->len};
	return 1;
}
