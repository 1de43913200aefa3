"""Entropic transport with equal weights: the matrices of a (B, n, m) file, one after the other, with a given epsilon, up to a given L1 error or number of iterations."""

import math

import peers


def sinkhorn(method, costs, settings):
    import numpy
    import ot

    epsilon, error, iterations = settings
    costs = costs.astype(numpy.float64)
    rows, columns = (numpy.full(size, 1 / size) for size in costs.shape[1:])

    # POT stops on the 2-norm of the columns' error; the 1-norm is at most sqrt(n) times that.
    threshold = error / math.sqrt(len(columns))

    def call():
        return [
            ot.sinkhorn(rows, columns, matrix, epsilon, method=method, numItermax=int(iterations), stopThr=threshold, warn=False)
            for matrix in costs
        ]

    def results(plans):
        return [(plan * matrix).sum() for matrix, plan in zip(costs, plans)]

    def largest_error(plans):
        return max(abs(plan.sum(axis=1) - rows).sum() + abs(plan.sum(axis=0) - columns).sum() for plan in plans)

    return call, results, largest_error


if __name__ == "__main__":
    peers.main({method: lambda *arrays, method=method: sinkhorn(method, *arrays) for method in ("sinkhorn", "sinkhorn_log")})
