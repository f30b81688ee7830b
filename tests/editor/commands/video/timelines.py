"""A small timeline to edit, and how to write one down."""

from __future__ import annotations

from fractions import Fraction

from editor.commands.registry import run
from editor.display.timeline import items_on, tracks_of, transitions_on
from editor.document.project import Project
from editor.model.video import Clip, MediaFacts, Transition, VideoDocument


class Timeline:
    """A project with one 10-frames-a-second timeline; clips are named by letters, times are in tenths of a second."""

    def __init__(self) -> None:
        self.project = Project.in_memory()
        self.document = run(self.project, "video.new_document", name="Cut", rate=Fraction(10))
        self.film = self.imported("film", sound=True)
        self.tracks = {track.name: track.id for track in tracks_of(self.project, self.document)}

    def imported(self, name: str, seconds: int = 100, sound: bool = False, picture: bool = True) -> str:
        facts = MediaFacts(
            media=f"media-{name}", name=name, duration=Fraction(seconds), width=160, height=90, rate=Fraction(25),
            has_video=picture, has_audio=sound,
        )
        return run(self.project, "video.import_media", document=self.document, facts=facts)

    def lay(self, track: str, *spans: tuple[str, int, int], sound: bool = False) -> list[str]:
        """Put clips named so on a track, from and to in tenths; each shows the film from second 5 on."""
        keys = []
        for name, start, end in spans:
            key = run(
                self.project, "video.add_clip", track=self.tracks[track], item=self.film, start=Fraction(start, 10),
                duration=Fraction(end - start, 10), source_start=Fraction(5), with_sound=sound,
            )
            run(self.project, "project.set_field", record=key, field="name", value=name)
            keys.append(key)
        return keys

    def run(self, name: str, /, **parameters: object) -> object:
        return run(self.project, f"video.{name}", **parameters)

    def drawn(self, track: str) -> str:
        """The track in letters, one a frame: 'AAA..BB'."""
        row: list[str] = []
        for item in items_on(self.project, self.tracks[track]):
            start, length = item.start * 10, item.duration * 10
            assert start.denominator == length.denominator == 1
            row.extend("." * (int(start) - len(row)))
            row.extend((item.name[:1] if isinstance(item, Clip) else "c") * int(length))
        return "".join(row)

    def source_frames(self, track: str) -> list[int]:
        """For each clip, the source time at its start, in tenths."""
        return [
            int(item.source_start * 10)
            for item in items_on(self.project, self.tracks[track])
            if isinstance(item, Clip)
        ]


def check(project: Project) -> None:
    """What must hold after any edit: items on frames, none overlapping, dissolves between clips that meet."""
    for key in project.index.of_type(VideoDocument):
        rate = project.find(key, VideoDocument).rate
        for track in tracks_of(project, key):
            items = items_on(project, track.id)
            for item in items:
                assert (item.start * rate).denominator == 1
                assert (item.duration * rate).denominator == 1
                assert item.duration > 0
            for one, two in zip(items, items[1:], strict=False):
                assert one.end <= two.start
            for transition in transitions_on(project, track.id):
                check_transition(project, transition)


def check_transition(project: Project, transition: Transition) -> None:
    before, after = project.find(transition.before, Clip), project.find(transition.after, Clip)
    assert before.end == after.start
    assert before.parent == after.parent == transition.parent
    assert transition.in_offset <= before.duration
    assert transition.out_offset <= after.duration
