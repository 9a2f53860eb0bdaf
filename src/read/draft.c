#include "read/draft.h"

#include <string.h>

#include "conf/yaml_tree.h"

/* Of names for a record's key where that is no field. */
#define KEY ""

/*
 * What systems call the fields of the canonical entities: without signs and in
 * small letters, the whole name.
 */
static const struct {
	const char *entity, *field, *names;
} words[] = {
	{"product", "sku",
	 " itemno item itemnumber itemcode sku article articleno artikel "
	 "artikelnr artikelnummer artnr matnr material partno partnumber "
	 "productid productno productnumber productcode teilenr "},
	{"product", "name",
	 " name descr description itemdescription bezeichnung bezeichnung1 "
	 "text maktx title productname designation "},
	{"product", "uom",
	 " uom unit unitofmeasure me meins einheit mengeneinheit basisme "
	 "salesunitofmeasure "},
	{"product", "list_price",
	 " price itemprice unitprice listprice salesprice preis vkpreis "
	 "verkaufspreis "},
	{"product", "cost", " cost standardcost ekpreis standardpreis "},
	{"product", "gtin", " gtin ean eancode ean13 upc barcode "},
	{"product", "weight", " weight gewicht netweight nettogewicht ntgew "},
	{"product", "hs_code", " hscode taric zolltarifnummer customscode "},
	{"product", "category",
	 " category itemgroup group productgroup warengruppe matkl "},
	{"partner", KEY,
	 " customerno customer customerid kunnr kundennr kundennummer "
	 "supplierno supplierid vendorno vendorid lifnr accountnumber "
	 "businessentityid debitor kreditor accountno partnerid "},
	{"partner", "name",
	 " name name1 company companyname customername suppliername "
	 "vendorname firma "},
	{"partner", "vat", " vat vatno vatid ustid stceg taxid "},
	{"partner", "email", " email mail emailaddress "},
	{"partner", "phone", " phone telephone telefon phonenumber telf1 "},
	{"partner", "street", " street address address1 strasse stras "},
	{"partner", "city", " city ort town ort01 "},
	{"partner", "zip", " zip postcode postalcode plz pstlz zipcode "},
	{"partner", "country", " country countrycode land land1 "},
};

#define N_WORDS (sizeof(words) / sizeof(*words))

/* Which column a field is taken from; NULL: none. */
struct choice {
	const char *entity;
	const struct survey_column *of[N_WORDS];
	const struct survey_column *key;
};

/* " itemno " of "Item No."; as long as there is room. */
static void plain_name(const struct survey_column *c, char *to, size_t room)
{
	size_t i, n = 0;

	to[n++] = ' ';
	for (i = 0; i < c->name_len && n + 2 < room; i++) {
		char ch = c->name[i];

		if (ch >= 'A' && ch <= 'Z')
			ch = (char)(ch - 'A' + 'a');
		if ((ch >= 'a' && ch <= 'z') || (ch >= '0' && ch <= '9'))
			to[n++] = ch;
	}
	to[n++] = ' ';
	to[n] = '\0';
}

/* ---- expressions
 * -------------------------------------------------------------- */

static bool is_simple(const struct survey_column *c)
{
	static const char more[] = "_-";
	size_t i;

	for (i = 0; i < c->name_len; i++) {
		char ch = c->name[i];
		bool letter = (ch >= 'a' && ch <= 'z') ||
			      (ch >= 'A' && ch <= 'Z') || ch == '_';
		bool digit = ch >= '0' && ch <= '9';

		if (!letter && !(i && (digit || strchr(more, ch) ||
				       (c->nested && ch == '.'))))
			return false;
	}
	return c->name_len && c->name[c->name_len - 1] != '-';
}

/* Words of the language are no names of columns. */
static bool is_keyword(const struct survey_column *c)
{
	static const char *const word[] = {"and",  "or",     "not",  "in",
					   "is",   "empty",  "true", "false",
					   "null", "matches"};
	size_t i;

	for (i = 0; i < sizeof(word) / sizeof(*word); i++)
		if (strlen(word[i]) == c->name_len &&
		    !memcmp(word[i], c->name, c->name_len))
			return true;
	return false;
}

/* Whether an expression of ours can name it, without doubt. */
static bool can_name(const struct survey_column *c)
{
	return !c->listed && (!c->nested || is_simple(c));
}

static void put_name(const struct survey_column *c, struct buf *b)
{
	size_t i;

	if (is_simple(c) && !is_keyword(c)) {
		buf_add(b, c->name, c->name_len);
		return;
	}
	buf_addc(b, '[');
	for (i = 0; i < c->name_len; i++) {
		buf_addc(b, c->name[i]);
		if (c->name[i] == ']')
			buf_addc(b, ']');
	}
	buf_addc(b, ']');
}

/* The column and the filters its values want, as a YAML text. */
static void put_expression(const struct survey_column *c, bool is_key,
			   struct buf *b)
{
	struct buf e = BUF_INIT(LINE_CEILING);
	const char *date = survey_date(c);

	put_name(c, &e);
	if (c->padded)
		buf_adds(&e, " | trim");
	if (is_key)
		;
	else if (date && strstr(date, "%H"))
		buf_addf(&e, " | datetime('%s')", date);
	else if (date)
		buf_addf(&e, " | date('%s')", date);
	else if (survey_is_number(c) && survey_point(c))
		buf_addf(&e, " | decimal('%c')", survey_point(c));
	yt_put_text(b, buf_span(&e));
	buf_release(&e);
}

/* ---- what goes where
 * ------------------------------------------------------------ */

/* Whether the values of `c` can be those of a field. */
static bool fits(const struct survey_column *c, const char *field)
{
	if (!strcmp(field, "list_price") || !strcmp(field, "cost") ||
	    !strcmp(field, "weight"))
		return !c->values || survey_is_number(c);
	return true;
}

