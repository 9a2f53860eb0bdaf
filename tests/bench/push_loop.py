"""push_loop.py - records to Odoo as scripts usually send them: one a call.

usage: push_loop.py URL DATABASE LOGIN < calls.json

calls.json holds objects with "kind", "model" and "vals".  The key is in the
environment, ODOO_KEY.  Prints "loop KIND RECORDS SECONDS".
"""
import json
import os
import sys
import time
import xmlrpc.client

url, database, login = sys.argv[1:4]
key = os.environ["ODOO_KEY"]
common = xmlrpc.client.ServerProxy(url + "/xmlrpc/2/common")
uid = common.authenticate(database, login, key, {})
models = xmlrpc.client.ServerProxy(url + "/xmlrpc/2/object")
for call in json.load(sys.stdin):
    began = time.monotonic()
    for vals in call["vals"]:
        models.execute_kw(database, uid, key, call["model"], "create", [vals])
    print("loop", call["kind"], len(call["vals"]),
          "%.3f" % (time.monotonic() - began), flush=True)
