#include "read/xlsx_text.h"

#include <string.h>

#include "read/xlsx_value.h"
#include "read/xml_part.h"

void xlsx_text_init(struct xlsx_text *t)
{
	*t = (struct xlsx_text){.piece = BUF_INIT(LINE_CEILING)};
}

void xlsx_text_start(struct xlsx_text *t, const char *name, const char **attr)
{
	const char *space;

	if (!strcmp(name, "rPh"))
		t->phonetic++;
	if (strcmp(name, "t") != 0 || t->phonetic)
		return;
	space = xml_attr(attr, "xml:space");
	t->in_t = true;
	t->preserve = space && !strcmp(space, "preserve");
	buf_clear(&t->piece);
}

void xlsx_text_add(struct xlsx_text *t, const char *s, size_t len)
{
	if (t->in_t)
		buf_add(&t->piece, s, len);
}

void xlsx_text_end(struct xlsx_text *t, const char *name, struct buf *out)
{
	struct span text = buf_span(&t->piece);

	if (!strcmp(name, "rPh") && t->phonetic)
		t->phonetic--;
	if (strcmp(name, "t") != 0 || !t->in_t)
		return;
	t->in_t = false;
	if (t->piece.over)
		out->over = true;
	xlsx_put_text(out, t->preserve ? text : span_trim(text));
}

void xlsx_text_release(struct xlsx_text *t)
{
	buf_release(&t->piece);
}
