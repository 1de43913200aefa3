"""The sliced Wasserstein distance, p = 2, between two (n, d) clouds, from random directions that are drawn anew in every call."""

import math

import peers


def summary(costs):
    """The distance and its standard error, from the squared distances along directions."""
    distance = math.sqrt(costs.mean())
    return distance, costs.std(ddof=1) / math.sqrt(len(costs)) / (2 * distance)


def pot_method(source, target, projections):
    import numpy
    import ot

    random = numpy.random.RandomState(1)

    def call():
        # In float32 as they come, which POT is faster with.
        log = ot.sliced_wasserstein_distance(source, target, n_projections=int(projections[0]), seed=random, log=True)[1]
        return numpy.asarray(log["projected_emds"], dtype=numpy.float64)

    return call, lambda costs: [summary(costs)[0]], lambda costs: summary(costs)[1]


def numpy_method(source, target, projections):
    import numpy

    random = numpy.random.default_rng(1)

    def call():
        # In float32 as they come; one direction's positions behind each other, which is how they sort fastest.
        directions = random.standard_normal((int(projections[0]), source.shape[1]), dtype=numpy.float32)
        directions /= numpy.linalg.norm(directions, axis=1, keepdims=True)
        x, y = directions @ source.T, directions @ target.T
        x.sort(axis=1)
        y.sort(axis=1)
        x -= y
        return numpy.square(x, out=x).mean(axis=1, dtype=numpy.float64)

    return call, lambda costs: [summary(costs)[0]], lambda costs: summary(costs)[1]


if __name__ == "__main__":
    peers.main({"pot": pot_method, "numpy": numpy_method})
