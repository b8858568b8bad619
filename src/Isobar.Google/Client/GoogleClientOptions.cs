namespace Isobar.Google.Client;

/// <summary>Which Google Cloud to speak to: the real one, or an emulator. Only these values differ.</summary>
public sealed record GoogleClientOptions
{
    /// <summary>The one address of an emulator, such as <c>http://127.0.0.1:4588</c>; null: Google itself, an address for each service and region.</summary>
    public Uri? Endpoint { get; init; }
    /// <summary>The project.</summary>
    public required string Project { get; init; }
    /// <summary>The region of jobs and endpoints. Default <c>us-central1</c>.</summary>
    public string Location { get; init; } = "us-central1";
    /// <summary>A service account's key file; null: Google's own chain of application-default credentials.</summary>
    public string? KeyFile { get; init; }
    /// <summary>The image of an algorithm, <c>{0}</c> being the catalogue's name; a registry may stand before it.</summary>
    public string ImageFormat { get; init; } = "isobar/{0}";
    /// <summary>The machine of jobs and endpoints that name none.</summary>
    public string MachineType { get; init; } = "n1-standard-4";
    /// <summary>The longest that one call may take; object transfers have fifteen minutes.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(100);
    /// <summary>The longest that a deployment may take. Default one hour.</summary>
    public TimeSpan OperationTimeout { get; init; } = TimeSpan.FromHours(1);

    /// <inheritdoc/>
    public override string ToString() => $"{Endpoint?.ToString() ?? "Google Cloud"}, project {Project} in {Location}";
}
