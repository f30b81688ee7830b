-- Read-only views with stable names and columns: documented in resources/docs/project-file.md.

CREATE VIEW documents AS
SELECT id, json_extract(data, '$.name') AS name, substr(kind, 1, instr(kind, '.') - 1) AS family, kind
FROM record WHERE parent IS NULL;

CREATE VIEW owners AS
WITH RECURSIVE below(id, document) AS (
    SELECT id, id FROM record WHERE parent IS NULL
    UNION
    SELECT record.id, below.document FROM record JOIN below ON record.parent = below.id
)
SELECT id, document FROM below;

CREATE VIEW layers AS
SELECT record.id, owners.document, record.parent, record.kind,
    json_extract(record.data, '$.name') AS name,
    coalesce(json_extract(record.data, '$.visible'), 1) AS visible,
    coalesce(json_extract(record.data, '$.opacity'), 1.0) AS opacity,
    coalesce(json_extract(record.data, '$.blend'), 'normal') AS blend,
    json_extract(record.data, '$.order') AS position
FROM record JOIN owners ON owners.id = record.id
WHERE record.kind IN ('raster.pixel_layer', 'raster.group', 'raster.embed_layer', 'raster.adjustment_layer')
    OR (record.kind GLOB 'vector.*' AND record.parent IS NOT NULL)
    OR record.kind IN ('video.track', 'scene.node');

CREATE VIEW fonts AS
SELECT tree.value AS family, owners.document, count(DISTINCT record.id) AS uses
FROM record JOIN owners ON owners.id = record.id, json_tree(record.data) AS tree
WHERE tree.key IN ('family', 'font_family', 'font') AND tree.type = 'text'
GROUP BY tree.value, owners.document;

CREATE VIEW assets AS
SELECT 'blob' AS place, tree.value AS id, tree.key AS field, owners.document, record.id AS record,
    blob.size AS size, NULL AS path, blob.name IS NULL AS missing
FROM record JOIN owners ON owners.id = record.id, json_tree(record.data) AS tree LEFT JOIN blob ON blob.name = tree.value
WHERE tree.type = 'text' AND tree.value GLOB 'blob:*' AND record.kind <> 'raster.tile'
UNION ALL
SELECT 'file', media.id, 'media', owners.document, record.id, media.size, media.path, 0
FROM record JOIN owners ON owners.id = record.id, json_tree(record.data) AS tree JOIN media ON media.id = tree.value
WHERE tree.key = 'media';

CREATE VIEW licences AS
SELECT record.id AS record, owners.document, tree.key AS field, tree.value AS licence
FROM record JOIN owners ON owners.id = record.id, json_tree(record.data) AS tree
WHERE tree.key IN ('license', 'licence', 'copyright', 'attribution') AND tree.type = 'text' AND tree.value <> ''
UNION ALL
SELECT media.id, NULL, keys.key, keys.value FROM media, json_each(media.probe) AS keys
WHERE keys.key IN ('license', 'licence', 'copyright', 'attribution');

CREATE VIEW links AS
SELECT owners.document AS host, record.id AS record, tree.value AS target,
    target.id IS NULL AS missing
FROM record JOIN owners ON owners.id = record.id, json_tree(record.data) AS tree
LEFT JOIN record AS target ON target.id = tree.value AND target.parent IS NULL
WHERE tree.key = 'document' AND tree.type = 'text'
    AND json_extract(record.data, tree.path || '.type') = 'embed';
