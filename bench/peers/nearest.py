"""The nearest of k centres for each of n points: its number and its squared distance, both in float32 as they come."""

import peers


def vq_method(points, centres):
    import numpy
    from scipy.cluster.vq import vq

    def call():
        return vq(points, centres, check_finite=False)

    return call, lambda outputs: numpy.square(outputs[1], dtype=numpy.float64)


def matmul_method(points, centres):
    import numpy

    def call():
        # |x - c|^2 = |x|^2 + (|c|^2 - 2 x c); the first term is the same for all centres.
        scores = points @ centres.T
        scores *= -2
        scores += numpy.einsum("ij,ij->i", centres, centres)
        nearest = scores.argmin(axis=1)
        least = numpy.take_along_axis(scores, nearest[:, None], axis=1)[:, 0]
        return nearest, least + numpy.einsum("ij,ij->i", points, points)

    return call, lambda outputs: outputs[1]


if __name__ == "__main__":
    peers.main({"vq": vq_method, "matmul": matmul_method})
