"""From OpenTimelineIO to plain records for the command `video.build_timelines`."""

from fractions import Fraction
from pathlib import Path
from typing import Any

import opentimelineio as otio

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.commands.registry import run
from editor.commands.video.build import PlainRecord
from editor.document.project import Project
from editor.formats.otio.lookups import TablesIn, is_ours
from editor.formats.otio.media import MediaFinder
from editor.formats.report import Report, ReportBuilder
from editor.model.video import LATEST

SPACE = "atelier"
LARGEST_FILE = 64 << 20
DEEPEST = 150
ADAPTERS = {".otio": "otio_json", ".json": "otio_json", ".edl": "cmx_3600", ".xml": "fcp_xml"}
USUAL_RATES = [Fraction(n, d) for n, d in (
    (24000, 1001), (24, 1), (25, 1), (30000, 1001), (30, 1), (48, 1), (50, 1), (60000, 1001), (60, 1),
)]  # fmt: skip


def import_otio(project: Project, path: Path, rate: Fraction | None = None) -> tuple[tuple[str, ...], Report]:
    """Add the timelines of a file; returns the ids of their documents, the nested ones first.

    `rate` is for EDLs, which do not tell theirs (25 where nothing is said). Raises ExpectedError with one sentence.
    """
    timeline = _read(path, rate)
    reader = _Reader(project, path.parent, TablesIn(project, _ours(timeline).get("lookups")))
    reader.document(timeline.name or path.stem, timeline.tracks, _ours(timeline))
    made: tuple[str, ...] = run(project, "video.build_timelines", records=tuple(reader.records))
    return made, reader.report.report()


def _read(path: Path, rate: Fraction | None) -> Any:
    adapter = ADAPTERS.get(path.suffix.lower())
    if adapter is None:
        raise ExpectedError(tr("{name} is no timeline that Atelier reads.", name=path.name))
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise ExpectedError(tr("{name} is too large for a timeline.", name=path.name))
        text = path.read_text(encoding="utf-8-sig", errors="replace")
    except OSError as error:
        raise ExpectedError(tr("{name} cannot be opened.", name=path.name)) from error
    if _depth(text) > DEEPEST:
        raise ExpectedError(tr("{name} is nested too deeply.", name=path.name))
    wishes = {"rate": float(rate or 25), "ignore_timecode_mismatch": True} if adapter == "cmx_3600" else {}
    try:
        found = otio.adapters.read_from_string(text, adapter, **wishes)
    except Exception as error:
        raise ExpectedError(tr("{name} is damaged or no timeline.", name=path.name)) from error
    if isinstance(found, otio.schema.SerializableCollection):
        found = next((item for item in found if isinstance(item, otio.schema.Timeline)), None)
    if not isinstance(found, otio.schema.Timeline):
        raise ExpectedError(tr("{name} holds no timeline.", name=path.name))
    return found


def _depth(text: str) -> int:
    """How deep brackets nest: OpenTimelineIO's parser recurses, and must not run out of stack."""
    depth = deepest = 0
    for sign in text:
        if sign in "{[":
            depth += 1
            deepest = max(deepest, depth)
        elif sign in "}]":
            depth -= 1
    return deepest


def _ours(item: Any) -> dict[str, Any]:
    """What an earlier export of ours left beside a part."""
    found = _data(item.metadata.get(SPACE, {}))
    return found if isinstance(found, dict) else {}


def _data(value: Any) -> Any:
    if hasattr(value, "items"):
        return {str(key): _data(inner) for key, inner in value.items()}
    if isinstance(value, str | bool | int | float) or value is None:
        return value
    return [_data(inner) for inner in value]


