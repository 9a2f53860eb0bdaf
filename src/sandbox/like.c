/*
 * like.c - see like.h
 */
#include "sandbox/like.h"

#include "core/utf8.h"

static uint32_t take(struct span *s)
{
	size_t n = utf8_seq(s->p, s->len);
	uint32_t cp = n ? utf8_get(s->p, n) : (unsigned char)*s->p;

	n = n ? n : 1;
	s->p += n;
	s->len -= n;
	return cp;
}

static uint32_t fold(uint32_t cp)
{
	if (cp >= 'A' && cp <= 'Z')
		return cp + 32;
	if (cp >= 0xc0 && cp <= 0xde && cp != 0xd7)
		return cp + 32;
	return cp;
}

/* The last % is where a mismatch starts again, one character later. */
bool like_match(struct span text, struct span pattern, bool any_case)
{
	struct span again_text = {NULL, 0}, again = {NULL, 0};

	for (;;) {
		struct span t = text, p = pattern;
		uint32_t c, want;
		bool any = false;

		if (!p.len) {
			if (!t.len)
				return true;
			goto mismatch;
		}
		want = take(&p);
		if (want == '%') {
			again_text = text;
			again = pattern = p;
			continue;
		}
		if (!t.len)
			goto mismatch;
		c = take(&t);
		if (want == '_')
			any = true;
		else if (want == '\\' && p.len)
			want = take(&p);
		if (any || c == want || (any_case && fold(c) == fold(want))) {
			text = t;
			pattern = p;
			continue;
		}
	mismatch:
		if (!again_text.len)
			return false;
		take(&again_text);
		text = again_text;
		pattern = again;
	}
}

static void sql_like(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
	struct span s[2];
	int i;

	(void)argc;
	for (i = 0; i < 2; i++) {
		const char *p = (const char *)sqlite3_value_text(argv[i]);

		if (!p) {
			sqlite3_result_null(ctx);
			return;
		}
		s[i] = (struct span){p, (size_t)sqlite3_value_bytes(argv[i])};
	}
	sqlite3_result_int(ctx, like_match(s[0], s[1],
					   sqlite3_value_int(argv[2]) != 0));
}

void like_register(sqlite3 *db)
{
	sqlite3_create_function(db, "pg_like", 3,
				SQLITE_UTF8 | SQLITE_DETERMINISTIC, NULL,
				sql_like, NULL, NULL);
}
