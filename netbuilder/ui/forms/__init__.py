"""Forms made from declarations: no field is written by hand."""

from __future__ import annotations

from netbuilder.ui.forms.declared_form import DeclaredForm
from netbuilder.ui.forms.family_field import FamilyField
from netbuilder.ui.forms.pick_field import PickField
from netbuilder.ui.forms.words import error_text, words_of

__all__ = ["DeclaredForm", "FamilyField", "PickField", "error_text", "words_of"]
