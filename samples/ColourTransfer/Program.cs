using System.Diagnostics;
using System.Globalization;
using ColourTransfer;
using PyramidOT;

if (Options.Read(args) is not { } options)
{
    Console.Error.WriteLine(Options.Usage);
    return 2;
}

string file = "";
try
{
    PpmImage picture = options.Picture is null ? BuiltInImages.Bay() : Load(options.Picture);
    PpmImage palette = options.Palette is null ? BuiltInImages.Evening() : Load(options.Palette);
    using ComputeEngine engine = ComputeEngine.Create();
    Stopwatch watch = Stopwatch.StartNew();
    PpmImage result = Transfer.Run(engine, picture, palette, options);
    Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{watch.Elapsed.TotalSeconds:F1} s"));
    Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"sliced distance of the colours to the palette's: {DistanceTo(palette, picture, engine):F2} before, {DistanceTo(palette, result, engine):F2} after"));
    if (options.Picture is null)
    {
        // For looking at the three side by side.
        string folder = Path.GetDirectoryName(options.Out) ?? "";
        Save(picture, Path.Combine(folder, "picture.ppm"));
        Save(palette, Path.Combine(folder, "palette.ppm"));
    }

    Save(result, options.Out);
    return 0;
}
catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidDataException)
{
    Console.Error.WriteLine($"{file}: {exception.Message}");
    return 2;
}

PpmImage Load(string path)
{
    file = path;
    return PpmReader.Read(File.ReadAllBytes(path));
}

void Save(PpmImage image, string path)
{
    file = path;
    image.Save(path);
    Console.WriteLine(path);
}

static double DistanceTo(PpmImage palette, PpmImage image, ComputeEngine engine) =>
    SlicedWasserstein.Evaluate(engine, Transfer.AllColours(image), Transfer.AllColours(palette)).Distance;
