using Isobar.Core.Capabilities;

namespace Isobar.Aws.Client;

/// <summary>AWS in the vocabulary of all clouds.</summary>
internal sealed class AwsCloud(AwsTransport transport) : ICloud
{
    private readonly SageMakerCalls _calls = new(transport);
    private readonly AwsLogs _logs = new(transport);

    public string Name => "aws";
    public IObjects Objects => field ??= new AwsObjects(transport);
    public ITraining Training => field ??= new AwsTraining(_calls, _logs);
    public IModels Models => field ??= new AwsModels(_calls);
    public IServing Serving => field ??= new AwsServing(_calls, transport, _logs);
    public IBatch Batch => field ??= new AwsBatch(_calls, Objects);
    public IMonitoring Monitoring => field ??= new AwsMonitoring(_calls);
    public ITuning Tuning => field ??= new AwsTuning(_calls);
    public IBilling? Billing => field ??= new AwsBilling(transport);
}
