"""Presets of Krita and brushes of MyPaint, as small as they can be."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import numpy as np

from tests.editor.formats.brush.brush_bytes import gbr, png

ROUND = (
    '<Brush type="auto_brush" spacing="0.2" angle="0" density="{density}" randomness="0" useAutoSpacing="0">'
    '<MaskGenerator type="{shape}" id="{kind}" diameter="40" ratio="{ratio}" spikes="{spikes}" hfade="0.5" vfade="0.5" '
    'softness_curve="0,1;1,0"/></Brush>'
)
RISING = '<!DOCTYPE params><params id="pressure"><curve>0,0;1,1;</curve></params>'


def reckoned(**said: Any) -> str:
    """The definition of a tip that Krita reckons."""
    return ROUND.format(**{"shape": "circle", "kind": "default", "ratio": 1, "spikes": 2, "density": 1, **said})


def krita(engine: str = "paintbrush", **params: str) -> bytes:
    """A preset with these parameters; "__" stands for "/" in their names."""
    said = {"brush_definition": reckoned(), **{name.replace("__", "/"): value for name, value in params.items()}}
    text = "".join(f'<param name="{name}"><![CDATA[{value}]]></param>' for name, value in said.items())
    return png(np.zeros((8, 8, 3), np.uint8), f'<Preset name="Made" paintopid="{engine}">{text}</Preset>')


def mypaint(version: Any = 3, **settings: Any) -> bytes:
    """A number is a base value; a tuple is one and its curves."""
    said = {
        name: {"base_value": value[0], "inputs": value[1]} if isinstance(value, tuple) else
        {"base_value": value, "inputs": {}} for name, value in settings.items()
    }  # fmt: skip
    return json.dumps({"version": version, "settings": said}).encode()


def bundle(**files: bytes) -> bytes:
    """A bundle with two presets, the second with its tip beside it, and more files of any name."""
    beside = '<Brush type="gbr_brush" filename="ramp.gbr" scale="2" spacing="0.3"/>'
    held = {
        "paintoppresets/": b"", "paintoppresets/a.kpp": krita(), "paintoppresets/b.kpp": krita(brush_definition=beside),
        "brushes/ramp.gbr": gbr(), "META-INF/manifest.xml": b"<manifest/>", **files,
    }  # fmt: skip
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in held.items():
            packed.writestr(name, data)
    return made.getvalue()
