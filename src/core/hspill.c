#include "core/hspill.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "core/fs.h"
#include "core/mem.h"

#define BLOCK      ((size_t)128)     /* entries that one read fetches */
#define BUFFER     ((size_t)8192)    /* entries written, or read in a merge */
#define FILTER_MAX ((size_t)1 << 19) /* words: 4 MiB */
#define BITS_FIT   8                 /* bits of a filter an entry */

/*
 * Runs are in the order of the slots that their entries had at home: taken in
 * that order, what was in the table is nearly sorted already.  `lo` is turned
 * so that the bits which made the slot come first.
 */
static unsigned slot_bits(const struct hspill *s)
{
	return (unsigned)__builtin_ctzll(s->cap);
}

static inline uint64_t place_of(uint64_t lo, unsigned bits)
{
	return lo >> bits | lo << (64 - bits);
}

static inline bool is_before(const struct hset_entry *a,
			     const struct hset_entry *b, unsigned bits)
{
	uint64_t x = place_of(a->lo, bits), y = place_of(b->lo, bits);

	return x < y || (x == y && a->hi < b->hi);
}

/* ---- filters ----------------------------------------------------------- */

static void filter_make(struct hspill_run *r)
{
	size_t words = r->n * BITS_FIT / 64 + 1;

	/* with less than a bit an entry it would say nothing */
	if (r->n > FILTER_MAX * 64)
		return;
	if (words > FILTER_MAX)
		words = FILTER_MAX;
	r->n_bits = (unsigned)(words * 64 / (r->n + 1) / 2);
	if (!r->n_bits)
		r->n_bits = 1;
	r->n_words = (uint32_t)words;
	r->filter = mem_zalloc(mem_mul(words, sizeof(*r->filter)));
}

static inline uint64_t *filter_word(const struct hspill_run *r, uint32_t hi)
{
	return &r->filter[(uint64_t)hi * r->n_words >> 32];
}

static inline uint64_t filter_bits(const struct hspill_run *r, uint64_t lo)
{
	uint64_t bits = 0;
	unsigned i;

	for (i = 0; i < r->n_bits; i++)
		bits |= UINT64_C(1) << (lo >> (6 * i) & 63);
	return bits;
}

static inline bool filter_says_no(const struct hspill_run *r, struct sip_hash h)
{
	uint64_t bits;

	if (!r->filter)
		return false;
	bits = filter_bits(r, h.lo);
	return (*filter_word(r, (uint32_t)h.hi) & bits) != bits;
}

/* ---- writing a run ------------------------------------------------------ */

static void run_release(struct hspill_run *r)
{
	if (r->fd >= 0)
		close(r->fd);
	free(r->fence);
	free(r->filter);
	*r = (struct hspill_run){.fd = -1};
}

static int run_create(struct hspill_run *r, size_t n, struct err *err)
{
	*r = (struct hspill_run){.fd = fs_temp(err), .n = n};
	if (r->fd < 0)
		return -1;
	r->fence = mem_alloc(mem_mul(n / BLOCK + 1, sizeof(*r->fence)));
	filter_make(r);
	return 0;
}

/* Append; all but the last time, whole blocks. */
static int run_write(struct hspill_run *r, const struct hset_entry *e, size_t n,
		     unsigned bits, struct err *err)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (i % BLOCK == 0)
			r->fence[r->n_blocks++] =
				(uint32_t)(place_of(e[i].lo, bits) >> 32);
		if (r->filter)
			*filter_word(r, e[i].hi) |= filter_bits(r, e[i].lo);
	}
	if (fs_write_all(r->fd, (const char *)e, n * sizeof(*e), err) < 0)
		return err_wrap(err, "keys seen before, kept in $TMPDIR");
	return 0;
}

/* ---- from the table to a run -------------------------------------------- */

/*
 * The entries of the table at its beginning, in the order of their slots;
 * those that went round its end come last again.
 */
static void gather(struct hset *t)
{
	struct hset_entry *e = t->entry, *round;
	size_t mask = t->cap - 1, n = 0, n_round = 0, i;

	for (i = 0; e[i].value != HSET_NONE; i++)
		;
	round = mem_alloc(mem_mul(i, sizeof(*round)));
	for (i = 0; e[i].value != HSET_NONE; i++) {
		if ((e[i].lo & mask) > i)
			round[n_round++] = e[i];
		else
			e[n++] = e[i];
	}
	for (; i < t->cap; i++)
		if (e[i].value != HSET_NONE)
			e[n++] = e[i];
	for (i = 0; i < n_round; i++)
		e[n++] = round[i];
	free(round);
}

