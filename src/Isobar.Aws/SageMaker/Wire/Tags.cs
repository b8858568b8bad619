// Made by tools/wire/generate.py from the public service model; do not edit.
using Isobar.Aws.Protocols.Validation;

namespace Isobar.Aws.SageMaker.Wire;

internal sealed record AddTagsInput
{
    [Required, Length(0, 256), Pattern(@"arn:aws[a-z-]*:sagemaker:[a-z0-9-]*:[0-9]{12}:.+")] public string? ResourceArn { get; init; }
    [Required, Length(0, 50)] public IReadOnlyList<Tag>? Tags { get; init; }
}

internal sealed record AddTagsOutput
{
    public IReadOnlyList<Tag>? Tags { get; init; }
}

internal sealed record DeleteTagsInput
{
    [Required, Length(0, 256), Pattern(@"arn:aws[a-z-]*:sagemaker:[a-z0-9-]*:[0-9]{12}:.+")] public string? ResourceArn { get; init; }
    [Required, Length(1, 50), Length(1, 128, On = On.Items), Pattern(@"([\p{L}\p{Z}\p{N}_.:/=+\-@]*)", On = On.Items)] public IReadOnlyList<string>? TagKeys { get; init; }
}

internal sealed record DeleteTagsOutput;

internal sealed record ListTagsInput
{
    [Required, Length(0, 256), Pattern(@"arn:aws[a-z-]*:sagemaker:[a-z0-9-]*:[0-9]{12}:.+")] public string? ResourceArn { get; init; }
    [Length(0, 8192), Pattern(@".*")] public string? NextToken { get; init; }
    [Range(50, double.PositiveInfinity)] public int? MaxResults { get; init; }
}

internal sealed record ListTagsOutput
{
    public IReadOnlyList<Tag>? Tags { get; init; }
    public string? NextToken { get; init; }
}
