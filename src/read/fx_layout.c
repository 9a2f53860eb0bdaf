#include "read/fx_layout.h"

#include <stdlib.h>

#include "core/mem.h"
#include "core/num.h"
#include "core/rec.h"
#include "core/utf8.h"
#include "read/fx_rule.h"

static const char *const kinds[] = {"text", "decimal", NULL};
static const char *const signs[] = {"any",       "none",
				    "leading",   "trailing",
				    "overpunch", "overpunch-leading",
				    NULL};
static const char *const trims[] = {"right", "both", "left", "none", NULL};
static const char *const roles[] = {"detail", "header", "trailer",
				    "total",  "skip",   NULL};
static const char *const units[] = {"characters", "bytes", NULL};

/* ---- fields ------------------------------------------------------------ */

/* "12-20" or "12": from, and length where it is there. */
static int parse_range(const struct yt_node *n, size_t *from, size_t *len,
		       struct err *err)
{
	const char *dash = strchr(n->text, '-');
	int64_t a, b;
	struct span first = {n->text, dash ? (size_t)(dash - n->text) : n->len};

	if (num_parse(first, 1, FX_POSITION_MAX, &a) < 0)
		return yt_err(n, err,
			      "a position is a number from 1, or first-last, "
			      "not '%s'",
			      n->text);
	*from = (size_t)a - 1;
	if (!dash)
		return 0;
	if (num_parse(span_of(dash + 1), a, FX_POSITION_MAX, &b) < 0)
		return yt_err(n, err, "positions are first-last, not '%s'",
			      n->text);
	*len = (size_t)(b - a) + 1;
	return 0;
}

int fx_place(const struct yt_node *n, size_t *from, size_t *len,
	     struct err *err)
{
	const struct yt_node *at = yt_get(n, "at");
	int64_t length = 0;

	if (at && (yt_want(at, YT_SCALAR, "at", err) < 0 ||
		   parse_range(at, from, len, err) < 0))
		return -1;
	if (yt_int(n, "length", 1, FX_POSITION_MAX, &length, err) < 0)
		return -1;
	if (length && *len && (size_t)length != *len)
		return yt_err(yt_get(n, "length"), err,
			      "length: %zu characters by 'at', not %lld", *len,
			      (long long)length);
	if (length)
		*len = (size_t)length;
	return 0;
}

static struct span prefix_of(struct fx_layout *l, const char *name)
{
	struct buf b = BUF_INIT(LINE_CEILING);
	struct span s;

	rec_put_str(&b, span_of(name));
	buf_addc(&b, ':');
	s = arena_span(&l->arena, buf_span(&b));
	buf_release(&b);
	return s;
}

static int load_number(const struct yt_node *n, struct fx_field *f,
		       struct err *err)
{
	const struct yt_node *scale = yt_get(n, "scale"),
			     *point = yt_get(n, "point");
	const char *text = NULL, *groups = NULL;
	int64_t digits = 0;
	int sign = FX_ANY;

	if (yt_int(n, "scale", 0, DEC_DIGITS_MAX, &digits, err) < 0 ||
	    yt_word(n, "sign", signs, &sign, err) < 0 ||
	    yt_text(n, "point", &text, err) < 0 ||
	    yt_text(n, "groups", &groups, err) < 0)
		return -1;
	if (scale && point)
		return yt_err(scale, err,
			      "scale: for numbers without a point; this field "
			      "has one");
	if (text && strcmp(text, ".") != 0 && strcmp(text, ",") != 0)
		return yt_err(point, err, "point: . or , but not '%s'", text);
	f->scale = (unsigned)digits;
	f->implied = scale != NULL;
	f->sign = (enum fx_sign)sign;
	f->point = text ? text[0] : '.';
	f->groups = groups ? span_of(groups) : SPAN("");
	if (f->implied && groups)
		return yt_err(yt_get(n, "groups"), err,
			      "groups: not with scale");
	return 0;
}

