"""The settings of a small Swift: one proxy with the S3 API, one server each for accounts, containers and objects."""

from __future__ import annotations

from pathlib import Path

ACCESS, SECRET = "test:tester", "testing"
READER, READER_SECRET = "test:reader", "reading"

SWIFT = """
[swift-hash]
swift_hash_path_suffix = loopback
swift_hash_path_prefix = loopback
[storage-policy:0]
name = only
default = yes
[swift-constraints]
max_file_size = 5368709122
"""

PROXY = """
[DEFAULT]
bind_ip = 127.0.0.1
bind_port = {port}
swift_dir = {folder}
workers = {workers}
log_level = WARNING
user = {user}
[pipeline:main]
pipeline = catch_errors cache listing_formats bulk s3api tempauth copy slo dlo proxy-server
[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
allow_account_management = true
[filter:catch_errors]
use = egg:swift#catch_errors
[filter:cache]
paste.filter_factory = process_cache:filter_factory
[filter:listing_formats]
use = egg:swift#listing_formats
[filter:bulk]
use = egg:swift#bulk
[filter:s3api]
use = egg:swift#s3api
s3_acl = false
check_bucket_owner = false
location = us-east-1
min_segment_size = 1048576
ratelimit_as_client_error = true
[filter:tempauth]
use = egg:swift#tempauth
user_test_tester = testing .admin
user_test_reader = reading
[filter:copy]
use = egg:swift#copy
[filter:slo]
use = egg:swift#slo
[filter:dlo]
use = egg:swift#dlo
"""

SERVER = """
[DEFAULT]
bind_ip = 127.0.0.1
bind_port = {port}
swift_dir = {folder}
devices = {folder}/devices
mount_check = false
workers = {workers}
log_level = WARNING
user = {user}
fallocate_reserve = 0
[pipeline:main]
pipeline = {kind}-server
[app:{kind}-server]
use = egg:swift#{kind}
"""


def write(folder: Path, ports: dict[str, int], user: str, workers: int) -> None:
    """All files that the four servers read."""
    (folder / "swift.conf").write_text(SWIFT)
    (folder / "proxy.conf").write_text(PROXY.format(port=ports["proxy"], folder=folder, user=user, workers=workers))
    for kind in ("account", "container", "object"):
        text = SERVER.format(kind=kind, port=ports[kind], folder=folder, user=user, workers=workers)
        (folder / f"{kind}.conf").write_text(text)
