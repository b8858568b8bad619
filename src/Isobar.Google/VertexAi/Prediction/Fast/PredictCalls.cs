using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Grpc.Core;
using Isobar.Engine.Serving;
using Isobar.Google.VertexAi.Endpoints;
using Isobar.Google.VertexAi.Resources;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.ObjectPool;

namespace Isobar.Google.VertexAi.Prediction.Fast;

/// <summary>
/// <c>PredictionService/Predict</c> over gRPC, the hot path: one plain frame goes to the model and back without a message being made of it. Whatever else there is to a call
/// (compression, an unusual message, a deadline that has passed, a failure) is left to the gRPC server behind it, which finds the request unread and says what it always says.
/// </summary>
internal sealed class PredictCalls(IEndpoints engine, EndpointStore endpoints, TimeProvider time)
{
    private const string Path = "/google.cloud.aiplatform.v1.PredictionService/Predict";
    private const int Head = 5, MaxFrame = 256 * 1024, MaxNames = 1000, MaxName = 512;
    private static readonly object Failure = new();
    private readonly ConcurrentDictionary<string, string> _names = new();
    private readonly ObjectPool<PredictScratch> _scratch = new DefaultObjectPool<PredictScratch>(new PredictScratch.Policy());

    public static bool Matches(HttpRequest request) =>
        request.Path.Value == Path && request.Method == "POST" && HttpProtocol.IsHttp2(request.Protocol) && request.ContentType is "application/grpc" or "application/grpc+proto" &&
        (request.Headers["grpc-encoding"] is var encoding && (encoding.Count == 0 || encoding == "identity"));

    /// <summary>What the call has failed with before it came to the gRPC server.</summary>
    public static RpcException? FailureOf(HttpContext http) => http.Items.TryGetValue(Failure, out var failure) ? (RpcException?)failure : null;

    public async Task HandleAsync(HttpContext http, RequestDelegate next)
    {
        if (!TryTimeout(http.Request.Headers["grpc-timeout"].ToString(), out var timeout))
        {
            await next(http).ConfigureAwait(false);
            return;
        }
        using var deadline = timeout is { } t ? new CancellationTokenSource(t, time) : null;
        using var either = deadline is null ? null : CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, http.RequestAborted);
        var ct = either?.Token ?? http.RequestAborted;
        var answered = false;
        ReadOnlySequence<byte>? read = null;
        try
        {
            var frame = await ReadAsync(http, ct).ConfigureAwait(false);
            read = frame;
            answered = frame.Length is > Head and <= MaxFrame && await AnswerAsync(http, frame, ct).ConfigureAwait(false);
        }
        catch (RpcException failure)
        {
            http.Items[Failure] = failure;
        }
        catch (OperationCanceledException) when (deadline?.IsCancellationRequested == true)
        {
            http.Items[Failure] = new RpcException(new Status(StatusCode.DeadlineExceeded, "Deadline Exceeded"));
            // A request that has not come whole by now is not waited for anew.
            http.Request.Headers["grpc-timeout"] = "1m";
        }
        if (read is { } held) http.Request.BodyReader.AdvanceTo(answered ? held.End : held.Start);
        if (!answered) await next(http).ConfigureAwait(false);
    }

    // To the end of the request or past what is handled here; nothing is consumed.
    private static async ValueTask<ReadOnlySequence<byte>> ReadAsync(HttpContext http, CancellationToken ct)
    {
        var reader = http.Request.BodyReader;
        while (true)
        {
            var read = await reader.ReadAsync(ct).ConfigureAwait(false);
            if (read.IsCompleted || read.Buffer.Length > MaxFrame) return read.Buffer;
            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    private async ValueTask<bool> AnswerAsync(HttpContext http, ReadOnlySequence<byte> frame, CancellationToken ct)
    {
        var scratch = _scratch.Get();
        if (!TryAsk(frame.IsSingleSegment ? frame.FirstSpan : frame.ToArray(), scratch, out var endpoint, out var name, out var known))
        {
            _scratch.Return(scratch);
            return false;
        }
        // A call that is given up may leave its body with the model: what it was written in is used again after an answer only.
        using var reply = await engine.InvokeAsync(name, new Invocation { Body = scratch.Body.WrittenMemory, ContentType = "application/json", Accept = "application/json" }, ct).ConfigureAwait(false);
        if ((reply.Error ?? PredictionReply.Refusal(reply)) is { } error) throw Faults.Of(PredictionReply.Named(error, endpoint));
        var deployed = await endpoints.DeployedAsync(endpoint, reply.InvokedVariant, ct).ConfigureAwait(false);
        PredictAnswer.Write(scratch.Frame, reply.Body.Span, reply.InvokedVariant, deployed);
        if (!known && _names.Count < MaxNames) _names.TryAdd(endpoint, name);
        http.Response.ContentType = "application/grpc";
        http.Response.AppendTrailer("grpc-status", "0");
        http.Response.BodyWriter.Write(scratch.Frame.Written);
        _scratch.Return(scratch);
        return true;
    }

    private bool TryAsk(ReadOnlySpan<byte> frame, PredictScratch scratch, out string endpoint, out string name, out bool isKnown)
    {
        (endpoint, name, isKnown) = ("", "", false);
        if (frame[0] != 0 || BinaryPrimitives.ReadUInt32BigEndian(frame[1..]) != frame.Length - Head) return false;
        scratch.Reset();
        if (!PredictMessage.TryRead(frame[Head..], scratch.Json, out var said) || said.Length > MaxName) return false;
        scratch.Json.Flush();
        Span<char> text = stackalloc char[MaxName];
        isKnown = _names.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(text[..Encoding.UTF8.GetChars(said, text)], out var found, out var value);
        if (isKnown)
        {
            (endpoint, name) = (found!, value!);
            return true;
        }
        endpoint = Encoding.UTF8.GetString(said);
        name = ResourceName.Parse(endpoint, EndpointStore.Endpoints, "endpoint").Engine;
        return true;
    }

    /// <summary>gRPC's <c>TimeoutValue TimeoutUnit</c>; false for what is no ordinary one, which the gRPC server judges.</summary>
    internal static bool TryTimeout(string text, out TimeSpan? timeout)
    {
        timeout = null;
        if (text.Length == 0) return true;
        if (text.Length is < 2 or > 9 || !long.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var count)) return false;
        timeout = text[^1] switch
        {
            'H' => TimeSpan.FromHours(count),
            'M' => TimeSpan.FromMinutes(count),
            'S' => TimeSpan.FromSeconds(count),
            'm' => TimeSpan.FromMilliseconds(count),
            'u' => TimeSpan.FromMicroseconds(count),
            'n' => TimeSpan.FromTicks(count / TimeSpan.NanosecondsPerTick),
            _ => null,
        };
        return timeout is { } t && t >= TimeSpan.FromMilliseconds(1) && t <= TimeSpan.FromDays(1);
    }
}