static int load_field(struct fx_layout *l, struct fx_record *r,
		      const struct yt_node *n, size_t *next, struct err *err)
{
	static const char *const known[] = {"at",     "length", "type",
					    "scale",  "sign",   "point",
					    "groups", "trim",   NULL};
	static const char *const number[] = {"scale", "sign", "point", "groups",
					     NULL};
	struct fx_field f = {
		.name = n->key, .from = *next, .trim = l->trim, .point = '.'};
	int kind = FX_TEXT, trim = (int)l->trim;
	size_t i;

	if (n->type == YT_SCALAR) {
		if (parse_range(n, &f.from, &f.len, err) < 0)
			return -1;
		if (!f.len)
			f.len = 1;
	} else {
		if (yt_want(n, YT_MAP, n->key, err) < 0 ||
		    yt_check_keys(n, known, err) < 0 ||
		    fx_place(n, &f.from, &f.len, err) < 0 ||
		    yt_word(n, "type", kinds, &kind, err) < 0 ||
		    yt_word(n, "trim", trims, &trim, err) < 0 ||
		    load_number(n, &f, err) < 0)
			return -1;
		for (i = 0; kind == FX_TEXT && number[i]; i++)
			if (yt_get(n, number[i]))
				return yt_err(yt_get(n, number[i]), err,
					      "%s: only with type: decimal",
					      number[i]);
	}
	if (!f.len)
		return yt_err_key(n, err,
				  "%s: 'length' is missing, or the last "
				  "position (at: first-last)",
				  n->key);
	if (!*n->key || utf8_check(n->key, strlen(n->key)) != strlen(n->key))
		return yt_err_key(n, err, "a field without a name");
	f.kind = (enum fx_kind)kind;
	f.trim = (enum fx_trim)trim;
	f.prefix = prefix_of(l, f.name);
	*next = f.from + f.len;
	if (r->length < *next)
		r->length = *next;
	r->field = mem_grow(r->field, r->n, &r->cap, sizeof(*r->field));
	r->field[r->n++] = f;
	return 0;
}

static int load_fields(struct fx_layout *l, struct fx_record *r,
		       const struct yt_node *fields, struct err *err)
{
	const struct yt_node *n;
	size_t next = 0;

	if (yt_want(fields, YT_MAP, "fields", err) < 0)
		return -1;
	yt_each (fields, n) {
		if (load_field(l, r, n, &next, err) < 0)
			return -1;
		if (l->record_length && r->length > l->record_length)
			return yt_err_key(n, err,
					  "%s ends at %zu, beyond "
					  "record_length",
					  n->key, next);
	}
	return 0;
}

static size_t find_field(const struct fx_record *r, const char *name)
{
	size_t i;

	for (i = 0; i < r->n; i++)
		if (!strcmp(r->field[i].name, name))
			return i;
	return SIZE_MAX;
}

/* ---- what trailers count ----------------------------------------------- */

static size_t find_record(const struct fx_layout *l, const char *name)
{
	size_t i;

	for (i = 0; i < l->n; i++)
		if (!strcmp(l->record[i].name, name))
			return i;
	return SIZE_MAX;
}

/* Which types are counted: all, a list of names, or by default the details. */
static int choose_types(const struct fx_layout *l, const struct yt_node *of,
			struct fx_sum *s, struct err *err)
{
	const struct yt_node *n;
	size_t i;
	bool all = of && of->type == YT_SCALAR && !strcmp(of->text, "all");

	for (i = 0; i < l->n; i++) {
		bool counted = all ? l->record[i].role != FX_SKIP
				   : !of && l->record[i].role == FX_DETAIL;

		s->of[i] = counted ? FX_COUNTED : FX_NOT_OF;
	}
	if (!of || all)
		return 0;
	if (of->type == YT_SCALAR) {
		i = find_record(l, of->text);
		if (i == SIZE_MAX)
			return yt_err(of, err, "there is no record %s",
				      of->text);
		s->of[i] = FX_COUNTED;
		return 0;
	}
	if (yt_want(of, YT_LIST, "a list of records", err) < 0)
		return -1;
	yt_each (of, n) {
		i = n->type == YT_SCALAR ? find_record(l, n->text) : SIZE_MAX;
		if (i == SIZE_MAX)
			return yt_err(n, err, "there is no such record");
		s->of[i] = FX_COUNTED;
	}
	return 0;
}

