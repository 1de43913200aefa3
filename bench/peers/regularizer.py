"""The multi-marginal distance between the soft histograms of groups, summed over features, and its gradient in (samples, features) activations."""

import peers


def numpy_method(activations, groups, shape):
    import numpy

    group_count, bins = (int(number) for number in shape)
    samples, features = activations.shape
    counts = numpy.bincount(groups, minlength=group_count).astype(numpy.float64)

    # Bins of a feature and group lie side by side; nodes outside the bins have places of their own, whose counts are dropped.
    width = bins + 2
    first = (numpy.arange(features)[None, :] * group_count + groups[:, None]) * width
    last = group_count - 1

    def call():
        squashed = 1 / (1 + numpy.exp(-activations))
        place = bins * (squashed - numpy.float32(1e-4))
        node = numpy.floor(place)
        share = place - node
        at = first + (node.astype(numpy.int64) + 1)
        length = features * group_count * width
        upper = numpy.bincount(at.ravel(), weights=share.ravel(), minlength=length)
        whole = numpy.bincount(at.ravel(), minlength=length)
        touched = whole - upper
        touched[1:] += upper[:-1]
        soft = touched.reshape(features, group_count, width)[:, :, 1:-1] / bins + 1e-4
        totals = soft.sum(axis=2, keepdims=True)
        histograms = soft / totals

        cumulative = numpy.cumsum(histograms[:, :, :-1], axis=2)
        low = cumulative.argmin(axis=1)[:, None]
        high = last - cumulative[:, ::-1].argmax(axis=1)[:, None]
        loss = (numpy.take_along_axis(cumulative, high, axis=1) - numpy.take_along_axis(cumulative, low, axis=1)).sum()
        steps = numpy.zeros_like(cumulative)
        numpy.put_along_axis(steps, low, 1, axis=1)
        numpy.put_along_axis(steps, high, numpy.take_along_axis(steps, high, axis=1) - 1, axis=1)
        slopes = numpy.zeros((features, group_count, width + 1))
        numpy.cumsum(steps, axis=2, out=slopes[:, :, 2:-2])
        inner = slopes[:, :, 1:-2]
        inner -= (inner * histograms).sum(axis=2, keepdims=True)
        inner /= totals

        # A sample at place y gives node k its share, and what it has not to node k - 1.
        table = (slopes[:, :, 1:] - slopes[:, :, :-1])[:, :, : width].astype(numpy.float32).ravel()
        gradient = table[at] * (squashed * (1 - squashed))
        return loss, gradient

    def results(outputs):
        loss, gradient = outputs
        return [loss, numpy.abs(gradient).sum(dtype=numpy.float64)]

    assert counts.min() > 0
    return call, results


if __name__ == "__main__":
    peers.main({"numpy": numpy_method})
