#include "read/xml_part.h"

#include <stdarg.h>
#include <string.h>

#define CHUNK 65536

const char *xml_local(const char *name)
{
	const char *colon = strchr(name, ':');

	return colon ? colon + 1 : name;
}

const char *xml_attr(const char **attr, const char *name)
{
	for (; *attr; attr += 2)
		if (!strcmp(*attr, name))
			return attr[1];
	return NULL;
}

const char *xml_attr_local(const char **attr, const char *name)
{
	for (; *attr; attr += 2)
		if (!strcmp(xml_local(*attr), name))
			return attr[1];
	return NULL;
}

void xml_part_fail(struct xml_part *x, const char *fmt, ...)
{
	va_list ap;

	if (x->failed)
		return;
	va_start(ap, fmt);
	err_vset(x->err, ERR_DATA, fmt, ap);
	va_end(ap);
	err_wrap(x->err, "%s: %s:%llu", x->part.set->path, x->part.name,
		 (unsigned long long)XML_GetCurrentLineNumber(x->parser));
	x->failed = true;
	XML_StopParser(x->parser, XML_FALSE);
}

void xml_part_pause(struct xml_part *x)
{
	if (!x->failed && !x->paused)
		XML_StopParser(x->parser, XML_TRUE);
	x->paused = true;
}

static void on_start(void *ctx, const XML_Char *name, const XML_Char **attr)
{
	struct xml_part *x = ctx;

	if (++x->depth > XML_PART_DEEP)
		xml_part_fail(x, "nested deeper than %d levels", XML_PART_DEEP);
	if (!x->failed)
		x->ops->start(x->ctx, xml_local(name), attr);
}

static void on_end(void *ctx, const XML_Char *name)
{
	struct xml_part *x = ctx;

	x->depth--;
	if (!x->failed)
		x->ops->end(x->ctx, xml_local(name));
}

static void on_text(void *ctx, const XML_Char *s, int len)
{
	struct xml_part *x = ctx;

	if (!x->failed)
		x->ops->text(x->ctx, s, (size_t)len);
}

static void on_entity(void *ctx, const XML_Char *name, int is_parameter,
		      const XML_Char *value, int len, const XML_Char *base,
		      const XML_Char *system, const XML_Char *public,
		      const XML_Char *notation)
{
	(void)is_parameter;
	(void)value;
	(void)len;
	(void)base;
	(void)system;
	(void)public;
	(void)notation;
	xml_part_fail(ctx, "declares the entity %.64s, which no workbook does",
		      name);
}

int xml_part_open(struct xml_part *x, const struct zip_file_set *s, uint64_t i,
		  const struct xml_part_ops *ops, void *ctx, struct err *err)
{
	*x = (struct xml_part){.ops = ops, .ctx = ctx};
	if (zip_part_open(&x->part, s, i, err) < 0)
		return -1;
	x->parser = XML_ParserCreate(NULL);
	if (!x->parser) {
		zip_part_close(&x->part);
		return err_set(err, ERR_OS, "out of memory");
	}
	XML_SetUserData(x->parser, x);
	XML_SetElementHandler(x->parser, on_start, on_end);
	if (ops->text)
		XML_SetCharacterDataHandler(x->parser, on_text);
	XML_SetEntityDeclHandler(x->parser, on_entity);
	return 0;
}

/* What expat says, unless a callback has said something already. */
static int say(struct xml_part *x, struct err *err)
{
	enum XML_Error code = XML_GetErrorCode(x->parser);

	if (x->failed)
		return -1;
	x->failed = true;
	if (code == XML_ERROR_NO_MEMORY)
		return err_set(err, ERR_OS, "out of memory");
	return err_set(err, ERR_DATA, "%s: %s:%llu: damaged: %s",
		       x->part.set->path, x->part.name,
		       (unsigned long long)XML_GetCurrentLineNumber(x->parser),
		       XML_ErrorString(code));
}

/* One more chunk.  As xml_part_run, 0 where there is more to read. */
static enum XML_Status feed(struct xml_part *x, struct err *err)
{
	void *to = XML_GetBuffer(x->parser, CHUNK);
	ssize_t n;

	if (!to)
		return XML_STATUS_ERROR;
	n = zip_part_read(&x->part, to, CHUNK, err);
	if (n < 0) {
		x->failed = true;
		return XML_STATUS_ERROR;
	}
	x->fed += (uint64_t)n;
	x->last = n == 0;
	return XML_ParseBuffer(x->parser, (int)n, x->last);
}

/* A tag of any length would be held in memory whole. */
static bool is_token_long(const struct xml_part *x)
{
	XML_Index at = XML_GetCurrentByteIndex(x->parser);

	return at >= 0 && x->fed - (uint64_t)at > XML_PART_TOKEN + CHUNK;
}

int xml_part_run(struct xml_part *x, struct err *err)
{
	enum XML_Status status;

	x->err = err;
	while (!x->over) {
		if (x->paused) {
			x->paused = false;
			status = XML_ResumeParser(x->parser);
		} else {
			status = feed(x, err);
		}
		if (status == XML_STATUS_ERROR || x->failed)
			return say(x, err);
		if (status == XML_STATUS_SUSPENDED)
			return 1;
		x->over = x->last;
		if (!x->over && is_token_long(x))
			xml_part_fail(x, "a tag of more than %zu bytes",
				      XML_PART_TOKEN);
		if (x->failed)
			return -1;
	}
	return 0;
}

void xml_part_close(struct xml_part *x)
{
	if (x->parser)
		XML_ParserFree(x->parser);
	x->parser = NULL;
	zip_part_close(&x->part);
}
