#!/bin/bash
# Feeds found by name: what they extend, what --diff says of them, and what
# contracts say of their entities and fields.
. "$SLUICE_SOURCE/tests/lib/tap.sh"
shipped=$SLUICE_SOURCE/profiles
unset SLUICE_PROFILES
export XDG_CONFIG_HOME=$T/none
mkdir -p "$T/p/feeds" "$T/p/contracts" "$T/p/tables" "$T/o/feeds" "$T/o/tables"

map() { sluice-map --quiet --profiles "$T/p" "$@" 2>&1; }
feed() { # NAME, the rest on standard input
	{
		echo "feed: $1"
		cat
	} >"$T/p/feeds/$1.yaml"
}

# ---- shipped feeds
mapfile -t names < <(cd "$shipped/feeds" && printf '%s\n' *.yaml |
	sed 's/\.yaml$//')
export SLUICE_PROFILES=$shipped
sluice-map --check "${names[@]}" >"$T/out" 2>&1
is 'the examples of all shipped feeds run' "$?" 0
is 'each feed has some' \
	"$(grep -c ': [1-9][0-9]* examples, 0 failed$' "$T/out")" \
	"${#names[@]}"
for pair in pl3-items:ARTICLES pl3-stock:BINS; do
	file=$SLUICE_SOURCE/samples/company/pl3/${pair#*:}.csv
	sluice-extract --profile "${pair%:*}" "$file" |
		sluice-map --profile "${pair%:*}" --quiet \
			--rejects "$T/rejects" |
		sluice-validate >"$T/out" 2>"$T/err"
	is "${pair%:*}: all but the wrong row are valid" \
		"$? $(cat "$T/err") $(wc -l <"$T/rejects")" '0  1'
done
unset SLUICE_PROFILES

# ---- entities and fields
feed one <<<'map: [{entity: thing, key: K, fields: {nmae: N}}]'
is 'without contracts every entity is known' \
	"$(map --explain one | grep -c '^entity thing')" 1
cat >"$T/p/contracts/thing-1.yaml" <<'END'
type: object
properties: {name: true, old: true}
additionalProperties: false
END
like 'a field that the contract does not have' "$(map --check one)" \
	"one.yaml:2:40: 'nmae' is no field of thing, says .*thing-1.yaml; did you mean 'name'?"
sed 's/properties: .*/properties: {name: true, nmae: true}/' \
	"$T/p/contracts/thing-1.yaml" >"$T/p/contracts/thing-10.yaml"
is 'the newest contract counts' "$(map --check one)" 'one: 0 examples, 0 failed'
rm "$T/p/contracts/thing-10.yaml"
sed -i '/^additional/d' "$T/p/contracts/thing-1.yaml"
is 'a contract that is open' "$(map --check one)" 'one: 0 examples, 0 failed'
cat >"$T/p/contracts/order-1.yaml" <<'END'
type: object
additionalProperties: false
properties:
  lines:
    items:
      properties: {product: true, qty: true}
      additionalProperties: false
END
feed two <<<'map: [{entity: order, key: K, fields: {lines: {each: L, fields: {qyt: Q}}}}]'
like 'a field of lines' "$(map --check two)" \
	"two.yaml:2:66: 'qyt' is no field of lines of order, .*; did you mean 'qty'?"
feed two <<<'map: [{entity: order, key: K, group: {by: K, lines: {qyt: Q}}}]'
like 'and of grouped ones' "$(map --check two)" \
	"two.yaml:2:54: 'qyt' is no field of lines of order"
feed two <<<'map: [{entity: order, key: K, group: {by: K, lists: {lnes: {fields: {qty: Q}}}}}]'
like 'and a list that is none' "$(map --check two)" \
	"two.yaml:2:54: 'lnes' is no field of order, .*; did you mean 'lines'?"
rm "$T/p/contracts/order-1.yaml"
feed wrong <<<'map: [{entity: thnig, key: K}]'
like 'an entity without a contract' "$(map --check wrong)" \
	"wrong.yaml:2:16: unknown entity 'thnig'; did you mean 'thing'?"
map --check wrong >/dev/null
is 'is refused' $? 78
like 'before a file is read, too' \
	"$(sluice-extract --profiles "$T/p" --profile wrong /dev/null 2>&1)" \
	"unknown entity 'thnig'"
like 'and by path, where contracts lie beside the feed' \
	"$(sluice-map --check "$T/p/feeds/wrong.yaml" 2>&1)" \
	"unknown entity 'thnig'"
cp "$T/p/feeds/wrong.yaml" "$T/draft.yaml"
is 'a draft elsewhere is not' "$(map --check "$T/draft.yaml")" \
	'wrong: 0 examples, 0 failed'
echo '{' >"$T/p/contracts/thing-1.yaml"
like 'a contract that is no YAML' "$(map --check one)" 'thing-1.yaml:2:1: '
rm "$T/p/contracts/thing-1.yaml" "$T/p/feeds/wrong.yaml"

feed other <<<'map: [{entity: a, key: K}]'
mv "$T/p/feeds/other.yaml" "$T/p/feeds/another.yaml"
like 'a feed has the name of its file' "$(map --check another)" \
	"another.yaml:1:7: this is the file of feed 'another', not of 'other'"
mv "$T/p/feeds/another.yaml" "$T/p/feeds/other.yaml"

# ---- extends, by name
feed two <<'END'
extends: one
map: [{entity: thing, fields: {nmae: ~, name: N | trim}}]
END
is 'a base is found by its name' "$(map --explain two |
	sed -n 's/ \{2,\}/ /g; s/^ fields.//p')" 'name N | trim two.yaml:3'
