"""The store of free memory: set where the C library knows how, and nothing where it does not."""

import ctypes

import pytest

from app.cli.acts import thrift


class Library:
    """A C library that writes down what it is told."""

    def __init__(self) -> None:
        self.told: dict[int, int] = {}

    def mallopt(self, what: int, value: int) -> int:
        self.told[what] = value
        return 1


def test_there_is_one_store_and_what_is_large_stands_outside_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    library = Library()
    monkeypatch.setattr(ctypes, "CDLL", lambda _: library)
    thrift.share_free_memory()
    assert library.told == {-8: 1, -3: 131_072, -1: 2_097_152}


def test_another_c_library_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ctypes, "CDLL", lambda _: object())
    thrift.share_free_memory()
