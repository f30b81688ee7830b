"""Sound as numbers: where speech is, what is noise, where the beat falls. (samples,) float32 from -1 to 1."""
