"""What a CMSIS pack says of itself and of one part: name, release, memories."""

import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from host.errors import PackError

_OTHER = "take another pack, or leave --pack out"


@dataclass(frozen=True)
class PackMemory:
    """One memory of a part: its name in the pack, address and size in bytes."""

    name: str
    base: int
    bytes: int


@dataclass(frozen=True)
class PackPart:
    """One part of a pack, under the name that the pack gives it."""

    name: str
    memories: tuple[PackMemory, ...]


@dataclass(frozen=True)
class PackDescription:
    """A pack: vendor and name joined by a dot, release ("" if it names none), and its parts."""

    name: str
    release: str
    parts: tuple[PackPart, ...]

    def __str__(self) -> str:
        return f"{self.name} {self.release}".strip()

    def part(self, order_code: str) -> PackPart | None:
        """Return a part by its order code, case ignored; None where the pack has no such part."""
        return next((part for part in self.parts if part.name.lower() == order_code.lower()), None)


def read(path: Path) -> PackDescription:
    """Read the description out of a .pack file.

    Raises:
        PackError: there is no such file, it is no pack, or what it says cannot be read.
    """
    root = _description(path)
    vendor, name = (root.findtext(tag, "").strip() for tag in ("vendor", "name"))
    release = root.find("releases/release")
    try:
        parts = tuple(_parts(root))
    except (KeyError, ValueError) as error:
        raise PackError(f"pack {path}: a part or memory is described wrongly ({error}): {_OTHER}") from error
    return PackDescription(
        name=".".join(word for word in (vendor, name) if word) or path.stem,
        release=release.get("version", "") if release is not None else "",
        parts=parts,
    )


def _description(path: Path) -> Element:
    try:
        with zipfile.ZipFile(path) as pack:
            name = next((each for each in pack.namelist() if each.lower().endswith(".pdsc")), None)
            if name is None:
                raise PackError(f"pack {path} has no description (.pdsc) in it: {_OTHER}")
            return ElementTree.fromstring(pack.read(name))
    except OSError as error:
        raise PackError(f"cannot read pack {path}: {error.strerror or error}") from error
    except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError) as error:
        raise PackError(f"{path} is no CMSIS pack, or damaged ({error}): fetch it again") from error
    except (ElementTree.ParseError, UnicodeDecodeError, LookupError) as error:
        raise PackError(f"pack {path}: its description is no XML ({error}): {_OTHER}") from error


def _parts(root: Element) -> Iterator[PackPart]:
    above = {child: parent for parent in root.iter() for child in parent}
    for element in root.iter():
        if element.tag in ("device", "variant"):
            name = element.get("Dname") or element.attrib["Dvariant"]
            yield PackPart(name, tuple(_memories(element, above).values()))


def _memories(element: Element, above: dict[Element, Element]) -> dict[str, PackMemory]:
    """Return the memories of a part by name; an inner element's replace those of the same name around it."""
    found: dict[str, PackMemory] = {}
    place: Element | None = element
    while place is not None:
        for memory in place.findall("memory"):
            start, size = (int(memory.attrib[key], 0) for key in ("start", "size"))
            name = memory.get("name") or memory.get("id") or f"{start:#010x}"
            found.setdefault(name, PackMemory(name, start, size))
        place = above.get(place)
    return found
