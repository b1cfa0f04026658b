"""How a network is trained: the declared settings."""

from typing import Annotated, Literal

from netbuilder.declare import Meta, Settings
from netbuilder.engine.clipping import Clipping
from netbuilder.engine.clippings.no_clipping import NoClipping
from netbuilder.engine.optimizer import Optimizer
from netbuilder.engine.optimizers.sgd import SGD
from netbuilder.engine.schedule import Schedule
from netbuilder.engine.schedules.constant import Constant


class Stop(Settings, frozen=True):
    """When to stop before the limit; null is never."""

    gradient_norm: (
        Annotated[
            float,
            Meta(
                gt=0,
                title="Gradient norm",
                description="Stop when the norm of the whole gradient falls below this.",
                extra={"log": True},
            ),
        ]
        | None
    ) = None
    loss: (
        Annotated[
            float,
            Meta(
                gt=0,
                title="Training loss",
                description="Stop when the training loss, looked at after each epoch, falls below"
                " this.",
                extra={"log": True},
            ),
        ]
        | None
    ) = None
    patience: (
        Annotated[
            int,
            Meta(
                ge=1,
                le=1_000_000_000,
                title="Patience",
                description="Early stopping: stop after so many epochs without a smaller test loss,"
                " and go back to the weights that had the smallest.",
                extra={"unit": "epochs"},
            ),
        ]
        | None
    ) = None
    seconds: (
        Annotated[
            float,
            Meta(
                gt=0,
                le=1e9,
                title="Time",
                description="Stop after so much time spent on training.",
                extra={"unit": "s"},
            ),
        ]
        | None
    ) = None


class Training(Settings, frozen=True):
    """How the network is trained."""

    optimizer: Annotated[
        Optimizer, Meta(title="Optimizer", description="The rule that changes the weights.")
    ] = SGD()
    batch_size: (
        Annotated[
            int,
            Meta(
                ge=1,
                le=1_000_000,
                title="Batch size",
                description="Samples for one update: all of them (batch), 1 (stochastic) or a few"
                " (mini-batch).",
            ),
        ]
        | None
    ) = 10
    test_fraction: Annotated[
        float,
        Meta(
            ge=0,
            le=0.95,
            title="Test share",
            description="Share of the samples kept aside to test on.",
            extra={"step": 0.05},
        ),
    ] = 0.5
    max_epochs: (
        Annotated[
            int,
            Meta(
                ge=1,
                le=1_000_000_000,
                title="Epoch limit",
                description="Stop after so many passes over the training samples.",
            ),
        ]
        | None
    ) = 1000
    seed: Annotated[
        int,
        Meta(
            ge=0,
            le=2**32 - 1,
            title="Seed",
            description="Start of all random numbers; the same seed gives the same run.",
        ),
    ] = 0
    precision: Annotated[
        Literal["float64", "float32", "float16"],
        Meta(
            title="Precision",
            description="float64 for numbers checked by hand, float32 for speed, float16 to see"
            " rounding errors.",
        ),
    ] = "float64"
    shuffle: Annotated[
        bool, Meta(title="Shuffle", description="Draw a new order of the samples each epoch.")
    ] = True
    schedule: Annotated[
        Schedule,
        Meta(title="Schedule", description="How the learning rate changes as time goes by."),
    ] = Constant()
    clipping: Annotated[
        Clipping,
        Meta(
            title="Clipping",
            description="Bounds the gradient before it is used, against steps that are far too"
            " large.",
        ),
    ] = NoClipping()
    stop: Annotated[Stop, Meta(title="Stop rules")] = Stop()
