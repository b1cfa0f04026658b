"""`make screenshots`: a new user's path on a real screen, as pictures, with its clicks counted.

Start, an empty canvas, data - 4 - 1 by dragging, a mistake and its fix by a click, training, save,
and the file opened again.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from end2end.desk import TITLES, Desk, missing, opened

NAMES = ("Input", "Dense", "Tanh", "Dense", "BinaryCrossEntropy")  # the Sigmoid is forgotten
NODES = ["data", "dense", "tanh", "dense 2", "loss"]


class Album:
    """Numbered pictures in a folder."""

    def __init__(self, desk: Desk, folder: Path, look: str) -> None:
        self._desk, self._folder, self._look = desk, folder, look

    def add(self, name: str) -> None:
        """One more."""
        self._desk.xdotool("sleep", 0.4)
        path = self._folder / f"{name}-{self._look}.png"
        self._desk.shoot(path)
        print(f"  {path.name:<34} {self._desk.clicks:2d} clicks and drags so far")


def build(desk: Desk, album: Album) -> None:
    """Drag every block behind the one before, where it is wired by itself."""
    left = desk.point("canvas")
    for k, type_name in enumerate(NAMES):
        x = left[0] - 330 + 165 * k
        desk.click(desk.point("search"))
        desk.xdotool("key", "ctrl+a", "type", TITLES.get(type_name, type_name.lower()))
        desk.xdotool("sleep", 0.4)
        card = desk.place("cards", f"palette.{type_name}")
        if type_name == "Tanh":  # half-way: where it will land and what it will be wired to
            desk.xdotool("mousemove", *card, "mousedown", 1)
            for part in range(1, 9):
                there = (
                    card[0] + (x - card[0]) * part // 8,
                    card[1] + (left[1] - card[1]) * part // 8,
                )
                desk.xdotool("mousemove", *there, "sleep", 0.05)
            album.add("3-in-the-hand")
            desk.xdotool("mouseup", 1, "sleep", 0.2)
            desk.clicks += 1
        else:
            desk.drag(card, (x, left[1]))
        desk.wait("nodes", NODES[: k + 1])
        if k == 0:
            album.add("2-first-block")


def mend(desk: Desk) -> None:
    """Click the remedies that the inspector offers, at the block that each problem is told of."""
    for name in ("loss", "dense 2", "loss", "dense 2"):
        if not desk.look()["problems"]:
            return
        if desk.look()["fix"] is None:
            desk.click(desk.place("blocks", name))
            desk.xdotool("sleep", 0.6)
        if desk.look()["fix"] is not None:
            desk.click(desk.point("fix"))
            desk.xdotool("sleep", 0.6)
    assert not desk.look()["problems"], desk.look()["problems"]


def walk(folder: Path, look: str) -> None:
    """The whole path in one look of the window."""
    print(look)
    with tempfile.TemporaryDirectory() as made:
        here = Path(made)
        file = here / "mine.json"
        with opened(here, look=look) as desk:
            album = Album(desk, folder, look)
            desk.look()
            album.add("1-start")
            build(desk, album)
            desk.click(desk.place("blocks", "loss"))
            album.add("4-a-mistake")
            mend(desk)
            album.add("5-mended")
            desk.click(desk.point("train"))
            desk.wait("state", "finished")
            album.add("6-trained")
            desk.xdotool("key", "ctrl+s", "sleep", 0.6)
            desk.click(desk.point("dialog"))
            desk.xdotool("key", "ctrl+a", "type", file)
            album.add("7-save")
            desk.xdotool("key", "Return")
            desk.wait("file", str(file))
        with opened(here, str(file), look=look) as desk:
            desk.look()
            album = Album(desk, folder, look)
            desk.xdotool("sleep", 2)  # the plots come after the canvas
            album.add("8-opened-again")
            assert "loss" in desk.look()["nodes"]  # type: ignore[operator]


def main() -> int:
    """Write the pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=Path("build/screenshots"))
    parser.add_argument("--look", choices=("light", "dark", "both"), default="both")
    options = parser.parse_args()
    if missing:
        print(f"needs {', '.join(missing)}", file=sys.stderr)
        return 1
    folder = options.folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    for look in ("light", "dark"):
        if options.look in (look, "both"):
            walk(folder, look)
    return 0


if __name__ == "__main__":
    sys.exit(main())
