-- One project file. Every row that matters carries a CRC-32 over its own columns, so that a damaged page shows as a
-- named loss. Tables keep their rowid: their leaf pages hold whole rows, which `repair` can read without any index.

CREATE TABLE meta (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
);

-- `data` is the record as JSON; `parent` repeats what stands in it, for the views. `revision` counts commits, undo
-- included: of two copies of a row that a salvage finds, the higher one is true.
CREATE TABLE record (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    version INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    parent TEXT,
    data TEXT NOT NULL,
    checksum INTEGER NOT NULL
);

-- Immutable bytes, named "blob:" + 40 hexadecimal digits of their BLAKE3 hash. `codec` 0: as they are, 1: zstd.
CREATE TABLE blob (
    name TEXT PRIMARY KEY,
    codec INTEGER NOT NULL,
    size INTEGER NOT NULL,
    data BLOB NOT NULL
);

-- One row a transaction. `entry` is JSON (label, seed, invocations, selections), `change` the packed Change.
CREATE TABLE history (
    id INTEGER PRIMARY KEY,
    parent INTEGER NOT NULL,
    time REAL NOT NULL,
    label TEXT NOT NULL,
    entry TEXT NOT NULL,
    checksum INTEGER NOT NULL,
    change_checksum INTEGER NOT NULL,
    change BLOB NOT NULL
);

-- A point of the history that the person gave a name.
CREATE TABLE version (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    entry INTEGER NOT NULL,
    time REAL NOT NULL
);

-- Files outside the project. Hashes are BLAKE2b: `quick_hash` over size, head and tail; `full_hash` when it was taken.
CREATE TABLE media (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    path TEXT NOT NULL,
    relative_path TEXT,
    size INTEGER NOT NULL,
    quick_hash TEXT NOT NULL,
    full_hash TEXT,
    probe TEXT NOT NULL DEFAULT '{}'
);

-- Long work: what is asked, how far it came. A row still "running" at opening was cut off by a crash.
CREATE TABLE job (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    parameters TEXT NOT NULL,
    state TEXT NOT NULL,
    message TEXT NOT NULL DEFAULT '',
    started REAL NOT NULL,
    ended REAL
);

CREATE TABLE thumbnail (
    key TEXT PRIMARY KEY,
    fingerprint TEXT NOT NULL,
    data BLOB NOT NULL
);
