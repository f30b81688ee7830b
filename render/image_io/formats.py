"""Which format a file is in: by its first bytes, and by its name only where the bytes cannot tell."""

from pathlib import PurePath

EXTENSIONS: dict[str, tuple[str, ...]] = {
    "png": ("png", "apng"),
    "jpeg": ("jpg", "jpeg", "jpe", "jfif"),
    "tiff": ("tif", "tiff"),
    "webp": ("webp",),
    "avif": ("avif", "avifs"),
    "heif": ("heic", "heif", "hif"),
    "jxl": ("jxl",),
    "exr": ("exr",),
    "hdr": ("hdr", "rgbe"),
    "psd": ("psd", "psb", "pdd"),
    "gif": ("gif",),
    "bmp": ("bmp", "dib"),
    "tga": ("tga", "vda", "icb", "vst"),
    "dds": ("dds",),
    "ico": ("ico",),
    "cur": ("cur",),
    "icns": ("icns",),
    "qoi": ("qoi",),
    "pnm": ("ppm", "pgm", "pbm", "pnm", "pam"),
    "pfm": ("pfm", "phm"),
    "jpeg2000": ("jp2", "j2k", "j2c", "jpx", "jpf", "jpc"),
    "sgi": ("sgi", "rgb", "rgba", "bw"),
    "pcx": ("pcx",),
    "dcx": ("dcx",),
    "dpx": ("dpx",),
    "cineon": ("cin",),
    "fits": ("fits", "fit", "fts"),
    "iff": ("iff",),
    "xbm": ("xbm",),
    "xpm": ("xpm",),
    "fli": ("fli", "flc"),
    "blp": ("blp",),
    "ftex": ("ftc", "ftu"),
    "im": ("im",),
    "msp": ("msp",),
    "sun": ("ras",),
    "spider": ("spi", "spider"),
    "xvthumb": ("p7",),
    "openraster": ("ora",),
    "krita": ("kra", "krz"),
    "xcf": ("xcf",),
}
_BY_EXTENSION = {extension: name for name, extensions in EXTENSIONS.items() for extension in extensions}
_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"\xff\xd8\xff", "jpeg"),
    (b"II*\0", "tiff"), (b"MM\0*", "tiff"), (b"II+\0", "tiff"), (b"MM\0+", "tiff"),
    (b"\xff\x0a", "jxl"), (b"\0\0\0\x0cJXL \r\n\x87\n", "jxl"),
    (b"\x76\x2f\x31\x01", "exr"),
    (b"#?RADIANCE", "hdr"), (b"#?RGBE", "hdr"),
    (b"8BPS", "psd"),
    (b"GIF87a", "gif"), (b"GIF89a", "gif"),
    (b"BM", "bmp"),
    (b"DDS ", "dds"),
    (b"\0\0\x01\0", "ico"), (b"\0\0\x02\0", "cur"),
    (b"icns", "icns"),
    (b"qoif", "qoi"),
    (b"PF\n", "pfm"), (b"Pf\n", "pfm"), (b"PH\n", "pfm"), (b"Ph\n", "pfm"),
    (b"\0\0\0\x0cjP  \r\n\x87\n", "jpeg2000"), (b"\xff\x4f\xff\x51", "jpeg2000"),
    (b"SDPX", "dpx"), (b"XPDS", "dpx"),
    (b"\x80\x2a\x5f\xd7", "cineon"),
    (b"SIMPLE  =", "fits"),
    (b"gimp xcf", "xcf"),
    (b"BLP1", "blp"), (b"BLP2", "blp"),
    (b"FTEX", "ftex"),
    (b"\x59\xa6\x6a\x95", "sun"),
    (b"DanM", "msp"), (b"LinS", "msp"),
    (b"P7 332", "xvthumb"),
    (b"/* XPM */", "xpm"),
    (b"FORM", "iff"),
)  # fmt: skip
_BRANDS = {
    b"avif": "avif", b"avis": "avif",
    b"heic": "heif", b"heix": "heif", b"heim": "heif", b"heis": "heif", b"hevc": "heif", b"hevx": "heif",
    b"mif1": "heif", b"msf1": "heif", b"mif2": "heif", b"mif3": "heif", b"jpeg": "heif", b"unif": "heif",
}  # fmt: skip


def extension_of(name: str) -> str:
    return PurePath(name).suffix.lower().removeprefix(".")


def format_of_name(name: str) -> str | None:
    """The format that a file's extension stands for, or None."""
    return _BY_EXTENSION.get(extension_of(name))


def sniff(head: bytes, name: str = "") -> str | None:
    """The format of a file that begins with `head` (64 bytes suffice); None when it is no picture that we know."""
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "webp"
    if head[4:8] == b"ftyp":
        return _brand(head)
    if head[:4] == b"PK\x03\x04":
        return _zipped(head, name)
    if head[:4] in (b"\0\0\1\0", b"\0\0\2\0") and format_of_name(name) == "tga":
        return "tga"  # a Targa header can begin like an icon's
    for signature, found in _SIGNATURES:
        if head.startswith(signature):
            return found
    if head[:1] == b"P" and head[1:2] in b"1234567" and head[2:3].isspace():
        return "pnm"
    by_name = format_of_name(name)
    # These begin with nothing of their own, so the name has to do; a name of the others with other bytes is a lie.
    return by_name if by_name in ("tga", "pcx", "dcx", "sgi", "xbm", "fli", "im", "spider", "jpeg2000") else None


def _brand(head: bytes) -> str | None:
    """The major brand of an ISO base media file, then the compatible ones: AV1 before the general brands."""
    size = min(int.from_bytes(head[:4], "big"), len(head))
    brands = [head[8:12], *(head[i : i + 4] for i in range(16, size - 3, 4))]
    found = [_BRANDS[brand] for brand in brands if brand in _BRANDS]
    return "avif" if "avif" in found else next(iter(found), None)


def _zipped(head: bytes, name: str) -> str | None:
    if b"image/openraster" in head:
        return "openraster"
    if b"application/x-krita" in head:
        return "krita"
    by_name = format_of_name(name)
    return by_name if by_name in ("openraster", "krita") else None
