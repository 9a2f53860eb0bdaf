#define PCRE2_CODE_UNIT_WIDTH 8
#include "contract/ecma.h"

#include <pcre2.h>
#include <stdlib.h>

#include "core/buf.h"
#include "core/mem.h"

/* Steps of one match; a hard but honest pattern takes some thousands. */
#define MATCH_STEPS 200000
#define MATCH_DEPTH 2000
#define HEAP_KIB    20000

#define PATTERN_CEILING ((size_t)1 << 20)

struct ecma {
	pcre2_code *code;
	pcre2_match_data *match;
	pcre2_match_context *limits;
};

/* ---- from ECMA-262 to PCRE2 -------------------------------------------- */

/* Long names of general categories; PCRE2 has the short ones. */
static const struct {
	const char *name, *brief;
} categories[] = {
	{"Letter", "L"},
	{"Cased_Letter", "L&"},
	{"LC", "L&"},
	{"Uppercase_Letter", "Lu"},
	{"Lowercase_Letter", "Ll"},
	{"Titlecase_Letter", "Lt"},
	{"Modifier_Letter", "Lm"},
	{"Other_Letter", "Lo"},
	{"Mark", "M"},
	{"Combining_Mark", "M"},
	{"Nonspacing_Mark", "Mn"},
	{"Spacing_Mark", "Mc"},
	{"Enclosing_Mark", "Me"},
	{"Number", "N"},
	{"Decimal_Number", "Nd"},
	{"digit", "Nd"},
	{"Letter_Number", "Nl"},
	{"Other_Number", "No"},
	{"Punctuation", "P"},
	{"punct", "P"},
	{"Connector_Punctuation", "Pc"},
	{"Dash_Punctuation", "Pd"},
	{"Open_Punctuation", "Ps"},
	{"Close_Punctuation", "Pe"},
	{"Initial_Punctuation", "Pi"},
	{"Final_Punctuation", "Pf"},
	{"Other_Punctuation", "Po"},
	{"Symbol", "S"},
	{"Math_Symbol", "Sm"},
	{"Currency_Symbol", "Sc"},
	{"Modifier_Symbol", "Sk"},
	{"Other_Symbol", "So"},
	{"Separator", "Z"},
	{"Space_Separator", "Zs"},
	{"Line_Separator", "Zl"},
	{"Paragraph_Separator", "Zp"},
	{"Other", "C"},
	{"Control", "Cc"},
	{"cntrl", "Cc"},
	{"Format", "Cf"},
	{"Surrogate", "Cs"},
	{"Private_Use", "Co"},
	{"Unassigned", "Cn"},
};

/* White space is more than PCRE2's \s without UCP. */
#define SPACES "\\s\\u00a0\\ufeff\\u2028\\u2029\\p{Zs}"

static bool cut_prefix(struct span *s, const char *prefix)
{
	size_t n = strlen(prefix);

	if (s->len < n || memcmp(s->p, prefix, n) != 0)
		return false;
	s->p += n;
	s->len -= n;
	return true;
}

/* What stands in the braces of \p{...}. */
static void put_property(struct span name, struct buf *out)
{
	size_t i;

	if (cut_prefix(&name, "Script=") || cut_prefix(&name, "sc="))
		buf_adds(out, "sc:");
	else if (cut_prefix(&name, "Script_Extensions=") ||
		 cut_prefix(&name, "scx="))
		buf_adds(out, "scx:");
	else if (!cut_prefix(&name, "General_Category="))
		cut_prefix(&name, "gc=");
	for (i = 0; i < sizeof(categories) / sizeof(*categories); i++)
		if (span_is(name, categories[i].name)) {
			buf_adds(out, categories[i].brief);
			return;
		}
	buf_add_span(out, name);
}

/* The escape at `p`, which has a character behind the backslash.  What of it
   was used. */
static size_t put_escape(const char *p, const char *end, bool in_class,
			 struct buf *out)
{
	const char *close;

	if (p[1] == 's') {
		buf_adds(out, in_class ? SPACES : "[" SPACES "]");
		return 2;
	}
	if (p[1] == 'S' && !in_class) {
		buf_adds(out, "[^" SPACES "]");
		return 2;
	}
	buf_add(out, p, 2);
	close = (p[1] | 0x20) == 'p' && end - p > 2 && p[2] == '{'
			? memchr(p, '}', (size_t)(end - p))
			: NULL;
	if (!close)
		return 2;
	buf_addc(out, '{');
	put_property((struct span){p + 3, (size_t)(close - p - 3)}, out);
	buf_addc(out, '}');
	return (size_t)(close + 1 - p);
}

