/*
 * profile.h - where profiles are
 *
 * A profiles folder holds feeds/NAME.yaml, contracts/ENTITY-N.yaml,
 * odoo/base|VERSION/ENTITY.yaml, tables/, flows/NAME.yaml and targets.yaml.
 * Searched in order: --profiles, each folder of $SLUICE_PROFILES (separated
 * by ':'), $XDG_CONFIG_HOME/sluice (or ~/.config/sluice), /etc/sluice, the
 * shipped ones.
 */
#ifndef SLUICE_PROFILE_H
#define SLUICE_PROFILE_H

#include "core/err.h"

/*
 * The path of `folder`/`name`.yaml in the first place that has it; free it.
 * The folder "" is the profiles folder itself.
 * `name` may not leave the folder (no "..", no leading "/").  A `name` that
 * ends in ".yaml" and has a "/" is a path of its own and is taken as it is.
 * NULL with ERR_CONFIG, which lists where was looked and suggests a name.
 */
char *profile_find(const char *option, const char *folder, const char *name,
		   struct err *err);

/* The same, but NULL with err.code ERR_NONE where there is none. */
char *profile_find_optional(const char *option, const char *folder,
			    const char *name, struct err *err);

/*
 * A file of any kind that a profile names ("tables/uom.csv"), relative to the
 * profiles folder in which `profile_path` lies (two levels up:
 * DIR/feeds/x.yaml) or, failing that, in the search path.  Free it.
 */
char *profile_file(const char *option, const char *profile_path,
		   const char *name, struct err *err);

/*
 * The names (without .yaml) of all profiles in `folder`, each once, in order:
 * what profile_find would find.  The list ends with NULL; profile_names_free
 * it.
 */
char **profile_names(const char *option, const char *folder);
void profile_names_free(char **names);

#endif
