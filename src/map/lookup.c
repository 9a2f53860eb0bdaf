#include "map/lookup.h"

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

/* A table in CSV while it is read: RFC 4180, small enough to do here. */
struct csv_table {
	const char *p, *end, *path;
	char delimiter;
	size_t row; /* from 1 */
	struct buf cell;
	struct err *err;
};

/* Read one cell into c->cell, up to what ends it. */
static int csv_cell(struct csv_table *c)
{
	buf_clear(&c->cell);
	if (c->p == c->end || *c->p != '"') {
		while (c->p < c->end && *c->p != c->delimiter && *c->p != '\n')
			buf_addc(&c->cell, *c->p++);
		if (c->cell.len && c->cell.data[c->cell.len - 1] == '\r')
			c->cell.len--;
		return 0;
	}
	for (c->p++; c->p < c->end; c->p++) {
		if (*c->p == '"' && (c->p + 1 == c->end || c->p[1] != '"'))
			break;
		c->p += *c->p == '"'; /* a doubled quote stands for one */
		buf_addc(&c->cell, *c->p);
	}
	if (c->p < c->end)
		c->p++;
	else
		return err_set(c->err, ERR_CONFIG,
			       "%s: row %zu: a quote is not closed", c->path,
			       c->row);
	if (c->p < c->end && *c->p == '\r')
		c->p++;
	if (c->p < c->end && *c->p != c->delimiter && *c->p != '\n')
		return err_set(c->err, ERR_CONFIG,
			       "%s: row %zu: text behind a closing quote",
			       c->path, c->row);
	return 0;
}

/* The first two cells of a row into the table; the header is passed over. */
static int csv_row(struct csv_table *c, struct lookup *t)
{
	struct buf code = BUF_INIT(64 * 1024);
	struct val v;
	size_t n = 0;
	int rc;

	c->row++;
	val_set_text(&v, SPAN(""));
	for (;;) {
		rc = csv_cell(c);
		if (rc < 0)
			break;
		if (n == 0)
			buf_add_span(&code, buf_span(&c->cell));
		if (n == 1)
			v.text = (struct span){
				arena_dup(&t->arena, c->cell.data, c->cell.len),
				c->cell.len};
		n++;
		if (c->p == c->end || *c->p++ == '\n')
			break;
	}
	if (rc == 0 && c->row > 1 && n < 2)
		rc = err_set(c->err, ERR_CONFIG,
			     "%s: row %zu: code and value expected", c->path,
			     c->row);
	else if (rc == 0 && c->row > 1 &&
		 lookup_add(t, (struct span){buf_str(&code), code.len}, &v) < 0)
		rc = err_set(c->err, ERR_CONFIG,
			     "%s: row %zu: the code '%s' is given twice",
			     c->path, c->row, buf_str(&code));
	buf_release(&code);
	return rc;
}

static int load_csv(struct lookup *t, const char *path, struct err *err)
{
	struct buf text = BUF_INIT(TABLE_CEILING);
	struct csv_table c = {
		.path = path, .cell = BUF_INIT(64 * 1024), .err = err};
	int rc = fs_read_file(path, &text, err);

	if (rc < 0)
		err->code = ERR_CONFIG;
	else if (utf8_check(buf_str(&text), text.len) < text.len ||
		 memchr(text.data, '\0', text.len))
		rc = err_set(err, ERR_CONFIG, "%s: not UTF-8 text", path);
	if (rc == 0) {
		c.p = buf_str(&text);
		c.end = c.p + text.len;
		if (text.len >= 3 && !memcmp(c.p, "\xEF\xBB\xBF", 3))
			c.p += 3;
		/* The header tells what separates the columns. */
		c.delimiter = c.p[strcspn(c.p, ",;\t\n")];
		if (!c.delimiter || c.delimiter == '\n')
			c.delimiter = ',';
		while (rc == 0 && c.p < c.end)
			rc = csv_row(&c, t);
	}
	buf_release(&text);
	buf_release(&c.cell);
	return rc;
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
