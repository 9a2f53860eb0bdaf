#include "conf/yaml_tree.h"

#include <stdio.h>
#include <stdlib.h>
#include <yaml.h>

#include "conf/yaml_call.h"
#include "core/fs.h"
#include "core/hset.h"
#include "core/mem.h"
#include "core/num.h"
#include "core/rec.h"
#include "core/suggest.h"
#include "core/utf8.h"

/* The root, and the file name all its nodes point to. */
struct yt_root {
	struct yt_node node;
	char file[];
};

struct load {
	yaml_parser_t parser;
	const char *file;
	size_t depth, n_nodes;
	struct yaml_calls calls; /* lines that got quotes */
	struct err *err;
};

static int fail_at(struct load *l, yaml_mark_t mark, const char *what)
{
	return err_set(l->err, ERR_CONFIG, "%s:%zu:%zu: %s", l->file,
		       mark.line + 1, mark.column + 1, what);
}

static int next_event(struct load *l, yaml_event_t *ev)
{
	yaml_parser_t *p = &l->parser;

	if (yaml_parser_parse(p, ev))
		return 0;
	return err_set(l->err, ERR_CONFIG, "%s:%zu:%zu: %s%s%s", l->file,
		       p->problem_mark.line + 1, p->problem_mark.column + 1,
		       p->context ? p->context : "", p->context ? ": " : "",
		       p->problem ? p->problem : "not YAML");
}

static void release_node(struct yt_node *n)
{
	size_t i;

	for (i = 0; i < n->n; i++)
		release_node(&n->child[i]);
	free(n->child);
	free(n->text);
	free(n->key);
}

static struct yt_node *add_child(struct yt_node *parent)
{
	struct yt_node *c;

	if (!parent->cap) { /* most have one or a few */
		parent->cap = 1;
		parent->child = mem_alloc(sizeof(*parent->child));
	}
	parent->child = mem_grow(parent->child, parent->n, &parent->cap,
				 sizeof(*parent->child));
	c = &parent->child[parent->n++];
	memset(c, 0, sizeof(*c));
	return c;
}

static int build(struct load *l, const yaml_event_t *ev, struct yt_node *n);

static int build_list(struct load *l, struct yt_node *n)
{
	yaml_event_t ev;

	n->type = YT_LIST;
	for (;;) {
		int rc;

		if (next_event(l, &ev) < 0)
			return -1;
		if (ev.type == YAML_SEQUENCE_END_EVENT) {
			yaml_event_delete(&ev);
			return 0;
		}
		rc = build(l, &ev, add_child(n));
		yaml_event_delete(&ev);
		if (rc < 0)
			return -1;
	}
}

static struct yt_node *take_key(struct load *l, const yaml_event_t *ev,
				struct yt_node *n)
{
	struct yt_node *c;
	const char *key;

	if (ev->type != YAML_SCALAR_EVENT) {
		fail_at(l, ev->start_mark, "a name must be plain text");
		return NULL;
	}
	key = (const char *)ev->data.scalar.value;
	if (strlen(key) != ev->data.scalar.length) {
		fail_at(l, ev->start_mark, "U+0000 in a name");
		return NULL;
	}
	c = add_child(n);
	c->key = mem_strdup(key);
	c->key_line = ev->start_mark.line + 1;
	c->key_column = ev->start_mark.column + 1;
	return c;
}

static int build_map(struct load *l, struct yt_node *n)
{
	yaml_event_t ev;
	int rc;

	n->type = YT_MAP;
	for (;;) {
		struct yt_node *c;

		if (next_event(l, &ev) < 0)
			return -1;
		if (ev.type == YAML_MAPPING_END_EVENT) {
			yaml_event_delete(&ev);
			return yt_check_twice(n, l->err);
		}
		c = take_key(l, &ev, n);
		yaml_event_delete(&ev);
		if (!c || next_event(l, &ev) < 0)
			return -1;
		rc = build(l, &ev, c);
		yaml_event_delete(&ev);
		if (rc < 0)
			return -1;
	}
}

