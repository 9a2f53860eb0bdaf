/*
 * Names in a binding, as far as they can be told without the server: fields
 * of the entity as its contract has them, models and fields of Odoo by their
 * form.
 */
#include <ctype.h>
#include <string.h>

#include "conf/entity.h"
#include "push/binding.h"
#include "push/binding_check.h"

/* Odoo's own rule for models: small letters, digits, points, underscores. */
static int check_model(const struct yt_node *n, struct err *err)
{
	static const char fit[] = "abcdefghijklmnopqrstuvwxyz0123456789_.";

	if (n->type != YT_SCALAR ||
	    (*n->text && strspn(n->text, fit) == n->len))
		return 0;
	return yt_err(n, err,
		      "'%s' is no model of Odoo, such as product.product",
		      n->text);
}

static bool is_field_name(const char *s)
{
	const char *p;

	for (p = s; *p; p++)
		if (!isalpha((unsigned char)*p) && *p != '_' &&
		    !(p > s && isdigit((unsigned char)*p)))
			return false;
	return p > s;
}

/* A member whose value is a field of Odoo. */
static int check_odoo_field(struct layer l, const char *key, struct err *err)
{
	const struct yt_node *n = layer_node(layer_get(l, key));

	if (!n || n->type != YT_SCALAR || is_field_name(n->text))
		return 0;
	return yt_err(n, err, "%s: '%s' is no name of a field of Odoo", key,
		      n->text);
}

static int check_from(const struct entity *e, const struct yt_node *n,
		      struct err *err)
{
	if (!n || n->type != YT_SCALAR || !strcmp(n->text, BIND_KEY))
		return 0;
	return entity_check_field(e, n->text, n, false, err);
}

static int check_field(const struct entity *e, struct layer l, struct err *err)
{
	const struct yt_node *n = layer_node(l);
	struct layer other;

	if (!n)
		return 0;
	if (n->type == YT_SCALAR)
		return check_from(e, n, err);
	other = layer_get(l, "else");
	if (check_from(e, layer_node(layer_get(l, "from")), err) < 0 ||
	    check_odoo_field(l, "by", err) < 0 ||
	    check_odoo_field(l, "read", err) < 0 ||
	    check_odoo_field(l, "through", err) < 0)
		return -1;
	return check_field(e, other, err);
}

int binding_check(struct layer root, const char *option, const char *entity,
		  struct err *err)
{
	const struct entity_places p = {option, NULL};
	struct layer fields = layer_get(root, "fields"), member;
	const struct yt_node *model = layer_node(layer_get(root, "model"));
	const char *name;
	struct entity e;
	size_t at = 0;
	int rc;

	if (model && check_model(model, err) < 0)
		return -1;
	rc = entity_load(&e, &p, entity, err);
	while (rc == 0 && layer_next(fields, &at, &name, &member)) {
		if (is_field_name(name))
			rc = check_field(&e, member, err);
		else
			rc = yt_err_key(layer_node(member), err,
					"'%s' is no name of a field of Odoo",
					name);
	}
	entity_release(&e);
	return rc;
}
