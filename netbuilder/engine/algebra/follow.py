"""Where a number comes from, and where it goes."""

import numpy as np

from netbuilder.engine.algebra.expression import Entry, Expression, Place, Quantity
from netbuilder.engine.operation import Array


def leaves(expression: Expression) -> list[Expression]:
    """The leaves of the tree from left to right, each once."""
    found: dict[int, Expression] = {}
    todo = [expression]
    while todo:
        node = todo.pop()
        if node.operands:
            todo.extend(reversed(node.operands))
        else:
            found.setdefault(id(node), node)
    return list(found.values())


def quantities(expression: Expression) -> list[Quantity]:
    """The quantities in it from left to right, each once."""
    named = {a.key: a for a in leaves(expression) if isinstance(a, Quantity)}
    return list(named.values())


def sources(expression: Expression, row: int, column: int) -> list[Place]:
    """The places of which one number of an expression is made, from left to right, each once."""
    places: dict[Place, None] = {}
    for leaf in leaves(expression.at(row, column)):
        if isinstance(leaf, Entry):
            places.setdefault(leaf.place)
        elif isinstance(leaf, Quantity) and leaf.is_scalar:
            places.setdefault(Place(leaf.key, 0, 0))
    return list(places)


def affected(expression: Expression, place: Place) -> Array:
    """Which numbers of an expression depend on one number of a quantity; boolean, its shape."""
    if isinstance(expression, Quantity):
        mask = np.zeros(expression.values.shape, np.bool_)
        if expression.key == place.key:
            mask[place.row, place.column] = True
        return mask
    if isinstance(expression, Entry):
        return np.full((1, 1), expression.place == place)
    if not expression.operands:
        return np.zeros(expression.shape, np.bool_)
    return expression.reach(*(affected(o, place) for o in expression.operands))
