"""Draws 3D scenes with OpenGL: plain frozen values in, pixels out.

`values` says what a scene is, `renderer` draws it in the context that is current, `offscreen` owns a context of its
own. Nothing here knows a document. The scene is Y up, metres, right-handed, as in glTF 2.0.
"""
