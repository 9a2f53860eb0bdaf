/*
 * models_product.c - units, categories, products and their variants
 */
#include "sandbox/model.h"
#include "sandbox/rules.h"

#define F(n, t, l) .name = (n), .type = FT_##t, .label = (l)
#define REQ        .flags = FIELD_REQUIRED
#define RO         .flags = FIELD_READONLY
#define TMPL       .via = "product_tmpl_id"
#define ONLY_ONE   .via = "product_variant_id"
#define END                  \
	{                    \
		.name = NULL \
	}

#define TYPES_14 "consu=Consumable|service=Service|product=Storable Product"
#define TYPES_19 "consu=Goods|service=Service|combo=Combo"
#define TRACKING_14 \
	"serial=By Unique Serial Number|lot=By Lots|none=No Tracking"
#define TRACKING_19 \
	"serial=By Unique Serial Number|lot=By Lots|none=By Quantity"
#define ON_HAND(product)                                         \
	"coalesce((SELECT sum(q_.quantity) FROM stock_quant q_ " \
	"JOIN stock_location l_ ON l_.id=q_.location_id "        \
	"WHERE l_.usage IN ('internal','transit') AND " product "),0)"
#define OF_TEMPLATE                                               \
	"q_.product_id IN (SELECT v_.id FROM product_product v_ " \
	"WHERE v_.product_tmpl_id=$.id)"
#define CURRENCY "(SELECT currency_id FROM res_company ORDER BY id LIMIT 1)"

static const struct field uom_category[] = {
	{F("name", CHAR, "Unit of Measure Category"), REQ},
	END,
};

static const struct field uom[] = {
	{F("name", CHAR, "Unit of Measure"), REQ, .only = 14},
	{F("name", CHAR, "Unit Name"), REQ, .only = 19},
	{F("active", BOOLEAN, "Active"), .init = "1"},
	{F("category_id", MANY2ONE, "Category"), .rel = "uom.category", REQ,
	 .only = 14},
	{F("uom_type", SELECTION, "Type"), REQ, .only = 14, .init = "reference",
	 .sel = "bigger=Bigger than the reference Unit of Measure|"
		"reference=Reference Unit of Measure for this category|"
		"smaller=Smaller than the reference Unit of Measure"},
	{F("factor", FLOAT, "Ratio"), REQ, .init = "1.0", .only = 14},
	{F("factor_inv", FLOAT, "Bigger Ratio"), .only = 14,
	 .flags = FIELD_REQUIRED | FIELD_READONLY,
	 .sql = "CASE WHEN $.factor THEN 1.0/$.factor ELSE 0.0 END"},
	{F("rounding", FLOAT, "Rounding Precision"), REQ, .init = "0.01",
	 .only = 14},
	{F("factor", FLOAT, "Absolute Quantity"), RO, .only = 19},
	{F("rounding", FLOAT, "Rounding Precision"), RO, .sql = "0.01",
	 .only = 19},
	{F("relative_factor", FLOAT, "Contains"), REQ, .init = "1.0",
	 .only = 19},
	{F("relative_uom_id", MANY2ONE, "Reference Unit"), .rel = "uom.uom",
	 .only = 19},
	{F("sequence", INTEGER, "Sequence"), .init = "100", .only = 19},
	{F("related_uom_ids", ONE2MANY, "Related UoMs"), .rel = "uom.uom",
	 .inverse = "relative_uom_id", .only = 19},
	END,
};

static const struct field category[] = {
	{F("name", CHAR, "Name"), REQ},
	{F("complete_name", CHAR, "Complete Name"), RO},
	{F("parent_id", MANY2ONE, "Parent Category"),
	 .rel = "product.category"},
	{F("child_id", ONE2MANY, "Child Categories"), .rel = "product.category",
	 .inverse = "parent_id"},
	{F("parent_path", CHAR, "Parent Path")},
	{F("product_count", INTEGER, "# Products"), RO,
	 .sql = "(SELECT count(*) FROM product_template t_ "
		"WHERE t_.categ_id=$.id)"},
	{F("property_cost_method", SELECTION, "Costing Method"),
	 .init = "standard",
	 .sel = "standard=Standard Price|fifo=First In First Out (FIFO)|"
		"average=Average Cost (AVCO)"},
	END,
};

