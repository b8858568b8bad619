using Isobar.Core.Capabilities;

namespace Isobar.Azure.Client;

/// <summary>Azure in the vocabulary of all clouds.</summary>
internal sealed class AzureCloud : ICloud
{
    private readonly AzureObjects _objects;
    private readonly AzureTraining _training;
    private readonly AzureModels _models;
    private readonly AzureWorkspace _workspace;

    public AzureCloud(AzureTransport transport)
    {
        var calls = new ArmCalls(transport);
        _workspace = new AzureWorkspace(calls);
        Billing = new AzureBilling(calls);
        _objects = new AzureObjects(transport, _workspace);
        _models = new AzureModels(_workspace);
        _training = new AzureTraining(_workspace, _objects, new AzureJobLogs(_workspace, _objects));
    }

    public string Name => "azure";
    public IBilling? Billing { get; }
    public IObjects Objects => _objects;
    public ITraining Training => _training;
    public IModels Models => _models;
    public IServing Serving => field ??= new AzureServing(_workspace, new AzureScoring(_workspace), new AzureCapture(_workspace));
    public IBatch Batch => field ??= new AzureBatch(_workspace, _objects, _models);
    public IMonitoring Monitoring => field ??= new AzureMonitoring(_workspace, _objects);
    public ITuning Tuning => field ??= new AzureTuning(_workspace, _training);
}
