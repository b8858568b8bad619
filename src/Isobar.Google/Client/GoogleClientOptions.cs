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
    /// <summary>The table that Cloud Billing is exported to, as <c>PROJECT.DATASET.TABLE</c>; null: what is billed is not known.</summary>
    /// <exception cref="ArgumentException">It names no table.</exception>
    public string? BillingTable { get; init => field = value is null || IsBillingTable(value) ? value : throw new ArgumentException($"'{value}' is no table; it must be PROJECT.DATASET.TABLE.", nameof(value)); }
    /// <summary>The longest that one call may take; object transfers have fifteen minutes.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(100);
    /// <summary>The longest that a deployment may take. Default one hour.</summary>
    public TimeSpan OperationTimeout { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Whether a text names a table of BigQuery as <c>PROJECT.DATASET.TABLE</c>.</summary>
    public static bool IsBillingTable(string text) => GoogleBilling.IsTable(text);

    /// <inheritdoc/>
    public override string ToString() => $"{Endpoint?.ToString() ?? "Google Cloud"}, project {Project} in {Location}";
}
