"""Saturated and dead units of every activation."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from netbuilder.project.model import Project
from netbuilder.training.snapshot import History, Snapshot
from netbuilder.ui.plots.base import PlotCard, Table
from netbuilder.ui.plots.curves import Array
from netbuilder.ui.plots.unit_rows import UnitRow, UnitRows
from netbuilder.ui.theme import theme

_TREND = 48  # points of a trend


class UnitsPlot(PlotCard):
    """Horizontal bars: which share of an activation's outputs is saturated, and how many of its
    units are dead; with the trend over the run."""

    view_key = "units"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", "plot.units", parent)
        self._history: History | None = None
        self._snapshot: Snapshot | None = None
        self.rows = UnitRows()
        self._scroll = QScrollArea()
        self._scroll.setObjectName("plot.units.scroll")
        self._scroll.setAccessibleName(self.tr("Activations"))
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setWidget(self.rows)
        self._scroll.viewport().setAutoFillBackground(False)
        self.rows.setAutoFillBackground(False)
        self.body.addWidget(self.area, 1)
        self.body.addWidget(self._scroll, 1)
        self._scroll.hide()
        self.set_crowded("legend", True)  # both words are to be read
        self.set_title(self.view_title())

    @classmethod
    def names(cls) -> tuple[str, str]:
        """The entry in the menu of its deck, and what it shows, in one sentence."""
        return (
            QCoreApplication.translate("UnitsPlot", "Saturated and dead"),
            QCoreApplication.translate(
                "UnitsPlot",
                "Per activation, the share of outputs where its slope is nearly zero, and "
                "how many units passed nothing back for any sample of the last batch",
            ),
        )

    def begin(self, history: History, project: Project) -> None:
        """Show another run."""
        self._history, self._snapshot = history, None
        self.refresh()

    def take(self, snapshot: Snapshot) -> None:
        """Show a new moment."""
        self._snapshot = snapshot
        self.refresh()

    def draw(self) -> None:
        """Draw the newest state."""
        rows = self._rows()
        self._scroll.setVisible(bool(rows))
        self.area.setVisible(not rows)
        if not rows:
            self.area.set_note(self._empty_words())
            self.legend.set_entries(())
            return
        self.area.set_note("")
        colours = theme().current
        self.legend.set_entries(
            [
                (self.tr("saturated"), colours.accent, False, ""),
                (self.tr("dead"), colours.danger, True, ""),
            ]
        )
        self.rows.set_rows(rows)

    def describe(self) -> str:
        """The words of every row."""
        rows = self._rows()
        if not rows:
            return self._empty_words()
        return f"{self.title()}: " + "; ".join(f"{row.name} {row.words}" for row in rows)

    def table(self) -> Table:
        """Step, epoch, and of each activation the saturated share and the number of dead units."""
        history = self._history
        names = [row.name for row in self._rows()]
        if history is None or not names or not history.count:
            return (), ()
        header, columns = ["step", "epoch"], [history.step, history.epoch]
        for name in names:
            header += [f"{name} saturated", f"{name} dead"]
            columns += [history.quantity(name, "saturated"), history.quantity(name, "dead")]
        rows = zip(*(column.tolist() for column in columns), strict=True)
        return header, ([int(step), *rest] for step, *rest in rows)

    def _empty_words(self) -> str:
        if self._snapshot is None:
            return self.tr("Each activation appears here as soon as the network trains.")
        return self.tr("The network has no activation that could saturate.")

    def _rows(self) -> list[UnitRow]:
        history, snapshot = self._history, self._snapshot
        if history is None or snapshot is None:
            return []
        rows = []
        for name, found in snapshot.layers.items():
            if not math.isfinite(found.saturated):
                continue
            rows.append(
                UnitRow(
                    name,
                    found.units,
                    found.saturated,
                    found.dead,
                    self._words(found.saturated, found.dead, found.units),
                    _thinned(history.column(name, "saturated")),
                    _thinned(history.column(name, "dead"), max(found.units, 1)),
                )
            )
        return rows

    def _words(self, saturated: float, dead: int, units: int) -> str:
        share = self.tr("{percent} % saturated").format(percent=f"{100 * saturated:.0f}")
        count = self.tr("{dead} of {units} dead").format(dead=dead, units=units)
        return f"{share} · {count}" if dead else share


def _thinned(values: Array, unit: float = 1.0) -> tuple[float, ...]:
    """Some of the values (n,) by the unit, evenly apart, the last among them; NaN and what lies
    outside of 0 … 1 is mended."""
    if not len(values):
        return ()
    places = np.unique(np.linspace(0, len(values) - 1, _TREND).round().astype(np.intp))
    shares = np.nan_to_num(values[places].astype(np.float64) / unit)
    return tuple(np.clip(shares, 0.0, 1.0).tolist())