/* A column with values, or of a file that is a header only. */
static bool can_take(const struct survey *s, const struct survey_column *c)
{
	return (c->values || !s->records) && can_name(c);
}

static size_t choose_fields(const struct survey *s, struct choice *choice)
{
	char name[80];
	size_t i, j, n = 0;

	for (i = 0; i < N_WORDS; i++) {
		if (strcmp(words[i].entity, choice->entity) != 0)
			continue;
		for (j = 0; j < s->n && !choice->of[i]; j++) {
			const struct survey_column *c = &s->column[j];

			plain_name(c, name, sizeof(name));
			if (can_take(s, c) && strlen(name) > 2 &&
			    strstr(words[i].names, name) &&
			    fits(c, words[i].field))
				choice->of[i] = c;
		}
		n += choice->of[i] != NULL;
	}
	return n;
}

/* The column that tells records apart: the one called so, or any. */
static const struct survey_column *choose_key(
	const struct survey *s, const struct survey_column *called)
{
	size_t i;

	if (called && survey_is_key(s, called))
		return called;
	for (i = 0; i < s->n; i++)
		if (survey_is_key(s, &s->column[i]) && can_name(&s->column[i]))
			return &s->column[i];
	if (called)
		return called;
	for (i = 0; i < s->n; i++)
		if (can_take(s, &s->column[i]))
			return &s->column[i];
	return NULL;
}

static void choose(const struct survey *s, struct choice *best)
{
	struct choice product = {.entity = "product"};
	struct choice partner = {.entity = "partner"};
	const struct survey_column *called = NULL;
	size_t i;

	*best = product;
	choose_fields(s, best);
	if (choose_fields(s, &partner) > choose_fields(s, &product))
		*best = partner;
	for (i = 0; i < N_WORDS && !called; i++)
		if (!strcmp(words[i].field, "sku") ||
		    !strcmp(words[i].field, KEY))
			called = best->of[i];
	best->key = choose_key(s, called);
}

static bool is_used(const struct choice *choice, const struct survey_column *c)
{
	size_t i;

	for (i = 0; i < N_WORDS; i++)
		if (choice->of[i] == c)
			return true;
	return false;
}

/* ---- the feed
 * -------------------------------------------------------------------- */

/* The file's name without its ending, of letters a feed's name may have. */
static void put_feed_name(const char *file, struct buf *b)
{
	const char *p;
	size_t start = b->len;

	for (p = file; *p && *p != '.'; p++) {
		if ((*p >= 'a' && *p <= 'z') || (*p >= '0' && *p <= '9'))
			buf_addc(b, *p);
		else if (*p >= 'A' && *p <= 'Z')
			buf_addc(b, (char)(*p - 'A' + 'a'));
		else if (b->len > start && b->data[b->len - 1] != '-')
			buf_addc(b, '-');
	}
	while (b->len > start && b->data[b->len - 1] == '-')
		b->len--;
	if (b->len == start)
		buf_adds(b, "draft");
}

static void put_fields(const struct draft *d, const struct choice *choice,
		       struct buf *b)
{
	bool has_sku = strcmp(choice->entity, "product") != 0;
	bool has_name = false;
	size_t i;

	buf_adds(b, "    fields:\n");
	for (i = 0; i < N_WORDS; i++) {
		bool sku = !strcmp(words[i].field, "sku");

		if (!choice->of[i] || !strcmp(words[i].field, KEY))
			continue;
		has_sku |= sku;
		has_name |= !strcmp(words[i].field, "name");
		buf_addf(b, "      %s: ", words[i].field);
		put_expression(choice->of[i], sku, b);
		buf_addc(b, '\n');
	}
	if (!has_sku) {
		buf_adds(b, "      sku: ");
		put_expression(choice->key, true, b);
		buf_addc(b, '\n');
	}
	if (!has_name) {
		buf_adds(b, "      name: ");
		put_expression(choice->key, true, b);
		buf_adds(b, " # no column seems to be it\n");
	}
	for (i = 0; i < d->survey->n; i++) {
		const struct survey_column *c = &d->survey->column[i];

		if (!can_take(d->survey, c) || is_used(choice, c) ||
		    c == choice->key)
			continue;
		buf_adds(b, "      # ?: ");
		put_expression(c, false, b);
		buf_addc(b, '\n');
	}
}

void draft_put(const struct draft *d, struct buf *b)
{
	struct choice choice;
	size_t from;

	buf_adds(b, "# A draft, from the file ");
	yt_put_text(b, span_of(d->file));
	buf_addf(b, ".  What it is: %s, since it ", d->format);
	buf_add_span(b, d->why);
	buf_adds(b, ".\n# Entity and fields are guesses from names: look at "
		    "each, and give the others their fields.\n#\n");
	if (d->rejected)
		buf_addf(b, "# rejected %llu\n",
			 (unsigned long long)d->rejected);
	survey_put(d->survey, "# ", b);
	buf_adds(b, "feed: ");
	from = b->len;
	put_feed_name(d->file, b);
	/* A name of digits only would be a number. */
	if (b->data && strspn(b->data + from, "0123456789") == b->len - from)
		buf_adds(b, "-file");
	buf_addf(b, "\nversion: 1\nread:\n  format: %s\n", d->format);
	buf_add_span(b, d->read);
	choose(d->survey, &choice);
	if (!choice.key) {
		buf_adds(b, "# map: no column has a value that a record could "
			    "be known by\n");
		return;
	}
	buf_addf(b, "map:\n  - entity: %s\n    key: ", choice.entity);
	put_expression(choice.key, true, b);
	buf_addc(b, '\n');
	put_fields(d, &choice, b);
}
