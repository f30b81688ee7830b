"""How a result came to be: which tool and model made it, with which numbers. A child of what it tells about."""

from typing import Annotated

import msgspec

from editor.model.record import Record, record

Short = Annotated[str, msgspec.Meta(max_length=500)]


@record("provenance.result")
class Provenance(Record, frozen=True, kw_only=True):
    """`tool` is an AI tool's name; `model` a catalogue name, or the default method's ("grabcut"), `model_sha256` ""
    for a method without weights. `parameters` are the tool's options as plain text values. `generated` says that the
    pixels or sounds were invented, not taken from a picture: exports then say so. `consent` is what was confirmed."""

    tool: Short
    model: Short = ""
    model_sha256: Annotated[str, msgspec.Meta(pattern="^([0-9a-f]{64})?$")] = ""
    parameters: dict[str, str] = msgspec.field(default_factory=dict)
    seed: int | None = None
    generated: bool = False
    consent: Short = ""
