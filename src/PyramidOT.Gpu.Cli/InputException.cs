namespace PyramidOT.Cli;

/// <summary>Something that the user gave cannot be used. The message is one line that names it: a file, an option, a variable.</summary>
internal sealed class InputException(string message, Exception? innerException = null) : Exception(message, innerException);