/* The member `column` of the counted types; at least one has it. */
static int find_columns(const struct fx_layout *l, const struct yt_node *n,
			struct fx_sum *s, struct err *err)
{
	bool found = false;
	size_t i;

	for (i = 0; i < l->n; i++) {
		size_t f = find_field(&l->record[i], s->column);

		if (s->of[i] == FX_NOT_OF || f == SIZE_MAX)
			continue;
		s->of[i] = f;
		found = true;
	}
	if (!found)
		return yt_err_key(n, err, "no counted record has a field %s",
				  s->column);
	return 0;
}

static int add_sum(struct fx_layout *l, struct fx_record *r,
		   enum fx_sum_kind kind, const struct yt_node *n,
		   const char *says, struct err *err)
{
	struct fx_sum s = {.kind = kind, .says = find_field(r, says)};

	if (s.says == SIZE_MAX)
		return yt_err(n, err, "record %s has no field %s", r->name,
			      says);
	s.of = arena_alloc(&l->arena, mem_mul(l->n, sizeof(*s.of)));
	if (choose_types(l, yt_get(r->at, "counts"), &s, err) < 0)
		return -1;
	if (kind != FX_COUNT) {
		s.column = n->key;
		if (find_columns(l, n, &s, err) < 0)
			return -1;
	}
	r->sum = mem_grow(r->sum, r->n_sums, &r->cap_sums, sizeof(*r->sum));
	r->sum[r->n_sums++] = s;
	return 0;
}

static int load_sums(struct fx_layout *l, struct fx_record *r, const char *key,
		     enum fx_sum_kind kind, struct err *err)
{
	const struct yt_node *sum = yt_get(r->at, key), *n;

	if (!sum)
		return 0;
	if (yt_want(sum, YT_MAP, key, err) < 0)
		return -1;
	yt_each (sum, n)
		if (yt_want(n, YT_SCALAR, "a field of the trailer", err) < 0 ||
		    add_sum(l, r, kind, n, n->text, err) < 0)
			return -1;
	return 0;
}

static int load_totals(struct fx_layout *l, struct fx_record *r,
		       struct err *err)
{
	static const char *const keys[] = {"count", "counts", "sum",
					   "hash",  "of",     NULL};
	const struct yt_node *of = yt_get(r->at, "of"),
			     *count = yt_get(r->at, "count");
	size_t i;

	r->opens = SIZE_MAX;
	for (i = 0; r->role != FX_TRAILER && r->role != FX_TOTAL && keys[i];
	     i++)
		if (yt_get(r->at, keys[i]))
			return yt_err(yt_get(r->at, keys[i]), err,
				      "%s: only with role: trailer or total",
				      keys[i]);
	if (of) {
		r->opens = of->type == YT_SCALAR ? find_record(l, of->text)
						 : SIZE_MAX;
		if (r->opens == SIZE_MAX || &l->record[r->opens] == r)
			return yt_err(of, err,
				      "of: the name of another record");
	}
	if (count && (yt_want(count, YT_SCALAR, "count", err) < 0 ||
		      add_sum(l, r, FX_COUNT, count, count->text, err) < 0))
		return -1;
	return load_sums(l, r, "sum", FX_SUM, err) < 0 ||
			       load_sums(l, r, "hash", FX_HASH, err) < 0
		       ? -1
		       : 0;
}

/* ---- records ----------------------------------------------------------- */

static int load_record(struct fx_layout *l, struct fx_record *r,
		       const char *profiles, struct err *err)
{
	static const char *const known[] = {"when",   "role",   "fields",
					    "length", "into",   "deliver",
					    "count",  "counts", "sum",
					    "hash",   "of",     NULL};
	const struct yt_node *n = r->at, *when, *fields;
	int64_t length = 0;
	int role = FX_DETAIL;

	if (yt_want(n, YT_MAP, "a record", err) < 0 ||
	    yt_check_keys(n, known, err) < 0 ||
	    yt_word(n, "role", roles, &role, err) < 0 ||
	    yt_int(n, "length", 1, FX_POSITION_MAX, &length, err) < 0 ||
	    yt_text(n, "into", &r->into, err) < 0)
		return -1;
	r->role = (enum fx_role)role;
	r->deliver = role == FX_DETAIL && !r->into;
	if (yt_bool(n, "deliver", &r->deliver, err) < 0)
		return -1;
	fields = yt_get(n, "fields");
	if (fields && load_fields(l, r, fields, err) < 0)
		return -1;
	if (!fields && role != FX_SKIP && role != FX_TOTAL)
		return yt_err_key(n, err, "record %s has no fields", r->name);
	if (length && (size_t)length < r->length)
		return yt_err(yt_get(n, "length"), err,
			      "length: the fields end at %zu", r->length);
	if (length)
		r->length = (size_t)length;
	if (l->record_length)
		r->length = l->record_length;
	when = yt_get(n, "when");
	return when ? fx_rule_load(&r->rule, when, l, r, profiles, err) : 0;
}

