"""The sample project: a painted lake, a still life in 3D, a poster that shows both, and a film that shows the poster.

Everything is made here, by code: no file of anyone else's is needed, and the same project comes out each time.
"""
