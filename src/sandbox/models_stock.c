/*
 * models_stock.c - warehouses, locations, lots, quantities
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

#define OF_PRODUCT(column)                                      \
	"(SELECT t_." column " FROM product_product p_ "        \
	"JOIN product_template t_ ON t_.id=p_.product_tmpl_id " \
	"WHERE p_.id=$.product_id)"
#define OF_LOCATION(column)                             \
	"(SELECT l_." column " FROM stock_location l_ " \
	"WHERE l_.id=$.location_id)"
/* The nearest warehouse above: its view location is in the path. */
#define WAREHOUSE(path)                                     \
	"(SELECT w_.id FROM stock_warehouse w_ WHERE " path \
	" LIKE '%/'||w_.view_location_id||'/%' OR " path    \
	" LIKE w_.view_location_id||'/%' LIMIT 1)"

static const struct field warehouse[] = {
	{F("name", CHAR, "Warehouse"), REQ},
	{F("active", BOOLEAN, "Active"), .init = "1"},
	{F("code", CHAR, "Short Name"), REQ, .size = 5},
	{F("company_id", MANY2ONE, "Company"), .rel = "res.company", REQ,
	 .init = "@base.main_company"},
	{F("partner_id", MANY2ONE, "Address"), .rel = "res.partner",
	 .init = "@base.main_partner"},
	{F("view_location_id", MANY2ONE, "View Location"), REQ,
	 .rel = "stock.location"},
	{F("lot_stock_id", MANY2ONE, "Location Stock"), REQ,
	 .rel = "stock.location"},
	{F("wh_input_stock_loc_id", MANY2ONE, "Input Location"),
	 .rel = "stock.location"},
	{F("wh_qc_stock_loc_id", MANY2ONE, "Quality Control Location"),
	 .rel = "stock.location"},
	{F("wh_output_stock_loc_id", MANY2ONE, "Output Location"),
	 .rel = "stock.location"},
	{F("wh_pack_stock_loc_id", MANY2ONE, "Packing Location"),
	 .rel = "stock.location"},
	{F("reception_steps", SELECTION, "Incoming Shipments"), REQ,
	 .init = "one_step", .only = 14,
	 .sel = "one_step=Receive goods directly (1 step)|"
		"two_steps=Receive goods in input and then stock (2 steps)|"
		"three_steps=Receive goods in input, then quality and then "
		"stock (3 steps)"},
	{F("reception_steps", SELECTION, "Incoming Shipments"), REQ,
	 .init = "one_step", .only = 19,
	 .sel = "one_step=Receive and Store (1 step)|"
		"two_steps=Receive then Store (2 steps)|"
		"three_steps=Receive, Quality Control, then Store (3 steps)"},
	{F("delivery_steps", SELECTION, "Outgoing Shipments"), REQ,
	 .init = "ship_only", .only = 14,
	 .sel = "ship_only=Deliver goods directly (1 step)|"
		"pick_ship=Send goods in output and then deliver (2 steps)|"
		"pick_pack_ship=Pack goods, send goods in output and then "
		"deliver (3 steps)"},
	{F("delivery_steps", SELECTION, "Outgoing Shipments"), REQ,
	 .init = "ship_only", .only = 19,
	 .sel = "ship_only=Deliver (1 step)|"
		"pick_ship=Pick then Deliver (2 steps)|"
		"pick_pack_ship=Pick, Pack, then Deliver (3 steps)"},
	{F("sequence", INTEGER, "Sequence"), .init = "10"},
	END,
};

