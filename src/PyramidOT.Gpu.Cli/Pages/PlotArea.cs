namespace PyramidOT.Cli.Pages;

/// <summary>A place in a picture's own coordinates.</summary>
internal readonly record struct PlotPoint(double X, double Y);

/// <summary>The rectangle of a picture in which marks stand, and where in it a pair of coordinates lies.</summary>
/// <param name="Left">Pixels from the picture's left edge.</param>
/// <param name="Top">Pixels from the picture's upper edge.</param>
/// <param name="Width">In pixels.</param>
/// <param name="Height">In pixels.</param>
/// <param name="X">What the horizontal axis shows.</param>
/// <param name="Y">What the vertical axis shows; it grows upwards.</param>
internal sealed record PlotArea(double Left, double Top, double Width, double Height, PlotRange X, PlotRange Y)
{
    /// <summary>The right edge, in pixels.</summary>
    public double Right => Left + Width;

    /// <summary>The lower edge, in pixels.</summary>
    public double Bottom => Top + Height;

    /// <summary>The same area with the shorter of the two scales stretched, so that a unit is as long on both axes.</summary>
    public PlotArea WithEqualUnits()
    {
        double unitsPerPixel = Math.Max(X.Length / Width, Y.Length / Height);
        return this with { X = X.StretchedTo(unitsPerPixel * Width), Y = Y.StretchedTo(unitsPerPixel * Height) };
    }

    /// <summary>The pixel column of a value.</summary>
    public double XOf(double value) => Left + ((value - X.Low) / X.Length * Width);

    /// <summary>The pixel row of a value.</summary>
    public double YOf(double value) => Bottom - ((value - Y.Low) / Y.Length * Height);
}
