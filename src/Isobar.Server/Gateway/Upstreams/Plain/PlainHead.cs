using System.Text;
using Microsoft.Extensions.Primitives;

namespace Isobar.Server.Gateway.Upstreams.Plain;

/// <summary>The head of an answer (RFC 9112).</summary>
internal sealed class PlainHead
{
    private static readonly string[] UsualTypes = ["application/json", "text/csv", "application/json; charset=utf-8", "text/event-stream", "text/plain"];

    public int Status { get; private set; }
    public string? ContentType { get; private set; }
    public long? ContentLength { get; private set; }
    public bool Chunked { get; private set; }
    public bool KeepsAlive { get; private set; }
    public List<KeyValuePair<string, StringValues>> Headers { get; } = [];

    /// <summary>Whether no body follows, whatever the head says.</summary>
    public bool HasNoBody => Status is 204 or 304 or (>= 100 and < 200);

    /// <summary>Reads a head without its last empty line; null where it is none.</summary>
    public static PlainHead? Parse(ReadOnlySpan<byte> text)
    {
        var line = Line(ref text);
        // HTTP/1.1 200 OK
        if (line.Length < 12 || !line.StartsWith("HTTP/1."u8) || line[8] != ' ' || !Number(line.Slice(9, 3), out var status) || status is < 100 or > 599) return null;
        var head = new PlainHead { Status = (int)status, KeepsAlive = line[7] == '1' };
        while (!text.IsEmpty)
        {
            line = Line(ref text);
            var colon = line.IndexOf((byte)':');
            if (colon <= 0 || line[colon - 1] is (byte)' ' or (byte)'\t' || !head.Add(line[..colon], line[(colon + 1)..].Trim(" \t"u8))) return null;
        }
        return head;
    }

    private bool Add(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (Ascii.EqualsIgnoreCase(name, "content-length"u8))
        {
            // Two lengths that differ are how one answer is made to look like two.
            if (!Number(value, out var length) || (ContentLength is { } other && other != length)) return false;
            ContentLength = length;
        }
        else if (Ascii.EqualsIgnoreCase(name, "content-type"u8)) ContentType = TypeOf(value);
        else if (Ascii.EqualsIgnoreCase(name, "transfer-encoding"u8))
        {
            if (!Ascii.EqualsIgnoreCase(value, "chunked"u8)) return false;
            Chunked = true;
        }
        else if (Ascii.EqualsIgnoreCase(name, "connection"u8))
        {
            if (Ascii.EqualsIgnoreCase(value, "close"u8)) KeepsAlive = false;
            else if (Ascii.EqualsIgnoreCase(value, "keep-alive"u8)) KeepsAlive = true;
        }
        else if (!Ascii.EqualsIgnoreCase(name, "date"u8) && !Ascii.EqualsIgnoreCase(name, "server"u8))
        {
            var text = Encoding.ASCII.GetString(name);
            if (EndToEnd.Passes(text)) Headers.Add(new(text, Encoding.UTF8.GetString(value)));
        }
        return true;
    }

    private static ReadOnlySpan<byte> Line(ref ReadOnlySpan<byte> text)
    {
        var end = text.IndexOf("\r\n"u8);
        var line = end < 0 ? text : text[..end];
        text = end < 0 ? default : text[(end + 2)..];
        return line;
    }

    private static bool Number(ReadOnlySpan<byte> text, out long number)
    {
        number = 0;
        if (text.Length is 0 or > 15) return false;
        foreach (var digit in text)
        {
            if (digit is < (byte)'0' or > (byte)'9') return false;
            number = number * 10 + digit - '0';
        }
        return true;
    }

    private static string TypeOf(ReadOnlySpan<byte> value)
    {
        foreach (var usual in UsualTypes)
            if (Ascii.Equals(value, usual)) return usual;
        return Encoding.ASCII.GetString(value);
    }
}
