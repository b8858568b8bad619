namespace Isobar.Core.Capabilities;

/// <summary>What every cloud can do, in one vocabulary. A caller never knows whether an emulator, the real cloud or this machine answers.</summary>
public interface ICloud
{
    /// <summary><c>aws</c>, <c>gcp</c>, <c>azure</c> or <c>onprem</c>.</summary>
    string Name { get; }
    /// <summary>Buckets and objects.</summary>
    IObjects Objects { get; }
    /// <summary>Training jobs.</summary>
    ITraining Training { get; }
    /// <summary>Registered models.</summary>
    IModels Models { get; }
    /// <summary>Endpoints.</summary>
    IServing Serving { get; }
    /// <summary>Batch predictions.</summary>
    IBatch Batch { get; }
    /// <summary>Drift of the data that endpoints see.</summary>
    IMonitoring Monitoring { get; }
    /// <summary>Search for hyperparameters.</summary>
    ITuning Tuning { get; }
    /// <summary>What was billed; null: this cloud has no account that could tell.</summary>
    IBilling? Billing => null;
}
