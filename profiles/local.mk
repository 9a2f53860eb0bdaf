# Profiles and samples keep their folders below the package's data folder.
nobase_dist_pkgdata_DATA =
nobase_dist_pkgdata_DATA += \
	profiles/targets.yaml.example \
	profiles/flows/nightly.yaml \
	profiles/feeds/erp-units.yaml \
	profiles/feeds/erp-groups.yaml \
	profiles/feeds/erp-items.yaml \
	profiles/feeds/crm-customers.yaml \
	profiles/feeds/crm-suppliers.yaml \
	profiles/feeds/wms-warehouses.yaml \
	profiles/feeds/wms-locations.yaml \
	profiles/feeds/wms-lots.yaml \
	profiles/feeds/wms-stock.yaml \
	profiles/feeds/pl3-items.yaml \
	profiles/feeds/pl3-stock.yaml \
	profiles/tables/pl3-uom.yaml \
	profiles/merges/products.yaml \
	profiles/tables/erp-uom.yaml \
	profiles/tables/countries.csv
nobase_dist_pkgdata_DATA += \
	profiles/edi/edifact-aperak-d01b.yaml \
	profiles/edi/edifact-aperak-d96a.yaml \
	profiles/edi/edifact-contrl.yaml \
	profiles/edi/edifact-desadv-d01b.yaml \
	profiles/edi/edifact-desadv-d93a.yaml \
	profiles/edi/edifact-desadv-d96a.yaml \
	profiles/edi/edifact-invoic-d01b.yaml \
	profiles/edi/edifact-invoic-d93a.yaml \
	profiles/edi/edifact-invoic-d96a.yaml \
	profiles/edi/edifact-invrpt-d01b.yaml \
	profiles/edi/edifact-invrpt-d93a.yaml \
	profiles/edi/edifact-invrpt-d96a.yaml \
	profiles/edi/edifact-ordchg-d01b.yaml \
	profiles/edi/edifact-ordchg-d93a.yaml \
	profiles/edi/edifact-ordchg-d96a.yaml \
	profiles/edi/edifact-orders-d01b.yaml \
	profiles/edi/edifact-orders-d93a.yaml \
	profiles/edi/edifact-orders-d96a.yaml \
	profiles/edi/edifact-ordrsp-d01b.yaml \
	profiles/edi/edifact-ordrsp-d96a.yaml \
	profiles/edi/edifact-recadv-d01b.yaml \
	profiles/edi/edifact-recadv-d96a.yaml
nobase_dist_pkgdata_DATA += \
	profiles/edi/x12-204.yaml \
	profiles/edi/x12-214.yaml \
	profiles/edi/x12-810.yaml \
	profiles/edi/x12-820.yaml \
	profiles/edi/x12-846.yaml \
	profiles/edi/x12-850.yaml \
	profiles/edi/x12-855.yaml \
	profiles/edi/x12-856.yaml \
	profiles/edi/x12-860.yaml \
	profiles/edi/x12-865.yaml \
	profiles/edi/x12-940.yaml \
	profiles/edi/x12-945.yaml \
	profiles/edi/x12-997.yaml
nobase_dist_pkgdata_DATA += \
	profiles/contracts/category-1.yaml \
	profiles/contracts/location-1.yaml \
	profiles/contracts/lot-1.yaml \
	profiles/contracts/partner-1.yaml \
	profiles/contracts/product-1.yaml \
	profiles/contracts/stock_balance-1.yaml \
	profiles/contracts/uom-1.yaml \
	profiles/contracts/warehouse-1.yaml
nobase_dist_pkgdata_DATA += \
	profiles/odoo/14/location.yaml \
	profiles/odoo/14/lot.yaml \
	profiles/odoo/14/product.yaml \
	profiles/odoo/14/stock_balance.yaml \
	profiles/odoo/14/uom.yaml \
	profiles/odoo/19/location.yaml \
	profiles/odoo/19/lot.yaml \
	profiles/odoo/19/product.yaml \
	profiles/odoo/19/stock_balance.yaml \
	profiles/odoo/19/uom.yaml \
	profiles/odoo/base/category.yaml \
	profiles/odoo/base/location.yaml \
	profiles/odoo/base/lot.yaml \
	profiles/odoo/base/partner.yaml \
	profiles/odoo/base/product.yaml \
	profiles/odoo/base/stock_balance.yaml \
	profiles/odoo/base/uom.yaml \
	profiles/odoo/base/warehouse.yaml
nobase_dist_pkgdata_DATA += \
	profiles/xml/cii-invoice.yaml \
	profiles/xml/cxml-order.yaml \
	profiles/xml/ubl-credit-note.yaml \
	profiles/xml/ubl-invoice.yaml \
	profiles/xml/ubl-order.yaml
