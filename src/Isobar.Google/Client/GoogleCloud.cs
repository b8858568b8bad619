using Isobar.Core.Capabilities;

namespace Isobar.Google.Client;

/// <summary>Google Cloud in the vocabulary of all clouds.</summary>
internal sealed class GoogleCloud(GoogleTransport transport) : ICloud
{
    private readonly VertexCalls _calls = new(transport);

    public string Name => "gcp";
    public IObjects Objects => field ??= new GoogleObjects(transport);
    public ITraining Training => field ??= new GoogleTraining(_calls, new GoogleJobLogs(_calls));
    public IModels Models => field ??= new GoogleModels(_calls);
    public IServing Serving => field ??= new GoogleServing(_calls);
    public IBatch Batch => field ??= new GoogleBatch(_calls, Objects);
    public IMonitoring Monitoring => field ??= new GoogleMonitoring(_calls, Objects);
    public ITuning Tuning => field ??= new GoogleTuning(_calls);
}
