-- The catalogue of one person's assets. What a file is stands in `asset`, where it lies in `place`.

-- `hash` is BLAKE2b with 160 bits over the bytes, as media of projects have it. `stored`: the library keeps the bytes.
-- `looked` is the version of whatever made thumbnail and facts, 0 before; `problem` says why it could not. `trashed` is
-- when it went to the trash.
CREATE TABLE asset (
    id INTEGER PRIMARY KEY,
    hash TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    extension TEXT NOT NULL,
    name TEXT NOT NULL,
    size INTEGER NOT NULL,
    stored INTEGER NOT NULL DEFAULT 0,
    added REAL NOT NULL,
    modified REAL NOT NULL,
    rating INTEGER NOT NULL DEFAULT 0 CHECK (rating BETWEEN 0 AND 5),
    title TEXT NOT NULL DEFAULT '',
    notes TEXT NOT NULL DEFAULT '',
    author TEXT NOT NULL DEFAULT '',
    source TEXT NOT NULL DEFAULT '',
    licence TEXT NOT NULL DEFAULT '',
    width INTEGER,
    height INTEGER,
    seconds REAL,
    looked INTEGER NOT NULL DEFAULT 0,
    problem TEXT NOT NULL DEFAULT '',
    trashed REAL
);
-- One index for each order and each measure that a search may ask for: 100,000 rows are never read whole.
CREATE INDEX asset_added ON asset (added, id);
CREATE INDEX asset_modified ON asset (modified, id);
CREATE INDEX asset_label ON asset ((CASE title WHEN '' THEN name ELSE title END) COLLATE NOCASE, id);
CREATE INDEX asset_rating ON asset (rating, added, id);
CREATE INDEX asset_size ON asset (size, id);
CREATE INDEX asset_kind ON asset (kind, name COLLATE NOCASE, id);
CREATE INDEX asset_width ON asset (width, height);
CREATE INDEX asset_height ON asset (height);
CREATE INDEX asset_seconds ON asset (seconds);
CREATE INDEX asset_extension ON asset (extension);
CREATE INDEX asset_licence ON asset (licence COLLATE NOCASE);
CREATE INDEX asset_looked ON asset (looked) WHERE trashed IS NULL;
CREATE INDEX asset_stored ON asset (stored) WHERE stored;
CREATE INDEX asset_trashed ON asset (trashed) WHERE trashed IS NOT NULL;

-- Files that stay where they are. `missing` is when they were first not found.
CREATE TABLE place (
    path TEXT PRIMARY KEY,
    asset INTEGER NOT NULL REFERENCES asset (id) ON DELETE CASCADE,
    size INTEGER NOT NULL,
    modified INTEGER NOT NULL,
    missing REAL
);
CREATE INDEX place_asset ON place (asset);
CREATE INDEX place_state ON place (missing, asset);

-- Files of assets that were deleted for good: a visit of a followed folder passes them over, an import by hand does not.
CREATE TABLE let_go (
    path TEXT PRIMARY KEY,
    hash TEXT NOT NULL,
    size INTEGER NOT NULL,
    modified INTEGER NOT NULL
);
CREATE INDEX let_go_hash ON let_go (hash);

-- What an asset was before its file was edited, so that projects which show the old one learn of the new one.
CREATE TABLE past (
    hash TEXT PRIMARY KEY,
    asset INTEGER NOT NULL REFERENCES asset (id) ON DELETE CASCADE
);
CREATE INDEX past_of ON past (asset);

-- Folders that the library follows, with all that is below them.
CREATE TABLE folder (
    path TEXT PRIMARY KEY,
    added REAL NOT NULL
);

-- `key` is the name without case: Été and ÉTÉ are one tag.
CREATE TABLE tag (
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL
);
CREATE TABLE tag_parent (
    tag INTEGER NOT NULL REFERENCES tag (id) ON DELETE CASCADE,
    parent INTEGER NOT NULL REFERENCES tag (id) ON DELETE CASCADE,
    PRIMARY KEY (tag, parent)
) WITHOUT ROWID;
CREATE INDEX tag_children ON tag_parent (parent);
CREATE TABLE asset_tag (
    asset INTEGER NOT NULL REFERENCES asset (id) ON DELETE CASCADE,
    tag INTEGER NOT NULL REFERENCES tag (id) ON DELETE CASCADE,
    PRIMARY KEY (asset, tag)
) WITHOUT ROWID;
CREATE INDEX tagged ON asset_tag (tag, asset);

CREATE TABLE collection (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    parent INTEGER REFERENCES collection (id) ON DELETE CASCADE
);
CREATE TABLE collection_item (
    collection INTEGER NOT NULL REFERENCES collection (id) ON DELETE CASCADE,
    asset INTEGER NOT NULL REFERENCES asset (id) ON DELETE CASCADE,
    rank INTEGER NOT NULL,
    PRIMARY KEY (collection, asset)
) WITHOUT ROWID;
CREATE INDEX collected ON collection_item (asset);

-- A search that has a name.
CREATE TABLE smart_folder (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    query TEXT NOT NULL
);

-- Which project shows what, and which brand kit names it. `hash` and not `asset`: a use is true whether the library
-- still has it or not. `needs`: what uses it has no copy of its own.
CREATE TABLE usage (
    project TEXT NOT NULL,
    document TEXT NOT NULL,
    record TEXT NOT NULL,
    hash TEXT NOT NULL,
    label TEXT NOT NULL,
    needs INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (project, record, hash)
) WITHOUT ROWID;
CREATE INDEX used ON usage (hash);

-- Projects that were read for their uses, with size and time of their files then: one that did not change is not read
-- again.
CREATE TABLE project (
    path TEXT PRIMARY KEY,
    size INTEGER NOT NULL,
    modified INTEGER NOT NULL
);

-- The five leading colours of a picture: `cell` is a cube of CIE Lab (see colors.py), `share` of the picture from 0 to 1.
CREATE TABLE color (
    cell INTEGER NOT NULL,
    asset INTEGER NOT NULL REFERENCES asset (id) ON DELETE CASCADE,
    lightness REAL NOT NULL,
    a REAL NOT NULL,
    b REAL NOT NULL,
    share REAL NOT NULL,
    PRIMARY KEY (cell, asset)
) WITHOUT ROWID;
CREATE INDEX colors_of ON color (asset);

CREATE TABLE look (
    asset INTEGER PRIMARY KEY REFERENCES asset (id) ON DELETE CASCADE,
    thumbnail BLOB NOT NULL,
    hashes BLOB NOT NULL,
    vector BLOB NOT NULL
);

-- Every word that a search may mean; the row number is the asset's.
CREATE VIRTUAL TABLE words USING fts5 (
    name, title, notes, author, source, tags,
    tokenize = 'unicode61 remove_diacritics 2', prefix = '1 2 3'
);
