"""The 3D viewport: `SceneViewport` draws a scene with the same renderer as stills and exports, and hosts its tools."""
