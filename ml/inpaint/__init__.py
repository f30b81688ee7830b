"""Networks that fill holes. The method without a model is render's patch fill."""
