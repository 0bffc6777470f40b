"""Signs and checks requests between Baowen and a gateway, as standardwebhooks.com describes.

The signature is HMAC-SHA256 over ``ID.TIMESTAMP.BODY`` with the channel's key, in base64
behind ``v1,``.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
import re
from collections.abc import Mapping

from api.channels.settings import Channel
from api.security.errors import NotSignedInError

WINDOW = dt.timedelta(minutes=5)
ID, TIMESTAMP, SIGNATURE = "webhook-id", "webhook-timestamp", "webhook-signature"
_ID = re.compile(r"[A-Za-z0-9_.:-]{1,100}")


def signed_headers(channel: Channel, request_id: str, body: bytes, now: dt.datetime) -> dict[str, str]:
    """Return the headers of a request to a channel's gateway."""
    timestamp = str(int(now.timestamp()))
    signature = _signature(channel, request_id, timestamp, body)
    return {ID: request_id, TIMESTAMP: timestamp, SIGNATURE: f"v1,{signature}"}


def require_signed(channel: Channel, headers: Mapping[str, str], body: bytes, now: dt.datetime) -> str:
    """Return the id of a request that the channel's gateway signed a moment ago.

    Raises:
        NotSignedInError: A header is missing, the time is off, or the signature is not the key's.
    """
    request_id, timestamp = headers.get(ID, ""), headers.get(TIMESTAMP, "")
    if not _ID.fullmatch(request_id) or not (timestamp.isascii() and timestamp.isdigit()):
        raise NotSignedInError(f"The headers {ID}, {TIMESTAMP}, {SIGNATURE} are needed; see docs/service.md.")
    if len(timestamp) > 11 or abs(now.timestamp() - int(timestamp)) > WINDOW.total_seconds():
        raise NotSignedInError(f"{TIMESTAMP} {timestamp[:20]!r} is over 5 minutes off. Set the clock right.")
    expected = _signature(channel, request_id, timestamp, body)
    offered = [one.removeprefix("v1,") for one in headers.get(SIGNATURE, "").split() if one.startswith("v1,")]
    if not any(hmac.compare_digest(expected.encode(), one.encode()) for one in offered):
        raise NotSignedInError("The signature is not that of the channel's key over ID.TIMESTAMP.BODY.")
    return request_id


def _signature(channel: Channel, request_id: str, timestamp: str, body: bytes) -> str:
    signed = f"{request_id}.{timestamp}.".encode() + body
    return base64.b64encode(hmac.digest(channel.key_bytes, signed, hashlib.sha256)).decode()
