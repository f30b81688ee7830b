"""Hearing a work of a catalogue before it is fetched; a person is asked first where another host has it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from app.library.menus import agrees
from app.playback.loudspeaker import Loudspeaker
from editor.base.errors import ExpectedError
from editor.base.translation import tr

if TYPE_CHECKING:
    from app.library.catalogues_details import WorkDetails
    from app.library.catalogues_work import CatalogueWork
    from editor.workflows.catalogues.catalogues import Catalogues
    from editor.workflows.catalogues.hearing import Heard
    from editor.workflows.catalogues.source import Source

HEAR = "hear"


class Hearing:
    """What a person agreed to here holds as long as the window of catalogues is there."""

    def __init__(self, catalogues: Catalogues, work: CatalogueWork, details: WorkDetails) -> None:
        self.catalogues, self.work, self.details = catalogues, work, details
        self.agreed: frozenset[str] = frozenset()
        self.loudspeaker = Loudspeaker(details, partial(details.show_hearing, False))

    def begin(self, source: Source | None) -> None:
        """Fetch it into memory and play it."""
        from editor.workflows.catalogues.hearing import hear, host_to_agree

        found = self.details.found
        if source is None or found is None:
            return
        host = host_to_agree(source, found)
        if host and host not in self.agreed:
            text = tr(
                "This sound lies at {host}, which {source} points to. To be heard it is asked from there; no more than"
                " that is sent, and nothing is kept.", host=host, source=source.title,
            )  # fmt: skip
            if not agrees(self.details, tr("Listen to {title}?", title=found.title), text, tr("Agree and listen")):
                return
            self.agreed |= {host}
        agreed, catalogues = self.agreed, self.catalogues
        self.details.show_hearing(True)
        self.details.state.setText(tr("Asking for the sound..."))
        self.work.begin(
            HEAR, tr("Listen to {title}", title=found.title),
            lambda progress: hear(catalogues, source, found, agreed, progress), self._play, self._say,
        )

    def end(self) -> None:
        self.work.leave(HEAR)
        self.loudspeaker.stop()
        self.details.show_hearing(False)

    def _play(self, heard: Heard) -> None:
        try:
            self.play(heard.samples, heard.rate)
        except ExpectedError as error:
            self._say(str(error))
        else:
            self.details.state.setText("")

    def play(self, samples: NDArray[np.int16], rate: int) -> None:
        self.loudspeaker.play(samples, rate)

    def _say(self, sentence: str) -> None:
        self.details.show_hearing(False)
        self.details.state.setText(sentence)
