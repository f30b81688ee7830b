"""The ground floor of `editor`: errors, signal, registry, ids, translation, settings and jobs. Imports nothing above it."""
