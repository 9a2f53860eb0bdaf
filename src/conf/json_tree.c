#include "conf/json_tree.h"

#include "core/fs.h"
#include "core/mem.h"
#include "core/rec.h"

struct walk {
	struct rec *rec;
	const char *file;
	const char *at; /* line and column are those of this byte */
	size_t line, column;
};

/* Nodes come in the order of the text, so one pass finds all places. */
static void place(struct walk *w, const char *p)
{
	for (; w->at < p; w->at++) {
		if (*w->at == '\n') {
			w->line++;
			w->column = 1;
		} else if (((unsigned char)*w->at & 0xC0) != 0x80) {
			w->column++;
		}
	}
}

static char *copy(struct span s)
{
	return mem_dup(s.p, s.len);
}

/* Depth is bounded by REC_DEPTH_MAX, so recursion is too. */
static int fill(struct walk *w, struct yt_node *to, const struct rec_node *n,
		struct err *err)
{
	const struct rec_node *m;
	struct span s;

	place(w, rec_raw(n).p);
	to->file = w->file;
	to->line = w->line;
	to->column = w->column;
	if (n->type < REC_ARRAY) {
		s = rec_text(w->rec, n);
		to->type = YT_SCALAR;
		to->plain = n->type != REC_STRING;
		to->text = copy(s);
		to->len = s.len;
		return 0;
	}
	to->type = n->type == REC_OBJECT ? YT_MAP : YT_LIST;
	rec_each (w->rec, n, m) {
		struct yt_node *c;

		to->child = mem_grow(to->child, to->n, &to->cap,
				     sizeof(*to->child));
		c = &to->child[to->n++];
		*c = (struct yt_node){.type = YT_SCALAR};
		if (m->key) {
			place(w, m->key - 1);
			c->key = copy(rec_key(w->rec, m));
			c->key_line = w->line;
			c->key_column = w->column;
		}
		if (fill(w, c, m, err) < 0)
			return -1;
	}
	return to->type == YT_MAP ? yt_check_twice(to, err) : 0;
}

struct yt_node *json_tree_load(const char *path, struct err *err)
{
	struct buf text = BUF_INIT(YT_FILE_CEILING);
	struct rec rec = REC_INIT;
	struct err ignored = ERR_INIT;
	struct yt_node *root = NULL;

	if (fs_read_file(path, &text, err) < 0) {
		err->code = ERR_CONFIG;
	} else if (rec_parse(&rec, buf_str(&text), text.len, &ignored) == 0) {
		struct walk w = {&rec, NULL, text.data, 1, 1};

		root = yt_root(path);
		w.file = root->file;
		if (fill(&w, root, rec.node, err) < 0) {
			yt_free(root);
			root = NULL;
		}
	} else {
		root = yt_parse(path, (struct span){buf_str(&text), text.len},
				err);
	}
	rec_release(&rec);
	buf_release(&text);
	return root;
}
