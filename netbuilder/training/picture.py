"""What a run's pictures show: its samples, bounded in number."""

import numpy as np

from netbuilder.data.prepare import Split
from netbuilder.data.spread import MOST_TEST, MOST_TRAIN, spread
from netbuilder.engine.scene import SceneMaker, ShownSamples
from netbuilder.project.build import Run


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
