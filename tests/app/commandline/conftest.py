"""The store on loopback that packs are sent to."""

from tests.sync.conftest import store

__all__ = ["store"]
