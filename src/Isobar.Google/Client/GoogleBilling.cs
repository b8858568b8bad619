using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Isobar.Core.Capabilities;
using Isobar.Core.Results;

namespace Isobar.Google.Client;

/// <summary>
/// What Cloud Billing has exported to BigQuery (the standard or the detailed usage cost, <c>gcp_billing_export_v1_…</c>): Google tells costs nowhere else. Asked by BigQuery's REST API,
/// version 2. Amounts are net of credits, in US dollars by the rate that the export itself holds, and of the account's project alone.
/// </summary>
internal sealed partial class GoogleBilling(GoogleTransport transport, string table) : IBilling
{
    private const int MostPages = 200, PageRows = 10_000;
    // BigQuery bills by bytes that are read, about six dollars a tebibyte: no question may cost more than some cents.
    private const long MostBytes = 10L << 30;
    // How long BigQuery is waited for, by each call and in all.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30), MostPatience = TimeSpan.FromMinutes(5);
    // Days are those of UTC. A row's credits are negative.
    private const string Query = """
        SELECT FORMAT_TIMESTAMP('%Y-%m-%d', usage_start_time, 'UTC') AS day, service.description AS service, sku.description AS sku,
          CAST(SUM((cost + IFNULL((SELECT SUM(c.amount) FROM UNNEST(credits) AS c), 0)) / IFNULL(NULLIF(currency_conversion_rate, 0), 1)) AS NUMERIC) AS amount
        FROM `{0}`
        WHERE usage_start_time >= TIMESTAMP(@from) AND usage_start_time < TIMESTAMP(@to) AND project.id = @project
        GROUP BY day, service, sku HAVING amount != 0 ORDER BY day, service, sku
        """;

    private string Project => table[..table.IndexOf('.', StringComparison.Ordinal)];

    /// <summary>Whether a text names a table as <c>PROJECT.DATASET.TABLE</c>: it stands in the query's own text, where nothing else may.</summary>
    public static bool IsTable(string text) => TableName().IsMatch(text);

    // 1. Ask. 2. Wait until the answer is whole. 3. Read page after page.
    public async Task<Result<IReadOnlyList<BilledCost>>> ReadAsync(DateOnly from, DateOnly to, CancellationToken ct = default)
    {
        // 1.
        var question = new JsonObject
        {
            ["query"] = string.Format(CultureInfo.InvariantCulture, Query, table),
            ["useLegacySql"] = false,
            ["parameterMode"] = "NAMED",
            ["queryParameters"] = new JsonArray(Parameter("from", Day(from)), Parameter("to", Day(to)), Parameter("project", transport.Options.Project)),
            ["maxResults"] = PageRows,
            ["timeoutMs"] = (int)Patience.TotalMilliseconds,
            ["maximumBytesBilled"] = MostBytes.ToString(CultureInfo.InvariantCulture),
        };
        if (!(await CallAsync(HttpMethod.Post, "/queries", question, ct).ConfigureAwait(false)).TryGet(out var reply, out var error)) return error;
        var job = reply["jobReference"];
        var results = $"/queries/{Uri.EscapeDataString(job?["jobId"]?.GetValue<string>() ?? "")}?maxResults={PageRows}&timeoutMs={(int)Patience.TotalMilliseconds}&location={Uri.EscapeDataString(job?["location"]?.GetValue<string>() ?? "")}";

        // 2.
        for (var end = transport.Time.GetUtcNow() + MostPatience; reply["jobComplete"]?.GetValue<bool>() != true;)
        {
            if (transport.Time.GetUtcNow() > end) return new Error(ErrorCode.DeadlineExceeded, $"BigQuery has not answered within {MostPatience}.");
            if (!(await CallAsync(HttpMethod.Get, results, null, ct).ConfigureAwait(false)).TryGet(out reply, out error)) return error;
        }

        // 3.
        var all = new List<BilledCost>();
        for (var page = 0; page < MostPages; page++)
        {
            foreach (var row in (reply["rows"] as JsonArray ?? []).Select(r => r!["f"]!.AsArray().Select(c => c!["v"]?.GetValue<string>()).ToArray()))
                all.Add(new BilledCost(DateOnly.ParseExact(row[0]!, "yyyy-MM-dd", CultureInfo.InvariantCulture), row[1] ?? "", row[2] ?? "", decimal.Parse(row[3]!, NumberStyles.Float, CultureInfo.InvariantCulture), "USD"));
            if (reply["pageToken"]?.GetValue<string>() is not { Length: > 0 } next) return all;
            if (!(await CallAsync(HttpMethod.Get, $"{results}&pageToken={Uri.EscapeDataString(next)}", null, ct).ConfigureAwait(false)).TryGet(out reply, out error)) return error;
        }
        return new Error(ErrorCode.ResourceExhausted, $"The export has more than {MostPages} pages for {Day(from)} to {Day(to)}: ask for fewer days.");
    }

    // A question that is asked twice is answered from BigQuery's cache, and for nothing.
    private Task<Result<JsonObject>> CallAsync(HttpMethod method, string path, JsonObject? body, CancellationToken ct) =>
        transport.CallAsync(GoogleClientRegistration.Repeatable, method, "bigquery", $"/bigquery/v2/projects/{Project}{path}", body, ct);

    private static JsonObject Parameter(string name, string value) =>
        new() { ["name"] = name, ["parameterType"] = new JsonObject { ["type"] = "STRING" }, ["parameterValue"] = new JsonObject { ["value"] = value } };

    private static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    [GeneratedRegex(@"\A[a-z][a-z0-9-]{4,61}[a-z0-9]\.[A-Za-z0-9_]{1,300}\.[A-Za-z0-9_-]{1,300}\z")]
    private static partial Regex TableName();
}
