#!/bin/bash
# Archives and packed files, checksums and markers beside a file.
# shellcheck source=tests/lib/tap.sh
. "$SLUICE_SOURCE/tests/lib/tap.sh"

cd "$T" || exit 99
records() { sluice-extract --quiet "$@" 2>err | jq -c 'select(.src) | [.src.file, .src.archive, .raw.a]'; }
said() { sluice-extract --quiet "$@" 2>&1 >/dev/null | sed 's/^sluice-extract: //'; }

printf 'a,b\n1,2\n' >one.csv
printf 'a,b\n3,4\n' >two.csv
mkdir sub __MACOSX
printf 'a\n5\n' >sub/three.txt
gzip -c one.csv >sub/four.csv.gz
echo junk >__MACOSX/one.csv
ln -s one.csv link.csv
zip -q -r -y drop.zip one.csv two.csv sub __MACOSX link.csv

is "every member is a file of its own; no folders, no links" "$(records drop.zip)" \
	'["one.csv","drop.zip","1"]
["two.csv","drop.zip","3"]
["sub/three.txt","drop.zip","5"]
["sub/four.csv.gz","drop.zip","1"]'
is "members by a pattern" "$(records --member '*.txt' drop.zip; records --member 'sub/*.gz' drop.zip)" \
	'["sub/three.txt","drop.zip","5"]
["sub/four.csv.gz","drop.zip","1"]'
is "from standard input, and an archive that is gzipped" \
	"$(records --member two.csv <drop.zip; gzip -c drop.zip >drop.zip.gz; records --member two.csv drop.zip.gz)" \
	'["two.csv","-","3"]
["two.csv","drop.zip.gz","3"]'
cat >zipped.yaml <<-'END'
	feed: zipped
	version: 1
	read: {format: csv, member: two.csv}
	map: []
END
is "the pattern of a feed" "$(records --profile ./zipped.yaml drop.zip)" '["two.csv","drop.zip","3"]'
is "none that matches" "$(said --member 'x*' drop.zip)" \
	"drop.zip: no member matches 'x*'; there are: one.csv, two.csv, sub/three.txt, sub/four.csv.gz"
is "a member of what is no archive" "$(said --member 'x*' one.csv)" "one.csv: no zip archive, so it has no member 'x*'"
mkdir empty
zip -q -r folder.zip empty
is "an archive without members" "$(said folder.zip)" "folder.zip: an archive without members"

head -c 500 drop.zip >cut.zip
is "a cut archive" "$(said cut.zip)" "cut.zip: no zip archive, or one that is cut short"
status "is damage" 65 sluice-extract --quiet cut.zip
zip -q -0 stored.zip one.csv two.csv
sed 's/^3,4/3,5/' stored.zip >changed.zip
is "records of whole members before damage are delivered" "$(records changed.zip | head -n 1)" '["one.csv","changed.zip","1"]'
is "a wrong checksum" "$(said changed.zip)" "changed.zip: two.csv: damaged, the checksum differs"
status "is damage, too" 65 sluice-extract --quiet changed.zip
is "and has no end line" "$(sluice-extract --quiet changed.zip 2>/dev/null | grep -c '"end"')" 0
zip -q -P secret locked.zip one.csv
is "an encrypted member" "$(said locked.zip)" \
	"locked.zip: one.csv: encrypted; nothing can be read without its password"
{
	echo a
	head -c 300000000 /dev/zero | tr '\0' '\n'
} | zip -q bomb.zip -
is "a bomb" "$(said bomb.zip)" "bomb.zip: -: unpacks to more than 400 times its size: no table does"

printf '\x1f\x9d\x90\x61\x14\xcc\x01' >one.Z # "a\ns", packed
is "what compress packed" "$(sluice-extract --quiet one.Z | jq -c '.raw // empty')" '{"a":"s"}'
printf '\x1f\x9d\x90\x61\x14' >cut.Z
is "cut within a code" "$(said cut.Z)" "cut.Z: the file is cut within a code of compress"
status "is damage as well" 65 sluice-extract --quiet cut.Z
xz -c one.csv >one.xz
is "packers that are not read are named" "$(said one.xz)" "one.xz: packed with xz; unpack it first (unxz)"
printf '\x28\xb5\x2f\xfd0123456789' >one.zst
printf 'BZh91AY&SY0123' >one.bz2
printf 'Rar!\x1a\x07\x000123' >one.rar
printf '\x1f\x1e0123456789' >old.z
is "by their first bytes" "$(said one.zst; said one.bz2; said one.rar; said old.z)" \
	"one.zst: packed with zstd; unpack it first (unzstd)
one.bz2: packed with bzip2; unpack it first (bunzip2)
one.rar: packed with rar; unpack it first (unrar x)
old.z: packed with pack; unpack it first (gzip -d)"
printf 'BZh9\n1\n' >text.csv
is "a text that begins alike is a text" "$(sluice-extract --quiet text.csv | jq -c '.raw // empty')" '{"BZh9":"1"}'

sha256sum one.csv >one.csv.sha256
md5sum --tag two.csv >two.csv.md5
is "checksums that agree" "$(records --checksum one.csv two.csv)" '["one.csv",null,"1"]
["two.csv",null,"3"]'
sha256sum one.csv | cut -d ' ' -f 1 | tr a-f A-F >one.csv.sha256
is "the digits alone" "$(records --checksum one.csv)" '["one.csv",null,"1"]'
sha256sum two.csv one.csv >one.csv.sha256
is "a list" "$(records --checksum one.csv)" '["one.csv",null,"1"]'
sha256sum two.csv | sed 's/two/one/' >one.csv.sha256
is "one that differs" "$(said --checksum one.csv)" "one.csv: damaged: its checksum is not that of one.csv.sha256"
status "is damage before any record" 65 sluice-extract --quiet --checksum one.csv
is "nothing is read" "$(sluice-extract --quiet --checksum one.csv 2>/dev/null | wc -c)" 0
echo "0000  other.csv" >one.csv.sha256
is "one of another file" "$(said --checksum one.csv)" "one.csv.sha256: no checksum of one.csv in it"
is "none at all" "$(said --checksum sub/three.txt)" \
	"sub/three.txt: there is no checksum beside it (three.txt.sha256 or .md5)"
is "none of standard input" "$(said --checksum <one.csv)" "standard input has no checksum beside it"

status "no marker yet: try again later" 75 sluice-extract --quiet --done .done one.csv
touch one.done two.csv.done
is "a marker" "$(records --done .done one.csv two.csv)" '["one.csv",null,"1"]
["two.csv",null,"3"]'
done_testing
