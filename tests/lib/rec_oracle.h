/*
 * rec_oracle.h - hold the record codec to jansson: accept the same lines,
 * refuse the same lines, find the same values, and write what reads the same
 *
 * Where the two differ on purpose, nothing is compared: numbers no machine
 * type holds (jansson refuses them, the codec keeps their text), and values
 * nested deeper than REC_DEPTH_MAX.  A NUL byte must be refused, whatever
 * jansson says: behind a value it takes one for the end of the text.
 */
#ifndef SLUICE_REC_ORACLE_H
#define SLUICE_REC_ORACLE_H

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/rec.h"

static bool oracle_number(struct span text, const json_t *want)
{
	char copy[400];

	if (text.len >= sizeof(copy))
		return true; /* a double of 400 digits: not worth comparing */
	memcpy(copy, text.p, text.len);
	copy[text.len] = '\0';
	if (json_is_integer(want))
		return strtoll(copy, NULL, 10) == json_integer_value(want);
	return strtod(copy, NULL) == json_real_value(want);
}

static bool oracle_same(struct rec *r, const struct rec_node *n,
			const json_t *want)
{
	const struct rec_node *m;
	struct span s = rec_text(r, n);
	size_t i = 0;

	switch ((enum rec_type)n->type) {
	case REC_NULL:
		return json_is_null(want);
	case REC_TRUE:
		return json_is_true(want);
	case REC_FALSE:
		return json_is_false(want);
	case REC_NUMBER:
		return json_is_number(want) && oracle_number(s, want);
	case REC_STRING:
		return json_is_string(want) &&
		       s.len == json_string_length(want) &&
		       !memcmp(s.p, json_string_value(want), s.len);
	case REC_ARRAY:
		if (!json_is_array(want) || n->count != json_array_size(want))
			return false;
		rec_each (r, n, m)
			if (!oracle_same(r, m, json_array_get(want, i++)))
				return false;
		return true;
	case REC_OBJECT:
		if (!json_is_object(want))
			return false;
		rec_each (r, n, m) {
			struct span key = rec_key(r, m);
			const json_t *v =
				json_object_getn(want, key.p, key.len);

			/* Of equal names only the last one counts. */
			if (rec_find(r, n, key) == m && !oracle_same(r, m, v))
				return false;
		}
		return true;
	}
	return false;
}

/* NULL where the codec and jansson agree on the line, else what differs. */
static const char *oracle_check(const char *line, size_t len)
{
	static struct rec rec = REC_INIT, again = REC_INIT;
	struct buf out = BUF_INIT(2 * LINE_CEILING);
	struct err err = ERR_INIT;
	json_error_t je;
	json_t *want = json_loadb(line, len, JSON_DECODE_ANY, &je);
	int rc = rec_parse(&rec, line, len, &err);
	const char *wrong = NULL;

	if (len && memchr(line, 0, len)) {
		if (rc == 0)
			wrong = "a NUL byte accepted";
		goto out;
	}
	if (!want && json_error_code(&je) == json_error_numeric_overflow)
		goto out;
	if (rc < 0 && strstr(err.msg, "nested too deep"))
		goto out;
	if (rc < 0 && want)
		wrong = "refused by the codec, accepted by jansson";
	else if (rc == 0 && !want)
		wrong = "accepted by the codec, refused by jansson";
	else if (rc == 0 && !oracle_same(&rec, rec.node, want))
		wrong = "another value";
	if (wrong || rc < 0)
		goto out;
	rec_put_node(&out, &rec, rec.node);
	if (rec_parse(&again, out.data, out.len, &err) < 0)
		wrong = "what it writes does not read";
	else if (!oracle_same(&again, again.node, want))
		wrong = "what it writes reads as another value";
	else if (again.node->spaced)
		wrong = "what it writes is not compact";
out:
	json_decref(want);
	buf_release(&out);
	return wrong;
}

#endif