static const struct field template[] = {
	{F("name", CHAR, "Name"), REQ},
	{F("active", BOOLEAN, "Active"), .init = "1"},
	{F("sequence", INTEGER, "Sequence"), .init = "1"},
	{F("description", TEXT, "Description"), .only = 14},
	{F("description", HTML, "Description"), .only = 19},
	{F("description_sale", TEXT, "Sales Description")},
	{F("description_purchase", TEXT, "Purchase Description")},
	{F("description_picking", TEXT, "Description on Picking")},
	{F("type", SELECTION, "Product Type"), REQ, .init = "consu",
	 .sel = TYPES_14, .only = 14},
	{F("type", SELECTION, "Product Type"), REQ, .init = "consu",
	 .sel = TYPES_19, .only = 19},
	{F("is_storable", BOOLEAN, "Track Inventory"), .init = "0", .only = 19},
	{F("categ_id", MANY2ONE, "Product Category"), REQ,
	 .rel = "product.category", .init = "@product.product_category_all",
	 .only = 14},
	{F("categ_id", MANY2ONE, "Product Category"), .rel = "product.category",
	 .only = 19},
	{F("list_price", FLOAT, "Sales Price"), .init = "1.0", .digits = 2,
	 .only = 14},
	{F("list_price", FLOAT, "Sales Price"), .init = "1.0", .only = 19},
	{F("standard_price", FLOAT, "Cost"), ONLY_ONE},
	{F("default_code", CHAR, "Internal Reference"), ONLY_ONE},
	{F("barcode", CHAR, "Barcode"), ONLY_ONE, .flags = FIELD_UNSTORED},
	{F("uom_id", MANY2ONE, "Unit of Measure"), REQ, .rel = "uom.uom",
	 .init = "@uom.product_uom_unit", .only = 14},
	{F("uom_po_id", MANY2ONE, "Purchase Unit of Measure"), REQ,
	 .rel = "uom.uom", .init = "@uom.product_uom_unit", .only = 14},
	{F("uom_id", MANY2ONE, "Unit"), REQ, .rel = "uom.uom",
	 .init = "@uom.product_uom_unit", .only = 19},
	{F("uom_ids", MANY2MANY, "Packagings"), .rel = "uom.uom", .only = 19},
	{F("uom_name", CHAR, "Unit Name"), RO,
	 .sql = "(SELECT u_.name FROM uom_uom u_ WHERE u_.id=$.uom_id)"},
	{F("weight", FLOAT, "Weight"), ONLY_ONE, .digits = 2},
	{F("volume", FLOAT, "Volume"), ONLY_ONE, .digits = 2},
	{F("sale_ok", BOOLEAN, "Can be Sold"), .init = "1", .only = 14},
	{F("purchase_ok", BOOLEAN, "Can be Purchased"), .init = "1",
	 .only = 14},
	{F("sale_ok", BOOLEAN, "Sales"), .init = "1", .only = 19},
	{F("purchase_ok", BOOLEAN, "Purchase"), .init = "1", .only = 19},
	{F("tracking", SELECTION, "Tracking"), REQ, .init = "none",
	 .sel = TRACKING_14, .only = 14},
	{F("tracking", SELECTION, "Tracking"), REQ, .init = "none",
	 .sel = TRACKING_19, .only = 19},
	{F("company_id", MANY2ONE, "Company"), .rel = "res.company"},
	{F("currency_id", MANY2ONE, "Currency"), .rel = "res.currency", RO,
	 .sql = CURRENCY},
	{F("product_variant_id", MANY2ONE, "Product"), RO,
	 .rel = "product.product",
	 .sql = "(SELECT v_.id FROM product_product v_ WHERE "
		"v_.product_tmpl_id=$.id ORDER BY v_.active DESC, v_.id "
		"LIMIT 1)"},
	{F("product_variant_ids", ONE2MANY, "Products"),
	 .rel = "product.product", .inverse = "product_tmpl_id"},
	{F("product_variant_count", INTEGER, "# Product Variants"), RO,
	 .sql = "(SELECT count(*) FROM product_product v_ WHERE "
		"v_.product_tmpl_id=$.id AND v_.active)"},
	{F("sale_delay", FLOAT, "Customer Lead Time"), .init = "0", .only = 14},
	{F("sale_delay", INTEGER, "Customer Lead Time"), .init = "0",
	 .only = 19},
	{F("produce_delay", FLOAT, "Manufacturing Lead Time"), .init = "0",
	 .only = 14},
	{F("qty_available", FLOAT, "Quantity On Hand"), .digits = 2, RO,
	 .sql = ON_HAND(OF_TEMPLATE)},
	{F("hs_code", CHAR, "HS Code"), .only = 19},
	{F("country_of_origin", MANY2ONE, "Origin of Goods"),
	 .rel = "res.country", .only = 19},
	{F("use_expiration_date", BOOLEAN, "Use Expiration Date")},
	{F("purchase_method", SELECTION, "Control Policy"), .init = "receive",
	 .sel = "purchase=On ordered quantities|"
		"receive=On received quantities"},
	{F("responsible_id", MANY2ONE, "Responsible"), .rel = "res.users"},
	{F("color", INTEGER, "Color Index")},
	END,
};

