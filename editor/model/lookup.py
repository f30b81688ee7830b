"""A colour lookup in a project: which table, and what it is called."""

from typing import Annotated

import msgspec

from editor.model.values import Blob


class ColorLookup(msgspec.Struct, frozen=True, tag="color_lookup"):
    """`table` is a blob that `render.lookup.LookupTable` reads; `name` is that of the file it came from."""

    table: Blob
    name: Annotated[str, msgspec.Meta(max_length=500)] = ""
