"""The ground floor of `editor`: errors, signal, registry, ids, translation, settings, jobs."""
