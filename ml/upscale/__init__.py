"""Makes pictures larger: through a model of any maker, tile by tile, or by Lanczos."""
