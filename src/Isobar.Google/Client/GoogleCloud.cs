using Isobar.Core.Capabilities;

namespace Isobar.Google.Client;

/// <summary>Google Cloud in the vocabulary of all clouds.</summary>
internal sealed class GoogleCloud(GoogleTransport transport) : ICloud
{
    private readonly VertexCalls _calls = new(transport);
    private GoogleLogs Logs => field ??= new(_calls);

    public string Name => "gcp";
    public IObjects Objects => field ??= new GoogleObjects(transport);
    public ITraining Training => field ??= new GoogleTraining(_calls, Logs);
    public IModels Models => field ??= new GoogleModels(_calls);
    public IServing Serving => field ??= new GoogleServing(_calls, Logs);
    public IBatch Batch => field ??= new GoogleBatch(_calls, Objects);
    public IMonitoring Monitoring => field ??= new GoogleMonitoring(_calls, Objects);
    /// <summary>Null where the options name no export of the billing account.</summary>
    public IBilling? Billing => field ??= transport.Options.BillingTable is { } table ? new GoogleBilling(transport, table) : null;
    public ITuning Tuning => field ??= new GoogleTuning(_calls);
}
