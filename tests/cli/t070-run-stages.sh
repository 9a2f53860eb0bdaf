#!/bin/bash
# sluice-run and its stages, with stand-ins for them that do what they are told:
# which failure is whose, what is sent, what is archived, what is said.
. "$SLUICE_SOURCE/tests/lib/tap.sh"
command -v jq >/dev/null || skip_all 'jq is not installed'

# ---- stand-ins --------------------------------------------------------------
# Each passes its input on and counts; a file NAME.do is run before, NAME.end
# after it has written all but its end line.
mkdir "$T/bin" "$T/profiles" "$T/profiles/"{feeds,flows}
cp "$SLUICE_BUILD/sluice-run" "$T/bin/"
cat >"$T/bin/stage" <<'END'
#!/bin/bash
name=$(basename "$0") name=${name#sluice-} from=/dev/stdin
while [ $# -gt 0 ]; do
	case $1 in
	--summary) summary=$2; shift ;;
	--rejects) rejects=$2; shift ;;
	--profile | --target | --max-rejects | --profiles) shift ;;
	--) from=$2; shift ;;
	esac
	shift
done
: >"$rejects"
echo "$name $SLUICE_RUN" >>"$T/started"
[ ! -e "$T/$name.do" ] || . "$T/$name.do"
if [ "$name" = extract ]; then
	echo '{"sluice":1,"stage":"extract","run":"r"}'
	mapfile -t lines <"$from"
else
	mapfile -t lines
	echo "${lines[0]}"
	unset 'lines[-1]' 'lines[0]'
fi
n=0
for line in "${lines[@]}"; do
	n=$((n + 1))
	[ "$name" != push ] || line="{\"entity\":\"x\",\"key\":\"$n\",\"outcome\":\"created\"}"
	echo "$line"
done
in=$n out=$n rejected=0 whole=true status=0 end=1
[ ! -e "$T/$name.end" ] || . "$T/$name.end"
[ -z "$end" ] || echo "{\"sluice\":1,\"end\":true,\"records\":$n,\"rejects\":$rejected}"
[ -z "$summary" ] || echo "{\"in\":$in,\"out\":$out,\"rejected\":$rejected,\"skipped\":0,
	\"whole\":$whole,\"status\":$status}" >"$summary"
exit $status
END
chmod +x "$T/bin/stage"
for name in extract map validate push reconcile; do
	ln -s stage "$T/bin/sluice-$name"
done
echo 'feed: a' >"$T/profiles/feeds/a.yaml"
echo 'feed: b' >"$T/profiles/feeds/b.yaml"
flow() {
	cat >"$T/profiles/flows/n.yaml" <<-END
		flow: n
		target: t
		inbox: inbox
		archive: archive
		work: work
		$1
		feeds:
		  - {feed: a, files: A*, $2}
		  - {feed: b, files: B*, $3}
	END
}
export T SLUICE_PROFILES=$T/profiles
cd "$T" || exit 99

