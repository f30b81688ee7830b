-- Everything that training knows stands in one file, so that a run can be looked at with any SQLite browser.

CREATE TABLE IF NOT EXISTS run (
    id          INTEGER PRIMARY KEY,
    name        TEXT NOT NULL,           -- the recipe's name and a number: enlarge-x2.3
    task        TEXT NOT NULL,
    recipe      TEXT NOT NULL,           -- JSON, one line, sorted: the same for equal recipes
    recipe_hash TEXT NOT NULL,           -- SHA-256 of it
    folder      TEXT NOT NULL,           -- where the pictures are
    state       TEXT NOT NULL,           -- new, running, paused, stopped, done, failed
    wanted      TEXT NOT NULL DEFAULT 'run',  -- what the person asked for: run, pause, stop
    process     INTEGER,                 -- id of the process that trains, while there is one
    heartbeat   REAL,                    -- when it last gave a sign of life (seconds since 1970)
    step        INTEGER NOT NULL DEFAULT 0,
    steps       INTEGER NOT NULL,
    message     TEXT NOT NULL DEFAULT '',     -- JSON {sentence, remedy, values} after a failure
    machine     TEXT NOT NULL DEFAULT '',
    made        TEXT NOT NULL,           -- UTC
    started     TEXT,
    ended       TEXT,
    seconds     REAL NOT NULL DEFAULT 0  -- spent training, over all its parts
);

CREATE TABLE IF NOT EXISTS metric (
    run   INTEGER NOT NULL REFERENCES run(id) ON DELETE CASCADE,
    step  INTEGER NOT NULL,
    name  TEXT NOT NULL,                 -- loss, psnr, base_psnr, rate
    value REAL NOT NULL,
    PRIMARY KEY (run, name, step)
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS checkpoint (
    run    INTEGER NOT NULL REFERENCES run(id) ON DELETE CASCADE,
    step   INTEGER NOT NULL,
    file   TEXT NOT NULL,                -- beside this file, in the run's folder
    sha256 TEXT NOT NULL,
    psnr   REAL,                         -- of the averaged weights on the held-out pictures
    made   TEXT NOT NULL,
    PRIMARY KEY (run, step)
);

CREATE TABLE IF NOT EXISTS picture (
    run    INTEGER NOT NULL REFERENCES run(id) ON DELETE CASCADE,
    name   TEXT NOT NULL,                -- its path in the folder
    role   TEXT NOT NULL,                -- training, held out, skipped
    sha256 TEXT NOT NULL DEFAULT '',
    width  INTEGER,
    height INTEGER,
    reason TEXT NOT NULL DEFAULT '',     -- why a skipped one could not be used
    PRIMARY KEY (run, name)
);

CREATE TABLE IF NOT EXISTS export (
    run    INTEGER NOT NULL REFERENCES run(id) ON DELETE CASCADE,
    step   INTEGER NOT NULL,
    model  TEXT NOT NULL,                -- its name in the catalogue
    sha256 TEXT NOT NULL,
    made   TEXT NOT NULL,
    PRIMARY KEY (run, step, model)
);

CREATE VIEW IF NOT EXISTS run_overview AS
    SELECT run.id, run.name, run.task, run.state, run.step, run.steps, run.seconds,
           (SELECT value FROM metric WHERE metric.run = run.id AND metric.name = 'psnr' ORDER BY step DESC LIMIT 1)
               AS psnr,
           (SELECT value FROM metric WHERE metric.run = run.id AND metric.name = 'base_psnr' LIMIT 1) AS base_psnr,
           (SELECT count(*) FROM picture WHERE picture.run = run.id AND role = 'training') AS pictures,
           (SELECT count(*) FROM picture WHERE picture.run = run.id AND role = 'skipped') AS skipped
    FROM run;