class _Reader:
    """Collects plain records; ids are small numbers."""

    def __init__(self, project: Project, folder: Path, tables: TablesIn) -> None:
        self.tables = tables
        self.records: list[PlainRecord] = []
        self.report = ReportBuilder()
        self.media = MediaFinder(project, folder, self.report)
        self._count = 0
        self._items: dict[tuple[str, str], str] = {}
        self._links: dict[str, str] = {}

    def document(self, name: str, stack: Any, ours: dict[str, Any], depth: int = 0) -> str:
        """A stack as a document: a number for the id."""
        nested = [item for track in stack for item in _children(track) if isinstance(item, otio.core.Composition)]
        inner = {}
        if depth < 8:
            for item in nested:
                inner[id(item)] = self._nested(item, depth)
        rate = _rate_of(stack)
        known: dict[str, Any] = ours["document"] if isinstance(ours.get("document"), dict) else {}
        if known:
            rate = _fraction(known.get("rate"), rate)
        fields = {**known, "name": name, "rate": _text(rate)}
        key = self._add("video.document", None, fields)
        self._track_names = {"video": 0, "audio": 0}
        for track in stack:
            self._track(key, track, rate, {place: inner[place] for place in inner})
        for captions in ours.get("captions", []):
            track_key = self._add("video.track", key, {**captions["track"], "media": "caption"})
            for item in captions["items"]:
                self._add("video.caption", track_key, item)
        for marker in stack.markers:
            self._marker(key, marker, Fraction(0), rate)
        return key

    def _nested(self, item: Any, depth: int) -> str:
        stack = item
        if isinstance(item, otio.schema.Track):
            stack = otio.schema.Stack()
            stack.append(item.deepcopy())
        elif not all(isinstance(child, otio.schema.Track) for child in item):
            stack = otio.schema.Stack()
            for child in item:
                track = otio.schema.Track(kind=otio.schema.TrackKind.Video)
                track.append(child.deepcopy())
                stack.append(track)
        return self.document(item.name or tr("Nested timeline"), stack, {}, depth + 1)

    def _track(self, document: str, track: Any, rate: Fraction, inner: dict[int, str]) -> None:
        if not isinstance(track, otio.schema.Track):
            single = otio.schema.Track(kind=otio.schema.TrackKind.Video)
            single.append(track.deepcopy())
            track = single
        media = "audio" if track.kind == otio.schema.TrackKind.Audio else "video"
        if track.kind not in (otio.schema.TrackKind.Audio, otio.schema.TrackKind.Video):
            self.report.dropped(tr("A track of the unknown kind {kind}.", kind=str(track.kind)))
            return
        self._track_names[media] += 1
        ours = _ours(track)
        name = track.name or f"{'A' if media == 'audio' else 'V'}{self._track_names[media]}"
        fields = {**ours, "media": media, "name": name}
        if not track.enabled:
            fields["muted" if media == "audio" else "hidden"] = True
        key = self._add("video.track", document, fields)
        self._fill(document, key, track, rate, inner)
        for marker in track.markers:
            self._marker(document, marker, Fraction(0), rate)

    def _fill(self, document: str, key: str, track: Any, rate: Fraction, inner: dict[int, str]) -> None:
        at = Fraction(0)
        previous: str | None = None
        waiting: Any = None
        for item in _children(track):
            if isinstance(item, otio.schema.Transition):
                waiting = item
                continue
            length = _snapped(_duration(item), rate)
            made = None
            if not isinstance(item, otio.schema.Gap) and length > 0 and at + length <= LATEST:
                made = self._clip(document, key, item, (at, length), rate, inner)
                if waiting is not None and previous is not None:
                    self._transition(key, waiting, previous, made, rate)
                elif waiting is not None:
                    self.report.dropped(tr("A dissolve from or to nothing."))
            elif waiting is not None:
                self.report.dropped(tr("A dissolve from or to nothing."))
            waiting, previous = None, made
            at += length
        if waiting is not None:
            self.report.dropped(tr("A dissolve from or to nothing."))

    def _clip(
        self, document: str, track: str, item: Any, place: tuple[Fraction, Fraction], rate: Fraction,
        inner: dict[int, str],
    ) -> str:  # fmt: skip
        ours = _ours(item)
        start = _seconds(item.source_range.start_time) if getattr(item, "source_range", None) else Fraction(0)
        source = self._source(document, item, ours, inner)
        if source["type"] == "media" and not ours:
            start -= self._available_start(item)
        exact = _fraction(ours.get("source_start"), start)
        start = exact if abs(exact - start) < 1 / rate / 2 else start
        fields = {
            **ours,
            "name": item.name or "",
            "source": source,
            "start": _text(place[0]),
            "duration": _text(place[1]),
            "source_start": _text(start),
            "enabled": bool(getattr(item, "enabled", True)),
            "link": self._link(str(ours.get("link", ""))),
        }
        fields |= self._effects(item, ours)
        for marker in item.markers:
            self._marker(document, marker, place[0] - start, rate)
        return self._add("video.clip", track, fields)

    def _effects(self, item: Any, ours: dict[str, Any]) -> dict[str, Any]:
        """Speed and colour lookup. Where our effect was taken away elsewhere, the clip has no lookup any more."""
        fields: dict[str, Any] = {"lookup": None, "lookup_strength": 1.0}
        for effect in item.effects:
            told = self.tables.lookup(_ours(effect)) if is_ours(effect) and effect.enabled else None
            if isinstance(effect, otio.schema.LinearTimeWarp) and effect.time_scalar > 0:
                fields["speed"] = _text(_fraction(ours.get("speed"), Fraction(effect.time_scalar)))
            elif told is not None:
                lookup, fields["lookup_strength"] = told
                fields["lookup"] = {"type": "color_lookup", "table": lookup.table, "name": lookup.name}
            else:
                self.report.dropped(tr("The effect {name}.", name=effect.name or effect.effect_name or "?"))
        return fields

    def _source(self, document: str, item: Any, ours: dict[str, Any], inner: dict[int, str]) -> dict[str, Any]:
        if id(item) in inner:
            return {"type": "embed", "document": inner[id(item)]}
        known = ours.get("source")
        if isinstance(known, dict) and known.get("type") in ("embed", "color"):
            return known
        reference = getattr(item, "media_reference", None)
        if isinstance(reference, otio.schema.GeneratorReference):
            color = _data(reference.parameters.get("color", [0, 0, 0, 1]))
            return {"type": "color", "color": color if _is_color(color) else [0.0, 0.0, 0.0, 1.0]}
        url = str(getattr(reference, "target_url", "") or "")
        facts = self.media.facts(url, item, _available(reference))
        key = (document, facts.media)
        if key not in self._items:
            plain_facts = {name: getattr(facts, name) for name in facts.__struct_fields__}
            plain_facts |= {"duration": _text(facts.duration), "rate": _text(facts.rate)}
            self._items[key] = self._add("video.media", document, {"name": facts.name, "facts": plain_facts})
        return {"type": "media", "item": self._items[key]}

    def _available_start(self, item: Any) -> Fraction:
        """Where the file begins in its own timecode: our source times count from there."""
        reference = getattr(item, "media_reference", None)
        found = getattr(reference, "available_range", None)
        return _seconds(found.start_time) if found is not None else Fraction(0)

    def _transition(self, track: str, item: Any, before: str, after: str, rate: Fraction) -> None:
        if item.transition_type not in (otio.schema.TransitionTypes.SMPTE_Dissolve, "", None):
            self.report.converted(tr("A wipe or other transition became a dissolve."))
        offsets = [_snapped(_seconds(time), rate) for time in (item.in_offset, item.out_offset)]
        if sum(offsets) <= 0 or min(offsets) < 0:
            return
        fields = {"before": before, "after": after, "in_offset": _text(offsets[0]), "out_offset": _text(offsets[1])}
        self._add("video.transition", track, fields)

    def _marker(self, document: str, marker: Any, offset: Fraction, rate: Fraction) -> None:
        time = _snapped(_seconds(marker.marked_range.start_time) + offset, rate)
        duration = _snapped(_seconds(marker.marked_range.duration), rate)
        if not (time >= 0 and duration >= 0 and time + duration <= LATEST):
            self.report.dropped(tr("A marker outside the timeline."))
            return
        fields = {
            **_ours(marker), "name": marker.name or "", "comment": marker.comment or "",
            "time": _text(time), "duration": _text(duration),
        }  # fmt: skip
        self._add("video.marker", document, fields)

    def _link(self, link: str) -> str:
        return link if not link else self._links.setdefault(link, f"link-{len(self._links)}")

    def _add(self, kind: str, parent: str | None, fields: dict[str, Any]) -> str:
        self._count += 1
        key = str(self._count)
        self.records.append(PlainRecord(kind=kind, fields={**fields, "id": key, "parent": parent, "order": ""}))
        return key