/* No member of a record hides another. */
static int check_names(const struct fx_layout *l, struct err *err)
{
	size_t i, k;

	for (i = 0; l->typed && i < l->n; i++) {
		const struct fx_record *r = &l->record[i];

		if (find_field(r, l->type_member) != SIZE_MAX)
			return yt_err_key(r->at, err,
					  "record %s has a field %s, the name "
					  "of the member with the record's "
					  "type; 'type' gives it another",
					  r->name, l->type_member);
		for (k = 0; k < l->n; k++) {
			const char *into = l->record[k].into;

			if (!into)
				continue;
			if (!strcmp(into, l->type_member) ||
			    (k != i && find_field(r, into) != SIZE_MAX))
				return yt_err_key(l->record[k].at, err,
						  "into: record %s has a "
						  "member %s already",
						  r->name, into);
			if (k != i && r->into && !strcmp(r->into, into))
				return yt_err_key(l->record[k].at, err,
						  "into: %s is given twice",
						  into);
		}
	}
	return 0;
}

static int load_records(struct fx_layout *l, const struct yt_node *records,
			const char *profiles, struct err *err)
{
	const struct yt_node *n;
	size_t i;

	if (yt_want(records, YT_MAP, "records", err) < 0)
		return -1;
	yt_each (records, n) {
		l->record =
			mem_grow(l->record, l->n, &l->cap, sizeof(*l->record));
		l->record[l->n++] = (struct fx_record){
			.name = n->key, .at = n, .opens = SIZE_MAX};
	}
	if (!l->n)
		return yt_err(records, err, "records: there is none");
	/* Rules hold pointers into themselves: the list stays from here on. */
	for (i = 0; i < l->n; i++)
		if (load_record(l, &l->record[i], profiles, err) < 0)
			return -1;
	for (i = 0; i < l->n; i++)
		if (load_totals(l, &l->record[i], err) < 0)
			return -1;
	return check_names(l, err);
}

/* One type only: its fields stand at the top. */
static int load_single(struct fx_layout *l, const struct yt_node *fields,
		       struct err *err)
{
	int64_t length = 0;
	struct fx_record *r;

	l->record = mem_grow(l->record, l->n, &l->cap, sizeof(*l->record));
	r = &l->record[l->n++];
	*r = (struct fx_record){.name = "record",
				.at = l->root,
				.deliver = true,
				.opens = SIZE_MAX};
	if (load_fields(l, r, fields, err) < 0 ||
	    yt_int(l->root, "length", 1, FX_POSITION_MAX, &length, err) < 0)
		return -1;
	if (length && (size_t)length < r->length)
		return yt_err(yt_get(l->root, "length"), err,
			      "length: the fields end at %zu", r->length);
	if (length)
		r->length = (size_t)length;
	if (l->record_length)
		r->length = l->record_length;
	return 0;
}

/* ---- the file ---------------------------------------------------------- */

static int load_page(struct fx_layout *l, struct err *err)
{
	static const char *const known[] = {"carriage", "heading", NULL};
	static const char *const carriage[] = {"none", "asa", NULL};
	const struct yt_node *page = yt_get(l->root, "page");
	int64_t heading = 0;
	int which = 0;

	if (!page)
		return 0;
	if (yt_want(page, YT_MAP, "page", err) < 0 ||
	    yt_check_keys(page, known, err) < 0 ||
	    yt_word(page, "carriage", carriage, &which, err) < 0 ||
	    yt_int(page, "heading", 0, 1000, &heading, err) < 0)
		return -1;
	if (l->record_length)
		return yt_err(page, err, "page: not with record_length");
	l->paged = true;
	l->asa = which == 1;
	l->heading = (size_t)heading;
	return 0;
}

