# One line a page: dist_man_MANS += man/sluice-extract.1
dist_man_MANS += man/sluice.1
dist_man_MANS += man/sluice-extract.1 man/sluice-formats.7
