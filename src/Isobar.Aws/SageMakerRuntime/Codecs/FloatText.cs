using System.Buffers;
using System.Buffers.Text;
using System.Globalization;

namespace Isobar.Aws.SageMakerRuntime.Codecs;

/// <summary>Numbers as text over UTF-8, without a string in between.</summary>
internal static class FloatText
{
    private static ReadOnlySpan<float> PowersOfTen => [1e0f, 1e1f, 1e2f, 1e3f, 1e4f, 1e5f, 1e6f, 1e7f, 1e8f, 1e9f, 1e10f];

    /// <summary>Reads a whole cell, blanks around it allowed.</summary>
    public static bool TryParse(ReadOnlySpan<byte> cell, out float value)
    {
        cell = cell.Trim(" \t\r"u8);
        return TryParseShort(cell, out value) || TryParseAny(cell, out value);
    }

    /// <summary>Writes a number as Python's <c>repr</c> does, as SageMaker's containers answer.</summary>
    public static void Write(IBufferWriter<byte> to, double value)
    {
        var span = to.GetSpan(40);
        to.Advance(Format(value, span));
    }

    /// <summary>Writes a number that is whole as an integer.</summary>
    public static void WriteWhole(IBufferWriter<byte> to, double value)
    {
        var span = to.GetSpan(32);
        Utf8Formatter.TryFormat((long)value, span, out var written);
        to.Advance(written);
    }

    private static int Format(double value, Span<byte> to)
    {
        if (!double.IsFinite(value)) return Put(double.IsNaN(value) ? "nan"u8 : value > 0 ? "inf"u8 : "-inf"u8, to);
        value.TryFormat(to, out var written, default, CultureInfo.InvariantCulture);
        var text = to[..written];
        var exponent = text.IndexOf((byte)'E');
        if (exponent < 0)
        {
            if (text.Contains((byte)'.')) return written;
            if (Math.Abs(value) >= 1e16) return Scientific(text, to);
            return written + Put(".0"u8, to[written..]);
        }
        // Python writes an exponent from 1e+16 on, .NET a little earlier or later by value; below one both begin at 1E-05.
        if (text[exponent + 1] == '+' && Math.Abs(value) < 1e16)
        {
            value.TryFormat(to, out written, "F1", CultureInfo.InvariantCulture);
            return written;
        }
        text[exponent] = (byte)'e';
        return written;
    }

    /// <summary>Turns the digits of a whole number into d.ddde+XX.</summary>
    private static int Scientific(ReadOnlySpan<byte> digits, Span<byte> to)
    {
        Span<byte> copy = stackalloc byte[40];
        digits.CopyTo(copy);
        var sign = copy[0] == '-' ? 1 : 0;
        var kept = copy[sign..digits.Length].TrimEnd((byte)'0');
        var at = sign;
        to[at++] = kept[0];
        if (kept.Length > 1)
        {
            to[at++] = (byte)'.';
            at += Put(kept[1..], to[at..]);
        }
        at += Put("e+"u8, to[at..]);
        Utf8Formatter.TryFormat(digits.Length - sign - 1, to[at..], out var written);
        return at + written;
    }

    // A number of at most 24 bits and ten decimals divides exactly rounded in single precision (Clinger, 1990): most cells are such.
    private static bool TryParseShort(ReadOnlySpan<byte> cell, out float value)
    {
        value = 0;
        var negative = cell.Length > 0 && cell[0] == '-';
        var i = negative ? 1 : 0;
        if (i == cell.Length) return false;
        uint mantissa = 0;
        int point = -1, digits = 0;
        for (; i < cell.Length; i++)
        {
            var digit = (uint)(cell[i] - '0');
            if (digit <= 9)
            {
                mantissa = mantissa * 10 + digit;
                if (++digits > 9) return false;
            }
            else if (cell[i] == '.' && point < 0) point = i;
            else return false;
        }
        var decimals = point < 0 ? 0 : cell.Length - 1 - point;
        if (digits == 0 || mantissa > 1 << 24 || decimals > 10) return false;
        value = mantissa / PowersOfTen[decimals];
        if (negative) value = -value;
        return true;
    }

    private static bool TryParseAny(ReadOnlySpan<byte> cell, out float value)
    {
        if (float.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out value)) return true;
        value = float.NaN;
        if (cell.Length is < 3 or > 9) return false;
        var negative = cell[0] == '-';
        var word = cell[(negative || cell[0] == '+' ? 1 : 0)..];
        if (System.Text.Ascii.EqualsIgnoreCase(word, "nan"u8)) return true;
        if (!System.Text.Ascii.EqualsIgnoreCase(word, "inf"u8) && !System.Text.Ascii.EqualsIgnoreCase(word, "infinity"u8)) return false;
        value = negative ? float.NegativeInfinity : float.PositiveInfinity;
        return true;
    }

    private static int Put(ReadOnlySpan<byte> text, Span<byte> to)
    {
        text.CopyTo(to);
        return text.Length;
    }
}
