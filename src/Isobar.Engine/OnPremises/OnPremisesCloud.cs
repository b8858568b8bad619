using Isobar.Core.Capabilities;
using Isobar.Core.Results;
using Isobar.Engine.Objects;
using Isobar.Engine.Training;

namespace Isobar.Engine.OnPremises;

/// <summary>This machine in the vocabulary of all clouds: the engine, without a wire in between.</summary>
internal sealed class OnPremisesCloud(
    OnPremisesObjects objects, OnPremisesTraining training, OnPremisesModels models, OnPremisesServing serving, OnPremisesBatch batch,
    OnPremisesMonitoring monitoring, OnPremisesTuning tuning) : ICloud
{
    /// <summary>The realm of its buckets, the owner of its jobs.</summary>
    public const string Owner = "onprem";

    public string Name => Owner;
    public IObjects Objects => objects;
    public ITraining Training => training;
    public IModels Models => models;
    public IServing Serving => serving;
    public IBatch Batch => batch;
    public IMonitoring Monitoring => monitoring;
    public ITuning Tuning => tuning;

    public static string Id(string name) => $"{Owner}/{name}";

    public static ObjectLocation At(DataLocation at) => new(new BucketName(Owner, at.Bucket), at.Key);

    public static DataLocation From(ObjectLocation at) => new(at.Bucket.Name, at.Key);

    public static ObjectLocation Below(DataLocation at, string key) => At(at with { Key = at.Key.Length == 0 ? key : at.Key.TrimEnd('/') + "/" + key });

    public static RunState State(JobState state) => state switch
    {
        JobState.Completed => RunState.Completed,
        JobState.Failed => RunState.Failed,
        JobState.Stopped => RunState.Stopped,
        JobState.Stopping => RunState.Stopping,
        _ => RunState.InProgress,
    };
}
