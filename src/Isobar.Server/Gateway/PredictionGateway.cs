using Isobar.Core.Results;
using Isobar.Engine.Serving;
using Isobar.MultiCloud.Failover;
using Isobar.Server.Gateway.Caching;
using Isobar.Server.Gateway.Catalog;
using Isobar.Server.Gateway.Dispatch;
using Isobar.Server.Gateway.Formats;
using Isobar.Server.Gateway.Keys;
using Isobar.Server.Gateway.Labels;
using Isobar.Server.Gateway.Shadows;
using Isobar.Server.Gateway.Upstreams;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Isobar.Server.Gateway;

/// <summary>The way of a prediction through the gateway.</summary>
internal sealed class PredictionGateway(ServiceTable table, Dispatcher dispatcher, AccessGate gate, ShadowCopies shadows, PredictionKeeper keeper, GatewayMeter meter, TimeProvider time)
{
    private static readonly TimeSpan WhenFull = TimeSpan.FromSeconds(1);

    /// <summary>Whether the request is one of these; then it is answered.</summary>
    public bool TryHandle(HttpContext http, out Task answered)
    {
        answered = Task.CompletedTask;
        if (!HttpMethods.IsPost(http.Request.Method) || !PredictionPath.TryRead(http.Request.Path.Value, http.Request.Host.Value, out var format, out var name)) return false;
        answered = table.Find(name) is { } service ? HandleAsync(http, format, service)
            : GatewayErrors.WriteAsync(http, format, Error.NotFound($"The service '{name.ToString()}'"));
        return true;
    }

    // 1. May the caller ask? 2. Read. 3. Is there room? 4. An answer that was kept? 5. Ask. 6. Answer. 7. Count, keep, and copy.
    private async Task HandleAsync(HttpContext http, PredictionFormat format, LiveService service)
    {
        var (definition, began) = (service.Route.Definition, time.GetTimestamp());
        using var activity = GatewayTrace.Start(service.Route.Name);
        // 1.
        var caller = Caller.Anyone;
        if (definition.Access == "keys")
        {
            var admitted = await gate.AdmitAsync(http, service.Route.Name).ConfigureAwait(false);
            if (admitted.Refusal is { } refusal)
            {
                meter.Refused(service, refusal.Code);
                await GatewayErrors.WriteAsync(http, format, refusal, admitted.RetryAfter).ConfigureAwait(false);
                return;
            }
            caller = admitted.Caller!;
        }
        // A full service refuses before it reads; who is still sending takes no room from those who have sent.
        if (service.Route.Limit.IsFull)
        {
            await RefuseAsync(http, format, service).ConfigureAwait(false);
            return;
        }
        // 2.
        if (!(await ReadAsync(http.Request, format, service, began).ConfigureAwait(false)).TryGet(out var call, out var unreadable))
        {
            await (unreadable.Code == ErrorCode.OutOfRange ? GatewayErrors.WriteTooLargeAsync(http, format, unreadable) : GatewayErrors.WriteAsync(http, format, unreadable)).ConfigureAwait(false);
            return;
        }
        // 3.
        if (!service.Route.Limit.TryEnter())
        {
            await RefuseAsync(http, format, service).ConfigureAwait(false);
            return;
        }
        try
        {
            // 4.
            var key = service.Cache is null ? null : ReplyCache.KeyOf(call);
            if (key is not null && service.Cache!.Find(key) is { } kept)
            {
                http.Response.Headers["X-Cache"] = "hit";
                await ReplyWriter.WriteBodyAsync(http, format, service.AsValues, kept.Status, kept.ContentType, kept.Headers, kept.Body).ConfigureAwait(false);
                meter.Answered(service, null, caller, call.Body.Length, kept.Body.Length, began, failed: false);
                return;
            }
            // 5.
            var dispatched = await dispatcher.SendAsync(service, call, http.RequestAborted).ConfigureAwait(false);
            using var reply = dispatched.Reply;
            GatewayTrace.Tell(activity, dispatched);
            if (reply.Error?.Code == ErrorCode.Cancelled && http.RequestAborted.IsCancellationRequested)
            {
                meter.Abandoned(service, dispatched.Backend, caller, call.Body.Length, began);
                return;
            }
            // 6.
            if (keeper.Keep(service, dispatched) is { } id) http.Response.Headers[PredictionKeeper.Header] = id;
            await ReplyWriter.WriteAsync(http, format, service.AsValues, dispatched, TimeSpan.FromMilliseconds(definition.Resilience.TryTimeoutMs), time).ConfigureAwait(false);
            // 7.
            meter.Answered(service, dispatched.Backend, caller, call.Body.Length, reply.Body.Length, began, reply.Error is not null);
            if (key is not null) service.Cache!.Keep(key, reply);
            if (service.Route.Shadow >= 0) shadows.Copy(service, call, reply);
        }
        finally
        {
            service.Route.Limit.Leave();
        }
    }

