#!/bin/bash
# sluice-push before it has a server: which Odoo, whose key, whose state.
. "$SLUICE_SOURCE/tests/lib/tap.sh"

cd "$T" || exit 99
unset SLUICE_STATE XDG_STATE_HOME
umask 077
echo secret-of-the-test >good.key
echo secret-of-the-test >open.key
chmod 644 open.key
# Nobody listens on port 1 of loopback.
cat >targets.yaml <<'END'
away:
  url: http://127.0.0.1:1
  database: none
  login: nobody
  key: {file: KEYS/good.key}
  environment: test
careless:
  url: http://127.0.0.1:1
  database: none
  login: nobody
  key: {file: KEYS/open.key}
  environment: test
END
sed -i "s#KEYS#$T#" targets.yaml
echo '{"entity":"product","key":"P-1","fields":{"sku":"P-1","name":"Bolt"}}' \
	>one.jsonl
push() { sluice-push --targets targets.yaml --state "$T/x.db" "$@"; }

status "no target is wrong usage" 64 push one.jsonl
status "an unknown target is a wrong profile" 78 push -t awya one.jsonl
like "the right word is suggested" "$(cat .err)" "targets.yaml.*away"
status "a key that others can read is not used" 77 push -t careless one.jsonl
unlike "the key is in no message" "$(cat .err .out)" secret-of-the-test

status "a server that is away: try again later" 75 push -t away one.jsonl
unlike "the key is in no message then either" "$(cat .err .out)" \
	secret-of-the-test
is "no receipt is written" "$(cat .out)" ""
is "the state is nobody else's business" "$(stat -c %a x.db)" 600

status "the same without a state" 75 push -t away --state "$T/y.db" -n one.jsonl
ok "a dry run makes no state file" test ! -e y.db

exec 9>x.db.lock
flock -n 9 || exit 99
status "a state that another run has: try again later" 75 push -t away one.jsonl
like "the message says so" "$(cat .err)" "x.db.lock is held by another run"
exec 9>&-

head -c 4096 /dev/zero | tr '\0' x >x.db
status "a state that is none" 74 push -t away one.jsonl
like "the message names it" "$(cat .err)" "x\.db"

SLUICE_STATE=$T/states
export SLUICE_STATE
status "the state folder is made" 75 sluice-push --targets targets.yaml \
	-t away one.jsonl
ok "by the target's name" test -f states/away.db
done_testing
