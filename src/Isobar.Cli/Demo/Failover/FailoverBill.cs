using System.Globalization;
using System.Net.Http.Json;
using Isobar.Core.Results;
using Isobar.Server.Usage;

namespace Isobar.Cli.Demo.Failover;

/// <summary>What the scene would have cost, by cloud. A cloud's meter lies in its own process, as a cloud's bill lies with the cloud.</summary>
internal static class FailoverBill
{
    public static readonly string[] Headings = ["Cloud", "Training", "Serving", "List price"];

    /// <param name="clouds">Each cloud, and the control plane of the process that it is in.</param>
    public static async Task<Result<List<string[]>>> ReadAsync(HttpClient http, IEnumerable<(string Cloud, string Control)> clouds, DateTimeOffset from, CancellationToken ct)
    {
        var rows = new List<string[]>();
        foreach (var (cloud, control) in clouds)
        {
            var query = $"{control}/v1/usage?cloud={cloud}&from={Uri.EscapeDataString(from.ToString("O", CultureInfo.InvariantCulture))}";
            using var reply = await http.GetAsync(new Uri(query), ct);
            if (!reply.IsSuccessStatusCode) return new Error(ErrorCode.Unavailable, $"The bill of {cloud} cannot be read: {(int)reply.StatusCode}.");
            var report = (await reply.Content.ReadFromJsonAsync(UsageJson.Default.UsageReport, ct))!;
            rows.Add([cloud, Seconds("training"), Seconds("hosting"), report.Total.ToString("$0.000000", CultureInfo.InvariantCulture)]);

            string Seconds(string service) => FormattableString.Invariant($"{report.Rows.Where(r => r.Service == service && r.Unit == "instance-seconds").Sum(r => r.Quantity):0.#} s");
        }
        return rows;
    }
}
