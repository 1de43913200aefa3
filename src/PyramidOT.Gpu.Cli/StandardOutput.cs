using System.Text.Json;

namespace PyramidOT.Cli;

/// <summary>Where a verb's result goes.</summary>
internal static class StandardOutput
{
    /// <summary>Writes a result, as one JSON object or for people.</summary>
    /// <param name="isJson">Whether as JSON.</param>
    /// <param name="writeJson">Writes the properties of the JSON object.</param>
    /// <param name="writeText">Writes it for people.</param>
    /// <exception cref="InputException">It cannot be written.</exception>
    public static void Write(bool isJson, Action<Utf8JsonWriter> writeJson, Action writeText) => FileErrors.Named("standard output", () =>
    {
        if (isJson)
        {
            JsonResult.Write(writeJson);
        }
        else
        {
            writeText();
        }
    });
}
