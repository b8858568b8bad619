CREATE TABLE documents (
    collection TEXT    NOT NULL,
    id         TEXT    NOT NULL,
    version    INTEGER NOT NULL,
    created    INTEGER NOT NULL,
    updated    INTEGER NOT NULL,
    body       BLOB    NOT NULL,
    PRIMARY KEY (collection, id)
) WITHOUT ROWID;
