"""Picture files: in as raster documents or layers, out from every document through the Display."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from editor.base.errors import ExpectedError
from editor.base.memory import free_memory
from editor.base.numbers import number_text
from editor.base.translation import tr
from editor.commands.registry import run
from editor.display.display import Display
from editor.display.engine import Pixels
from editor.document.project import Project
from editor.formats.provenance.credits import credits_of
from editor.formats.provenance.pictures import cleaned, fitted, holds_notes
from editor.formats.provenance.reading import known_notes, packet_of_file
from editor.formats.provenance.shown import scope_of
from editor.formats.provenance.subject import with_subject
from editor.formats.registry import ExportOptions, Imported, ImportOptions, Progress
from editor.formats.report import Report, ReportBuilder
from editor.model.raster import TILE, RasterDocument
from render.image_io import profiles
from render.image_io.formats import format_of_name
from render.image_io.prepared import WriteOptions, light_to_srgb, with_curve
from render.image_io.read import read, read_frames
from render.image_io.values import ImageData, ImageError, Limits, Metadata
from render.image_io.write import FORMATS, write

BYTES_A_PIXEL = 24
LEAST_PIXELS = 16_000_000
IN_COMMENTS = ("hdr", "pnm")
"""Formats whose notes are comments, which a reader of pixels passes over."""


def import_image(project: Project, path: Path, options: ImportOptions) -> Imported:
    """A picture as a new raster document, or as a layer of `options.into`. Raises ExpectedError."""
    image, report = load(path, options.profile)
    name = options.name or path.stem
    if options.into is not None:
        sheet = project.find(options.into, RasterDocument)
        pixels = _in_depth(image.pixels, sheet.depth)
        tiles = put_tiles(project, pixels)
        x, y = _corner(options.at, image.width, image.height)
        wishes = {"tiles": tiles, "width": image.width, "height": image.height, "name": name, "x": x, "y": y}
        notes = known_notes((image.metadata.xmp or b"").decode("utf-8", "replace"))
        if not notes:
            run(project, "raster.place_pixels", document=sheet.id, **wishes)
            return Imported((sheet.id,), report.report())
        with project.transaction(tr("Import picture")):
            layer = run(project, "raster.place_pixels", document=sheet.id, **wishes)
            for note in notes:
                run(project, "project.note_provenance", record=layer, **note)
        return Imported((sheet.id,), report.report())
    metadata = image.metadata
    blobs = {"exif": metadata.exif, "xmp": metadata.xmp}
    document: str = run(
        project, "raster.import_picture", name=name, width=image.width, height=image.height,
        depth=image.pixels.dtype.name, resolution=metadata.resolution[0] if metadata.resolution else 72.0,
        profile=project.blobs.put(metadata.icc) if metadata.icc else None,
        metadata={key: project.blobs.put(data) for key, data in blobs.items() if data},
        tiles=put_tiles(project, image.pixels),
    )
    return Imported((document,), report.report())


def _corner(middle: tuple[float, ...], width: int, height: int) -> tuple[int, int]:
    """The left top of a picture around its middle."""
    if len(middle) != 2:
        return 0, 0
    return round(middle[0] - width / 2), round(middle[1] - height / 2)


def load(path: Path, profile: str = "srgb") -> tuple[ImageData, ReportBuilder]:
    """A picture in the working encoding, and what was done to it. Raises ExpectedError."""
    report = ReportBuilder()
    try:
        image = _prepared(read(path, limits_now()), path, profile, report)
    except ImageError as error:
        raise _refused(path, error) from error
    if image.frames > 1:
        report.dropped(tr("Only the first of {count} pictures in the file is used.", count=image.frames))
    return image, report


def load_frames(path: Path, report: ReportBuilder) -> Iterator[ImageData]:
    """Every frame of an animated GIF, WebP or PNG in sRGB; of other files the first picture, which the report says.
    Raises ExpectedError."""
    count = 0
    try:
        for frame in read_frames(path, limits_now()):
            count += 1
            image = _prepared(frame, path, "srgb", report)
            yield image
    except ImageError as error:
        raise _refused(path, error) from error
    if image.frames > count:
        report.dropped(
            tr("{name}: {reason}", name=path.name,
               reason=tr("Only the first of {count} pictures in the file is used.", count=image.frames))
        )  # fmt: skip


def _refused(path: Path, error: ImageError) -> ExpectedError:
    return ExpectedError(tr("{name}: {reason}", name=path.name, reason=tr(str(error))))


def _prepared(image: ImageData, path: Path, profile: str, report: ReportBuilder) -> ImageData:
    """In the working encoding. Raises ImageError."""
    if image.metadata.xmp is None and image.format in IN_COMMENTS:
        image = replace(image, metadata=replace(image.metadata, xmp=packet_of_file(path)))
    if image.linear:
        encoded = with_curve(image.pixels, light_to_srgb).astype(image.pixels.dtype)
        image = replace(image, pixels=encoded, linear=False)
        report.converted(tr("Light values were encoded as sRGB; values brighter than white are kept."))
    elif profile == "srgb" and not profiles.is_srgb(image.metadata.icc):
        report.converted(
            tr("Colours were converted from {profile} to sRGB.", profile=profiles.describe(image.metadata.icc))
        )
        image = replace(image, pixels=profiles.convert(image.pixels, image.metadata.icc))
    if profile == "srgb":
        image = replace(image, metadata=replace(image.metadata, icc=None))
    for notice in image.notices:
        report.converted(tr(notice))
    return image


def limits_now() -> Limits:
    """Fewer pixels than usual where memory is short: decoding, converting and tiling hold a few copies at once."""
    usual, free = Limits(), free_memory()
    if free is None:
        return usual
    return replace(usual, pixels=max(LEAST_PIXELS, min(usual.pixels, free // BYTES_A_PIXEL)))


def put_tiles(project: Project, straight: Pixels) -> tuple[tuple[int, int, str], ...]:
    """Straight RGBA as tile blobs (column, row, name), premultiplied; empty tiles are left out."""
    from render.kernels.convert import premultiply

    height, width = straight.shape[:2]
    tiles = []
    for top in range(0, height, TILE):
        band = premultiply(np.ascontiguousarray(straight[top : top + TILE]))
        for left in range(0, width, TILE):
            part = band[:, left : left + TILE]
            if not part[..., 3].any():
                continue
            square = np.zeros((TILE, TILE, 4), straight.dtype)
            square[: part.shape[0], : part.shape[1]] = part
            tiles.append((left // TILE, top // TILE, project.blobs.put(square.tobytes())))
    return tuple(tiles)


def _in_depth(pixels: Pixels, depth: str) -> Pixels:
    from render.kernels.convert import convert

    return pixels if pixels.dtype.name == depth else convert(pixels, depth)


def export_image(
    display: Display, document: str, path: Path, options: ExportOptions, progress: Progress
) -> Report:
    """A document, page, frame or still as a picture file. Raises ExpectedError."""
    report = ReportBuilder()
    image = picture_of(display, document, options, _depth(display, document, path, options))
    scope = scope_of(display.project, document, "image", options)
    told = credits_of(display.project, document, scope, options.notes)
    packet = cleaned(image.metadata.xmp, options.notes, report)
    packet = packet if told is None else told.packet(packet)
    if options.notes.kept:
        packet = with_subject(display.project, document, packet)
    image = replace(image, metadata=replace(image.metadata, xmp=packet))
    progress(0.5)
    save(image, path, options, report)
    for sentence in told.sentences() if told is not None and holds_notes(path) else ():
        report.noted(sentence)
    progress(1.0)
    return report.report()


def picture_of(display: Display, document: str, options: ExportOptions, depth: str) -> ImageData:
    """The document drawn whole, as straight pixels with its metadata."""
    from render.kernels.convert import unpremultiply

    size = display.drawing(document, options.part, options.time).size
    scale = options.width / size[0] if options.width else options.scale
    _check_area(size[0] * scale, size[1] * scale)
    if isinstance(display.project.get(document), RasterDocument):
        pixels = resampled(display.render_whole(document, 1.0, options.part, options.time, depth), scale)
    else:
        pixels = display.render_whole(document, scale, options.part, options.time, depth)
    return ImageData(unpremultiply(np.asarray(pixels)), "atelier", metadata_of(display.project, document, scale))


def _check_area(width: float, height: float) -> None:
    """Raise ExpectedError for a picture that the memory could not hold."""
    limit = limits_now().pixels
    if not width * height <= limit:
        raise ExpectedError(
            tr("A picture of {width} x {height} pixels does not fit the memory.", width=number_text(width, 0),
               height=number_text(height, 0)),
            tr("Choose a smaller size: {limit} megapixels are possible now.", limit=limit // 1_000_000),
        )


def resampled(premultiplied: Pixels, scale: float) -> Pixels:
    """Pixels drawn whole and then resized once: an export has the time that a view has not."""
    from render.kernels.resample import resize

    if scale == 1.0:
        return premultiplied
    height, width = premultiplied.shape[:2]
    return resize(premultiplied, max(1, round(width * scale)), max(1, round(height * scale)))


def metadata_of(project: Project, document: str, scale: float) -> Metadata:
    """What a raster document carries beside its pixels; other families carry nothing."""
    sheet = project.get(document)
    if not isinstance(sheet, RasterDocument):
        return Metadata()
    held = {name: project.blobs.get(blob) for name, blob in sheet.metadata.items()}
    resolution = sheet.resolution * scale
    return Metadata(
        icc=project.blobs.get(sheet.profile) if sheet.profile else None, resolution=(resolution, resolution),
        exif=held.get("exif"), xmp=held.get("xmp"),
    )


def save(image: ImageData, path: Path, options: ExportOptions, report: ReportBuilder) -> None:
    """Write, and add to the report what the format could not hold. Of what the picture brings along only what is
    wished gets into the file."""
    image = replace(image, metadata=fitted(image.metadata, path, options.notes, report))
    fields: dict[str, Any] = {"quality": options.quality, "lossless": options.lossless, "depth": options.depth}
    if options.background is not None:
        image = on_background(image, options.background)
    try:
        notices = write(path, image, WriteOptions(**fields))
    except ImageError as error:
        raise ExpectedError(tr("{name}: {reason}", name=path.name, reason=tr(str(error)))) from error
    for notice in notices:
        report.converted(tr(notice))


def on_background(image: ImageData, background: str) -> ImageData:
    """The picture over one opaque colour. Raises ExpectedError for a text that is no colour."""
    from render.color import Color

    try:
        color = Color.from_hex(background)
    except ValueError as error:
        raise ExpectedError(tr("{text} is no colour: write it like #ff8800.", text=background)) from error
    values = image.pixels.astype(np.float32)
    top = np.float32(1.0 if image.pixels.dtype.kind == "f" else np.iinfo(image.pixels.dtype).max)
    alpha = values[..., 3:] / top
    behind = np.array([color.red, color.green, color.blue], np.float32) * top
    mixed = values[..., :3] * alpha + behind * (1 - alpha)
    if image.pixels.dtype.kind == "u":
        mixed = np.clip(np.rint(mixed), 0, top)
    pixels = np.empty_like(image.pixels)
    pixels[..., :3], pixels[..., 3] = mixed.astype(image.pixels.dtype), top.astype(image.pixels.dtype)
    return replace(image, pixels=pixels)


def _depth(display: Display, document: str, path: Path, options: ExportOptions) -> str:
    """What to draw in: the depth asked for, else the document's own where the format holds it, else 8 bits."""
    name = format_of_name(path.name) or ""
    held = FORMATS[name].depths if name in FORMATS else ("uint8",)
    sheet = display.project.get(document)
    own = sheet.depth if isinstance(sheet, RasterDocument) else "uint8"
    if options.depth is not None:
        return options.depth
    if own in held:
        return own
    return "uint8" if held == ("uint8",) or own == "uint8" and "uint8" in held else held[-1]
