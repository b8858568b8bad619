CREATE TABLE buckets (
    realm       TEXT    NOT NULL,
    name        TEXT    NOT NULL,
    created     INTEGER NOT NULL,
    location    TEXT    NULL,
    versioning  INTEGER NOT NULL DEFAULT 0,
    tags        TEXT    NOT NULL DEFAULT '{}',
    attachments TEXT    NOT NULL DEFAULT '{}',
    PRIMARY KEY (realm, name)
) WITHOUT ROWID;

-- Keys are blobs, so that they sort by their UTF-8 bytes, as every cloud lists them.
CREATE TABLE objects (
    realm      TEXT    NOT NULL,
    bucket     TEXT    NOT NULL,
    key        BLOB    NOT NULL,
    generation INTEGER NOT NULL,
    version    TEXT    NULL,
    latest     INTEGER NOT NULL,
    marker     INTEGER NOT NULL DEFAULT 0,
    size       INTEGER NOT NULL,
    etag       TEXT    NOT NULL,
    sha256     TEXT    NOT NULL,
    modified   INTEGER NOT NULL,
    details    TEXT    NOT NULL,
    PRIMARY KEY (realm, bucket, key, generation DESC)
) WITHOUT ROWID;
CREATE INDEX objects_latest ON objects (realm, bucket, key) WHERE latest = 1 AND marker = 0;
CREATE INDEX objects_sha256 ON objects (sha256);

CREATE TABLE uploads (
    id      TEXT    NOT NULL PRIMARY KEY,
    realm   TEXT    NOT NULL,
    bucket  TEXT    NOT NULL,
    key     BLOB    NOT NULL,
    created INTEGER NOT NULL,
    details TEXT    NOT NULL
) WITHOUT ROWID;
CREATE INDEX uploads_bucket ON uploads (realm, bucket, key);

CREATE TABLE parts (
    upload   TEXT    NOT NULL,
    number   INTEGER NOT NULL,
    size     INTEGER NOT NULL,
    etag     TEXT    NOT NULL,
    sha256   TEXT    NOT NULL,
    modified INTEGER NOT NULL,
    details  TEXT    NOT NULL,
    PRIMARY KEY (upload, number)
) WITHOUT ROWID;
CREATE INDEX parts_sha256 ON parts (sha256);

-- Small contents live beside their index rows: one commit stores both, where a file of its own would cost two more trips to the disk.
CREATE TABLE small_blobs (
    sha256 TEXT NOT NULL PRIMARY KEY,
    data   BLOB NOT NULL
) WITHOUT ROWID;

-- Blobs that lost a reference: looked at again, in the writer, after the commit that dropped it.
CREATE TABLE garbage (sha256 TEXT NOT NULL PRIMARY KEY) WITHOUT ROWID;

CREATE TABLE counters (name TEXT NOT NULL PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
INSERT INTO counters VALUES ('generation', 0);
