-- What all silos remember together. The ids sort as bytes, as they do in the file of a single server.
CREATE TABLE documents (
    collection text   NOT NULL,
    id         text   COLLATE "C" NOT NULL,
    version    bigint NOT NULL,
    created    bigint NOT NULL,
    updated    bigint NOT NULL,
    body       bytea  NOT NULL,
    PRIMARY KEY (collection, id)
);

-- Silos keep tables of services and keys in memory; they hear of a change when it is committed.
CREATE FUNCTION tell_of_documents() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('isobar_documents', COALESCE(NEW.collection, OLD.collection));
    RETURN NULL;
END $$;

CREATE TRIGGER documents_changed AFTER INSERT OR UPDATE OR DELETE ON documents FOR EACH ROW EXECUTE FUNCTION tell_of_documents();

-- Files that every silo must be able to read: data sets that came with manifests, models, the key that signs versions.
CREATE TABLE files (
    name text  COLLATE "C" NOT NULL,
    part int   NOT NULL,
    last bool  NOT NULL,
    body bytea NOT NULL,
    PRIMARY KEY (name, part)
);