static void translate(struct span text, struct buf *out)
{
	const char *p = text.p, *end = p + text.len;
	bool in_class = false;

	while (p < end) {
		if (*p == '\\' && end - p > 1) {
			p += put_escape(p, end, in_class, out);
			continue;
		}
		/* there is no [:alpha:] in a class */
		if (*p == '[' && in_class)
			buf_addc(out, '\\');
		else if (*p == '[')
			in_class = true;
		else if (*p == ']')
			in_class = false;
		buf_addc(out, *p++);
	}
}

static pcre2_code *compile(struct span text, struct err *why)
{
	struct buf own = BUF_INIT(PATTERN_CEILING);
	unsigned char what[200];
	pcre2_code *code;
	size_t at = 0;
	int rc = 0;

	translate(text, &own);
	if (own.over) {
		err_set(why, ERR_CONFIG, "it is too long");
		return NULL;
	}
	code = pcre2_compile((PCRE2_SPTR)buf_str(&own), own.len,
			     PCRE2_UTF | PCRE2_DOLLAR_ENDONLY | PCRE2_ALT_BSUX |
				     PCRE2_ALLOW_EMPTY_CLASS |
				     PCRE2_MATCH_UNSET_BACKREF |
				     PCRE2_NEVER_BACKSLASH_C,
			     &rc, &at, NULL);
	if (!code) {
		pcre2_get_error_message(rc, what, sizeof(what));
		if (own.len == text.len)
			err_set(why, ERR_CONFIG, "character %zu: %s", at + 1,
				(char *)what);
		else
			err_set(why, ERR_CONFIG, "%s", (char *)what);
	}
	buf_release(&own);
	return code;
}

struct ecma *ecma_new(struct span text, struct err *why)
{
	struct ecma *p = mem_zalloc(sizeof(*p));

	p->code = compile(text, why);
	if (!p->code) {
		ecma_free(p);
		return NULL;
	}
	/* where the system forbids it, the interpreter does the work */
	pcre2_jit_compile(p->code, PCRE2_JIT_COMPLETE);
	p->match = pcre2_match_data_create(1, NULL);
	p->limits = pcre2_match_context_create(NULL);
	if (!p->match || !p->limits) {
		err_set(why, ERR_OS, "out of memory");
		ecma_free(p);
		return NULL;
	}
	pcre2_set_match_limit(p->limits, MATCH_STEPS);
	pcre2_set_depth_limit(p->limits, MATCH_DEPTH);
	pcre2_set_heap_limit(p->limits, HEAP_KIB);
	return p;
}

void ecma_free(struct ecma *p)
{
	if (!p)
		return;
	pcre2_match_context_free(p->limits);
	pcre2_match_data_free(p->match);
	pcre2_code_free(p->code);
	free(p);
}

enum ecma_found ecma_match(const struct ecma *p, struct span text)
{
	int rc = pcre2_match(p->code, (PCRE2_SPTR)text.p, text.len, 0,
			     PCRE2_NO_UTF_CHECK, p->match, p->limits);

	if (rc >= 0)
		return ECMA_YES;
	return rc == PCRE2_ERROR_NOMATCH ? ECMA_NO : ECMA_LIMIT;
}

/* Groups that begin with "(?" and something else are PCRE2's alone. */
static bool is_group(const char *p, const char *end)
{
	if (end - p < 3 || p[1] != '?')
		return true;
	return p[2] == ':' || p[2] == '=' || p[2] == '!' ||
	       (p[2] == '<' && end - p > 3 &&
		(p[3] == '=' || p[3] == '!' || p[3] == '_' || p[3] == '$' ||
		 ((p[3] | 0x20) >= 'a' && (p[3] | 0x20) <= 'z')));
}

bool ecma_is(struct span text)
{
	static const char escapes[] = "^$\\.*+?()[]{}|/-0123456789"
				      "bBcdDfknpPrsStuvwWx";
	const char *p, *end = text.p + text.len;
	struct err ignored = ERR_INIT;
	struct ecma *compiled;

	for (p = text.p; p < end; p++) {
		if (*p == '(' && !is_group(p, end))
			return false;
		if (*p != '\\')
			continue;
		if (++p == end || !*p || !strchr(escapes, *p))
			return false;
	}
	compiled = ecma_new(text, &ignored);
	ecma_free(compiled);
	return compiled != NULL;
}
