"""Pictures from words: Stable-Diffusion-type ONNX folders, run part by part."""