static const struct field product[] = {
	{F("product_tmpl_id", MANY2ONE, "Product Template"), REQ,
	 .rel = "product.template"},
	{F("active", BOOLEAN, "Active"), .init = "1"},
	{F("default_code", CHAR, "Internal Reference")},
	{F("barcode", CHAR, "Barcode")},
	{F("standard_price", FLOAT, "Cost"), .digits = 2, .only = 14},
	{F("standard_price", FLOAT, "Cost"), .only = 19},
	{F("weight", FLOAT, "Weight"), .digits = 2},
	{F("volume", FLOAT, "Volume"), .digits = 2},
	{F("name", CHAR, "Name"), REQ, TMPL},
	{F("sequence", INTEGER, "Sequence"), TMPL},
	{F("description", TEXT, "Description"), TMPL, .only = 14},
	{F("description", HTML, "Description"), TMPL, .only = 19},
	{F("description_sale", TEXT, "Sales Description"), TMPL},
	{F("description_purchase", TEXT, "Purchase Description"), TMPL},
	{F("type", SELECTION, "Product Type"), REQ, .sel = TYPES_14, TMPL,
	 .only = 14},
	{F("type", SELECTION, "Product Type"), REQ, .sel = TYPES_19, TMPL,
	 .only = 19},
	{F("is_storable", BOOLEAN, "Track Inventory"), TMPL, .only = 19},
	{F("categ_id", MANY2ONE, "Product Category"), REQ,
	 .rel = "product.category", TMPL, .only = 14},
	{F("categ_id", MANY2ONE, "Product Category"), .rel = "product.category",
	 TMPL, .only = 19},
	{F("list_price", FLOAT, "Sales Price"), TMPL, .digits = 2, .only = 14},
	{F("list_price", FLOAT, "Sales Price"), TMPL, .only = 19},
	{F("lst_price", FLOAT, "Public Price"), .digits = 2, .only = 14,
	 .flags = FIELD_UNSTORED,
	 .sql = "(SELECT t_.list_price FROM product_template t_ "
		"WHERE t_.id=$.product_tmpl_id)"},
	{F("lst_price", FLOAT, "Sales\302\240Price"), .only = 19,
	 .flags = FIELD_UNSTORED,
	 .sql = "(SELECT t_.list_price FROM product_template t_ "
		"WHERE t_.id=$.product_tmpl_id)"},
	{F("uom_id", MANY2ONE, "Unit of Measure"), REQ, .rel = "uom.uom", TMPL,
	 .only = 14},
	{F("uom_po_id", MANY2ONE, "Purchase Unit of Measure"), REQ,
	 .rel = "uom.uom", TMPL, .only = 14},
	{F("uom_id", MANY2ONE, "Unit"), REQ, .rel = "uom.uom", TMPL,
	 .only = 19},
	{F("uom_ids", MANY2MANY, "Packagings"), .rel = "uom.uom", TMPL,
	 .only = 19},
	{F("uom_name", CHAR, "Unit Name"), RO, TMPL},
	{F("sale_ok", BOOLEAN, "Can be Sold"), TMPL, .only = 14},
	{F("purchase_ok", BOOLEAN, "Can be Purchased"), TMPL, .only = 14},
	{F("sale_ok", BOOLEAN, "Sales"), TMPL, .only = 19},
	{F("purchase_ok", BOOLEAN, "Purchase"), TMPL, .only = 19},
	{F("tracking", SELECTION, "Tracking"), REQ, .sel = TRACKING_14, TMPL,
	 .only = 14},
	{F("tracking", SELECTION, "Tracking"), REQ, .sel = TRACKING_19, TMPL,
	 .only = 19},
	{F("company_id", MANY2ONE, "Company"), .rel = "res.company", TMPL},
	{F("currency_id", MANY2ONE, "Currency"), .rel = "res.currency", RO,
	 TMPL},
	{F("code", CHAR, "Reference"), RO, .sql = "$.default_code"},
	{F("partner_ref", CHAR, "Customer Ref"), RO, .sql = "$.default_code"},
	{F("sale_delay", FLOAT, "Customer Lead Time"), TMPL, .only = 14},
	{F("sale_delay", INTEGER, "Customer Lead Time"), TMPL, .only = 19},
	{F("produce_delay", FLOAT, "Manufacturing Lead Time"), TMPL,
	 .only = 14},
	{F("qty_available", FLOAT, "Quantity On Hand"), RO, .digits = 2,
	 .sql = ON_HAND("q_.product_id=$.id")},
	{F("virtual_available", FLOAT, "Forecasted Quantity"), RO, .digits = 2,
	 .sql = ON_HAND("q_.product_id=$.id")},
	{F("free_qty", FLOAT, "Free To Use Quantity "), RO, .digits = 2,
	 .sql = ON_HAND("q_.product_id=$.id")},
	{F("hs_code", CHAR, "HS Code"), TMPL, .only = 19},
	{F("country_of_origin", MANY2ONE, "Origin of Goods"),
	 .rel = "res.country", TMPL, .only = 19},
	{F("use_expiration_date", BOOLEAN, "Use Expiration Date"), TMPL},
	{F("purchase_method", SELECTION, "Control Policy"), TMPL,
	 .sel = "purchase=On ordered quantities|"
		"receive=On received quantities"},
	{F("responsible_id", MANY2ONE, "Responsible"), .rel = "res.users",
	 TMPL},
	{F("stock_quant_ids", ONE2MANY, "Stock Quant"), .rel = "stock.quant",
	 .inverse = "product_id"},
	END,
};

