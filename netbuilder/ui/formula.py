"""LaTeX formulas as crisp pictures in the theme's colours."""

from __future__ import annotations

import contextlib
import math
import threading
import warnings
from functools import cache, lru_cache
from typing import Any

from PySide6.QtCore import QByteArray, QObject, QRectF, QSize, QSizeF, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QSizePolicy, QWidget

from netbuilder.ui.theme import theme

LATE_MS = 200  # after the window that wants the first formula has begun to work


@cache
def _latex_class() -> Any:
    # Imported late because it takes as long as a small window, which shall stand before that.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # it reads its font in the old way
        from ziamath.config import config
        from ziamath.zmath import Latex

    # Qt draws SVG Tiny 1.2: plain paths rather than symbols that are used again.
    config.svg2 = False
    return Latex


@lru_cache(maxsize=256)
def formula_svg(latex: str, colour: str, size: float) -> bytes:
    """The formula as an SVG file, `size` pixels to the em, in `colour` ("#rrggbb").

    Takes some 10 to 40 ms the first time. Raises `ValueError` for LaTeX that cannot be read.
    """
    latex_class = _latex_class()
    try:
        return str(latex_class(latex, size=size, color=colour).svg()).encode()
    except Exception as error:  # the parser raises whatever it stumbles over
        raise ValueError(f"not a readable formula: {latex}") from error


class _Typesetter(QObject):
    """Loads the typesetter in a thread, once the window stands, and says when it is there."""

    ready = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._asked = False

    def there(self) -> bool:
        """Whether a formula can be set at once; if not, `ready` follows."""
        if _latex_class.cache_info().currsize:
            return True
        if not self._asked:
            self._asked = True
            # The time counts from the first events on: a slow machine takes longer than that to
            # make the window, and two threads that load at once make it slower still.
            QTimer.singleShot(0, self, self._wait)
        return False

    @Slot()
    def _wait(self) -> None:
        QTimer.singleShot(LATE_MS, self, self._begin)

    @Slot()
    def _begin(self) -> None:
        threading.Thread(target=self._load, name="typesetter", daemon=True).start()

    def _load(self) -> None:
        _latex_class()
        with contextlib.suppress(RuntimeError):  # the program has ended meanwhile
            self.ready.emit()  # reaches the labels in the GUI thread


@cache
def _typesetter() -> _Typesetter:
    return _Typesetter()


def typesetter_is_there() -> bool:
    """Whether formulas can be set at once; asks for the typesetter to be loaded if not."""
    return _typesetter().there()


class FormulaLabel(QWidget):
    """Shows one formula; scales it down where it is wider than the label.

    The first formulas of a program come a moment after the window: till then their room is empty.
    LaTeX that cannot be read is shown as it is written. The accessible name is the LaTeX.
    """

    def __init__(
        self,
        latex: str = "",
        parent: QWidget | None = None,
        *,
        size: float = 15,
        token: str = "text",
    ) -> None:
        """`size` is in pixels at 100 % text zoom, `token` names the theme colour."""
        super().__init__(parent)
        self._latex = ""
        self._size = size
        self._token = token
        self._renderer: QSvgRenderer | None = None
        self._natural = QSizeF()
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        theme().changed.connect(self._refresh)
        self._late = False
        self.set_formula(latex)

    def formula(self) -> str:
        """The LaTeX shown."""
        return self._latex

    def set_formula(self, latex: str) -> None:
        """Show another formula; nothing for an empty one."""
        if latex == self._latex:
            return
        self._latex = latex
        self.setAccessibleName(latex)
        self._refresh()

    def natural_size(self) -> QSizeF:
        """The size at which nothing is scaled down."""
        return self._natural

    def sizeHint(self) -> QSize:  # noqa: N802
        """The unscaled formula."""
        return QSize(math.ceil(self._natural.width()), math.ceil(self._natural.height()))

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """Any width will do."""
        return QSize(theme().px(24), 1 if self._latex else 0)

    def heightForWidth(self, width: int) -> int:  # noqa: N802
        """The height at a width, after scaling."""
        return math.ceil(self._natural.height() * self._factor(width))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw the paths at the screen's own resolution, at the left, vertically centred."""
        if not self._latex or self._late:
            return
        painter = QPainter(self)
        if self._renderer is None:
            painter.setFont(theme().font("mono"))
            painter.setPen(QColor(getattr(theme().current, self._token)))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignVCenter, self._latex)
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        factor = min(self._factor(self.width()), self.height() / self._natural.height())
        size = self._natural * factor
        top = (self.height() - size.height()) / 2
        self._renderer.render(painter, QRectF(0, top, size.width(), size.height()))

    def _factor(self, width: int) -> float:
        natural = self._natural.width()
        return min(1.0, width / natural) if natural > 0 else 1.0

    @Slot()
    def _refresh(self) -> None:
        self._renderer = None
        typesetter = _typesetter()
        if self._late:
            typesetter.ready.disconnect(self._refresh)
            self._late = False
        if not self._latex:
            self._natural = QSizeF()
        elif not typesetter.there():
            self._late = True
            typesetter.ready.connect(self._refresh)
            self._natural = QSizeF(theme().px(8 * self._size), theme().px(2 * self._size))
        else:
            try:
                colour = getattr(theme().current, self._token)
                svg = formula_svg(self._latex, colour, theme().px(self._size))
                self._renderer = QSvgRenderer(QByteArray(svg))
                self._natural = self._renderer.viewBoxF().size()
            except ValueError:
                metrics = QFontMetricsF(theme().font("mono"))
                self._natural = metrics.boundingRect(self._latex).size()
        self.updateGeometry()
        self.update()
