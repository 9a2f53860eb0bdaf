/* Filters that hide: what must not leave the company, or not be read. */
#include <stdlib.h>

#include "conf/profile.h"
#include "core/hash.h"
#include "core/secret.h"
#include "core/utf8.h"
#include "expr/fn.h"

/* Hex digits of a keyed hash: 128 bits unless told otherwise. */
#define DIGITS_USUAL 32
#define DIGITS_MIN   16
#define SHOWN        4

static void free_key(void *key)
{
	hash_key_free(key);
}

/* A key file: a path of its own, or one in the profiles folder. */
static struct hash_key *load_key(const struct expr_compile *c, const char *name,
				 struct err *err)
{
	const struct expr_scope *s = c->scope;
	struct secret secret = SECRET_INIT;
	struct hash_key *key = NULL;
	struct err late = ERR_INIT;
	char *path = NULL;

	if (*name != '/') {
		path = profile_file(s->profiles, s->profile_path, name, err);
		if (!path) /* the line may be of a base */
			path = profile_file(s->profiles, c->node->file, name,
					    &late);
		if (!path)
			return NULL;
	}
	if (secret_from_file(&secret, path ? path : name, err) == 0)
		key = hash_key_new((struct span){secret.text, secret.len});
	secret_release(&secret);
	free(path);
	return key;
}

FN_PREPARE(fn_keyed_hash_prepare)
{
	const struct expr *file = call->arg[1];
	struct err why = ERR_INIT;
	char *name = arena_dup(&c->scope->arena, file->value.text.p,
			       file->value.text.len);

	if (fn_check_range(call, c, 1, DIGITS_MIN, HASH_LEN * 2) < 0)
		return -1;
	call->data = load_key(c, name, &why);
	if (!call->data)
		return expr_refuse(c, file->text.p, "%s: %s",
				   call->fn->synopsis, why.msg);
	expr_own(c->scope, call->data, free_key);
	return 0;
}

FN_RUN(fn_keyed_hash)
{
	size_t digits = (size_t)fn_num_arg(call, 1, DIGITS_USUAL);
	unsigned char digest[HASH_LEN];
	char *out = arena_alloc(e->arena, HASH_HEX_MAX);

	val_to_text(v, e->arena);
	hash_keyed(call->data, v->text, digest);
	hash_hex(digest, out);
	val_set_text(v, (struct span){out, digits});
	v->plain = true;
	return 0;
}

FN_RUN(fn_redact)
{
	struct span by = fn_text_arg(call, 0, SPAN("***"));

	(void)e;
	val_set_text(v, by);
	return 0;
}

FN_RUN(fn_last4)
{
	size_t chars = utf8_chars(v->text.p, v->text.len), kept = 0, hidden;
	const char *end = v->text.p + v->text.len;
	char *out;

	(void)call;
	/* Of short ones nothing is shown. */
	hidden = chars > 2 * SHOWN ? chars - SHOWN : chars;
	for (; chars > hidden; chars--)
		do
			kept++;
		while (((unsigned char)*(end - kept) & 0xC0) == 0x80);
	out = arena_alloc(e->arena, hidden + kept);
	memset(out, '*', hidden);
	if (kept)
		memcpy(out + hidden, end - kept, kept);
	v->text = (struct span){out, hidden + kept};
	return 0;
}
