CREATE TABLE series (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    realm      TEXT NOT NULL,
    namespace  TEXT NOT NULL,
    name       TEXT NOT NULL,
    dimensions TEXT NOT NULL,
    UNIQUE (realm, namespace, name, dimensions)
);

CREATE TABLE points (
    series INTEGER NOT NULL,
    start  INTEGER NOT NULL,
    count  INTEGER NOT NULL,
    sum    REAL    NOT NULL,
    min    REAL    NOT NULL,
    max    REAL    NOT NULL,
    unit   TEXT    NOT NULL,
    sketch TEXT    NOT NULL,
    PRIMARY KEY (series, start)
) WITHOUT ROWID;
CREATE INDEX points_start ON points (start);
