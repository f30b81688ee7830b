"""One server on this machine that answers as Poly Haven, Google Fonts, Openverse and a plain feed do.

The fields are those of their own descriptions: the OpenAPI document of Poly Haven's Public-API repository, what
fonts.google.com sends for /metadata/fonts and /download/list, the serializers of Openverse's API, and catalogues.md.
"""

from __future__ import annotations

import hashlib
import io
import json
import wave
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import numpy as np
from PIL import Image

from tests.ml.loopback import Behaviour

FONT = Path(__file__).parents[4] / "resources" / "fonts"
OFL = (
    "Copyright 2020 The {family} Project Authors (https://example.org/{family})\r\n\r\nThis Font Software is licensed "
    "under the SIL Open Font License, Version 1.1.\r\n\r\nSIL OPEN FONT LICENSE Version 1.1 - 26 February 2007\r\n"
)
PHOTO = "4bc43a04-ef46-4544-a0c1-63c63f56e276"
SOUND = "36537842-b067-4ca0-ad67-e00ff2e06b2e"


def picture(shade: tuple[int, int, int], size: tuple[int, int] = (64, 64), form: str = "JPEG") -> bytes:
    """A ball on grey, so that previews are told apart by an eye."""
    width, height = size
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    radius = np.hypot(x - width / 2, y - height / 2) / (min(size) / 2)
    light = np.clip(1.1 - np.hypot(x - width * 0.35, y - height * 0.35) / min(size), 0.15, 1)[..., None]
    ground = 60 + 30 * (y / height)[..., None]
    pixels = np.where((radius < 0.86)[..., None], np.array(shade, np.float32) * light, ground)
    stream = io.BytesIO()
    Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8)).save(stream, form)
    return stream.getvalue()


def radiance(width: int = 32, height: int = 16) -> bytes:
    """An uncompressed Radiance picture."""
    head = f"#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n\n-Y {height} +X {width}\n".encode()
    rows = np.zeros((height, width, 4), np.uint8)
    rows[..., 0], rows[..., 1], rows[..., 2], rows[..., 3] = 120, 150, 220, 129
    return head + rows.tobytes()


