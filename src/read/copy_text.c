#include "read/copy_text.h"

#include <stdlib.h>
#include <strings.h>

#include "core/buf.h"
#include "core/fs.h"
#include "read/copy_file.h"
#include "read/copy_lines.h"

/* What a hostile copybook may ask for. */
#define DEPTH_MAX  16
#define FILES_MAX  500
#define TOKENS_MAX ((size_t)1000000)
#define FILE_MAX   ((size_t)16 << 20)

/* A list of tokens in the making. */
struct tokens {
	struct copy_token *token;
	size_t n, cap;
};

enum replace_how { REPLACE_WHOLE, REPLACE_PART, REPLACE_LEADING, REPLACE_LAST };

struct replace {
	enum replace_how how;
	struct tokens from, to;
};

struct replaces {
	struct replace *item;
	size_t n, cap;
};

bool copy_is(const struct copy_token *t, const char *upper)
{
	return t->kind == COPY_WORD && t->text.len == strlen(upper) &&
	       !strncasecmp(t->text.p, upper, t->text.len);
}

static void add(struct tokens *l, struct copy_token t)
{
	l->token = mem_grow(l->token, l->n, &l->cap, sizeof(*l->token));
	l->token[l->n++] = t;
}

/* ---- words ------------------------------------------------------------- */

static bool ends_word(const char *p, const char *end)
{
	return p == end || span_is_space(*p);
}

/* The length of the literal at `p`, whose quote is doubled to be a text. */
static size_t literal_len(const char *p, const char *end)
{
	const char *at = p + 1;

	for (; at < end; at++) {
		if (*at != *p)
			continue;
		if (at + 1 == end || at[1] != *p)
			return (size_t)(at + 1 - p);
		at++;
	}
	return (size_t)(end - p);
}

static bool is_quote(char c)
{
	return c == '"' || c == '\'';
}

/* The length of pseudo-text with its ==. */
static size_t pseudo_len(const char *p, const char *end)
{
	const char *at;

	for (at = p + 2; at + 1 < end; at++)
		if (at[0] == '=' && at[1] == '=')
			return (size_t)(at + 2 - p);
	return (size_t)(end - p);
}

static size_t word_len(const char *p, const char *end)
{
	const char *at = p;

	for (; at < end && !span_is_space(*at) && !is_quote(*at); at++) {
		if ((*at == ',' || *at == ';' || *at == '.') &&
		    ends_word(at + 1, end))
			break;
		if (at[0] == '=' && at + 1 < end && at[1] == '=')
			break;
	}
	return (size_t)(at - p);
}

static struct copy_token token_at(const char *p, const char *end)
{
	struct copy_token t = {.kind = COPY_WORD};

	if (is_quote(*p)) {
		t.kind = COPY_LITERAL;
		t.text = (struct span){p, literal_len(p, end)};
	} else if (p[0] == '=' && end - p > 1 && p[1] == '=') {
		t.kind = COPY_PSEUDO;
		t.text = (struct span){p, pseudo_len(p, end)};
	} else if (*p == '.' && ends_word(p + 1, end)) {
		t.kind = COPY_PERIOD;
		t.text = (struct span){p, 1};
	} else {
		t.text = (struct span){p, word_len(p, end)};
	}
	return t;
}

/* Split `text`; `lines` says on which line of `file` its parts were. */
static void split(struct tokens *l, struct span text, const char *file,
		  const struct copy_lines *lines, size_t line)
{
	const char *p = text.p, *end = text.p + text.len;
	size_t mark = 0;

	while (p < end) {
		struct copy_token t;

		if (span_is_space(*p) ||
		    ((*p == ',' || *p == ';') && ends_word(p + 1, end))) {
			p++;
			continue;
		}
		t = token_at(p, end);
		if (!t.text.len)
			t.text.len = 1;
		while (lines && mark < lines->n &&
		       lines->mark[mark].at <= (size_t)(p - text.p))
			line = lines->mark[mark++].line;
		t.file = file;
		t.line = line;
		p += t.text.len;
		add(l, t);
	}
}

/* ---- COPY ... REPLACING ------------------------------------------------ */

static void replaces_release(struct replaces *r)
{
	size_t i;

	for (i = 0; i < r->n; i++) {
		free(r->item[i].from.token);
		free(r->item[i].to.token);
	}
	free(r->item);
}

/* The tokens of an operand: those of pseudo-text, else itself. */
static void operand(struct tokens *l, const struct copy_token *t)
{
	struct span s = t->text;

	if (t->kind != COPY_PSEUDO) {
		add(l, *t);
		return;
	}
	s.p += 2;
	s.len -= s.len >= 4 ? 4 : 2;
	split(l, s, t->file, NULL, t->line);
}

