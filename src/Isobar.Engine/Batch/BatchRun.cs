using System.IO.Compression;
using Isobar.Core.Results;
using Isobar.Engine.Logs;
using Isobar.Engine.Models;
using Isobar.Engine.Objects;
using Isobar.Engine.Serving;
using Isobar.Engine.Training;

namespace Isobar.Engine.Batch;

/// <summary>One job's way through its objects.</summary>
internal sealed class BatchRun(BatchSpec spec, ModelRunner runner, IRecordShape? shape, IObjectStore objects, ILogStore logs, string folder, TimeProvider time)
{
    // A graph is fastest in portions that fit the caches, and small ones keep all cores busy; the user's own server gets what was asked for.
    private const int GraphPortion = 128 * 1024;
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200);

    /// <summary>Requests at the same time.</summary>
    public int Concurrency { get; } = spec.MaxConcurrency > 0 ? spec.MaxConcurrency : spec.Model.Program is OnnxProgram ? Math.Max(2, Environment.ProcessorCount) : 1;

    // 1. cut the object into requests; 2. ask, several at a time; 3. write the answers in order to a file; 4. put the file as the object's
    // output in one step. Nothing is seen of an object before 4.
    /// <summary>Carries one object through; gives the records answered.</summary>
    public async Task<Result<long>> ObjectAsync(string key, string target, CancellationToken ct)
    {
        if (!(await objects.OpenAsync(spec.Input.Bucket, key, ct: ct).ConfigureAwait(false)).TryGet(out var opened, out var error)) return error;
        var path = Path.Combine(folder, Guid.NewGuid().ToString("N"));
        try
        {
            await using (opened)
            {
                await using var output = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 128 * 1024, FileOptions.Asynchronous);
                await using Stream content = spec.Gzip ? new GZipStream(opened.Content, CompressionMode.Decompress) : opened.Content;
                if (!(await TransformAsync(content, key, output, ct).ConfigureAwait(false)).TryGet(out var records, out error)) return error;
                await output.FlushAsync(ct).ConfigureAwait(false);
                output.Close();
                await using var result = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 128 * 1024, FileOptions.Asynchronous | FileOptions.SequentialScan);
                var put = await objects.PutAsync(spec.Output.Bucket, target, result, new PutOptions { ContentType = spec.Accept }, ct).ConfigureAwait(false);
                return put.IsOk ? records : put.Error.Code == ErrorCode.NotFound ? new Error(ErrorCode.NotFound, $"the bucket {spec.Output.Bucket.Name} of the output does not exist") : put.Error;
            }
        }
        catch (Exception e) when (e is RecordException or InvalidDataException)
        {
            return new Error(ErrorCode.InvalidArgument, $"{key}: {e.Message}");
        }
        finally
        {
            File.Delete(path);
        }
    }

    private async Task<Result<long>> TransformAsync(Stream content, string key, Stream output, CancellationToken ct)
    {
        var graph = spec.Model.Program is OnnxProgram;
        var reader = new RecordReader(
            spec.Split,
            spec.MaxPayloadBytes,
            spec.Strategy == BatchStrategy.SingleRecord ? 1 : int.MaxValue,
            graph && spec.Split == BatchSplit.Line ? Math.Min(GraphPortion, spec.MaxPayloadBytes) : spec.MaxPayloadBytes);
        var underWay = new Queue<Task<Result<Answer>>>();
        var writer = new AnswerWriter(spec, output);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        try
        {
            await foreach (var group in reader.ReadAsync(content, stop.Token).ConfigureAwait(false))
            {
                if (underWay.Count >= Concurrency && await WriteFirstAsync().ConfigureAwait(false) is { } failure) return failure;
                underWay.Enqueue(Task.Run(() => AskAsync(group, key, stop.Token), stop.Token));
            }
            while (underWay.Count > 0)
                if (await WriteFirstAsync().ConfigureAwait(false) is { } failure) return failure;
            return writer.Records;
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(underWay).ContinueWith(_ => { }, TaskScheduler.Default).ConfigureAwait(false);
        }

        async Task<Error?> WriteFirstAsync()
        {
            if (!(await underWay.Dequeue().ConfigureAwait(false)).TryGet(out var answer, out var error)) return error;
            await writer.WriteAsync(answer, ct).ConfigureAwait(false);
            return null;
        }
    }

    private async Task<Result<Answer>> AskAsync(RecordGroup group, string key, CancellationToken ct)
    {
        var body = group.Bytes;
        if (shape is not null)
        {
            if (!shape.Before(group).TryGet(out var shaped, out var fault)) return In(fault);
            if (shaped is null) return new Answer([], null, 0);
            body = shaped;
        }
        var pause = FirstPause;
        for (var attempt = 0; ; attempt++)
        {
            using var reply = await runner.InvokeAsync(new Invocation { Body = body, ContentType = spec.ContentType, Accept = spec.Accept, Timeout = spec.RequestTimeout }, ct).ConfigureAwait(false);
            ct.ThrowIfCancellationRequested();
            if (reply.Error is null && reply.Status is >= 200 and < 300)
            {
                if (shape is null) return new Answer(reply.Body.ToArray(), reply.ContentType, group.Count);
                return shape.After(group, reply.Body).TryGet(out var joined, out var joinError) ? new Answer(joined, reply.ContentType, shape.Count(group)) : In(joinError);
            }
            var passing = reply.Error is { } e ? e.Code is ErrorCode.Unavailable or ErrorCode.DeadlineExceeded or ErrorCode.ResourceExhausted : reply.Status >= 500;
            if (!passing || attempt >= spec.MaxRetries)
                return In(reply.Error ?? new Error(reply.Status >= 500 ? ErrorCode.Unavailable : ErrorCode.InvalidArgument, $"the model answered {reply.Status}: {Start(reply.Body.Span)}"));
            Log($"{key}, records {group.First} to {group.First + group.Count - 1}: {reply.Error?.Message ?? $"status {reply.Status}"}; trying again in {pause.TotalSeconds:0.#} s");
            await Task.Delay(pause, time, ct).ConfigureAwait(false);
            pause *= 2;
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

/// <summary>What the model answered to a group of records.</summary>
internal sealed record Answer(byte[] Body, string? ContentType, int Records);

/// <summary>Puts answers together.</summary>
internal sealed class AnswerWriter(BatchSpec spec, Stream output)
{
    private bool _endsLine = true;

    public long Records { get; private set; }

    public async Task WriteAsync(Answer answer, CancellationToken ct)
    {
        // How many requests an object makes is our affair: lines of one must not run into those of the next.
        if (!_endsLine && spec.Split == BatchSplit.Line) await output.WriteAsync("\n"u8.ToArray(), ct).ConfigureAwait(false);
        await output.WriteAsync(answer.Body, ct).ConfigureAwait(false);
        _endsLine = answer.Body.Length == 0 || answer.Body[^1] == (byte)'\n';
        if (!_endsLine && spec.Assemble == BatchAssembly.Line)
        {
            await output.WriteAsync("\n"u8.ToArray(), ct).ConfigureAwait(false);
            _endsLine = true;
        }
        Records += answer.Records;
    }
}