def _children(track: Any) -> list[Any]:
    return list(track) if isinstance(track, otio.core.Composition) else [track]


def _available(reference: Any) -> Fraction:
    found = getattr(reference, "available_range", None)
    return max(Fraction(0), _seconds(found.duration)) if found is not None else Fraction(0)


def _is_color(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 4 and all(isinstance(part, int | float) for part in value)


def _rate_of(stack: Any) -> Fraction:
    """The rate of the first clip, as the usual rate that it stands for."""
    for clip in stack.find_clips():
        try:
            return usual_rate(clip.trimmed_range().duration.rate)
        except otio.exceptions.OTIOError:
            continue
    return Fraction(25)


def usual_rate(rate: float) -> Fraction:
    """29.97 and its like mean 30000/1001 and its like."""
    if not 1 <= rate <= 1000:
        return Fraction(25)
    near = min(USUAL_RATES, key=lambda usual: abs(float(usual) - rate))
    return near if abs(float(near) - rate) < 0.01 else Fraction(rate).limit_denominator(1001)


def _duration(item: Any) -> Fraction:
    try:
        return max(Fraction(0), _seconds(item.trimmed_range().duration))
    except otio.exceptions.OTIOError:
        return Fraction(0)


def _seconds(time: Any) -> Fraction:
    """Exact where the rate is a usual one."""
    value = Fraction(time.value).limit_denominator(10**6)
    return value / usual_rate(time.rate) if time.rate > 0 else Fraction(0)


def _snapped(time: Fraction, rate: Fraction) -> Fraction:
    return Fraction((time * rate + Fraction(1, 2)).__floor__()) / rate


def _text(value: Fraction) -> str:
    return f"{value.numerator}/{value.denominator}"


def _fraction(value: Any, otherwise: Fraction) -> Fraction:
    try:
        return Fraction(value) if isinstance(value, str) else otherwise
    except (ValueError, ZeroDivisionError):
        return otherwise
