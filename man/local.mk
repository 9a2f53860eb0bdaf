# One line a page: dist_man_MANS += man/sluice-extract.1
dist_man_MANS += man/sluice.1
dist_man_MANS += man/sluice-extract.1 man/sluice-formats.7
dist_man_MANS += man/sluice-run.1 man/sluice-flow.5
dist_man_MANS += man/sluice-map.1
dist_man_MANS += man/sluice-validate.1 man/sluice-contract.5
dist_man_MANS += man/sluice-targets.5
dist_man_MANS += man/sluice-push.1 man/sluice-binding.5
