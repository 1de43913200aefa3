using System.Text.Json;

namespace PyramidOT.Cli;

/// <summary>A verb's result as one JSON object on stdout, on one line.</summary>
internal static class JsonResult
{
    private const int LargestPending = 1 << 16;

    /// <summary>Writes the object.</summary>
    /// <param name="writeProperties">Writes what stands between its braces.</param>
    public static void Write(Action<Utf8JsonWriter> writeProperties)
    {
        using Stream stdout = Console.OpenStandardOutput();
        using BufferedStream buffered = new(stdout, LargestPending);
        using Utf8JsonWriter json = new(buffered);
        json.WriteStartObject();
        writeProperties(json);
        json.WriteEndObject();
        json.Flush();
        buffered.WriteByte((byte)'\n');
    }

    /// <summary>Passes on what is written so far, for lists that may be long: the writer itself keeps all of it until the end.</summary>
    public static void FlushIfLarge(this Utf8JsonWriter json)
    {
        if (json.BytesPending > LargestPending)
        {
            json.Flush();
        }
    }

    /// <summary>Writes a number, or null where there is none: JSON knows neither NaN nor infinity.</summary>
    public static void WriteNumberOrNull(this Utf8JsonWriter json, double? value)
    {
        if (value is { } number && double.IsFinite(number))
        {
            json.WriteNumberValue(number);
        }
        else
        {
            json.WriteNullValue();
        }
    }

    /// <summary>Writes a property that is a list of numbers, null for each that does not exist.</summary>
    public static void WriteNumbers(this Utf8JsonWriter json, string name, ReadOnlySpan<double> values)
    {
        json.WriteStartArray(name);
        foreach (double value in values)
        {
            json.WriteNumberOrNull(value);
            json.FlushIfLarge();
        }

        json.WriteEndArray();
    }

    /// <summary>Writes a property that is a number, or null where there is none.</summary>
    public static void WriteNumberOrNull(this Utf8JsonWriter json, string name, double? value)
    {
        json.WritePropertyName(name);
        json.WriteNumberOrNull(value);
    }

    /// <summary>Writes a property that is a whole number, or null where there is none.</summary>
    public static void WriteNumberOrNull(this Utf8JsonWriter json, string name, long? value)
    {
        if (value is { } number)
        {
            json.WriteNumber(name, number);
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
