"""Names of quantities, as they are written in LaTeX, in plain text and in NumPy."""

import unicodedata
from dataclasses import dataclass, replace

SUPERSCRIPTS = str.maketrans(
    "0123456789abcdefghijklmnoprstuvwxyz'", "⁰¹²³⁴⁵⁶⁷⁸⁹ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ′"
)
SUBSCRIPTS = str.maketrans("0123456789,", "₀₁₂₃₄₅₆₇₈₉,")
GREEK = {
    "gamma": "γ",
    "beta": "β",
    "mu": "μ",
    "sigma": "σ",
    "eta": "η",
    "epsilon": "ε",
    "lambda": "λ",
    "rho": "ρ",
    "alpha": "α",
    "delta": "δ",
    "nu": "ν",
}
HATS = {"hat": "\u0302", "tilde": "\u0303", "bar": "\u0304"}
BESIDE = {"hat": "\u02c6", "tilde": "\u02dc", "bar": "\u00af"}
"""The same for capitals that have no character with the accent on them: fonts put it into them."""


@dataclass(frozen=True)
class Symbol:
    """A letter (or a Greek name, or a word), with the number of its layer, an accent, and marks.

    `layer` stands above right: Z with layer "1" is the first layer's. `sub` stands below right.
    `accent` is "hat", "tilde" or "bar". `grad` is 1 for dJ by d this. `new` tells a value
    after an update from the one before. `bracket` is written behind, as in f'(Z).
    """

    letter: str
    layer: str = ""
    sub: str = ""
    accent: str = ""
    grad: bool = False
    new: bool = False
    square: bool = False
    prime: str = ""  # the letter of the function in f'(…) of this

    def derived(self) -> "Symbol":
        """dJ by d this."""
        return replace(self, grad=True)

    def renewed(self) -> "Symbol":
        """The value after the update."""
        return replace(self, new=True)

    def slope(self, function: str = "f") -> "Symbol":
        """f'(this)."""
        return replace(self, prime=function)

    def entry(self, index: str) -> "Symbol":
        """One number of it: a small letter with an index."""
        small = self.letter.lower() if len(self.letter) == 1 else self.letter
        return replace(self, letter=small, sub=f"{self.sub},{index}" if self.sub else index)

    @property
    def is_plain_gradient(self) -> bool:
        """Whether it is dJ by a quantity of the network, and no share of one on the way."""
        return self.grad and not self.sub and not self.accent.startswith("tilde")

    # ---- the three ways to write it --------------------------------------------------------------

    def latex(self) -> str:
        """For a typesetter."""
        letter = self.letter
        if letter in GREEK:
            letter = "\\" + letter
        elif len(letter) > 1:
            letter = rf"\mathrm{{{letter}}}"
        if self.accent:
            letter = rf"\{self.accent}{{{letter}}}"
        words = letter
        if self.sub:
            below = ("\\" + part if part in GREEK else part for part in self.sub.split(","))
            words += f"_{{{','.join(below)}}}"
        marks = f"({self.layer})" if self.layer else ""
        if self.square:
            marks = f"{marks}\\,2" if marks else "2"
        if marks:
            words += f"^{{{marks}}}"
        if self.prime:
            words = f"{self.prime}'({words})"
        if self.grad:
            words = rf"\frac{{\partial J}}{{\partial {words}}}"
        return words + (r"_{\mathrm{new}}" if self.new else "")

    def text(self) -> str:
        """One line of plain text: ∂J/∂Z¹."""
        # Ŷ as one character where there is one.
        words = GREEK.get(self.letter, self.letter) + HATS.get(self.accent, "")
        words = unicodedata.normalize("NFC", words)
        if self.accent and len(words) > 1 and words[0].isupper():
            words = words[:-1] + BESIDE[self.accent]
        if self.layer:
            words += self.layer.translate(SUPERSCRIPTS)
        if self.sub:
            below = ",".join(GREEK.get(part, part) for part in self.sub.split(","))
            words += below.translate(SUBSCRIPTS)
        if self.square:
            words += "²"
        if self.prime:
            function = self.prime.lstrip("\\")
            words = f"{GREEK.get(function, function)}′({words})"
        if self.grad:
            words = f"∂J/∂{words}"
        return words + (" new" if self.new else "")

    def numpy(self) -> str:
        """A Python name: dJ_dZ1."""
        words = self.letter + (f"_{self.accent}" if self.accent else "")
        if self.square:
            words += "_squared"
        words += self.layer.replace("'", "_") + (
            "_" + self.sub.replace(",", "_") if self.sub else ""
        )
        if self.prime:
            words = f"slope_{words}"
        if self.grad:
            words = f"dJ_d{words}"
        words += "_new" if self.new else ""
        return "".join(c if c.isalnum() else "_" for c in words)
