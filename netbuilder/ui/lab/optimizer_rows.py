"""Which optimizers go down the map, each with its own learning rate."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QSignalBlocker, Slot
from PySide6.QtWidgets import QCheckBox, QGridLayout, QWidget

from netbuilder.ui.forms.words import title_of, words_of
from netbuilder.ui.lab.looks import WaySwatch
from netbuilder.ui.lab.state import RATE_RANGE, LabState
from netbuilder.ui.theme import theme
from netbuilder.ui.widgets import NumberField


class OptimizerRows(QWidget):
    """A tick, a piece of the way, the name and the rate of each optimizer."""

    def __init__(self, state: LabState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("lab.optimizers")
        self._state = state
        self.ticks: dict[str, QCheckBox] = {}
        self.rates: dict[str, NumberField] = {}
        self._swatches: dict[str, WaySwatch] = {}
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setColumnStretch(0, 1)
        low, high = RATE_RANGE
        for row, (name, cls) in enumerate(state.optimizers.items()):
            tick = QCheckBox(title_of(cls))
            tick.setObjectName(f"lab.optimizer.{name}")
            tick.setAccessibleName(self.tr("Show the way of {name}").format(name=title_of(cls)))
            tick.setToolTip(words_of(cls.summary))
            tick.toggled.connect(partial(self._tick, name))
            rate = NumberField(float, minimum=low, maximum=high, factor=10.0**0.1)
            rate.setObjectName(f"lab.optimizer.{name}.rate")
            rate.setAccessibleName(self.tr("Learning rate of {name}").format(name=title_of(cls)))
            rate.setToolTip(rate.accessibleName())
            rate.committed.connect(partial(self._set_rate, name))
            self._swatches[name] = WaySwatch(name)
            self.ticks[name], self.rates[name] = tick, rate
            self._grid.addWidget(tick, row, 0)
            self._grid.addWidget(self._swatches[name], row, 1)
            self._grid.addWidget(rate, row, 2)
        theme().changed.connect(self._lay_out)
        self._lay_out()

    def refresh(self) -> None:
        """Show what is set."""
        for name, way in self._state.bench.ways.items():
            with QSignalBlocker(self.ticks[name]):
                self.ticks[name].setChecked(way.shown)
            if self.rates[name].value() != way.rate:
                self.rates[name].set_value(way.rate)
            self._swatches[name].setEnabled(way.shown)

    def _tick(self, name: str, shown: bool) -> None:
        self._state.set_shown(name, shown)

    def _set_rate(self, name: str, rate: object) -> None:
        self._state.set_rate(name, float(str(rate)))

    @Slot()
    def _lay_out(self) -> None:
        px = theme().px
        self._grid.setHorizontalSpacing(px(6))
        self._grid.setVerticalSpacing(px(3))
        for rate in self.rates.values():
            rate.setFixedWidth(px(84))
