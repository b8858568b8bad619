using Isobar.Core.Capabilities;

namespace Isobar.Azure.Client;

/// <summary>Azure in the vocabulary of all clouds.</summary>
internal sealed class AzureCloud : ICloud
{
    private readonly AzureObjects _objects;
    private readonly AzureWorkspace _workspace;

    public AzureCloud(AzureTransport transport)
    {
        _workspace = new AzureWorkspace(new ArmCalls(transport));
        _objects = new AzureObjects(transport, _workspace);
    }

    public string Name => "azure";
    public IObjects Objects => _objects;
    public ITraining Training => field ??= new AzureTraining(_workspace, _objects, new AzureJobLogs(_workspace, _objects));
    public IModels Models => field ??= new AzureModels(_workspace);
    public IServing Serving => field ??= new AzureServing(_workspace, new AzureScoring(_workspace));
    public IBatch Batch => field ??= new AzureAbsent();
    public IMonitoring Monitoring => field ??= new AzureAbsent();
    public ITuning Tuning => field ??= new AzureAbsent();
}
