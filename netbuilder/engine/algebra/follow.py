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


def origins(expression: Expression, row: int, column: int) -> dict[str, Array]:
    """The numbers of which one number of an expression is made: masks over its quantities."""
    found: dict[str, Array] = {}
    mask = np.zeros(expression.shape, np.bool_)
    mask[row, column] = True
    todo = [(expression, mask)]
    while todo:
        node, mask = todo.pop()
        if isinstance(node, Entry):
            whole = found.setdefault(node.place.key, np.zeros(node.quantity.values.shape, np.bool_))
            whole[node.place.row, node.place.column] |= mask.any()
        elif isinstance(node, Quantity):
            found[node.key] = mask | found[node.key] if node.key in found else mask
        elif node.operands:
            todo.extend(zip(node.operands, node.origins(mask), strict=True))
    return {key: mask for key, mask in found.items() if mask.any()}


def sources(expression: Expression, row: int, column: int) -> list[Place]:
    """The same as places, quantity by quantity."""
    masks = origins(expression, row, column)
    return [
        Place(key, int(i), int(j))
        for q in quantities(expression)
        if (key := q.key) in masks
        for i, j in np.argwhere(masks[key])
    ]


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
