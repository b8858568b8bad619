CREATE TABLE groups (
    realm     TEXT    NOT NULL,
    name      TEXT    NOT NULL,
    created   INTEGER NOT NULL,
    retention INTEGER NULL,
    PRIMARY KEY (realm, name)
) WITHOUT ROWID;

CREATE TABLE streams (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    realm   TEXT    NOT NULL,
    grp     TEXT    NOT NULL,
    name    TEXT    NOT NULL,
    created INTEGER NOT NULL,
    first   INTEGER NULL,
    last    INTEGER NULL,
    lines   INTEGER NOT NULL DEFAULT 0,
    bytes   INTEGER NOT NULL DEFAULT 0,
    UNIQUE (realm, grp, name)
);

CREATE TABLE lines (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    stream   INTEGER NOT NULL REFERENCES streams (id) ON DELETE CASCADE,
    sequence INTEGER NOT NULL,
    time     INTEGER NOT NULL,
    ingested INTEGER NOT NULL,
    message  TEXT    NOT NULL
);
CREATE INDEX lines_stream ON lines (stream, id);
