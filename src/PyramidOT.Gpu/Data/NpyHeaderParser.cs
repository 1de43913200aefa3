using System.Collections.Immutable;
using System.Globalization;

namespace PyramidOT.Data;

/// <summary>
/// Parses the text of a .npy header, a Python dict literal such as
/// <c>{'descr': '&lt;f4', 'fortran_order': False, 'shape': (3, 4), }</c>, without evaluating anything: keys in any order,
/// white space anywhere, trailing commas, both kinds of quotes, and Python 2's <c>3L</c> and <c>u''</c>.
/// </summary>
internal ref struct NpyHeaderParser
{
    private readonly string _path;
    private readonly ReadOnlySpan<char> _text;
    private int _at;

    public NpyHeaderParser(string path, ReadOnlySpan<char> text)
    {
        _path = path;
        _text = text;
    }

    public NpyHeader Parse(long dataOffset)
    {
        string? descr = null;
        bool? isFortranOrder = null;
        ImmutableArray<long>? shape = null;

        Expect('{');
        while (!TryTake('}'))
        {
            string key = TakeString("a key");
            Expect(':');
            bool isRepeated;
            switch (key)
            {
                case "descr":
                    isRepeated = descr is not null;
                    descr = TakeDescr();
                    break;
                case "fortran_order":
                    isRepeated = isFortranOrder is not null;
                    isFortranOrder = TakeBoolean();
                    break;
                case "shape":
                    isRepeated = shape is not null;
                    shape = TakeShape();
                    break;
                default:
                    throw Damaged($"unknown key '{Printable(key)}'");
            }

            if (isRepeated)
                throw Damaged($"the key '{key}' stands there twice");
            if (!TryTake(','))
            {
                Expect('}');
                break;
            }
        }

        if (Peek() != '\0')
            throw Damaged($"'{Peek()}' after the closing brace");
        if (descr is null || isFortranOrder is null || shape is null)
            throw Damaged($"the key '{(descr is null ? "descr" : isFortranOrder is null ? "fortran_order" : "shape")}' is missing");

        if (!NpyElementTypeFacts.TryParse(descr, out NpyElementType type, out bool isBigEndian))
            throw Unaccepted($"'{Printable(descr)}'", NpyElementTypeFacts.DescribeUnaccepted(descr));
        if (!NpyHeader.TryCount(shape.Value.AsSpan(), type, out long count))
            throw new NpyFormatException(_path, $"has shape {NpyHeader.FormatShape(shape.Value.AsSpan())}, more elements than any file can hold");
        return new NpyHeader(type, isBigEndian, isFortranOrder.Value, shape.Value, count, dataOffset);
    }

    private string TakeDescr()
    {
        if (Peek() is '\'' or '"' or 'u' or 'b')
            return TakeString("the value of 'descr'");

        // A list of fields, or a tuple of a type and a sub-array's shape. It is skipped rather than understood, and in a loop:
        // brackets nested a million deep must not overflow the stack.
        int start = _at;
        for (int depth = 0; Peek() is char c and not '\0' && (depth > 0 || c is not (',' or '}'));)
        {
            if (c is '\'' or '"')
            {
                TakeString("a name");
                continue;
            }

            depth += c is '[' or '(' or '{' ? 1 : c is ']' or ')' or '}' ? -1 : 0;
            _at++;
        }

        string found = Printable(_text[start.._at].Trim());
        throw Unaccepted(found, found.StartsWith('[') ? "a structured type" : "not a plain type");
    }

    private bool TakeBoolean()
    {
        ReadOnlySpan<char> word = TakeWord();
        return word switch
        {
            "True" => true,
            "False" => false,
            _ => throw Damaged($"'fortran_order' is '{Printable(word)}', neither True nor False"),
        };
    }

    private ImmutableArray<long> TakeShape()
    {
        const string Expected = "'shape' is not a tuple of whole numbers";
        if (!TryTake('('))
            throw Damaged(Expected);
        ImmutableArray<long>.Builder shape = ImmutableArray.CreateBuilder<long>();
        while (!TryTake(')'))
        {
            ReadOnlySpan<char> word = TakeWord();
            if (word is [.., 'L' or 'l'])
                word = word[..^1];
            if (word.IsEmpty || word.TrimStart('-').ContainsAnyExceptInRange('0', '9'))
                throw Damaged(Expected);
            if (word[0] == '-')
                throw Damaged($"'shape' has the negative extent {Printable(word)}");
            if (!long.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out long extent))
                throw Damaged($"'shape' has the extent {Printable(word)}, which is more than any file can hold");
            shape.Add(extent);
            if (shape.Count > NpyHeader.MaxDimensions)
                throw Damaged($"'shape' has more than {NpyHeader.MaxDimensions} dimensions");

            // Without the comma '(3)' is a number in Python, not a tuple, but it can mean nothing else here.
            if (!TryTake(','))
            {
                Expect(')');
                break;
            }
        }

        return shape.DrainToImmutable();
    }

    /// <summary>Takes the letters, digits and signs up to the next white space, bracket, comma, quote or colon.</summary>
    private ReadOnlySpan<char> TakeWord()
    {
        Peek();
        int start = _at;
        while (_at < _text.Length && (char.IsAsciiLetterOrDigit(_text[_at]) || _text[_at] is '-' or '+' or '.' or '_'))
            _at++;
        return _text[start.._at];
    }

    private string TakeString(string what)
    {
        // NumPy under Python 2 could write u'' for keys; b'' is harmless.
        if (Peek() is 'u' or 'b' && _at + 1 < _text.Length && _text[_at + 1] is '\'' or '"')
            _at++;
        char quote = Peek();
        if (quote is not ('\'' or '"'))
            throw Damaged(quote == '\0' ? $"it ends where {what} was expected" : $"'{Printable([quote])}' where {what} was expected");
        int start = ++_at;
        while (_at < _text.Length && _text[_at] != quote)
        {
            // Escapes occur in field names only, which are never looked at: it is enough not to take an escaped quote for the end.
            _at += _text[_at] == '\\' ? 2 : 1;
        }

        if (_at >= _text.Length)
            throw Damaged("a string does not end");
        return _text[start.._at++].ToString();
    }

    /// <summary>Skips white space and returns the next character without taking it, or NUL at the end.</summary>
    private char Peek()
    {
        while (_at < _text.Length && char.IsWhiteSpace(_text[_at]))
            _at++;
        return _at < _text.Length ? _text[_at] : '\0';
    }

    private bool TryTake(char wanted)
    {
        if (Peek() != wanted)
            return false;
        _at++;
        return true;
    }

    private void Expect(char wanted)
    {
        char found = Peek();
        if (found != wanted)
            throw Damaged(found == '\0' ? $"it ends where '{wanted}' was expected" : $"'{Printable([found])}' where '{wanted}' was expected");
        _at++;
    }

    private readonly NpyFormatException Damaged(string problem) =>
        new(_path, $"has a damaged .npy header: {problem}");

    private readonly NpyFormatException Unaccepted(string found, string meaning) =>
        new(_path, $"holds dtype {found} ({meaning}); accepted are {NpyElementTypeFacts.Accepted}");

    /// <summary>Text from the file, made fit for one line of a message: no control characters, not too long.</summary>
    private static string Printable(ReadOnlySpan<char> text)
    {
        const int Longest = 80;
        string shown = string.Create(Math.Min(text.Length, Longest), text, static (span, from) =>
        {
            for (int i = 0; i < span.Length; i++)
                span[i] = char.IsControl(from[i]) ? '?' : from[i];
        });
        return text.Length > Longest ? shown + "..." : shown;
    }
}
