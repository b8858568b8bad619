using System.Text.Json;
using System.Text.Json.Serialization;
using Isobar.Core.Results;
using Isobar.Google.Client;

namespace Isobar.Server.Clouds;

/// <summary><c>clouds.json</c> of the data directory: the accounts beside this machine's own emulators. It holds no secret; credentials come from the vendors' own chains, a key file or variables that it names.</summary>
internal sealed record CloudsFile
{
    // Settable, not init: generated readers would put default(T) over the values below where the file is silent.
    /// <summary>Whether the emulators and this machine are among the clouds. Default: yes.</summary>
    public bool Local { get; set; } = true;
    /// <summary>The accounts.</summary>
    public IReadOnlyList<CloudAccount> Clouds { get; set; } = [];

    /// <summary>Reads the file; without one there are the local clouds alone.</summary>
    /// <exception cref="IOException">It is not as it must be; the message says where.</exception>
    public static CloudsFile Read(string dataDirectory)
    {
        var path = Path.Combine(dataDirectory, "clouds.json");
        if (!File.Exists(path)) return new CloudsFile();
        CloudsFile file;
        try { file = JsonSerializer.Deserialize(File.ReadAllText(path), CloudsJson.Default.CloudsFile) ?? new CloudsFile(); }
        catch (JsonException e) { throw new IOException($"{path} is not as it must be: {e.Message}", e); }
        var faults = file.Faults().ToList();
        return faults.Count == 0 ? file : throw new IOException($"{path} is not as it must be. {string.Join(' ', faults.Select(f => $"{f.Field}: {f.Message}"))}");
    }

    private IEnumerable<Fault> Faults()
    {
        var names = new HashSet<string>(Local ? CloudAccount.Kinds : [], StringComparer.Ordinal);
        foreach (var (i, account) in Clouds.Index())
        {
            if (account.Name.Length == 0 || !account.Name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-')) yield return new($"clouds[{i}].name", account.Name, $"'{account.Name}' is no name; it has lower-case letters, digits and hyphens.");
            else if (!names.Add(account.Name)) yield return new($"clouds[{i}].name", account.Name, $"'{account.Name}' is the name of another cloud.");
            if (!CloudAccount.Kinds.Contains(account.Kind) || account.Kind == "onprem") yield return new($"clouds[{i}].kind", account.Kind, $"'{account.Kind}' is no vendor; there are aws, gcp and azure.");
            if (account.Meter is not null && account.Endpoint is null) yield return new($"clouds[{i}].meter", account.Meter.ToString(), "A meter goes with the endpoint of an emulator.");
            if (account.Kind == "gcp" && account.Project is null) yield return new($"clouds[{i}].project", null, "A Google Cloud account names its project.");
            if (account.BillingTable is { } table && (account.Kind != "gcp" || !GoogleClientOptions.IsBillingTable(table))) yield return new($"clouds[{i}].billingTable", table, $"'{table}' is no export of Cloud Billing; a Google Cloud account names it as PROJECT.DATASET.TABLE.");
            if (account.Kind == "azure" && (account.Subscription is null || account.ResourceGroup is null || account.Workspace is null)) yield return new($"clouds[{i}].workspace", account.Workspace, "An Azure account names its subscription, resourceGroup and workspace.");
            if (account.ClientId is null != account.ClientSecretFrom is null || account.ClientId is not null && account.Tenant is null) yield return new($"clouds[{i}].clientId", account.ClientId, "tenant, clientId and clientSecretFrom go together.");
            if (account.AccessKeyIdFrom is null != account.SecretAccessKeyFrom is null) yield return new($"clouds[{i}].accessKeyIdFrom", account.AccessKeyIdFrom, "accessKeyIdFrom and secretAccessKeyFrom go together.");
        }
    }
}

/// <summary>An account of a vendor.</summary>
internal sealed record CloudAccount
{
    public static readonly string[] Kinds = ["aws", "gcp", "azure", "onprem"];

    /// <summary>How manifests name it.</summary>
    public string Name { get; set; } = "";
    /// <summary><c>aws</c>, <c>gcp</c> or <c>azure</c>.</summary>
    public string Kind { get; set; } = "";
    /// <summary>Its region; null: the client's default.</summary>
    public string? Region { get; init; }
    /// <summary>The address of an emulator elsewhere; null: the vendor's own.</summary>
    public Uri? Endpoint { get; init; }
    /// <summary>The control plane of the Isobar whose emulator it is, which tells what was used there; null: what it costs is not known here.</summary>
    public Uri? Meter { get; init; }
    /// <summary>AWS: the role that jobs and models run as.</summary>
    public string? RoleArn { get; init; }
    /// <summary>The image of an algorithm, <c>{0}</c> being the catalogue's name.</summary>
    public string? ImageFormat { get; init; }
    /// <summary>The machine of jobs and endpoints that name none.</summary>
    public string? Machine { get; init; }
    /// <summary>AWS: the variable that holds the access key id; null: AWS's own chain.</summary>
    public string? AccessKeyIdFrom { get; init; }
    /// <summary>AWS: the variable that holds the secret.</summary>
    public string? SecretAccessKeyFrom { get; init; }
    /// <summary>Google Cloud: the project.</summary>
    public string? Project { get; init; }
    /// <summary>Google Cloud: a service account's key file; null: Google's own chain.</summary>
    public string? KeyFile { get; init; }
    /// <summary>Google Cloud: the table that Cloud Billing is exported to, <c>PROJECT.DATASET.TABLE</c>; null: what was billed is not known.</summary>
    public string? BillingTable { get; init; }
    /// <summary>Azure: the subscription.</summary>
    public string? Subscription { get; init; }
    /// <summary>Azure: the resource group.</summary>
    public string? ResourceGroup { get; init; }
    /// <summary>Azure: the workspace.</summary>
    public string? Workspace { get; init; }
    /// <summary>Azure: the tenant of the application; null: Azure's own chain.</summary>
    public string? Tenant { get; init; }
    /// <summary>Azure: the application's id.</summary>
    public string? ClientId { get; init; }
    /// <summary>Azure: the variable that holds the application's secret.</summary>
    public string? ClientSecretFrom { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, ReadCommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(CloudsFile))]
internal sealed partial class CloudsJson : JsonSerializerContext;
