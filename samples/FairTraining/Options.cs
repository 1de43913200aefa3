using System.Globalization;

namespace FairTraining;

/// <summary>What the command line asks for.</summary>
internal sealed record Options(bool Quick, int Seeds, IReadOnlyList<int> Groups)
{
    public const string Usage = "Usage: FairTraining [--quick] [--seeds 1..100] [--groups 2|9|both]";

    /// <summary>Reads the command line; null where it is not as <see cref="Usage"/> says.</summary>
    public static Options? Read(string[] arguments)
    {
        bool quick = false;
        int? seeds = null;
        int[] groups = [2, 9];
        for (int i = 0; i < arguments.Length; i++)
        {
            string? value = i + 1 < arguments.Length ? arguments[i + 1] : null;
            if (arguments[i] == "--quick")
            {
                quick = true;
            }
            else if (arguments[i] == "--seeds" && int.TryParse(value, CultureInfo.InvariantCulture, out int count) && count is >= 1 and <= 100)
            {
                seeds = count;
                i++;
            }
            else if (arguments[i] == "--groups" && value is "2" or "9" or "both")
            {
                groups = value == "both" ? [2, 9] : [int.Parse(value, CultureInfo.InvariantCulture)];
                i++;
            }
            else
            {
                return null;
            }
        }

        return new(quick, seeds ?? (quick ? 1 : 3), groups);
    }
}
