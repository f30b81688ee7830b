"""Background removal and matting."""
