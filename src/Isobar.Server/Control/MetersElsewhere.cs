using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Text.Json;
using Isobar.MultiCloud.Costs;
using Isobar.Server.Clouds;
using Isobar.Server.Usage;

namespace Isobar.Server.Control;

/// <summary>The meters of emulators elsewhere, where <c>clouds.json</c> names one.</summary>
internal sealed class MetersElsewhere(ComposedClouds clouds, IHttpClientFactory http)
{
    private const int MostKept = 64;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private readonly ConcurrentDictionary<(string Cloud, DateTimeOffset From), IReadOnlyList<UsageLine>> _last = new();

    public async Task<IReadOnlyList<UsageLine>> ReadAsync(DateTimeOffset from, DateTimeOffset to, CancellationToken ct)
    {
        var lines = new List<UsageLine>();
        foreach (var account in clouds.Accounts.Where(a => a.Meter is not null)) lines.AddRange(await ReadAsync(account, from, to, ct).ConfigureAwait(false));
        return lines;
    }

    // While a cloud is away, what it told last stands: a budget does not grow because nobody counts.
    private async Task<IReadOnlyList<UsageLine>> ReadAsync(CloudAccount account, DateTimeOffset from, DateTimeOffset to, CancellationToken ct)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        patience.CancelAfter(Patience);
        try
        {
            using var client = http.CreateClient();
            var url = new Uri(account.Meter!, $"/v1/usage?cloud={account.Kind}&from={Uri.EscapeDataString(from.ToString("O"))}&to={Uri.EscapeDataString(to.ToString("O"))}");
            var report = await client.GetFromJsonAsync(url, UsageJson.Default.UsageReport, patience.Token).ConfigureAwait(false);
            IReadOnlyList<UsageLine> lines = [.. report!.Rows.Select(r => new UsageLine(account.Name, r.Region, r.Service, r.Resource, r.Sku, r.Unit, r.Quantity, r.Spot, r.Cost))];
            if (_last.Count >= MostKept) _last.Clear();
            return _last[(account.Name, from)] = lines;
        }
        catch (Exception e) when (e is HttpRequestException or JsonException || e is OperationCanceledException && !ct.IsCancellationRequested)
        {
            return _last.GetValueOrDefault((account.Name, from), []);
        }
    }
}
