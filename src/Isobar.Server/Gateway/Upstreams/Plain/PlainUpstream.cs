using System.Buffers;
using System.Net.Sockets;
using System.Text;
using Isobar.Core.Results;
using Isobar.MultiCloud.Failover;
using Microsoft.Extensions.Primitives;

namespace Isobar.Server.Gateway.Upstreams.Plain;

/// <summary>
/// A model server at an http address, over connections of our own: head and body go out in one piece, and an answer that comes in one piece is read in one. It is what
/// is left of HTTP/1.1 when every request is a POST of known length; TLS and everything else goes through <see cref="UrlUpstream"/>. bench/README.md has both.
/// </summary>
internal sealed class PlainUpstream(Uri address, PlainPool pool, UrlUpstream other, TimeProvider time) : IUpstream
{
    private const int Together = 16 * 1024, MaxHead = 15 * 1024;
    private readonly byte[] _start = Encoding.ASCII.GetBytes($"POST {address.PathAndQuery} HTTP/1.1\r\nHost: {address.Authority}\r\nContent-Type: ");

    public string Host => other.Host;

    public string Target => other.Target;

    public Task<string?> ProbeAsync(CancellationToken ct) => other.ProbeAsync(ct);

    public async ValueTask<UpstreamReply> SendAsync(PredictionCall call, CancellationToken ct)
    {
        var connection = pool.Take();
        try
        {
            var fresh = connection is null;
            connection ??= await pool.OpenAsync(ct).ConfigureAwait(false);
            var reply = await AskAsync(connection, call, ct).ConfigureAwait(false);
            if (reply is not null) return reply;
            connection.Dispose();
            // The other side may close a connection that was idle just as a request goes out; that says nothing about it.
            if (fresh || !call.Repeatable) return Broken();
            connection = await pool.OpenAsync(ct).ConfigureAwait(false);
            reply = await AskAsync(connection, call, ct).ConfigureAwait(false);
            if (reply is null) connection.Dispose();
            return reply ?? Broken();
        }
        catch (OperationCanceledException)
        {
            connection?.Dispose();
            return UpstreamReply.Failed(new Error(ErrorCode.DeadlineExceeded, "The model did not answer in time."));
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            connection?.Dispose();
            return connection is null ? UpstreamReply.Failed(new Error(ErrorCode.Unavailable, "The model cannot be reached."), neverSent: true) : Broken();
        }
    }

    private static UpstreamReply Broken() => UpstreamReply.Failed(new Error(ErrorCode.Unavailable, "The model broke off."));

    /// <summary>Null where the connection ended before a word of the answer.</summary>
    private async ValueTask<UpstreamReply?> AskAsync(PlainConnection connection, PredictionCall call, CancellationToken ct)
    {
        var request = ArrayPool<byte>.Shared.Rent(Together);
        try
        {
            var length = Write(call, ref request);
            if (length + call.Body.Length <= request.Length)
            {
                call.Body.Span.CopyTo(request.AsSpan(length));
                await connection.SendAsync(request.AsMemory(0, length + call.Body.Length), ct).ConfigureAwait(false);
            }
            else
            {
                await connection.SendAsync(request.AsMemory(0, length), ct).ConfigureAwait(false);
                await connection.SendAsync(call.Body, ct).ConfigureAwait(false);
            }
        }
        catch (SocketException) when (connection.IsUsed) { return null; }
        finally { ArrayPool<byte>.Shared.Return(request); }

        PlainHead? head;
        do
        {
            int end;
            while ((end = connection.Unread.Span.IndexOf("\r\n\r\n"u8)) < 0)
            {
                if (connection.Unread.Length > MaxHead) return Nonsense(connection);
                bool more;
                try { more = await connection.FillAsync(ct).ConfigureAwait(false); }
                catch (SocketException) when (connection.IsUsed && connection.Unread.IsEmpty) { return null; }
                if (!more) return connection.Unread.IsEmpty ? null : Nonsense(connection);
            }
            head = PlainHead.Parse(connection.Unread.Span[..end]);
            connection.Consume(end + 4);
            if (head is null || head.Status == 101) return Nonsense(connection);
        }
        while (head.Status < 200);
        return await BodyAsync(connection, head, ct).ConfigureAwait(false);
    }

