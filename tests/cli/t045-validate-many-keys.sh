#!/bin/bash
# More keys and unique values than sluice-validate keeps in memory.
. "$SLUICE_SOURCE/tests/lib/tap.sh"
cd "$T" || exit 99
mkdir contracts tmp
cat >contracts/thing-1.yaml <<'END'
properties:
  a: {x-unique: true}
  b: {x-unique: true}
  c: {x-unique: true}
  d: {x-unique: true}
  e: {x-unique: true}
  f: {x-unique: true}
  g: {x-unique: true}
END
# Eight hashes a record: 2.4 million, where 1.8 million fit.
awk 'BEGIN {
	for (i = 1; i <= 300000; i++)
		printf "{\"entity\":\"thing\",\"key\":\"%d\",\"fields\":" \
			"{\"a\":%d,\"b\":%d,\"c\":%d,\"d\":%d,\"e\":%d," \
			"\"f\":%d,\"g\":%d},\"src\":{\"file\":\"F\"," \
			"\"row\":%d}}\n", i, i, i, i, i, i, i, i, i + 1
}' >good
cat >bad <<'END'
{"entity":"thing","key":"17","fields":{"a":"new"},"src":{"file":"F","row":300002}}
{"entity":"thing","key":"new","fields":{"g":299999,"b":1.0},"src":{"file":"F","row":300003}}
END
validate() { TMPDIR=$T/tmp sluice-validate --contracts contracts "$@"; }

cat good bad | validate --rejects rejects >out
is 'those that repeat are rejected' $? 1
is 'all others go out' "$(cmp good out 2>&1)" ''
is 'with the record that was first' \
	"$(grep -o 'came before ([^)]*)' rejects | uniq)" \
	'came before (F, row 18)
came before (F, row 2)
came before (F, row 300000)'
is 'nothing is left behind' "$(ls tmp)" ''

# peak memory, as the kernel counts it; a sanitizer has its own
if ! grep -q fsanitize "$SLUICE_BUILD/config.log" &&
	[ -x /usr/bin/time ]; then
	/usr/bin/time -o peak -f %M sluice-validate --contracts contracts \
		good >out
	ok 'memory stays below 64 MiB' [ "$(cat peak)" -lt 65536 ]
else
	skip 'memory stays below 64 MiB' 'a sanitizer, or no time'
fi

validate --refs good bad >out 2>err
is 'keys of reference files are no repetition' $? 0

rmdir tmp
status 'no folder for what does not fit' 73 \
	validate --summary summary good
like 'is told' "$(cat .err)" "cannot create $T/tmp/sluice"
like 'and in the summary' "$(cat summary)" '"whole":false,"status":73'
# A file that may not grow is as good as a full disk.
mkdir tmp
status 'a disk that is full' 74 \
	bash -c "ulimit -f 8192; trap '' XFSZ
		TMPDIR=$T/tmp exec sluice-validate --contracts contracts <good \
		>/dev/null"
like 'is told as well' "$(cat .err)" 'keys seen before, kept in .TMPDIR: '

# What nothing was held against is counted.
status 'references to what nobody knows' 0 sluice-validate --summary counts \
	--contracts "$SLUICE_SOURCE/tests/validate/refs-nothing/contracts" \
	"$SLUICE_SOURCE/tests/validate/refs-nothing/input.jsonl"
like 'are in the summary' "$(cat counts)" '"unchecked":3,'
done_testing
