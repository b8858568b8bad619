using System.Collections.Concurrent;
using System.Reflection;
using Isobar.Aws.Iam;
using Isobar.Aws.Protocols;

namespace Isobar.Aws.SageMaker;

/// <summary>
/// Whether SageMaker may assume the role of a request. A role that was made here must trust sagemaker.amazonaws.com, as on AWS. One that was not
/// is taken as it is, since code written for another account names its own roles; where signatures are checked it must exist.
/// </summary>
internal sealed class RoleCheck(RoleStore roles, IRequestAuthenticator authenticator)
{
    private const string Service = "sagemaker.amazonaws.com";
    private static readonly string[] Members = ["RoleArn", "ExecutionRoleArn"];
    private static readonly ConcurrentDictionary<Type, PropertyInfo?> Properties = new();

    public async Task<AwsError?> RefusalAsync(object request, CancellationToken ct)
    {
        var property = Properties.GetOrAdd(request.GetType(), t => Members.Select(m => t.GetProperty(m)).FirstOrDefault(p => p?.PropertyType == typeof(string)));
        if (property?.GetValue(request) is not string text) return null;
        if (!RoleStore.TryParse(text, out var arn, out var name)) return AwsError.Validation($"Invalid RoleArn: {text} is not the ARN of a role.");
        var role = await roles.FindAsync(arn.Account, name, ct);
        return role is null ? (authenticator.Verifies ? Refused(text) : null) : role.Arn != text.Replace(arn.Partition, "aws", StringComparison.Ordinal) || !role.Trusts(Service) ? Refused(text) : null;
    }

    private static AwsError Refused(string role) =>
        AwsError.Validation($"Could not assume role {role}. Please ensure that the role exists and allows principal '{Service}' to assume the role.");
}