    private async ValueTask<UpstreamReply> BodyAsync(PlainConnection connection, PlainHead head, CancellationToken ct)
    {
        // All of it is there already, as it mostly is.
        if (!head.Chunked && head.ContentLength is { } told && told <= connection.Unread.Length && !head.HasNoBody)
        {
            var whole = ArrayPool<byte>.Shared.Rent(Math.Max(1, (int)told));
            connection.Unread.Span[..(int)told].CopyTo(whole);
            connection.Consume((int)told);
            Release(connection, head);
            return UpstreamReply.Rented(head.Status, head.ContentType, head.Headers, whole, (int)told);
        }
        var body = new PlainBody(connection, head);
        var held = await HeldBody.ReadAsync(body, head.Chunked ? null : head.ContentLength, head.ContentType, ct).ConfigureAwait(false);
        if (!held.IsWhole) return UpstreamReply.Rented(head.Status, head.ContentType, head.Headers, held.Buffer, held.Length, body);
        if (body.IsComplete) Release(connection, head);
        else connection.Dispose();
        return UpstreamReply.Rented(head.Status, head.ContentType, head.Headers, held.Buffer, held.Length);
    }

    private void Release(PlainConnection connection, PlainHead head)
    {
        if (head.KeepsAlive && connection.Unread.IsEmpty && (head.Chunked || head.ContentLength is not null || head.HasNoBody)) pool.Return(connection);
        else connection.Dispose();
    }

    private static UpstreamReply Nonsense(PlainConnection connection)
    {
        connection.Dispose();
        return UpstreamReply.Failed(new Error(ErrorCode.Unavailable, "The model's answer is not HTTP/1.1."));
    }

    private int Write(PredictionCall call, ref byte[] buffer)
    {
        var headers = 128 + call.ContentType.Length * 3 + (call.Accept?.Length ?? 0) * 3 + (call.TraceParent?.Length ?? 0);
        foreach (var (name, value) in call.Headers) headers += name.Length + value.ToString().Length * 3 + 4;
        if (_start.Length + headers + 128 > buffer.Length)
        {
            ArrayPool<byte>.Shared.Return(buffer);
            buffer = ArrayPool<byte>.Shared.Rent(_start.Length + headers + 128);
        }
        var to = new HeadWriter(buffer);
        to.Raw(_start);
        to.Text(call.ContentType);
        to.Raw("\r\nContent-Length: "u8);
        to.Number(call.Body.Length);
        if (call.Accept is { } accept) to.Header("Accept", accept);
        foreach (var (name, value) in call.Headers) to.Header(name, value.ToString());
        if (call.TraceParent is { } trace) to.Header("traceparent", trace);
        if (call.CallersDeadline is { } deadline)
        {
            to.Header(RequestDeadline.Header, deadline.UtcDateTime.ToString("O", System.Globalization.CultureInfo.InvariantCulture));
            to.Header(RequestDeadline.TimeoutHeader, RequestDeadline.FormatTimeout(deadline - time.GetUtcNow()));
        }
        to.Raw("\r\n\r\n"u8);
        return to.Length;
    }

    /// <summary>Writes text into a buffer that is large enough.</summary>
    private ref struct HeadWriter(Span<byte> buffer)
    {
        private readonly Span<byte> _buffer = buffer;

        public int Length { get; private set; }

        public void Raw(ReadOnlySpan<byte> bytes)
        {
            bytes.CopyTo(_buffer[Length..]);
            Length += bytes.Length;
        }

        public void Text(string text) => Length += Encoding.UTF8.GetBytes(text, _buffer[Length..]);

        public void Number(int number)
        {
            System.Buffers.Text.Utf8Formatter.TryFormat(number, _buffer[Length..], out var written);
            Length += written;
        }

        public void Header(string name, string value)
        {
            Raw("\r\n"u8);
            Text(name);
            Raw(": "u8);
            Text(value);
        }
    }
}