static int build(struct load *l, const yaml_event_t *ev, struct yt_node *n)
{
	int rc;

	n->file = l->file;
	n->line = ev->start_mark.line + 1;
	n->column = ev->start_mark.column + 1;
	if (l->depth == YT_DEPTH_MAX)
		return fail_at(l, ev->start_mark, "nested too deep");
	if (l->n_nodes++ == YT_NODES_MAX)
		return fail_at(l, ev->start_mark, "more than a million values");
	l->depth++;
	switch (ev->type) {
	case YAML_SCALAR_EVENT:
		n->type = YT_SCALAR;
		n->plain = ev->data.scalar.style == YAML_PLAIN_SCALAR_STYLE ||
			   (ev->data.scalar.style ==
				    YAML_SINGLE_QUOTED_SCALAR_STYLE &&
			    yaml_call_on(&l->calls, n->line));
		n->len = ev->data.scalar.length;
		n->text = mem_dup((const char *)ev->data.scalar.value, n->len);
		rc = 0;
		if (strlen(n->text) != n->len)
			rc = fail_at(l, ev->start_mark, "U+0000 in text");
		break;
	case YAML_SEQUENCE_START_EVENT:
		rc = build_list(l, n);
		break;
	case YAML_MAPPING_START_EVENT:
		rc = build_map(l, n);
		break;
	case YAML_ALIAS_EVENT:
		rc = fail_at(l, ev->start_mark,
			     "aliases (*name) are not used in profiles");
		break;
	default:
		rc = fail_at(l, ev->start_mark, "a value is missing");
	}
	l->depth--;
	return rc;
}

/* The events around the one document there may be. */
static int load_document(struct load *l, struct yt_node *root)
{
	yaml_event_t ev;
	bool have = false;

	for (;;) {
		int rc = 0;
		yaml_event_type_t type;

		if (next_event(l, &ev) < 0)
			return -1;
		type = ev.type;
		if (type == YAML_DOCUMENT_START_EVENT && have) {
			rc = fail_at(l, ev.start_mark, "a second document");
		} else if (type != YAML_STREAM_START_EVENT &&
			   type != YAML_STREAM_END_EVENT &&
			   type != YAML_DOCUMENT_START_EVENT &&
			   type != YAML_DOCUMENT_END_EVENT) {
			rc = build(l, &ev, root);
			have = true;
		}
		yaml_event_delete(&ev);
		if (rc < 0)
			return -1;
		if (type == YAML_STREAM_END_EVENT)
			break;
	}
	if (!have)
		return err_set(l->err, ERR_CONFIG, "%s:1:1: the file is empty",
			       l->file);
	return 0;
}

static int parse_text(struct load *l, struct span text, struct yt_node *root)
{
	int rc;

	if (!yaml_parser_initialize(&l->parser))
		return err_set(l->err, ERR_OS, "out of memory");
	yaml_parser_set_input_string(&l->parser, (const unsigned char *)text.p,
				     text.len);
	rc = load_document(l, root);
	yaml_parser_delete(&l->parser);
	return rc;
}

struct yt_node *yt_root(const char *name)
{
	size_t len = strlen(name);
	struct yt_root *root = mem_zalloc(sizeof(*root) + len + 1);

	memcpy(root->file, name, len);
	root->node.file = root->file;
	root->node.type = YT_SCALAR;
	return &root->node;
}

struct yt_node *yt_parse(const char *name, struct span text, struct err *err)
{
	struct yt_node *root = yt_root(name);
	struct load l = {.file = root->file, .err = err};
	struct buf quoted = BUF_INIT(2 * YT_FILE_CEILING);
	int rc;

	rc = parse_text(&l, text, root);
	if (rc < 0) {
		yaml_quote_calls(text, &quoted, &l.calls);
		if (l.calls.n) {
			release_node(root);
			memset(root, 0, sizeof(*root));
			l.depth = 0;
			l.n_nodes = 0;
			rc = parse_text(&l, buf_span(&quoted), root);
		}
	}
	buf_release(&quoted);
	yaml_calls_release(&l.calls);
	if (rc == 0)
		return root;
	yt_free(root);
	return NULL;
}

struct yt_node *yt_load(const char *path, struct err *err)
{
	struct buf text = BUF_INIT(YT_FILE_CEILING);
	struct yt_node *root = NULL;

