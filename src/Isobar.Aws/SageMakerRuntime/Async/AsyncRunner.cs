using System.Collections.Concurrent;
using System.Text;
using System.Threading.Channels;
using Isobar.Core.Results;
using Isobar.Engine.Objects;
using Isobar.Engine.Serving;
using Isobar.Engine.State;
using Isobar.Engine.Training;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Isobar.Aws.SageMakerRuntime.Async;

/// <summary>
/// Runs queued invocations. A request leaves the queue only when its reply, or its failure, is stored: after a kill it runs again.
/// </summary>
internal sealed partial class AsyncRunner(IEndpoints endpoints, IObjectStore objects, IStateStore state, TimeProvider time, ILogger<AsyncRunner> logger) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private readonly Channel<(string Id, AsyncRequest Request)> _waiting = Channel.CreateUnbounded<(string, AsyncRequest)>();
    private readonly ConcurrentDictionary<string, SemaphoreSlim> _places = new();

    public void Enqueue(string id, AsyncRequest request) => _waiting.Writer.TryWrite((id, request));

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var seen = new HashSet<string>();
        foreach (var left in await state.ListAsync(AsyncInvocations.Queue, "", stoppingToken))
        {
            seen.Add(left.Id);
            _ = RunAsync(left.Id, left.Value, stoppingToken);
        }
        await foreach (var (id, request) in _waiting.Reader.ReadAllAsync(stoppingToken))
        {
            // What was accepted while the list above was read stands in both.
            if (!seen.Remove(id)) _ = RunAsync(id, request, stoppingToken);
        }
    }

    private async Task RunAsync(string id, AsyncRequest request, CancellationToken ct)
    {
        var place = _places.GetOrAdd(request.EndpointId, _ => new SemaphoreSlim(request.Concurrency));
        try
        {
            await place.WaitAsync(ct);
            try
            {
                var error = await AttemptAsync(request, ct);
                if (error is not null && request.Failure is { } failure) await StoreAsync(failure, Encoding.UTF8.GetBytes(error), "text/plain", ct);
                await state.DeleteAsync(AsyncInvocations.Queue, id, ct);
            }
            finally
            {
                place.Release();
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // The request stays in the queue for the next start.
        }
        catch (Exception e)
        {
            LogBroken(e, request.InferenceId, request.Endpoint);
        }
    }

    /// <summary>Runs until there is a reply or a failure that another attempt would not mend; gives the failure's text.</summary>
    private async Task<string?> AttemptAsync(AsyncRequest request, CancellationToken ct)
    {
        while (true)
        {
            if (time.GetUtcNow() >= request.Expires) return "The request waited longer than its RequestTTLSeconds.";
            var read = await ReadAsync(request.Input, ct);
            if (!read.TryGet(out var body, out var missing)) return $"The input s3://{request.Input.Bucket.Name}/{request.Input.Key} cannot be read: {missing.Message}";
            using var reply = await endpoints.InvokeAsync(request.EndpointId, new Invocation
            {
                Body = body,
                ContentType = request.ContentType,
                Accept = request.Accept,
                InferenceId = request.InferenceId,
                CustomAttributes = request.CustomAttributes,
                Timeout = request.Timeout,
            }, ct);
            if (reply.Error is { Code: ErrorCode.ResourceExhausted or ErrorCode.Unavailable })
            {
                await Task.Delay(Pause, time, ct);
                continue;
            }
            if (reply.Error is { } error) return error.Message;
            if (reply.Status is < 200 or > 299) return $"Received error ({reply.Status}) from the model: {RuntimeErrors.Text(reply.Body.Span)}";
            var stored = await StoreAsync(request.Output, reply.Body.ToArray(), reply.ContentType, ct);
            return stored.IsOk ? null : $"The reply could not be stored: {stored.Error.Message}";
        }
    }

    private async Task<Result<byte[]>> ReadAsync(ObjectLocation at, CancellationToken ct)
    {
        if (!(await objects.OpenAsync(at.Bucket, at.Key, ct: ct)).TryGet(out var open, out var error)) return error;
        await using (open)
        {
            if (open.Length > 1L << 30) return new Error(ErrorCode.InvalidArgument, "An input may hold at most 1 GiB.");
            var body = new byte[open.Length];
            await open.Content.ReadExactlyAsync(body, ct);
            return body;
        }
    }

    private async Task<Result<ObjectInfo>> StoreAsync(ObjectLocation at, byte[] bytes, string? contentType, CancellationToken ct)
    {
        using var content = new MemoryStream(bytes);
        return await objects.PutAsync(at.Bucket, at.Key, content, new PutOptions { ContentType = contentType, ExpectedLength = bytes.Length }, ct);
    }

    [LoggerMessage(LogLevel.Error, "The asynchronous invocation {inference} of endpoint {endpoint} broke; it stays in the queue for the next start")]
    private partial void LogBroken(Exception exception, string inference, string endpoint);
}
