using System.Text.Json.Nodes;

namespace Isobar.Cli.Demo.Failover;

/// <summary>What became of the requests while a cloud was killed.</summary>
/// <param name="Killed">The cloud.</param>
/// <param name="Requests">Requests around the kill.</param>
/// <param name="FailedRequests">Of these: not answered rightly.</param>
/// <param name="RecoverySeconds">From the kill to the first answer of that cloud after its restart.</param>
/// <param name="LongestGapSeconds">The longest time without any answer.</param>
internal sealed record FailoverResult(string Killed, int Requests, int FailedRequests, double RecoverySeconds, double LongestGapSeconds)
{
    public JsonObject ToJson() => new()
    {
        ["failover"] = new JsonObject
        {
            ["killed"] = Killed,
            ["requests"] = Requests,
            ["failedRequests"] = FailedRequests,
            ["recoverySeconds"] = Math.Round(RecoverySeconds, 2),
            ["longestGapSeconds"] = Math.Round(LongestGapSeconds, 3),
        },
    };
}
