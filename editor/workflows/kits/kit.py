"""What a brand kit says, and how it is written down: a small JSON document that names files by their content."""

import re
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from editor.base.errors import ExpectedError
from editor.base.misfits import misfit
from editor.base.translation import tr
from editor.model.origin import ContentHash

SUFFIX = ".atelier-kit"
MOST_BYTES = 1 << 20
Role = Literal["", "primary", "secondary", "accent", "background", "text"]
Variant = Literal["main", "light", "dark", "mono"]
Use = Literal["heading", "body", "caption"]
ROLES: tuple[Role, ...] = ("primary", "secondary", "accent", "background", "text")
VARIANTS: tuple[Variant, ...] = ("main", "light", "dark", "mono")
USES: tuple[Use, ...] = ("heading", "body", "caption")

Title = Annotated[str, msgspec.Meta(min_length=1, max_length=120)]
Short = Annotated[str, msgspec.Meta(max_length=200)]
Hex = Annotated[str, msgspec.Meta(pattern="^#[0-9a-f]{6}$")]
Extension = Annotated[str, msgspec.Meta(pattern="^[a-z0-9]{1,10}$")]
Share = Annotated[float, msgspec.Meta(gt=-1.0, lt=1.0)]


class KitFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A file by its content (BLAKE2b, 160 bits). `extension` says what it is, `name` what it was called."""

    hash: ContentHash
    extension: Extension
    name: Short = ""


class KitColor(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`tints` are shares of white (positive) or of black (negative) that may be mixed in."""

    name: Title
    color: Hex
    role: Role = ""
    tints: Annotated[tuple[Share, ...], msgspec.Meta(max_length=12)] = ()


class KitFont(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`file` is the font itself, where the library has it."""

    use: Use
    family: Title
    weight: Annotated[int, msgspec.Meta(ge=1, le=1000)] = 400
    italic: bool = False
    file: KitFile | None = None


class KitLogo(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`variant` light is for dark grounds, dark for light ones."""

    file: KitFile
    name: Short = ""
    variant: Variant = "main"


class KitVoice(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A voice of the speaking tool, and how it is to sound."""

    name: Title
    voice: Short = "en"
    speed: Annotated[int, msgspec.Meta(ge=80, le=450)] = 175
    pitch: Annotated[int, msgspec.Meta(ge=0, le=99)] = 50
    notes: Annotated[str, msgspec.Meta(max_length=4000)] = ""


class Kit(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`version` is of the way it is written. `notes` are words about the tone of the house."""

    name: Title
    version: Literal[1] = 1
    notes: Annotated[str, msgspec.Meta(max_length=10_000)] = ""
    colors: Annotated[tuple[KitColor, ...], msgspec.Meta(max_length=200)] = ()
    fonts: Annotated[tuple[KitFont, ...], msgspec.Meta(max_length=50)] = ()
    logos: Annotated[tuple[KitLogo, ...], msgspec.Meta(max_length=100)] = ()
    voices: Annotated[tuple[KitVoice, ...], msgspec.Meta(max_length=50)] = ()

    @property
    def files(self) -> dict[str, KitFile]:
        """Every file that the kit names, by its hash."""
        held = [logo.file for logo in self.logos] + [font.file for font in self.fonts if font.file is not None]
        return {item.hash: item for item in held}

    def of_role(self, role: str, number: int = 0) -> KitColor | None:
        """The colour that plays a role, the nth if several do; the last one there is stands in for more."""
        found = [item for item in self.colors if item.role == role]
        return found[min(number, len(found) - 1)] if found else None

    def font_for(self, use: str) -> KitFont | None:
        return next((font for font in self.fonts if font.use == use), None)

    def logo_for(self, variant: str) -> KitLogo | None:
        """The logo of a variant, else the main one, else any."""
        for wanted in (variant, "main"):
            found = next((logo for logo in self.logos if logo.variant == wanted), None)
            if found is not None:
                return found
        return self.logos[0] if self.logos else None


def decode(data: bytes, name: str) -> Kit:
    """Raises ExpectedError for anything that is no kit."""
    if len(data) > MOST_BYTES:
        raise ExpectedError(tr("{name} is too large for a brand kit.", name=name))
    try:
        return msgspec.json.decode(data, type=Kit)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise ExpectedError(tr("{name} is no brand kit: {reason}", name=name, reason=misfit(error, Kit))) from error


def encode(kit: Kit) -> bytes:
    return msgspec.json.format(msgspec.json.encode(kit), indent=2) + b"\n"


def read_kit(path: Path) -> Kit:
    try:
        with open(path, "rb") as file:
            return decode(file.read(MOST_BYTES + 1), path.name)
    except OSError as error:
        raise ExpectedError(tr("{name} cannot be read: {reason}.", name=path.name, reason=error.strerror)) from error


def checked(kit: Kit) -> Kit:
    """The kit, if what a person typed into it can be kept. Raises ExpectedError."""
    if not kit.name.strip():
        raise ExpectedError(tr("A brand kit needs a name."))
    for item in kit.colors:
        if not re.fullmatch("#[0-9a-f]{6}", item.color):
            raise ExpectedError(tr("{text} is no colour: write it like #ff8800.", text=item.color))
    return decode(encode(kit), kit.name)
