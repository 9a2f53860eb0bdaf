#include "read/xlsx_book.h"

#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "read/xlsx_text.h"

/* ---- reading a small part whole ---------------------------------------- */

static int read_part(struct xlsx_book *b, const char *name,
		     const struct xml_part_ops *ops, void *ctx,
		     struct xml_part *x, struct err *err)
{
	int64_t i = zip_set_find(&b->zip, name);
	int rc;

	if (i < 0)
		return err_set(err, ERR_DATA, "%s: the part %s is missing",
			       b->path, name);
	if (xml_part_open(x, &b->zip, (uint64_t)i, ops, ctx, err) < 0)
		return -1;
	while ((rc = xml_part_run(x, err)) > 0)
		;
	xml_part_close(x);
	return rc;
}

static bool is_true(const char *value)
{
	return value && (!strcmp(value, "1") || !strcmp(value, "true") ||
			 !strcmp(value, "on"));
}

static bool ends_with(const char *s, const char *end)
{
	size_t a = strlen(s), b = strlen(end);

	return a >= b && !strcmp(s + a - b, end);
}

/* The part that `target` names, seen from part `from`. */
static char *resolve(const char *from, const char *target)
{
	const char *slash = strrchr(from, '/');
	size_t folder = slash ? (size_t)(slash - from) + 1 : 0;

	if (*target == '/')
		return mem_strdup(target + 1);
	for (;;) {
		if (!strncmp(target, "./", 2)) {
			target += 2;
		} else if (!strncmp(target, "../", 3)) {
			target += 3;
			folder -= folder > 0;
			while (folder > 0 && from[folder - 1] != '/')
				folder--;
		} else {
			break;
		}
	}
	return mem_printf("%.*s%s", (int)folder, from, target);
}

/* ---- relations --------------------------------------------------------- */

struct relations {
	struct xml_part x;
	struct xlsx_book *book;
	const char *from; /* the part they are of */
	char *workbook, *strings, *styles;
};

static void keep(char **to, const char *from, const char *target)
{
	free(*to);
	*to = resolve(from, target);
}

static void relation_start(void *ctx, const char *name, const char **attr)
{
	struct relations *r = ctx;
	const char *type, *target, *id;
	size_t i;

	if (strcmp(name, "Relationship") != 0)
		return;
	type = xml_attr(attr, "Type");
	target = xml_attr(attr, "Target");
	id = xml_attr(attr, "Id");
	if (!type || !target)
		return;
	if (ends_with(type, "/officeDocument"))
		keep(&r->workbook, r->from, target);
	else if (ends_with(type, "/sharedStrings"))
		keep(&r->strings, r->from, target);
	else if (ends_with(type, "/styles"))
		keep(&r->styles, r->from, target);
	else if (ends_with(type, "/worksheet"))
		for (i = 0; id && i < r->book->n_sheets; i++)
			if (!strcmp(r->book->sheet_part[i].relation, id))
				keep(&r->book->sheet_part[i].part, r->from,
				     target);
}

static void nothing(void *ctx, const char *name)
{
	(void)ctx;
	(void)name;
}

static const struct xml_part_ops relation_ops = {
	.start = relation_start,
	.end = nothing,
};

/* The relations of part `from`: a file beside it. */
static int read_relations(struct relations *r, const char *from,
			  struct err *err)
{
	const char *slash = strrchr(from, '/');
	int folder = slash ? (int)(slash - from) + 1 : 0;
	char *name =
		mem_printf("%.*s_rels/%s.rels", folder, from, from + folder);
	int rc;

	r->from = from;
	rc = read_part(r->book, name, &relation_ops, r, &r->x, err);
	free(name);
	return rc;
}

/* ---- the list of sheets ------------------------------------------------ */

struct workbook {
	struct xml_part x;
	struct xlsx_book *book;
};

