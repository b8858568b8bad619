using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;

namespace Isobar.Aws.SageMakerRuntime;

/// <summary>
/// The body of one request, at most so many bytes. A small one is used where it lies in the connection's buffer, without a copy;
/// a larger one is gathered in a pooled array. Dispose it once the reply is made.
/// </summary>
internal struct RequestBody : IDisposable
{
    // Above this the connection's own buffer may hold the body in pieces, and waiting for all of it there would stall the sender.
    private const int Small = 32 * 1024;

    private PipeReader? _reader;
    private ReadOnlySequence<byte> _borrowed;
    private byte[]? _rented;

    /// <summary>The bytes.</summary>
    public ReadOnlyMemory<byte> Memory { get; private set; }

    /// <summary>Whether there were more bytes than allowed; the rest was not read.</summary>
    public bool IsTooLarge { get; private init; }

    public static async ValueTask<RequestBody> ReadAsync(HttpRequest request, int limit, CancellationToken ct)
    {
        if (request.ContentLength is not { } length) return await GatherAsync(request, limit, ct);
        if (length > limit) return new RequestBody { IsTooLarge = true };
        if (length == 0) return default;
        if (length > Small) return await FillAsync(request, (int)length, ct);
        var read = await request.BodyReader.ReadAtLeastAsync((int)length, ct);
        if (read.Buffer.Length < length) throw new BadHttpRequestException("The request ends before its Content-Length.");
        var body = new RequestBody { _reader = request.BodyReader, _borrowed = read.Buffer };
        body.Memory = read.Buffer.IsSingleSegment ? read.Buffer.First : body.Copy(read.Buffer);
        return body;
    }

    public void Dispose()
    {
        if (_rented is { } rented) ArrayPool<byte>.Shared.Return(rented);
        _reader?.AdvanceTo(_borrowed.End);
        (_rented, _reader) = (null, null);
    }

    private ReadOnlyMemory<byte> Copy(ReadOnlySequence<byte> sequence)
    {
        _rented = ArrayPool<byte>.Shared.Rent((int)sequence.Length);
        sequence.CopyTo(_rented);
        return _rented.AsMemory(0, (int)sequence.Length);
    }

    private static async ValueTask<RequestBody> FillAsync(HttpRequest request, int length, CancellationToken ct)
    {
        var rented = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            await request.Body.ReadExactlyAsync(rented.AsMemory(0, length), ct);
        }
        catch
        {
            ArrayPool<byte>.Shared.Return(rented);
            throw;
        }
        return new RequestBody { _rented = rented, Memory = rented.AsMemory(0, length) };
    }

    private static async ValueTask<RequestBody> GatherAsync(HttpRequest request, int limit, CancellationToken ct)
    {
        var rented = ArrayPool<byte>.Shared.Rent(16 * 1024);
        var count = 0;
        try
        {
            int read;
            while ((read = await request.Body.ReadAsync(rented.AsMemory(count), ct)) > 0)
            {
                count += read;
                if (count > limit)
                {
                    ArrayPool<byte>.Shared.Return(rented);
                    return new RequestBody { IsTooLarge = true };
                }
                if (count < rented.Length) continue;
                var larger = ArrayPool<byte>.Shared.Rent(rented.Length * 2);
                rented.AsSpan(0, count).CopyTo(larger);
                ArrayPool<byte>.Shared.Return(rented);
                rented = larger;
            }
        }
        catch
        {
            ArrayPool<byte>.Shared.Return(rented);
            throw;
        }
        return new RequestBody { _rented = rented, Memory = rented.AsMemory(0, count) };
    }
}