/* Each is a few places from where it belongs. */
static void sort_near(struct hset_entry *e, size_t n, unsigned bits)
{
	size_t i, j;

	for (i = 1; i < n; i++) {
		struct hset_entry x = e[i];

		for (j = i; j && is_before(&x, &e[j - 1], bits); j--)
			e[j] = e[j - 1];
		e[j] = x;
	}
}

static int spill(struct hspill *s, struct err *err)
{
	unsigned bits = slot_bits(s);
	struct hspill_run *r = &s->run[s->n_runs];
	struct hset *t = &s->live;
	size_t i;

	if (run_create(r, t->n, err) < 0)
		return -1;
	s->n_runs++;
	gather(t);
	sort_near(t->entry, t->n, bits);
	if (run_write(r, t->entry, t->n, bits, err) < 0)
		return -1;
	for (i = 0; i < t->cap; i++)
		t->entry[i].value = HSET_NONE;
	t->n = 0;
	return 0;
}

/* ---- merging ------------------------------------------------------------ */

static int read_at(const struct hspill_run *r, struct hset_entry *to, size_t at,
		   size_t n, struct err *err)
{
	char *p = (char *)to;
	size_t want = n * sizeof(*to), done = 0;

	while (done < want) {
		ssize_t got = pread(r->fd, p + done, want - done,
				    (off_t)(at * sizeof(*to) + done));

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0) {
			if (!got)
				errno = EIO;
			return err_sys(err, "keys seen before, kept in $TMPDIR:"
					    " cannot read");
		}
		done += (size_t)got;
	}
	return 0;
}

/* A run as it is read from its beginning. */
struct source {
	const struct hspill_run *run;
	struct hset_entry *e;
	size_t at, have, fetched; /* in e; entries of the run read so far */
};

static int source_fill(struct source *f, struct err *err)
{
	size_t left = f->run->n - f->fetched;

	f->at = 0;
	f->have = left < BUFFER ? left : BUFFER;
	if (read_at(f->run, f->e, f->fetched, f->have, err) < 0)
		return -1;
	f->fetched += f->have;
	return 0;
}

static struct source *first_of(struct source *f, size_t n, unsigned bits)
{
	struct source *best = NULL;
	size_t i;

	for (i = 0; i < n; i++)
		if (f[i].have && (!best || is_before(&f[i].e[f[i].at],
						     &best->e[best->at], bits)))
			best = &f[i];
	return best;
}

static int merge_into(struct hspill_run *to, struct source *f, size_t n,
		      unsigned bits, struct err *err)
{
	struct hset_entry *out = mem_alloc(mem_mul(BUFFER, sizeof(*out)));
	struct source *best;
	size_t n_out = 0;
	int rc = 0;

	while (rc == 0 && (best = first_of(f, n, bits))) {
		out[n_out++] = best->e[best->at++];
		if (best->at == best->have)
			rc = source_fill(best, err);
		if (rc == 0 && n_out == BUFFER) {
			rc = run_write(to, out, n_out, bits, err);
			n_out = 0;
		}
	}
	if (rc == 0)
		rc = run_write(to, out, n_out, bits, err);
	free(out);
	return rc;
}

/* All runs become one. */
static int merge(struct hspill *s, struct err *err)
{
	struct source f[HSPILL_RUNS_MAX];
	struct hspill_run to;
	size_t n = 0, i;
	int rc;

	for (i = 0; i < s->n_runs; i++)
		n += s->run[i].n;
	if (run_create(&to, n, err) < 0)
		return -1;
	for (i = 0, rc = 0; i < s->n_runs; i++) {
		f[i] = (struct source){.run = &s->run[i]};
		f[i].e = mem_alloc(mem_mul(BUFFER, sizeof(*f[i].e)));
		if (rc == 0)
			rc = source_fill(&f[i], err);
	}
	if (rc == 0)
		rc = merge_into(&to, f, s->n_runs, slot_bits(s), err);
	for (i = 0; i < s->n_runs; i++)
		free(f[i].e);
	if (rc < 0) {
		run_release(&to);
		return -1;
	}
	while (s->n_runs)
		run_release(&s->run[--s->n_runs]);
	s->run[s->n_runs++] = to;
	return 0;
}

