using System.Text.Json;
using System.Text.Json.Nodes;
using Isobar.Core.Capabilities;
using Isobar.Core.Results;

namespace Isobar.MultiCloud.Monitoring;

/// <summary>Reads which columns differ out of <c>violations.json</c>, which every cloud's monitoring leaves below the place of its reports.</summary>
internal static class DriftReport
{
    private const string File = "violations.json";
    private const int MostBytes = 4 << 20, MostColumns = 100;
    // What the clouds call a column: SageMaker, Azure ML, and reports that no vendor has given a form.
    private static readonly string[] Names = ["feature_name", "feature", "subject"];

    /// <summary>The columns of the newest report; none where it cannot be read, for that data differ is known already.</summary>
    public static async Task<IReadOnlyList<string>> ColumnsAsync(IObjects objects, DataLocation reports, CancellationToken ct)
    {
        if (!(await objects.ListAsync(reports, ct).ConfigureAwait(false)).TryGet(out var found, out _)) return [];
        var newest = found.Where(o => o.Key.EndsWith(File, StringComparison.Ordinal) && o.Size <= MostBytes).OrderByDescending(o => o.Modified).ThenByDescending(o => o.Key, StringComparer.Ordinal).FirstOrDefault();
        if (newest is null || !(await objects.GetAsync(reports with { Key = newest.Key }, ct).ConfigureAwait(false)).TryGet(out var content, out _)) return [];
        await using (content.ConfigureAwait(false))
        {
            try
            {
                var report = await JsonNode.ParseAsync(content, cancellationToken: ct).ConfigureAwait(false);
                return [.. (report?["violations"] as JsonArray ?? []).OfType<JsonObject>().Select(v => Names.Select(n => v[n]).OfType<JsonValue>().FirstOrDefault()?.ToString()).OfType<string>().Distinct().Take(MostColumns)];
            }
            catch (JsonException)
            {
                return [];
            }
        }
    }
}
