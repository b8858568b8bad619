CREATE TABLE runs (
    id    INTEGER PRIMARY KEY AUTOINCREMENT,
    scope TEXT    NOT NULL,
    name  TEXT    NOT NULL,
    UNIQUE (scope, name)
);

-- A value that is no number is kept as NULL: SQLite has no NaN.
CREATE TABLE metrics (
    id    INTEGER PRIMARY KEY AUTOINCREMENT,
    run   INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    name  TEXT    NOT NULL,
    value REAL    NULL,
    time  INTEGER NOT NULL,
    step  INTEGER NOT NULL
);
CREATE INDEX metrics_run ON metrics (run, name, step);
