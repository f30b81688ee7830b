"""Asset packs and object storage: files, hashes and manifests. Knows no document; see README.md."""