	if (fs_read_file(path, &text, err) < 0)
		err->code = ERR_CONFIG;
	else
		root = yt_parse(path, (struct span){buf_str(&text), text.len},
				err);
	buf_release(&text);
	return root;
}

void yt_free(struct yt_node *root)
{
	if (!root)
		return;
	release_node(root);
	free(root); /* the node stands first in its struct yt_root */
}

const struct yt_node *yt_get(const struct yt_node *n, const char *key)
{
	const struct yt_node *c;

	if (!n || n->type != YT_MAP)
		return NULL;
	yt_each (n, c)
		if (c->key && !strcmp(c->key, key))
			return c;
	return NULL;
}

/* Few names are compared with each other, many looked up. */
#define NAMES_FEW 16

static const struct yt_node *find_twice(const struct yt_node *n)
{
	struct hset seen = HSET_INIT;
	const struct yt_node *c, *twice = NULL;
	bool fresh = true;

	if (n->n <= NAMES_FEW) {
		yt_each (n, c)
			if (yt_get(n, c->key) != c)
				return c;
		return NULL;
	}
	yt_each (n, c) {
		struct sip h;

		sip_init(&h);
		sip_add(&h, c->key, strlen(c->key));
		hset_add(&seen, sip_end(&h), 0, &fresh);
		if (!fresh) {
			twice = c;
			break;
		}
	}
	hset_release(&seen);
	return twice;
}

int yt_check_twice(const struct yt_node *n, struct err *err)
{
	const struct yt_node *twice = find_twice(n);

	return twice ? yt_err_key(twice, err, "'%s' is given twice", twice->key)
		     : 0;
}

int yt_err(const struct yt_node *n, struct err *err, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	err_vset(err, ERR_CONFIG, fmt, ap);
	va_end(ap);
	return err_wrap(err, "%s:%zu:%zu", n->file, n->line, n->column);
}

int yt_err_key(const struct yt_node *n, struct err *err, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	err_vset(err, ERR_CONFIG, fmt, ap);
	va_end(ap);
	return err_wrap(err, "%s:%zu:%zu", n->file,
			n->key ? n->key_line : n->line,
			n->key ? n->key_column : n->column);
}

int yt_want(const struct yt_node *n, enum yt_type type, const char *what,
	    struct err *err)
{
	static const char *const names[] = {"text", "a list", "a map"};

	if (n->type == type)
		return 0;
	return yt_err(n, err, "%s must be %s, not %s", what, names[type],
		      names[n->type]);
}

int yt_check_keys(const struct yt_node *n, const char *const *known,
		  struct err *err)
{
	const struct yt_node *c;

	if (n->type != YT_MAP)
		return yt_err(n, err, "a map is expected here");
	yt_each (n, c) {
		const char *const *k = known;
		const char *near;

		while (*k && strcmp(*k, c->key) != 0)
			k++;
		if (*k)
			continue;
		near = suggest(span_of(c->key), known);
		if (near)
			return yt_err_key(c, err,
					  "unknown key '%s'; did you mean "
					  "'%s'?",
					  c->key, near);
		return yt_err_key(c, err, "unknown key '%s'", c->key);
	}
	return 0;
}

int yt_text(const struct yt_node *n, const char *key, const char **out,
	    struct err *err)
{
	const struct yt_node *c = yt_get(n, key);

	if (!c)
		return 0;
	if (yt_want(c, YT_SCALAR, key, err) < 0)
		return -1;
	*out = c->text;
	return 0;
}

int yt_text_required(const struct yt_node *n, const char *key, const char **out,
		     struct err *err)
{
	if (!yt_get(n, key))
		return yt_err(n, err, "'%s' is missing", key);
	return yt_text(n, key, out, err);
}

int yt_int(const struct yt_node *n, const char *key, int64_t min, int64_t max,
	   int64_t *out, struct err *err)
{
	const struct yt_node *c = yt_get(n, key);

	if (!c)
		return 0;
	if (c->type != YT_SCALAR ||
	    num_parse((struct span){c->text, c->len}, min, max, out) < 0)
		return yt_err(c, err,
			      "%s must be a whole number from %lld to %lld",
			      key, (long long)min, (long long)max);
	return 0;
}