static int wrong(const struct copy_token *t, const char *what, struct err *err)
{
	return err_set(err, ERR_CONFIG, "%s:%zu: COPY: %s", t->file, t->line,
		       what);
}

/* One pair from `i` on; the index behind it, or 0 with err. */
static size_t replace_pair(struct replaces *r, const struct tokens *in,
			   size_t i, struct err *err)
{
	struct replace *p;
	enum replace_how how = REPLACE_WHOLE;
	const struct copy_token *t = &in->token[i];

	if (copy_is(t, "LEADING") || copy_is(t, "TRAILING")) {
		how = copy_is(t, "LEADING") ? REPLACE_LEADING : REPLACE_LAST;
		i++;
	}
	if (i + 2 >= in->n || !copy_is(&in->token[i + 1], "BY")) {
		wrong(t, "REPLACING wants ==a== BY ==b==", err);
		return 0;
	}
	r->item = mem_grow(r->item, r->n, &r->cap, sizeof(*r->item));
	p = &r->item[r->n++];
	*p = (struct replace){.how = how};
	operand(&p->from, &in->token[i]);
	operand(&p->to, &in->token[i + 2]);
	if (!p->from.n || (how != REPLACE_WHOLE && p->from.n != 1)) {
		wrong(t, "nothing to replace, or too much of it", err);
		return 0;
	}
	/* :TAG: is a part of words wherever it stands. */
	if (how == REPLACE_WHOLE && p->from.n == 1 &&
	    (*p->from.token->text.p == ':' || *p->from.token->text.p == '('))
		p->how = REPLACE_PART;
	return i + 3;
}

static bool same(struct span a, struct span b)
{
	return a.len == b.len && !strncasecmp(a.p, b.p, a.len);
}

static bool matches(const struct tokens *in, size_t i, const struct tokens *of)
{
	size_t k;

	if (in->n - i < of->n)
		return false;
	for (k = 0; k < of->n; k++)
		if (in->token[i + k].kind != of->token[k].kind ||
		    !same(in->token[i + k].text, of->token[k].text))
			return false;
	return true;
}

/* Where in `word` the part is that `r` replaces, or word.len. */
static size_t part_at(const struct replace *r, struct span word)
{
	struct span part = r->from.token->text;
	size_t i, from = 0, to;

	if (part.len > word.len)
		return word.len;
	to = word.len - part.len;
	if (r->how == REPLACE_LEADING)
		to = 0;
	if (r->how == REPLACE_LAST)
		from = to;
	for (i = from; i <= to; i++)
		if (!strncasecmp(word.p + i, part.p, part.len))
			return i;
	return word.len;
}

/* The word with all that REPLACING says of its parts. */
static void replace_parts(struct copy_text *t, const struct replaces *r,
			  struct copy_token *word)
{
	size_t i;

	for (i = 0; i < r->n; i++) {
		const struct replace *p = &r->item[i];
		struct span with = SPAN("");
		struct buf b = BUF_INIT(FILE_MAX);
		size_t at;

		if (p->how == REPLACE_WHOLE || p->to.n > 1)
			continue;
		at = part_at(p, word->text);
		if (at == word->text.len)
			continue;
		if (p->to.n)
			with = p->to.token->text;
		buf_add(&b, word->text.p, at);
		buf_add_span(&b, with);
		at += p->from.token->text.len;
		buf_add(&b, word->text.p + at, word->text.len - at);
		word->text = arena_span(&t->arena, buf_span(&b));
		buf_release(&b);
	}
}

static const struct replace *whole_at(const struct replaces *r,
				      const struct tokens *in, size_t i)
{
	size_t k;

	for (k = 0; k < r->n; k++)
		if ((r->item[k].how == REPLACE_WHOLE || r->item[k].to.n > 1) &&
		    matches(in, i, &r->item[k].from))
			return &r->item[k];
	return NULL;
}

static void apply(struct copy_text *t, const struct replaces *r,
		  const struct tokens *in, struct tokens *out)
{
	size_t i = 0, k;

	while (i < in->n) {
		const struct replace *p = whole_at(r, in, i);
		struct copy_token word = in->token[i];

		if (p) {
			for (k = 0; k < p->to.n; k++)
				add(out, p->to.token[k]);
			i += p->from.n;
			continue;
		}
		if (word.kind == COPY_WORD)
			replace_parts(t, r, &word);
		if (word.text.len)
			add(out, word);
		i++;
	}
}

