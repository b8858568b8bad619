namespace Isobar.Aws.S3;

/// <summary>Answers one operation: writes the response and gives null, or gives the error to write.</summary>
internal delegate Task<S3Error?> S3Handler(S3Call call);

/// <summary>Whether an operation is on the service, on a bucket or on an object.</summary>
internal enum S3Level { Service, Bucket, Object }

/// <summary>How an operation is told from the others.</summary>
/// <param name="Operation">Its name in the service model.</param>
/// <param name="Method">The HTTP method.</param>
/// <param name="Level">What the path names.</param>
/// <param name="Subresource">A query key that must be present; empty for the plain operation.</param>
/// <param name="Handler">Null where it is not built.</param>
internal sealed record S3Route(string Operation, string Method, S3Level Level, string Subresource, S3Handler? Handler = null)
{
    /// <summary>A second query key that must be present.</summary>
    public string? And { get; init; }
    /// <summary>A header that must be present.</summary>
    public string? Header { get; init; }

    public bool Matches(S3Call call, S3Level level) =>
        Level == level && call.Request.Method == Method
        && (Subresource.Length == 0 || call.Query.Has(Subresource))
        && (And is null || call.Query.Has(And))
        && (Header is null || call.Header(Header) is not null);
}
