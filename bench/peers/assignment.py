"""Linear assignment: the matrices of a (B, n, n) file, one after the other. Both peers work in float64, and get it."""

import peers


def scipy_method(costs):
    import numpy
    from scipy.optimize import linear_sum_assignment

    costs = costs.astype(numpy.float64)

    def call():
        return [linear_sum_assignment(matrix) for matrix in costs]

    return call, lambda matchings: [matrix[matching].sum() for matrix, matching in zip(costs, matchings)]


def emd_method(costs):
    import numpy
    import ot

    costs = costs.astype(numpy.float64)
    n = costs.shape[1]
    weights = numpy.full(n, 1 / n)

    def call():
        # The default limit of 100,000 pivots would end the larger problems before the optimum.
        return [ot.emd(weights, weights, matrix, numItermax=100_000_000) for matrix in costs]

    return call, lambda plans: [n * (plan * matrix).sum() for matrix, plan in zip(costs, plans)]


if __name__ == "__main__":
    peers.main({"scipy": scipy_method, "emd": emd_method})