static int load_skip(struct fx_layout *l, const char *profiles, struct err *err)
{
	const struct yt_node *skip = yt_get(l->root, "skip"), *n;

	if (!skip)
		return 0;
	if (yt_want(skip, YT_LIST, "skip", err) < 0)
		return -1;
	l->skip = mem_zalloc(mem_mul(skip->n + 1, sizeof(*l->skip)));
	yt_each (skip, n)
		if (fx_rule_load(&l->skip[l->n_skip++], n, l, NULL, profiles,
				 err) < 0)
			return -1;
	return 0;
}

static int load_settings(struct fx_layout *l, struct err *err)
{
	static const char *const nul[] = {"reject", "blank", NULL};
	static const char *const shorts[] = {"pad", "reject", NULL};
	static const char *const blank[] = {"skip", "read", NULL};
	int unit, trim = FX_RIGHT, n = 0, s = 0, b;
	int64_t length = 0;

	l->type_member = "RECORD";
	if (yt_int(l->root, "record_length", 1, FX_POSITION_MAX, &length, err) <
	    0)
		return -1;
	unit = length ? FX_BYTES : FX_CHARACTERS;
	if (yt_word(l->root, "unit", units, &unit, err) < 0 ||
	    yt_word(l->root, "trim", trims, &trim, err) < 0 ||
	    yt_word(l->root, "nul", nul, &n, err) < 0 ||
	    yt_word(l->root, "short", shorts, &s, err) < 0 ||
	    yt_bool(l->root, "figurative", &l->figurative, err) < 0 ||
	    yt_text(l->root, "type", &l->type_member, err) < 0)
		return -1;
	b = length != 0;
	if (yt_word(l->root, "blank", blank, &b, err) < 0)
		return -1;
	l->unit = (enum fx_unit)unit;
	l->trim = (enum fx_trim)trim;
	l->nul_blank = n == 1;
	l->short_reject = s == 1;
	l->read_blank = b == 1;
	l->record_length = (size_t)length;
	return 0;
}

static int load(struct fx_layout *l, const char *profiles, struct err *err)
{
	static const char *const known[] = {
		"layout", "unit",   "record_length", "trim",   "nul",
		"short",  "blank",  "figurative",    "type",   "page",
		"skip",   "fields", "records",       "length", NULL};
	const struct yt_node *fields, *records;

	if (yt_want(l->root, YT_MAP, "a layout", err) < 0 ||
	    yt_check_keys(l->root, known, err) < 0 ||
	    load_settings(l, err) < 0 || load_page(l, err) < 0 ||
	    load_skip(l, profiles, err) < 0)
		return -1;
	fields = yt_get(l->root, "fields");
	records = yt_get(l->root, "records");
	if (!fields == !records)
		return yt_err(l->root, err,
			      "a layout has either 'fields' or 'records'");
	if (fields)
		return load_single(l, fields, err);
	l->typed = true;
	if (yt_get(l->root, "length"))
		return yt_err(yt_get(l->root, "length"), err,
			      "length: belongs to each of the records");
	return load_records(l, records, profiles, err);
}

struct fx_layout *fx_layout_load(const char *path, const char *profiles,
				 struct err *err)
{
	struct fx_layout *l = mem_zalloc(sizeof(*l));

	l->root = yt_load(path, err);
	if (l->root && load(l, profiles, err) == 0)
		return l;
	fx_layout_free(l);
	return NULL;
}

void fx_layout_free(struct fx_layout *l)
{
	size_t i;

	if (!l)
		return;
	for (i = 0; i < l->n_skip; i++)
		fx_rule_release(&l->skip[i]);
	for (i = 0; i < l->n; i++) {
		fx_rule_release(&l->record[i].rule);
		free(l->record[i].field);
		free(l->record[i].sum);
	}
	free(l->skip);
	free(l->record);
	yt_free(l->root);
	arena_release(&l->arena);
	free(l);
}
