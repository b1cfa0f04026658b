"""What a run's pictures show: its samples, bounded in number; and the picture of an earlier run."""

from dataclasses import replace

import numpy as np

from netbuilder.data.prepare import Split
from netbuilder.data.spread import MOST_TEST, MOST_TRAIN, spread
from netbuilder.engine.scene import Scene, SceneMaker, ShownSamples, Wish
from netbuilder.errors import NetbuilderError
from netbuilder.project.build import Run, build
from netbuilder.project.model import Project, Weights
from netbuilder.training import runs
from netbuilder.training.snapshot import Snapshot

MOST = 500_000  # parameters of a network of whose earlier run a picture is made while one waits


def shown_samples(split: Split) -> ShownSamples:
    """The samples that a picture shows: training samples first, in the order of the table."""
    train = split.train.take(spread(split.train, MOST_TRAIN))
    test = split.test.take(spread(split.test, MOST_TEST))
    labels = None
    if train.classes is not None:
        labels = np.concatenate([train.labels, test.labels])
    return ShownSamples(np.concatenate([train.x, test.x]), len(train.x), labels)


def scene_maker(run: Run) -> SceneMaker:
    """A maker of pictures for a run's network, about all of its samples."""
    train, test = run.split.train, run.split.test
    both = np.concatenate([train.x, test.x])
    return SceneMaker(run.network, both, train.x, train.classes, shown_samples(run.split))


def last_scene(project: Project, learned: Weights) -> Scene | None:
    """What the network of a run answers with the weights that it ended with; None where no picture
    can be made of it, and for more than two features."""
    size = sum(a.size for named in learned.values() for a in named.values())
    if not 0 < size <= MOST:
        return None
    try:
        run = build(project.with_(weights=learned, run=None))
    except NetbuilderError:
        return None
    if run.split.train.features > 2 or not all(run.network.fits(i, w) for i, w in learned.items()):
        return None
    return scene_maker(run).make(Wish(answers=True))


def pictured(run: runs.Run) -> Snapshot | None:
    """The last moment of a run, with a picture if one can be had: that which was shown, or one made
    from the weights that an earlier run ended with, which is then kept with it."""
    known = run.snapshot
    if not run.over or (known is not None and known.surface is not None):
        return known
    scene = last_scene(run.project, run.weights)
    if scene is None:
        return known
    if known is None:
        known = Snapshot(
            step=int(run.last("step")),
            epoch=run.last("epoch"),
            seconds=run.last("seconds"),
            train_loss=run.last("train_loss"),
            test_loss=run.last("test_loss"),
            metric=run.metric,
            train_metric=run.last("train_metric"),
            test_metric=run.last("test_metric"),
            layers={},
            run=0,  # of another start of the program
            parameters=np.empty(0),
            steps_per_second=0.0,
        )
    run.snapshot = replace(known, scene=scene)
    return run.snapshot