int yt_bool(const struct yt_node *n, const char *key, bool *out,
	    struct err *err)
{
	const struct yt_node *c = yt_get(n, key);

	if (!c)
		return 0;
	if (!yt_is_true(c) && !yt_is_false(c))
		return yt_err(c, err, "%s must be true or false", key);
	*out = yt_is_true(c);
	return 0;
}

int yt_word(const struct yt_node *n, const char *key, const char *const *words,
	    int *out, struct err *err)
{
	const struct yt_node *c = yt_get(n, key);
	const char *near;
	int i;

	if (!c)
		return 0;
	if (yt_want(c, YT_SCALAR, key, err) < 0)
		return -1;
	for (i = 0; words[i]; i++) {
		if (!strcmp(words[i], c->text)) {
			*out = i;
			return 0;
		}
	}
	near = suggest(span_of(c->text), words);
	if (near)
		return yt_err(c, err, "%s: unknown '%s'; did you mean '%s'?",
			      key, c->text, near);
	return yt_err(c, err, "%s: unknown '%s'; '%s' is one that is known",
		      key, c->text, words[0]);
}

static bool plain_one_of(const struct yt_node *n, const char *const *words)
{
	if (!n || n->type != YT_SCALAR || !n->plain)
		return false;
	for (; *words; words++)
		if (!strcmp(n->text, *words))
			return true;
	return false;
}

bool yt_is_null(const struct yt_node *n)
{
	static const char *const words[] = {"",     "null", "Null",
					    "NULL", "~",    NULL};

	return plain_one_of(n, words);
}

bool yt_is_true(const struct yt_node *n)
{
	static const char *const words[] = {"true", "True", "TRUE", NULL};

	return plain_one_of(n, words);
}

bool yt_is_false(const struct yt_node *n)
{
	static const char *const words[] = {"false", "False", "FALSE", NULL};

	return plain_one_of(n, words);
}

static void put_scalar(struct buf *out, const struct yt_node *n)
{
	struct span s = {n->text, n->len};
	struct rec rec = REC_INIT;
	struct err ignored = ERR_INIT;

	if (yt_is_null(n))
		rec_put_raw(out, SPAN("null"));
	else if (yt_is_true(n))
		rec_put_raw(out, SPAN("true"));
	else if (yt_is_false(n))
		rec_put_raw(out, SPAN("false"));
	else if (n->plain && rec_parse(&rec, s.p, s.len, &ignored) == 0 &&
		 rec.node->type == REC_NUMBER)
		rec_put_raw(out, s);
	else
		rec_put_str(out, s);
	rec_release(&rec);
}

void yt_put_json(struct buf *out, const struct yt_node *n)
{
	const struct yt_node *c;

	if (n->type == YT_SCALAR) {
		put_scalar(out, n);
		return;
	}
	rec_put_open(out, n->type == YT_MAP ? '{' : '[');
	yt_each (n, c) {
		if (n->type == YT_MAP)
			rec_put_key(out, span_of(c->key));
		yt_put_json(out, c);
	}
	rec_put_close(out, n->type == YT_MAP ? '}' : ']');
}

/* ---- writing ---------------------------------------------------------------
 */

/* Printable, as YAML 1.1 has it (section 5.1). */
static bool is_printable(uint32_t cp)
{
	return (cp >= 0x20 && cp <= 0x7E) || cp == 0x85 ||
	       (cp >= 0xA0 && cp <= 0xFFFD && cp != 0xFEFF) || cp >= 0x10000;
}

void yt_put_text(struct buf *b, struct span text)
{
	size_t i = 0, n;

	buf_addc(b, '"');
	for (; i < text.len; i += n) {
		uint32_t cp;

		n = utf8_seq(text.p + i, text.len - i);
		cp = n ? utf8_get(text.p + i, n) : 0xFFFD;
		if (!n)
			n = 1;
		if (cp == '"' || cp == '\\')
			buf_addf(b, "\\%c", (int)cp);
		else if (is_printable(cp))
			buf_add(b, text.p + i, n);
		else
			buf_addf(b, "\\u%04X", (unsigned)cp);
	}
	buf_addc(b, '"');
}
