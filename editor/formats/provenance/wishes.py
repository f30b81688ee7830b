"""What a person wants an exported file to say besides its pixels."""

from dataclasses import dataclass, field, replace

from editor.formats.provenance.works import Work


@dataclass(frozen=True)
class NoteWishes:
    """`made`: which tools made it; `credits`: whose works it shows and on what terms; `kept`: camera data, keywords and
    what else a picture brought with it; `place`: where a photo was taken, of that.

    `sidecar` writes an XMP file beside a picture whose format holds no notes, `beside` the credits as a text file.
    `known` is what a library knows by now of works, by the hash of their content or the id of their media file.
    """

    made: bool = True
    credits: bool = True
    kept: bool = True
    place: bool = False
    sidecar: bool = False
    beside: bool = False
    known: dict[str, Work] = field(default_factory=dict)

    def knowing(self, works: dict[str, Work]) -> "NoteWishes":
        return replace(self, known=works)


ALL = NoteWishes()
NOTHING = NoteWishes(made=False, credits=False, kept=False)
