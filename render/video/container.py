"""Opening a media file safely.

A media file is untrusted. Playlists and manifests (HLS, DASH, concat, SDP) make FFmpeg read other files or the network,
so only self-contained formats and only the `file` protocol are allowed.
"""

import errno
from pathlib import Path
from typing import TYPE_CHECKING

import av
import av.error

from render.video.errors import MediaError

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.stream import Stream

SELF_CONTAINED_FORMATS = (
    "aac,ac3,aiff,alac,amr,amrnb,amrwb,apng,asf,au,avi,av1,caf,dts,dtshd,dv,eac3,flac,flv,gif,h264,hevc,ivf,jpeg_pipe,"
    "bmp_pipe,m4v,matroska,webm,mov,mp4,m4a,3gp,3g2,mj2,mp3,mpeg,mpegts,mpegvideo,mxf,nut,obu,ogg,oma,png_pipe,rm,"
    "tiff_pipe,truehd,tta,voc,vob,w64,wav,webp_pipe,wtv,wv"
)


def open_media(path: Path) -> "InputContainer":
    """Open for reading; raises MediaError with a sentence."""
    if not path.is_file():
        raise MediaError(f"The media file {path.name} is not there.")
    try:
        return av.open(
            f"file:{path}",
            "r",
            options={"protocol_whitelist": "file", "format_whitelist": SELF_CONTAINED_FORMATS},
            metadata_errors="replace",
        )
    except av.error.FFmpegError as error:
        raise MediaError(reading_sentence(path, error)) from error


def choose_threads(stream: "Stream") -> None:
    """Decode on as many threads as there are processors. Call before the first packet.

    WORKAROUND: dav1d (in PyAV 18.1) was seen to stand still for many seconds on a busy machine of two processors, all
    its workers waiting, while H.264 decoders ran beside it; the cause is not known. With one thread it has no workers.
    """
    context = stream.codec_context
    if context.name == "libdav1d":
        context.thread_count = 1
    else:
        context.thread_type = "AUTO"


def reading_sentence(path: Path, error: Exception) -> str:
    """What went wrong while reading, for a person."""
    number = getattr(error, "errno", None)
    if number in (errno.EACCES, errno.EPERM):
        return f"The media file {path.name} may not be read: permission is denied."
    if isinstance(error, av.error.InvalidDataError):
        return f"{path.name} is no media file that Atelier reads, or it is damaged at its start."
    return f"The media file {path.name} cannot be read ({getattr(error, 'strerror', None) or error})."


def writing_sentence(path: Path, error: OSError) -> str:
    """What went wrong while writing, for a person."""
    if error.errno == errno.ENOSPC:
        return f"The disk is full: {path.name} was not written."
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return f"{path.name} cannot be written here: permission is denied."
    return f"{path.name} could not be written ({error.strerror or error})."