static void workbook_start(void *ctx, const char *name, const char **attr)
{
	struct workbook *w = ctx;
	struct xlsx_book *b = w->book;
	const char *label, *id, *state;

	if (!strcmp(name, "workbookPr"))
		b->since_1904 = is_true(xml_attr(attr, "date1904"));
	if (strcmp(name, "sheet") != 0)
		return;
	label = xml_attr(attr, "name");
	state = xml_attr(attr, "state");
	for (id = NULL; *attr; attr += 2)
		if (strchr(*attr, ':') && !strcmp(xml_local(*attr), "id"))
			id = attr[1];
	if (b->n_sheets == XLSX_SHEETS_MAX) {
		xml_part_fail(&w->x, "more than %zu sheets", XLSX_SHEETS_MAX);
		return;
	}
	b->sheet = mem_grow(b->sheet, b->n_sheets, &b->sheets_cap,
			    sizeof(*b->sheet));
	b->sheet_part = mem_grow(b->sheet_part, b->n_sheets, &b->parts_cap,
				 sizeof(*b->sheet_part));
	b->sheet[b->n_sheets] =
		(struct grid_sheet){mem_strdup(label ? label : ""),
				    state && strcmp(state, "visible") != 0};
	b->sheet_part[b->n_sheets++] =
		(struct xlsx_sheet){mem_strdup(id ? id : ""), NULL};
}

static const struct xml_part_ops workbook_ops = {
	.start = workbook_start,
	.end = nothing,
};

/* ---- number formats ---------------------------------------------------- */

struct styles {
	struct xml_part x;
	struct xlsx_book *book;
	struct {
		unsigned long id;
		struct xlsx_format format;
	} * custom;
	size_t n, cap;
	bool in_cells; /* <cellXfs>: those that cells name */
};

static struct xlsx_format find_format(const struct styles *s, unsigned long id)
{
	size_t i;

	for (i = s->n; i > 0; i--)
		if (s->custom[i - 1].id == id)
			return s->custom[i - 1].format;
	return xlsx_format_built_in(id);
}

static void styles_start(void *ctx, const char *name, const char **attr)
{
	struct styles *s = ctx;
	struct xlsx_book *b = s->book;
	const char *id = xml_attr(attr, "numFmtId");
	const char *code = xml_attr(attr, "formatCode");
	unsigned long number = id ? strtoul(id, NULL, 10) : 0;

	if (!strcmp(name, "cellXfs"))
		s->in_cells = true;
	if (!strcmp(name, "numFmt") && id && code && s->n < 4096) {
		s->custom =
			mem_grow(s->custom, s->n, &s->cap, sizeof(*s->custom));
		s->custom[s->n].id = number;
		s->custom[s->n++].format = xlsx_format_code(code);
	}
	if (!s->in_cells || strcmp(name, "xf") != 0)
		return;
	if (b->n_styles == XLSX_STYLES_MAX) {
		xml_part_fail(&s->x, "more than %zu styles", XLSX_STYLES_MAX);
		return;
	}
	b->style = mem_grow(b->style, b->n_styles, &b->styles_cap,
			    sizeof(*b->style));
	b->style[b->n_styles++] = find_format(s, number);
}

static void styles_end(void *ctx, const char *name)
{
	struct styles *s = ctx;

	if (!strcmp(name, "cellXfs"))
		s->in_cells = false;
}

static const struct xml_part_ops styles_ops = {
	.start = styles_start,
	.end = styles_end,
};

/* ---- shared strings ---------------------------------------------------- */

struct strings {
	struct xml_part x;
	struct xlsx_book *book;
	struct xlsx_text text;
	struct buf string;
	unsigned in_string;
};

static void strings_start(void *ctx, const char *name, const char **attr)
{
	struct strings *s = ctx;

	if (s->in_string)
		xlsx_text_start(&s->text, name, attr);
	if (!strcmp(name, "si")) {
		s->in_string++;
		buf_clear(&s->string);
	}
}

