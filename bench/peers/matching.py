"""Whole matchings: all squared distances of two clouds as one matrix, and the optimal assignment of it."""

import resource

import peers


def scipy_method(source, target):
    import numpy
    from scipy.optimize import linear_sum_assignment
    from scipy.spatial.distance import cdist

    source = source.astype(numpy.float64)
    target = target.astype(numpy.float64)

    def call():
        costs = cdist(source, target, "sqeuclidean")
        rows, columns = linear_sum_assignment(costs)
        return costs[rows, columns].mean()

    # Kilobytes on Linux.
    return call, lambda mean: [mean, 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss]


if __name__ == "__main__":
    peers.main({"scipy": scipy_method})
