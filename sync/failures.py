"""What stores and networks answer, as sentences."""

from sync.credentials import Place
from sync.errors import Gone, SyncError

SENTENCES = {
    ("InvalidAccessKeyId", "SignatureDoesNotMatch", "InvalidToken", "ExpiredToken", "AuthFailure", 401): (
        "The key for {place} is not accepted.", "Check the access key and its secret."),
    ("RequestTimeTooSkewed", "RequestExpired"): (
        "{place} refuses the request because the clocks differ.", "Set this machine's clock right."),
    ("PermanentRedirect", "TemporaryRedirect", "AuthorizationHeaderMalformed", 301, 307): (
        "The bucket {place} is in another region.", "Name the region that its owner told you."),
    ("QuotaExceeded", "XMinioStorageFull", "InsufficientCapacity", "ServiceQuotaExceededException", 507): (
        "The bucket {place} is full.", "Ask its owner for more room. What was sent so far is kept."),
    ("NoSuchBucket",): ("There is no bucket {place}.", "Check its name and address."),
    ("EntityTooLarge", 413): ("The bucket {place} does not take objects as large as this.", ""),
    ("BadDigest", "InvalidDigest", "XAmzContentSHA256Mismatch", "IncompleteBody"): (
        "Bytes were changed on their way to {place}.", "Try again; if it stays so, the network is at fault."),
    ("SlowDown", "ServiceUnavailable", "Throttling", "TooManyRequests", 429, 500, 502, 503, 504): (
        "{place} has too much to do at the moment.", "Try again later. What was sent so far is kept."),
    ("NoSuchKey", "NoSuchUpload", "InvalidPart", 404): (
        "Something that {place} should hold is not there.", "Ask its owner."),
    ("AccessDenied", "AllAccessDisabled", 403): (
        "This key may not do that in {place}.", "Ask the bucket's owner for the right."),
}  # fmt: skip
AGAIN = frozenset({
    429, 500, 502, 503, 504, "RequestTimeout", "BadDigest", "InvalidDigest", "XAmzContentSHA256Mismatch",
    "IncompleteBody",
})  # fmt: skip
"""Answers after which the same request may well succeed."""


def of_answer(place: Place, code: str, status: int) -> SyncError:
    """What a store answered, by its code, or by the status where it gave none that we know."""
    for key in (code, status):
        for codes, (sentence, remedy) in SENTENCES.items():
            if key in codes:
                kind = Gone if 404 in codes else SyncError
                return kind(sentence, remedy, place=place.label)
    return SyncError("{place} answered with an error: {code}", place=place.label, code=ascii(f"{status} {code}"[:80]))


def unreachable(place: Place) -> SyncError:
    return SyncError("{place} cannot be reached.",
                     "Check the network and the address. What was sent so far is kept.", place=place.label)  # fmt: skip
