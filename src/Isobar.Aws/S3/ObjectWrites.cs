namespace Isobar.Aws.S3;

/// <summary>PutObject.</summary>
internal static class ObjectWrites
{
    public static async Task<S3Error?> PutAsync(S3Call call)
    {
        var (options, bad) = ObjectHeaders.Read(call);
        if ((bad ?? ObjectHeaders.CheckCondition(call)) is { } invalid) return invalid;
        var (body, fault) = S3Body.Of(call);
        if (body is null) return fault;
        var put = await call.Objects.PutAsync(call.Bucket, call.Key, body.Content, body.Apply(options), call.Aborted).ConfigureAwait(false);
        if (!put.TryGet(out var info, out var error)) return S3Error.From(error, call);
        ObjectHeaders.WriteStored(call, info);
        return null;
    }
}
