using System.Globalization;

namespace ColourTransfer;

/// <summary>What the command line asks for.</summary>
internal sealed record Options
{
    public const string Usage =
        "Usage: ColourTransfer [PICTURE.ppm PALETTE.ppm] [--out RESULT.ppm] [--samples N] [--batch-size N] [--neighbours 1..32] [--seed S]";

    /// <summary>The picture to change; null for the built-in one.</summary>
    public string? Picture { get; init; }

    /// <summary>The picture whose colours it is to get; null for the built-in one.</summary>
    public string? Palette { get; init; }

    /// <summary>Where to write the result.</summary>
    public string Out { get; init; } = "result.ppm";

    /// <summary>Pixels of each picture that are coupled.</summary>
    public int Samples { get; init; } = 4000;

    /// <summary>Pairs of a mini-batch; null for a matching of the whole samples.</summary>
    public int? BatchSize { get; init; }

    /// <summary>Sampled colours that another one follows.</summary>
    public int Neighbours { get; init; } = 8;

    /// <summary>The seed of samples and coupling.</summary>
    public ulong Seed { get; init; }

    /// <summary>Reads the command line; null where it is not as <see cref="Usage"/> says.</summary>
    public static Options? Read(string[] arguments)
    {
        Options options = new();
        List<string> files = [];
        for (int i = 0; i < arguments.Length; i++)
        {
            string name = arguments[i];
            if (!name.StartsWith("--", StringComparison.Ordinal))
            {
                files.Add(name);
                continue;
            }

            string value = ++i < arguments.Length ? arguments[i] : "";
            bool isNumber = int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number > 0;
            Options? read = name switch
            {
                "--out" when value.Length > 0 => options with { Out = value },
                "--samples" when isNumber => options with { Samples = number },
                "--batch-size" when isNumber => options with { BatchSize = number },
                "--neighbours" when isNumber && number <= 32 => options with { Neighbours = number },
                "--seed" when ulong.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out ulong seed) => options with { Seed = seed },
                _ => null,
            };
            if (read is null)
            {
                return null;
            }

            options = read;
        }

        return files.Count switch
        {
            0 => options,
            2 => options with { Picture = files[0], Palette = files[1] },
            _ => null,
        };
    }
}
