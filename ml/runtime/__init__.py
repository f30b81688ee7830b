"""Runs ONNX models in a worker process: memory checked first, tiles, cancelling, the CPU as last resort."""