/* ---- files ------------------------------------------------------------- */

static int load(struct copy_text *t, const char *path, unsigned depth,
		struct tokens *out, struct err *err);

/* REPLACING and what else stands before the period; its index, or 0. */
static size_t parse_rest(struct replaces *r, const struct tokens *in, size_t i,
			 struct err *err)
{
	const struct copy_token *copy = &in->token[i - 1];

	while (i < in->n && in->token[i].kind != COPY_PERIOD) {
		if (copy_is(&in->token[i], "SUPPRESS")) {
			i++;
		} else if (copy_is(&in->token[i], "OF") ||
			   copy_is(&in->token[i], "IN")) {
			i += 2; /* the library: there is one folder */
		} else if (copy_is(&in->token[i], "REPLACING") &&
			   i + 1 < in->n) {
			i++;
			while (i < in->n && in->token[i].kind != COPY_PERIOD) {
				i = replace_pair(r, in, i, err);
				if (!i)
					return 0;
			}
		} else {
			wrong(&in->token[i], "REPLACING or a period wanted",
			      err);
			return 0;
		}
	}
	if (i < in->n)
		return i;
	wrong(copy, "no period behind it", err);
	return 0;
}

/* COPY at `i`: the index behind its period, or 0 with err. */
static size_t copy_at(struct copy_text *t, const struct tokens *in, size_t i,
		      unsigned depth, struct tokens *out, struct err *err)
{
	const struct copy_token *copy = &in->token[i];
	struct replaces r = {0};
	struct tokens got = {0};
	char *path = NULL;

	if (i + 1 >= in->n || in->token[i + 1].kind == COPY_PERIOD) {
		wrong(copy, "the name of a file wanted", err);
		return 0;
	}
	i = parse_rest(&r, in, i + 2, err);
	if (i && depth == DEPTH_MAX) {
		wrong(copy, "more than 16 files deep", err);
		i = 0;
	}
	if (i)
		path = copy_file(copy->file, copy[1].text, err);
	if (i && !path) {
		err_wrap(err, "%s:%zu", copy->file, copy->line);
		i = 0;
	}
	if (path && load(t, path, depth + 1, &got, err) < 0)
		i = 0;
	if (i)
		apply(t, &r, &got, out);
	free(path);
	free(got.token);
	replaces_release(&r);
	return i ? i + 1 : 0;
}

/* Take the tokens of a file to `out`, those of what it copies among them. */
static int resolve(struct copy_text *t, const struct tokens *in, unsigned depth,
		   struct tokens *out, struct err *err)
{
	size_t i = 0;

	while (i < in->n) {
		if (copy_is(&in->token[i], "COPY")) {
			i = copy_at(t, in, i, depth, out, err);
			if (!i)
				return -1;
		} else {
			add(out, in->token[i++]);
		}
		if (out->n > TOKENS_MAX)
			return err_set(err, ERR_CONFIG,
				       "%s: more than %zu words",
				       in->token->file, TOKENS_MAX);
	}
	return 0;
}

static int load(struct copy_text *t, const char *path, unsigned depth,
		struct tokens *out, struct err *err)
{
	struct buf raw = BUF_INIT(FILE_MAX);
	struct copy_lines lines = {.text = BUF_INIT(4 * FILE_MAX)};
	struct tokens in = {0};
	const char *file = arena_dup(&t->arena, path, strlen(path));
	int rc;

	if (++t->n_files > FILES_MAX)
		return err_set(err, ERR_CONFIG, "%s: more than %d copies", path,
			       FILES_MAX);
	rc = fs_read_file(path, &raw, err);
	if (rc == 0) {
		copy_lines(&lines, buf_span(&raw));
		split(&in, arena_span(&t->arena, buf_span(&lines.text)), file,
		      &lines, 1);
		rc = resolve(t, &in, depth, out, err);
	} else if (err->code == ERR_DATA) {
		err->code = ERR_CONFIG;
	}
	buf_release(&raw);
	copy_lines_release(&lines);
	free(in.token);
	return rc;
}

int copy_text_load(struct copy_text *t, const char *path, struct err *err)
{
	struct tokens out = {0};
	int rc;

	*t = (struct copy_text){.arena = ARENA_INIT};
	rc = load(t, path, 0, &out, err);
	t->token = out.token;
	t->n = out.n;
	return rc;
}

void copy_text_release(struct copy_text *t)
{
	free(t->token);
	arena_release(&t->arena);
	*t = (struct copy_text){.arena = ARENA_INIT};
}
