using System.Diagnostics;
using System.Net.Http.Headers;
using Isobar.Core.Results;

namespace Isobar.Engine.Serving.Processes;

/// <summary>Answers by servers of the user's own, the least busy healthy one first.</summary>
internal sealed class ProcessRunner(ServerCommand command, VariantSpec spec, string folder, TimeProvider time) : ModelRunner
{
    private const int DefaultConcurrency = 32;

    private readonly HttpMessageInvoker _http = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, UseCookies = false, ConnectTimeout = TimeSpan.FromSeconds(5), ActivityHeadersPropagator = null });
    private readonly int _perProcess = spec.MaxConcurrency > 0 ? spec.MaxConcurrency : DefaultConcurrency;
    private readonly Lock _lock = new();
    private readonly Queue<TaskCompletionSource> _waiting = new();
    private volatile ModelProcess[] _processes = [];

    public override int Count => _processes.Count(p => p.IsHealthy);

    /// <summary>For tests: the servers as they stand.</summary>
    internal IReadOnlyList<ModelProcess> Processes => _processes;

    public override async ValueTask<InvocationReply> InvokeAsync(Invocation invocation, CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        using var timer = time.CreateTimer(static c => ((CancellationTokenSource)c!).Cancel(), limit, invocation.Timeout, Timeout.InfiniteTimeSpan);
        var start = Stopwatch.GetTimestamp();
        try
        {
            if (!(await SendAsync(invocation, limit.Token).ConfigureAwait(false)).TryGet(out var sent, out var error)) return Failed(error);
            try
            {
                using var response = sent.Response;
                var body = ReplyBuffers.Rent();
                try
                {
                    await using var content = await response.Content.ReadAsStreamAsync(limit.Token).ConfigureAwait(false);
                    int read;
                    while ((read = await content.ReadAsync(body.GetMemory(4096), limit.Token).ConfigureAwait(false)) > 0) body.Advance(read);
                }
                catch
                {
                    ReplyBuffers.GiveBack(body);
                    throw;
                }
                return new InvocationReply(body, ReplyBuffers.GiveBack)
                {
                    Status = (int)response.StatusCode,
                    ContentType = response.Content.Headers.ContentType?.ToString(),
                    CustomAttributes = CustomAttributes(response),
                    InvokedVariant = spec.Name,
                    ModelTicks = Stopwatch.GetTimestamp() - start,
                };
            }
            finally
            {
                GiveBack(sent.Process);
            }
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return Failed(new Error(ErrorCode.Unavailable, $"The server of the variant '{spec.Name}' ended while it answered: {e.Message}"));
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return Failed(new Error(ErrorCode.DeadlineExceeded, $"The variant '{spec.Name}' did not answer within {invocation.Timeout.TotalSeconds:0.###} s."));
        }
    }

    public override async Task<StreamingReply> InvokeStreamAsync(Invocation invocation, CancellationToken ct)
    {
        if (!(await SendAsync(invocation, ct).ConfigureAwait(false)).TryGet(out var sent, out var error)) return new StreamingReply { Error = error, InvokedVariant = spec.Name };
        try
        {
            var body = await sent.Response.Content.ReadAsStreamAsync(ct).ConfigureAwait(false);
            return new StreamingReply(new OpenStream(sent.Response, () => GiveBack(sent.Process)))
            {
                Status = (int)sent.Response.StatusCode,
                ContentType = sent.Response.Content.Headers.ContentType?.ToString(),
                CustomAttributes = CustomAttributes(sent.Response),
                InvokedVariant = spec.Name,
                Body = body,
            };
        }
        catch
        {
            sent.Response.Dispose();
            GiveBack(sent.Process);
            throw;
        }
    }

    public override async Task<Result<Done>> SetCountAsync(int count, CancellationToken ct)
    {
        var old = _processes;
        if (count <= old.Length)
        {
            _processes = old[..count];
            foreach (var process in old[count..])
            {
                while (process.Inside > 0) await Task.Delay(TimeSpan.FromMilliseconds(50), time, ct).ConfigureAwait(false);
                await process.DisposeAsync().ConfigureAwait(false);
            }
            return Done.Value;
        }
        var added = Enumerable.Range(0, count - old.Length).Select(_ => new ModelProcess(command, _http, time)).ToArray();
        var error = (await Task.WhenAll(added.Select(p => p.Started.WaitAsync(ct))).ConfigureAwait(false)).Select(r => r.Error).FirstOrDefault(e => e is not null);
        if (error is null)
        {
            _processes = [.. old, .. added];
            Wake(count * _perProcess);
            return Done.Value;
        }
        foreach (var process in added) await process.DisposeAsync().ConfigureAwait(false);
        return new Error(ErrorCode.FailedPrecondition, $"The model's server {error.Message}");
    }

    public override async ValueTask DisposeAsync()
    {
        foreach (var process in _processes) await process.DisposeAsync().ConfigureAwait(false);
        _http.Dispose();
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
    }

    // 1. take the least busy healthy server, or wait for one in the bounded queue; 2. send; 3. a server that refuses the connection has
    // seen nothing of the request, so another may have it.
    private async Task<Result<(HttpResponseMessage Response, ModelProcess Process)>> SendAsync(Invocation invocation, CancellationToken ct)
    {
        for (var attempt = 0; ; attempt++)
        {
            if (!(await TakeAsync(ct).ConfigureAwait(false)).TryGet(out var process, out var error)) return error;
            try
            {
                using var request = Request(invocation, process);
                return (await _http.SendAsync(request, ct).ConfigureAwait(false), process);
            }
            catch (HttpRequestException e) when (e.HttpRequestError == HttpRequestError.ConnectionError && attempt < 2)
            {
                GiveBack(process);
            }
            catch
            {
                GiveBack(process);
                throw;
            }
        }
    }

    private async Task<Result<ModelProcess>> TakeAsync(CancellationToken ct)
    {
        while (true)
        {
            TaskCompletionSource turn;
            lock (_lock)
            {
                ModelProcess? best = null;
                var healthy = 0;
                foreach (var process in _processes)
                {
                    if (!process.IsHealthy) continue;
                    healthy++;
                    if (process.Inside < _perProcess && (best is null || process.Inside < best.Inside)) best = process;
                }
                if (best is not null)
                {
                    best.Enter();
                    return best;
                }
                // Each that is turned away wakes the next: none stays behind for a server that is gone.
                if (healthy == 0) Wake(1);
                if (healthy == 0) return new Error(ErrorCode.Unavailable, $"No server of the variant '{spec.Name}' answers; it is being started again.");
                while (_waiting.TryPeek(out var gone) && gone.Task.IsCompleted) _waiting.Dequeue();
                if (_waiting.Count >= spec.MaxQueue) return new Error(ErrorCode.ResourceExhausted, $"The variant '{spec.Name}' has {spec.MaxQueue} requests waiting; try again later.");
                turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                _waiting.Enqueue(turn);
            }
            await using (ct.UnsafeRegister(static t => ((TaskCompletionSource)t!).TrySetCanceled(), turn).ConfigureAwait(false))
                await turn.Task.ConfigureAwait(false);
        }
    }

    private void GiveBack(ModelProcess process)
    {
        process.Leave();
        Wake(1);
    }

    private void Wake(int count)
    {
        lock (_lock)
        {
            while (count > 0 && _waiting.TryDequeue(out var next))
                if (next.TrySetResult()) count--;
        }
    }

    private static HttpRequestMessage Request(Invocation invocation, ModelProcess process)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, process.Invocations) { Content = new ReadOnlyMemoryContent(invocation.Body) };
        if (invocation.ContentType is { } type && MediaTypeHeaderValue.TryParse(type, out var parsed)) request.Content.Headers.ContentType = parsed;
        if (invocation.Accept is { } accept) request.Headers.TryAddWithoutValidation("Accept", accept);
        if (invocation.CustomAttributes is { } attributes) request.Headers.TryAddWithoutValidation("X-Amzn-SageMaker-Custom-Attributes", attributes);
        if (invocation.InferenceId is { } id) request.Headers.TryAddWithoutValidation("X-Amzn-SageMaker-Inference-Id", id);
        if (invocation.SessionId is { } session) request.Headers.TryAddWithoutValidation("X-Amzn-SageMaker-Session-Id", session);
        return request;
    }

    private static string? CustomAttributes(HttpResponseMessage response) =>
        response.Headers.TryGetValues("X-Amzn-SageMaker-Custom-Attributes", out var values) ? string.Join(',', values) : null;

    private InvocationReply Failed(Error error) => new() { Error = error, InvokedVariant = spec.Name };

    private sealed class OpenStream(HttpResponseMessage response, Action giveBack) : IAsyncDisposable
    {
        private int _disposed;

        public ValueTask DisposeAsync()
        {
            if (Interlocked.Exchange(ref _disposed, 1) != 0) return ValueTask.CompletedTask;
            response.Dispose();
            giveBack();
            return ValueTask.CompletedTask;
        }
    }
}
