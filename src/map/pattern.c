/* Regular expressions with limits on what one match may cost. */
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdlib.h>

#include "core/mem.h"
#include "map/ast.h"

/* Steps of one match; a pattern that explodes hits them in milliseconds. */
#define MATCH_LIMIT 200000
#define DEPTH_LIMIT 5000
/* KiB */
#define HEAP_LIMIT 4096

struct pattern {
	pcre2_code *code;
	pcre2_match_context *context;
	pcre2_match_data *match;
};

struct pattern *pattern_new(struct span source, size_t *at, struct err *err)
{
	struct pattern *p = mem_zalloc(sizeof(*p));
	PCRE2_SIZE offset = 0;
	int code = 0;

	p->code = pcre2_compile((PCRE2_SPTR)source.p, source.len,
				PCRE2_UTF | PCRE2_UCP | PCRE2_NEVER_BACKSLASH_C,
				&code, &offset, NULL);
	if (!p->code) {
		PCRE2_UCHAR why[256] = "";

		pcre2_get_error_message(code, why, sizeof(why));
		*at = offset;
		err_set(err, ERR_CONFIG, "no regular expression: %s",
			(const char *)why);
		free(p);
		return NULL;
	}
	p->context = pcre2_match_context_create(NULL);
	p->match = pcre2_match_data_create_from_pattern(p->code, NULL);
	if (!p->context || !p->match) {
		pattern_free(p);
		err_set(err, ERR_OS, "out of memory");
		return NULL;
	}
	pcre2_set_match_limit(p->context, MATCH_LIMIT);
	pcre2_set_depth_limit(p->context, DEPTH_LIMIT);
	pcre2_set_heap_limit(p->context, HEAP_LIMIT);
	return p;
}

void pattern_free(struct pattern *p)
{
	if (!p)
		return;
	pcre2_match_data_free(p->match);
	pcre2_match_context_free(p->context);
	pcre2_code_free(p->code);
	free(p);
}

int pattern_find(const struct pattern *p, struct span text)
{
	int rc = pcre2_match(p->code, (PCRE2_SPTR)(text.len ? text.p : ""),
			     text.len, 0, 0, p->match, p->context);

	if (rc == PCRE2_ERROR_NOMATCH)
		return 0;
	return rc < 0 ? -1 : 1;
}
