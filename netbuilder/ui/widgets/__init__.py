"""The widget kit: small controls in the program's own look, themed live, usable by keyboard."""

from __future__ import annotations

from netbuilder.ui.widgets.card import Card
from netbuilder.ui.widgets.combo_field import ComboField
from netbuilder.ui.widgets.legend import Legend, LegendEntry
from netbuilder.ui.widgets.number_field import NumberField, format_number
from netbuilder.ui.widgets.round_button import RoundButton
from netbuilder.ui.widgets.segmented_control import SegmentedControl
from netbuilder.ui.widgets.status_chip import StatusChip
from netbuilder.ui.widgets.switch import Switch

__all__ = [
    "Card",
    "ComboField",
    "Legend",
    "LegendEntry",
    "NumberField",
    "RoundButton",
    "SegmentedControl",
    "StatusChip",
    "Switch",
    "format_number",
]
