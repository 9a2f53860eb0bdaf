#include "read/idoc_layout.h"

#include <ctype.h>
#include <stdlib.h>
#include <strings.h>

#include "conf/yaml_tree.h"
#include "core/fs.h"
#include "core/num.h"
#include "core/utf8.h"

#define CSV_MIN_CELLS 11

/* Where a type's number stands: behind the E or Z, and a name space. */
static size_t number_at(struct span name)
{
	size_t i = 0;

	if (name.len && name.p[0] == '/') {
		const char *end = memchr(name.p + 1, '/', name.len - 1);

		i = end ? (size_t)(end - name.p) + 1 : 0;
	}
	return i + 1;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

struct span idoc_type(struct span name, char to[IDOC_NAME_MAX])
{
	size_t at = number_at(name), n = name.len;

	if (n > IDOC_NAME_MAX || at >= n || name.p[at] != '2')
		return name;
	memcpy(to, name.p, n);
	to[at] = '1';
	/* Three digits behind a name are a version: those of SAP have seven
	 * characters or more, those of customers fewer, too. */
	if (n >= (to[at - 1] == 'E' ? 10 : 8) && is_digit(to[n - 1]) &&
	    is_digit(to[n - 2]) && is_digit(to[n - 3]))
		n -= 3;
	return (struct span){to, n};
}

const struct idoc_segment *idoc_find(const struct idoc_layout *l,
				     struct span type)
{
	size_t i;

	for (i = 0; l && i < l->n; i++)
		if (span_eq(l->segment[i].name, type))
			return &l->segment[i];
	return NULL;
}

static struct span keep_type(struct idoc_layout *l, struct span name)
{
	char to[IDOC_NAME_MAX];

	return arena_span(&l->arena, idoc_type(name, to));
}

static struct idoc_segment *add_segment(struct idoc_layout *l, struct span name)
{
	l->segment = mem_grow(l->segment, l->n, &l->cap, sizeof(*l->segment));
	l->segment[l->n] = (struct idoc_segment){.name = keep_type(l, name)};
	return &l->segment[l->n++];
}

/* Names are upper case, as those of SAP are. */
static void add_field(struct idoc_layout *l, struct idoc_segment *s,
		      struct span name, size_t len)
{
	char *upper = arena_dup(&l->arena, name.p, name.len);
	size_t i;

	for (i = 0; i < name.len; i++)
		upper[i] = (char)toupper((unsigned char)upper[i]);
	s->field = mem_grow(s->field, s->n, &s->cap, sizeof(*s->field));
	s->field[s->n++] = (struct idoc_field){
		.name = {upper, name.len}, .from = s->len, .len = len};
	s->len += len;
}

/* ---- YAML -------------------------------------------------------------- */

static int load_segment(struct idoc_layout *l, const struct yt_node *n,
			struct err *err)
{
	static const char *const known[] = {"parent", "max", "fields", NULL};
	struct idoc_segment *s;
	const struct yt_node *fields, *f;
	const char *parent = NULL;
	int64_t max = 0, len;

	if (yt_want(n, YT_MAP, n->key, err) < 0 ||
	    yt_check_keys(n, known, err) < 0 ||
	    yt_text(n, "parent", &parent, err) < 0 ||
	    yt_int(n, "max", 1, 9999999999, &max, err) < 0)
		return -1;
	fields = yt_get(n, "fields");
	if (!fields)
		return yt_err_key(n, err, "%s: 'fields' is missing", n->key);
	if (yt_want(fields, YT_MAP, "fields", err) < 0)
		return -1;
	if (strlen(n->key) > IDOC_NAME_MAX)
		return yt_err_key(n, err, "a name of more than %d characters",
				  IDOC_NAME_MAX);
	s = add_segment(l, span_of(n->key));
	if (parent)
		s->parent = keep_type(l, span_of(parent));
	s->once = max == 1;
	yt_each (fields, f) {
		if (yt_want(f, YT_SCALAR, "a width", err) < 0)
			return -1;
		if (num_parse(span_of(f->text), 1, IDOC_DATA_MAX, &len) < 0 ||
		    s->len + (size_t)len > IDOC_DATA_MAX)
			return yt_err(f, err,
				      "%s: a width from 1; all of a segment "
				      "are %d at most",
				      f->key, IDOC_DATA_MAX);
		add_field(l, s, span_of(f->key), (size_t)len);
	}
	return 0;
}

static int load_yaml(struct idoc_layout *l, const char *path, struct err *err)
{
	static const char *const known[] = {"layout", "segments", NULL};
	struct yt_node *root = yt_load(path, err);
	const struct yt_node *segments, *n;
	int rc = -1;

	if (!root)
		return -1;
	if (yt_want(root, YT_MAP, "a layout", err) < 0 ||
	    yt_check_keys(root, known, err) < 0)
		goto out;
	segments = yt_get(root, "segments");
	if (!segments) {
		yt_err(root, err, "'segments' is missing");
		goto out;
	}
	if (yt_want(segments, YT_MAP, "segments", err) < 0)
		goto out;
	yt_each (segments, n)
		if (load_segment(l, n, err) < 0)
			goto out;
	rc = 0;
out:
	yt_free(root);
	return rc;
}

/* ---- CSV --------------------------------------------------------------- */

/* Cell `i` of a row, counted from behind where it is negative. */
static struct span cell_of(struct span row, int i)
{
	const char *p = row.p, *end = row.p + row.len, *next;
	int n = 1;

	for (next = p; next < end; next++)
		n += *next == ',';
	if (i < 0)
		i += n;
	for (; i > 0; i--) {
		next = memchr(p, ',', (size_t)(end - p));
		p = next ? next + 1 : end;
	}
	next = memchr(p, ',', (size_t)(end - p));
	return span_trim((struct span){p, (size_t)((next ? next : end) - p)});
}

static int count_cells(struct span row)
{
	size_t i;
	int n = 1;

	for (i = 0; i < row.len; i++)
		n += row.p[i] == ',';
	return n;
}

static int wrong(const char *path, size_t line, const char *why,
		 struct err *err)
{
	return err_set(err, ERR_CONFIG, "%s:%zu: %s", path, line, why);
}

/* The parent's name, the last of a path A:B. */
static struct span parent_of(struct span path)
{
	size_t i;

	for (i = path.len; i > 0; i--)
		if (path.p[i - 1] == ':')
			return (struct span){path.p + i, path.len - i};
	return path;
}

/*
 * segment,parent,loopcount,isgroup,islandmark,field,desc,min,max,align,status;
 * the description may have commas.  `at` is where the segment's line is.
 */
static int take_row(struct idoc_layout *l, struct span row, size_t *at,
		    const char *path, size_t line, struct err *err)
{
	struct span name = cell_of(row, 0), parent, field;
	struct idoc_segment *s = l->n ? &l->segment[l->n - 1] : NULL;
	char to[IDOC_NAME_MAX];
	int64_t len;

	if (count_cells(row) < CSV_MIN_CELLS)
		return wrong(path, line, "fewer than 11 cells", err);
	if (!name.len || name.len > IDOC_NAME_MAX)
		return wrong(path, line, "no name of a segment", err);
	if (num_parse(cell_of(row, -3), 1, IDOC_DATA_MAX, &len) < 0)
		return wrong(path, line, "max is no width from 1", err);
	if (!s || !span_eq(s->name, idoc_type(name, to))) {
		if (idoc_find(l, idoc_type(name, to)))
			return wrong(path, line,
				     "the rows of a segment belong together",
				     err);
		s = add_segment(l, name);
		parent = parent_of(cell_of(row, 1));
		if (parent.len && parent.len <= IDOC_NAME_MAX)
			s->parent = keep_type(l, parent);
		*at = 0;
	}
	field = cell_of(row, 5);
	if (*at >= IDOC_HEAD) {
		if (s->len + (size_t)len > IDOC_DATA_MAX)
			return wrong(path, line, "more than 1000 characters",
				     err);
		add_field(l, s, field, (size_t)len);
	} else if (*at + (size_t)len > IDOC_HEAD &&
		   !span_is(cell_of(row, 0), "EDI_DC")) {
		return wrong(path, line, "no field ends at character 63", err);
	}
	*at += (size_t)len;
	return 0;
}

static int load_csv(struct idoc_layout *l, const char *path, struct err *err)
{
	struct buf text = BUF_INIT(YT_FILE_CEILING);
	size_t at = 0, line = 0;
	const char *p, *end, *next;
	int rc = fs_read_file(path, &text, err);

	if (rc < 0)
		err->code = ERR_CONFIG;
	else if (utf8_check(text.data, text.len) != text.len)
		rc = err_set(err, ERR_CONFIG, "%s: not UTF-8", path);
	p = text.data;
	end = p + text.len;
	while (rc == 0 && text.len && p < end) {
		struct span row;

		line++;
		next = memchr(p, '\n', (size_t)(end - p));
		row = span_trim(
			(struct span){p, (size_t)((next ? next : end) - p)});
		p = next ? next + 1 : end;
		if (!row.len || row.p[0] == '#' ||
		    (line == 1 && span_is(cell_of(row, 0), "segment")))
			continue;
		/* The control record is known. */
		if (row.len > 6 && !memcmp(row.p, "EDI_DC", 6))
			continue;
		rc = take_row(l, row, &at, path, line, err);
	}
	buf_release(&text);
	return rc;
}

struct idoc_layout *idoc_layout_load(const char *path, struct err *err)
{
	struct idoc_layout *l = mem_zalloc(sizeof(*l));
	size_t len = strlen(path);
	int rc = len > 4 && !strcasecmp(path + len - 4, ".csv")
			 ? load_csv(l, path, err)
			 : load_yaml(l, path, err);

	if (rc == 0)
		return l;
	idoc_layout_free(l);
	return NULL;
}

void idoc_layout_free(struct idoc_layout *l)
{
	size_t i;

	if (!l)
		return;
	for (i = 0; i < l->n; i++)
		free(l->segment[i].field);
	free(l->segment);
	arena_release(&l->arena);
	free(l);
}