# fresh [FILE...]: nothing was ever done, and these files have come.
fresh() {
	rm -rf inbox archive work ./*.do ./*.end started
	mkdir inbox
	flow '' '' ''
	for f in "$@"; do
		printf '%s\n' '{"f":"'"$f"'","n":1}' '{"f":"'"$f"'","n":2}' >"inbox/$f"
	done
}
run() {
	"$T/bin/sluice-run" "$@" n >out 2>err
	rc=$?
}
files() { find "$1" -type f -printf '%f\n' 2>/dev/null | LC_ALL=C sort | tr '\n' ' '; }
started() { cut -d' ' -f1 started 2>/dev/null | LC_ALL=C sort | tr '\n' ' '; }

# ---- all is well ---------------------------------------------------------------
fresh A1 A2 B
SLUICE_RUN=R1 run
is 'all is well' "$rc$(cat out err)" 0
is 'the inbox is empty' "$(files inbox)" ''
is 'the archive is full' "$(files archive)" 'A1.R1.gz A2.R1.gz B.R1.gz '
is 'with what came' "$(zcat archive/A2.R1.gz)" $'{"f":"A2","n":1}\n{"f":"A2","n":2}'
is 'every stage has the run id' "$(sort -u started | tr '\n' ' ')" \
	'extract R1 map R1 push R1 validate R1 '
is 'nothing but receipts is left' "$(files work)" \
	'a.2.receipts a.receipts b.receipts history.jsonl lock '
is 'the history' "$(jq -r '[.event, .file // "", .records // ""] | join(" ")' \
	work/n/history.jsonl)" $'begin  \ndone A1 2\ndone A2 2\ndone B 2\nend  '
is 'only the owner can read it' "$(stat -c %a work/n/history.jsonl archive/A1.R1.gz |
	tr '\n' ' ')" '600 600 '
rm started
run
is 'no file: nothing runs' "$rc$(cat out err)$(started)" 0
is 'and leaves no trace' "$(wc -l <work/n/history.jsonl)" 5
run -v
like '-v: the block also then' "$(cat out)" 'all is well'
fresh A1
run --summary "$T/s" --rejects "$T/r"
is 'the summary counts files' "$(jq -c '[.in, .out, .rejected, .skipped, .records]' s)" \
	'[1,1,0,0,2]'

# ---- whose failure it is ----------------------------------------------------------
# fails WHAT STATUS WORDS: run, with what stays and that nothing was sent.
fails() {
	run
	is "$1: status" $rc "$2"
	like "$1: said" "$(cat out err)" "$3"
	is "$1: the file stays" "$(files inbox)$(files archive)" 'A1 '
}
not_sent() { unlike "$1: nothing is sent" "$(started)" push; }

fresh A1
echo 'echo "sluice-extract: A1:2: an open quote" >&2; status=65 end= whole=false' >extract.end
echo 'status=65 end= whole=false; echo "sluice-map: cut short" >&2' >map.end
cp map.end validate.end
fails 'a damaged file' 65 'extract: A1:2: an open quote'
not_sent 'a damaged file'
fresh A1
echo 'kill -SEGV $$' >map.do
echo 'status=65 end= whole=false; echo "sluice-validate: cut short" >&2' >validate.end
fails 'a stage that died' 70 'map: sluice-map died of signal 11'
not_sent 'a stage that died'
fresh A1
echo 'echo "sluice-validate: contracts/x-1.yaml:3:1: no" >&2; exit 78' >validate.do
fails 'a wrong contract' 78 'validate: contracts/x-1.yaml:3:1: no'
not_sent 'a wrong contract'
fresh A1
echo 'in=1 out=1' >validate.end
fails 'a record lost between stages' 70 'do not add up: validate 1, but 2'
not_sent 'a record lost between stages'
fresh A1
echo 'rejected=1' >map.end
fails 'a record lost within a stage' 70 'do not add up: map 2, but 3'
fresh A1
echo 'out=1 rejected=1' >validate.end
fails 'a spool that is not what was said' 70 'do not add up: the spool 2, but 1'
not_sent 'a spool that is not what was said'
fresh A1
echo 'end=' >validate.end
fails 'a spool without an end' 65 'cut short'
not_sent 'a spool without an end'
fresh A1
echo 'summary=' >extract.end
fails 'a stage without a summary' 70 'sluice-extract ended with status 0'
not_sent 'a stage without a summary'
fresh A1
echo 'echo "sluice-push: no answer" >&2; exit 75' >push.do
fails 'a target that is away' 75 'push: no answer; what is not done stays in inbox'
is 'a target that is away: no block' "$(cat out)" ''
fresh A1
echo 'echo "sluice-push: Access Denied" >&2; exit 77' >push.do
fails 'a target that does not let us in' 77 '^stopped: push: Access Denied'
fresh A1
echo 'in=1 out=1' >push.end
fails 'a record lost by push' 70 'do not add up: push 1, but 2'
fresh A1
echo 'end=' >push.end
fails 'receipts cut short' 65 'push: .*cut short'
fresh A1
echo 'echo "{}" >>"$from"' >extract.end
fails 'a file that changes while it is read' 75 'changed while it was read|do not add up'
not_sent 'a file that changes while it is read'

# ---- rejects ---------------------------------------------------------------------------
reject() {
	cat <<-'END'
		out=1 rejected=1 n=1 status=1
		echo '{"stage":"map","code":"bad-date","field":"D","value":"13\u001b[31m","why":"month 13","src":{"file":"A1","row":2}}' >"$rejects"
	END
}
fresh A1 B
# the second line is rejected: it must not be written
reject >map.end
sed -i 's/^\tn=$((n + 1))$/\tn=$((n + 1)); [ ! -e "$T\/$name.end" ] || [ "$name" != map ] || [ $n -lt 2 ] || continue/' bin/stage
run --rejects "$T/all"
is 'rejects: a person is needed' $rc 1
is 'rejects: but the files are done' "$(files inbox)" ''
like 'rejects: the reason, defused' "$(cat out)" "^    A1:2 D '13 \[31m': month 13"
is 'rejects: all in one file' "$(jq -r .code all | tr '\n' ' ')" 'bad-date bad-date '
fresh A1 B
reject >map.end
run --max-rejects 0
is 'too many rejects' $rc 1
is 'too many rejects: the files stay' "$(files inbox)" 'A1 B '
not_sent 'too many rejects'
fresh A1
reject >map.end
run --max-rejects 50%
is 'just not too many' "$rc$(files inbox)" 1
fresh A1 B
reject >map.end
flow 'max_rejects: 0' '' 'max_rejects: 1'
run
is 'a limit of its own' "$(files inbox)" 'A1 '

# ---- files and feeds -----------------------------------------------------------------------
fresh A1 A2 B
flow '' '' 'needs: [a]'
echo 'exit 65' >extract.do
run
like 'what waits for what' "$(cat out)" '^a +A2 +waits for a$'
like 'a feed that needs it waits' "$(cat out)" '^b +B +waits for a$'
is 'one file was tried' "$(started)" 'extract map validate '
flow '' '' ''
rm started
run
is 'without the need the other feed is tried' "$(started | grep -o extract | wc -l)" 2
fresh B
flow '' 'required: true' ''
run
is 'a required file is missing' $rc 1
like 'and named' "$(cat out)" '^a +A\* +missing'
is 'the other feed is done' "$(files inbox)" ''
fresh A1
flow 'settle_s: 3600' '' ''
run
is 'a young file is left alone' "$rc$(cat out err)$(files inbox)" '0A1 '
flow 'settle_s: 3600' 'required: true' ''
run
is 'a required young file: try again' "$rc$(files inbox)" '75A1 '
touch -d '2 hours ago' inbox/A1
run
is 'an old one is taken' "$rc$(files inbox)" 0
fresh A1
ln -s A1 inbox/A2
run
is 'a symbolic link is no file' "$(find inbox -mindepth 1 -printf '%f')" A2
fresh A1 B
run --only b
is '--only' "$rc$(files inbox)" '0A1 '
status '--only with a feed that is not in the flow' 64 bin/sluice-run --only c n
status 'no flow' 64 bin/sluice-run
status 'an unknown flow' 78 bin/sluice-run m

# ---- seen before ------------------------------------------------------------------------------
fresh A1
run
cp inbox/../archive/A1.*.gz x.gz
again() { gunzip -c x.gz >inbox/A1; }
again
rm started
run
is 'seen before: nothing runs' "$rc$(cat out err)$(started)" 0
is 'seen before: out of the inbox, once in the archive' "$(files inbox)$(files archive | wc -w)" 1
again
mv archive/A1.*.gz lost.gz
run
is 'seen before, gone from the archive: archived again' "$(files archive)" \
	"$(jq -r 'select(.event == "done") | .archive' work/n/history.jsonl) "
again
run --again
is '--again: it runs' "$(started)" 'extract map push validate '
again
echo '{"f":"A1","n":3}' >>inbox/A1
run
again
rm started
run
is 'changed back: that runs, too' "$(started)" 'extract map push validate '
again
run --target other
is 'for another target it is new' "$(started | grep -o push | wc -l)" 2

# ---- dry run, lock, signals ---------------------------------------------------------------------
fresh A1
run --dry-run
is 'dry run: nothing to worry about' $rc 0
like 'dry run: says so' "$(cat out)" 'nothing was changed'
is 'dry run: nothing happened' "$(files inbox)$(files archive)$(wc -l <work/n/history.jsonl)" 'A1 0'
run
exec 9>>work/n/lock
flock 9
run
is 'the lock is held' $rc 75
like 'by whom' "$(cat err)" '^sluice-run: work/n/lock is held by another run'
exec 9>&-

# A stage that hangs; its whole family must be gone soon after run is.
hang() {
	fresh A1
	echo 'echo $$ >"$T/hanging"; trap "exit 143" TERM; while :; do sleep 0.05; done' >map.do
	rm -f hanging
	bin/sluice-run n >out 2>err &
	pid=$!
	for _ in {1..200}; do
		[ ! -s hanging ] || break
		sleep 0.05
	done
}
gone() {
	for _ in {1..100}; do
		kill -0 "$(cat hanging)" 2>/dev/null || return 0
		sleep 0.05
	done
	return 1
}
hang
kill -TERM $pid
wait $pid
is 'SIGTERM: it dies of it' $? 143
ok 'SIGTERM: no stage is left' gone
is 'SIGTERM: the file stays' "$(files inbox)" 'A1 '
rm map.do
run
is 'SIGTERM: the next run does it' "$rc$(files inbox)" 0
hang
kill -KILL $pid
wait $pid 2>/dev/null
ok 'SIGKILL: no stage is left' gone
rm map.do
run
is 'SIGKILL: the next run does it' "$rc$(files inbox)" 0
is 'SIGKILL: nothing is left behind' "$(find work -name '*.spool' -o -name '*.summary')" ''

# ---- killed at each step ---------------------------------------------------------------------------
fresh A1 A2 B
for step in $(seq 1 60); do
	SLUICE_RUN_CRASH_AT=$step run
	[ $rc -eq 137 ] || break
done
if [ "$step" -gt 5 ]; then pass 'killed at each step'; else fail 'killed at each step' "$step"; fi
run
is 'in the end all is done' "$rc$(files inbox)" 0
is 'once' "$(files archive | wc -w) $(jq -r 'select(.event == "done") | .file' \
	work/n/history.jsonl | sort | tr '\n' ' ')" '3 A1 A2 B '
is 'and nothing is left behind' "$(find work -name '*.spool' -o -name '*.summary')" ''

# ---- a share that is not mounted ------------------------------------------------
status 'a base that is not there is an error' 74 \
	sluice-run --profiles "$T/profiles" --base "$T/nowhere" n
like 'which names the folder' "$(cat "$T/.err")" 'nowhere/inbox'
ok 'and does not make it' test ! -e "$T/nowhere"
done_testing
