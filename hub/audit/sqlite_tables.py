"""The log's tables in SQLite."""

TABLES = """
CREATE TABLE IF NOT EXISTS audit_leaves (
    idx INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    request_id TEXT NOT NULL,
    stage TEXT NOT NULL,
    kind TEXT NOT NULL,
    principal TEXT NOT NULL,
    subject TEXT,
    purpose TEXT,
    outcome TEXT NOT NULL,
    enquiry TEXT,
    sources TEXT NOT NULL,
    key TEXT NOT NULL,
    leaf BLOB NOT NULL,
    hash BLOB NOT NULL,
    UNIQUE (request_id, stage)
);
CREATE INDEX IF NOT EXISTS audit_leaves_principal ON audit_leaves (principal);
CREATE INDEX IF NOT EXISTS audit_leaves_subject ON audit_leaves (subject) WHERE subject IS NOT NULL;
CREATE INDEX IF NOT EXISTS audit_leaves_enquiry ON audit_leaves (enquiry) WHERE enquiry IS NOT NULL;
CREATE INDEX IF NOT EXISTS audit_leaves_at ON audit_leaves (at);
CREATE INDEX IF NOT EXISTS audit_leaves_intents ON audit_leaves (idx) WHERE stage = 'intent';
CREATE INDEX IF NOT EXISTS audit_leaves_acts ON audit_leaves (kind, idx) WHERE stage = 'act';
CREATE TABLE IF NOT EXISTS audit_also (
    subject TEXT NOT NULL,
    idx INTEGER NOT NULL,
    PRIMARY KEY (subject, idx)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS audit_keys (
    id TEXT PRIMARY KEY,
    subject TEXT NOT NULL,
    period TEXT NOT NULL,
    sealed BLOB NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS audit_nodes (
    level INTEGER NOT NULL,
    place INTEGER NOT NULL,
    hash BLOB NOT NULL,
    PRIMARY KEY (level, place)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS audit_checkpoints (
    size INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    note TEXT NOT NULL,
    former INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS audit_writers (
    id INTEGER PRIMARY KEY,
    since INTEGER NOT NULL,
    ended TEXT
);
CREATE TABLE IF NOT EXISTS audit_cosignatures ( -- the key's columns first: else integrity_check of SQLite 3.40 errs
    origin TEXT NOT NULL,
    size INTEGER NOT NULL,
    witness TEXT NOT NULL,
    line TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (origin, size, witness)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS audit_cosignatures_witness ON audit_cosignatures (origin, witness, size);
CREATE TABLE IF NOT EXISTS audit_origins (
    number INTEGER PRIMARY KEY,
    since INTEGER NOT NULL,
    name TEXT NOT NULL UNIQUE,
    record TEXT NOT NULL
);
"""
IS_OLDER = """
SELECT EXISTS (SELECT 1 FROM sqlite_master WHERE name = 'audit_leaves')
   AND NOT EXISTS (SELECT 1 FROM sqlite_master WHERE name = 'audit_origins')
"""
