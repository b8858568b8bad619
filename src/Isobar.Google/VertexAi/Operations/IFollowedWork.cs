using Google.Protobuf;
using RpcStatus = Google.Rpc.Status;

namespace Isobar.Google.VertexAi.Operations;

/// <summary>How work stands that an operation follows.</summary>
/// <param name="Response">The answer of a success; null where the work is not done, or failed.</param>
/// <param name="Error">Why it failed.</param>
internal sealed record FollowedResult(IMessage? Response, RpcStatus? Error)
{
    /// <summary>It is under way.</summary>
    public static FollowedResult UnderWay { get; } = new(null, null);
}

/// <summary>Work that goes on for long and that an operation stands for. It is asked how it stands whenever the operation is, so that no restart forgets it.</summary>
internal interface IFollowedWork
{
    /// <summary>Tells kinds of work apart; it is stored.</summary>
    string Kind { get; }

    Task<FollowedResult> LookAsync(string name, CancellationToken ct);

    /// <summary>Asks the work to end; it may be done meanwhile.</summary>
    Task CancelAsync(string name, CancellationToken ct);
}
