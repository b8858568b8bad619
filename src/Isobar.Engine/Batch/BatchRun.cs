using System.IO.Compression;
using Isobar.Core.Results;
using Isobar.Engine.Logs;
using Isobar.Engine.Models;
using Isobar.Engine.Objects;
using Isobar.Engine.Serving;
using Isobar.Engine.Training;

namespace Isobar.Engine.Batch;

/// <summary>One job's way through its objects.</summary>
internal sealed class BatchRun(BatchSpec spec, ModelRunner runner, IRecordShape? shape, IAnswerExtension? extension, IObjectStore objects, ILogStore logs, string folder, TimeProvider time)
{
    // A graph is fastest in portions that fit the caches, and small ones keep all cores busy; the user's own server gets what was asked for.
    private const int GraphPortion = 128 * 1024;
    // A model that refuses so many records before it takes one will take none.
    private const int HopelessAfter = 1000;
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200);

    /// <summary>Requests at the same time.</summary>
    public int Concurrency { get; } = spec.MaxConcurrency > 0 ? spec.MaxConcurrency : spec.Model.Program is OnnxProgram ? Math.Max(2, Environment.ProcessorCount) : 1;

    /// <summary>Why the first record was refused, of those that were.</summary>
    public Error? FirstError { get; private set; }

    // 1. cut the object into requests; 2. ask, several at a time; 3. write the answers in order to a file, and what was refused to another;
    // 4. put the files as the object's output, that of the answers last and in one step. Nothing is seen of an object before 4.
    /// <summary>Carries one object through.</summary>
    /// <param name="errors">Where refused records go; null: the first one is the end.</param>
    public async Task<Result<ObjectTally>> ObjectAsync(ObjectLocation from, string target, string? errors, CancellationToken ct)
    {
        if (!(await objects.OpenAsync(from.Bucket, from.Key, ct: ct).ConfigureAwait(false)).TryGet(out var opened, out var error)) return error;
        var path = Path.Combine(folder, Guid.NewGuid().ToString("N"));
        var refused = path + ".errors";
        try
        {
            await using (opened)
            {
                await using var output = Written(path);
                await using var rejected = errors is null ? Stream.Null : Written(refused);
                await using Stream content = spec.Gzip ? new GZipStream(opened.Content, CompressionMode.Decompress) : opened.Content;
                if (!(await TransformAsync(content, from.Key, output, rejected, ct).ConfigureAwait(false)).TryGet(out var tally, out error)) return error;
                await output.DisposeAsync().ConfigureAwait(false);
                await rejected.DisposeAsync().ConfigureAwait(false);
                if (tally.Rejected > 0 && await PutAsync(refused, errors!, ct).ConfigureAwait(false) is { } fault) return fault;
                return await PutAsync(path, target, ct).ConfigureAwait(false) is { } unwritten ? unwritten : tally;
            }
        }
        catch (Exception e) when (e is RecordException or InvalidDataException)
        {
            return new Error(ErrorCode.InvalidArgument, $"{from.Key}: {e.Message}");
        }
        finally
        {
            File.Delete(path);
            File.Delete(refused);
        }
    }

    private static FileStream Written(string path) => new(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 128 * 1024, FileOptions.Asynchronous);

    private async Task<Error?> PutAsync(string path, string target, CancellationToken ct)
    {
        await using var content = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 128 * 1024, FileOptions.Asynchronous | FileOptions.SequentialScan);
        var put = await objects.PutAsync(spec.Output.Bucket, target, content, new PutOptions { ContentType = spec.Accept }, ct).ConfigureAwait(false);
        return put.Error is { Code: ErrorCode.NotFound } ? new Error(ErrorCode.NotFound, $"the bucket {spec.Output.Bucket.Name} of the output does not exist") : put.Error;
    }

    private async Task<Result<ObjectTally>> TransformAsync(Stream content, string key, Stream output, Stream rejected, CancellationToken ct)
    {
        var graph = spec.Model.Program is OnnxProgram;
        var reader = new RecordReader(
            spec.Split,
            spec.MaxPayloadBytes,
            spec.Strategy == BatchStrategy.SingleRecord ? 1 : int.MaxValue,
            graph && spec.Split == BatchSplit.Line ? Math.Min(GraphPortion, spec.MaxPayloadBytes) : spec.MaxPayloadBytes,
            spec.Rows is not null || spec.Instances?.Format == InstanceFormat.CsvWithHeader);
        var underWay = new Queue<Task<Result<Answer>>>();
        var writer = new AnswerWriter(spec, output, rejected);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        try
        {
            await foreach (var group in reader.ReadAsync(content, stop.Token).ConfigureAwait(false))
            {
                if (underWay.Count >= Concurrency && await WriteFirstAsync().ConfigureAwait(false) is { } failure) return failure;
                underWay.Enqueue(Task.Run(() => AnswerAsync(group with { Source = key }, key, spec.MaxRetries, stop.Token), stop.Token));
            }
            while (underWay.Count > 0)
                if (await WriteFirstAsync().ConfigureAwait(false) is { } failure) return failure;
            return writer.Tally;
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(underWay).ContinueWith(_ => { }, TaskScheduler.Default).ConfigureAwait(false);
        }

        async Task<Error?> WriteFirstAsync()
        {
            if (!(await underWay.Dequeue().ConfigureAwait(false)).TryGet(out var answer, out var error)) return error;
            FirstError ??= answer.FirstError;
            await writer.WriteAsync(answer, ct).ConfigureAwait(false);
            return writer.Tally is { Records: 0, Rejected: >= HopelessAfter } ? answer.FirstError : null;
        }
    }

    /// <summary>Asks; where refused records are put aside, finds out by halves which ones are to blame.</summary>
    private async Task<Result<Answer>> AnswerAsync(RecordGroup group, string key, int retries, CancellationToken ct)
    {
        var asked = await AskAsync(group, key, retries, ct).ConfigureAwait(false);
        // A model that is away is no record's fault.
        if (spec.ErrorStem is null || asked.Error is not { Code: not (ErrorCode.Unavailable or ErrorCode.DeadlineExceeded or ErrorCode.ResourceExhausted) } error) return asked;
        if (group.Count == 1) return new Answer([], null, 0) { Rejected = RejectedRecord.Line(group, error), RejectedRecords = 1, FirstError = error };
        var (first, second) = group.Halve();
        if (!(await AnswerAsync(first, key, 0, ct).ConfigureAwait(false)).TryGet(out var one, out var fault)) return fault;
        return (await AnswerAsync(second, key, 0, ct).ConfigureAwait(false)).Map(one.Then);
    }

    private async Task<Result<Answer>> AskAsync(RecordGroup group, string key, int retries, CancellationToken ct)
    {
        var body = group.Bytes;
        if (shape is not null)
        {
            if (!shape.Before(group).TryGet(out var shaped, out var fault)) return In(fault);
            body = shaped;
        }
        var pause = FirstPause;
        for (var attempt = 0; ; attempt++)
        {
            using var reply = await runner.InvokeAsync(new Invocation { Body = body, ContentType = spec.ContentType, Accept = spec.Accept, Timeout = spec.RequestTimeout }, ct).ConfigureAwait(false);
            ct.ThrowIfCancellationRequested();
            if (reply.Error is null && reply.Status is >= 200 and < 300)
            {
                var answer = reply.Body;
                if (extension is not null)
                {
                    if (!(await extension.ExtendAsync(spec.Extension!.Data, body, answer, ProbeAsync, ct).ConfigureAwait(false)).TryGet(out var extended, out var unextended)) return In(unextended);
                    answer = extended;
                }
                if (shape is null) return new Answer(answer.ToArray(), reply.ContentType, group.Count);
                return shape.After(group, answer).TryGet(out var joined, out var joinError) ? new Answer(joined, reply.ContentType, group.Count) : In(joinError);
            }
            var passing = reply.Error is { } e ? e.Code is ErrorCode.Unavailable or ErrorCode.DeadlineExceeded or ErrorCode.ResourceExhausted : reply.Status >= 500;
            // Where records are put aside, a failure that the model itself tells of is the record's; without that it may pass with time.
            var told = reply.Status < 500 ? ErrorCode.InvalidArgument : spec.ErrorStem is null ? ErrorCode.Unavailable : ErrorCode.Internal;
            if (!passing || attempt >= retries) return In(reply.Error ?? new Error(told, $"the model answered {reply.Status}: {Start(reply.Body.Span)}"));
            Log($"{key}, records {group.First} to {group.First + group.Count - 1}: {reply.Error?.Message ?? $"status {reply.Status}"}; trying again in {pause.TotalSeconds:0.#} s");
            await Task.Delay(pause, time, ct).ConfigureAwait(false);
            pause *= 2;
        }

        async Task<Result<byte[]>> ProbeAsync(ReadOnlyMemory<byte> question, CancellationToken token)
        {
            using var reply = await runner.InvokeAsync(new Invocation { Body = question, ContentType = spec.ContentType, Accept = spec.Accept, Timeout = spec.RequestTimeout, IsProbe = true }, token).ConfigureAwait(false);
            token.ThrowIfCancellationRequested();
            return reply.Error is { } error ? error : reply.Status is >= 200 and < 300 ? reply.Body.ToArray() : new Error(ErrorCode.InvalidArgument, $"the model answered {reply.Status}: {Start(reply.Body.Span)}");
        }

        // The codec counts rows from the request's first: the reader of the message looks for them in the object.
        Error In(Error error) => error with { Message = $"{key}, records {group.First} to {group.First + group.Count - 1}: {error.Message}" };
    }

    private void Log(string line)
    {
        if (spec.Log is { } log) logs.Append(log, time.GetUtcNow(), line);
    }

    private static string Start(ReadOnlySpan<byte> body) => System.Text.Encoding.UTF8.GetString(body.Length > 512 ? body[..512] : body);
}
