using System.Buffers;
using System.Globalization;
using System.Text.RegularExpressions;
using Isobar.Core.Results;
using Isobar.Engine.Objects;

namespace Isobar.Aws.S3;

/// <summary>GetObject and HeadObject.</summary>
internal static partial class ObjectReads
{
    private const int CopyBuffer = 256 * 1024;

    private static readonly (string Query, string Header)[] Overrides =
    [
        ("response-content-type", "Content-Type"), ("response-content-language", "Content-Language"), ("response-expires", "Expires"),
        ("response-cache-control", "Cache-Control"), ("response-content-disposition", "Content-Disposition"), ("response-content-encoding", "Content-Encoding"),
    ];

    public static async Task<S3Error?> HeadAsync(S3Call call)
    {
        var (info, error) = await FindAsync(call).ConfigureAwait(false);
        if (info is null) return error;
        var (_, bad) = Begin(call, info);
        return bad;
    }

    public static async Task<S3Error?> GetAsync(S3Call call)
    {
        var (info, error) = await FindAsync(call).ConfigureAwait(false);
        if (info is null) return error;
        if (S3Conditions.Check(call, info) is { } miss) return miss;
        var (range, bad) = RangeOf(call, info);
        if (bad is not null) return bad;
        var opened = await call.Objects.OpenAsync(call.Bucket, call.Key, call.VersionId, range?.Offset ?? 0, range?.Length, call.Aborted).ConfigureAwait(false);
        if (!opened.TryGet(out var open, out var fault)) return S3Error.From(fault, call);
        await using (open)
        {
            // The object may have been replaced since it was looked up: what is sent is described by what was opened.
            var (_, late) = Begin(call, open.Info);
            if (late is not null) return late;
            call.Response.ContentLength = open.Length;
            await SendAsync(call, open).ConfigureAwait(false);
        }
        return null;
    }

    /// <summary>Finds the object or version that the request names, or the error that says why not.</summary>
    public static async Task<(ObjectInfo? Info, S3Error? Error)> FindAsync(S3Call call)
    {
        if (CheckVersion(call.VersionId) is { } bad) return (null, bad);
        var found = await call.Objects.HeadAsync(call.Bucket, call.Key, call.VersionId, call.Aborted).ConfigureAwait(false);
        if (!found.TryGet(out var info, out var error))
        {
            var isKey = error.Code == ErrorCode.NotFound && error.Faults is [{ Field: "key" }, ..];
            return (null, isKey && call.VersionId is not null ? S3Error.NoSuchVersion(call.Key, call.VersionId) : S3Error.From(error, call));
        }
        if (!info.IsDeleteMarker) return (info, null);
        return (null, S3Error.MethodNotAllowed with
        {
            Headers = [("x-amz-delete-marker", "true"), ("x-amz-version-id", info.Version()), ("Allow", "DELETE"), ("Last-Modified", info.LastModified.ToString("R", CultureInfo.InvariantCulture))],
        });
    }

    public static S3Error? CheckVersion(string? version) => version is null || version == "null" || Version().IsMatch(version)
        ? null
        : S3Error.InvalidArgument("versionId", version, "Invalid version id specified");

    /// <summary>Checks the conditions and the range, then writes the status and the headers.</summary>
    private static (S3Range? Range, S3Error? Error) Begin(S3Call call, ObjectInfo info)
    {
        if (S3Conditions.Check(call, info) is { } miss) return (null, miss);
        var (range, bad) = RangeOf(call, info);
        if (bad is not null) return (null, bad);
        // A checksum covers the whole object, so a range goes without.
        var whole = range is not { } part || part.Length == info.Size;
        ObjectHeaders.Write(call, info, checksums: whole && call.Header("x-amz-checksum-mode")?.ToUpperInvariant() == "ENABLED");
        foreach (var (query, header) in Overrides)
        {
            if (call.Query[query] is { Length: > 0 } value) call.Response.Headers[header] = value;
        }
        if (call.Query["partNumber"] is not null && info.PartSizes.Count > 0)
            call.Response.Headers["x-amz-mp-parts-count"] = info.PartSizes.Count.ToString(CultureInfo.InvariantCulture);
        call.Response.StatusCode = 200;
        call.Response.ContentLength = info.Size;
        if (range is not { } taken) return (range, null);
        call.Response.StatusCode = 206;
        call.Response.ContentLength = taken.Length;
        if (taken.Length > 0) call.Response.Headers.ContentRange = $"bytes {taken.Offset}-{taken.Offset + taken.Length - 1}/{info.Size}";
        return (range, null);
    }

    private static (S3Range? Range, S3Error? Error) RangeOf(S3Call call, ObjectInfo info)
    {
        if (call.Query["partNumber"] is not { } part) return S3Range.Parse(call.Header("Range"), info.Size);
        if (call.Header("Range") is not null) return (null, S3Error.InvalidRequest("Cannot specify both Range header and partNumber query parameter"));
        return int.TryParse(part, out var number)
            ? S3Range.OfPart(number, info.PartSizes, info.Size)
            : (null, S3Error.InvalidArgument("partNumber", part, "Part number must be an integer between 1 and 10000, inclusive"));
    }

    private static async Task SendAsync(S3Call call, OpenObject open)
    {
        var buffer = ArrayPool<byte>.Shared.Rent((int)Math.Clamp(open.Length, 1, CopyBuffer));
        try
        {
            for (int read; (read = await open.Content.ReadAsync(buffer, call.Aborted).ConfigureAwait(false)) > 0;)
                await call.Response.Body.WriteAsync(buffer.AsMemory(0, read), call.Aborted).ConfigureAwait(false);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    [GeneratedRegex("^[0-9a-f]{40,48}$")]
    private static partial Regex Version();
}
