-- One person's queue. `arguments` is a JSON list: what stands behind `python -m app`. Times are seconds since 1970.
-- `child` names the process that does the order ("host:pid:started"), so that it can be ended when its runner died.
-- `token` is new whenever a person asks for the work: a project that it changed remembers it, and is not changed twice.
CREATE TABLE job (
    id INTEGER PRIMARY KEY,
    arguments TEXT NOT NULL,
    label TEXT NOT NULL,
    folder TEXT NOT NULL,
    lane TEXT NOT NULL DEFAULT 'compute',
    priority INTEGER NOT NULL DEFAULT 0,
    state TEXT NOT NULL DEFAULT 'queued'
        CHECK (state IN ('queued', 'waiting', 'running', 'paused', 'done', 'failed', 'cancelled')),
    attempts INTEGER NOT NULL DEFAULT 0,
    most_attempts INTEGER NOT NULL DEFAULT 3,
    not_before REAL NOT NULL DEFAULT 0,
    created REAL NOT NULL,
    started REAL,
    ended REAL,
    share REAL NOT NULL DEFAULT 0,
    message TEXT NOT NULL DEFAULT '',
    worker TEXT NOT NULL DEFAULT '',
    heartbeat REAL,
    stop INTEGER NOT NULL DEFAULT 0,
    cpu_seconds REAL NOT NULL DEFAULT 0,
    peak_bytes INTEGER NOT NULL DEFAULT 0,
    read_bytes INTEGER NOT NULL DEFAULT 0,
    written_bytes INTEGER NOT NULL DEFAULT 0,
    energy_wh REAL NOT NULL DEFAULT 0,
    gpu_bytes INTEGER NOT NULL DEFAULT 0,
    tell TEXT NOT NULL DEFAULT 'failure',
    result TEXT NOT NULL DEFAULT '',
    snapshot TEXT NOT NULL DEFAULT '',
    alike TEXT NOT NULL DEFAULT '',
    rank REAL NOT NULL DEFAULT 0,
    child TEXT NOT NULL DEFAULT '',
    token TEXT NOT NULL DEFAULT ''
);
CREATE INDEX job_ready ON job (state, priority DESC, rank, id);
CREATE INDEX job_alike ON job (alike, state, ended);

-- `job` begins when `other` is done, and fails when that fails.
CREATE TABLE after_job (
    job INTEGER NOT NULL REFERENCES job (id) ON DELETE CASCADE,
    other INTEGER NOT NULL REFERENCES job (id) ON DELETE CASCADE,
    PRIMARY KEY (job, other)
) WITHOUT ROWID;
CREATE INDEX waited_for ON after_job (other);

CREATE TABLE line (
    id INTEGER PRIMARY KEY,
    job INTEGER NOT NULL REFERENCES job (id) ON DELETE CASCADE,
    time REAL NOT NULL,
    text TEXT NOT NULL
);
CREATE INDEX lines_of ON line (job, id);

-- `rule` is a cron line or an RRULE; `last` is the moment up to which runs were made. `arguments` "[]" only reminds.
-- `job` is the order that it made last: as long as that is open no other is made.
CREATE TABLE schedule (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    rule TEXT NOT NULL,
    zone TEXT NOT NULL,
    arguments TEXT NOT NULL,
    folder TEXT NOT NULL,
    catch_up INTEGER NOT NULL DEFAULT 1,
    paused INTEGER NOT NULL DEFAULT 0,
    last REAL NOT NULL,
    job INTEGER
);

-- Files dropped into `folder` go through `recipe`; results and a report come to `output`.
CREATE TABLE watch (
    id INTEGER PRIMARY KEY,
    folder TEXT NOT NULL UNIQUE,
    recipe TEXT NOT NULL,
    output TEXT NOT NULL,
    paused INTEGER NOT NULL DEFAULT 0
);
-- What a watch folder has seen: a file is taken when size and time stayed the same between two looks.
CREATE TABLE watched (
    watch INTEGER NOT NULL REFERENCES watch (id) ON DELETE CASCADE,
    path TEXT NOT NULL,
    size INTEGER NOT NULL,
    modified INTEGER NOT NULL,
    job INTEGER REFERENCES job (id) ON DELETE SET NULL,
    taken INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (watch, path)
) WITHOUT ROWID;

-- What people are told: reminders, ends of orders, runs that were missed, files that were put aside. `shown`: the
-- desktop has shown it.
CREATE TABLE note (
    id INTEGER PRIMARY KEY,
    time REAL NOT NULL,
    kind TEXT NOT NULL,
    title TEXT NOT NULL,
    text TEXT NOT NULL,
    shown INTEGER NOT NULL DEFAULT 0,
    job INTEGER
);

-- Processes that do orders, by name ("host:pid:started"); one that died is dropped by whoever looks next.
CREATE TABLE runner (
    name TEXT PRIMARY KEY,
    since REAL NOT NULL
);

-- From which file a result was made, and the digests of what was there before and of what came: two files do not
-- overwrite each other's results, and nothing is overwritten that a person put there or changed since.
CREATE TABLE made (
    target TEXT PRIMARY KEY,
    source TEXT NOT NULL,
    digests TEXT NOT NULL DEFAULT ''
);

CREATE TABLE setting (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
);
