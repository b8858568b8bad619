namespace Isobar.Aws.SageMakerRuntime;

/// <summary>Header names of the runtime's operations.</summary>
internal static class RuntimeHeaders
{
    private const string Prefix = "X-Amzn-SageMaker-";

    public const string Accept = Prefix + "Accept";
    public const string ContentType = Prefix + "Content-Type";
    public const string CustomAttributes = Prefix + "Custom-Attributes";
    public const string TargetModel = Prefix + "Target-Model";
    public const string TargetVariant = Prefix + "Target-Variant";
    public const string TargetContainer = Prefix + "Target-Container-Hostname";
    public const string InferenceComponent = Prefix + "Inference-Component";
    public const string InferenceId = Prefix + "Inference-Id";
    public const string EnableExplanations = Prefix + "Enable-Explanations";
    public const string SessionId = Prefix + "Session-Id";
    public const string InputLocation = Prefix + "InputLocation";
    public const string OutputLocation = Prefix + "OutputLocation";
    public const string FailureLocation = Prefix + "FailureLocation";
    public const string RequestTtl = Prefix + "RequestTTLSeconds";
    public const string InvocationTimeout = Prefix + "InvocationTimeoutSeconds";
    public const string OutputExtension = Prefix + "S3OutputPathExtension";
    public const string Filename = Prefix + "Filename";
    public const string InvokedVariant = "x-Amzn-Invoked-Production-Variant";
}
