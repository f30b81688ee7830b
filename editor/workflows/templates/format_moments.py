"""The moment of a film that shows what it is: most of its pictures and titles are in sight then."""

from fractions import Fraction

from editor.display.video.animate import opacity_at
from editor.document.project import Project
from editor.model.video import Clip

LOOKS = 48


def telling_moment(project: Project, document: str) -> Fraction:
    """The middle of the longest time with most clips in sight; 0 for what is no film."""
    found = (project.records[key] for key in project.index.subtree(document))
    clips = [item for item in found if isinstance(item, Clip) and item.enabled]
    end = max((clip.end for clip in clips), default=Fraction(0))
    times = [end * (2 * number + 1) / (2 * LOOKS) for number in range(LOOKS)]
    seen = [round(sum(opacity_at(clip, time) for clip in clips if clip.start <= time < clip.end), 2) for time in times]
    most = max(seen, default=0.0)
    first = best = length = 0
    for number, value in enumerate(seen):
        first = first if value == most else number + 1
        if number + 1 - first > length:
            best, length = first, number + 1 - first
    return times[best + length // 2] if length else Fraction(0)
