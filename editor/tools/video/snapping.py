"""Magnetism: edges of clips, markers and the playhead attract what is dragged near them."""

from bisect import bisect_left
from collections.abc import Collection, Iterable
from fractions import Fraction

from editor.display.timeline import items_on, markers_of, tracks_of
from editor.document.project import Project

SNAP_PIXELS = 9.0


class Magnets:
    """The times that attract, sorted once when a drag begins."""

    def __init__(self, times: Iterable[Fraction]) -> None:
        self._times = sorted(set(times))

    @classmethod
    def of(
        cls, project: Project, document: str, without: Collection[str] = (), also: Iterable[Fraction] = ()
    ) -> "Magnets":
        """Every edge in the document but those of the items being dragged."""
        times = [Fraction(0), *also, *(marker.time for marker in markers_of(project, document))]
        for track in tracks_of(project, document):
            for item in items_on(project, track.id):
                if item.id not in without:
                    times += (item.start, item.end)
        return cls(times)

    def nearest(self, time: Fraction, reach: float) -> Fraction | None:
        """The closest attracting time within `reach` seconds."""
        place = bisect_left(self._times, time)
        near = [found for found in self._times[max(0, place - 1) : place + 1] if abs(float(found - time)) <= reach]
        return min(near, key=lambda found: abs(found - time), default=None)

    def pull(self, edges: Iterable[Fraction], delta: Fraction, reach: float) -> tuple[Fraction, Fraction | None]:
        """`delta`, changed so that one of the moved edges meets a magnet; and where that is."""
        best: tuple[Fraction, Fraction] | None = None
        for edge in edges:
            found = self.nearest(edge + delta, reach)
            if found is not None and (best is None or abs(found - edge - delta) < abs(best[0] - delta)):
                best = (found - edge, found)
        return best if best is not None else (delta, None)
