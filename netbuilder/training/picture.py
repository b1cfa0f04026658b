"""What a run's pictures show: its samples, bounded in number; and the picture of an earlier run."""

import numpy as np

from netbuilder.data.prepare import Split
from netbuilder.data.spread import MOST_TEST, MOST_TRAIN, spread
from netbuilder.engine.scene import Scene, SceneMaker, ShownSamples, Wish
from netbuilder.errors import NetbuilderError
from netbuilder.project.build import Run, build
from netbuilder.project.model import Project, Weights


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
    if not learned:
        return None
    try:
        run = build(project.with_(weights=learned, run=None))
    except NetbuilderError:
        return None
    if run.split.train.features > 2 or not all(run.network.fits(i, w) for i, w in learned.items()):
        return None
    return scene_maker(run).make(Wish(answers=True))