/* ---- looking ------------------------------------------------------------ */

/* The last block that begins before `place`, or the first. */
static size_t block_before(const struct hspill_run *r, uint32_t place)
{
	size_t low = 0, high = r->n_blocks;
	/* hashes are spread evenly, so it is near here */
	size_t near = (size_t)((uint64_t)place * r->n_blocks >> 32);
	size_t wide = 256;

	if (near > wide && r->fence[near - wide] < place)
		low = near - wide;
	if (near + wide < high && r->fence[near + wide] >= place)
		high = near + wide;
	while (high - low > 1) {
		size_t mid = low + (high - low) / 2;

		if (r->fence[mid] < place)
			low = mid;
		else
			high = mid;
	}
	return low;
}

static bool find_in_block(const struct hset_entry *e, size_t n,
			  const struct hset_entry *x, unsigned bits, size_t *at)
{
	size_t low = 0, high = n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (is_before(&e[mid], x, bits))
			low = mid + 1;
		else
			high = mid;
	}
	*at = low;
	return low < n && e[low].lo == x->lo && e[low].hi == x->hi;
}

static int run_find(struct hspill *s, struct hspill_run *r, struct sip_hash h,
		    uint32_t *value, struct err *err)
{
	struct hset_entry e[BLOCK], x = {h.lo, (uint32_t)h.hi, 0};
	unsigned bits = slot_bits(s);
	uint32_t place = (uint32_t)(place_of(h.lo, bits) >> 32);
	size_t b = block_before(r, place), at;

	/* a block that begins with this very place may follow */
	for (; b < r->n_blocks && (!b || r->fence[b] <= place); b++) {
		size_t from = b * BLOCK;
		size_t n = r->n - from < BLOCK ? r->n - from : BLOCK;

		if (read_at(r, e, from, n, err) < 0)
			return -1;
		if (find_in_block(e, n, &x, bits, &at)) {
			s->found = NULL;
			s->found_in = r;
			s->found_at = from + at;
			*value = e[at].value;
			return 1;
		}
	}
	return 0;
}

int hspill_find(struct hspill *s, struct sip_hash h, uint32_t *value,
		struct err *err)
{
	size_t i;
	int rc = 0;

	s->found = hset_find(&s->live, h);
	if (s->found) {
		*value = *s->found;
		return 1;
	}
	for (i = 0; rc == 0 && i < s->n_runs; i++)
		if (!filter_says_no(&s->run[i], h))
			rc = run_find(s, &s->run[i], h, value, err);
	return rc;
}

int hspill_add(struct hspill *s, struct sip_hash h, uint32_t value,
	       uint32_t *was, struct err *err)
{
	/* where the table would grow beyond its slots */
	bool full = s->live.n >= s->cap / 8 * 7, fresh;
	int rc = 0;

	if (s->n_runs || full)
		rc = hspill_find(s, h, was, err);
	if (rc)
		return rc < 0 ? -1 : 0;
	if (full) {
		if (s->n_runs == HSPILL_RUNS_MAX && merge(s, err) < 0)
			return -1;
		if (spill(s, err) < 0)
			return -1;
	}
	s->found = hset_add(&s->live, h, value, &fresh);
	*was = *s->found;
	return fresh;
}

int hspill_change(struct hspill *s, uint32_t value, struct err *err)
{
	off_t at;
	ssize_t n;

	if (s->found) {
		*s->found = value;
		return 0;
	}
	at = (off_t)(s->found_at * sizeof(struct hset_entry) +
		     offsetof(struct hset_entry, value));
	do {
		n = pwrite(s->found_in->fd, &value, sizeof(value), at);
	} while (n < 0 && errno == EINTR);
	if (n == (ssize_t)sizeof(value))
		return 0;
	if (n >= 0)
		errno = ENOSPC;
	return err_sys(err, "keys seen before, kept in $TMPDIR: cannot write");
}

void hspill_release(struct hspill *s)
{
	while (s->n_runs)
		run_release(&s->run[--s->n_runs]);
	hset_release(&s->live);
}