feed lost <<<'extends: ohter'
like 'or not' "$(map --check lost)" \
	"lost.yaml:2:10: extends: no feeds/ohter.yaml; did you mean 'other'?"
feed lost <<<'extends: [one]'
like 'one base, no list' "$(map --check lost)" 'extends must be text'
feed lost <<<'extends: lost'
like 'itself' "$(map --check lost)" 'extends itself: lost -> lost$'
rm "$T/p/feeds/lost.yaml"
for ((i = 1; i <= 16; i++)); do
	feed "c$i" <<<"extends: c$((i + 1))"
done
feed c17 <<<'map: [{entity: a, key: K}]'
is 'sixteen in a row' "$(map --check c2)" 'c2: 0 examples, 0 failed'
like 'and no more' "$(map --check c1)" \
	'c16.yaml:2:10: extends: too many feeds extend one another: c1 -> c2 -> .* -> c17$'
rm "$T"/p/feeds/c*.yaml

# ---- tables of either folder
cat >"$T/o/feeds/base.yaml" <<'END'
feed: base
map: [{entity: a, key: K, fields: {x: X | table('there'), h: "X | keyed_hash('mask.key')"}}]
END
echo 'A: base' >"$T/o/tables/there.yaml"
(umask 077 && echo secret >"$T/o/mask.key")
feed over <<<"extends: $T/o/feeds/base.yaml"
is "the base's table, from the base's folder" \
	"$(echo '{"raw":{"K":"k","X":"A"}}' | map --profile over |
		grep -o '"x":"[a-z]*"')" '"x":"base"'
echo 'A: overlay' >"$T/p/tables/there.yaml"
is "the overlay's own goes first" \
	"$(echo '{"raw":{"K":"k","X":"A"}}' | map --profile over |
		grep -o '"x":"[a-z]*"')" '"x":"overlay"'
rm "$T/p/feeds/over.yaml"

# ---- --diff
feed b1 <<'END'
read: {format: csv, delimiter: ";"}
map:
  - {entity: a, key: K, fields: {x: X, y: Y}}
  - {entity: b, key: K}
END
feed b2 <<<'map: [{entity: z, key: Z}]'
feed n-b1 <<'END'
extends: b1
site: N1
map: [{entity: a, when: Z = 1, fields: {x: X | trim, y: ~, z: "' z'"}}]
END
feed s-b1 <<'END'
extends: b1
site: S
read: {delimiter: "\t"}
map: [{entity: b, drop: true}, {entity: c, key: K, op: create}]
END
feed s-b2 <<<'{extends: b2, site: S}'
sed -i -e '1d' -e 's/{/{feed: s-b2, /' "$T/p/feeds/s-b2.yaml"
feed n-own <<'END'
map: [{entity: q, key: K, site: N1}]
END
like 'differences are counted' "$(sluice-map --profiles "$T/p" --diff b1 n-b1 2>&1)" \
	'^sluice-map: 6 differences$'
is 'nothing differs' "$(map --diff b1 b1; echo $?)" 0
is 'two feeds' "$(map --diff n-b1 s-b1; echo $?)" "$(
	cat <<'END'
read.delimiter: ;  ->  "\t"
a site: "N1"  ->  "S"
only in n-b1: a when: Z = 1
a.x: X | trim  ->  X
only in n-b1: a.z: ' z'
only in s-b1: a.y: Y
only in n-b1: b key: K
only in n-b1: b op: "upsert"
only in n-b1: b site: "N1"
only in s-b1: c key: K
only in s-b1: c op: "create"
only in s-b1: c site: "S"
1
END
)"
map --diff N1 S >"$T/out"
is 'two sites' "$? $(grep -v '^  ' "$T/out")" "1 feed n-b1  ->  s-b1
only in N1: feed n-own
only in S: feed s-b2"
is 'a feed and a site' "$(map --diff b2 S)" "feed b2  ->  s-b2
  only in s-b2: z site: \"S\"
