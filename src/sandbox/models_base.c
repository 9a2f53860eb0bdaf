/*
 * models_base.c - partners, countries, companies, users, external ids
 */
#include "sandbox/model.h"
#include "sandbox/rules.h"

#define F(n, t, l) .name = (n), .type = FT_##t, .label = (l)
#define REQ        .flags = FIELD_REQUIRED
#define RO         .flags = FIELD_READONLY
#define END                  \
	{                    \
		.name = NULL \
	}

#define LANGUAGES "en_US=English (US)"

static const struct field partner[] = {
	{F("name", CHAR, "Name")},
	{F("complete_name", CHAR, "Complete Name"), RO, .only = 19},
	{F("active", BOOLEAN, "Active"), .init = "1"},
	{F("ref", CHAR, "Reference")},
	{F("vat", CHAR, "Tax ID")},
	{F("is_company", BOOLEAN, "Is a Company"), .init = "0"},
	{F("company_type", SELECTION, "Company Type"),
	 .sel = "person=Individual|company=Company", .only = 14,
	 .sql = "CASE WHEN $.is_company THEN 'company' ELSE 'person' END"},
	{F("company_type", SELECTION, "Company Type"),
	 .sel = "person=Person|company=Company", .only = 19,
	 .sql = "CASE WHEN $.is_company THEN 'company' ELSE 'person' END"},
	{F("parent_id", MANY2ONE, "Related Company"), .rel = "res.partner"},
	{F("child_ids", ONE2MANY, "Contact"), .rel = "res.partner",
	 .inverse = "parent_id"},
	{F("type", SELECTION, "Address Type"), .init = "contact", .only = 14,
	 .sel = "contact=Contact|invoice=Invoice Address|"
		"delivery=Delivery Address|other=Other Address|"
		"private=Private Address"},
	{F("type", SELECTION, "Address Type"), .init = "contact", .only = 19,
	 .sel = "contact=Contact|invoice=Invoice|delivery=Delivery|"
		"other=Other"},
	{F("email", CHAR, "Email")},
	{F("phone", CHAR, "Phone")},
	{F("mobile", CHAR, "Mobile"), .only = 14},
	{F("image_1920", BINARY, "Image")},
	{F("street", CHAR, "Street")},
	{F("street2", CHAR, "Street2")},
	{F("zip", CHAR, "Zip")},
	{F("city", CHAR, "City")},
	{F("state_id", MANY2ONE, "State"), .rel = "res.country.state"},
	{F("country_id", MANY2ONE, "Country"), .rel = "res.country"},
	{F("lang", SELECTION, "Language"), .sel = LANGUAGES, .init = "en_US"},
	{F("tz", SELECTION, "Timezone"), .sel = "UTC=UTC"},
	{F("website", CHAR, "Website Link")},
	{F("comment", TEXT, "Notes"), .only = 14},
	{F("comment", HTML, "Notes"), .only = 19},
	{F("function", CHAR, "Job Position")},
	{F("user_id", MANY2ONE, "Salesperson"), .rel = "res.users"},
	{F("company_id", MANY2ONE, "Company"), .rel = "res.company"},
	{F("category_id", MANY2MANY, "Tags"), .rel = "res.partner.category"},
	{F("barcode", CHAR, "Barcode")},
	{F("color", INTEGER, "Color Index"), .init = "0"},
	{F("customer_rank", INTEGER, "Customer Rank"), .init = "0"},
	{F("supplier_rank", INTEGER, "Supplier Rank"), .init = "0"},
	{F("credit_limit", FLOAT, "Credit Limit")},
	{F("currency_id", MANY2ONE, "Currency"), .rel = "res.currency",
	 .flags = FIELD_READONLY,
	 .sql = "(SELECT currency_id FROM res_company ORDER BY id LIMIT 1)"},
	{F("commercial_partner_id", MANY2ONE, "Commercial Entity"),
	 .rel = "res.partner", RO,
	 .sql = "CASE WHEN $.is_company OR $.parent_id IS NULL THEN $.id "
		"ELSE $.parent_id END"},
	{F("company_registry", CHAR, "Company ID"), .only = 19},
	{F("employee", BOOLEAN, "Employee")},
	{F("date", DATE, "Date"), .only = 14},
	END,
};

static const struct field partner_category[] = {
	{F("name", CHAR, "Tag Name"), REQ, .only = 14},
	{F("name", CHAR, "Name"), REQ, .only = 19},
	{F("color", INTEGER, "Color"), .init = "1"},
	{F("parent_id", MANY2ONE, "Category"), .rel = "res.partner.category"},
	{F("child_ids", ONE2MANY, "Child Tags"), .rel = "res.partner.category",
	 .inverse = "parent_id"},
	{F("active", BOOLEAN, "Active"), .init = "1"},
	{F("complete_name", CHAR, "Complete Name"), RO},
	END,
};

static const struct field country[] = {
	{F("name", CHAR, "Country Name"), REQ},
	{F("code", CHAR, "Country Code"), REQ, .size = 2},
	{F("phone_code", INTEGER, "Country Calling Code")},
	{F("currency_id", MANY2ONE, "Currency"), .rel = "res.currency"},
	{F("state_ids", ONE2MANY, "States"), .rel = "res.country.state",
	 .inverse = "country_id"},
	END,
};

static const struct field state[] = {
	{F("name", CHAR, "State Name"), REQ},
	{F("code", CHAR, "State Code"), REQ},
	{F("country_id", MANY2ONE, "Country"), .rel = "res.country", REQ},
	END,
};

