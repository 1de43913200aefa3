namespace ColourTransfer;

/// <summary>A picture: red, green and blue of each pixel, 0 to 255, row by row from the top.</summary>
internal sealed class PpmImage
{
    public PpmImage(int width, int height, byte[] colours)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(colours.Length, 3L * width * height, nameof(colours));
        (Width, Height, Colours) = (width, height, colours);
    }

    public int Width { get; }

    public int Height { get; }

    public int Pixels => Width * Height;

    public byte[] Colours { get; }

    /// <summary>Writes it as a binary PPM file (P6).</summary>
    public void Save(string path)
    {
        using FileStream file = File.Create(path);
        file.Write(System.Text.Encoding.ASCII.GetBytes($"P6\n{Width} {Height}\n255\n"));
        file.Write(Colours);
    }
}
