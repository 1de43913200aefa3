using PyramidOT.Data;

namespace PyramidOT.Cli;

/// <summary>A .npy file of histograms, read and checked.</summary>
/// <param name="FilePath">The file, as the user named it.</param>
/// <param name="Shape">Its shape, (d, n) or (problems, d, n): what is written for it has the same.</param>
/// <param name="Histograms">What it holds.</param>
internal sealed record HistogramFile(string FilePath, long[] Shape, MarginalHistograms Histograms)
{
    // Masses and their gradient, both in float64, and a copy of each on the way.
    private const int BytesOfElement = 32;

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="rule">What is done about totals.</param>
    /// <param name="engine">Where the histograms must have room.</param>
    /// <exception cref="InputException">
    /// The file is not there, may not be read or is too large; or it holds histograms that are none. The message names problem, histogram and bin.
    /// </exception>
    /// <exception cref="NpyFormatException">The file is no .npy file of float32 or float64 in two or three dimensions, or is cut short.</exception>
    public static HistogramFile Load(string path, MassRule rule, ComputeEngine engine)
    {
        long[] shape = FileErrors.Named(path, () =>
        {
            using NpyReader reader = NpyReader.Open(path);

            // Before any of it is allocated: systems promise memory that they do not have, and end the process when it is used.
            return (Int128)reader.Header.ElementCount * BytesOfElement <= engine.Info.MemoryBytes
                ? reader.Header.Shape.ToArray()
                : throw new InputException(
                    $"{path}: histograms of shape {reader.Header.ShapeText} do not fit in the memory of the {engine.Info.Kind.ToName()} engine");
        });
        try
        {
            return new(path, shape, FileErrors.Named(path, () => MarginalHistograms.Load(path, new() { Masses = rule })));
        }
        catch (ArgumentException exception)
        {
            throw new InputException($"{path}: {Told(Failure.MessageOf(exception))}", exception);
        }
    }

    /// <summary>Writes numbers of the histograms' shape, float64.</summary>
    /// <exception cref="InputException">The file cannot be written.</exception>
    public void Write(string path, ReadOnlySpan<double> numbers)
    {
        try
        {
            NpyWriter.Save(path, numbers, Shape);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Told as all others are.
            FileErrors.Named(path, () => throw exception);
        }
    }

    // The library's sentences become the clause behind the file's name.
    private static string Told(string message) =>
        (message.Length > 1 && char.IsUpper(message[0]) ? char.ToLowerInvariant(message[0]) + message[1..] : message)
        .TrimEnd('.').Replace(", or else be normalised", ", unless --normalize is given", StringComparison.Ordinal);
}
