"""Files with colour lookups of other programs, beside OpenColorIO's reading; and files that are none."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from editor.base.errors import ExpectedError
from editor.formats.lut.cube import read_cube
from editor.formats.lut.numbers import Unusable
from editor.formats.lut.reading import is_lookup, read_lookup
from editor.formats.lut.threedl import read_3dl
from render.lookup import LookupTable

STEPS = (0.0, 0.5, 1.0)


def cube_text(head: str = "", size: int = 3) -> str:
    """Red and blue changed places, green to its half."""
    steps = np.linspace(0, 1, size)
    rows = [f"{b:.6f} {g / 2:.6f} {r:.6f}" for b in steps for g in steps for r in steps]
    return "\n".join([f"LUT_3D_SIZE {size}", head, *rows])


def through(table: LookupTable, *colors: tuple[float, float, float]) -> np.ndarray:
    pixels = np.ones((1, len(colors), 4), np.float32)
    pixels[0, :, :3] = colors
    return table.apply(pixels)[0, :, :3]


def ocio(path: Path, *colors: tuple[float, float, float]) -> np.ndarray:
    import PyOpenColorIO

    file = PyOpenColorIO.FileTransform(src=str(path), interpolation=PyOpenColorIO.INTERP_TETRAHEDRAL)
    made = np.array([colors], np.float32)
    PyOpenColorIO.Config.CreateRaw().getProcessor(file).getDefaultCPUProcessor().applyRGB(made)
    return made[0]


COLORS = tuple(tuple(color) for color in np.random.default_rng(4).random((60, 3)).tolist())


def agrees(path: Path, limit: float = 2e-5) -> LookupTable:
    table = read_lookup(path)
    assert np.abs(through(table, *COLORS) - ocio(path, *COLORS)).max() <= limit
    return table


def test_a_cube_with_comments_a_title_and_blank_lines(tmp_path: Path) -> None:
    path = tmp_path / "look.CUBE"
    text = '# made by hand\nTITLE "A look # with a sign"\n\n' + cube_text("# here it begins\n\t")
    path.write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    table = read_lookup(path)
    assert table.size == 3
    assert np.allclose(through(table, (1.0, 0.5, 0.0)), [[0.0, 0.25, 1.0]], atol=1e-6)
    path.write_text(cube_text())
    agrees(path)


def test_a_domain_and_a_range_are_where_it_begins_and_ends(tmp_path: Path) -> None:
    domain = read_cube(cube_text("DOMAIN_MIN -1 0 0\nDOMAIN_MAX 1 2 1").encode())
    assert np.allclose(through(domain, (0.0, 1.0, 0.25), (5.0, 9.0, -3.0)), [[0.25, 0.25, 0.5], [0, 0.5, 1]], atol=1e-6)
    resolve = read_cube(cube_text("LUT_3D_INPUT_RANGE 0.0 2.0").encode())
    assert np.allclose(through(resolve, (1.0, 0.0, 0.0)), [[0, 0, 0.5]], atol=1e-6)
    path = tmp_path / "resolve.cube"
    path.write_text(cube_text("LUT_3D_INPUT_RANGE 0.0 0.8"))
    agrees(path)


def test_one_dimension_and_both_at_once(tmp_path: Path) -> None:
    path = tmp_path / "ramp.cube"
    rows = "\n".join(f"{v * v} {v} {1 - v}" for v in np.linspace(0, 1, 5))
    path.write_text(f"LUT_1D_SIZE 5\nDOMAIN_MAX 1 1 1\n{rows}")
    assert agrees(path).cube is None
    ramp = "\n".join(f"{v} {v} {v}" for v in (0.0, 0.7, 1.0))
    both = tmp_path / "both.cube"
    both.write_text(
        "LUT_1D_SIZE 3\nLUT_1D_INPUT_RANGE 0 1\nLUT_3D_SIZE 3\nLUT_3D_INPUT_RANGE 0 1\n"
        + ramp + "\n" + cube_text().partition("\n\n")[2]
    )
    table = agrees(both)
    assert np.allclose(through(table, (0.5, 0.0, 0.0)), [[0, 0, 0.7]], atol=1e-6)


@pytest.mark.parametrize("places", ["0 512 1023", "0 64 1023", "0 2048 4095"])
def test_3dl_is_blue_first_and_says_its_bits_by_its_numbers(tmp_path: Path, places: str) -> None:
    path = tmp_path / "look.3dl"
    rows = [f"{int(b * 4095)} {int(g * 2047)} {int(r * 4095)}" for r in STEPS for g in STEPS for b in STEPS]
    path.write_text("# by hand\n" + "\n".join([places, *rows]) + "\n")
    assert np.allclose(through(read_lookup(path), (1.0, 0.0, 0.0)), [[0, 0, 1]], atol=1e-3)
    if places == "0 64 1023":
        assert np.allclose(through(read_lookup(path), (64 / 1023, 0, 0)), [[0, 0, 0.5]], atol=2e-3)


def test_3dl_beside_opencolorio(tmp_path: Path) -> None:
    """Which wants no line of three places, so the cube has four."""
    path, steps = tmp_path / "look.3dl", (0, 341, 682, 1023)
    path.write_text("0 341 682 1023\n" + "\n".join(f"{b} {g // 2} {r}" for r in steps for g in steps for b in steps))
    agrees(path, 1e-3)
    plain = through(read_lookup(path), *COLORS)
    path.write_text("# Lustre\n" + path.read_text() + "\n\nLUT8\ngamma 1.0\n")
    assert np.array_equal(through(read_lookup(path), *COLORS), plain)


def test_3dl_of_lustre_says_its_bits(tmp_path: Path) -> None:
    path = tmp_path / "lustre.3dl"
    rows = [f"{int(r * 1000)} {int(g * 1000)} {int(b * 1000)}" for r in STEPS for g in STEPS for b in STEPS]
    path.write_text("3DMESH\nMesh 1 12\n0 512 1023\n" + "\n".join(rows) + "\n#end\n")
    assert np.allclose(through(read_lookup(path), (1.0, 1.0, 1.0)), [[1000 / 4095] * 3], atol=1e-4)


CSP = """CSPLUTV100
3D

