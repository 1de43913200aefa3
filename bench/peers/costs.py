"""Squared Euclidean costs between (B, n, d) and (B, m, d), one problem after the other."""

import peers


def cdist_method(source, target):
    import numpy
    from scipy.spatial.distance import cdist

    # It computes in float64 whatever it gets; with an own place for the result it need not allocate.
    source, target = source.astype(numpy.float64), target.astype(numpy.float64)
    costs = numpy.empty((source.shape[0], source.shape[1], target.shape[1]))

    def call():
        for x, y, c in zip(source, target, costs):
            cdist(x, y, "sqeuclidean", out=c)
        return costs

    return call, lambda outputs: outputs


def dist_method(source, target):
    import ot

    # In float32 as they come: a matrix product by BLAS, which is where POT is at its best.
    def call():
        return [ot.dist(x, y, metric="sqeuclidean") for x, y in zip(source, target)]

    return call, lambda outputs: outputs


if __name__ == "__main__":
    peers.main({"cdist": cdist_method, "dist": dist_method})