static void strings_end(void *ctx, const char *name)
{
	struct strings *s = ctx;

	if (s->in_string && strcmp(name, "si") != 0) {
		xlsx_text_end(&s->text, name, &s->string);
		return;
	}
	if (!s->in_string)
		return;
	s->in_string--;
	if (s->string.over) {
		xml_part_fail(&s->x, "a string of more than %zu bytes",
			      LINE_CEILING);
		return;
	}
	if (texts_add(&s->book->strings, buf_span(&s->string), s->x.err) < 0) {
		s->x.failed = true;
		XML_StopParser(s->x.parser, XML_FALSE);
	}
}

static void strings_text(void *ctx, const char *p, size_t len)
{
	struct strings *s = ctx;

	xlsx_text_add(&s->text, p, len);
}

static const struct xml_part_ops strings_ops = {
	.start = strings_start,
	.end = strings_end,
	.text = strings_text,
};

static int read_strings(struct xlsx_book *b, const char *part, struct err *err)
{
	struct strings s = {.book = b, .string = BUF_INIT(LINE_CEILING)};
	int rc;

	xlsx_text_init(&s.text);
	rc = read_part(b, part, &strings_ops, &s, &s.x, err);
	xlsx_text_release(&s.text);
	buf_release(&s.string);
	return rc;
}

/* ---- opening ----------------------------------------------------------- */

/* What is no workbook of this kind, but known. */
static int look_elsewhere(struct xlsx_book *b, struct err *err)
{
	if (zip_set_find(&b->zip, "xl/workbook.bin") >= 0)
		return err_set(err, ERR_DATA,
			       "%s: a binary workbook (xlsb), which is not "
			       "read; save it as xlsx",
			       b->path);
	if (zip_set_find(&b->zip, "content.xml") >= 0)
		return err_set(err, ERR_DATA,
			       "%s: an OpenDocument file: its format is ods",
			       b->path);
	return err_set(err, ERR_DATA, "%s: a zip archive, but no workbook",
		       b->path);
}

static bool has_part(const struct xlsx_book *b, const char *part)
{
	return part && zip_set_find(&b->zip, part) >= 0;
}

static int read_workbook(struct xlsx_book *b, struct relations *r,
			 const char *part, struct err *err)
{
	struct workbook w = {.book = b};
	struct styles s = {.book = b};
	int rc;

	if (zip_set_find(&b->zip, part) < 0 || ends_with(part, ".bin"))
		return look_elsewhere(b, err);
	if (read_part(b, part, &workbook_ops, &w, &w.x, err) < 0 ||
	    read_relations(r, part, err) < 0)
		return -1;
	if (has_part(b, r->styles)) {
		rc = read_part(b, r->styles, &styles_ops, &s, &s.x, err);
		free(s.custom);
		if (rc < 0)
			return -1;
	}
	return has_part(b, r->strings) ? read_strings(b, r->strings, err) : 0;
}

int xlsx_book_open(struct xlsx_book *b, struct input *in, struct err *err)
{
	struct relations r = {.book = b};
	char *part;
	int rc = 0;

	*b = (struct xlsx_book){.path = in->path};
	texts_init(&b->strings);
	if (zip_set_open(&b->zip, in, err) < 0)
		return -1;
	if (zip_set_find(&b->zip, "_rels/.rels") >= 0)
		rc = read_relations(&r, "", err);
	part = mem_strdup(r.workbook ? r.workbook : "xl/workbook.xml");
	if (rc == 0)
		rc = read_workbook(b, &r, part, err);
	free(part);
	free(r.workbook);
	free(r.strings);
	free(r.styles);
	return rc;
}

void xlsx_book_close(struct xlsx_book *b)
{
	size_t i;

	for (i = 0; i < b->n_sheets; i++) {
		free(b->sheet[i].name);
		free(b->sheet_part[i].relation);
		free(b->sheet_part[i].part);
	}
	free(b->sheet);
	free(b->sheet_part);
	free(b->style);
	texts_release(&b->strings);
	zip_set_close(&b->zip);
}
