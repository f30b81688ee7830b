"""What a file cannot be shown without is found by what the file says, in its folder and nowhere else."""

from __future__ import annotations

import json
import struct
from pathlib import Path

import pytest

from editor.base.errors import ExpectedError
from editor.workflows.library.companions import companions


def gltf(*names: str) -> bytes:
    return json.dumps({
        "asset": {"version": "2.0"}, "images": [{"uri": name} for name in names],
        "buffers": [{"uri": "data:application/octet-stream;base64,AAAA"}, {"uri": "mesh.bin"}],
    }).encode()  # fmt: skip


def glb(text: bytes) -> bytes:
    text += b" " * (-len(text) % 4)
    return struct.pack("<4sIIII", b"glTF", 2, 20 + len(text), len(text), 0x4E4F534A) + text


def put(folder: Path, files: dict[str, bytes]) -> Path:
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return folder


def found(folder: Path, name: str) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in companions(folder / name))


def test_every_kind_of_file(tmp_path: Path) -> None:
    put(tmp_path, {
        "a.gltf": gltf("tex/red%20one.png"), "b.glb": glb(gltf("tex/red one.png")), "tex/red one.png": b"1",
        "mesh.bin": b"2", "c.obj": b"mtllib c.mtl\nv 0 0 0\n", "c.mtl": b"newmtl a\nmap_Kd -s 1 1 1 tex\\wood.png\n"
        b"bump -bm 0.3 n.png\n", "tex/wood.png": b"3", "n.png": b"4", "plain.png": b"5", "t.1001.png": b"6",
        "t.1002.png": b"7",
        "d.mtlx": b'<materialx><input name="file" type="filename" value="t.&lt;UDIM&gt;.png"/></materialx>',
        "e.svg": b'<svg><image xlink:href="n.png"/><image href="data:image/png;base64,A"/><use href="#a"/></svg>',
    })  # fmt: skip
    assert found(tmp_path, "a.gltf") == found(tmp_path, "b.glb") == ["mesh.bin", "tex/red one.png"]
    assert found(tmp_path, "c.obj") == ["c.mtl", "n.png", "tex/wood.png"]
    assert found(tmp_path, "c.mtl") == ["n.png", "tex/wood.png"]
    assert found(tmp_path, "d.mtlx") == ["t.1001.png", "t.1002.png"]
    assert found(tmp_path, "e.svg") == ["n.png"]
    assert found(tmp_path, "plain.png") == []


@pytest.mark.parametrize("name", ["gone.png", "../secret.png", "/etc/hostname", "a\0b.png", "https://example.org/a.png"])
def test_what_is_not_beside_it_is_told(tmp_path: Path, name: str) -> None:
    put(tmp_path, {"secret.png": b"", "in/mesh.bin": b"", "in/a.gltf": gltf(name)})
    with pytest.raises(ExpectedError, match="not beside it"):
        companions(tmp_path / "in" / "a.gltf")


def test_files_that_name_one_another_in_a_ring_end(tmp_path: Path) -> None:
    put(tmp_path, {"a.svg": b'<svg><image href="b.svg"/></svg>', "b.svg": b'<svg><image href="a.svg"/></svg>'})
    assert found(tmp_path, "a.svg") == ["b.svg"]
