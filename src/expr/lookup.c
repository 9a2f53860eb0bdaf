#include "expr/lookup.h"

#include <stdlib.h>

#include <glib.h>

#include "core/mem.h"
#include "core/suggest.h"
#include "core/utf8.h"

/* Codes that are compared letter by letter with one that is not there. */
#define NEAR_AMONG 4096
#define SHOWN_MAX  8

struct entry {
	struct span code; /* as written */
	struct span key;  /* by the rules of the table */
	struct val value;
	int64_t from, until; /* days since 1970, both included */
	uint32_t next;       /* the same key at another time, plus one; 0 */
};

struct lookup {
	char *name, *path;
	struct lookup_rules rules;
	bool dated;
	struct entry *entry; /* in the order they were added */
	size_t n, cap;
	uint32_t *slot; /* index in entry plus one, 0 free; 2^n of them */
	size_t n_slots;
	struct arena arena; /* codes and values */
};

struct lookup *lookup_new(const char *name)
{
	struct lookup *t = mem_zalloc(sizeof(*t));

	t->name = mem_strdup(name);
	t->arena = (struct arena)ARENA_INIT;
	return t;
}

void lookup_free(struct lookup *t)
{
	if (!t)
		return;
	free(t->name);
	free(t->path);
	free(t->entry);
	free(t->slot);
	arena_release(&t->arena);
	free(t);
}

const char *lookup_name(const struct lookup *t)
{
	return t->name;
}

void lookup_set_path(struct lookup *t, char *path)
{
	free(t->path);
	t->path = path;
}

const char *lookup_path(const struct lookup *t)
{
	return t->path;
}

struct sip_hash lookup_content(const struct lookup *t)
{
	struct sip_hash all, one;
	struct sip h;
	size_t i;

	sip_init(&h);
	sip_add(&h, &t->rules.ignore_case, sizeof(t->rules.ignore_case));
	sip_add(&h, &t->rules.ignore_zeros, sizeof(t->rules.ignore_zeros));
	all = sip_end(&h);
	for (i = 0; i < t->n; i++) {
		const struct entry *e = &t->entry[i];

		sip_init(&h);
		sip_add_span(&h, e->key);
		sip_add(&h, &e->value.type, sizeof(e->value.type));
		if (e->value.type >= VAL_NUMBER)
			sip_add_span(&h, e->value.text);
		sip_add(&h, &e->from, sizeof(e->from));
		sip_add(&h, &e->until, sizeof(e->until));
		one = sip_end(&h);
		all.lo ^= one.lo;
		all.hi ^= one.hi;
	}
	return all;
}

size_t lookup_count(const struct lookup *t)
{
	return t->n;
}

/* FNV-1a; codes are short, and come from profiles, not from input. */
static size_t hash(struct span s)
{
	uint64_t h = UINT64_C(14695981039346656037);
	size_t i;

	for (i = 0; i < s.len; i++)
		h = (h ^ (unsigned char)s.p[i]) * UINT64_C(1099511628211);
	return (size_t)(h ^ h >> 32);
}

/* A code as the table compares it; in `a` where that differs. */
static struct span key_of(const struct lookup *t, struct span code,
			  struct arena *a)
{
	char *out;
	size_t i = 0, n = 0;

	if (t->rules.ignore_zeros)
		while (code.len > 1 && code.p[0] == '0') {
			code.p++;
			code.len--;
		}
	if (!t->rules.ignore_case)
		return code;
	/* A small letter may need more bytes than its capital. */
	out = arena_alloc(a, mem_mul(code.len, 4) + 1);
	while (i < code.len) {
		size_t seq = utf8_seq(code.p + i, code.len - i);

		if (seq < 2) {
			out[n++] = g_ascii_tolower(code.p[i++]);
			continue;
		}
		n += utf8_put(out + n,
			      g_unichar_tolower(utf8_get(code.p + i, seq)));
		i += seq;
	}
	return (struct span){out, n};
}

/* The slot where `key` is, or would go. */
static uint32_t *slot_of(const struct lookup *t, struct span key)
{
	size_t i = hash(key) & (t->n_slots - 1);

	while (t->slot[i] && !span_eq(t->entry[t->slot[i] - 1].key, key))
		i = (i + 1) & (t->n_slots - 1);
	return &t->slot[i];
}

/* At most half of the slots are taken. */
static void grow_slots(struct lookup *t)
{
	size_t i;

	free(t->slot);
	t->n_slots = t->n_slots ? mem_mul(t->n_slots, 2) : 16;
	t->slot = mem_zalloc(mem_mul(t->n_slots, sizeof(*t->slot)));
	for (i = 0; i < t->n; i++) {
		uint32_t *slot = slot_of(t, t->entry[i].key);

		/* Of those with one key the first is in front. */
		if (!*slot)
			*slot = (uint32_t)(i + 1);
	}
}

void lookup_set_rules(struct lookup *t, struct lookup_rules rules)
{
	t->rules = rules;
}

bool lookup_is_dated(const struct lookup *t)
{
	return t->dated;
}

int lookup_add(struct lookup *t, struct span code, const struct val *value)
{
	return lookup_add_dated(t, code, value, INT64_MIN, INT64_MAX);
}

