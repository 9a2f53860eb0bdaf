#include "expr/val.h"

#include "core/utf8.h"

bool val_is_empty(const struct val *v)
{
	switch (v->type) {
	case VAL_ABSENT:
	case VAL_NULL:
		return true;
	case VAL_TEXT:
		return utf8_is_blank(v->text);
	case VAL_LIST:
		return !v->n;
	case VAL_NODE:
		return !v->node->count;
	case VAL_FALSE:
	case VAL_TRUE:
	case VAL_NUMBER:
		break;
	}
	return false;
}

void val_of_node(struct val *v, struct rec *r, const struct rec_node *n)
{
	v->exact = v->plain = v->dated = false;
	if (!n) {
		v->type = VAL_ABSENT;
		return;
	}
	switch ((enum rec_type)n->type) {
	case REC_NULL:
		v->type = VAL_NULL;
		break;
	case REC_FALSE:
		v->type = VAL_FALSE;
		break;
	case REC_TRUE:
		v->type = VAL_TRUE;
		break;
	case REC_NUMBER:
		v->type = VAL_NUMBER;
		v->text = (struct span){n->text, n->len};
		break;
	case REC_STRING:
		v->type = VAL_TEXT;
		v->plain = !n->esc;
		v->text = rec_text(r, n);
		break;
	case REC_ARRAY:
	case REC_OBJECT:
		v->type = VAL_NODE;
		v->node = n;
		break;
	}
}

int val_to_text(struct val *v, struct arena *a)
{
	char digits[DEC_TEXT_MAX];
	size_t len;

	switch (v->type) {
	case VAL_TEXT:
		return 0;
	case VAL_NUMBER:
		if (v->exact) {
			len = dec_text(v->dec, digits);
			v->text = (struct span){arena_dup(a, digits, len), len};
			v->exact = false;
		}
		break;
	case VAL_FALSE:
		v->text = SPAN("false");
		break;
	case VAL_TRUE:
		v->text = SPAN("true");
		break;
	case VAL_ABSENT:
	case VAL_NULL:
	case VAL_NODE:
	case VAL_LIST:
		return -1;
	}
	v->type = VAL_TEXT;
	v->plain = true;
	return 0;
}

int val_to_dec(struct val *v, struct err *err)
{
	struct dec d;

	if (v->type == VAL_NUMBER) {
		if (v->exact)
			return 0;
		if (dec_parse(v->text, &d) < 0)
			return err_set(err, ERR_DATA, "more than %d digits",
				       DEC_DIGITS_MAX);
	} else if (v->type != VAL_TEXT) {
		return err_set(err, ERR_DATA, "not a number");
	} else if (dec_parse_as(v->text, '.', SPAN(""), &d, err) < 0) {
		return -1;
	}
	val_set_dec(v, d);
	return 0;
}

struct span val_shown(const struct val *v, struct arena *a)
{
	struct val copy = *v;

	switch (v->type) {
	case VAL_ABSENT:
	case VAL_LIST:
		return SPAN("");
	case VAL_NULL:
		return SPAN("null");
	case VAL_NODE:
		return rec_raw(v->node);
	case VAL_FALSE:
	case VAL_TRUE:
	case VAL_NUMBER:
	case VAL_TEXT:
		break;
	}
	val_to_text(&copy, a);
	return copy.text;
}

static void put_list(struct buf *b, const struct rec *r, const struct val *v)
{
	size_t i;

	rec_put_open(b, '[');
	for (i = 0; i < v->n; i++)
		val_put(b, r, &v->item[i]);
	rec_put_close(b, ']');
}

void val_put(struct buf *b, const struct rec *r, const struct val *v)
{
	char digits[DEC_TEXT_MAX];

	switch (v->type) {
	case VAL_ABSENT:
	case VAL_NULL:
		rec_put_raw(b, SPAN("null"));
		break;
	case VAL_FALSE:
		rec_put_raw(b, SPAN("false"));
		break;
	case VAL_TRUE:
		rec_put_raw(b, SPAN("true"));
		break;
	case VAL_NUMBER:
		if (v->exact)
			rec_put_raw(b, (struct span){digits,
						     dec_text(v->dec, digits)});
		else
			rec_put_raw(b, v->text);
		break;
	case VAL_TEXT:
		if (v->plain)
			rec_put_plain(b, v->text);
		else
			rec_put_str(b, v->text);
		break;
	case VAL_NODE:
		rec_put_node(b, r, v->node);
		break;
	case VAL_LIST:
		put_list(b, r, v);
		break;
	}
}
