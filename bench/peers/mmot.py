"""Multi-marginal transport for the range cost, value and gradient, between the d histograms of each of some (problems, d, n) problems."""

import peers


def results(outputs):
    """Values, then the values of the duals."""
    import numpy

    values, duals = outputs
    return numpy.concatenate([values, duals])


def numpy_method(histograms):
    import numpy

    problems, d, n = histograms.shape
    gradients = numpy.empty_like(histograms)

    def solve(part, to):
        # The closed form, on as many problems at a time as stay in a cache.
        cumulative = numpy.cumsum(part[:, :, :-1], axis=2, dtype=numpy.float64)
        low = cumulative.argmin(axis=1)[:, None]
        high = d - 1 - cumulative[:, ::-1].argmax(axis=1)[:, None]
        steps = numpy.zeros(cumulative.shape, dtype=numpy.float32)
        numpy.put_along_axis(steps, low, 1, axis=1)

        # Where one histogram is both, all are equal, and it stays where it is.
        numpy.put_along_axis(steps, high, numpy.take_along_axis(steps, high, axis=1) - 1, axis=1)
        to[:, :, 0] = 0
        numpy.cumsum(steps, axis=2, out=to[:, :, 1:])
        spread = numpy.take_along_axis(cumulative, high, axis=1) - numpy.take_along_axis(cumulative, low, axis=1)
        return spread.sum(axis=(1, 2))

    def call():
        values = numpy.empty(problems)
        for start in range(0, problems, 50):
            values[start : start + 50] = solve(histograms[start : start + 50], gradients[start : start + 50])
        return values

    def duals(values):
        return values, numpy.einsum("bji,bji->b", histograms.astype(numpy.float64), gradients.astype(numpy.float64))

    return call, lambda values: results(duals(values))


def pot_method(histograms):
    import numpy

    # Came with POT 0.9.1.
    from ot.lp import dmmot_monge_1dgrid_loss

    # A histogram a column, in float64, which it computes in anyway.
    columns = [numpy.ascontiguousarray(problem.T, dtype=numpy.float64) for problem in histograms]

    def call():
        logs = [dmmot_monge_1dgrid_loss(problem, log=True)[1] for problem in columns]
        return [log["primal objective"] for log in logs], [log["dual objective"] for log in logs]

    return call, results


if __name__ == "__main__":
    peers.main({"numpy": numpy_method, "pot": pot_method})
