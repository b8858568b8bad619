CREATE TABLE usage (
    minute   INTEGER NOT NULL,
    realm    TEXT    NOT NULL,
    resource TEXT    NOT NULL,
    region   TEXT    NOT NULL,
    service  TEXT    NOT NULL,
    sku      TEXT    NOT NULL,
    unit     TEXT    NOT NULL,
    spot     INTEGER NOT NULL,
    tags     TEXT    NOT NULL,
    quantity REAL    NOT NULL,
    PRIMARY KEY (minute, realm, resource, region, service, sku, unit, spot, tags)
) WITHOUT ROWID;
