namespace Isobar.Azure.Client;

/// <summary>Which Azure to speak to: the real one, or an emulator. Only these values differ.</summary>
public sealed record AzureClientOptions
{
    /// <summary>The one address of an emulator, such as <c>http://127.0.0.1:4577</c>; null: Azure itself, by the three addresses below.</summary>
    public Uri? Endpoint { get; init; }
    /// <summary>Who gives tokens; another for sovereign clouds.</summary>
    public Uri AuthorityHost { get; init; } = new("https://login.microsoftonline.com");
    /// <summary>The Resource Manager; another for sovereign clouds.</summary>
    public Uri ResourceManager { get; init; } = new("https://management.azure.com");
    /// <summary>The host of blobs, <c>{0}</c> being the storage account.</summary>
    public string BlobHost { get; init; } = "{0}.blob.core.windows.net";
    /// <summary>The subscription's id.</summary>
    public required string Subscription { get; init; }
    /// <summary>The resource group of the workspace.</summary>
    public required string ResourceGroup { get; init; }
    /// <summary>The workspace of Azure Machine Learning; buckets are containers of its storage account.</summary>
    public required string Workspace { get; init; }
    /// <summary>Whether the resource group and the workspace are made where they are missing; null: where <see cref="Endpoint"/> is set.</summary>
    public bool? CreateWorkspace { get; init; }
    /// <summary>The region of a workspace that is made.</summary>
    public string Location { get; init; } = "eastus";
    /// <summary>The tenant of the application.</summary>
    public string? Tenant { get; init; }
    /// <summary>The application's id; null: Azure's own chain (environment, workload and managed identity, the command line's sign-in).</summary>
    public string? ClientId { get; init; }
    /// <summary>The secret that goes with <see cref="ClientId"/>.</summary>
    public string? ClientSecret { get; init; }
    /// <summary>The environment of training jobs: an image with <c>isobar-train</c> on its PATH, by the environment's id.</summary>
    public string Environment { get; init; } = "isobar";
    /// <summary>The compute that training jobs run on, by its id; null: serverless compute.</summary>
    public string? Compute { get; init; }
    /// <summary>The machine of jobs and endpoints that name none.</summary>
    public string InstanceType { get; init; } = "Standard_DS3_v2";
    /// <summary>The longest that one call may take; object transfers have fifteen minutes.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(100);
    /// <summary>The longest that a deployment may take. Default one hour.</summary>
    public TimeSpan OperationTimeout { get; init; } = TimeSpan.FromHours(1);

    /// <summary>An emulator's: any names and any secret do there.</summary>
    public static AzureClientOptions ForEmulator(Uri endpoint) => new()
    {
        Endpoint = endpoint,
        Subscription = "00000000-0000-0000-0000-000000000000",
        ResourceGroup = "isobar",
        Workspace = "isobar",
        Tenant = "11111111-1111-1111-1111-111111111111",
        ClientId = "isobar",
        ClientSecret = "isobar",
    };

    /// <inheritdoc/>
    public override string ToString() => $"{Endpoint?.ToString() ?? "Azure"}, workspace {Workspace} in {ResourceGroup}";
}
