using System.Globalization;
using Isobar.Aws.Protocols;
using Isobar.Aws.SageMaker.Resources;
using Isobar.Aws.SageMaker.Wire;
using Isobar.Core.Results;

namespace Isobar.Aws.SageMaker.Registry;

/// <summary>Model packages by name, by ARN, and by group and version. A version's stored name is <c>group/version</c>.</summary>
internal sealed class ModelPackageStore(ResourceTable<CreateModelPackageGroupInput> groups, ResourceTable<CreateModelPackageInput> packages)
{
    private const string LastVersion = "LastVersion";
    public const string Token = "ClientToken";

    public ResourceTable<CreateModelPackageInput> Packages => packages;

    /// <summary>Finds a package by its name or ARN.</summary>
    public async Task<AwsResult<Stored<CreateModelPackageInput>>> FindAsync(AwsCaller caller, string nameOrArn, CancellationToken ct)
    {
        var found = Arn.TryParse(nameOrArn, out _)
            ? (await packages.ListAsync(caller, ct)).FirstOrDefault(p => p.Arn.Equals(nameOrArn, StringComparison.OrdinalIgnoreCase))
            : await packages.GetAsync(caller, nameOrArn, ct);
        return found is null ? SageMakerErrors.Invalid($"ModelPackage {(nameOrArn.StartsWith("arn:", StringComparison.Ordinal) ? nameOrArn : packages.Arn(caller, nameOrArn))} does not exist.") : found;
    }

    /// <summary>Finds a group by its name or ARN.</summary>
    public async Task<AwsResult<Stored<CreateModelPackageGroupInput>>> FindGroupAsync(AwsCaller caller, string nameOrArn, CancellationToken ct)
    {
        var found = Arn.TryParse(nameOrArn, out _)
            ? (await groups.ListAsync(caller, ct)).FirstOrDefault(g => g.Arn.Equals(nameOrArn, StringComparison.OrdinalIgnoreCase))
            : await groups.GetAsync(caller, nameOrArn, ct);
        return found is null ? SageMakerErrors.Invalid($"Model Package Group {(nameOrArn.StartsWith("arn:", StringComparison.Ordinal) ? nameOrArn : groups.Arn(caller, nameOrArn))} does not exist.") : found;
    }

    public async Task<IReadOnlyList<Stored<CreateModelPackageInput>>> VersionsAsync(AwsCaller caller, string group, CancellationToken ct) =>
        [.. (await packages.ListAsync(caller, ct)).Where(p => p.Request.ModelPackageGroupName == group)];

    /// <summary>Adds the next version to a group. Version numbers are never used twice, not even after a deletion.</summary>
    public async Task<Result<Stored<CreateModelPackageInput>>> AddVersionAsync(AwsCaller caller, string group, CreateModelPackageInput request, CancellationToken ct)
    {
        var counted = await groups.ChangeAsync(caller, group, g => g.With(LastVersion, (VersionOf(g.Fact(LastVersion)) + 1).ToString(CultureInfo.InvariantCulture)), ct);
        if (!counted.TryGet(out var stored, out var error)) return error;
        return await packages.CreateAsync(caller, $"{group}/{stored.Fact(LastVersion)}", request with { ModelPackageGroupName = group }, request.Tags, ct, FactsOf(request));
    }

    public static IReadOnlyDictionary<string, string>? FactsOf(CreateModelPackageInput request) =>
        request.ClientToken is { } token ? new Dictionary<string, string> { [Token] = token } : null;

    /// <summary>The version of a stored package; null for one without a group.</summary>
    public static int? Version(Stored<CreateModelPackageInput> package) =>
        package.Request.ModelPackageGroupName is null ? null : VersionOf(package.Name[(package.Name.LastIndexOf('/') + 1)..]);

    private static int VersionOf(string? text) => text is null ? 0 : int.Parse(text, CultureInfo.InvariantCulture);
}
