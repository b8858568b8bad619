using System.Globalization;
using System.Net.Http.Json;
using Isobar.Core.Results;
using Isobar.Server.Usage;

namespace Isobar.Cli.Demo.Failover;

/// <summary>What the scene would have cost, by cloud. A cloud's meter lies in its own process, as a cloud's bill lies with the cloud.</summary>
internal static class FailoverBill
{
    public static readonly string[] Headings = ["Cloud", "Training", "Serving", "List price"];

    /// <param name="clouds">Each cloud, the control plane of the process that it is in, and what the names of its resources contain; null: all are the scene's.</param>
    public static async Task<Result<List<string[]>>> ReadAsync(HttpClient http, IEnumerable<(string Cloud, string Control, string? Of)> clouds, DateTimeOffset from, CancellationToken ct)
    {
        var rows = new List<string[]>();
        foreach (var (cloud, control, of) in clouds)
        {
            var query = $"{control}/v1/usage?cloud={cloud}&from={Uri.EscapeDataString(from.ToString("O", CultureInfo.InvariantCulture))}";
            using var reply = await http.GetAsync(new Uri(query), ct);
            if (!reply.IsSuccessStatusCode) return new Error(ErrorCode.Unavailable, $"The bill of {cloud} cannot be read: {(int)reply.StatusCode}.");
            // The meter tells whole minutes: what came before the scene is known by its name.
            var used = (await reply.Content.ReadFromJsonAsync(UsageJson.Default.UsageReport, ct))!.Rows.Where(r => of is null || r.Resource.Contains(of, StringComparison.Ordinal)).ToList();
            rows.Add([cloud, Seconds("training"), Seconds("hosting"), used.Sum(r => r.Cost ?? 0).ToString("$0.000000", CultureInfo.InvariantCulture)]);

            string Seconds(string service) => FormattableString.Invariant($"{used.Where(r => r.Service == service && r.Unit == "instance-seconds").Sum(r => r.Quantity):0.#} s");
        }
        return rows;
    }
}
