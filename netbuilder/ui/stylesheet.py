"""The Qt style sheet, written out for one theme at one text zoom.

A widget asks for a variant by dynamic properties:

- `class` on buttons: "primary", "quiet", "danger"; on tool buttons "outlined"; on a line edit
  "search";
- `role` on labels: "caption", "section", "title", "strong", "value", "muted", "danger",
  "warning", "success";
- `panel` on plain widgets (with `WA_StyledBackground`): "surface", "window", "sunken";
- `invalid` = true on a line edit.

Set them before the widget is first shown, or call `restyle` afterwards.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from string import Template

from PySide6.QtWidgets import QWidget

from netbuilder.ui.tokens import Theme

IMAGES: dict[str, tuple[str, str]] = {
    "down": ("chevron-down", "muted"),
    "down-off": ("chevron-down", "faint"),
    "up": ("chevron-up", "muted"),
    "up-off": ("chevron-up", "faint"),
    "right": ("chevron-right", "muted"),
    "left": ("chevron-left", "muted"),
    "check": ("check", "accent_text"),
    "check-menu": ("check", "accent"),
    "dash": ("minus", "accent_text"),
    "close": ("close", "muted"),
    "float": ("float", "muted"),
    "warning": ("warning", "warning"),
    "error": ("error", "danger"),
    "info": ("info", "accent"),
    "help": ("help", "accent"),
}
"""Images that the style sheet needs: key -> (icon, colour token)."""


def stylesheet(colours: Theme, px: Callable[[float], int], images: Mapping[str, str]) -> str:
    """The style sheet for `colours`.

    Lengths go through `px`; `images` maps each key of `IMAGES` to a file.
    """
    values: dict[str, str] = {
        field: value for field, value in vars(colours).items() if isinstance(value, str)
    }
    values.update({f"px{n}": f"{px(n)}px" for n in range(1, 65)})
    values.update({f"img_{key.replace('-', '_')}": path for key, path in images.items()})
    return "\n".join(Template(part).substitute(values) for part in _PARTS)


def restyle(widget: QWidget) -> None:
    """Apply the style sheet again after a dynamic property of a shown widget changed."""
    widget.style().unpolish(widget)
    widget.style().polish(widget)
    widget.update()


# Hairlines stay 1px at any zoom; the focus ring is 2px and takes its extra pixel from the padding.

_GROUND = """
QMainWindow, QDialog, QMessageBox { background: $surface; color: $text; }
QMainWindow::separator { background: $border; width: 1px; height: 1px; }
QMainWindow::separator:hover { background: $accent; }
QWidget#banner[level="info"] { background: $selection; border-bottom: 1px solid $border; }
QWidget#banner[level="success"] { background: $success_soft; border-bottom: 1px solid $border; }
QWidget#banner[level="warning"] { background: $warning_soft; border-bottom: 1px solid $border; }
QWidget#banner[level="danger"] { background: $danger_soft; border-bottom: 1px solid $border; }
QWidget[panel="surface"] { background: $surface; }
QWidget[panel="window"] { background: $window; }
QWidget[panel="sunken"] { background: $sunken; border-radius: $px6; }
QAbstractScrollArea { background: $surface; border: none; color: $text; }
QScrollArea { background: transparent; }
QScrollArea > QWidget > QWidget[panel="scroll"] { background: transparent; }
QToolTip {
    background: $raised; color: $text; border: 1px solid $border_strong; padding: $px4 $px6;
}
QSplitter::handle { background: $border; }
QSplitter::handle:hover, QSplitter::handle:pressed { background: $accent; }
QSplitter::handle:horizontal { width: 1px; }
QSplitter::handle:vertical { height: 1px; }
QFrame[frameShape="4"], QFrame[frameShape="5"] {
    color: $border; background: $border; border: none;
}
QFrame[frameShape="4"] { max-height: 1px; }
QFrame[frameShape="5"] { max-width: 1px; }
QGroupBox { border: 1px solid $border; border-radius: $px8; margin-top: $px20; padding: $px12; }
QGroupBox::title { subcontrol-origin: margin; left: $px2; color: $muted; }
"""

_LABELS = """
QLabel { background: transparent; color: $text; }
QLabel:disabled { color: $faint; }
QLabel[role="caption"] { color: $muted; font-size: $px11; }
QLabel[role="muted"] { color: $muted; }
QLabel[role="section"] {
    color: $muted; font-size: $px11; font-weight: 600; text-transform: uppercase;
    letter-spacing: 0.6px;
}
QLabel[role="title"] { font-size: $px15; font-weight: 600; }
QLabel[role="strong"] { font-weight: 600; }
QLabel[role="value"] { font-weight: 500; }
QLabel[role="danger"] { color: $danger; }
QLabel[role="success"] { color: $success; }
QLabel[role="warning"] { color: $warning; }
"""

_BARS = """
QMenuBar {
    background: $surface; color: $text; border: none; border-bottom: 1px solid $border;
    padding: $px2 $px6;
}
QMenuBar::item { background: transparent; padding: $px7 $px8; border-radius: $px4; }
QMenuBar::item:selected, QMenuBar::item:pressed { background: $sunken; }
QMenu { background: $raised; color: $text; border: 1px solid $border_strong; padding: $px4; }
QMenu::item { background: transparent; padding: $px5 $px24 $px5 $px28; border-radius: $px4; }
QMenu::item:selected { background: $selection; }
QMenu::item:disabled { color: $faint; background: transparent; }
QMenu::icon { left: $px8; }
QMenu::indicator { width: $px14; height: $px14; left: $px8; }
QMenu::indicator:checked { image: url($img_check_menu); }
QMenu::right-arrow { image: url($img_right); width: $px14; height: $px14; right: $px6; }
QMenu::separator { height: 1px; background: $border; margin: $px4 $px6; }
QToolBar {
    background: $surface; border: none; border-bottom: 1px solid $border; padding: 0; spacing: 0;
}
QToolBar::separator { background: $border; width: 1px; margin: $px6 $px6; }
QToolBar::handle { image: none; width: 0; }
QStatusBar {
    background: $surface; color: $muted; border-top: 1px solid $border; padding: 0 $px6;
    min-height: $px24;
}
QStatusBar { font-size: $px12; }
QStatusBar::item { border: none; }
QSizeGrip { image: none; width: 0; height: 0; }
QStatusBar QLabel { color: $muted; font-size: $px12; padding: 0 $px4; }
QDockWidget {
    color: $text; font-weight: 600; titlebar-close-icon: url($img_close);
    titlebar-normal-icon: url($img_float);
}
QDockWidget::title {
    background: $surface; text-align: left; padding: $px7 $px12; border-bottom: 1px solid $border;
}
QDockWidget::close-button, QDockWidget::float-button {
    background: transparent; border: none; border-radius: $px4; padding: 0; width: $px16;
    height: $px16;
    subcontrol-origin: padding; subcontrol-position: right center;
}
QDockWidget::close-button { right: $px8; }
QDockWidget::float-button { right: $px28; }
QDockWidget::close-button:hover, QDockWidget::float-button:hover { background: $sunken; }
QTabBar { background: transparent; border: none; qproperty-drawBase: 0; }
QTabBar::tab {
    background: transparent; color: $muted; border: none; border-bottom: 2px solid transparent;
    padding: $px6 $px7 $px5 $px7;
}
QTabBar::tab:hover { color: $text; }
QTabBar::tab:selected { color: $text; border-bottom-color: $accent; }
QTabBar::tab:focus { background: $selection; }
QTabBar::close-button { image: url($img_close); }
QTabWidget::pane { background: $surface; border: none; border-top: 1px solid $border; }
"""

_BUTTONS = """
QPushButton {
    background: $surface; color: $text; border: 1px solid $border_strong; border-radius: $px6;
    padding: $px5 $px14; min-height: $px18;
}
QPushButton:hover { background: $sunken; }
QPushButton:pressed, QPushButton:checked { background: $selection; }
QPushButton:focus { border: 2px solid $accent; padding: $px4 $px13; }
QPushButton:disabled { color: $faint; border-color: $border; background: $surface; }
QPushButton[class="primary"], QPushButton:default {
    background: $accent; color: $accent_text; border: 1px solid $accent; font-weight: 600;
}
QPushButton[class="primary"]:hover, QPushButton:default:hover {
    background: $accent_hover; border-color: $accent_hover;
}
QPushButton[class="primary"]:focus, QPushButton:default:focus {
    border: 2px solid $text; padding: $px4 $px13;
}
QPushButton[class="primary"]:disabled, QPushButton:default:disabled {
    background: $sunken; color: $faint; border-color: $border;
}
QPushButton[class="danger"] { color: $danger; }
QPushButton[class="danger"]:disabled { color: $faint; }
QPushButton[class="danger"]:hover { background: $danger_soft; border-color: $danger; }
QPushButton[class="quiet"] {
    background: transparent; border: 1px solid transparent; color: $accent; padding: $px5 $px8;
}
QPushButton[class="quiet"]:hover { background: $sunken; }
QPushButton[class="quiet"]:focus { border: 2px solid $accent; padding: $px4 $px7; }
QPushButton[class="quiet"]:disabled { color: $faint; background: transparent; }
QPushButton[class="fix"] {
    background: $surface; border: 1px solid $border_strong; color: $accent; font-weight: 500;
    padding: $px3 $px10; min-height: $px16;
}
QPushButton[class="fix"]:hover { background: $selection; border-color: $accent; }
QPushButton[class="fix"]:pressed { background: $selection; }
QPushButton[class="fix"]:focus { border: 2px solid $accent; padding: $px2 $px9; }
QPushButton::menu-indicator { image: url($img_down); width: $px12; height: $px12; right: $px6; }
QToolButton {
    background: transparent; color: $text; border: 1px solid transparent; border-radius: $px6;
    padding: $px4;
}
QToolButton:hover { background: $sunken; }
QToolButton:pressed, QToolButton:checked { background: $selection; }
QToolButton:focus { border: 2px solid $accent; padding: $px3; }
QToolButton:disabled { color: $faint; }
QToolButton[class="outlined"] {
    background: $surface; border: 1px solid $border; padding: $px4 $px8;
}
QToolButton[class="outlined"]:hover { background: $sunken; border-color: $border_strong; }
QToolButton[class="outlined"]:checked { background: $selection; border-color: $accent; }
QToolButton[class="outlined"]:focus { border: 2px solid $accent; padding: $px3 $px7; }
QToolButton[class="title"] { font-weight: 600; padding: $px2 $px4; margin-left: -$px4; }
QToolButton[class="title"]:focus { padding: $px1 $px3; }
QToolButton::menu-indicator { image: none; }
QToolButton[popupMode="1"] { padding-right: $px18; }
QToolButton::menu-button { border: none; width: $px16; }
QToolButton::menu-arrow { image: url($img_down); width: $px12; height: $px12; }
QCheckBox, QRadioButton { background: transparent; color: $text; spacing: $px8; padding: $px2; }
QCheckBox:disabled, QRadioButton:disabled { color: $faint; }
QCheckBox::indicator, QRadioButton::indicator {
    width: $px16; height: $px16; border: 1px solid $border_strong; border-radius: $px4;
    background: $surface;
}
QRadioButton::indicator { border-radius: $px8; }
QCheckBox::indicator:hover, QRadioButton::indicator:hover { border-color: $accent; }
QCheckBox::indicator:focus, QRadioButton::indicator:focus {
    border: 2px solid $accent; width: $px14; height: $px14;
}
QCheckBox::indicator:checked { background: $accent; border-color: $accent; image: url($img_check); }
QCheckBox::indicator:indeterminate {
    background: $accent; border-color: $accent; image: url($img_dash);
}
QCheckBox::indicator:checked:focus { border: 2px solid $text; }
QCheckBox::indicator:disabled { background: $sunken; border-color: $border; }
QRadioButton::indicator:checked { border: ${px5} solid $accent; width: $px8; height: $px8; }
"""

_FIELDS = """
QLineEdit, QAbstractSpinBox, QComboBox, QPlainTextEdit, QTextEdit {
    background: $surface; color: $text; border: 1px solid $border; border-radius: $px6;
    selection-background-color: $accent; selection-color: $accent_text;
}
QLineEdit, QAbstractSpinBox, QComboBox { padding: $px3 $px8; min-height: $px20; }
QPlainTextEdit, QTextEdit { padding: $px6; }
QLineEdit:hover, QAbstractSpinBox:hover, QComboBox:hover { border-color: $border_strong; }
QLineEdit:focus, QAbstractSpinBox:focus, QComboBox:focus {
    border: 2px solid $accent; padding: $px2 $px7;
}
QPlainTextEdit:focus, QTextEdit:focus { border: 2px solid $accent; padding: $px5; }
QLineEdit[class="search"] { background: $sunken; border-color: $border; }
QLineEdit[invalid="true"] {
    border: 2px solid $danger; padding: $px2 $px7; background: $danger_soft;
}
QLineEdit:disabled, QAbstractSpinBox:disabled, QComboBox:disabled {
    background: $window; color: $faint; border-color: $border;
}
QLineEdit:read-only { background: $window; }
QAbstractSpinBox { padding: 0 0 0 $px8; min-height: $px26; }
QAbstractSpinBox:focus { padding: 0 0 0 $px7; min-height: $px24; }
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button {
    subcontrol-origin: padding; background: transparent; border: none; width: $px20;
    border-radius: $px4;
}
QAbstractSpinBox::up-button { subcontrol-position: top right; }
QAbstractSpinBox::down-button { subcontrol-position: bottom right; }
QAbstractSpinBox::up-button:hover, QAbstractSpinBox::down-button:hover { background: $sunken; }
QAbstractSpinBox::up-arrow { image: url($img_up); width: $px12; height: $px12; }
QAbstractSpinBox::down-arrow { image: url($img_down); width: $px12; height: $px12; }
QAbstractSpinBox::up-arrow:off, QAbstractSpinBox::up-arrow:disabled { image: url($img_up_off); }
QAbstractSpinBox::down-arrow:off, QAbstractSpinBox::down-arrow:disabled {
    image: url($img_down_off);
}
QComboBox { padding-left: $px10; padding-right: $px2; combobox-popup: 0; }
QComboBox:focus { padding-left: $px9; padding-right: $px1; }
QComboBox::drop-down {
    subcontrol-origin: padding; subcontrol-position: center right; border: none; width: $px22;
}
QComboBox::down-arrow { image: url($img_down); width: $px14; height: $px14; }
QComboBox::down-arrow:disabled { image: url($img_down_off); }
QComboBox QLineEdit, QAbstractSpinBox QLineEdit {
    border: none; background: transparent; padding: 0; border-radius: 0; min-height: 0;
}
QComboBox:editable { padding-left: $px8; }
QComboBox:editable:focus { padding-left: $px7; }
QComboBoxPrivateContainer { background: $raised; border: none; padding: 0; }
QComboBox QAbstractItemView {
    background: $raised; border: 1px solid $border_strong; border-radius: 0; outline: none;
    padding: $px3;
}
QComboBox QAbstractItemView::item { min-height: $px26; padding: 0 $px8; border-radius: $px4; }
QComboBox QAbstractItemView::item:hover, QComboBox QAbstractItemView::item:selected {
    background: $selection; color: $text;
}
QSlider:horizontal { min-height: $px20; }
QSlider::groove:horizontal { height: $px4; border-radius: $px2; background: $border; }
QSlider::sub-page:horizontal { background: $accent; border-radius: $px2; }
QSlider::handle:horizontal {
    width: $px14; height: $px14; margin: -$px6 0; border-radius: $px7; background: $surface;
    border: 1px solid $border_strong;
}
QSlider::handle:horizontal:hover, QSlider::handle:horizontal:focus { border: 2px solid $accent; }
QProgressBar {
    background: $sunken; color: $text; border: none; border-radius: $px3; min-height: $px6;
    max-height: $px6;
    text-align: center;
}
QProgressBar::chunk { background: $accent; border-radius: $px3; }
"""

_VIEWS = """
QAbstractItemView {
    background: $surface; alternate-background-color: $window; color: $text; border: none;
    outline: none;
    selection-background-color: $selection; selection-color: $text;
}
QTableView { gridline-color: $border; border: 1px solid $border; border-radius: $px6; }
QTableView::item { padding: $px2 $px8; }
QTableView::item:selected, QListView::item:selected, QTreeView::item:selected {
    background: $selection; color: $text;
}
QTableView::item:focus { border: 1px solid $accent; }
QListView::item, QTreeView::item { padding: $px4 $px6; border-radius: $px4; min-height: $px20; }
QListView::item:hover, QTreeView::item:hover { background: $sunken; }
QListView::item:selected:hover, QTreeView::item:selected:hover { background: $selection; }
QAbstractItemView:focus { border: 1px solid $accent; }
QComboBox QAbstractItemView:focus { border: 1px solid $border_strong; }
QHeaderView { background: $window; border: none; }
QHeaderView::section {
    background: $window; color: $muted; border: none; border-right: 1px solid $border;
    border-bottom: 1px solid $border;
    padding: $px5 $px8; font-weight: 500;
}
QHeaderView::section:horizontal:last, QHeaderView::section:horizontal:only-one {
    border-right: none;
}
QHeaderView::section:hover { color: $text; }
QHeaderView::section:checked { color: $text; background: $sunken; }
QHeaderView::down-arrow { image: url($img_down); width: $px12; height: $px12; }
QHeaderView::up-arrow { image: url($img_up); width: $px12; height: $px12; }
QTableCornerButton::section {
    background: $window; border: none; border-right: 1px solid $border;
    border-bottom: 1px solid $border;
}
QScrollBar { background: transparent; border: none; margin: 0; }
QScrollBar:vertical { width: $px10; }
QScrollBar:horizontal { height: $px10; }
QScrollBar::handle { background: $border_strong; border-radius: $px3; margin: $px2; }
QScrollBar::handle:vertical { min-height: $px28; }
QScrollBar::handle:horizontal { min-width: $px28; }
QScrollBar::handle:hover, QScrollBar::handle:pressed { background: $faint; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; border: none; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QAbstractScrollArea::corner { background: transparent; }
QDialogButtonBox { dialogbuttonbox-buttons-have-icons: 0; }
QMessageBox {
    messagebox-warning-icon: url($img_warning); messagebox-critical-icon: url($img_error);
    messagebox-information-icon: url($img_info); messagebox-question-icon: url($img_help);
}
"""

_KIT = """
QToolButton[class="stepper"] {
    border: none; border-radius: $px3; padding: 0; background: transparent;
}
QToolButton[class="stepper"]:hover { background: $sunken; }
QToolButton[class="stepper"]:pressed { background: $selection; }
QTableView[class="matrix"], QTableView[class="matrix"]:focus {
    border: none; background: transparent;
}
QTableView[class="matrix"] QHeaderView { background: transparent; }
QListView[class="card"] { border: 1px solid $border; border-radius: $px8; padding: $px2; }
QListView[class="card"]:focus { border: 1px solid $accent; }
QTableView[class="matrix"] QTableCornerButton::section { background: transparent; border: none; }
QFrame[class="segments"] {
    background: $surface; border: 1px solid $border_strong; border-radius: $px7;
}
QPushButton[class="segment"] {
    background: transparent; color: $muted; border: none; border-radius: 0; padding: $px6 $px14;
    border-right: 1px solid $border;
}
QFrame[class="segments"][size="small"] QPushButton[class="segment"] {
    padding: $px3 $px12; min-height: 0;
}
QFrame[class="segments"][size="small"] QPushButton[class="segment"]:focus { padding: $px1 $px10; }
QPushButton[class="segment"][place="first"] {
    border-top-left-radius: $px6; border-bottom-left-radius: $px6;
}
QPushButton[class="segment"][place="last"] {
    border-right: none; border-top-right-radius: $px6; border-bottom-right-radius: $px6;
}
QPushButton[class="segment"][place="only"] { border-right: none; border-radius: $px6; }
QPushButton[class="segment"]:hover { color: $text; }
QPushButton[class="segment"]:checked { background: $sunken; color: $text; font-weight: 600; }
QPushButton[class="segment"]:disabled { color: $faint; }
QPushButton[class="segment"]:focus { border: 2px solid $accent; padding: $px4 $px12; }
"""

_PARTS = (_GROUND, _LABELS, _BARS, _BUTTONS, _FIELDS, _VIEWS, _KIT)
