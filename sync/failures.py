"""What stores and networks answer, as sentences."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sync.credentials import Place
from sync.errors import SyncError

SENTENCES = {
    ("InvalidAccessKeyId", "SignatureDoesNotMatch", "InvalidToken", "ExpiredToken", "AuthFailure", "401"): (
        "The key for {place} is not accepted.", "Check the access key and its secret."),
    ("RequestTimeTooSkewed", "RequestExpired", "AuthorizationHeaderMalformed"): (
        "{place} refuses the request because the clocks differ.", "Set this machine's clock right."),
    ("AccessDenied", "AllAccessDisabled", "403"): (
        "This key may not do that in {place}.", "Ask the bucket's owner for the right."),
    ("NoSuchBucket",): ("There is no bucket {place}.", "Check its name and address."),
    ("QuotaExceeded", "XMinioStorageFull", "InsufficientCapacity", "ServiceQuotaExceededException", "507"): (
        "The bucket {place} is full.", "Ask its owner for more room."),
    ("EntityTooLarge",): ("The bucket {place} does not take objects as large as this.", ""),
    ("SlowDown", "ServiceUnavailable", "Throttling", "503"): (
        "{place} has too much to do at the moment.", "Try again later."),
    ("BadDigest", "InvalidDigest", "XAmzContentSHA256Mismatch"): (
        "Bytes were changed on their way to {place}.", "Try again; if it stays so, the network is at fault."),
}  # fmt: skip
MISSING = ("NoSuchKey", "NotFound", "404")


@dataclass
class Outcome:
    """Filled when the block met what it was told to expect."""

    matched: bool = False


@contextmanager
def reading(place: Place, missing: bool = False, codes: Collection[int] = ()) -> Iterator[Outcome]:
    """Turn what goes wrong inside into a SyncError; pass over a missing object; note one of the codes."""
    from botocore.exceptions import BotoCoreError, ClientError
    from urllib3.exceptions import HTTPError

    outcome = Outcome()
    try:
        yield outcome
    except ClientError as error:
        status = int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
        code = str(error.response.get("Error", {}).get("Code", ""))
        if status in codes:
            outcome.matched = True
        elif not (missing and code in MISSING):
            raise _sentence(place, code, status) from error
    except (BotoCoreError, HTTPError, ConnectionError, TimeoutError) as error:
        raise SyncError(
            "{place} cannot be reached.", "Check the network and the address. What was sent so far is kept.",
            place=place.label,
        ) from error  # fmt: skip


def _sentence(place: Place, code: str, status: int) -> SyncError:
    for codes, (sentence, remedy) in SENTENCES.items():
        if code in codes or (str(status) in codes and code not in MISSING):
            return SyncError(sentence, remedy, place=place.label)
    if code in MISSING:
        return SyncError("Something that {place} should hold is not there.", "Ask its owner.", place=place.label)
    return SyncError("{place} answered with an error: {code}", place=place.label, code=f"{status} {code}"[:80])
