namespace PyramidOT.Alignment;

/// <summary>Smaller problems that resemble the matching of two clouds, of as many points on both sides.</summary>
internal interface ICoarsePairs
{
    /// <summary>Numbers of points, the smallest last; empty where the clouds themselves are small.</summary>
    Stack<int> Sizes { get; }

    /// <summary>The problem of that many points.</summary>
    (PointCloud Rows, PointCloud Columns) OfSize(int size);

    /// <summary>A matching of all points, in their order, that does what a matching of such a problem says; null where too little is known of the others.</summary>
    int[]? Whole(int[] columnOf);
}
