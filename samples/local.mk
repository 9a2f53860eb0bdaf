# The sample company's files; tests and quickstart copy them before use.
nobase_dist_pkgdata_DATA += \
	samples/README.md \
	samples/company/erp/UNITS.csv \
	samples/company/erp/GROUPS.csv \
	samples/company/erp/ITEMS.csv \
	samples/company/crm/customers.txt \
	samples/company/crm/suppliers.csv \
	samples/company/wms/warehouses.csv \
	samples/company/wms/locations.jsonl \
	samples/company/wms/LOTS.txt \
	samples/company/wms/STOCK_PL1.csv.gz \
	samples/company/wms/STOCK_PL2.csv.gz \
	samples/company/pl3/ARTICLES.csv \
	samples/company/pl3/BINS.csv
