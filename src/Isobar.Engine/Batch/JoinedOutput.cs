using Isobar.Core.Results;
using Isobar.Engine.Objects;

namespace Isobar.Engine.Batch;

/// <summary>Makes one object of a job's outputs, in the order of the inputs.</summary>
internal static class JoinedOutput
{
    /// <summary>Joins the parts and drops them. A kill in between has the join done over: parts that are gone already are in what was put.</summary>
    public static async Task<Error?> PutAsync(IObjectStore objects, BatchSpec spec, IReadOnlyList<string> parts, CancellationToken ct)
    {
        var target = spec.Output.Below(spec.JoinedAs!);
        var present = new List<string>();
        foreach (var part in parts)
            if ((await objects.HeadAsync(spec.Output.Bucket, part, null, ct).ConfigureAwait(false)).IsOk) present.Add(part);
        if (present.Count < parts.Count && (await objects.HeadAsync(target.Bucket, target.Key, null, ct).ConfigureAwait(false)).IsOk) return await DropAsync().ConfigureAwait(false);
        await using var joined = new JoinedStream([.. present.Select(part => (Func<CancellationToken, Task<Stream>>)(async token =>
        {
            var opened = await objects.OpenAsync(spec.Output.Bucket, part, ct: token).ConfigureAwait(false);
            return opened.TryGet(out var open, out var error) ? open.Content : throw new IOException(error.Message);
        }))]);
        if ((await objects.PutAsync(target.Bucket, target.Key, joined, new PutOptions { ContentType = spec.Accept }, ct).ConfigureAwait(false)).Error is { } failed) return failed;
        return await DropAsync().ConfigureAwait(false);

        async Task<Error?> DropAsync()
        {
            foreach (var part in present)
                if ((await objects.DeleteAsync(spec.Output.Bucket, part, ct: ct).ConfigureAwait(false)).Error is { } error) return error;
            return null;
        }
    }
}
