"""Leaving libraries on the shelf until something of them is used: a worker that never does holds them never in memory.

The libraries that we use bring others along for work which is not asked of them here: dates in pages, downloads,
colours of tracebacks, the stems of languages that nobody reads. In place of such a one stands a stand-in, and what is
taken out of it by name stands for the thing itself: it is loaded when it is first called or looked into. So only what
is called may be named below, never what is a value or a class of errors.
"""

import importlib
import re
import sys
from collections.abc import Iterable, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from threading import RLock
from types import ModuleType
from typing import Any

SHELVED = (
    "charset_normalizer",  # a page that says nothing of its letters
    "courlan",  # the next three and urllib3: dates, links and downloads, which are not asked of the extractor
    "htmldate",
    r"trafilatura\.(?:downloads|external)",
    "urllib3",
    "feedparser",  # a feed in XML
    r"httpcore2\._(?:async|backends|sync)",  # a client of HTTP, of which only the list of authorities is asked
    r"rapidfuzz\.process",
    r"rich\.(?:pretty|traceback)",
    r"snowballstemmer\.\w+_stemmer",  # each with the first word of its language
    r"sqlalchemy\.dialects\.postgresql\.(?:asyncpg|pg8000|psycopg2|psycopg2cffi)",  # drivers that are not ours
)
"""Patterns of the libraries, or parts of them. What stands below one is left with it."""
_ASKED_OF_A_LIBRARY = frozenset({"__all__", "__version__"})
"""Other names of this kind are only looked for by the import itself."""


def leave_on_the_shelf(patterns: Iterable[str] = SHELVED) -> "Shelf":
    """From now on these libraries are loaded when they are used, not where they are imported.

    Call it before the first of them is imported; one that is there already stays as it is.
    """
    shelf = Shelf(patterns)
    sys.meta_path.insert(0, shelf)
    return shelf


class Shelf(MetaPathFinder, Loader):
    """The libraries that are not loaded yet, as Python's import looks for them."""

    def __init__(self, patterns: Iterable[str]) -> None:
        self._pattern = re.compile("|".join(f"(?:{one})" for one in patterns))
        self._taken: set[str] = set()
        self._lock = RLock()

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """A stand-in for a library of the shelf that is installed."""
        root = self._root(fullname)
        if root is None or root in self._taken or target is not None:
            return None
        found = PathFinder.find_spec(fullname, path)
        if found is None:
            return None
        spec = ModuleSpec(fullname, self, origin=found.origin)
        spec.submodule_search_locations = found.submodule_search_locations
        return spec

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """The stand-in."""
        return _StandIn(spec.name, self)

    def exec_module(self, module: ModuleType) -> None:
        """Nothing is read yet."""

    def is_on_it(self, name: str) -> bool:
        """True for what has not been taken down yet."""
        return self._root(name) not in {None, *self._taken}

    def take(self, name: str) -> ModuleType:
        """Load a library with all that stands below it, and give the part of this name."""
        root = self._root(name)
        assert root is not None
        with self._lock:
            if root not in self._taken:
                for one in [one for one in sys.modules if one == root or one.startswith(f"{root}.")]:
                    del sys.modules[one]
                self._taken.add(root)
        return importlib.import_module(name)

    def _root(self, name: str) -> str | None:
        """The library of the shelf to which a module belongs."""
        ends = (place for place, letter in enumerate(f"{name}.") if letter == ".")
        return next((name[:end] for end in ends if self._pattern.fullmatch(name, 0, end)), None)


class _StandIn(ModuleType):
    """Stands where a library would."""

    def __init__(self, name: str, shelf: Shelf) -> None:
        super().__init__(name)
        self._shelf = shelf

    def __getattr__(self, name: str) -> Any:
        if name in _ASKED_OF_A_LIBRARY or not self._shelf.is_on_it(self.__name__):
            return getattr(self._shelf.take(self.__name__), name)
        if name.startswith("__"):
            raise AttributeError(name)
        return _Later(self._shelf, self.__name__, name)


class _Later:
    """Stands for one thing of a library."""

    def __init__(self, shelf: Shelf, module: str, name: str) -> None:
        self._shelf = shelf
        self._module = module
        self._name = name
        self._found: Any = None

    def _thing(self) -> Any:
        if self._found is None:
            self._found = getattr(self._shelf.take(self._module), self._name)
        return self._found

    def __call__(self, *args: Any, **named: Any) -> Any:
        return self._thing()(*args, **named)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._thing(), name)

    def __instancecheck__(self, instance: object) -> bool:
        """Nothing is of a class that was never loaded."""
        return not self._shelf.is_on_it(self._module) and isinstance(instance, self._thing())

    def __mro_entries__(self, _: tuple[object, ...]) -> tuple[Any, ...]:
        return (self._thing(),)

    def __or__(self, _: object) -> Any:
        """In a note of types."""
        return Any

    __ror__ = __or__
