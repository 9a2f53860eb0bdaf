-- The state of one target.  Version 2; state.c says how it is opened.

-- What is known of a record, by external id.  `n` counts from 1 and is the
-- place of the record in bit maps.
CREATE TABLE xref (
	xid TEXT PRIMARY KEY,
	n INTEGER NOT NULL,
	model TEXT NOT NULL,
	res_id INTEGER NOT NULL,
	by_id INTEGER NOT NULL DEFAULT 0,
	hash BLOB
) WITHOUT ROWID;
CREATE UNIQUE INDEX xref_n ON xref (n);
CREATE INDEX xref_res ON xref (model, res_id);

-- The cells Odoo last accepted, apart: unchanged records never need them.
-- Where xid begins with "=" it says who a record without an external id is in
-- Odoo, and cells is the xid of the record that was last accepted for it.
CREATE TABLE accepted (
	xid TEXT PRIMARY KEY,
	cells TEXT NOT NULL
) WITHOUT ROWID;

-- Requests that left and whose outcome is not written down yet.
CREATE TABLE batch (
	id INTEGER PRIMARY KEY,
	run TEXT NOT NULL,
	entity TEXT NOT NULL,
	model TEXT NOT NULL,
	op TEXT NOT NULL,
	columns TEXT NOT NULL,
	at TEXT NOT NULL
);
CREATE TABLE intent (
	batch INTEGER NOT NULL REFERENCES batch (id),
	xid TEXT NOT NULL,
	hash BLOB,
	PRIMARY KEY (batch, xid)
) WITHOUT ROWID;

-- Records that wait for others, in the order they came; held.h.  Unlike the
-- rest, these cannot be asked of Odoo again.
CREATE TABLE held (
	id INTEGER PRIMARY KEY,
	xid TEXT NOT NULL UNIQUE,
	entity TEXT NOT NULL,
	key TEXT NOT NULL,
	line TEXT NOT NULL,
	since TEXT NOT NULL,
	tries INTEGER NOT NULL,
	waits_for TEXT NOT NULL
);

PRAGMA user_version = 2;
