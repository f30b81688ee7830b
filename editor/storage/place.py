"""What kind of folder a project lies in, because a write-ahead log needs shared memory that some folders cannot give.

On network drives two machines do not share the log's index; folders kept in step with a cloud copy the log and the
file at different moments; FAT has neither journaling nor files over 4 GiB. There a rollback journal is used instead.
"""

import ctypes
import os
import sys
from pathlib import Path
from typing import Literal

PlaceKind = Literal["local", "network", "cloud", "fat"]

NETWORK_TYPES = {
    "nfs", "nfs4", "cifs", "smb", "smb2", "smb3", "smbfs", "afpfs", "afs", "9p", "ncpfs", "webdav", "davfs", "ceph",
    "glusterfs", "lustre", "gfs2", "ocfs2", "fuse.sshfs", "fuse.rclone", "fuse.davfs", "fuse.glusterfs", "fuse.s3fs",
    "fuse.gvfsd-fuse", "fuse.curlftpfs", "vboxsf", "vmhgfs", "fuse.vmhgfs-fuse", "prl_fs", "virtiofs",
}  # fmt: skip
FAT_TYPES = {"vfat", "msdos", "exfat", "fat", "fat32", "fuse.exfat"}
CLOUD_FOLDERS = {
    "dropbox", "onedrive", "google drive", "googledrive", "my drive", "icloud drive", "mobile documents",
    "icloudrive", "iclouddrive", "cloudstorage", "nextcloud", "owncloud", "pcloud drive", "pclouddrive", "box",
    "box sync", "mega", "megasync", "seafile", "syncthing", "yandex.disk", "creative cloud files",
}  # fmt: skip
CLOUD_MARKS = (".stfolder", ".dropbox", ".sync", ".owncloudsync.log")
WINDOWS_REMOTE_DRIVE = 4


def place_of(folder: Path) -> PlaceKind:
    """How a folder keeps files. What cannot be found out counts as local."""
    kind = filesystem_of(folder)
    if kind in NETWORK_TYPES:
        return "network"
    if kind in FAT_TYPES:
        return "fat"
    return "cloud" if is_kept_in_step(folder) else "local"


def is_kept_in_step(folder: Path) -> bool:
    """Whether the folder lies under one of a cloud service, by its name ("OneDrive - Studio") or by its mark."""
    for part in (folder, *folder.parents):
        name = part.name.lower()
        if name in CLOUD_FOLDERS or name.startswith(("onedrive -", "dropbox (", "googledrive-")):
            return True
        if part.parent != part and any((part / mark).exists() for mark in CLOUD_MARKS):
            return True
    return False


def filesystem_of(folder: Path) -> str:
    """The type of the file system in lower case, or "" when the system does not say."""
    try:
        if sys.platform == "win32":
            return _windows_type(folder)
        if sys.platform == "darwin":
            return _mac_type(folder)
        return _linux_type(folder, Path("/proc/self/mountinfo").read_text(encoding="utf-8", errors="replace"))
    except (OSError, ValueError, AttributeError):
        return ""


def _linux_type(folder: Path, mountinfo: str) -> str:
    """The type of the longest mount point that leads to the folder; of equal ones the last hides the others."""
    best, kind = -1, ""
    path = os.path.realpath(folder)
    for line in mountinfo.splitlines():
        left, _, right = line.partition(" - ")
        fields = left.split(" ")
        if len(fields) < 5 or not right:
            continue
        point = fields[4].encode().decode("unicode_escape")
        reaches = path == point or path.startswith(point.rstrip("/") + "/")
        if reaches and len(point) >= best:
            best, kind = len(point), right.split(" ")[0].lower()
    return kind


def _mac_type(folder: Path) -> str:
    """`f_fstypename` of statfs: 16 bytes at offset 72 of the 64-bit structure (sys/mount.h)."""
    buffer = ctypes.create_string_buffer(4096)
    if ctypes.CDLL(None).statfs(os.fsencode(folder), buffer) != 0:
        return ""
    return buffer.raw[72:88].split(b"\0")[0].decode().lower()


def _windows_type(folder: Path) -> str:
    """The word smb for remote drives, else the volume's file system name."""
    kernel = ctypes.windll.kernel32  # type: ignore[attr-defined,unused-ignore]
    root = folder.resolve().anchor
    if kernel.GetDriveTypeW(root) == WINDOWS_REMOTE_DRIVE or root.startswith("\\\\"):
        return "smb"
    name = ctypes.create_unicode_buffer(64)
    kernel.GetVolumeInformationW(root, None, 0, None, None, None, name, 64)
    return name.value.lower()