only in S: feed s-b1"
is 'a site and itself' "$(map --diff S S; echo $?)" 'feed s-b1  ->  s-b1
feed s-b2  ->  s-b2
0'
like 'a name that is none' "$(map --diff b1 n-b2; echo $?)" \
	"neither a feed nor a site 'n-b2'; did you mean '[nsb1-]*b[12]'?"
like 'a site that is none' "$(map --diff NI1 S; echo $?)" "did you mean 'N1'"
map --diff NI1 S >/dev/null
is 'is refused' $? 78
for args in 'b1' 'b1 b2 s-b2' '--profile b1 b1 b2'; do
	# shellcheck disable=SC2086
	map --diff $args >/dev/null
	is "--diff $args" $? 64
done

# ---- --diff: tables of one name
mkdir -p "$T/q/feeds" "$T/q/tables"
for dir in p q; do
	printf 'feed: tabled\nmap: [{entity: a, key: K, fields: {x: "X | table(%s)"}}]\n' \
		"'codes'" >"$T/$dir/feeds/tabled.yaml"
done
printf 'A: 1\nB: 2\n' >"$T/p/tables/codes.yaml"
printf 'code,value\nB,2\nA,1\n' >"$T/q/tables/codes.csv"
tabled() {
	sluice-map --quiet --diff "$T/p/feeds/tabled.yaml" \
		"$T/q/feeds/tabled.yaml" 2>&1
	echo $?
}
is 'the same in another form is not: text is no number' \
	"$(tabled | tail -n 1)" 1
printf 'A: "1"\nB: "2"\n' >"$T/p/tables/codes.yaml"
is 'the same codes and values in other files' "$(tabled)" 0
sed -i 's/A,1/A,3/' "$T/q/tables/codes.csv"
is 'one value differs' "$(tabled)" \
	"table codes: $T/p/feeds/../tables/codes.yaml  ->  $T/q/feeds/../tables/codes.csv differ
1"
sed -i 's/A,3/A,1/; s/B,2/C,2/' "$T/q/tables/codes.csv"
is 'one code differs' "$(tabled | tail -n 1)" 1
printf 'table: {case: ignore}\ncodes: {a: "1", b: "2"}\n' >"$T/p/tables/codes.yaml"
printf 'table: {zeros: ignore}\ncodes: {a: "1", b: "2"}\n' >"$T/q/tables/codes.yaml"
rm "$T/q/tables/codes.csv"
is 'how codes are compared differs' "$(tabled | tail -n 1)" 1
printf 'table: {case: ignore}\ncodes: {a: {value: "1", until: 2024-01-31}}\n'  \
	>"$T/p/tables/codes.yaml"
printf 'table: {case: ignore}\ncodes: {a: {value: "1", until: 2024-02-01}}\n' >"$T/q/tables/codes.yaml"
sed -i "s/table('codes')/table_at('codes', D)/" "$T"/[pq]/feeds/tabled.yaml
is 'when a code is valid differs' "$(tabled | tail -n 1)" 1
is '--explain names the file of a table' \
	"$(map --explain "$T/q/feeds/tabled.yaml" | grep '^table')" \
	"table codes, file $T/q/feeds/../tables/codes.yaml"
rm "$T/p/feeds/tabled.yaml"

# ---- --diff beside feeds that are broken
feed broken <<<'map: [{entity: a, key: K, site: ELSEWHERE}, 7]'
sed -i 's/^map:/mpa:/' "$T/p/feeds/broken.yaml"
sluice-map --profiles "$T/p" --diff N1 S >"$T/again" 2>"$T/err"
is 'a broken feed of another site does not matter' "$? $(cat "$T/again")" \
	"1 $(cat "$T/out")"
like 'but is told' "$(cat "$T/err")" \
	"^sluice-map: warning: feed broken is left out: .*broken.yaml:2:1: "
is 'once' "$(grep -c 'left out' "$T/err")" 1
feed broken <<<'{mpa: [], site: S}'
sed -i -e '1d' -e 's/{/{feed: broken, /' "$T/p/feeds/broken.yaml"
like 'one of the site does' "$(map --diff N1 S; echo $?)" \
	"broken.yaml:1:.*'map'?.*
78"
feed broken <<<'map: [{entity: a, key: K, site: S}]'
echo 'mpa: x' >>"$T/p/feeds/broken.yaml"
is 'by an entry of its map, too' "$(map --diff N1 S; echo $?)" \
	"sluice-map: $T/p/feeds/broken.yaml:3:1: unknown key 'mpa'; did you mean 'map'?
78"
feed broken <<<'map: [{entity: a, key: K |}]'
like 'a feed that cannot be compiled' "$(map --diff b1 broken)" \
	'broken.yaml:2:'
done_testing
