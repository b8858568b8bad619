using Isobar.Core.Results;

namespace Isobar.MultiCloud.Orchestration;

/// <summary>Calls of clouds, none of which may take for ever or throw.</summary>
internal static class Calls
{
    public static async Task<Result<T>> WithinAsync<T>(TimeSpan limit, Func<CancellationToken, Task<Result<T>>> call, CancellationToken ct)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        patience.CancelAfter(limit);
        try { return await call(patience.Token).ConfigureAwait(false); }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested) { return new Error(ErrorCode.DeadlineExceeded, $"No answer within {limit.TotalSeconds:0} s."); }
        catch (Exception e) when (e is HttpRequestException or IOException) { return new Error(ErrorCode.Unavailable, e.Message); }
    }

    /// <summary>Whether a failure is the place's own, so that another place may do better.</summary>
    public static bool IsOfThePlace(Error error) => error.Code is ErrorCode.Unavailable or ErrorCode.DeadlineExceeded or ErrorCode.ResourceExhausted or ErrorCode.Internal or ErrorCode.Unimplemented or ErrorCode.Unauthenticated or ErrorCode.PermissionDenied;

    /// <summary>Whether the cloud could not be reached at all.</summary>
    public static bool IsUnreachable(Error error) => error.Code is ErrorCode.Unavailable or ErrorCode.DeadlineExceeded;
}
