"""From which file something came, whose work that is and on what terms. A child of what it tells about."""

from typing import Annotated

import msgspec

from editor.model.record import Record, record

Short = Annotated[str, msgspec.Meta(max_length=1000)]
ContentHash = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{40}$")]


@record("origin.file")
class Origin(Record, frozen=True, kw_only=True):
    """`hash` names the file's content (BLAKE2b, 160 bits, hexadecimal); `licence` is an SPDX expression or "".
    `linked`: what it tells about follows the file, and is brought up to date when the file was edited; `state` names
    what the file gave then, so that edits made here since can be told ("" where that was not noted)."""

    hash: ContentHash
    name: Short = ""
    source: Short = ""
    author: Short = ""
    licence: Short = ""
    linked: bool = False
    state: Short = ""
