/*
 * vocab.c - vocabularies: which keywords a dialect has, and its meta-schemas
 *
 * The meta-schemas say what the specification says, in words of their own.
 *
 * Spec: JSON Schema 2020-12 core, section 8.1; validation.
 */
#include "contract/schema_docs.h"

#define BASE "https://json-schema.org/draft/2020-12/"

static const struct {
	const char *uri;
	unsigned bit; /* 0: its keywords are notes, or hold in any case */
} vocabularies[] = {
	{BASE "vocab/core", 0},
	{BASE "vocab/applicator", VOCAB_APPLICATOR},
	{BASE "vocab/unevaluated", VOCAB_UNEVALUATED},
	{BASE "vocab/validation", VOCAB_VALIDATION},
	{BASE "vocab/meta-data", 0},
	{BASE "vocab/format-annotation", 0},
	{BASE "vocab/format-assertion", VOCAB_ASSERT},
	{BASE "vocab/content", 0},
};

/* Rows of kw_apply that belong to core, not to the applicators. */
static bool is_core(const struct kw *k)
{
	return k->name[0] == '$';
}

static bool is_applicator(const char *name)
{
	static const char *const words[] = {
		"additionalProperties",
		"allOf",
		"anyOf",
		"contains",
		"else",
		"dependentSchemas",
		"if",
		"items",
		"not",
		"oneOf",
		"then",
		"patternProperties",
		"prefixItems",
		"properties",
		"propertyNames",
	};
	size_t i;

	for (i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (!strcmp(words[i], name))
			return true;
	return false;
}

bool vocab_has(unsigned vocab, const struct kw *k)
{
	if ((vocab & VOCAB_ALL) == VOCAB_ALL || is_core(k) ||
	    !strncmp(k->name, "x-", 2) || !strcmp(k->name, "format"))
		return true;
	if (!strncmp(k->name, "unevaluated", 11))
		return vocab & VOCAB_UNEVALUATED;
	if (is_applicator(k->name))
		return vocab & VOCAB_APPLICATOR;
	return vocab & VOCAB_VALIDATION;
}

static int add_vocabulary(const struct yt_node *n, unsigned *vocab,
			  struct err *err)
{
	size_t i;

	for (i = 0; i < sizeof(vocabularies) / sizeof(*vocabularies); i++)
		if (!strcmp(n->key, vocabularies[i].uri)) {
			*vocab |= vocabularies[i].bit;
			return 0;
		}
	if (yt_is_true(n))
		return yt_err_key(
			n, err, "the vocabulary '%s' is not supported", n->key);
	return 0;
}

int vocab_read(const struct yt_node *meta, unsigned *vocab, struct err *err)
{
	const struct yt_node *n = yt_get(meta, "$vocabulary"), *c;

	if (!n)
		return 0;
	if (yt_want(n, YT_MAP, "$vocabulary", err) < 0)
		return -1;
	*vocab = 0;
	yt_each (n, c) {
		if (!yt_is_true(c) && !yt_is_false(c))
			return yt_err(c, err,
				      "a vocabulary is true or false: whether "
				      "it must be understood");
		if (add_vocabulary(c, vocab, err) < 0)
			return -1;
	}
	return 0;
}

/* ---- meta-schemas, in YAML ---------------------------------------------- */

#define HEAD(name)                    \
	"$schema: '" BASE "schema'\n" \
	"$id: '" BASE name "'\n"      \
	"$dynamicAnchor: meta\n"      \
	"type: [object, boolean]\n"
#define ONE(name) name ": {$dynamicRef: '#meta'}\n"
#define MAP(name)                                                    \
	name ": {type: object, additionalProperties: {$dynamicRef: " \
	     "'#meta'}}\n"
#define LIST(name)                                                \
	name ": {type: array, minItems: 1, items: {$dynamicRef: " \
	     "'#meta'}}\n"
#define COUNT(name) name ": {type: integer, minimum: 0}\n"
#define NAMES       "{type: array, uniqueItems: true, items: {type: string}}\n"
#define URI_TEXT    "{type: string, format: uri-reference}\n"
#define NAME_TEXT   "{type: string, pattern: '^[A-Za-z_][-A-Za-z0-9._]*$'}\n"

static const struct {
	const char *uri, *text;
} metas[] = {
	{BASE "schema", HEAD("schema") "allOf:\n"
				       "- {$ref: meta/core}\n"
				       "- {$ref: meta/applicator}\n"
				       "- {$ref: meta/unevaluated}\n"
				       "- {$ref: meta/validation}\n"
				       "- {$ref: meta/meta-data}\n"
				       "- {$ref: meta/format-annotation}\n"
				       "- {$ref: meta/content}\n"},
	{BASE "meta/core",
	 HEAD("meta/core") "properties:\n"
			   " $id: {type: string, format: uri-reference, "
			   "pattern: '^[^#]*#?$'}\n"
			   " $schema: {type: string, format: uri}\n"
			   " $ref: " URI_TEXT " $anchor: " NAME_TEXT
			   " $dynamicRef: " URI_TEXT
			   " $dynamicAnchor: " NAME_TEXT
			   " $vocabulary: {type: object, propertyNames: {type: "
			   "string, "
			   "format: uri}, additionalProperties: {type: "
			   "boolean}}\n"
			   " $comment: {type: string}\n"
			   " " MAP("$defs")},
	{BASE "meta/applicator",
	 HEAD("meta/applicator") "properties:\n"
				 " " LIST("prefixItems") " " ONE("items") " " ONE("contains") " " ONE("additionalProperties") " " MAP(
					 "properties") " patternProperties: "
						       "{type: object, "
						       "propertyNames: "
						       "{format: regex}, "
						       "additionalProperties: "
						       "{$dynamicRef: "
						       "'#meta'}}\n"
						       " " MAP("dependentSchema"
							       "s") " " ONE("pr"
									    "op"
									    "er"
									    "ty"
									    "Na"
									    "me"
									    "s") " " ONE("if") " " ONE("then") " " ONE("else") " " LIST("allOf") " " LIST("anyOf") " " LIST("oneOf") " " ONE("not")},
	{BASE "meta/unevaluated",
	 HEAD("meta/unevaluated") "properties:\n"
				  " " ONE("unevaluatedItems") " " ONE(
					  "unevaluatedProperties")},
	{BASE "meta/validation",
	 HEAD("meta/validation") "$defs:\n"
				 " word: {enum: [array, boolean, integer, "
				 "'null', number, object, "
				 "string]}\n"
				 "properties:\n"
				 " type: {anyOf: [{$ref: '#/$defs/word'}, "
				 "{type: array, minItems: 1, "
				 "uniqueItems: true, items: {$ref: "
				 "'#/$defs/word'}}]}\n"
				 " const: true\n"
				 " enum: {type: array}\n"
				 " multipleOf: {type: number, "
				 "exclusiveMinimum: 0}\n"
				 " maximum: {type: number}\n"
				 " exclusiveMaximum: {type: number}\n"
				 " minimum: {type: number}\n"
				 " exclusiveMinimum: {type: number}\n"
				 " " COUNT("maxLength") " " COUNT(
					 "minLength") " pattern: {type: "
						      "string, format: regex}\n"
						      " " COUNT("maxItems") " " COUNT(
							      "minItems") " uni"
									  "queI"
									  "tems"
									  ": "
									  "{typ"
									  "e: "
									  "bool"
									  "ean}"
									  "\n"
									  " " COUNT("maxContains") " " COUNT("minContains") " " COUNT(
										  "maxProperties") " " COUNT("minProperties") " required: " NAMES
															      " dependentRequired: {type: object, additionalProperties: " NAMES
															      "  }\n"},
	{BASE "meta/meta-data",
	 HEAD("meta/meta-data") "properties:\n"
				" title: {type: string}\n"
				" description: {type: string}\n"
				" default: true\n"
				" deprecated: {type: boolean}\n"
				" readOnly: {type: boolean}\n"
				" writeOnly: {type: boolean}\n"
				" examples: {type: array}\n"},
	{BASE "meta/format-annotation",
	 HEAD("meta/format-annotation") "properties: {format: {type: "
					"string}}\n"},
	{BASE "meta/format-assertion",
	 HEAD("meta/format-assertion") "properties: {format: {type: "
				       "string}}\n"},
	{BASE "meta/content",
	 HEAD("meta/content") "properties:\n"
			      " contentEncoding: {type: string}\n"
			      " contentMediaType: {type: string}\n"
			      " " ONE("contentSchema")},
};

const char *meta_find(const char *uri)
{
	size_t i;

	for (i = 0; i < sizeof(metas) / sizeof(*metas); i++)
		if (!strcmp(uri, metas[i].uri))
			return metas[i].text;
	return NULL;
}
