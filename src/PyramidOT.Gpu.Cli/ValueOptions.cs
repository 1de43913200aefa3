using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text.Json;

namespace PyramidOT.Cli;

/// <summary>Options that are a number of a range or one of a few names, and the words in which another value is refused.</summary>
internal static class ValueOptions
{
    /// <summary>A whole number.</summary>
    /// <param name="name">The option.</param>
    /// <param name="least">The least that is accepted.</param>
    /// <param name="standard">The value where the option is not given; null where it must be.</param>
    /// <param name="description">What it means.</param>
    public static Option<int> WholeNumber(string name, int least, int? standard, string description)
    {
        Option<int> option = new(name)
        {
            HelpName = "N",
            Description = description,
            Required = standard is null,
            CustomParser = result => ParseWhole(result, name, least),
        };
        if (standard is { } value)
        {
            option.DefaultValueFactory = _ => value;
        }

        return option;
    }

    /// <summary>A whole number whose absence means something.</summary>
    /// <param name="name">The option.</param>
    /// <param name="least">The least that is accepted.</param>
    /// <param name="description">What it means.</param>
    public static Option<int?> OptionalNumber(string name, int least, string description) => new(name)
    {
        HelpName = "N",
        Description = description,
        CustomParser = result => ParseWhole(result, name, least),
    };

    /// <summary>A number of a range.</summary>
    /// <param name="name">The option.</param>
    /// <param name="helpName">What stands for its value.</param>
    /// <param name="least">The least that is accepted.</param>
    /// <param name="most">The largest that is accepted.</param>
    /// <param name="standard">The value where the option is not given; null where it must be.</param>
    /// <param name="description">What it means.</param>
    public static Option<double> RealNumber(string name, string helpName, double least, double most, double? standard, string description)
    {
        Option<double> option = new(name)
        {
            HelpName = helpName,
            Description = description,
            Required = standard is null,
            CustomParser = result => ParseReal(result, name, least, most),
        };
        if (standard is { } value)
        {
            option.DefaultValueFactory = _ => value;
        }

        return option;
    }

    /// <summary>A number of a range whose absence means something.</summary>
    /// <param name="name">The option.</param>
    /// <param name="helpName">What stands for its value.</param>
    /// <param name="least">The least that is accepted.</param>
    /// <param name="most">The largest that is accepted.</param>
    /// <param name="description">What it means.</param>
    public static Option<double?> OptionalRealNumber(string name, string helpName, double least, double most, string description) => new(name)
    {
        HelpName = helpName,
        Description = description,
        CustomParser = result => ParseReal(result, name, least, most),
    };

    /// <summary><c>--seed</c>.</summary>
    /// <param name="description">What is drawn.</param>
    public static Option<ulong> Seed(string description) => new("--seed")
    {
        HelpName = "S",
        Description = description,
        DefaultValueFactory = _ => 0,
        CustomParser = result =>
        {
            if (ulong.TryParse(result.Tokens[0].Value, NumberStyles.None, CultureInfo.InvariantCulture, out ulong value))
            {
                return value;
            }

            result.AddError($"--seed: '{result.Tokens[0].Value}' is not a whole number from 0 to {ulong.MaxValue}");
            return 0;
        },
    };

    /// <summary><c>--p</c>, the exponent of a ground cost.</summary>
    public static Option<double> Exponent() => new("--p")
    {
        HelpName = "P",
        Description = "The exponent of the ground distance: W_p is estimated.",
        DefaultValueFactory = _ => 2,
        CustomParser = result =>
        {
            if (double.TryParse(result.Tokens[0].Value, NumberStyles.Float, CultureInfo.InvariantCulture, out double value)
                && value >= 1 && double.IsFinite(value))
            {
                return value;
            }

            result.AddError($"--p: '{result.Tokens[0].Value}' is not a finite number of at least 1");
            return 2;
        },
    };

    /// <summary>One of the names of an enumeration's values; the value 0 where the option is not given.</summary>
    /// <param name="name">The option.</param>
    /// <param name="description">What it chooses.</param>
    public static Option<T> Choice<T>(string name, string description)
        where T : struct, Enum
    {
        Option<T> option = new(name)
        {
            HelpName = string.Join('|', NamesOf<T>()),
            Description = $"{description} Default: {ToName(default(T))}.",
            CustomParser = result => Parse<T>(result, name),
        };
        option.CompletionSources.Add(NamesOf<T>());
        return option;
    }

    /// <summary>An argument that is one of the names of an enumeration's values.</summary>
    /// <param name="name">The argument.</param>
    /// <param name="description">What it chooses.</param>
    public static Argument<T> ChoiceArgument<T>(string name, string description)
        where T : struct, Enum
    {
        Argument<T> argument = new(name)
        {
            HelpName = name,
            Description = $"{description} One of {string.Join(", ", NamesOf<T>())}.",
            CustomParser = result => Parse<T>(result, name),
        };
        argument.CompletionSources.Add(NamesOf<T>());
        return argument;
    }

    /// <summary>The name of an enumeration's value on a command line and in JSON: <c>two-words</c> for <c>TwoWords</c>.</summary>
    public static string ToName<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());

    private static int ParseWhole(ArgumentResult result, string name, int least)
    {
        if (int.TryParse(result.Tokens[0].Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value) && value >= least)
        {
            return value;
        }

        result.AddError($"{name}: '{result.Tokens[0].Value}' is not a whole number from {least} to {int.MaxValue}");
        return least;
    }

    private static double ParseReal(ArgumentResult result, string name, double least, double most)
    {
        if (double.TryParse(result.Tokens[0].Value, NumberStyles.Float, CultureInfo.InvariantCulture, out double value)
            && value >= least && value <= most)
        {
            return value;
        }

        result.AddError(string.Create(CultureInfo.InvariantCulture, $"{name}: '{result.Tokens[0].Value}' is not a number from {least} to {most}"));
        return least;
    }

    /// <summary>The value of an enumeration that an argument names.</summary>
    /// <param name="result">The argument, which receives the complaint about another name.</param>
    /// <param name="name">The option.</param>
    public static T Parse<T>(ArgumentResult result, string name)
        where T : struct, Enum
    {
        foreach (T value in Enum.GetValues<T>())
        {
            if (string.Equals(ToName(value), result.Tokens[0].Value, StringComparison.OrdinalIgnoreCase))
            {
                return value;
            }
        }

        result.AddError($"{name}: '{result.Tokens[0].Value}' is none of {string.Join(", ", NamesOf<T>())}");
        return default;
    }

    private static string[] NamesOf<T>()
        where T : struct, Enum => [.. Enum.GetValues<T>().Select(ToName)];
}