int lookup_add_dated(struct lookup *t, struct span code,
		     const struct val *value, int64_t from, int64_t until)
{
	struct span key = key_of(t, code, &t->arena);
	struct entry *e;
	uint32_t *slot, i, last = 0;

	if ((t->n + 1) * 2 > t->n_slots)
		grow_slots(t);
	slot = slot_of(t, key);
	for (i = *slot; i; i = t->entry[i - 1].next) {
		if (from <= t->entry[i - 1].until &&
		    until >= t->entry[i - 1].from)
			return -1;
		last = i;
	}
	t->entry = mem_grow(t->entry, t->n, &t->cap, sizeof(*t->entry));
	e = &t->entry[t->n++];
	if (last)
		t->entry[last - 1].next = (uint32_t)t->n;
	else
		*slot = (uint32_t)t->n;
	e->code = arena_span(&t->arena, code);
	e->key = arena_span(&t->arena, key);
	e->from = from;
	e->until = until;
	e->next = 0;
	if (from != INT64_MIN || until != INT64_MAX)
		t->dated = true;
	e->value = *value;
	if (value->type == VAL_TEXT || value->type == VAL_NUMBER)
		e->value.text = arena_span(&t->arena, value->text);
	return 0;
}

/* The first entry of a code, from 1; 0 where there is none. */
static uint32_t first_of(const struct lookup *t, struct span code,
			 struct arena *a)
{
	return t->n ? *slot_of(t, key_of(t, code, a)) : 0;
}

const struct val *lookup_get(const struct lookup *t, struct span code,
			     int64_t day, struct arena *a)
{
	uint32_t i = first_of(t, code, a);

	for (; i; i = t->entry[i - 1].next)
		if (day >= t->entry[i - 1].from && day <= t->entry[i - 1].until)
			return &t->entry[i - 1].value;
	return NULL;
}

bool lookup_has(const struct lookup *t, struct span code, struct arena *a)
{
	return first_of(t, code, a) != 0;
}

/* Without zeros in front and white space around it. */
static struct span bare(struct span s)
{
	s = utf8_trim(s);
	while (s.len > 1 && s.p[0] == '0') {
		s.p++;
		s.len--;
	}
	return s;
}

static char small(struct span s, size_t i)
{
	return g_ascii_tolower(s.p[i]);
}

/* Whether `a` may be worth a closer look, where there are very many. */
static bool is_close(struct span a, struct span b)
{
	size_t most = a.len > b.len ? a.len : b.len;
	size_t least = a.len < b.len ? a.len : b.len;

	return least && most - least <= b.len / 3 + 1 &&
	       (small(a, 0) == small(b, 0) ||
		small(a, a.len - 1) == small(b, b.len - 1));
}

/*
 * Codes to compare with, each once, in `words`; the same but for case, zeros
 * and white space go to `near`.  The arena ends a text with NUL.
 */
static size_t candidates(const struct lookup *t, struct span code,
			 const char **words, struct span *near, size_t *n_near)
{
	struct span want = bare(code), got;
	size_t n = 0, i;

	for (i = 0; i < t->n; i++) {
		const struct entry *e = &t->entry[i];

		if (*slot_of(t, e->key) != i + 1)
			continue;
		got = bare(e->code);
		if (got.len == want.len &&
		    !g_ascii_strncasecmp(got.p, want.p, got.len) &&
		    *n_near < LOOKUP_NEAR_MAX)
			near[(*n_near)++] = e->code;
		else if (n < NEAR_AMONG &&
			 (t->n <= NEAR_AMONG || is_close(got, want)))
			words[n++] = e->code.p;
	}
	words[n] = NULL;
	return n;
}

size_t lookup_near(const struct lookup *t, struct span code,
		   struct span near[LOOKUP_NEAR_MAX])
{
	size_t among = t->n < NEAR_AMONG ? t->n : NEAR_AMONG, most, n = 0, i;
	const char **words = mem_alloc(mem_mul(among + 1, sizeof(*words)));

	most = candidates(t, code, words, near, &n);
	while (n < LOOKUP_NEAR_MAX) {
		const char *found = suggest(code, words);

		if (!found)
			break;
		near[n++] = span_of(found);
		for (i = 0; words[i] != found; i++)
			;
		words[i] = words[--most];
		words[most] = NULL;
	}
	free(words);
	return n;
}

void lookup_show(const struct lookup *t, struct buf *out)
{
	size_t i;

	if (*t->name) {
		buf_addf(out, "'%s' (%zu codes)", t->name, t->n);
		return;
	}
	buf_addc(out, '{');
	for (i = 0; i < t->n && i < SHOWN_MAX; i++) {
		struct buf value = BUF_INIT(1024);

		val_put(&value, NULL, &t->entry[i].value);
		buf_addf(out, "%s%.*s: %s", i ? ", " : "",
			 SPAN_FMT(t->entry[i].code), buf_str(&value));
		buf_release(&value);
	}
	if (t->n > SHOWN_MAX)
		buf_addf(out, ", and %zu more", t->n - SHOWN_MAX);
	buf_addc(out, '}');
}
