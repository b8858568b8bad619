using System.Buffers;
using Isobar.Core.Results;
using Microsoft.Extensions.Primitives;

namespace Isobar.Server.Gateway.Upstreams;

/// <summary>What became of a try. Its owner disposes it.</summary>
internal sealed class UpstreamReply : IDisposable
{
    private byte[]? _rented;

    /// <summary>The HTTP status; 0 when there was no answer.</summary>
    public int Status { get; init; }
    /// <summary>MIME type of the body.</summary>
    public string? ContentType { get; init; }
    /// <summary>The answer's other headers.</summary>
    public IReadOnlyList<KeyValuePair<string, StringValues>> Headers { get; init; } = [];
    /// <summary>The body, or its beginning where there is a <see cref="Rest"/>.</summary>
    public ReadOnlyMemory<byte> Body { get; private init; }
    /// <summary>What follows <see cref="Body"/>; null where it is whole.</summary>
    public Stream? Rest { get; init; }
    /// <summary>The failure; null when the backend answered with a success.</summary>
    public Error? Error { get; init; }
    /// <summary>Whether the failure is the backend's own and may not be another's.</summary>
    public bool IsBackendFault { get; init; }
    /// <summary>Whether the backend cannot have seen the request.</summary>
    public bool NeverSent { get; init; }
    /// <summary>Ends with the reply: what the rest is read from.</summary>
    public IDisposable? Source { get; init; }

    /// <summary>A reply over bytes of the shared pool, which go back there.</summary>
    public static UpstreamReply Rented(int status, string? contentType, IReadOnlyList<KeyValuePair<string, StringValues>> headers, byte[] buffer, int length, Stream? rest = null, IDisposable? source = null) => new()
    {
        Status = status,
        ContentType = contentType,
        Headers = headers,
        Body = buffer.AsMemory(0, length),
        _rented = buffer,
        Rest = rest,
        Source = source,
        IsBackendFault = status is 408 or 429 or 500 or > 501,
        Error = status < 400 ? null : new Error(CodeOf(status), $"The model answered {status}."),
    };

    /// <summary>A reply over bytes of its own.</summary>
    public static UpstreamReply Whole(ReadOnlyMemory<byte> body, string? contentType) => new() { Status = 200, ContentType = contentType, Body = body };

    /// <summary>No answer.</summary>
    public static UpstreamReply Failed(Error error, bool backendFault = true, bool neverSent = false) => new() { Error = error, IsBackendFault = backendFault, NeverSent = neverSent };

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _rented, null) is { } rented) ArrayPool<byte>.Shared.Return(rented);
        Rest?.Dispose();
        Source?.Dispose();
    }

    private static ErrorCode CodeOf(int status) => status switch
    {
        401 => ErrorCode.Unauthenticated,
        403 => ErrorCode.PermissionDenied,
        404 => ErrorCode.NotFound,
        408 or 504 => ErrorCode.DeadlineExceeded,
        429 => ErrorCode.ResourceExhausted,
        501 => ErrorCode.Unimplemented,
        502 or 503 => ErrorCode.Unavailable,
        >= 500 => ErrorCode.Internal,
        _ => ErrorCode.InvalidArgument,
    };
}
