"""glTF 2.0 in and out: `reading.read_model` and `writing.write_glb`. Our own reader, because libraries either drop what
they do not know (trimesh), or take seconds and the whole file into objects first (pygltflib); see decision 0031."""