def sound(seconds: float = 0.2) -> bytes:
    stream = io.BytesIO()
    with wave.open(stream, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        tone = np.sin(np.arange(int(8000 * seconds)) / 3) * 9000
        file.writeframes(tone.astype("<i2").tobytes())
    return stream.getvalue()


def any_font() -> bytes:
    return (FONT / "Inter-Regular.otf").read_bytes()


class Speaking:
    """What the server holds; tests change the dictionaries before they ask."""

    def __init__(self, server: Behaviour) -> None:
        self.server = server
        self.assets: dict[str, dict[str, Any]] = {}
        self.trees: dict[str, dict[str, Any]] = {}
        self.families: dict[str, dict[str, Any]] = {}
        self.manifests: dict[str, dict[str, Any]] = {}
        self.works: dict[str, dict[str, Any]] = {}
        self.feed: dict[str, Any] = {"format": "atelier-feed", "version": 1, "title": "Our own", "items": []}
        server.dynamic = self.answer
        self.page_size = 20

    @property
    def base(self) -> str:
        return self.server.address

    def put(self, path: str, data: bytes) -> dict[str, Any]:
        """A file, as Poly Haven tells of it."""
        self.server.files[path] = data
        digest = hashlib.md5(data, usedforsecurity=False).hexdigest()
        return {"url": f"{self.base}{path}", "size": len(data), "md5": digest}

    # Filling

    def fill(self) -> Speaking:
        self.add_sky("mossy_forest", "Mossy Forest", (70, 120, 60))
        self.add_material("brick_floor_003", "Brick Floor 003", (170, 80, 60))
        self.add_family("Anton Test", "Sans Serif", ["Vernon Adams"])
        self.add_photo(PHOTO, "Mossy rock", "Ann Painter", "by-sa", "4.0", (90, 110, 140))
        self.add_sound(SOUND, "Brook", "Ben Hearer")
        self.add_item("leaf", "Leaf", "image", {"leaf.png": picture((40, 160, 60), form="PNG")})
        return self

    def add_asset(self, key: str, name: str, number: int, shade: tuple[int, int, int], **more: Any) -> None:
        self.server.files[f"/asset_img/thumbs/{key}.png?width=256&height=256"] = picture(shade, (256, 256), "PNG")
        self.assets[key] = {
            "name": name, "type": number, "date_published": 1618385199, "download_count": 12345,
            "files_hash": "8746a9a941bebe5743d0a710e11cb91beb225ca6", "authors": {"Rob Example": "All"},
            "donated": None, "categories": ["floor", "outdoor"], "category": "Ground & Terrain", "tags": ["wet", key],
            "max_resolution": [8192, 8192], "description": f"{name}, scanned.", "attributes": {},
            "thumbnail_url": f"{self.base}/asset_img/thumbs/{key}.png?width=256&height=256", **more,
        }  # fmt: skip

    def add_sky(self, key: str, name: str, shade: tuple[int, int, int]) -> None:
        self.add_asset(key, name, 0, shade, whitebalance=5450, evs_cap=15)
        forms = {"1k": {"hdr": self.put(f"/file/HDRIs/hdr/1k/{key}_1k.hdr", radiance())}}
        self.trees[key] = {"hdri": forms, "backplates": None, "colorchart": None, "tonemapped": forms["1k"]["hdr"]}

    def add_material(self, key: str, name: str, shade: tuple[int, int, int]) -> None:
        self.add_asset(key, name, 1, shade, dimensions=[2000, 2000])
        diff = self.put(f"/file/Textures/{key}_diff_1k.jpg", picture(shade))
        rough = self.put(f"/file/Textures/{key}_rough_1k.jpg", picture((128, 128, 128)))
        include = {f"textures/{key}_diff_1k.jpg": diff, f"textures/{key}_rough_1k.jpg": rough}
        gltf = self.put(f"/file/Textures/{key}_1k.gltf", plane(key))
        mtlx = self.put(f"/file/Textures/{key}_1k.mtlx", materialx(key))
        self.trees[key] = {
            "Diffuse": {"1k": {"jpg": diff}}, "Rough": {"1k": {"jpg": rough}}, "nor_dx": {"1k": {"jpg": rough}},
            "gltf": {"1k": {"gltf": {**gltf, "include": include}}},
            "mtlx": {"1k": {"mtlx": {**mtlx, "include": include}}},
        }  # fmt: skip

    def add_family(self, family: str, category: str, designers: list[str], **more: Any) -> None:
        name = family.replace(" ", "")
        self.families[family] = {
            "family": family, "displayName": None, "category": category, "stroke": category, "classifications": [],
            "size": 90000, "subsets": ["menu", "latin", "latin-ext"],
            "fonts": {"400": {"thickness": 4, "slant": 1, "width": 6, "lineHeight": 1.17}, "700": {}},
            "axes": [], "designers": designers, "lastModified": "2025-09-16", "dateAdded": "2011-05-04",
            "popularity": len(self.families) + 1, "trending": 3, "defaultSort": 1, "isNoto": False,
            "isOpenSource": True, "isBrandFont": False, "languages": [], **more,
        }  # fmt: skip
        references = []
        for style in ("Regular", "Bold"):
            self.server.files[f"/s/{name}/{style}.ttf"] = any_font() + style.encode()
            url = f"{self.base}/s/{name}/{style}.ttf"
            date = {"seconds": 1, "nanos": 0}
            references.append({"filename": f"static/{name}-{style}.ttf", "url": url, "date": date})
        licence = {"filename": "OFL.txt", "contents": OFL.format(family=name)}
        files = [licence, {"filename": "README.txt", "contents": "Read me"}]
        zipped = f"{family.replace(' ', '_')}.zip"
        self.manifests[family] = {"zipName": zipped, "manifest": {"files": files, "fileRefs": references}}

    def add_photo(
        self, key: str, title: str, creator: str, licence: str, version: str, shade: tuple[int, int, int], **more: Any
    ) -> None:
        self.server.files[f"/photos/{key}.jpg"] = picture(shade, (320, 240))
        self.server.files[f"/v1/images/{key}/thumb/"] = picture(shade, (160, 120))
        self.works[f"images/{key}"] = {
            **self._work("images", key, title, creator, licence, version), "url": f"{self.base}/photos/{key}.jpg",
            "filetype": "jpg", "height": 240, "width": 320, **more,
        }  # fmt: skip

    def add_sound(self, key: str, title: str, creator: str) -> None:
        self.server.files[f"/sounds/{key}.wav"] = sound()
        self.works[f"audio/{key}"] = {
            **self._work("audio", key, title, creator, "cc0", "1.0"), "url": f"{self.base}/sounds/{key}.wav",
            "filetype": "wav", "filesize": len(sound()), "thumbnail": None, "genres": [], "alt_files": None,
            "audio_set": None, "duration": 200, "bit_rate": 128000, "sample_rate": 8000,
        }  # fmt: skip

    def _work(self, place: str, key: str, title: str, creator: str, licence: str, version: str) -> dict[str, Any]:
        return {
            "id": key, "indexed_on": "2023-01-05T10:00:00Z", "title": title, "creator": creator,
            "creator_url": "https://example.org/people/1", "foreign_landing_url": f"https://example.org/{place}/{key}",
            "license": licence, "license_version": version,
            "license_url": f"https://creativecommons.org/licenses/{licence}/{version}/", "provider": "flickr",
            "source": "flickr", "category": None, "filesize": None, "filetype": None,
            "tags": [{"name": "moss", "accuracy": None, "unstable__provider": "flickr"}], "fields_matched": ["title"],
            "attribution": f'"{title}" by {creator} is licensed under CC {licence.upper()} {version}.',
            "mature": False, "thumbnail": f"{self.base}/v1/{place}/{key}/thumb/",
            "detail_url": f"{self.base}/v1/{place}/{key}/", "related_url": f"{self.base}/v1/{place}/{key}/related/",
            "unstable__sensitivity": [],
        }  # fmt: skip

    def add_item(self, key: str, title: str, kind: str, files: dict[str, bytes], **more: Any) -> None:
        listed = []
        for path, data in files.items():
            self.server.files[f"/own/{key}/{path}"] = data
            digest = hashlib.sha256(data).hexdigest()
            listed.append({"path": path, "address": f"own/{key}/{path}", "size": len(data), "sha256": digest})
        self.feed["items"].append({
            "id": key, "title": title, "kind": kind, "author": "Our Studio", "licence": "CC-BY-4.0",
            "page": f"https://example.org/own/{key}", "preview": f"own/{key}/{listed[0]['path']}", "tags": ["green"],
            "variants": [{"label": "As it is", "files": listed, "main": ""}], **more,
        })  # fmt: skip

    # Answering

    def answer(self, path: str) -> bytes | None:
        parts = urlsplit(path)
        question = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if parts.path == "/metadata/fonts":
            return guarded({"axisRegistry": [], "familyMetadataList": list(self.families.values())})
        if parts.path == "/download/list":
            found = self.manifests.get(question.get("family", ""))
            return None if found is None else guarded(found)
        if parts.path == "/css2":
            return f"@font-face {{ src: url({self.base}/s/letters.ttf) format('truetype'); }}".encode()
        if parts.path == "/s/letters.ttf":
            return any_font()
        if parts.path == "/feed.json":
            return json.dumps(self.feed).encode()
        return self._haven(parts.path, question) or self._verse(parts.path, question)

    def _haven(self, path: str, question: dict[str, str]) -> bytes | None:
        place, _, key = path.strip("/").partition("/")
        if place == "assets":
            number = {"hdris": 0, "textures": 1, "models": 2}[question["type"]]
            return json.dumps({k: v for k, v in self.assets.items() if v["type"] == number}).encode()
        found = {"info": self.assets, "files": self.trees}.get(place, {}).get(key)
        return None if found is None else json.dumps(found).encode()

    def _verse(self, path: str, question: dict[str, str]) -> bytes | None:
        one = self.works.get(path.strip("/").removeprefix("v1/"))
        if one is not None:
            return json.dumps(one).encode()
        if path not in ("/v1/images/", "/v1/audio/"):
            return None
        place, words = path.strip("/").removeprefix("v1/"), question["q"].lower()
        fitting = [
            work for key, work in self.works.items()
            if key.startswith(place) and words in work["title"].lower() and "nc" not in work["license"].split("-")
            or key.startswith(place) and words in work["title"].lower() and not question.get("license_type")
        ]  # fmt: skip
        first = (int(question["page"]) - 1) * self.page_size
        pages = -(-len(fitting) // self.page_size)
        return json.dumps({
            "result_count": len(fitting), "page_count": pages, "page_size": self.page_size,
            "page": int(question["page"]), "results": fitting[first : first + self.page_size], "warnings": [],
        }).encode()  # fmt: skip


def guarded(value: object) -> bytes:
    """As Google sends it: with a line before it that no script survives."""
    return b")]}'\n" + json.dumps(value).encode()


def plane(key: str) -> bytes:
    """A glTF square that wears the material, its corners in the file itself."""
    import base64

    corners = np.array([[0, 0, 0], [1, 0, 0], [1, 1, 0], [0, 1, 0]], "<f4").tobytes()
    uvs = np.array([[0, 1], [1, 1], [1, 0], [0, 0]], "<f4").tobytes()
    order = np.array([0, 1, 2, 0, 2, 3], "<u2").tobytes()
    data = base64.b64encode(corners + uvs + order).decode()
    view = [{"buffer": 0, "byteOffset": 0, "byteLength": 48}, {"buffer": 0, "byteOffset": 48, "byteLength": 32},
            {"buffer": 0, "byteOffset": 80, "byteLength": 12}]  # fmt: skip
    mesh = {"attributes": {"POSITION": 0, "TEXCOORD_0": 1}, "indices": 2, "material": 0}
    return json.dumps({
        "asset": {"version": "2.0"}, "scene": 0, "scenes": [{"nodes": [0]}], "nodes": [{"mesh": 0, "name": key}],
        "meshes": [{"primitives": [mesh]}],
        "materials": [{"name": key, "pbrMetallicRoughness": {"baseColorTexture": {"index": 0}}}],
        "textures": [{"source": 0}], "images": [{"uri": f"textures/{key}_diff_1k.jpg"}],
        "buffers": [{"byteLength": 92, "uri": f"data:application/octet-stream;base64,{data}"}], "bufferViews": view,
        "accessors": [
            {"bufferView": 0, "componentType": 5126, "count": 4, "type": "VEC3", "min": [0, 0, 0], "max": [1, 1, 0]},
            {"bufferView": 1, "componentType": 5126, "count": 4, "type": "VEC2"},
            {"bufferView": 2, "componentType": 5123, "count": 6, "type": "SCALAR"},
        ],
    }).encode()  # fmt: skip


def materialx(key: str) -> bytes:
    return f"""<?xml version="1.0"?>
<materialx version="1.38" colorspace="lin_rec709">
  <image name="diffuse" type="color3"><input name="file" type="filename" value="textures/{key}_diff_1k.jpg"/></image>
  <standard_surface name="surface" type="surfaceshader">
    <input name="base_color" type="color3" nodename="diffuse"/>
    <input name="specular_roughness" type="float" value="0.6"/>
  </standard_surface>
  <surfacematerial name="{key}" type="material">
    <input name="surfaceshader" type="surfaceshader" nodename="surface"/>
  </surfacematerial>
</materialx>
""".encode()
