"""Denoising networks. The method without a model is render's non-local means."""
