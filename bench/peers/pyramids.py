"""The pooled distance between two (n, d) clouds: the root of the mean squared distance of pairs that mini-batches, or POT's ot.bsp, couple."""

import math

import peers


def solve_batches(source, target, rows, columns, size, costs):
    import numpy
    from scipy.optimize import linear_sum_assignment

    total = 0.0
    for start in range(0, len(rows), size):
        batch = slice(start, start + size)
        matrix = costs(source[rows[batch]], target[columns[batch]])
        total += matrix[linear_sum_assignment(matrix)].sum(dtype=numpy.float64)
    return math.sqrt(total / len(rows))


def random_batches(source, target, size, costs):
    import numpy

    random = numpy.random.default_rng(1)

    def call():
        rows, columns = random.permutation(len(source)), random.permutation(len(target))
        return solve_batches(source, target, rows, columns, size, costs)

    return call, lambda distance: [distance]


def matmul_costs(x, y):
    import numpy

    # |x - y|^2 = |x|^2 + |y|^2 - 2 x y, in float32 as they come: a matrix product by BLAS.
    matrix = x @ y.T
    matrix *= -2
    matrix += numpy.einsum("ij,ij->i", x, x)[:, None]
    matrix += numpy.einsum("ij,ij->i", y, y)
    return matrix


def cdist_method(source, target, size):
    import numpy
    from scipy.spatial.distance import cdist

    source, target = source.astype(numpy.float64), target.astype(numpy.float64)
    return random_batches(source, target, int(size[0]), lambda x, y: cdist(x, y, "sqeuclidean"))


def numpy_method(source, target, size):
    return random_batches(source, target, int(size[0]), matmul_costs)


def pairs_method(source, target, size, rows, columns):
    def call():
        return solve_batches(source, target, rows, columns, int(size[0]), matmul_costs)

    return call, lambda distance: [distance]


def bsp_method(source, target):
    import numpy
    from ot import bsp  # since POT 0.9.7

    source, target = source.astype(numpy.float64), target.astype(numpy.float64)

    def call():
        return bsp.compute_bspot_bijection(source, target)[1]

    def results(columns):
        if not numpy.array_equal(numpy.sort(columns), numpy.arange(len(target))):
            raise ValueError("ot.bsp gave no bijection")
        return [math.sqrt(numpy.square(source - target[columns]).sum(axis=1).mean())]

    return call, results


if __name__ == "__main__":
    peers.main({"cdist": cdist_method, "numpy": numpy_method, "pairs": pairs_method, "bsp": bsp_method})
