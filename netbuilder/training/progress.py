"""How far a run has come towards the nearest limit, and how long it will still take."""

import math
from dataclasses import dataclass
from typing import Literal

from netbuilder.engine.settings import Training
from netbuilder.training.snapshot import Snapshot


@dataclass(frozen=True)
class Progress:
    """The way to the limit that is met first; other stop rules cannot be foreseen."""

    rule: Literal["epochs", "time"]
    done: float  # share of the way, 0 to 1
    steps_left: float
    seconds_left: float | None  # by the clock at the present speed; None while that is unknown


def steps_per_epoch(training: Training, samples: int) -> int:
    """Updates in one pass over so many training samples; 1 for none."""
    size = min(training.batch_size or samples, samples)
    return math.ceil(samples / size) if size else 1


def progress(training: Training, samples: int, snapshot: Snapshot) -> Progress | None:
    """Where the run stands with so many training samples; None without a limit.

    The time limit counts seconds of training, and a run that is slowed down for watching spends
    few of them: so both limits are counted in steps first.
    """
    found = []
    if training.max_epochs is not None:
        left = max(training.max_epochs - snapshot.epoch, 0.0) * steps_per_epoch(training, samples)
        found.append((left, "epochs", snapshot.epoch / training.max_epochs))
    limit = training.stop.seconds
    if limit is not None and snapshot.step and snapshot.seconds > 0:
        left = max(limit - snapshot.seconds, 0.0) * snapshot.step / snapshot.seconds
        found.append((left, "time", snapshot.seconds / limit))
    if not found:
        return None
    left, rule, done = min(found)
    rate = snapshot.steps_per_second
    return Progress(
        "epochs" if rule == "epochs" else "time",
        min(max(done, 0.0), 1.0),
        left,
        left / rate if rate > 0 else None,
    )
