/*
 * fault.c - see fault.h
 */
#include "sandbox/fault.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "core/num.h"
#include "core/suggest.h"

#define SECONDS_MAX 86400.0

static const struct {
	const char *name;
	enum fault_kind kind;
	int status;
	enum { ARG_NO, ARG_MAY, ARG_MUST } arg;
} kinds[] = {
	{"drop-before", FAULT_DROP_BEFORE, 0, ARG_NO},
	{"drop-after", FAULT_DROP_AFTER, 0, ARG_NO},
	{"die-before", FAULT_DIE_BEFORE, 0, ARG_NO},
	{"die-after", FAULT_DIE_AFTER, 0, ARG_NO},
	{"cut-body", FAULT_CUT_BODY, 0, ARG_NO},
	{"delay", FAULT_DELAY, 0, ARG_MUST},
	{"429", FAULT_STATUS, 429, ARG_MAY},
	{"502", FAULT_STATUS, 502, ARG_NO},
	{"503", FAULT_STATUS, 503, ARG_MAY},
	{"504", FAULT_STATUS, 504, ARG_NO},
	{"serialization", FAULT_SERIALIZATION, 0, ARG_NO},
	{"restart", FAULT_RESTART, 0, ARG_MAY},
};

#define N_KINDS (sizeof(kinds) / sizeof(*kinds))

static int wrong(struct err *err, const char *spec, const char *why)
{
	return err_set(err, ERR_USAGE, "--fault %s: %s", spec, why);
}

static int parse_kind(struct fault *f, struct span text, struct err *err)
{
	const char *names[N_KINDS + 1] = {NULL}, *near;
	const char *eq = memchr(text.p, '=', text.len);
	struct span name = {text.p, eq ? (size_t)(eq - text.p) : text.len};
	char *arg, *end;
	size_t i;

	for (i = 0; i < N_KINDS; i++) {
		if (span_is(name, kinds[i].name))
			break;
		names[i] = kinds[i].name;
	}
	if (i == N_KINDS) {
		near = suggest(name, names);
		return err_set(err, ERR_USAGE,
			       near ? "--fault %s: there is no such fault; did "
				      "you mean %s?"
				    : "--fault %s: there is no such fault%s",
			       f->spec, near ? near : "");
	}
	f->kind = kinds[i].kind;
	f->status = kinds[i].status;
	if (!eq)
		return kinds[i].arg == ARG_MUST
			       ? wrong(err, f->spec, "it needs =SECONDS")
			       : 0;
	if (kinds[i].arg == ARG_NO)
		return wrong(err, f->spec, "it takes no argument");
	arg = mem_dup(eq + 1, text.len - name.len - 1);
	f->arg = strtod(arg, &end);
	if (end == arg || *end || !isfinite(f->arg) || f->arg < 0 ||
	    f->arg > SECONDS_MAX) {
		free(arg);
		return wrong(err, f->spec,
			     "the argument is no number of "
			     "seconds");
	}
	free(arg);
	return 0;
}

static int add_range(struct fault *f, struct span text)
{
	const char *dash = memchr(text.p, '-', text.len);
	struct span a = text, b = text;
	int64_t from, to = INT64_MAX;

	if (f->n_ranges == FAULT_RANGES_MAX)
		return -1;
	if (dash) {
		a.len = (size_t)(dash - text.p);
		b = (struct span){dash + 1, text.len - a.len - 1};
	}
	if (num_parse(a, 1, INT64_MAX, &from) < 0)
		return -1;
	if (b.len && num_parse(b, from, INT64_MAX, &to) < 0)
		return -1;
	f->range[f->n_ranges].from = (uint64_t)from;
	f->range[f->n_ranges++].to = (uint64_t)to;
	return 0;
}

static int parse_share(struct fault *f, struct span text)
{
	char *copy = mem_dup(text.p, text.len - 1), *end;
	double v = strtod(copy, &end);
	int rc = end == copy || *end || !(v > 0 && v <= 100) ? -1 : 0;

	f->share = v / 100;
	free(copy);
	return rc;
}

static int parse_when(struct fault *f, struct span text)
{
	int64_t n;

	if (text.len > 5 && !strncmp(text.p, "every", 5)) {
		text.p += 5;
		text.len -= 5;
		if (num_parse(text, 1, INT64_MAX, &n) < 0)
			return -1;
		f->every = (uint64_t)n;
		return 0;
	}
	if (text.len > 1 && text.p[text.len - 1] == '%')
		return parse_share(f, text);
	while (text.len) {
		const char *comma = memchr(text.p, ',', text.len);
		struct span part = {text.p, comma ? (size_t)(comma - text.p)
						  : text.len};

		if (add_range(f, part) < 0)
			return -1;
		text.p += part.len;
		text.len -= part.len;
		if (comma) {
			text.p++;
			if (!--text.len)
				return -1;
		}
	}
	return f->n_ranges ? 0 : -1;
}

/* The method is what stands behind the last point. */
static int parse_call(struct fault *f, const char *text)
{
	const char *dot = strrchr(text, '.');
	size_t len = dot ? (size_t)(dot - text) : 0;

	if (!dot || !len || !dot[1] || len >= FAULT_NAME_MAX ||
	    strlen(dot + 1) >= FAULT_NAME_MAX)
		return -1;
	if (len != 1 || text[0] != '*')
		memcpy(f->model, text, len);
	if (strcmp(dot + 1, "*") != 0)
		memcpy(f->method, dot + 1, strlen(dot + 1));
	return 0;
}

int fault_parse(const char *spec, struct fault *out, struct err *err)
{
	const char *at = strchr(spec, '@'), *colon;
	struct span when;

	*out = (struct fault){.spec = spec};
	if (!at)
		return wrong(err, spec, "expected KIND[=ARG]@WHEN");
	if (parse_kind(out, (struct span){spec, (size_t)(at - spec)}, err) < 0)
		return -1;
	colon = strchr(at, ':');
	when = (struct span){at + 1,
			     colon ? (size_t)(colon - at - 1) : strlen(at + 1)};
	if (parse_when(out, when) < 0)
		return wrong(err, spec,
			     "when? expected N, N,M, N-M, N-, everyN or P%");
	if (colon && parse_call(out, colon + 1) < 0)
		return wrong(err, spec,
			     "expected MODEL.METHOD behind the "
			     "colon");
	return 0;
}

static bool is_of(const struct fault *f, const char *model, const char *method)
{
	if (*f->model && (!model || strcmp(f->model, model) != 0))
		return false;
	return !*f->method || (method && !strcmp(f->method, method));
}

bool fault_strikes(struct fault *f, uint64_t n, const char *model,
		   const char *method)
{
	size_t i;

	if (!is_of(f, model, method))
		return false;
	f->seen++;
	if (*f->model || *f->method)
		n = f->seen;
	if (f->every)
		return n % f->every == 0;
	if (f->share > 0)
		return floor((double)n * f->share) >
		       floor((double)(n - 1) * f->share);
	for (i = 0; i < f->n_ranges; i++)
		if (n >= f->range[i].from && n <= f->range[i].to)
			return true;
	return false;
}
