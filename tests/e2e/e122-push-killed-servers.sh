#!/bin/bash
# PostgreSQL, a worker or the whole server is killed in the middle of a load,
# which is held there by a lock: nothing is doubled, nothing missing.
. "$SLUICE_SOURCE/tests/lib/tap.sh"
. "$SLUICE_SOURCE/tests/lib/target.sh"
. "$SLUICE_SOURCE/tests/crash/world.sh"
[ "$SLUICE_E2E" != sandbox ] || skip_all 'for a real server'
[ -n "${WORLD_LIMITS:-}" ] || WORLD_LIMITS='{in_flight: 4}'

odoo() {
	local what=$1

	shift
	"$SLUICE_SOURCE/scripts/odoo" "$what" "$SLUICE_E2E" "$@"
}
as_root() {
	if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}
sql() { odoo psql -At -c "$1" 2>>"$T/psql.err"; }

# Two workers from now on; in the end, what there was.
home=$(dirname "$(odoo env)")
read -r port workers <"$home/server.args"
restore() {
	odoo up --port "$port" --workers "$workers" >>"$T/up.log" 2>&1
}
trap 'restore; tap_end' EXIT
up() { odoo up --port "$port" --workers 2 >>"$T/up.log" 2>&1; }
up || {
	cat "$T/up.log"
	echo 'Bail out! no server with workers'
	exit 99
}
worlds_start

# The server's processes: the master and its workers.
master() { cat "$home/server.pid"; }
children() { cat "/proc/$1/task/$1/children" 2>/dev/null; }
waiting="select pid from pg_stat_activity where datname = current_database()
	and wait_event_type = 'Lock' and query not like 'lock table%'"

# held W TABLE DEED: push W; once a load waits for TABLE, do it.
held() {
	local w=$1 table=$2 deed=$3 d=$T/$1 lock push

	sql "begin; lock table $table in exclusive mode; select pg_sleep(60)" \
		>"$d/lock" &
	lock=$!
	for _ in {1..50}; do
		[ "$(sql "select count(*) from pg_locks where mode = 'ExclusiveLock'
			and relation = '$table'::regclass and granted")" = 0 ] || break
		sleep 0.1
	done
	world_push "$w" &
	push=$!
	for _ in {1..150}; do
		[ -z "$(sql "$waiting")" ] || break
		sleep 0.1
	done
	[ -n "$(sql "$waiting")" ] || echo "no load waits for $table" >>"$d/why"
	"$deed"
	sql "select pg_terminate_backend(pid) from pg_stat_activity
		where query like '%lock table $table%' and pid <> pg_backend_pid()" \
		>"$d/unlock"
	wait "$lock"
	wait "$push"
	rc=$(cat "$d/rc.1")
	[ "$rc" = 1 ] || [ "$rc" = 75 ] || echo "exit $rc" >>"$d/why"
	for _ in 1 2 3; do
		[ "$rc" != 1 ] || break
		world_push "$w"
	done
	[ "$rc" = 1 ] || echo "not through after three more runs: $rc" >>"$d/why"
	world_again "$w"
}

end_sessions() {
	sql "select pg_terminate_backend(pid) from ($waiting) as w" >"$T/ended"
}
# Its sessions end with it; the server stays and connects again.
stop_database() {
	local main

	main=$(as_root head -n 1 "$home/jail/root/srv/postgresql/postmaster.pid")
	as_root kill -INT "$main"
	while [ -d "/proc/$main" ]; do sleep 0.05; done
}
restart_database() {
	stop_database
	sleep 0.5
	up
}
# The memory killer's deed: a worker that is in a load.
kill_workers() {
	# shellcheck disable=SC2046 # process ids
	as_root kill -KILL $(children "$(master)")
}
kill_server() {
	local main

	main=$(master)
	# shellcheck disable=SC2046 # process ids
	as_root kill -KILL "$main" $(children "$main")
	sleep 0.3
	# What is held by the lock may go now: nobody waits for it any more.
	sql "select pg_terminate_backend(pid) from pg_stat_activity
		where query like '%lock table%' and pid <> pg_backend_pid()" >"$T/freed"
	up
}
worlds_make 5
mapfile -t mine <<<"$worlds"
at=0
next() {
	names[at]="$1 while $2 is written"
	held "${mine[at]}" "$3" "$4"
	at=$((at + 1))
}
next 'a database session is ended' 'a product' product_template end_sessions
next 'PostgreSQL is restarted' 'a partner' res_partner restart_database
next 'the workers are killed' 'a count' stock_quant kill_workers
next 'the server is killed' 'a product' product_template kill_server
stop_database
world_push "${mine[at]}"
is 'a run while PostgreSQL is away is for later' "$rc" 75
up
world_push "${mine[at]}"
world_again "${mine[at]}"
names[at]='and through when it is back'
worlds_read
for i in "${!names[@]}"; do
	world_tell "${mine[i]}" "${names[i]}"
done
done_testing
