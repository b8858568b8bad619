using Isobar.Aws.Protocols;
using Isobar.Aws.SageMaker.Wire;
using Isobar.Core.Results;
using Isobar.Core.Support;

namespace Isobar.Aws.SageMaker;

/// <summary>Operations of one kind of resource.</summary>
internal interface ISageMakerOperations
{
    void AddTo(SageMakerService service);
}

/// <summary>The SageMaker control plane: awsJson 1.1, signed as <c>sagemaker</c>.</summary>
internal sealed class SageMakerService : AwsRpcService
{
    // The only errors that the model describes name their text "Message"; all others come from the front end, which says "message".
    private static readonly HashSet<string> Modelled = ["ResourceInUse", "ResourceNotFound", "ResourceLimitExceeded", "ConflictException"];

    private readonly RoleCheck _roles;

    public SageMakerService(IEnumerable<ISageMakerOperations> groups, RoleCheck roles)
        : base("SageMaker", new RpcIdentity { TargetPrefix = "SageMaker", JsonVersion = "1.1", SigningNames = ["sagemaker"] })
    {
        _roles = roles;
        foreach (var group in groups) group.AddTo(this);
    }


    public void Add<TRequest, TReply>(string operation, Func<TRequest, AwsCaller, CancellationToken, Task<AwsResult<TReply>>> handle, SupportLevel level = SupportLevel.Real, string? note = null)
        where TRequest : class
        where TReply : class =>
        Operation(operation, SageMakerJson.Of<TRequest>(), SageMakerJson.Of<TReply>(), handle, level, note);

    public void Add<TRequest>(string operation, Func<TRequest, AwsCaller, CancellationToken, Task<AwsResult<NoReply>>> handle, SupportLevel level = SupportLevel.Real, string? note = null)
        where TRequest : class =>
        Operation(operation, SageMakerJson.Of<TRequest>(), handle, level, note);

    protected override AwsError Translate(Error error) => SageMakerErrors.Of(error);

    protected override Task<AwsError?> CheckAsync(object request, AwsCaller caller, CancellationToken ct) => _roles.RefusalAsync(request, ct);

    protected override string MessageField(AwsError error) => Modelled.Contains(error.Code) ? "Message" : "message";
}
