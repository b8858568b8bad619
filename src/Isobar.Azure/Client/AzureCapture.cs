using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Isobar.Core.Capabilities;
using Isobar.Core.Results;

namespace Isobar.Azure.Client;

/// <summary>What deployments keep of their traffic: Azure writes each collection to the place of a data asset.</summary>
internal sealed class AzureCapture(AzureWorkspace workspace)
{
    public const string Inputs = "model_inputs", Outputs = "model_outputs";

    /// <summary>The <c>dataCollector</c> of a deployment that keeps everything below a place.</summary>
    public async Task<Result<JsonObject>> CollectorAsync(string endpoint, string deployment, DataLocation to, CancellationToken ct)
    {
        var collections = new JsonObject();
        foreach (var collection in new[] { Inputs, Outputs })
        {
            var folder = to with { Key = $"{(to.Key.Length == 0 || to.Key.EndsWith('/') ? to.Key : to.Key + "/")}{endpoint}/{deployment}/{collection}/" };
            if (!(await workspace.UriAsync(folder, ct).ConfigureAwait(false)).TryGet(out var uri, out var error)) return error;
            // An asset's place is fixed: another place is another version.
            var asset = $"{Asset(endpoint, deployment, collection)}/versions/{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(uri)))[..12]}";
            if ((await workspace.PutAsync(asset, new JsonObject { ["properties"] = new JsonObject { ["dataType"] = "uri_folder", ["dataUri"] = uri } }, ct).ConfigureAwait(false)).Error is { } unmade) return unmade;
            collections[collection] = new JsonObject { ["dataCollectionMode"] = "Enabled", ["dataId"] = workspace.IdOf(asset), ["samplingRate"] = 1 };
        }
        return new JsonObject { ["collections"] = collections, ["rollingRate"] = "Hour" };
    }

    /// <summary>Drops the assets of a deployment that is gone; what was collected stays.</summary>
    public async Task<Result<Done>> ForgetAsync(string endpoint, JsonObject deployment, CancellationToken ct)
    {
        foreach (var (collection, kept) in deployment["properties"]?["dataCollector"]?["collections"] as JsonObject ?? [])
        {
            var asset = Asset(endpoint, deployment["name"]!.GetValue<string>(), collection);
            if (kept?["dataId"]?.GetValue<string>().Contains(asset, StringComparison.Ordinal) != true) continue;
            if ((await workspace.OperateAsync(HttpMethod.Delete, asset, null, ct).ConfigureAwait(false)).Error is { Code: not ErrorCode.NotFound } error) return error;
        }
        return Done.Value;
    }

    private static string Asset(string endpoint, string deployment, string collection) => $"data/isobar-{endpoint}-{deployment}-{collection}";
}
