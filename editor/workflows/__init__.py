"""Several commands, formats and models that together make one result: conversions, batches, the sample project."""