2
0.0 1.0
0.0 1.0
2
0.0 1.0
0.0 1.0
2
0.0 1.0
0.0 1.0

2 2 2
0 0 0
0.2 0.1 0.9
0 1 0
0.9 0.8 0
0 0 1
1 0 1
0 1 1
1 1 1
"""
CLF = """<?xml version="1.0" encoding="UTF-8"?>
<ProcessList id="a" compCLFversion="3.0">
<Matrix inBitDepth="32f" outBitDepth="32f"><Array dim="3 3">0.6 0.3 0.1 0.1 0.8 0.1 0.2 0.2 0.6</Array></Matrix>
<LUT1D inBitDepth="32f" outBitDepth="32f"><Array dim="3 1">0 0.6 1</Array></LUT1D>
</ProcessList>
"""
RAMPS = CLF.replace("0.6 0.3 0.1 0.1 0.8 0.1 0.2 0.2 0.6", "0.9 0 0 0 0.8 0 0 0 0.7")


def test_chains_of_operations(tmp_path: Path) -> None:
    for name, text, size, limit in (
        ("a.csp", CSP, 2, 2e-5), ("mixed.clf", CLF, 65, 6e-3), ("apart.clf", RAMPS, 0, 2e-4),
    ):  # fmt: skip
        path = tmp_path / name
        path.write_text(text)
        assert agrees(path, limit).size == size
    (tmp_path / "bad.clf").write_text(CLF[:200])
    with pytest.raises(ExpectedError, match="bad.clf cannot be read"):
        read_lookup(tmp_path / "bad.clf")


HOSTILE = {
    "nothing": b"",
    "blank": b" \n\n\t\n",
    "no size": b"0 0 0\n1 1 1\n",
    "only a size": b"LUT_3D_SIZE 33\n",
    "only comments": b"LUT_3D_SIZE 2\n# 1 2 3\n# 4 5 6",
    "cut off": cube_text().encode()[:-40],
    "huge": b"LUT_3D_SIZE 100000\n0 0 0\n",
    "too large": b"LUT_3D_SIZE 130\n0 0 0\n",
    "one": b"LUT_3D_SIZE 1\n0 0 0\n",
    "less than none": b"LUT_3D_SIZE -2\n0 0 0\n",
    "half": b"LUT_3D_SIZE 2.5\n0 0 0\n",
    "a long ramp": b"LUT_1D_SIZE 70000\n0 0 0\n",
    "no number": b"LUT_3D_SIZE two\n0 0 0\n",
    "not numbers": cube_text().replace("0.500000", "nan", 1).encode(),
    "without end": cube_text().replace("0.500000", "1e999", 1).encode(),
    "infinite": cube_text().replace("0.500000", "inf", 1).encode(),
    "words": cube_text().replace("0.500000", "half", 1).encode(),
    "two columns": b"LUT_1D_SIZE 2\n0 0\n1 1\n",
    "ragged": b"LUT_1D_SIZE 3\n0 0 0\n1 1\n1 1 1\n",
    "backwards": cube_text("DOMAIN_MIN 1 1 1\nDOMAIN_MAX 0 0 0").encode(),
    "a domain of nan": cube_text("DOMAIN_MIN nan 0 0").encode(),
    "zeros": b"LUT_3D_SIZE 2\n" + bytes(4000),
    "one long line": b"LUT_3D_SIZE 2\n" + b"1 " * 2_000_000,
    "digits": b"LUT_3D_SIZE 2\n" + b"9" * 3_000_000,
    "a head that never ends": b"# again and again\n" * 200_000,
    "a picture": b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20,
}


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("extension", ["cube", "3dl"])
def test_what_is_no_lookup_is_told_in_a_sentence(tmp_path: Path, name: str, extension: str) -> None:
    path = tmp_path / f"bad.{extension}"
    path.write_bytes(HOSTILE[name])
    with pytest.raises(ExpectedError, match=f"The color lookup bad.{extension} cannot be read") as caught:
        read_lookup(path)
    assert caught.value.remedy.endswith(".") and len(caught.value.remedy) < 200


def test_more_than_a_lookup_can_be_is_not_even_read(tmp_path: Path) -> None:
    path = tmp_path / "endless.cube"
    with path.open("wb") as file:
        file.truncate(1 << 32)
    with pytest.raises(ExpectedError, match="cannot be read"):
        read_lookup(path)
    with pytest.raises(ExpectedError, match="cannot be read"):
        read_lookup(tmp_path / "gone.cube")


@given(st.binary(max_size=400), st.integers(0, 200))
def test_damaged_bytes_never_end_in_anything_else(noise: bytes, place: int) -> None:
    good = cube_text("TITLE \"x\"").encode()
    for reader, data in ((read_cube, good), (read_3dl, b"0 512 1023\n" + b"1 2 3\n" * 27)):
        try:
            table = reader(data[:place] + noise + data[place + len(noise) // 2 :])
            assert np.isfinite(table.entries).all()
        except Unusable as error:
            assert str(error)


@pytest.mark.parametrize("size", [32, pytest.param(129, marks=pytest.mark.long)])
def test_large_cubes_are_read(tmp_path: Path, size: int) -> None:
    path = tmp_path / "large.cube"
    path.write_text(f"LUT_3D_SIZE {size}\n" + "0.25 0.5 0.75\n" * size**3)
    table = read_lookup(path)
    assert table.size == size and np.allclose(through(table, (0.3, 0.9, 0.1)), [[0.25, 0.5, 0.75]])


def test_names() -> None:
    assert is_lookup("A.CUBE") and is_lookup(Path("b.3dl")) and not is_lookup("c.png")
