"""From our records to OpenTimelineIO."""

import os
import secrets
from fractions import Fraction
from pathlib import Path
from typing import Any

import msgspec
import opentimelineio as otio

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.display.timeline import facts_of, items_on, markers_of, tracks_of, transitions_on
from editor.document.project import Project
from editor.formats.otio.lookups import TablesOut
from editor.formats.provenance.credits import credits_of
from editor.formats.provenance.shown import Scope
from editor.formats.provenance.wishes import ALL, NoteWishes
from editor.formats.report import Report, ReportBuilder
from editor.model.embed import Embed
from editor.model.record import Record
from editor.model.values import to_plain
from editor.model.video import Clip, ColorSource, MediaItem, Track, Transition, VideoDocument

SPACE = "atelier"
KINDS = {"video": otio.schema.TrackKind.Video, "audio": otio.schema.TrackKind.Audio}


def export_otio(project: Project, document: str, path: Path, notes: NoteWishes = ALL) -> Report:
    """Write a timeline as .otio. Raises ExpectedError when it cannot be written."""
    writer = _Writer(project, project.find(document, VideoDocument), path.parent)
    made = writer.timeline()
    told = credits_of(project, document, Scope(), notes)
    if told is not None:
        made.metadata[SPACE]["notes"] = told.extras()
        for sentence in told.sentences():
            writer.report.noted(sentence)
    text = otio.adapters.write_to_string(made, "otio_json")
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        temporary.write_text(text, encoding="utf-8")
        os.replace(temporary, path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise ExpectedError(
            tr("{name} could not be written: {reason}.", name=path.name, reason=error.strerror or str(error))
        ) from error
    return writer.report.report()


class _Writer:
    def __init__(self, project: Project, document: VideoDocument, folder: Path) -> None:
        self.project, self.document, self.folder = project, document, folder
        self.rate = float(document.rate)
        self.report = ReportBuilder()
        self.tables = TablesOut(project)

    def timeline(self) -> Any:
        made = otio.schema.Timeline(name=self.document.name, global_start_time=self.time(Fraction(0)))
        made.metadata[SPACE] = {
            "document": plain(self.document),
            "bin": [plain(item) for item in self.project.children(self.document.id, MediaItem)],
            "captions": [],
        }
        for track in tracks_of(self.project, self.document.id):
            if track.media == "caption":
                captions = [plain(item) for item in items_on(self.project, track.id)]
                made.metadata[SPACE]["captions"].append({"track": plain(track), "items": captions})
                self.report.converted(tr("Captions are stored in a place that only Atelier reads."))
            else:
                made.tracks.append(self.track(track))
        for marker in markers_of(self.project, self.document.id):
            span = self.span(marker.time, marker.duration)
            flag = otio.schema.Marker(name=marker.name, marked_range=span, color=otio.schema.MarkerColor.ORANGE)
            flag.comment = marker.comment
            flag.metadata[SPACE] = plain(marker)
            made.tracks.markers.append(flag)
        if self.tables.packed:
            made.metadata[SPACE]["lookups"] = self.tables.packed
        return made

    def track(self, track: Track) -> Any:
        made = otio.schema.Track(name=track.name, kind=KINDS[track.media])
        made.metadata[SPACE] = plain(track)
        made.enabled = not (track.muted if track.media == "audio" else track.hidden)
        after = {item.after: item for item in transitions_on(self.project, track.id)}
        end = Fraction(0)
        for item in items_on(self.project, track.id):
            if not isinstance(item, Clip):
                continue
            if item.start > end:
                made.append(otio.schema.Gap(source_range=self.span(Fraction(0), item.start - end)))
            if item.id in after:
                made.append(self.transition(after[item.id]))
            made.append(self.clip(item))
            end = item.end
        return made

    def clip(self, clip: Clip) -> Any:
        made = otio.schema.Clip(name=clip.name, source_range=self.span(clip.source_start, clip.duration))
        made.media_reference = self.reference(clip)
        made.enabled = clip.enabled
        made.metadata[SPACE] = plain(msgspec.structs.replace(clip, lookup=None))  # its table stays in the project
        if clip.speed != 1:
            made.effects.append(otio.schema.LinearTimeWarp(time_scalar=float(clip.speed)))
        changed = clip.opacity != 1 or clip.opacity_keys or clip.placement_keys or clip.fade_in or clip.fade_out
        if changed or clip.volume != 1 or clip.pan:
            self.report.converted(tr("Opacity, placement, volume and fades are stored in a place only Atelier reads."))
        self.look(clip, made)
        return made

    def look(self, clip: Clip, made: Any) -> None:
        """The colour lookup of a clip, as an effect."""
        try:
            effect = self.tables.effect(clip)
        except ExpectedError as error:
            self.report.dropped(f"{clip.name}: {error.sentence}")
            return
        if effect is not None:
            made.effects.append(effect)
            self.report.converted(tr("Color lookups are effects that other programs name and only Atelier applies."))

    def transition(self, transition: Transition) -> Any:
        made = otio.schema.Transition(
            transition_type=otio.schema.TransitionTypes.SMPTE_Dissolve,
            in_offset=self.time(transition.in_offset),
            out_offset=self.time(transition.out_offset),
        )
        made.metadata[SPACE] = plain(transition)
        return made

    def reference(self, clip: Clip) -> Any:
        source = clip.source
        if isinstance(source, ColorSource):
            color = [source.color.red, source.color.green, source.color.blue, source.color.alpha]
            return otio.schema.GeneratorReference(generator_kind="SolidColor", parameters={"color": color})
        if isinstance(source, Embed):
            self.report.converted(tr("Documents inside the timeline are named, not carried along."))
            return otio.schema.MissingReference(name=clip.name)
        facts = facts_of(self.project, clip)
        found = self.project.media.find(facts.media) if facts is not None and self.project.media is not None else None
        if facts is None or found is None:
            self.report.dropped(tr("{name}: its file is missing.", name=clip.name))
            return otio.schema.MissingReference(name=clip.name)
        available = None if facts.still else self.span(Fraction(0), facts.duration)
        return otio.schema.ExternalReference(target_url=self.url(found), available_range=available)

    def url(self, path: Path) -> str:
        """Relative to the file where the media lie beside or below it, so that both can move together."""
        try:
            return path.resolve().relative_to(self.folder.resolve()).as_posix()
        except ValueError:
            return path.resolve().as_uri()

    def time(self, time: Fraction) -> Any:
        return otio.opentime.RationalTime(float(time * self.document.rate), self.rate)

    def span(self, start: Fraction, duration: Fraction) -> Any:
        return otio.opentime.TimeRange(self.time(start), self.time(duration))


def plain(item: Record) -> dict[str, Any]:
    """The record as JSON-like data."""
    made: dict[str, Any] = msgspec.to_builtins(item, enc_hook=to_plain, str_keys=True)
    return made
