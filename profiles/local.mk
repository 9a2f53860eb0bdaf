# Profiles and samples keep their folders below the package's data folder.
nobase_dist_pkgdata_DATA =
