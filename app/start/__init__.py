"""The start page: new by kind and size, recent projects, the sample, the report of a crash."""
