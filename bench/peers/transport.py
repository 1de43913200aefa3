"""Exact transport: the matrices of a (B, n, m) file with the weights of (B, n) and (B, m), one after the other. POT works in float64."""

import peers


def emd_method(costs, rows, columns):
    import numpy
    import ot

    costs, rows, columns = (array.astype(numpy.float64) for array in (costs, rows, columns))

    def call():
        # The default limit of 100,000 pivots would end the larger problems before the optimum.
        return [ot.emd(a, b, matrix, numItermax=100_000_000) for matrix, a, b in zip(costs, rows, columns)]

    return call, lambda plans: [(plan * matrix).sum() for matrix, plan in zip(costs, plans)]


if __name__ == "__main__":
    peers.main({"emd": emd_method})