    private Task RefuseAsync(HttpContext http, PredictionFormat format, LiveService service)
    {
        meter.Refused(service, ErrorCode.ResourceExhausted);
        // Who is not let in for his own sake says nothing about the service; who finds no room does.
        service.Route.Tally.Add(failed: true, 0);
        return GatewayErrors.WriteAsync(http, format, new Error(ErrorCode.ResourceExhausted, $"The service {service.Route.Name} has {service.Route.Definition.MaxConcurrent} requests under way, as many as it may."), WhenFull);
    }

    private async ValueTask<Result<PredictionCall>> ReadAsync(HttpRequest request, PredictionFormat format, LiveService service, long began)
    {
        var definition = service.Route.Definition;
        if (!Deadline(request, definition.Resilience.TimeoutMs, began).TryGet(out var deadline, out var late)) return late;
        if (!(await BodyAsync(request, service, deadline.At).ConfigureAwait(false)).TryGet(out var body, out var unread)) return unread;
        var type = request.ContentType ?? (format is PredictionFormat.SageMaker or PredictionFormat.SageMakerStream ? "application/octet-stream" : "application/json");
        if (service.IsOfClouds && format is PredictionFormat.Plain or PredictionFormat.Azure && type.StartsWith("application/json", StringComparison.OrdinalIgnoreCase))
        {
            if (Envelopes.ToInstances(body) is not { } instances) return new Error(ErrorCode.InvalidArgument, "The body is not the JSON that its content type says it is.");
            body = instances;
        }
        var accept = request.Headers.Accept.ToString() is { Length: > 0 } said && said != "*/*" ? said : null;
        return new PredictionCall
        {
            Body = body,
            ContentType = type,
            Accept = accept ?? (format is PredictionFormat.Vertex || (service.IsOfClouds && type.StartsWith("application/json", StringComparison.OrdinalIgnoreCase)) ? "application/json" : null),
            Headers = service.HasAddresses ? Passing(request.Headers, System.Diagnostics.Activity.Current is not null) : [],
            TraceParent = System.Diagnostics.Activity.Current?.Id,
            Repeatable = definition.Resilience.Repeatable,
            StickyKey = definition.Policy == "sticky" ? request.Headers[definition.StickyHeader].ToString() : null,
            Deadline = deadline.At,
            CallersDeadline = deadline.Callers,
        };
    }

    // A body that trickles in ends at the deadline, as everything does.
    private async ValueTask<Result<ReadOnlyMemory<byte>>> BodyAsync(HttpRequest request, LiveService service, long deadline)
    {
        var most = service.Route.Definition.MaxBodyBytes;
        try
        {
            using var limit = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
            var reading = BoundedBody.ReadAsync(request.BodyReader, request.ContentLength, most, limit.Token);
            // Most bodies have come with their heads: those need no timer.
            if (!reading.IsCompleted) limit.CancelAfter(TimeSpan.FromSeconds(Math.Max(0, (double)(deadline - time.GetTimestamp()) / time.TimestampFrequency)));
            return await reading.ConfigureAwait(false) is { } body ? body
                : new Error(ErrorCode.OutOfRange, $"The service {service.Route.Name} takes bodies of at most {most} bytes.");
        }
        catch (OperationCanceledException) when (!request.HttpContext.RequestAborted.IsCancellationRequested) { return new Error(ErrorCode.DeadlineExceeded, "The body had not come by the deadline."); }
    }

    private Result<(long At, DateTimeOffset? Callers)> Deadline(HttpRequest request, int timeoutMs, long began)
    {
        var at = began + (long)(timeoutMs / 1e3 * time.TimestampFrequency);
        DateTimeOffset callers;
        if (request.Headers.TryGetValue(RequestDeadline.Header, out var text))
        {
            if (!RequestDeadline.TryParseTime(text.ToString(), out callers)) return Error.Invalid(RequestDeadline.Header, text, $"{RequestDeadline.Header} is a time such as 2026-01-31T12:00:00.250Z, or milliseconds of the Unix epoch.");
        }
        else if (request.Headers.TryGetValue(RequestDeadline.TimeoutHeader, out text))
        {
            if (!RequestDeadline.TryParseTimeout(text.ToString(), out var timeout)) return Error.Invalid(RequestDeadline.TimeoutHeader, text, $"{RequestDeadline.TimeoutHeader} is up to eight digits and one of H, M, S, m, u and n.");
            callers = time.GetUtcNow() + timeout;
        }
        else return (at, null);
        var left = callers - time.GetUtcNow();
        if (left <= TimeSpan.Zero) return new Error(ErrorCode.DeadlineExceeded, "The deadline had passed when the request came.");
        // A caller's deadline only ever shortens; one in the year 9999 has no timestamp.
        return (left.TotalMilliseconds >= timeoutMs ? at : Math.Min(at, time.GetTimestamp() + (long)(left.TotalSeconds * time.TimestampFrequency)), callers);
    }

    private static KeyValuePair<string, StringValues>[] Passing(IHeaderDictionary headers, bool traced)
    {
        List<KeyValuePair<string, StringValues>>? passing = null;
        foreach (var header in headers)
            if (EndToEnd.Passes(header.Key) && !(traced && header.Key.Equals("traceparent", StringComparison.OrdinalIgnoreCase))) (passing ??= []).Add(header);
        return passing is null ? [] : [.. passing];
    }
}
