using System.Text.Json.Serialization;
using Isobar.Aws.Protocols;
using Isobar.Aws.Protocols.Json;
using Isobar.Aws.Protocols.Validation;

namespace Isobar.Aws.Tests.Protocols;

internal sealed record SampleRequest
{
    [Required, Length(1, 5), Pattern("[a-z]+")] public string? Name { get; init; }
    [Range(1, 3)] public int? Count { get; init; }
    [OneOf("Red", "Green")] public string? Colour { get; init; }
    [Length(0, 2), Length(1, 3, On = On.Items)] public IReadOnlyList<string>? Words { get; init; }
    public IReadOnlyList<SamplePart>? Parts { get; init; }
    public Dictionary<string, string>? Facts { get; init; }
    public DateTimeOffset? Time { get; init; }
}

internal sealed record SamplePart
{
    [Required] public string? Key { get; init; }
}

internal sealed record SampleReply(string Greeting, DateTimeOffset Time, IReadOnlyList<SamplePart> Parts, string? Nothing = null);

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, Converters = [typeof(EpochSecondsConverter)])]
[JsonSerializable(typeof(SampleRequest))]
[JsonSerializable(typeof(SampleReply))]
internal sealed partial class SampleJson : JsonSerializerContext;

/// <summary>A service with one operation of each outcome, over both protocols.</summary>
internal sealed class SampleService : AwsRpcService
{
    public SampleService() : base("Sample", new RpcIdentity { TargetPrefix = "Sample", QueryVersion = "2020-01-01", XmlNamespace = "https://sample/", SigningNames = ["sample"] })
    {
        Operation("Greet", SampleJson.Default.SampleRequest, SampleJson.Default.SampleReply, (request, caller, _) =>
            Task.FromResult<AwsResult<SampleReply>>(new SampleReply($"hello {request.Name} of {caller.Account} in {caller.Region}", request.Time ?? DateTimeOffset.UnixEpoch, request.Parts ?? [])));
        Operation("Forget", SampleJson.Default.SampleRequest, (_, _, _) => Task.FromResult<AwsResult<NoReply>>(NoReply.Value));
        Operation("Miss", SampleJson.Default.SampleRequest, (_, _, _) => Task.FromResult<AwsResult<NoReply>>(Core.Results.Error.NotFound("It")));
        Operation("Break", SampleJson.Default.SampleRequest, (_, _, _) => throw new InvalidOperationException("a secret"));
    }
}
