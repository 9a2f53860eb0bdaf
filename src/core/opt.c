#include "core/opt.h"

#include <stdlib.h>

#include "core/mem.h"
#include "core/num.h"
#include "core/suggest.h"

#define HELP_COLUMN 26
#define WORDS_MAX   255

static const struct opt *find_name(const struct opt *t, struct span name)
{
	for (; t && t->name; t++)
		if (span_is(name, t->name))
			return t;
	return NULL;
}

static const struct opt *find_letter(const struct opt *t, char letter)
{
	for (; t && t->name; t++)
		if (t->letter && t->letter == letter)
			return t;
	return NULL;
}

static int unknown(struct span name, const struct opt *a, const struct opt *b,
		   struct err *err)
{
	const char *words[WORDS_MAX + 1];
	const char *near;
	size_t n = 0;

	for (; a && a->name && n < WORDS_MAX; a++)
		words[n++] = a->name;
	for (; b && b->name && n < WORDS_MAX; b++)
		words[n++] = b->name;
	words[n] = NULL;
	near = suggest(name, words);
	if (near)
		return err_set(err, ERR_USAGE,
			       "unknown option --%.*s; did you mean --%s?",
			       SPAN_FMT(name), near);
	return err_set(err, ERR_USAGE, "unknown option --%.*s; see --help",
		       SPAN_FMT(name));
}

static int store(const struct opt *o, const char *value, struct err *err)
{
	struct opt_list *list;

	switch (o->kind) {
	case OPT_FLAG:
		*(bool *)o->to = true;
		return 0;
	case OPT_TEXT:
		*(const char **)o->to = value;
		return 0;
	case OPT_COUNT:
		if (num_parse(span_of(value), 0, INT64_MAX, o->to) < 0)
			return err_set(err, ERR_USAGE,
				       "--%s wants a whole number, not '%s'",
				       o->name, value);
		return 0;
	case OPT_LIST:
		list = o->to;
		list->item = mem_grow(list->item, list->n, &list->cap,
				      sizeof(*list->item));
		list->item[list->n++] = value;
		return 0;
	}
	return err_set(err, ERR_BUG, "option --%s has no kind", o->name);
}

/* The option that `word` names; *value is what stands behind it, or NULL. */
static const struct opt *find(const char *word, const struct opt *a,
			      const struct opt *b, const char **value,
			      struct err *err)
{
	const struct opt *o;

	if (word[1] == '-') {
		const char *eq = strchr(word, '=');
		struct span name = span_of(word + 2);

		if (eq) {
			name.len = (size_t)(eq - word) - 2;
			*value = eq + 1;
		}
		o = find_name(a, name);
		if (!o)
			o = find_name(b, name);
		if (!o)
			unknown(name, a, b, err);
		return o;
	}
	o = find_letter(a, word[1]);
	if (!o)
		o = find_letter(b, word[1]);
	if (!o)
		err_set(err, ERR_USAGE, "unknown option -%c; see --help",
			word[1]);
	if (word[2])
		*value = word + 2;
	return o;
}

/* An option at argv[*i]; moves *i to the value where that is a word apart. */
static int take(int argc, char **argv, int *i, const struct opt *a,
		const struct opt *b, struct err *err)
{
	const char *value = NULL;
	const struct opt *o = find(argv[*i], a, b, &value, err);

	if (!o)
		return -1;
	if (o->kind == OPT_FLAG) {
		if (value)
			return err_set(err, ERR_USAGE, "--%s takes no value",
				       o->name);
		return store(o, NULL, err);
	}
	if (!value) {
		if (*i + 1 >= argc)
			return err_set(err, ERR_USAGE, "--%s wants %s", o->name,
				       o->arg);
		value = argv[++*i];
	}
	return store(o, value, err);
}

int opt_parse(int argc, char **argv, const struct opt *a, const struct opt *b,
	      size_t *n_operands, struct err *err)
{
	bool only_operands = false;
	int i, n = 0;

	for (i = 1; i < argc; i++) {
		char *word = argv[i];

		if (only_operands || word[0] != '-' || !word[1]) {
			argv[1 + n++] = word;
			continue;
		}
		if (!strcmp(word, "--")) {
			only_operands = true;
			continue;
		}
		if (take(argc, argv, &i, a, b, err) < 0)
			return -1;
	}
	*n_operands = (size_t)n;
	return 0;
}

void opt_help(struct buf *out, const struct opt *t)
{
	for (; t->name; t++) {
		size_t from = out->len, width;

		if (t->letter)
			buf_addf(out, "  -%c, --%s", t->letter, t->name);
		else
			buf_addf(out, "      --%s", t->name);
		if (t->arg)
			buf_addf(out, " %s", t->arg);
		width = out->len - from;
		if (width + 1 >= HELP_COLUMN) {
			buf_addc(out, '\n');
			width = 0;
		}
		for (; width < HELP_COLUMN; width++)
			buf_addc(out, ' ');
		buf_addf(out, "%s\n", t->help);
	}
}

void opt_list_release(struct opt_list *l)
{
	free(l->item);
	*l = (struct opt_list){NULL, 0, 0};
}
