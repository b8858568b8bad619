using System.Buffers;
using System.IO.Compression;
using Isobar.Aws.Protocols.Query;
using Isobar.Core.Results;
using Microsoft.AspNetCore.Http;

namespace Isobar.Aws.Protocols;

/// <summary>A request at the emulator's port. Nothing is parsed before it is asked for: most requests are invocations, which ask for nothing.</summary>
public sealed class AwsRequest(HttpContext http)
{
    /// <summary>What a control-plane request may weigh, as on AWS.</summary>
    public const int BodyLimit = 6 * 1024 * 1024;

    private CredentialScope? _scope;
    private bool _scopeRead;
    private AwsCaller? _caller;
    private ReadOnlyMemory<byte>? _body;

    /// <summary>The HTTP exchange.</summary>
    public HttpContext Http { get; } = http;

    /// <summary>The id that the answer carries.</summary>
    public string RequestId { get; } = Guid.NewGuid().ToString();

    /// <summary>The <c>X-Amz-Target</c> header of the JSON protocols, such as <c>SageMaker.CreateModel</c>.</summary>
    public string? Target => Http.Request.Headers["X-Amz-Target"];

    /// <summary>The form of a query-protocol request; null for any other.</summary>
    internal QueryForm? Form { get; private set; }

    /// <summary>The credential that the request is signed with, or null.</summary>
    public CredentialScope? Scope
    {
        get
        {
            if (!_scopeRead) (_scope, _scopeRead) = (CredentialScope.Of(Http.Request), true);
            return _scope;
        }
    }

    /// <summary>Who calls: what the authenticator found, or before it ran, what the request claims.</summary>
    public AwsCaller Caller
    {
        get => _caller ??= AwsCaller.Claimed(this);
        internal set => _caller = value;
    }

    /// <summary>
    /// Reads the body, once, at most <paramref name="limit"/> bytes after decompression (SDKs gzip large requests to CloudWatch).
    /// <see cref="ErrorCode.ResourceExhausted"/> when it is larger.
    /// </summary>
    public async ValueTask<Result<ReadOnlyMemory<byte>>> ReadBodyAsync(int limit = BodyLimit)
    {
        if (_body is { } read) return read;
        if (Http.Request.ContentLength is { } length && length > limit) return TooLarge(limit);
        using var unzipped = Http.Request.Headers.ContentEncoding.ToString() is "gzip" ? new GZipStream(Http.Request.Body, CompressionMode.Decompress) : null;
        var body = await ReadAsync(unzipped ?? Http.Request.Body, limit, Http.RequestAborted);
        if (body is null) return TooLarge(limit);
        _body = body;
        return (ReadOnlyMemory<byte>)body;
    }

    /// <summary>Parses the form where this is a query-protocol request: <c>POST /</c> with a form, or <c>GET /?Action=</c>.</summary>
    internal async ValueTask<AwsError?> ParseFormAsync()
    {
        var request = Http.Request;
        if (request.Path.Value is not ("/" or "")) return null;
        if (HttpMethods.IsPost(request.Method) && request.ContentType?.StartsWith("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase) == true)
        {
            var body = await ReadBodyAsync();
            if (!body.TryGet(out var bytes, out var error)) return new("RequestEntityTooLarge", error.Message, 413);
            Form = QueryForm.Parse(bytes.Span);
        }
        else if (request.Query.ContainsKey("Action"))
        {
            Form = QueryForm.Of(request.Query);
        }
        return null;
    }

    private static async Task<byte[]?> ReadAsync(Stream stream, int limit, CancellationToken ct)
    {
        using var kept = new MemoryStream();
        var buffer = ArrayPool<byte>.Shared.Rent(16 * 1024);
        try
        {
            int count;
            while ((count = await stream.ReadAsync(buffer, ct)) > 0)
            {
                if (kept.Length + count > limit) return null;
                kept.Write(buffer, 0, count);
            }
            return kept.ToArray();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static Error TooLarge(int limit) => new(ErrorCode.ResourceExhausted, $"Request body is larger than the {limit} bytes that this operation takes.");
}
