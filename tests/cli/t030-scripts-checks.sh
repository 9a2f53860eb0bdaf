#!/bin/bash
# The checks of scripts/ find what they are there to find.
. "$SLUICE_SOURCE/tests/lib/tap.sh"

scripts=$SLUICE_SOURCE/scripts

# ---- check-layers ----
src=$T/src
mkdir -p "$src"/{core,odoo,conf,read,map,report,sandbox}
touch "$src/core/buf.h" "$src/odoo/http.h" "$src/map/expr.h" "$src/conf/p.h"
printf '#include "core/buf.h"\n#include "p.h"\n' >"$src/conf/p.c"
printf '#include <curl/curl.h>\n#include "http.h"\n' >"$src/odoo/http.c"
printf '#include "map/expr.h"\n#include "sandbox/s.h"\n' >"$src/cmd_map.c"
ok 'layers: includes that go downwards are fine' "$scripts/check-layers" "$src"

# planted NAME FILE INCLUDE PATTERN
planted() {
	printf '\n#include %s\n' "$3" >"$src/$2"
	status "layers: $1 is found" 1 "$scripts/check-layers" "$src"
	like "layers: $1 is named" "$(cat "$T/.out")" "^$2:2: .*$4"
	rm "$src/$2"
}
planted 'core using the wire' core/x.c '"odoo/http.h"' 'core .* odoo'
planted 'a stage using another' read/x.c '"map/expr.h"' 'read .* map'
planted 'a command used from below' report/x.c '"command.h"' 'report'
planted 'a folder nobody ranked' map/x.c '"misc/x.h"' 'unknown folder misc'
planted 'a path that goes up' map/x.c '"../conf/p.h"' 'from src/'
planted 'the sandbox using the wire' sandbox/x.c '"odoo/http.h"' 'core only'
planted 'the sandbox used by a stage' map/x.c '"sandbox/s.h"' 'sandbox'
planted 'curl outside of odoo' map/x.c '<curl/curl.h>' 'belongs to odoo'
status 'layers: an empty folder is no success' 1 "$scripts/check-layers" "$src/report"

# ---- check-man ----
build=$T/build
page=$T/man/sluice-demo.1
mkdir -p "$build" "$T/man"
cat >"$build/sluice-demo" <<'END'
#!/bin/sh
cat <<HELP
usage: sluice-demo [OPTION...] [FILE...]

Options:
      --delimiter S       may be several characters; see --quote
  -q, --quiet             only errors
HELP
END
chmod +x "$build/sluice-demo"
write_page() {
	printf '.Sh %s\n' NAME SYNOPSIS DESCRIPTION 'EXIT STATUS' EXAMPLES 'SEE ALSO'
	printf '.It %s\n' "$@"
}
check_man() { "$scripts/check-man" "$build" "$T"; }
write_page 'Fl -delimiter Ar S' 'Fl q , Fl -quiet' >"$page"
ok 'man: a page that tells the same is fine' check_man

write_page 'Fl q , Fl -quiet' >"$page"
status 'man: an option that the page lacks is found' 1 check_man
like 'man: and named' "$(cat "$T/.out")" '^< --delimiter S'
write_page 'Fl -delimiter Ar S' 'Fl q , Fl -quiet' 'Fl -gone' >"$page"
status 'man: an option that the command lacks is found' 1 check_man
like 'man: and named' "$(cat "$T/.out")" '^> --gone'
write_page 'Fl -delimiter Ar C' 'Fl q , Fl -quiet' >"$page"
status 'man: another word for the value is found' 1 check_man
write_page 'Fl -delimiter Ar S' 'Fl q , Fl -quiet' | sed /EXAMPLES/d >"$page"
status 'man: a missing section is found' 1 check_man
rm "$page"
status 'man: a missing page is found' 1 check_man
write_page >"$T/man/sluice-other.1"
like 'man: a page without a command is found' "$(check_man)" 'sluice-other.1'

# ---- check-style, where its tools are ----
tree=$T/tree
mkdir -p "$tree/src/core" "$tree/man" "$tree/tests" "$tree/scripts"
cp "$scripts"/check-* "$scripts/cppcheck.cfg" "$tree/scripts"
cp "$SLUICE_SOURCE/.clang-format" "$SLUICE_SOURCE/.shellcheckrc" "$tree"
write_c() {
	printf 'int f(int n);\nint f(int n)\n{\n\t%s\n}\n' "$1" >"$tree/src/core/f.c"
}
# style CHECK TOOL GOOD BAD: the second command plants what has to be found.
style() {
	command -v "$2" >/dev/null || {
		skip "style: $1" "$2 is not installed"
		return
	}
	"$3"
	ok "style: $1 passes what is right" "$tree/scripts/check-style" "$1"
	"$4"
	status "style: $1 finds what is wrong" 1 "$tree/scripts/check-style" "$1"
	like "style: $1 says so" "$(cat "$T/.out")" "$1 FAILED"
}
c_good() { write_c 'return n;'; }
c_layout() { write_c 'return   n ;'; }
c_bounds() { write_c 'int a[4] = {0}; return a[n > 2 ? 7 : 0];'; }
sh_good() { printf '#!/bin/bash\necho fine\n' >"$tree/tests/x.sh"; }
# shellcheck disable=SC2016 # planted
sh_bad() { printf '#!/bin/bash\nrm -rf $1/\n' >"$tree/tests/x.sh"; }
page_good() {
	printf '.Dd January 1, 2026\n.Dt X 1\n.Os\n.Sh NAME\n.Nm x\n.Nd y\n' \
		>"$tree/man/x.1"
}
page_bad() {
	page_good
	printf '.Sh DESCRIPTION\n.Bl -tag\n.It Fl x\nno end\n' >>"$tree/man/x.1"
}
style format clang-format c_good c_layout
style cppcheck cppcheck c_good c_bounds
style shell shellcheck sh_good sh_bad
style mandoc mandoc page_good page_bad
status 'style: an unknown check is wrong usage' 64 "$tree/scripts/check-style" spelling
done_testing
