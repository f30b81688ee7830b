"""Poly Haven: skies, materials and models, all CC0. Its interface is described at https://api.polyhaven.com."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote

import msgspec

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.workflows.catalogues.reading import decoded, each, host_of, plain, safe_path, tags_from
from editor.workflows.catalogues.source import Ask, Found, Kind, Page, RemoteFile, Use, Variant, WorkKind

TYPES: dict[Kind, str] = {"hdri": "hdris", "material": "textures", "model": "models"}
NUMBERS: dict[int, WorkKind] = {0: "hdri", 1: "material", 2: "model"}
WITH_INCLUDES = {"gltf": "glTF", "mtlx": "MaterialX", "usd": "USD", "fbx": "FBX", "blend": "Blender"}
NO_MAPS = frozenset({*WITH_INCLUDES, "nor_dx", "arm", "colorchart", "tonemapped", "backplates", "hdri"})
"""`arm` packs maps that are there one by one, `nor_dx` is the normal map with its green turned round."""
ID = re.compile(r"[A-Za-z0-9_-]{1,50}")
A_PAGE = 40
LARGEST_LIST = 24 << 20


class _Work(msgspec.Struct):
    name: str
    type: int
    authors: dict[str, str] = {}
    categories: list[str] = []
    tags: list[str] = []
    description: str = ""
    download_count: int = 0
    thumbnail_url: str = ""


class _File(msgspec.Struct):
    url: str
    size: int
    md5: str
    include: dict[str, _File] = {}


@dataclass(frozen=True)
class PolyHaven:
    """`base` is where its interface answers."""

    base: str = "https://api.polyhaven.com"
    others: tuple[str, ...] = ("cdn.polyhaven.com", "dl.polyhaven.org")
    key: str = "polyhaven"
    title: str = "Poly Haven"
    about: str = "Skies, materials and 3D models, scanned and made by its own artists. All are in the public domain."
    credit: str = "Powered by Poly Haven"
    page: str = "https://polyhaven.com"
    kinds: tuple[Kind, ...] = ("hdri", "material", "model")

    @property
    def hosts(self) -> tuple[str, ...]:
        return (host_of(self.base), *self.others)

    def search(self, ask: Ask, words: str, kind: Kind, page: int, use: Use) -> Page:
        """The list of a kind is short enough to be looked through here, the best known first."""
        answer = ask(f"{self.base}/assets?type={TYPES[kind]}", most=LARGEST_LIST, keep=True)
        entries = decoded(answer, dict[str, msgspec.Raw], host_of(self.base))
        wanted = words.casefold().split()
        found = []
        for key, raw in entries.items():
            for work in each([raw], _Work):
                text = " ".join((key, work.name, *work.tags, *work.categories, *work.authors)).casefold()
                if NUMBERS.get(work.type) == kind and ID.fullmatch(key) and all(word in text for word in wanted):
                    found.append((-work.download_count, key, work))
        found.sort(key=lambda entry: entry[:2])
        shown = found[(page - 1) * A_PAGE : page * A_PAGE]
        works = tuple(_found(key, work) for _, key, work in shown)
        return Page(found=works, total=len(found), has_more=page * A_PAGE < len(found))

    def details(self, ask: Ask, key: str) -> Found:
        if not ID.fullmatch(key):
            raise ExpectedError(tr("{source} has no work named {name}.", source=self.title, name=ascii(key[:60])))
        server = host_of(self.base)
        work = decoded(ask(f"{self.base}/info/{quote(key)}", keep=True), _Work, server)
        tree = decoded(ask(f"{self.base}/files/{quote(key)}", keep=True), dict[str, msgspec.Raw], server)
        found = _found(key, work)
        variants = _skies(key, tree) if found.kind == "hdri" else (*_sets(key, tree), *_maps(key, tree))
        return msgspec.structs.replace(found, variants=tuple(sorted(variants, key=_order)))

    def picture(self, ask: Ask, found: Found) -> bytes:
        return ask(found.preview) if found.preview else b""


def _found(key: str, work: _Work) -> Found:
    return Found(
        id=key, title=plain(work.name, 120) or key, kind=NUMBERS.get(work.type, "other"),
        author=plain(", ".join(work.authors), 200), licence="CC0-1.0", page=f"https://polyhaven.com/a/{key}",
        preview=work.thumbnail_url, about=plain(work.description), tags=tags_from((*work.tags, *work.categories)),
    )  # fmt: skip


Tree = dict[str, dict[str, msgspec.Raw]]


def _branches(raw: msgspec.Raw | None) -> list[tuple[str, str, _File]]:
    """(resolution, format, file) of one branch of the tree."""
    return [
        (resolution, form, file)
        for tree in each([raw] if raw is not None else [], Tree)
        for resolution, forms in tree.items()
        for form, one in forms.items()
        for file in each([one], _File)
    ]


def _skies(key: str, tree: dict[str, msgspec.Raw]) -> list[Variant]:
    return [
        Variant(key=f"{resolution}-{form}", label=f"{resolution.upper()} · {form.upper()}", files=(
            _remote(f"{key}_{resolution}.{form}", file),
        ))
        for resolution, form, file in _branches(tree.get("hdri")) if form in ("hdr", "exr")
    ]  # fmt: skip


def _sets(key: str, tree: dict[str, msgspec.Raw]) -> list[Variant]:
    """A file that names its textures, and these."""
    variants = []
    for name, title in WITH_INCLUDES.items():
        for resolution, form, file in _branches(tree.get(name)):
            main = f"{key}_{resolution}.{form}"
            files = (_remote(main, file), *(_remote(path, one) for path, one in file.include.items()))
            label = f"{resolution.upper()} · {title}"
            variants.append(Variant(key=f"{resolution}-{name}", label=label, files=files, main=main))
    return variants


def _maps(key: str, tree: dict[str, msgspec.Raw]) -> list[Variant]:
    """The pictures alone, one format a set."""
    sets: dict[tuple[str, str], list[RemoteFile]] = {}
    for name, raw in tree.items():
        if name in NO_MAPS:
            continue
        for resolution, form, file in _branches(raw):
            path = f"{key}_{name.lower()}_{resolution}.{form}"
            sets.setdefault((resolution, form), []).append(_remote(path, file))
    return [
        Variant(key=f"{resolution}-maps-{form}", files=tuple(files),
                label=tr("{resolution} · maps as {format}", resolution=resolution.upper(), format=form.upper()))
        for (resolution, form), files in sets.items() if form in ("jpg", "png", "exr")
    ]  # fmt: skip


def _remote(path: str, file: _File) -> RemoteFile:
    return RemoteFile(path=safe_path(path), address=file.url, size=max(file.size, 0), md5=file.md5.lower())


def _order(variant: Variant) -> tuple[int, int]:
    """What the studio opens itself first, then the small ones first."""
    number = re.match(r"\d+", variant.key)
    kinds = ("-gltf", "-maps-jpg", "-maps-png", "-maps-exr", "-mtlx", "-exr", "-hdr")
    rank = next((rank for rank, kind in enumerate(kinds) if kind in variant.key), len(kinds))
    return rank, int(number[0]) if number else 0