static const struct field currency[] = {
	{F("name", CHAR, "Currency"), REQ, .size = 3},
	{F("full_name", CHAR, "Name"), .only = 19},
	{F("symbol", CHAR, "Symbol"), REQ},
	{F("rounding", FLOAT, "Rounding Factor"), .digits = 6, .init = "0.01"},
	{F("decimal_places", INTEGER, "Decimal Places"), RO,
	 .sql = "CASE WHEN $.rounding < 1 THEN "
		"CAST(round(-log10($.rounding)) AS INTEGER) ELSE 0 END"},
	{F("active", BOOLEAN, "Active"), .init = "1"},
	{F("position", SELECTION, "Symbol Position"), .init = "after",
	 .sel = "after=After Amount|before=Before Amount"},
	END,
};

static const struct field lang[] = {
	{F("name", CHAR, "Name"), REQ},
	{F("code", CHAR, "Locale Code"), REQ},
	{F("iso_code", CHAR, "ISO code")},
	{F("active", BOOLEAN, "Active")},
	END,
};

static const struct field users[] = {
	{F("partner_id", MANY2ONE, "Related Partner"), .rel = "res.partner",
	 REQ},
	{F("name", CHAR, "Name"), .via = "partner_id"},
	{F("login", CHAR, "Login"), REQ},
	{F("active", BOOLEAN, "Active"), .init = "1"},
	{F("company_id", MANY2ONE, "Company"), .rel = "res.company", REQ,
	 .init = "@base.main_company"},
	{F("company_ids", MANY2MANY, "Companies"), .rel = "res.company"},
	{F("lang", SELECTION, "Language"), .sel = LANGUAGES,
	 .via = "partner_id"},
	{F("tz", SELECTION, "Timezone"), .sel = "UTC=UTC", .via = "partner_id"},
	{F("email", CHAR, "Email"), .via = "partner_id"},
	END,
};

static const struct field company[] = {
	{F("partner_id", MANY2ONE, "Partner"), .rel = "res.partner", REQ},
	{F("name", CHAR, "Company Name"), REQ, .via = "partner_id"},
	{F("active", BOOLEAN, "Active"), .init = "1", .only = 19},
	{F("currency_id", MANY2ONE, "Currency"), .rel = "res.currency", REQ,
	 .init = "@base.USD"},
	{F("country_id", MANY2ONE, "Country"), .rel = "res.country",
	 .via = "partner_id"},
	{F("email", CHAR, "Email"), .via = "partner_id"},
	{F("phone", CHAR, "Phone"), .via = "partner_id"},
	{F("parent_id", MANY2ONE, "Parent Company"), .rel = "res.company"},
	{F("sequence", INTEGER, "Sequence"), .init = "10"},
	END,
};

static const struct field model_data[] = {
	{F("name", CHAR, "External Identifier"), REQ},
	{F("module", CHAR, "Module"), REQ},
	{F("model", CHAR, "Model Name"), REQ},
	{F("res_id", REFERENCE, "Record ID")},
	{F("noupdate", BOOLEAN, "Non Updatable"), .init = "0"},
	{F("complete_name", CHAR, "Complete ID"), .flags = FIELD_READONLY,
	 .sql = "$.module||'.'||$.name"},
	{F("reference", CHAR, "Reference"), .flags = FIELD_READONLY,
	 .sql = "$.model||','||$.res_id"},
	END,
};

#define SETTINGS_14 "\t- Administration/Settings"

const struct model models_base[] = {
	{.name = "res.partner",
	 .label = "Contact",
	 .fields = partner,
	 .display = "CASE WHEN $.parent_id IS NOT NULL AND NOT $.is_company "
		    "THEN coalesce((SELECT p_.name FROM res_partner p_ "
		    "WHERE p_.id=$.parent_id)||', ','')||coalesce($.name,'') "
		    "ELSE coalesce($.name,'') END",
	 .find = "display_name,email,ref,vat",
	 .order = "display_name",
	 .parent = "parent_id",
	 .rules = &rules_partner,
	 .groups = "\t- Contact/Creation",
	 .groups_14 = "\t- Extra Rights/Contact Creation"},
	{.name = "res.partner.category",
	 .label = "Partner Tags",
	 .fields = partner_category,
	 .display = "$.complete_name",
	 .find = "name",
	 .order = "name",
	 .parent = "parent_id",
	 .rules = &rules_tree,
	 .groups = "\t- Contact/Creation",
	 .groups_14 = "\t- Extra Rights/Contact Creation"},
	{.name = "res.country",
	 .label = "Country",
	 .fields = country,
	 .find = "name,code",
	 .order = "name"},
	{.name = "res.country.state",
	 .label = "Country state",
	 .fields = state,
	 .find = "name,code",
	 .order = "code",
	 .display = "$.name||' ('||(SELECT c_.code FROM res_country c_ "
		    "WHERE c_.id=$.country_id)||')'"},
	{.name = "res.currency",
	 .label = "Currency",
	 .fields = currency,
	 .order = "active desc, name"},
	{.name = "res.lang",
	 .label = "Languages",
	 .fields = lang,
	 .find = "name,code",
	 .order = "active desc, name"},
	{.name = "res.users",
	 .label = "User",
	 .label_14 = "Users",
	 .fields = users,
	 .find = "name,login",
	 .order = "name,login",
	 .display = "(SELECT p_.name FROM res_partner p_ "
		    "WHERE p_.id=$.partner_id)"},
	{.name = "res.company",
	 .label = "Companies",
	 .fields = company,
	 .order = "sequence,name",
	 .display = "(SELECT p_.name FROM res_partner p_ "
		    "WHERE p_.id=$.partner_id)"},
	{.name = "ir.model.data",
	 .label = "Model Data",
	 .fields = model_data,
	 .display = "$.module||'.'||$.name",
	 .order = "module,model,name",
	 .groups = "\t- Access Rights",
	 .groups_14 = SETTINGS_14},
	END,
};
