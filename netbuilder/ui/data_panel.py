"""The data: which set, its parameters, its picture, and how it is divided."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget

from netbuilder.data.prepare import Split
from netbuilder.project.commands import SetTraining
from netbuilder.project.document import Change, Document
from netbuilder.project.problems import Problem
from netbuilder.ui.forms import DeclaredForm, words_of
from netbuilder.ui.inspector.dataset_form import DatasetForm
from netbuilder.ui.inspector.edit import pushed
from netbuilder.ui.inspector.header import ProblemNote
from netbuilder.ui.plots.decision import DataPlot
from netbuilder.ui.theme import theme


class DataPanel(QWidget):
    """Changes the dataset and the test share by commands; draws the controller's samples."""

    def __init__(self, document: Document, controller: Any, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("data.panel")
        self.setAccessibleName(self.tr("Data"))
        self._document = document
        self._controller = controller
        self._split: Split | None = None
        self.dataset = DatasetForm("data", document)
        self.share = DeclaredForm(
            "data", only=("test_fraction",), extra={"test_fraction": {"percent": True}}
        )
        self.about = QLabel()
        self.about.setObjectName("data.about")
        self.about.setProperty("role", "muted")
        self.about.setWordWrap(True)
        self.problem = ProblemNote()
        self.counts = QLabel()
        self.counts.setObjectName("data.counts")
        self.counts.setProperty("role", "caption")
        self.counts.setWordWrap(True)
        self.picture = DataPlot(object_name="data.picture")
        content = QWidget()
        content.setProperty("panel", "scroll")
        self._column = QVBoxLayout(content)
        for part in (
            self.dataset,
            self.share,
            self.about,
            self.problem,
            self.picture,
            self.counts,
        ):
            self._column.addWidget(part)
        self._column.addStretch(1)
        self._content = content
        scroll = QScrollArea()
        scroll.setObjectName("data.scroll")
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(content)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(scroll)
        self.share.changed.connect(self._set_share)
        self.share.finished.connect(self._seal)
        document.watch(self._follow)
        controller.analysis_changed.connect(self._follow_analysis)
        theme().changed.connect(self._lay_out)
        self._lay_out()
        self.share.set_value(document.project.training)
        self._show_samples(force=True)

    def sizeHint(self) -> QSize:  # noqa: N802
        """A column as wide as the inspector's."""
        return QSize(theme().px(288), theme().px(480))

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """Wide enough that no field is cut."""
        width = self._content.minimumSizeHint().width() + theme().px(12)
        return QSize(max(width, theme().px(240)), theme().px(120))

    @Slot(str, object)
    def _set_share(self, name: str, value: object) -> None:
        why = pushed(self._document, SetTraining(name, value))
        if why:
            self.share.row(name).show_refusal(why)

    @Slot()
    def _seal(self) -> None:
        self._document.seal()

    def _follow(self, change: Change) -> None:
        if change.after.training is not change.before.training:
            self.share.set_value(change.after.training)

    @Slot(object)
    def _follow_analysis(self, _analysis: object) -> None:
        self._show_samples(force=False)

    def _show_samples(self, *, force: bool) -> None:
        self.about.setText(words_of(self._document.project.dataset.summary))
        found = [p for p in self._controller.analysis.problems if p.code == "data"]
        self._show_problem(found[0] if found else None)
        split = self._controller.split
        if split is self._split and not force:
            return
        self._split = split
        self.picture.set_data(split)
        self.picture.set_title(self.tr("Samples"))
        self.picture.setVisible(split is not None)
        self.counts.setText(self._counted(split) if split is not None else "")

    def _show_problem(self, problem: Problem | None) -> None:
        self.problem.setVisible(problem is not None)
        if problem is not None:
            self.problem.set_problem(problem)

    def _counted(self, split: Split) -> str:
        table = split.train
        parts = [
            self.tr("{n} train").format(n=f"{len(split.train.x):,}"),
            self.tr("{n} test").format(n=f"{len(split.test.x):,}"),
            self.tr("1 feature")
            if table.features == 1
            else self.tr("{n} features").format(n=table.features),
        ]
        if table.classes is not None:
            parts.append(self.tr("{n} classes").format(n=table.classes))
        else:
            targets = table.y.shape[1]
            parts.append(
                self.tr("1 target") if targets == 1 else self.tr("{n} targets").format(n=targets)
            )
        return ", ".join(parts)

    @Slot()
    def _lay_out(self) -> None:
        px = theme().px
        self._column.setContentsMargins(px(14), px(12), px(14), px(14))
        self._column.setSpacing(px(8))
        self.picture.setFixedHeight(px(232))
