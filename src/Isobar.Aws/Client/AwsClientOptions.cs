namespace Isobar.Aws.Client;

/// <summary>Which AWS to speak to: the real one, or an emulator. Only these values differ.</summary>
public sealed record AwsClientOptions
{
    /// <summary>The one address of an emulator, such as <c>http://127.0.0.1:4566</c>; null: AWS itself, an address for each service and region.</summary>
    public Uri? Endpoint { get; init; }
    /// <summary>The region. Default <c>us-east-1</c>.</summary>
    public string Region { get; init; } = "us-east-1";
    /// <summary>The access key id; null: AWS's own chain (environment, profiles, container and instance roles).</summary>
    public string? AccessKeyId { get; init; }
    /// <summary>The secret that goes with <see cref="AccessKeyId"/>.</summary>
    public string? SecretAccessKey { get; init; }
    /// <summary>The token of temporary credentials.</summary>
    public string? SessionToken { get; init; }
    /// <summary>Whether a bucket stands in the path instead of in the host's name; null: where <see cref="Endpoint"/> is set.</summary>
    public bool? PathStyle { get; init; }
    /// <summary>The role that jobs and models run as.</summary>
    public string RoleArn { get; init; } = "arn:aws:iam::000000000000:role/isobar";
    /// <summary>The image of an algorithm, <c>{0}</c> being the catalogue's name; a registry may stand before it.</summary>
    public string ImageFormat { get; init; } = "isobar/{0}";
    /// <summary>The machine of jobs and endpoints that name none.</summary>
    public string InstanceType { get; init; } = "ml.m5.large";
    /// <summary>The longest that one call may take; object transfers have fifteen minutes.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(100);

    /// <inheritdoc/>
    public override string ToString() => $"{Endpoint?.ToString() ?? "AWS"} in {Region}{(AccessKeyId is null ? "" : $" as {AccessKeyId}")}";
}
