#include "map/lookup.h"

#include <csv.h>
#include <stdlib.h>

#include "conf/profile.h"
#include "conf/yaml_tree.h"
#include "core/fs.h"
#include "core/mem.h"
#include "core/suggest.h"
#include "core/utf8.h"

#define TABLE_CEILING ((size_t)64 << 20)
/* Beyond so many codes, nearest ones are not looked for in all of them. */
#define NEAR_AMONG 4096
#define SHOWN_MAX  8

struct entry {
	struct span code;
	struct val value;
};

struct lookup {
	char *name;
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
	free(t->entry);
	free(t->slot);
	arena_release(&t->arena);
	free(t);
}

const char *lookup_name(const struct lookup *t)
{
	return t->name;
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

/* The slot where `code` is, or would go. */
static uint32_t *slot_of(const struct lookup *t, struct span code)
{
	size_t i = hash(code) & (t->n_slots - 1);

	while (t->slot[i] && !span_eq(t->entry[t->slot[i] - 1].code, code))
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
	for (i = 0; i < t->n; i++)
		*slot_of(t, t->entry[i].code) = (uint32_t)(i + 1);
}

int lookup_add(struct lookup *t, struct span code, const struct val *value)
{
	struct entry *e;
	uint32_t *slot;

	if ((t->n + 1) * 2 > t->n_slots)
		grow_slots(t);
	slot = slot_of(t, code);
	if (*slot)
		return -1;
	t->entry = mem_grow(t->entry, t->n, &t->cap, sizeof(*t->entry));
	e = &t->entry[t->n++];
	*slot = (uint32_t)t->n;
	e->code =
		(struct span){arena_dup(&t->arena, code.p, code.len), code.len};
	e->value = *value;
	if (value->type == VAL_TEXT || value->type == VAL_NUMBER)
		e->value.text.p =
			arena_dup(&t->arena, value->text.p, value->text.len);
	return 0;
}

const struct val *lookup_get(const struct lookup *t, struct span code)
{
	uint32_t slot = t->n ? *slot_of(t, code) : 0;

	return slot ? &t->entry[slot - 1].value : NULL;
}

size_t lookup_near(const struct lookup *t, struct span code,
		   struct span near[LOOKUP_NEAR_MAX])
{
	size_t most = t->n < NEAR_AMONG ? t->n : NEAR_AMONG, n = 0, i;
	const char **words = mem_alloc(mem_mul(most + 1, sizeof(*words)));

	for (i = 0; i < most; i++)
		words[i] = t->entry[i].code.p; /* arena_dup ends it with NUL */
	words[most] = NULL;
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

/* ---- files -------------------------------------------------------------- */

static int load_yaml(struct lookup *t, const char *path, struct err *err)
{
	struct yt_node *root = yt_load(path, err);
	const struct yt_node *c;
	int rc = -1;

	if (!root)
		return -1;
	if (yt_want(root, YT_MAP, "a table", err) < 0)
		goto out;
	yt_each (root, c) {
		struct span text = {c->text, c->len};
		struct dec d;
		struct val v;

		if (yt_want(c, YT_SCALAR, "a value", err) < 0)
			goto out;
		if (yt_is_null(c)) {
			val_set(&v, VAL_NULL);
		} else if (yt_is_true(c) || yt_is_false(c)) {
			val_set_bool(&v, yt_is_true(c));
		} else if (c->plain && dec_parse(text, &d) == 0) {
			val_set(&v, VAL_NUMBER);
			v.text = text;
		} else {
			val_set_text(&v, text);
		}
		lookup_add(t, span_of(c->key), &v); /* yt refuses doubles */
	}
	rc = 0;
out:
	yt_free(root);
	return rc;
}

/* State while libcsv hands over cells. */
struct csv_load {
	struct lookup *t;
	const char *path;
	size_t row, column; /* from 1; of the cell at hand, from 0 */
	struct buf code, value;
	struct err *err;
	int rc;
};

static void on_cell(void *cell, size_t len, void *state)
{
	struct csv_load *l = state;

	if (l->column < 2)
		buf_add(l->column ? &l->value : &l->code, cell, len);
	l->column++;
}

static void on_row(int end, void *state)
{
	struct csv_load *l = state;
	struct val v;

	(void)end;
	l->row++;
	if (l->row > 1 && l->rc == 0) {
		struct span value = {buf_str(&l->value), l->value.len};

		val_set_text(&v, value);
		if (l->column < 2)
			l->rc = err_set(l->err, ERR_CONFIG,
					"%s: row %zu: code and value expected",
					l->path, l->row);
		else if (lookup_add(l->t,
				    (struct span){buf_str(&l->code),
						  l->code.len},
				    &v) < 0)
			l->rc = err_set(l->err, ERR_CONFIG,
					"%s: row %zu: the code '%s' is given "
					"twice",
					l->path, l->row, buf_str(&l->code));
	}
	l->column = 0;
	buf_clear(&l->code);
	buf_clear(&l->value);
}

static int load_csv(struct lookup *t, const char *path, struct err *err)
{
	struct csv_load l = {.t = t,
			     .path = path,
			     .code = BUF_INIT(64 * 1024),
			     .value = BUF_INIT(64 * 1024),
			     .err = err};
	struct buf text = BUF_INIT(TABLE_CEILING);
	struct csv_parser csv;
	const char *p;
	size_t len;

	if (fs_read_file(path, &text, err) < 0) {
		err->code = ERR_CONFIG;
		buf_release(&text);
		return -1;
	}
	p = buf_str(&text);
	len = text.len;
	if (utf8_check(p, len) < len || strlen(p) != len) {
		l.rc = err_set(err, ERR_CONFIG, "%s: not UTF-8 text", path);
	} else if (csv_init(&csv, CSV_STRICT | CSV_STRICT_FINI) != 0) {
		l.rc = err_set(err, ERR_OS, "out of memory");
	} else {
		if (len >= 3 && !memcmp(p, "\xEF\xBB\xBF", 3)) {
			p += 3;
			len -= 3;
		}
		/* The header tells what separates the columns. */
		if (p[strcspn(p, ",;\t\n")] == ';')
			csv_set_delim(&csv, ';');
		else if (p[strcspn(p, ",;\t\n")] == '\t')
			csv_set_delim(&csv, '\t');
		if (csv_parse(&csv, p, len, on_cell, on_row, &l) != len ||
		    csv_fini(&csv, on_cell, on_row, &l) != 0)
			l.rc = err_set(err, ERR_CONFIG,
				       "%s: row %zu: wrong quotes", path,
				       l.row + 1);
		csv_free(&csv);
	}
	buf_release(&text);
	buf_release(&l.code);
	buf_release(&l.value);
	return l.rc;
}

struct lookup *lookup_load(const char *profiles, const char *profile_path,
			   const char *name, bool *found, struct err *err)
{
	static const char *const kinds[] = {"yaml", "csv"};
	struct lookup *t = NULL;
	char *path = NULL;
	size_t i;
	int rc;

	*found = false;
	for (i = 0; i < 2 && !path; i++) {
		char *relative = mem_printf("tables/%s.%s", name, kinds[i]);
		struct err why = ERR_INIT;

		path = profile_file(profiles, profile_path, relative, &why);
		if (!path && i == 0)
			*err = why;
		free(relative);
	}
	if (!path)
		return NULL;
	*found = true;
	t = lookup_new(name);
	rc = i == 1 ? load_yaml(t, path, err) : load_csv(t, path, err);
	free(path);
	if (rc == 0)
		return t;
	lookup_free(t);
	return NULL;
}