#define GROUPS_14                               \
	"\t- Administration/Settings\n"         \
	"\t- Inventory/Administrator\n"         \
	"\t- Invoicing/Billing Administrator\n" \
	"\t- Manufacturing/Administrator\n"     \
	"\t- Purchase/Administrator\n"          \
	"\t- Sales/Administrator"
#define CODE_AND(name)                               \
	"CASE WHEN coalesce($.default_code,'')<>'' " \
	"THEN '['||$.default_code||'] ' ELSE '' END||coalesce(" name ",'')"

const struct model models_product[] = {
	{.name = "uom.category",
	 .label = "Product UoM Categories",
	 .fields = uom_category,
	 .groups_14 = GROUPS_14,
	 .only = 14},
	{.name = "uom.uom",
	 .label = "Product Unit of Measure",
	 .fields = uom,
	 .order = "id",
	 .rules = &rules_uom,
	 .groups = "\t- Products/Create",
	 .groups_14 = GROUPS_14},
	{.name = "product.category",
	 .label = "Product Category",
	 .fields = category,
	 .display = "$.complete_name",
	 .find = "complete_name,name",
	 .order = "complete_name",
	 .parent = "parent_id",
	 .rules = &rules_tree,
	 .groups = "\t- Products/Create",
	 .groups_14 = GROUPS_14},
	{.name = "product.template",
	 .label = "Product",
	 .label_14 = "Product Template",
	 .fields = template,
	 .display = "(SELECT CASE WHEN coalesce(max(v_.default_code),'')<>'' "
		    "AND count(*)=1 THEN '['||max(v_.default_code)||'] ' "
		    "ELSE '' END FROM product_product v_ "
		    "WHERE v_.product_tmpl_id=$.id)||coalesce($.name,'')",
	 .find = "name,default_code,barcode",
	 .order = "name",
	 .rules = &rules_template,
	 .groups = "\t- Products/Create",
	 .groups_14 = GROUPS_14},
	{.name = "product.product",
	 .label = "Product Variant",
	 .label_14 = "Product",
	 .fields = product,
	 .display = CODE_AND("(SELECT t_.name FROM product_template t_ "
			     "WHERE t_.id=$.product_tmpl_id)"),
	 .find = "default_code,barcode,name,display_name",
	 .order = "default_code,name,id",
	 .rules = &rules_product,
	 .groups = "\t- Products/Create",
	 .groups_14 = GROUPS_14},
	END,
};