static const struct field location[] = {
	{F("name", CHAR, "Location Name"), REQ},
	{F("complete_name", CHAR, "Full Location Name"), RO},
	{F("active", BOOLEAN, "Active"), .init = "1"},
	{F("usage", SELECTION, "Location Type"), REQ, .init = "internal",
	 .only = 14,
	 .sel = "supplier=Vendor Location|view=View|"
		"internal=Internal Location|customer=Customer Location|"
		"inventory=Inventory Loss|production=Production|"
		"transit=Transit Location"},
	{F("usage", SELECTION, "Location Type"), REQ, .init = "internal",
	 .only = 19,
	 .sel = "supplier=Vendor|view=Virtual|internal=Internal|"
		"customer=Customer|inventory=Inventory Loss|"
		"production=Production|transit=Transit"},
	{F("location_id", MANY2ONE, "Parent Location"),
	 .rel = "stock.location"},
	{F("child_ids", ONE2MANY, "Contains"), .rel = "stock.location",
	 .inverse = "location_id"},
	{F("company_id", MANY2ONE, "Company"), .rel = "res.company",
	 .init = "@base.main_company"},
	{F("barcode", CHAR, "Barcode")},
	{F("comment", TEXT, "Additional Information"), .only = 14},
	{F("parent_path", CHAR, "Parent Path")},
	{F("scrap_location", BOOLEAN, "Is a Scrap Location?"), .init = "0",
	 .only = 14},
	{F("return_location", BOOLEAN, "Is a Return Location?"), .init = "0",
	 .only = 14},
	{F("posx", INTEGER, "Corridor (X)"), .init = "0", .only = 14},
	{F("posy", INTEGER, "Shelves (Y)"), .init = "0", .only = 14},
	{F("posz", INTEGER, "Height (Z)"), .init = "0", .only = 14},
	{F("warehouse_id", MANY2ONE, "Warehouse"), RO, .rel = "stock.warehouse",
	 .sql = WAREHOUSE("$.parent_path"), .only = 19},
	{F("replenish_location", BOOLEAN, "Replenishments"), .init = "0",
	 .only = 19},
	{F("cyclic_inventory_frequency", INTEGER, "Inventory Frequency"),
	 .init = "0", .only = 19},
	{F("quant_ids", ONE2MANY, "Quant"), .rel = "stock.quant",
	 .inverse = "location_id"},
	END,
};

#define LOT_FIELDS(release)                                                    \
	{F("product_id", MANY2ONE, "Product"), REQ, .rel = "product.product"}, \
		{F("ref", CHAR, "Internal Reference")},                        \
		{F("product_uom_id", MANY2ONE, "Unit"), RO, .rel = "uom.uom",  \
		 .sql = OF_PRODUCT("uom_id")},                                 \
		{F("note", HTML, "Description")},                              \
		{F("product_qty", FLOAT, "On Hand Quantity"), RO,              \
		 .sql = "coalesce((SELECT sum(q_.quantity) FROM stock_quant "  \
			"q_ "                                                  \
			"JOIN stock_location l_ ON l_.id=q_.location_id "      \
			"WHERE q_.lot_id=$.id AND "                            \
			"l_.usage IN ('internal','transit')),0)"},             \
		{F("quant_ids", ONE2MANY, "Quants"), .rel = "stock.quant",     \
		 .inverse = "lot_id", RO},                                     \
		{F("expiration_date", DATETIME, "Expiration Date")},           \
		{F("use_date", DATETIME, "Best before Date")},                 \
		{F("removal_date", DATETIME, "Removal Date")},                 \
	{                                                                      \
		F("alert_date", DATETIME, "Alert Date")                        \
	}

static const struct field lot_19[] = {
	{F("name", CHAR, "Lot/Serial Number"), REQ},
	{F("company_id", MANY2ONE, "Company"), .rel = "res.company"},
	LOT_FIELDS(19),
	END,
};

static const struct field lot_14[] = {
	{F("name", CHAR, "Lot/Serial Number"), REQ, .init = "#lot"},
	{F("company_id", MANY2ONE, "Company"), .rel = "res.company", REQ},
	LOT_FIELDS(14),
	END,
};

/* The same under the names of both releases. */
static const struct field package[] = {
	{F("name", CHAR, "Package Reference"), REQ},
	END,
};

