# push_inproc.py - Odoo's own load, in process, as fast as it goes
#
# push.sh feeds this to `odoo shell`, behind the lines CALLS = [...], objects
# with "kind", "model", "fields" and "data", and PASSES = N, how many of the
# contexts below.  Batches of 500, one transaction a kind and context, its
# commit included.  Prints "inproc CONTEXT KIND SECONDS CPU"; CPU are seconds
# of this process and its PostgreSQL one.
import os
import time

BATCH = 500
CONTEXTS = (("plain", {"lang": "en_US"}),
            ("quiet", {"lang": "en_US", "tracking_disable": True}))


def other(cell, name):
    """A key of this pass, so that every pass makes new records."""
    return cell.replace("N-", name[0].upper() + "-", 1)


def cpu_of(pid):
    with open("/proc/%d/stat" % pid) as f:
        words = f.read().rsplit(") ", 1)[1].split()
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


def cpu():
    return cpu_of(os.getpid()) + cpu_of(backend)


def run(model, fields, rows):
    for at in range(0, len(rows), BATCH):
        result = model.load(fields, rows[at:at + BATCH])
        if not result["ids"]:
            raise SystemExit("load: %s" % result["messages"][:3])


env.cr.execute("select pg_backend_pid()")  # noqa: F821
backend = env.cr.fetchone()[0]  # noqa: F821
user = env["res.users"].search([("login", "=", "loader")])  # noqa: F821
for name, context in CONTEXTS[:PASSES]:  # noqa: F821
    here = env(user=user.id, context=context)  # noqa: F821
    for call in CALLS:  # noqa: F821
        keys = [i for i, field in enumerate(call["fields"])
                if field in ("id", "ref", "default_code", "name")]
        rows = [[other(cell, name) if i in keys else cell
                 for i, cell in enumerate(row)] for row in call["data"]]
        model = here[call["model"]]
        # What any first call costs is no part of the rate.
        run(model, call["fields"], rows[:20])
        here.cr.commit()
        began, used = time.monotonic(), cpu()
        run(model, call["fields"], rows[20:])
        here.cr.commit()
        whole = len(rows) / (len(rows) - 20)
        print("inproc", name, call["kind"],
              "%.3f" % ((time.monotonic() - began) * whole),
              "%.3f" % ((cpu() - used) * whole), flush=True)
