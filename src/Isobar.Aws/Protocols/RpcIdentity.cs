namespace Isobar.Aws.Protocols;

/// <summary>By what the requests of an operation-by-name service are told, over all protocols that its SDKs speak.</summary>
internal sealed record RpcIdentity
{
    /// <summary>What <c>X-Amz-Target</c> holds before the dot, such as <c>SageMaker</c>; null when the service speaks no JSON.</summary>
    public string? TargetPrefix { get; init; }

    /// <summary><c>1.0</c> or <c>1.1</c>.</summary>
    public string JsonVersion { get; init; } = "1.1";

    /// <summary>The API version of the query protocol, such as <c>2011-06-15</c>; null when the service speaks no query.</summary>
    public string? QueryVersion { get; init; }

    /// <summary>The XML name space of query replies.</summary>
    public string XmlNamespace { get; init; } = "";

    /// <summary>The signing names, such as <c>monitoring</c>. They tell query services of one version apart.</summary>
    public IReadOnlyList<string> SigningNames { get; init; } = [];

    public string JsonContentType => "application/x-amz-json-" + JsonVersion;
}