static const struct field quant[] = {
	{F("product_id", MANY2ONE, "Product"), .rel = "product.product",
	 .flags = FIELD_REQUIRED | FIELD_READONLY, .only = 14},
	{F("product_id", MANY2ONE, "Product"), REQ, .rel = "product.product",
	 .only = 19},
	{F("product_tmpl_id", MANY2ONE, "Product Template"), RO,
	 .rel = "product.template",
	 .sql = "(SELECT p_.product_tmpl_id FROM product_product p_ "
		"WHERE p_.id=$.product_id)"},
	{F("product_uom_id", MANY2ONE, "Unit of Measure"), RO, .rel = "uom.uom",
	 .sql = OF_PRODUCT("uom_id")},
	{F("company_id", MANY2ONE, "Company"), RO, .rel = "res.company",
	 .sql = OF_LOCATION("company_id")},
	{F("location_id", MANY2ONE, "Location"), .rel = "stock.location",
	 .flags = FIELD_REQUIRED | FIELD_READONLY, .only = 14},
	{F("location_id", MANY2ONE, "Location"), REQ, .rel = "stock.location",
	 .only = 19},
	{F("lot_id", MANY2ONE, "Lot/Serial Number"), RO,
	 .rel = "stock.production.lot", .only = 14},
	{F("lot_id", MANY2ONE, "Lot/Serial Number"), .rel = "stock.lot",
	 .only = 19},
	{F("package_id", MANY2ONE, "Package"), .rel = "stock.quant.package",
	 .only = 14},
	{F("package_id", MANY2ONE, "Package"), .rel = "stock.package",
	 .only = 19},
	{F("owner_id", MANY2ONE, "Owner"), .rel = "res.partner"},
	{F("quantity", FLOAT, "Quantity"), RO, .digits = 2},
	{F("reserved_quantity", FLOAT, "Reserved Quantity"), .init = "0",
	 .digits = 2, .flags = FIELD_REQUIRED | FIELD_READONLY},
	{F("available_quantity", FLOAT, "Available Quantity"), RO, .digits = 2,
	 .sql = "coalesce($.quantity,0)-coalesce($.reserved_quantity,0)"},
	{F("in_date", DATETIME, "Incoming Date"), RO, .init = "#now"},
	{F("tracking", SELECTION, "Tracking"), RO, .only = 14,
	 .sel = "serial=By Unique Serial Number|lot=By Lots|none=No Tracking",
	 .sql = OF_PRODUCT("tracking")},
	{F("tracking", SELECTION, "Tracking"), RO, .only = 19,
	 .sel = "serial=By Unique Serial Number|lot=By Lots|none=By Quantity",
	 .sql = OF_PRODUCT("tracking")},
	{F("on_hand", BOOLEAN, "On Hand"), .flags = FIELD_UNSTORED,
	 .sql = OF_LOCATION("usage") "='internal'"},
	{F("inventory_quantity", FLOAT, "Inventoried Quantity"),
	 .flags = FIELD_UNSTORED | FIELD_READONLY, .digits = 2, .only = 14},
	{F("inventory_quantity", FLOAT, "Counted"), .digits = 2, .only = 19},
	{F("inventory_quantity_auto_apply", FLOAT, "Inventoried Quantity"),
	 .digits = 2, .flags = FIELD_UNSTORED, .only = 19,
	 .sql = "coalesce($.quantity,0)"},
	{F("inventory_diff_quantity", FLOAT, "Difference"), RO, .digits = 2,
	 .only = 19},
	{F("inventory_date", DATE, "Scheduled"), .only = 19},
	{F("inventory_quantity_set", BOOLEAN, "Inventory Quantity Set"),
	 .init = "0", .only = 19},
	{F("is_outdated", BOOLEAN, "Quantity has been moved since last count"),
	 RO, .only = 19,
	 .sql = "coalesce($.inventory_quantity_set,0) AND "
		"round(coalesce($.inventory_quantity,0)-"
		"coalesce($.inventory_diff_quantity,0)-"
		"coalesce($.quantity,0),2)<>0"},
	{F("user_id", MANY2ONE, "Assigned To"), .rel = "res.users", .only = 19},
	{F("warehouse_id", MANY2ONE, "Warehouse"), RO, .rel = "stock.warehouse",
	 .only = 19, .sql = WAREHOUSE(OF_LOCATION("parent_path"))},
	END,
};

const struct model models_stock[] = {
	{.name = "stock.warehouse",
	 .label = "Warehouse",
	 .fields = warehouse,
	 .find = "name,code",
	 .order = "sequence,id",
	 .rules = &rules_warehouse,
	 .groups = "\t- Inventory/Administrator",
	 .groups_14 = "\t- Inventory/Administrator"},
	{.name = "stock.location",
	 .label = "Inventory Locations",
	 .fields = location,
	 .display = "$.complete_name",
	 .find = "complete_name,barcode",
	 .order = "complete_name,id",
	 .parent = "location_id",
	 .rules = &rules_location,
	 .groups = "\t- Inventory/Administrator",
	 .groups_14 = "\t- Inventory/Administrator"},
	{.name = "stock.lot",
	 .label = "Lot/Serial",
	 .fields = lot_19,
	 .find = "name,ref",
	 .order = "name,id",
	 .rules = &rules_lot,
	 .groups = "\t- Inventory/User",
	 .only = 19},
	{.name = "stock.production.lot",
	 .label = "Lot/Serial",
	 .fields = lot_14,
	 .find = "name,ref",
	 .order = "name,id",
	 .rules = &rules_lot,
	 .groups_14 = "\t- Inventory/User",
	 .only = 14},
	{.name = "stock.quant.package",
	 .label = "Packages",
	 .fields = package,
	 .find = "name",
	 .order = "name,id",
	 .groups_14 = "\t- Inventory/User",
	 .only = 14},
	{.name = "stock.package",
	 .label = "Package",
	 .fields = package,
	 .find = "name",
	 .order = "name,id",
	 .groups = "\t- Inventory/User",
	 .only = 19},
	{.name = "stock.quant",
	 .label = "Quants",
	 .fields = quant,
	 .display = "CAST($.id AS TEXT)",
	 .order = "id",
	 .rules = &rules_quant},
	END,
};
